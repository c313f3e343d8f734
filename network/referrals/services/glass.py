"""Breaking the glass: a colleague who is not assigned opens a case of her own desk, for a while and with a reason."""

from __future__ import annotations

import datetime
import uuid
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from network import audit, scheduler
from network.accounts.desk_keys import DeskKeys
from network.audit import Action
from network.database import now, uuid7
from network.permissions import NotThere, Role, Unfit, require
from network.referrals import policies, queries
from network.referrals.models import Case, CaseGlass, Referral, ReferralEvent
from network.referrals.models.keys import Sealed
from network.referrals.services import timing
from network.referrals.services.cases import workers_of
from network.referrals.services.sealing import open_sealed, seal
from network.referrals.states import DRAFTING, Move
from network.tenancy import Actor

OPEN_FOR = datetime.timedelta(hours=1)
"""After that the glass is whole again; who needs the case longer is assigned to it."""
SHOWN = 100


@dataclass(frozen=True, slots=True)
class Opening:
    """One opening in need, with its reason in clear, for a supervisor."""

    glass: CaseGlass
    case: Case
    reason: str


def case_to_open(session: Session, actor: Actor, code: str) -> tuple[Case, bool]:
    """The case of this code, and whether the actor reads it without breaking anything.

    :class:`Unfit` ``no_such_case`` for a code of nobody, of another organization and of a case that is stopped for
    safety: the answer tells nothing.
    """
    require(actor.reads_cases)
    case = session.scalars(queries.case_by_code(actor.tenant_id, folded(code))).one_or_none()
    if case is None or (case.frozen_at is not None and not actor.holds(Role.SUPERVISOR)):
        raise Unfit("no_such_case")
    return case, policies.can_read_case(actor, case, workers_of(session, actor, case))


def break_glass(session: Session, actor: Actor, desk: DeskKeys, case: Case, reason: str) -> CaseGlass:
    """Open it for an hour. Both organizations' supervisors are told; only one's own ever read the reason."""
    require(actor.reads_cases and actor.tenant_id == case.tenant_id)
    assert actor.user_id  # noqa: S101  # Readers of cases are people.
    session.refresh(case, with_for_update=True)
    if case.frozen_at is not None:
        raise Unfit("no_such_case")
    row, at = uuid7(), now()
    ciphertext, _key = seal(session, desk, Sealed.GLASS, row, {"reason": reason})
    glass = CaseGlass(
        id=row,
        tenant_id=case.tenant_id,
        case_id=case.id,
        user_id=actor.user_id,
        opened_at=at,
        ends_at=at + OPEN_FOR,
        ciphertext=ciphertext,
    )
    session.add(glass)
    session.flush()
    told = {case.tenant_id}
    for referral in session.scalars(queries.stoppable_referrals(case.id)).all():
        if referral.status not in DRAFTING and referral.sent_at is not None:
            _note(session, actor, referral, at)
            told.add(referral.receiving_id)
    for tenant_id in told:
        scheduler.plan(session, tenant_id, timing.TELL_SUPERVISORS, tenant_id, at)
    audit.record(session, actor, Action.GLASS_BROKEN, case.id)
    return glass


def can_look(session: Session, actor: Actor) -> bool:
    """Supervisors look at what was opened in need; where there is none, everybody of the desk does."""
    return actor.reads_cases and (
        actor.holds(Role.SUPERVISOR) or not session.scalar(queries.has_supervisor())
    )


def openings(session: Session, actor: Actor, desk: DeskKeys) -> list[Opening]:
    """The latest openings with their reasons, those that nobody has looked at first."""
    require(can_look(session, actor))
    rows = session.execute(queries.glasses_of(actor.tenant_id, SHOWN)).all()
    return [
        Opening(glass, case, str(open_sealed(desk, wrap, glass.ciphertext).get("reason", "")))
        for glass, case, wrap in rows
    ]


def looked_at(session: Session, actor: Actor, glass_id: uuid.UUID) -> None:
    """Somebody who may look at it has; nobody ticks off her own opening. The second time changes nothing."""
    require(can_look(session, actor))
    glass = session.get(CaseGlass, glass_id)
    if glass is None:
        raise NotThere
    require(glass.user_id != actor.user_id)
    if glass.seen_at is None:
        glass.seen_at, glass.seen_by_id = now(), actor.user_id
        session.flush()
        audit.record(session, actor, Action.GLASS_SEEN, glass.case_id)


def folded(code: str) -> str:
    """A code as it is kept, from how it was heard or typed."""
    return "".join(code.split()).upper()


def _note(session: Session, actor: Actor, referral: Referral, at: datetime.datetime) -> None:
    """The line in the story of a referral, which the caller has locked: that it was opened, never why."""
    number = session.scalar(
        select(func.coalesce(func.max(ReferralEvent.number), 0)).where(
            ReferralEvent.referral_id == referral.id
        )
    )
    assert actor.tenant_id is not None  # noqa: S101  # Required before.
    session.add(
        ReferralEvent(
            referring_id=referral.referring_id,
            receiving_id=referral.receiving_id,
            referral_id=referral.id,
            number=(number or 0) + 1,
            move=Move.GLASS,
            before=referral.status,
            after=referral.status,
            at=at,
            by_tenant_id=actor.tenant_id,
            user_id=actor.user_id,
        )
    )
    session.flush()
