"""What a suspended organization could read, so that its owners can let it read again when it is back."""

from __future__ import annotations

import uuid

from sqlalchemy import ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from network.database import Moment, PrimaryKey, now
from network.referrals.models.keys import Sealed
from network.referrals.models.words import one_of
from network.tenancy import TenantOwned


class PausedShare(TenantOwned):
    """A key that was sealed to another desk until that organization was suspended. The key itself is destroyed; this
    says only which it was. Its owner alone sees it, and it goes when the thing is sealed again."""

    __tablename__ = "paused_share"
    __table_args__ = (UniqueConstraint("sealed_id", "holder_id", "referral_id"),)

    id: Mapped[PrimaryKey]
    holder_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("tenant.id"))
    referral_id: Mapped[uuid.UUID] = mapped_column(index=True)
    sealed_kind: Mapped[Sealed] = mapped_column(one_of(Sealed))
    sealed_id: Mapped[uuid.UUID]
    readable_until: Mapped[Moment | None]
    paused_at: Mapped[Moment] = mapped_column(default=now)
