"""Preparing a referral and having it approved: the side of the tenant that asks."""

from __future__ import annotations

import uuid
from collections.abc import Iterable

from sqlalchemy.orm import Session

from network import audit
from network.accounts.desk_keys import DeskKeys
from network.audit import Action
from network.database import now, uuid7
from network.permissions import Refused, Unfit, require
from network.referrals import notices, policies, queries, requests
from network.referrals.categories import Category
from network.referrals.models import (
    Case,
    Consent,
    Referral,
    ReferralOrigin,
)
from network.referrals.models.cases import CaseStatus
from network.referrals.models.keys import Sealed
from network.referrals.services import guards, package
from network.referrals.services.cases import new_code, workers_of
from network.referrals.services.origins import drop_approval, own_referral
from network.referrals.services.sealing import Content, seal
from network.referrals.services.transitions import check, transition
from network.referrals.states import Move, Priority
from network.tenancy import Actor, Tenant, TenantKind


def draft_referral(
    session: Session,
    actor: Actor,
    desk: DeskKeys,
    case: Case,
    *,
    receiving_id: uuid.UUID,
    categories: Iterable[Category],
    content: Content,
    priority: Priority = Priority.ROUTINE,
) -> Referral:
    """Begin a referral of a case. ``content`` (requested service, need) is sealed; nobody but this desk sees a draft.

    Raises :class:`Unfit`: ``case_closed``, ``recipient_unknown``, ``guest_taken``,
    ``nothing_chosen``.
    """
    require(policies.can_write_case(actor, case, workers_of(session, actor, case)))
    if case.status in (CaseStatus.CLOSED, CaseStatus.CLOSED_REFERRED):
        raise Unfit("case_closed")
    known = {tenant.id: tenant for tenant in session.scalars(queries.partners(case.tenant_id, case.id))}
    if receiving_id not in known:
        raise Unfit("recipient_unknown")
    if known[receiving_id].kind is TenantKind.GUEST and session.scalar(queries.guest_is_taken(receiving_id)):
        raise Unfit("guest_taken")
    chosen = [c for c in Category if c in set(categories)]
    if not chosen:
        raise Unfit("nothing_chosen")
    _check_services(session, content, receiving_id)
    tenant = session.get_one(Tenant, case.tenant_id)
    row = uuid7()
    envelope, _key = seal(session, desk, Sealed.ENVELOPE, row, content)
    referral = Referral(
        id=row,
        referring_id=case.tenant_id,
        receiving_id=receiving_id,
        code=new_code(f"{tenant.code}-R", 6),
        priority=priority,
        envelope=envelope,
    )
    session.add(referral)
    session.flush()
    session.add(
        ReferralOrigin(
            tenant_id=case.tenant_id,
            referral_id=referral.id,
            case_id=case.id,
            categories=[c.value for c in chosen],
            author_id=desk.user_id,
        )
    )
    session.flush()
    audit.record(session, actor, Action.REFERRAL_DRAFTED, referral.id)
    return referral


def _check_services(session: Session, content: Content, receiving_id: uuid.UUID) -> None:
    """A service that is asked for belongs to the organization that is asked."""
    named = session.scalars(queries.services_named(requests.service_ids(content))).all()
    if any(service.tenant_id != receiving_id for service in named):
        raise Unfit("service_elsewhere")


def revise_draft(
    session: Session,
    actor: Actor,
    desk: DeskKeys,
    referral_id: uuid.UUID,
    *,
    seen: int,
    categories: Iterable[Category],
    content: Content,
    priority: Priority,
) -> Referral:
    """Change what will be asked and shown. Any earlier approval falls."""
    referral, origin = own_referral(session, actor, referral_id, Move.PREPARE, seen)
    check(referral, Move.PREPARE)
    chosen = [c for c in Category if c in set(categories)]
    if not chosen:
        raise Unfit("nothing_chosen")
    _check_services(session, content, referral.receiving_id)
    for wrap in session.scalars(queries.own_keys(referral.referring_id, [referral.id])).all():
        session.delete(wrap)
    session.flush()
    referral.envelope, _key = seal(session, desk, Sealed.ENVELOPE, referral.id, content)
    referral.priority = priority
    origin.categories = [c.value for c in chosen]
    origin.consent_id = None
    drop_approval(origin)
    session.flush()
    audit.record(session, actor, Action.REFERRAL_DRAFTED, referral.id)
    return referral


def prepare_referral(
    session: Session,
    actor: Actor,
    desk: DeskKeys,
    referral_id: uuid.UUID,
    *,
    given: Consent | None,
    seen: int | None = None,
) -> Referral:
    """Draft → ready: every guard of sending but the approval. ``given`` carries it; None where an override does.

    Raises :class:`Unfit` naming the guard that refuses.
    """
    referral, origin = own_referral(session, actor, referral_id, Move.PREPARE, seen)
    if given is not None and given.case_id != origin.case_id:
        raise Refused
    origin.consent_id = given.id if given is not None else None
    guards.judge(session, desk, referral, origin, package.present_parts(session, origin.case_id), now())
    transition(session, actor, referral, Move.PREPARE)
    audit.record(session, actor, Action.REFERRAL_READY, referral.id)
    return referral


def back_to_draft(
    session: Session, actor: Actor, referral_id: uuid.UUID, *, seen: int | None = None
) -> Referral:
    """Ready or awaiting approval → draft, to change something. The approval falls."""
    referral, origin = own_referral(session, actor, referral_id, Move.REOPEN_DRAFT, seen)
    drop_approval(origin)
    transition(session, actor, referral, Move.REOPEN_DRAFT)
    audit.record(session, actor, Action.REFERRAL_RETURNED, referral.id)
    return referral


def submit_referral(
    session: Session, actor: Actor, referral_id: uuid.UUID, *, seen: int | None = None
) -> Referral:
    """Ready → approval pending: ask a second person."""
    referral, _origin = own_referral(session, actor, referral_id, Move.SUBMIT, seen)
    transition(session, actor, referral, Move.SUBMIT)
    notices.tell(session, referral.referring_id)
    audit.record(session, actor, Action.REFERRAL_SUBMITTED, referral.id)
    return referral


def approve_referral(
    session: Session, actor: Actor, referral_id: uuid.UUID, *, seen: int | None = None
) -> Referral:
    """Approval pending → ready, by a supervisor who is not the author. Binds exactly what was looked at."""
    referral, origin = own_referral(session, actor, referral_id, Move.APPROVE, seen)
    require(actor.user_id != origin.author_id)
    origin.approved_by_id, origin.approved_at = actor.user_id, now()
    origin.approved_sha256 = package.fingerprint(
        referral, origin, package.chosen_of(package.present_parts(session, origin.case_id), origin)
    )
    override = session.scalars(queries.override_of(referral.id)).one_or_none()
    if override is not None:
        override.approved_by_id, override.approved_at = actor.user_id, origin.approved_at
    transition(session, actor, referral, Move.APPROVE)
    notices.tell(session, referral.referring_id)
    audit.record(session, actor, Action.REFERRAL_APPROVED, referral.id)
    return referral


def return_referral(
    session: Session, actor: Actor, referral_id: uuid.UUID, *, seen: int | None = None
) -> Referral:
    """Approval pending → draft: the supervisor sends it back."""
    referral, origin = own_referral(session, actor, referral_id, Move.RETURN, seen)
    drop_approval(origin)
    transition(session, actor, referral, Move.RETURN)
    notices.tell(session, referral.referring_id)
    audit.record(session, actor, Action.REFERRAL_RETURNED, referral.id)
    return referral
