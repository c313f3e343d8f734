"""Erasing a case: first every key, then every row that hangs on it. What stays is the audit trail and, with partners,
the bare ledger of what was referred: codes, dates, states.

Which rows hang on a case is read from the tables' foreign keys, so that no table that comes later is forgotten.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from typing import Any, cast

from sqlalchemy import Table, delete, inspect, or_, select
from sqlalchemy.orm import Session

from network import audit
from network.audit import Action
from network.database import Base
from network.permissions import Unfit, require
from network.referrals import queries
from network.referrals.models import Case, CaseEntry, CasePart, DeskTask, PartKey, Referral
from network.scheduler import Due
from network.tenancy import Actor, ActorKind, TenantOwned

Ids = list[uuid.UUID]


def erase_case(session: Session, actor: Actor, case: Case) -> None:
    """Erase it for good. The caller has locked it. :class:`Unfit` ``held`` or ``referrals_open`` where it must stay."""
    require(actor.kind is ActorKind.CLOCK and actor.tenant_id == case.tenant_id)
    if case.legal_hold_at is not None or case.frozen_at is not None:
        raise Unfit("held")
    if session.scalars(queries.open_referrals_of_case(case.id)).first():
        raise Unfit("referrals_open")
    case_id = case.id
    referrals = session.scalars(queries.referrals_from(case_id)).all()
    sent = [referral.id for referral in referrals]
    parts = list(session.scalars(select(CaseEntry.part_id).where(CaseEntry.case_id == case_id)))
    rows = _hanging(session, {Case: [case_id], Referral: sent})
    gone = [case_id, *parts, *(ident for ids in rows.values() for ident in ids)]
    _delete(session, PartKey, or_(PartKey.sealed_id.in_([*gone, *sent]), PartKey.referral_id.in_(sent)))
    for referral in referrals:
        referral.envelope = None
    session.flush()
    session.execute(
        delete(Due)
        .where(Due.subject_id.in_(gone), Due.done_at.is_(None))
        .execution_options(synchronize_session=False)
    )
    _delete(session, DeskTask, DeskTask.subject_id.in_([*gone, *sent]))
    for cls in _children_first(list(rows)):
        _delete(session, cls, cast(Any, cls).id.in_(rows[cls]))
    _delete(session, CasePart, CasePart.id.in_(parts))
    _delete(session, Case, Case.id == case_id)
    session.expire_all()
    audit.record(session, actor, Action.CASE_ERASED, case_id)


def _hanging(session: Session, roots: dict[type[Base], Ids]) -> dict[type[TenantOwned], set[uuid.UUID]]:
    """The tenant's rows that point at these, and those that point at them, and so on.

    Rows that two tenants share do not hang on a case: they are the ledger, and tell of nobody.
    """
    seen: dict[type[TenantOwned], set[uuid.UUID]] = {}
    pending: list[tuple[type[Base], Ids]] = list(roots.items())
    while pending:
        parent, ids = pending.pop(0)
        for child, column in _children(parent) if ids else ():
            chosen = select(cast(Any, child).id).where(column.in_(ids))
            if found := set(session.scalars(chosen)) - seen.get(child, set()):
                seen.setdefault(child, set()).update(found)
                pending.append((child, sorted(found)))
    return seen


def _children_first(classes: list[type[TenantOwned]]) -> Iterator[type[TenantOwned]]:
    """In an order in which nothing is deleted that another row still points at."""
    while classes:
        pointed_at = {
            one for one in classes for child, _key in _children(one) if child in classes and child is not one
        }
        free = [one for one in classes if one not in pointed_at] or classes
        yield from free
        classes = [one for one in classes if one not in free]


def _children(parent: type[Base]) -> Iterator[tuple[type[TenantOwned], Any]]:
    """The tenant-owned tables with a foreign key to this one, and the column that holds its id."""
    wanted = cast(Table, inspect(parent).local_table)
    for mapper in Base.registry.mappers:
        if not issubclass(mapper.class_, TenantOwned):
            continue
        for constraint in cast(Table, mapper.local_table).foreign_key_constraints:
            if constraint.referred_table is wanted:
                [column] = [key.parent for key in constraint.elements if key.column.name == "id"]
                yield mapper.class_, getattr(mapper.class_, mapper.get_property_by_column(column).key)


def _delete(session: Session, cls: type[Base], which: Any) -> None:
    session.execute(delete(cls).where(which).execution_options(synchronize_session=False))
