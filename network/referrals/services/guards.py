"""What must be true before a referral may leave, asked in the order in which a caseworker can mend it."""

from __future__ import annotations

import datetime
import uuid
from collections.abc import Mapping

from sqlalchemy.orm import Session

from network.accounts.desk_keys import DeskKeys
from network.accounts.services import desk as desks
from network.permissions import Unfit
from network.referrals import consent, overrides, policies, queries
from network.referrals.categories import Category
from network.referrals.consent import GivenBy
from network.referrals.models import Case, Consent, ConsentOverride, Referral, ReferralOrigin
from network.referrals.models.cases import CaseStatus
from network.referrals.services import agreements, minors
from network.referrals.services.grounds import ground_of
from network.referrals.services.package import Parts
from network.referrals.services.sealing import open_sealed, recipient_key
from network.tenancy import Tenant


def judge(
    session: Session,
    desk: DeskKeys,
    referral: Referral,
    origin: ReferralOrigin,
    present: Parts,
    at: datetime.datetime,
) -> Consent | ConsentOverride:
    """Every guard of the send but the approval; what carries it: a consent, or an override. ``present`` are all parts
    of the case.

    Raises :class:`Unfit` with the code of the guard that refuses.
    """
    case = session.get_one(Case, origin.case_id)
    wanted = [Category(c) for c in origin.categories]
    of_the_way(session, case, referral, wanted, at)
    filled(session, desk, case, present, wanted)
    override = session.scalars(queries.override_of(referral.id)).one_or_none()
    if override is not None and override.ended_at is None:
        if more := overrides.beyond(ground_of(session, desk, override), frozenset(wanted)):
            raise Unfit("beyond_minimum", categories=[c.value for c in more])
        carried: Consent | ConsentOverride = override
    else:
        carried = consented(session, referral, origin, wanted, at)
    safe(session, desk, referral, case, carried, at)
    return carried


def safe(
    session: Session,
    desk: DeskKeys,
    referral: Referral,
    case: Case,
    carried: Consent | ConsentOverride,
    at: datetime.datetime,
) -> None:
    """Nothing crosses a border without a look at the risk of these days, nor on the word of a child alone.

    Raises :class:`Unfit` ``risk_assessment_old``, ``minor``.
    """
    if crosses_border(session, referral):
        assessed = session.scalars(queries.newest_risk_assessment(case.id)).one_or_none()
        if assessed is None or at.date() - assessed.assessed_on > consent.RISK_ASSESSMENT_VALID:
            raise Unfit("risk_assessment_old")
    by_herself = isinstance(carried, Consent) and carried.given_by is not GivenBy.GUARDIAN
    if by_herself and minors.is_minor(session, desk, case.id):
        raise Unfit("minor")


def of_the_way(
    session: Session, case: Case, referral: Referral, wanted: list[Category], at: datetime.datetime
) -> None:
    """What no danger suspends: an open case, a recipient that may receive, an agreement in force."""
    if case.status in (CaseStatus.CLOSED, CaseStatus.CLOSED_REFERRED):
        raise Unfit("case_closed")
    not_suspended(session, referral)
    agreements.check(session, referral, wanted, at)


def not_suspended(session: Session, referral: Referral) -> None:
    """Nothing new is sealed to an organization that is suspended. Raises :class:`Unfit` ``recipient_suspended``."""
    receiver = session.get(Tenant, referral.receiving_id)
    if receiver is None or receiver.suspended_at is not None:
        raise Unfit("recipient_suspended")


def filled(session: Session, desk: DeskKeys, case: Case, present: Parts, wanted: list[Category]) -> None:
    """Nothing leaves that says nothing. Raises :class:`Unfit` ``category_empty``."""
    if empty := [c.value for c in wanted if c not in present] or _blank(session, desk, case, present, wanted):
        raise Unfit("category_empty", categories=empty)


def can_read(session: Session, referral: Referral) -> bool:
    """Whether something can be sealed to the receiver now: it is not suspended, and has a key."""
    try:
        not_suspended(session, referral)
        recipient_key(session, referral.receiving_id)
    except Unfit:
        return False
    return True


def consented(
    session: Session,
    referral: Referral,
    origin: ReferralOrigin,
    wanted: list[Category],
    at: datetime.datetime,
) -> Consent:
    """The consent that carries the referral, where it covers all of this for its receiver now.

    Raises :class:`Unfit` ``consent_missing`` naming what it does not cover.
    """
    found = {c.id: c for c in session.scalars(queries.consents_of(origin.case_id))}
    given = found.get(origin.consent_id) if origin.consent_id else None
    terms = [given.terms()] if given else []
    if lacking := consent.missing(terms, referral.receiving_id, wanted, at):
        raise Unfit("consent_missing", categories=[c.value for c in lacking])
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


Ends = Mapping[uuid.UUID, Tenant]
"""The two organizations of a referral, by id."""


def crosses_border(session: Session, referral: Referral, known: Ends | None = None) -> bool:
    ids = (referral.referring_id, referral.receiving_id)
    ends = [known.get(one) if known else session.get(Tenant, one) for one in ids]
    return policies.needs_second_person(*(end.country if end else None for end in ends))


def needs_second_person(
    session: Session, referral: Referral, origin: ReferralOrigin | None = None, known: Ends | None = None
) -> bool:
    """Whether a supervisor who is not the author must look first: across a border always, elsewhere where the agreement
    says so, for somebody for whom a guardian speaks, and for what leaves without consent. ``known``: its two ends, where
    they were read already."""
    if crosses_border(session, referral, known) or agreements.asks_second_person(session, referral):
        return True
    if origin is None:
        return False
    given = session.get(Consent, origin.consent_id) if origin.consent_id else None
    if given is not None and given.given_by is GivenBy.GUARDIAN:
        return True
    return session.scalars(queries.override_of(referral.id)).one_or_none() is not None


def is_alone(session: Session, referral: Referral) -> bool:
    """Whether one person alone holds the case keys of the referring tenant, so that nobody can look second."""
    return len(desks.holders(session, referral.referring_id)) <= 1
