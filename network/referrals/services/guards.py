"""What must be true before a referral may leave, asked in the order in which a caseworker can mend it."""

from __future__ import annotations

import datetime

from sqlalchemy.orm import Session

from network.accounts.desk_keys import DeskKeys
from network.permissions import Unfit
from network.referrals import consent, policies, queries
from network.referrals.categories import Category
from network.referrals.models import Case, Consent, Referral, ReferralOrigin
from network.referrals.models.cases import CaseStatus
from network.referrals.services import agreements
from network.referrals.services.package import Parts
from network.referrals.services.sealing import open_sealed
from network.tenancy import Tenant

CHILD_BANDS = ("0-8", "9-17")
ADULT_YEARS = 18


def judge(
    session: Session,
    desk: DeskKeys,
    referral: Referral,
    origin: ReferralOrigin,
    present: Parts,
    at: datetime.datetime,
) -> Consent:
    """Every guard of the send but the approval; the consent that carries it. ``present`` are all parts of the case.

    Raises :class:`Unfit` with the code of the guard that refuses.
    """
    case = session.get_one(Case, origin.case_id)
    if case.status in (CaseStatus.CLOSED, CaseStatus.CLOSED_REFERRED):
        raise Unfit("case_closed")
    receiver = session.get(Tenant, referral.receiving_id)
    if receiver is None or receiver.suspended_at is not None:
        raise Unfit("recipient_suspended")
    wanted = [Category(c) for c in origin.categories]
    agreements.check(session, referral, wanted, at)
    if empty := [c.value for c in wanted if c not in present] or _blank(session, desk, case, present, wanted):
        raise Unfit("category_empty", categories=empty)
    found = {c.id: c for c in session.scalars(queries.consents_of(case.id))}
    given = found.get(origin.consent_id) if origin.consent_id else None
    terms = [given.terms()] if given else []
    if lacking := consent.missing(terms, referral.receiving_id, wanted, at):
        raise Unfit("consent_missing", categories=[c.value for c in lacking])
    if crosses_border(session, referral):
        assessed = session.scalars(queries.newest_risk_assessment(case.id)).one_or_none()
        if assessed is None or at.date() - assessed.assessed_on > consent.RISK_ASSESSMENT_VALID:
            raise Unfit("risk_assessment_old")
    if _is_minor(session, desk, case, present, at.date()):
        raise Unfit("minor")
    assert given is not None  # noqa: S101  # Without it every category would have been missing.
    return given


def _blank(session: Session, desk: DeskKeys, case: Case, present: Parts, wanted: list[Category]) -> list[str]:
    """Of the wanted categories those whose present version was emptied again: they hold nothing either."""
    parts = {present[c].id: present[c] for c in wanted}
    wraps = session.scalars(queries.own_keys(case.tenant_id, parts))
    said = {
        wrap.sealed_id: open_sealed(
            desk, wrap, parts[wrap.sealed_id].ciphertext, category=parts[wrap.sealed_id].category
        )
        for wrap in wraps
    }
    return [c.value for c in wanted if not said.get(present[c].id)]


def needs_second_person(session: Session, referral: Referral) -> bool:
    """Whether a supervisor who is not the author must look first: across a border always, elsewhere where the agreement
    says so."""
    return crosses_border(session, referral) or agreements.asks_second_person(session, referral)


def crosses_border(session: Session, referral: Referral) -> bool:
    ends = [session.get(Tenant, referral.referring_id), session.get(Tenant, referral.receiving_id)]
    return policies.needs_second_person(*(end.country if end else None for end in ends))


def _is_minor(session: Session, desk: DeskKeys, case: Case, present: Parts, today: datetime.date) -> bool:
    """Whether anything written says that the person is under 18; minors have rules of their own."""
    told = [present[c] for c in (Category.DEMOGRAPHICS, Category.IDENTITY) if c in present]
    wraps = session.scalars(queries.own_keys(case.tenant_id, [part.id for part in told]))
    by_id = {wrap.sealed_id: wrap for wrap in wraps}
    for part in told:
        content = open_sealed(desk, by_id[part.id], part.ciphertext, category=part.category)
        if content.get("age_band") in CHILD_BANDS:
            return True
        if born := content.get("prs_Birthdate"):
            birth = datetime.date.fromisoformat(born)
            eighteen = birth.replace(year=birth.year + ADULT_YEARS, day=min(birth.day, 28))
            if today < eighteen:
                return True
    return False
