"""How often what everybody may read was changed, so that what was made of it can be kept until the next change."""

from __future__ import annotations

from sqlalchemy import BigInteger, String
from sqlalchemy.orm import Mapped, mapped_column

from network.database import Moment
from network.tenancy import PlatformOwned


class PublicState(PlatformOwned):
    """One number for each area. Triggers move it just before the commit of whatever changed something public, so
    nobody sees the change without the new number (migration 0015; ``tests/house/test_kept``)."""

    __tablename__ = "public_state"
    reason = "Counts changes of what everybody may read; says nothing of anybody's rows."
    verbs = frozenset({"SELECT", "INSERT", "UPDATE"})

    area: Mapped[str] = mapped_column(String(20), primary_key=True)
    """``directory``, ``events``, ``digest`` or ``network`` (the tenants)."""
    number: Mapped[int] = mapped_column(BigInteger)
    changed_at: Mapped[Moment]
    """Tells two numbers apart that are the same because a backup was restored between them."""
