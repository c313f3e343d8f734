"""When somebody last made sure that a listing is right. Saving is not making sure."""

from __future__ import annotations

import datetime
from enum import StrEnum

from sqlalchemy import Enum
from sqlalchemy.orm import Mapped, mapped_column


class Method(StrEnum):
    """How somebody made sure."""

    KNOWN = "known"  # Whoever keeps the listing knows it: "no change, still right".
    CALL = "call"
    VISIT = "visit"
    LETTER = "letter"
    WEBSITE = "website"


class Assured:
    """Columns that every reader of a listing may know; who it was and what was asked stands in ``Verification``."""

    verified_at: Mapped[datetime.datetime | None]
    """Since when all of it is known to be right; None where nobody ever made sure."""
    verified_how: Mapped[Method | None] = mapped_column(
        Enum(Method, native_enum=False, length=20, values_callable=lambda e: [m.value for m in e])
    )
    reminded: Mapped[int] = mapped_column(default=0, server_default="0")
    """How far reminders went since then (``upkeep.verification.Stage``); it only grows until the next confirmation."""
