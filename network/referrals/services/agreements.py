"""Which partners may exchange referrals, from when until when, and what their countries' rules add. The coordinator's."""

from __future__ import annotations

import datetime
import uuid
from collections.abc import Iterable

from sqlalchemy.orm import Session

from network import audit
from network.audit import Action
from network.database import now
from network.permissions import Role, Stale, Unfit, require
from network.referrals import queries
from network.referrals.agreements import Rules, asks_approval, mark_of, withheld
from network.referrals.categories import Category
from network.referrals.models import Agreement, Referral
from network.tenancy import Actor, Tenant, TenantKind


def agree(
    session: Session,
    actor: Actor,
    *,
    first_id: uuid.UUID | None,
    second_id: uuid.UUID | None,
    valid_from: datetime.date,
    valid_until: datetime.date | None,
    rules: Rules,
) -> Agreement:
    """A new agreement of two members, or (both None) the network-wide one; there is one of each.

    Raises :class:`Unfit`: ``pair_same`` · ``pair_unknown`` · ``pair_exists`` · ``dates_order``.
    """
    require(actor.holds(Role.COORDINATOR))
    assert actor.tenant_id is not None  # noqa: S101  # Only people of the network hold this role.
    _in_order(valid_from, valid_until)
    if first_id is not None or second_id is not None:
        if first_id == second_id:
            raise Unfit("pair_same")
        for end in (first_id, second_id):
            found = session.get(Tenant, end) if end else None
            if found is None or found.kind is not TenantKind.MEMBER:
                raise Unfit("pair_unknown")
    # Coordinators follow each other here, so that no two agreements of the same pair are made at once.
    session.scalars(queries.turn_of(actor.tenant_id)).one()
    if session.scalars(queries.agreement_of(first_id, second_id)).first() is not None:
        raise Unfit("pair_exists")
    agreement = Agreement(
        first_id=first_id,
        second_id=second_id,
        valid_from=valid_from,
        valid_until=valid_until,
        rules=dict(rules),
    )
    session.add(agreement)
    session.flush()
    audit.record(session, actor, Action.AGREEMENT_CHANGED, agreement.id)
    return agreement


def change_agreement(
    session: Session,
    actor: Actor,
    agreement_id: uuid.UUID,
    *,
    valid_from: datetime.date,
    valid_until: datetime.date | None,
    rules: Rules,
    seen: str,
) -> Agreement:
    """Change it from now on; what was sent under it goes on. ``seen`` is :func:`mark_of` what its writer had before her.

    Raises :class:`Stale` when somebody else changed it meanwhile, :class:`Unfit` ``dates_order``.
    """
    require(actor.holds(Role.COORDINATOR))
    agreement = session.scalars(queries.agreement_locked(agreement_id)).one()
    if seen != mark(agreement):
        raise Stale
    _in_order(valid_from, valid_until)
    agreement.valid_from, agreement.valid_until, agreement.rules = valid_from, valid_until, dict(rules)
    session.flush()
    audit.record(session, actor, Action.AGREEMENT_CHANGED, agreement.id)
    return agreement


def in_force(session: Session, one: uuid.UUID, other: uuid.UUID, on: datetime.date) -> Agreement | None:
    """The agreement that holds between these two on this day."""
    return session.scalars(queries.agreement_in_force(one, other, on)).first()


def check(session: Session, referral: Referral, wanted: Iterable[Category], at: datetime.datetime) -> None:
    """A guard of every sending. Raises :class:`Unfit` ``no_agreement``, or ``country_withheld`` naming what the receiver's
    country does not get, whatever consent says."""
    agreement = in_force(session, referral.referring_id, referral.receiving_id, at.date())
    if agreement is None:
        raise Unfit("no_agreement")
    kept = withheld(agreement.rules, _country(session, referral))
    if refused := [category.value for category in wanted if category in kept]:
        raise Unfit("country_withheld", categories=refused)


def asks_second_person(session: Session, referral: Referral) -> bool:
    """Whether the agreement wants a supervisor to look at each referral to the receiver's country."""
    agreement = in_force(session, referral.referring_id, referral.receiving_id, now().date())
    return agreement is not None and asks_approval(agreement.rules, _country(session, referral))


def _country(session: Session, referral: Referral) -> str | None:
    receiver = session.get(Tenant, referral.receiving_id)
    return receiver.country if receiver else None


def mark(agreement: Agreement) -> str:
    return mark_of(agreement.valid_from, agreement.valid_until, agreement.rules)


def begin(session: Session) -> None:
    """At set-up: the network-wide default, in force from today, without rules of a country."""
    if session.scalars(queries.agreement_of(None, None)).first() is None:
        session.add(Agreement(valid_from=now().date()))
        session.flush()


def _in_order(valid_from: datetime.date, valid_until: datetime.date | None) -> None:
    if valid_until is not None and valid_until < valid_from:
        raise Unfit("dates_order")
