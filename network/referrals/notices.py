"""What others are told of a referral: that there is something, never what. And what the clock is asked to watch."""

from __future__ import annotations

import uuid

from sqlalchemy.orm import Session

from network import scheduler
from network.database import now
from network.outbox import notify
from network.referrals.consent import NOTICES_BEFORE, READ_ONLY_AFTER_EXPIRY
from network.referrals.models import Consent, ConsentOverride, Referral
from network.referrals.states import ENDED

CONSENT_ENDS_SOON = "referrals.consent_ends_soon"
CONSENT_EXPIRES = "referrals.consent_expires"
READING_ENDS = "referrals.reading_ends"
CASE_REMINDER = "referrals.case_reminder"
REFERRAL_ENDED = "referrals.ended"
OVERRIDE_APPROVAL = "referrals.override_approval"
OVERRIDE_REVIEW = "referrals.override_review"


def tell(session: Session, tenant_id: uuid.UUID, *, urgent: bool = False) -> None:
    """Say to everybody of this desk that there is something for them. No name, no service, no code."""
    notify(session, tenant_id, urgent=urgent)


def watch_expiry(session: Session, consent: Consent) -> None:
    """Have the clock close what stands on this consent when it ends; row-level security does not wait for it.

    The desk is told 30, 14 and 3 days before. Called again after the end moved, the former dates are taken back.
    """
    for kind in (CONSENT_ENDS_SOON, CONSENT_EXPIRES, READING_ENDS):
        scheduler.cancel(session, kind, consent.id)
    ends, moment = consent.ends_at, now()
    for before in NOTICES_BEFORE:
        if ends - before > moment:
            scheduler.plan(session, consent.tenant_id, CONSENT_ENDS_SOON, consent.id, ends - before)
    scheduler.plan(session, consent.tenant_id, CONSENT_EXPIRES, consent.id, ends)
    scheduler.plan(session, consent.tenant_id, READING_ENDS, consent.id, ends + READ_ONLY_AFTER_EXPIRY)


def watch_override(session: Session, override: ConsentOverride) -> None:
    """Have the clock stop what nobody else agreed to within 24 hours, and ask for the review due after 72."""
    if override.approve_by is not None:
        scheduler.plan(
            session, override.tenant_id, OVERRIDE_APPROVAL, override.referral_id, override.approve_by
        )
    if override.review_due_at is not None:
        scheduler.plan(
            session, override.tenant_id, OVERRIDE_REVIEW, override.referral_id, override.review_due_at
        )


def watch_override_end(session: Session, override: ConsentOverride) -> None:
    """A second person agreed: from now on the clock watches the end of what they agreed to."""
    scheduler.cancel(session, OVERRIDE_APPROVAL, override.referral_id)
    scheduler.plan(session, override.tenant_id, OVERRIDE_APPROVAL, override.referral_id, override.ends_at)


def watch_end(session: Session, referral: Referral) -> None:
    """Where this is the end of what was sent, have the sender's clock see whether it may be counted."""
    if referral.status in ENDED and referral.sent_at is not None:
        scheduler.plan(session, referral.referring_id, REFERRAL_ENDED, referral.id, referral.changed_at)
