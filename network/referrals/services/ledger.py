"""The ledger of what left: one row for each time that something of a case was given to the other side of a referral."""

from __future__ import annotations

import uuid
from collections.abc import Iterable

from sqlalchemy.orm import Session

from network.database import now
from network.referrals.categories import Category
from network.referrals.consent import Purpose
from network.referrals.models import Disclosure, FileForm, Referral


def enter(
    session: Session,
    referral: Referral,
    categories: Iterable[Category],
    *,
    sha256: bytes,
    part_ids: Iterable[uuid.UUID] = (),
    purpose: Purpose | None = None,
    copied_as: FileForm | None = None,
) -> Disclosure:
    """Write down what the receiving side was given now. ``part_ids``: the versions of parts, or the file, that its keys
    open; ``sha256``: of the package or the file, over ciphertext; ``copied_as``: the form in which it took a copy away."""
    entry = Disclosure(
        referring_id=referral.referring_id,
        receiving_id=referral.receiving_id,
        referral_id=referral.id,
        purpose=purpose,
        categories=[category.value for category in categories],
        part_ids=[str(ident) for ident in part_ids],
        package_sha256=sha256,
        disclosed_at=now(),
        copied_as=copied_as,
    )
    session.add(entry)
    session.flush()
    return entry
