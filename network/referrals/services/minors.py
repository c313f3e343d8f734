"""What a case says of the person's age, and what follows from it for what a guardian agreed to."""

from __future__ import annotations

import uuid
from typing import Any

from sqlalchemy.orm import Session

from network.accounts.desk_keys import DeskKeys
from network.database import now
from network.referrals import ages, queries
from network.referrals.categories import Category
from network.referrals.services.rescheduling import reschedule
from network.referrals.services.sealing import open_sealed


def age_told(session: Session, desk: DeskKeys, case_id: uuid.UUID) -> dict[str, Any]:
    """Birth date and age band as the case has them; each stays out where nobody wrote it."""
    told: dict[str, Any] = {}
    for entry, part, wrap in session.execute(queries.opened_parts(case_id, desk.tenant_id)):
        if entry.category in (Category.DEMOGRAPHICS, Category.IDENTITY):
            content = open_sealed(desk, wrap, part.ciphertext, category=part.category)
            told |= {name: content[name] for name in ("age_band", "prs_Birthdate") if name in content}
    return told


def is_minor(session: Session, desk: DeskKeys, case_id: uuid.UUID) -> bool:
    """Whether anything written says that the person is under 18 today."""
    return ages.is_minor(age_told(session, desk, case_id), now().date())


def note_birth(session: Session, case_id: uuid.UUID, content: dict[str, Any]) -> None:
    """A birth date was written: what guardians agreed to in this case ends by it from now on."""
    born = ages.birthday(content)
    if born is None:
        return
    for given in session.scalars(queries.guardians_consents(case_id)).all():
        if ages.is_minor(content, given.given_at.date()):
            given.guardian_consent_ends_on = ages.guardian_consent_ends_on(born)
            reschedule(session, given)
