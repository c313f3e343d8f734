"""What is asked of SQL about messages and files on a referral."""

from __future__ import annotations

import uuid

from sqlalchemy import Select, and_, or_, select

from network.referrals.models import Attachment, PartKey, ReferralMessage
from network.referrals.models.keys import Sealed


def said_of(referral_id: uuid.UUID, holder_id: uuid.UUID) -> Select[PartKey, ReferralMessage, Attachment]:
    """This desk's keys to what was said, each with its message or its file (without the file's content)."""
    return (
        select(PartKey, ReferralMessage, Attachment)
        .outerjoin(ReferralMessage, ReferralMessage.id == PartKey.sealed_id)
        .outerjoin(Attachment, Attachment.id == PartKey.sealed_id)
        .where(
            PartKey.referral_id == referral_id,
            PartKey.holder_id == holder_id,
            PartKey.sealed_kind.in_((Sealed.MESSAGE, Sealed.ATTACHMENT)),
            # What the sender says with a move has keys of this kind too, and is told with the moves.
            or_(ReferralMessage.id.is_not(None), Attachment.id.is_not(None)),
        )
    )


def attachment_of(
    referral_id: uuid.UUID, attachment_id: uuid.UUID, holder_id: uuid.UUID
) -> Select[Attachment, PartKey]:
    """One file with this desk's key to it, where it holds one that the state releases."""
    return (
        select(Attachment, PartKey)
        .join(PartKey, and_(PartKey.sealed_id == Attachment.id, PartKey.holder_id == holder_id))
        .where(Attachment.id == attachment_id, Attachment.referral_id == referral_id)
    )
