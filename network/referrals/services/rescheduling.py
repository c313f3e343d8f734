"""A consent ends on another day than before: clocks, wraps and what was attested follow it."""

from __future__ import annotations

from sqlalchemy import update
from sqlalchemy.orm import Session

from network.referrals import notices, queries
from network.referrals.consent import READ_ONLY_AFTER_EXPIRY
from network.referrals.models import Consent, PartKey, Referral
from network.referrals.services.offers import brought_by_handover


def reschedule(session: Session, consent: Consent) -> None:
    """Everything that compares with this consent's end does so with the present one."""
    session.flush()
    notices.watch_expiry(session, consent)
    for referral in session.scalars(queries.referrals_under(consent.id)).all():
        read_until(session, referral, consent)


def read_until(session: Session, referral: Referral, consent: Consent) -> None:
    """The receiving desk reads as long as this consent holds, and 14 days more."""
    if referral.sent_at is None:
        return
    referral.consent_expires_at = consent.ends_at
    session.execute(
        update(PartKey)
        .where(
            PartKey.referral_id == referral.id,
            PartKey.readable_until.is_not(None),
            # What came with a hand-over that was offered lasts as its own consent does.
            PartKey.sealed_id.not_in(brought_by_handover(session, referral.id)),
        )
        .values(readable_until=consent.ends_at + READ_ONLY_AFTER_EXPIRY)
    )
