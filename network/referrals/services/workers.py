"""Who works on a case: assigned, taken off, and who it belongs to. Only people who hold the desk's key."""

from __future__ import annotations

import uuid
from dataclasses import dataclass

from sqlalchemy.orm import Session

from network import audit
from network.accounts import queries as accounts
from network.accounts.models import Membership
from network.accounts.policies import reads_cases
from network.accounts.services.desk import holders
from network.audit import Action
from network.outbox import notify
from network.permissions import Role, Stale, Unfit, require
from network.referrals import policies, queries
from network.referrals.models import Case, CaseWorker
from network.referrals.services.cases import readable_case
from network.tenancy import Actor


@dataclass(frozen=True, slots=True)
class Load:
    """A colleague of the desk and what is on her shoulders."""

    membership: Membership
    holds: bool
    owns: int
    helps: int


def keepers(session: Session, tenant_id: uuid.UUID) -> list[Membership]:
    """Colleagues who can be given a case: members in good standing who read cases and hold the desk's key."""
    held = holders(session, tenant_id)
    return [m for m in session.scalars(accounts.members(tenant_id)) if m.active and m.user_id in held]


def loads(session: Session, actor: Actor) -> list[Load]:
    """Everybody of the desk with how many open cases are hers, for a supervisor."""
    require(actor.holds(Role.SUPERVISOR) and actor.reads_cases and actor.tenant_id is not None)
    assert actor.tenant_id  # noqa: S101  # Required above.
    held = holders(session, actor.tenant_id)
    owns = dict(session.execute(queries.open_cases_by_owner(actor.tenant_id)).all())
    helps = dict(session.execute(queries.open_cases_by_worker(actor.tenant_id)).all())
    return [
        Load(m, m.user_id in held, owns.get(m.user_id, 0), helps.get(m.user_id, 0))
        for m in session.scalars(accounts.members(actor.tenant_id))
        if m.active and reads_cases(m.held)
    ]


def orphans(session: Session, actor: Actor) -> list[Case]:
    """Open cases whose owner has left or lost the key, for a supervisor to give to somebody."""
    require(actor.holds(Role.SUPERVISOR) and actor.reads_cases and actor.tenant_id is not None)
    assert actor.tenant_id  # noqa: S101  # Required above.
    held = holders(session, actor.tenant_id)
    return list(session.scalars(queries.cases_without_keeper(actor.tenant_id, held)))


def assign(session: Session, actor: Actor, case: Case, user_id: uuid.UUID) -> None:
    """Let a colleague work on the case. Whom nobody has let in cannot open it: :class:`Unfit` ``not_let_in``."""
    _may_keep(session, actor, case)
    _refuse_without_key(session, case, user_id)
    session.refresh(case, with_for_update=True)
    there = {one.user_id for one in session.scalars(queries.assigned_to(case.id))}
    if user_id == case.owner_id or user_id in there:
        return
    session.add(CaseWorker(tenant_id=case.tenant_id, case_id=case.id, user_id=user_id))
    session.flush()
    _tell(session, actor, case, user_id)
    audit.record(session, actor, Action.CASE_ASSIGNED, case.id, user=str(user_id))


def take_off(session: Session, actor: Actor, case: Case, user_id: uuid.UUID) -> None:
    """From now on she does not read the case. The owner cannot be taken off; the case is handed on instead."""
    _may_keep(session, actor, case)
    session.refresh(case, with_for_update=True)
    for one in session.scalars(queries.assigned_to(case.id)).all():
        if one.user_id == user_id:
            session.delete(one)
            audit.record(session, actor, Action.CASE_TAKEN_OFF, case.id, user=str(user_id))
    session.flush()


def hand_on(
    session: Session, actor: Actor, case: Case, user_id: uuid.UUID, *, stay: bool, seen: int | None = None
) -> None:
    """Make a colleague the owner; with ``stay`` the former one goes on working on the case.

    Raises :class:`Stale` when ``seen`` is not the case's version, :class:`Unfit` ``not_let_in`` as :func:`assign`.
    """
    _may_keep(session, actor, case)
    _refuse_without_key(session, case, user_id)
    session.refresh(case, with_for_update=True)
    if seen is not None and case.version != seen:
        raise Stale
    former = case.owner_id
    if user_id == former:
        return
    case.owner_id = user_id
    workers = {one.user_id: one for one in session.scalars(queries.assigned_to(case.id))}
    if user_id in workers:
        session.delete(workers[user_id])
    if stay and former not in workers:
        session.add(CaseWorker(tenant_id=case.tenant_id, case_id=case.id, user_id=former))
    session.flush()
    _tell(session, actor, case, user_id)
    _tell(session, actor, case, former)
    audit.record(session, actor, Action.CASE_HANDED_ON, case.id, user=str(user_id))


def _may_keep(session: Session, actor: Actor, case: Case) -> None:
    """Who cannot read the case now does not say who works on it either: a stopped one is the supervisors'."""
    readable_case(session, actor, case)
    require(policies.can_keep_case(actor, case))


def _refuse_without_key(session: Session, case: Case, user_id: uuid.UUID) -> None:
    if user_id not in {m.user_id for m in keepers(session, case.tenant_id)}:
        raise Unfit("not_let_in")


def _tell(session: Session, actor: Actor, case: Case, user_id: uuid.UUID) -> None:
    if user_id != actor.user_id:
        notify(session, case.tenant_id, user_id)
