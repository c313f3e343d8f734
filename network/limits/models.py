"""Counts of what somebody tried lately."""

from __future__ import annotations

from sqlalchemy import Integer, String
from sqlalchemy.orm import Mapped, mapped_column

from network.database import Moment
from network.tenancy import PlatformOwned


class RateLimit(PlatformOwned):
    """How often one visitor or account tried one thing in the present window."""

    __tablename__ = "rate_limit"
    __table_args__ = {"prefixes": ["UNLOGGED"]}
    reason = "Counts tries of people who are not signed in; keys are HMACs, not addresses."

    key: Mapped[str] = mapped_column(String(200), primary_key=True)
    count: Mapped[int] = mapped_column(Integer)
    expires_at: Mapped[Moment] = mapped_column(index=True)
