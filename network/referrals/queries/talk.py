"""What is asked of SQL about messages and files on a referral."""

from __future__ import annotations

import uuid
from collections.abc import Iterable

from sqlalchemy import Select, and_, select

from network.referrals.categories import Category
from network.referrals.models import Attachment, PartKey


def attachment_of(
    referral_id: uuid.UUID, attachment_id: uuid.UUID, holder_id: uuid.UUID
) -> Select[Attachment, PartKey]:
    """One file with this desk's key to it, where it holds one that the state releases."""
    return (
        select(Attachment, PartKey)
        .join(PartKey, and_(PartKey.sealed_id == Attachment.id, PartKey.holder_id == holder_id))
        .where(Attachment.id == attachment_id, Attachment.referral_id == referral_id)
    )


def files_named(ids: Iterable[uuid.UUID]) -> Select[uuid.UUID, Category]:
    """Of which category each of these files is."""
    return select(Attachment.id, Attachment.category).where(Attachment.id.in_(list(ids)))


def files_of_categories(referral_id: uuid.UUID, categories: Iterable[Category]) -> Select[uuid.UUID]:
    """The files of a referral that hold something of these categories."""
    return select(Attachment.id).where(
        Attachment.referral_id == referral_id, Attachment.category.in_(sorted(categories))
    )
