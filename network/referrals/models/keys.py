"""The key of one sealed thing, sealed to one desk."""

from __future__ import annotations

import uuid
from enum import StrEnum

from sqlalchemy import ColumnElement, LargeBinary, UniqueConstraint, and_, exists, false, func, or_
from sqlalchemy.orm import Mapped, aliased, mapped_column

from network.database import Moment, PrimaryKey, now
from network.referrals.models.words import one_of
from network.referrals.states import ENVELOPE, RELEASED
from network.tenancy import Actor, TenantOwned


class Sealed(StrEnum):
    """What kind of thing a key opens."""

    CASE_PART = "case_part"
    ENVELOPE = "envelope"
    CONSENT = "consent"
    RISK_ASSESSMENT = "risk_assessment"
    ANSWER = "referral_answer"
    CASE_NOTE = "case_note"
    CASE_INDEX = "case_index"
    CALL = "hotline_call"
    CALL_NUMBER = "hotline_number"
    EVIDENCE = "consent_evidence"
    OVERRIDE = "consent_override"
    MESSAGE = "referral_message"
    ATTACHMENT = "attachment"
    GLASS = "case_glass"
    EXPORT = "case_export"
    IMPORT = "case_import"
    OWN_MARK = "desk_secret"


ENVELOPED = (Sealed.ENVELOPE, Sealed.MESSAGE)
"""What the receiving desk opens as long as it may read the envelope; everything else waits for its acceptance."""
RETURNED = (Sealed.ANSWER, Sealed.MESSAGE, Sealed.ATTACHMENT)
"""What the receiving desk seals back to the referring one."""


class PartKey(TenantOwned):
    """One sealed thing × one desk. Wraps live in their own schema, without foreign keys, and are backed up apart.

    The owner's tenant always holds its own. A recipient's row is there from the sending on, and shows itself only
    while the referral's state releases it and ``readable_until`` has not passed: the policy compares by itself, so
    that a late job leaks nothing. Withdrawal deletes the row.
    """

    __tablename__ = "part_key"
    __table_args__ = (UniqueConstraint("sealed_id", "holder_id", "referral_id"), {"schema": "wraps"})

    id: Mapped[PrimaryKey]
    tenant_id: Mapped[uuid.UUID] = mapped_column(index=True)
    holder_id: Mapped[uuid.UUID] = mapped_column(index=True)
    epoch: Mapped[int]
    sealed_kind: Mapped[Sealed] = mapped_column(one_of(Sealed))
    sealed_id: Mapped[uuid.UUID] = mapped_column(index=True)
    referral_id: Mapped[uuid.UUID | None] = mapped_column(index=True)
    readable_until: Mapped[Moment | None]
    ciphertext: Mapped[bytes] = mapped_column(LargeBinary)
    created_at: Mapped[Moment] = mapped_column(default=now)

    @classmethod
    def in_scope(cls, actor: Actor) -> ColumnElement[bool]:
        """One's own, and what a referral in the right state released to one's desk."""
        return shown_to(cls, actor)


def shown_to(key: type[PartKey], actor: Actor) -> ColumnElement[bool]:
    """The invariant of the design for the mapper; migration 0018 says the same in SQL.

    ``key`` may be an alias. The referral is aliased too, so that a statement with referrals of its own does not
    capture the question.
    """
    from network.referrals.models.referrals import Referral

    if actor.tenant_id is None:
        return false()
    asked = aliased(Referral)
    released = exists().where(
        asked.id == key.referral_id,
        asked.receiving_id == actor.tenant_id,
        asked.frozen_at.is_(None),
        or_(
            and_(key.sealed_kind.in_(ENVELOPED), asked.status.in_(sorted(ENVELOPE))),
            asked.status.in_(sorted(RELEASED)),
        ),
    )
    told = aliased(Referral)
    answered = exists().where(
        told.id == key.referral_id, told.referring_id == actor.tenant_id, key.sealed_kind.in_(RETURNED)
    )
    fresh = or_(key.readable_until.is_(None), key.readable_until > func.now())
    return or_(
        key.tenant_id == actor.tenant_id,
        and_(key.holder_id == actor.tenant_id, fresh, or_(released, answered)),
    )
