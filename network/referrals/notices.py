"""What others are told of a referral: that there is something, never what. And what the clock is asked to watch."""

from __future__ import annotations

import uuid

from sqlalchemy.orm import Session

from network import scheduler
from network.outbox import notify
from network.referrals.consent import READ_ONLY_AFTER_EXPIRY
from network.referrals.models import Consent, Referral
from network.referrals.states import ENDED

CONSENT_EXPIRES = "referrals.consent_expires"
READING_ENDS = "referrals.reading_ends"
CASE_REMINDER = "referrals.case_reminder"
REFERRAL_ENDED = "referrals.ended"


def tell(session: Session, tenant_id: uuid.UUID, *, urgent: bool = False) -> None:
    """Say to everybody of this desk that there is something for them. No name, no service, no code."""
    notify(session, tenant_id, urgent=urgent)


def watch_expiry(session: Session, consent: Consent) -> None:
    """Have the clock close what stands on this consent when it ends; row-level security does not wait for it."""
    scheduler.plan(session, consent.tenant_id, CONSENT_EXPIRES, consent.id, consent.expires_at)
    scheduler.plan(
        session, consent.tenant_id, READING_ENDS, consent.id, consent.expires_at + READ_ONLY_AFTER_EXPIRY
    )


def watch_end(session: Session, referral: Referral) -> None:
    """Where this is the end of what was sent, have the sender's clock see whether it may be counted."""
    if referral.status in ENDED and referral.sent_at is not None:
        scheduler.plan(session, referral.referring_id, REFERRAL_ENDED, referral.id, referral.changed_at)
