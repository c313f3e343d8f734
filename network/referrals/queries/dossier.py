"""A case as one file, asked for by two questions: what is sealed in it, and what was done with it.

Each question begins with a list of ids, one row for each thing, to which the rows themselves are joined: so however much
there is of however many kinds, the page asks as little as for an empty case.
"""

from __future__ import annotations

import uuid
from typing import Any

from sqlalchemy import Select, Subquery, and_, func, literal, null, select, union_all
from sqlalchemy import Uuid as UuidType
from sqlalchemy.orm import aliased, defer

from network.accounts.models import User
from network.referrals.models import (
    Case,
    CaseEntry,
    CaseNote,
    CasePart,
    Consent,
    ConsentEvent,
    ConsentScope,
    Obligation,
    PartKey,
    Referral,
    ReferralEvent,
    ReferralOrigin,
    RiskAssessment,
)
from network.referrals.queries.cases import known_to
from network.statements import built_once
from network.tenancy import Actor, Tenant

TOLD = 60
"""So many of the latest versions, moves and acts are told on the page of a case; each has a page of its own beside."""


def _none() -> Any:
    return null().cast(UuidType())


@built_once
def sealed_of_case(
    case_id: uuid.UUID, actor: Actor
) -> Select[Case, str, CaseEntry, CasePart, CaseNote, PartKey]:
    """The case with the name of its owner, and the present parts and notes with the owner's keys: one row each, at
    least one. No row where this person does not need to know the case."""
    newest = (
        select(CaseEntry.category, func.max(CaseEntry.number).label("number"))
        .where(CaseEntry.case_id == case_id)
        .group_by(CaseEntry.category)
        .subquery()
    )
    later = aliased(CaseNote)
    parts = select(
        CaseEntry.part_id.label("sealed_id"), CaseEntry.id.label("entry_id"), _none().label("note_id")
    )
    parts = parts.join(
        newest, and_(newest.c.category == CaseEntry.category, newest.c.number == CaseEntry.number)
    )
    notes = select(CaseNote.id, _none(), CaseNote.id).where(
        CaseNote.case_id == case_id,
        ~select(later.id)
        .where(later.thread_id == CaseNote.thread_id, later.number > CaseNote.number)
        .exists(),
    )
    held = union_all(parts.where(CaseEntry.case_id == case_id), notes).subquery()
    own = and_(
        PartKey.sealed_id == held.c.sealed_id,
        PartKey.tenant_id == actor.tenant_id,
        PartKey.holder_id == actor.tenant_id,
    )
    return (
        select(Case, User.name.label("owner"), CaseEntry, CasePart, CaseNote, PartKey)
        .select_from(Case)
        .join(User, User.id == Case.owner_id)
        .outerjoin(held, literal(True))
        .outerjoin(CaseEntry, CaseEntry.id == held.c.entry_id)
        .outerjoin(
            CasePart, and_(CasePart.id == CaseEntry.part_id, CasePart.tenant_id == CaseEntry.tenant_id)
        )
        .outerjoin(CaseNote, CaseNote.id == held.c.note_id)
        .outerjoin(PartKey, own)
        .where(Case.id == case_id, Case.tenant_id == actor.tenant_id, known_to(actor))
        .order_by(CaseNote.thread_id)
    )


def _row(kind: str, at: Any, **ids: Any) -> Select[Any]:
    """One thing of the list: its kind, its moment, who did it, and the ids by which the rows are joined."""
    named = {name: ids.get(name, _none()) for name in ("who", "one", "two", "other")}
    return select(
        literal(kind).label("kind"), at.label("at"), *(value.label(name) for name, value in named.items())
    )


def _latest(rows: Select[Any], at: Any) -> Select[Any]:
    return select(rows.order_by(at.desc()).limit(TOLD).subquery())


def _done(case_id: uuid.UUID) -> Subquery:
    of_case = ReferralOrigin.case_id == case_id
    consented = Consent.case_id == case_id
    moves = (
        _row(
            "move",
            ReferralEvent.at,
            who=ReferralEvent.user_id,
            one=ReferralEvent.referral_id,
            two=ReferralEvent.id,
        )
        .join(ReferralOrigin, ReferralOrigin.referral_id == ReferralEvent.referral_id)
        .where(of_case)
    )
    acts = (
        _row(
            "act", ConsentEvent.at, who=ConsentEvent.user_id, one=ConsentEvent.consent_id, two=ConsentEvent.id
        )
        .join(Consent, Consent.id == ConsentEvent.consent_id)
        .where(consented)
    )
    written = _row(
        "written", CaseEntry.created_at, who=CaseEntry.author_id, one=_none(), two=CaseEntry.id
    ).where(CaseEntry.case_id == case_id)
    noted = _row("noted", CaseNote.created_at, who=CaseNote.author_id, one=_none(), two=CaseNote.id).where(
        CaseNote.case_id == case_id
    )
    risks = _row("risk", RiskAssessment.created_at, two=RiskAssessment.id).where(
        RiskAssessment.case_id == case_id
    )
    referrals = (
        _row("referral", Referral.created_at, one=Referral.id, other=Referral.receiving_id)
        .join(ReferralOrigin, ReferralOrigin.referral_id == Referral.id)
        .where(of_case)
    )
    scopes = (
        _row("scope", Consent.given_at, one=Consent.id, two=ConsentScope.id, other=ConsentScope.recipient_id)
        .outerjoin(ConsentScope, ConsentScope.consent_id == Consent.id)
        .where(consented)
    )
    owed = (
        _row("owed", Obligation.notified_at, one=Obligation.referral_id, two=Obligation.id)
        .join(ReferralOrigin, ReferralOrigin.referral_id == Obligation.referral_id)
        .where(of_case)
    )
    return union_all(
        referrals,
        scopes,
        owed,
        _latest(moves, ReferralEvent.at),
        _latest(acts, ConsentEvent.at),
        _latest(written, CaseEntry.created_at),
        _latest(noted, CaseNote.created_at),
        _latest(risks, RiskAssessment.created_at),
    ).subquery()


@built_once
def done_with_case(case_id: uuid.UUID) -> Select[Any]:
    """Everything that was done with a case: kind, moment, name of who, the other organization, and the rows."""
    done = _done(case_id)

    def mine(*kinds: str) -> Any:
        return done.c.kind.in_(kinds)

    return (
        select(
            done.c.kind,
            done.c.at,
            User.name.label("who"),
            Tenant,
            Referral,
            ReferralEvent,
            Obligation,
            Consent,
            ConsentScope,
            ConsentEvent,
            CaseEntry.category,
            RiskAssessment,
        )
        .select_from(done)
        .outerjoin(User, User.id == done.c.who)
        .outerjoin(Tenant, Tenant.id == done.c.other)
        .outerjoin(Referral, and_(mine("referral", "move", "owed"), Referral.id == done.c.one))
        .outerjoin(ReferralEvent, and_(mine("move"), ReferralEvent.id == done.c.two))
        .outerjoin(Obligation, and_(mine("owed"), Obligation.id == done.c.two))
        .outerjoin(Consent, and_(mine("scope", "act"), Consent.id == done.c.one))
        .outerjoin(ConsentScope, and_(mine("scope"), ConsentScope.id == done.c.two))
        .outerjoin(ConsentEvent, and_(mine("act"), ConsentEvent.id == done.c.two))
        .outerjoin(CaseEntry, and_(mine("written"), CaseEntry.id == done.c.two))
        .outerjoin(RiskAssessment, and_(mine("risk"), RiskAssessment.id == done.c.two))
        .options(
            defer(Referral.envelope),
            defer(Referral.signature),
            defer(Consent.ciphertext),
            defer(RiskAssessment.ciphertext),
        )
        .order_by(done.c.at, ReferralEvent.number, done.c.two)
    )


__all__ = ["done_with_case", "sealed_of_case"]
