"""Timed work of this feature. No job ever needs a key: it deletes wraps, moves a status, writes a notice."""

from __future__ import annotations

from sqlalchemy.orm import Session

from network.referrals.notices import CONSENT_EXPIRES, READING_ENDS
from network.referrals.services.consents import end_reading, expire_consent
from network.scheduler import Due, job
from network.tenancy import actor_of


@job(CONSENT_EXPIRES)
def consent_expires(session: Session, due: Due) -> None:
    expire_consent(session, actor_of(session), due.subject_id)


@job(READING_ENDS)
def reading_ends(session: Session, due: Due) -> None:
    end_reading(session, actor_of(session), due.subject_id)
