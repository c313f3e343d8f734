"""Consent given, refused, renewed, widened."""

from __future__ import annotations

import datetime
import uuid
from collections.abc import Mapping

from sqlalchemy.orm import Session

from network import audit
from network.accounts.desk_keys import DeskKeys
from network.audit import Action
from network.database import now, uuid7
from network.permissions import Unfit, require
from network.referrals import acts, ages, notices, policies, queries
from network.referrals.acts import Act, Grant, Guardianship
from network.referrals.categories import Category
from network.referrals.consent import Access, Assent, ConsentEventKind, GivenBy, Method, Purpose, less
from network.referrals.models import Case, Consent, ConsentScope, ConsentText
from network.referrals.models.keys import Sealed
from network.referrals.services import minors, narrowing
from network.referrals.services.cases import workers_of
from network.referrals.services.origins import drop_approval
from network.referrals.services.rescheduling import read_until
from network.referrals.services.sealing import Content, seal
from network.referrals.services.withdrawing import (
    end_reading,
    expire_consent,
    note,
    stop_referrals,
    withdraw_consent,
)
from network.referrals.states import DRAFTING
from network.tenancy import Actor

__all__ = [
    "end_reading",
    "expire_consent",
    "give_consent",
    "record_act",
    "refuse_consent",
    "stop_referrals",
    "withdraw_consent",
]


def give_consent(
    session: Session,
    actor: Actor,
    desk: DeskKeys,
    case: Case,
    *,
    text: ConsentText,
    scopes: Mapping[uuid.UUID, frozenset[Category]],
    details: Content,
    purpose: Purpose = Purpose.REFERRAL,
    given_at: datetime.datetime | None = None,
    expires_at: datetime.datetime | None = None,
    onward: frozenset[uuid.UUID] = frozenset(),
    copies: frozenset[uuid.UUID] = frozenset(),
    guardian: Guardianship | None = None,
    assent: Assent | None = None,
    supersedes: Consent | None = None,
) -> Consent:
    """Record one act of consent, put together from its pieces; see :func:`record_act`."""
    given = given_at or now()
    act = Act(
        purpose=purpose,
        given_at=given,
        expires_at=expires_at or given + acts.usual(purpose),
        grants={
            recipient: Grant(
                categories,
                Access.RECEIVE_COPY if recipient in copies else Access.SEE,
                recipient in onward,
            )
            for recipient, categories in scopes.items()
        },
        informed=details.get("informed", {}),
        guardian=guardian,
        assent=assent,
        method=Method(details["method"]) if details.get("method") else None,
        witness=details.get("witness", ""),
    )
    return record_act(session, actor, desk, case, act, text=text, details=details, supersedes=supersedes)


def record_act(
    session: Session,
    actor: Actor,
    desk: DeskKeys,
    case: Case,
    act: Act,
    *,
    text: ConsentText,
    details: Content,
    supersedes: Consent | None = None,
) -> Consent:
    """Record one act of consent. ``details`` (how, interpreter, witness, guardian, safe contact …) are sealed.

    With ``supersedes`` it takes the place of an earlier act of the same purpose: what that allowed and this does not
    is narrowed at once, with all that follows; open referrals go on under the new one. Nothing is ever edited.
    Raises :class:`Unfit` with the code of the rule that refuses (:func:`acts.fault`), ``consent_replaced`` where the
    earlier act had ended by withdrawal or was replaced already.
    """
    require(policies.can_write_case(actor, case, workers_of(session, actor, case)))
    told = minors.age_told(session, desk, case.id)
    minor = ages.is_minor(told, act.given_at.date())
    if wrong := acts.fault(act, now(), minor=minor):
        raise Unfit(wrong)
    if supersedes is not None:
        session.refresh(supersedes, with_for_update=True)
        if not _replaceable(supersedes, case, act):
            raise Unfit("consent_replaced")
    born = ages.birthday(told)
    consent = _written(session, desk, case, act, text=text, details=details)
    consent.supersedes_id = supersedes.id if supersedes else None
    if act.guardian is not None and minor and born is not None:
        consent.guardian_consent_ends_on = ages.guardian_consent_ends_on(born)
    session.flush()
    _grant(session, consent, act)
    if supersedes is not None:
        _take_over(session, actor, desk, supersedes, consent, act)
    note(session, consent, ConsentEventKind.GIVEN, actor)
    session.flush()
    notices.watch_expiry(session, consent)
    audit.record(session, actor, Action.CONSENT_GIVEN, consent.id)
    return consent


def refuse_consent(
    session: Session,
    actor: Actor,
    desk: DeskKeys,
    case: Case,
    *,
    purpose: Purpose,
    text: ConsentText,
    details: Content,
    given_by: GivenBy = GivenBy.SELF,
) -> Consent:
    """The person said no. It is kept, so that nobody asks again as if nothing had been said, and it blocks nothing
    that the organization does itself."""
    require(policies.can_write_case(actor, case, workers_of(session, actor, case)))
    row, moment = uuid7(), now()
    ciphertext, _key = seal(session, desk, Sealed.CONSENT, row, details)
    refusal = Consent(
        id=row,
        tenant_id=case.tenant_id,
        case_id=case.id,
        purpose=purpose,
        given_by=given_by,
        text_id=text.id,
        given_at=moment,
        expires_at=moment,
        refused_at=moment,
        ciphertext=ciphertext,
    )
    session.add(refusal)
    session.flush()
    note(session, refusal, ConsentEventKind.REFUSED, actor)
    session.flush()
    audit.record(session, actor, Action.CONSENT_REFUSED, refusal.id)
    return refusal


def _replaceable(former: Consent, case: Case, act: Act) -> bool:
    return (
        former.case_id == case.id
        and former.purpose is act.purpose
        and former.withdrawn_at is None
        and former.refused_at is None
        and former.superseded_at is None
    )


def _written(
    session: Session, desk: DeskKeys, case: Case, act: Act, *, text: ConsentText, details: Content
) -> Consent:
    row = uuid7()
    ciphertext, _key = seal(session, desk, Sealed.CONSENT, row, _sealed(act, details))
    consent = Consent(
        id=row,
        tenant_id=case.tenant_id,
        case_id=case.id,
        purpose=act.purpose,
        given_by=GivenBy.GUARDIAN if act.guardian else GivenBy.SELF,
        text_id=text.id,
        given_at=act.given_at,
        expires_at=act.expires_at,
        ciphertext=ciphertext,
    )
    session.add(consent)
    return consent


def _sealed(act: Act, details: Content) -> Content:
    """Everything that the clear columns do not hold."""
    content = {"legal_basis": "consent", **details}
    if act.guardian is not None:
        named = content.get("guardian", {})
        content["guardian"] = {
            **named,
            "kind": act.guardian.kind.value,
            "relation": act.guardian.relation,
            "authority": act.guardian.authority,
            "unsuitable": act.guardian.unsuitable,
        }
    if act.assent is not None:
        content["assent"] = act.assent.value
    return content


def _grant(session: Session, consent: Consent, act: Act) -> None:
    for recipient, grant in act.grants.items():
        session.add_all(
            ConsentScope(
                tenant_id=consent.tenant_id,
                consent_id=consent.id,
                recipient_id=recipient,
                category=category,
                access=grant.access,
                onward_sharing=grant.onward,
            )
            for category in Category
            if category in grant.categories
        )
    session.flush()


def _take_over(
    session: Session, actor: Actor, desk: DeskKeys, former: Consent, consent: Consent, act: Act
) -> None:
    """The new act takes the place of the former one, for every open referral under it."""
    before = narrowing.present_scopes(session, former.id)
    lost, gained = less(before, act.scopes), less(act.scopes, before)
    if lost:
        narrowing.narrow_consent(session, actor, desk, former, lost)
    for referral in session.scalars(queries.referrals_under(former.id)).all():
        origin = session.scalars(queries.origin_of(referral.id)).one()
        origin.consent_id = consent.id
        if referral.status in DRAFTING:
            drop_approval(origin)
        read_until(session, referral, consent)
    former.superseded_at = now()
    kind = ConsentEventKind.SCOPE_WIDENED if gained else ConsentEventKind.RENEWED
    note(session, consent, kind, actor)
    note(session, former, ConsentEventKind.SUPERSEDED, actor)
    session.flush()
