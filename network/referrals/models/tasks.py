"""What needs a key and therefore waits for somebody of the desk to be signed in."""

from __future__ import annotations

import uuid
from enum import StrEnum

from sqlalchemy.orm import Mapped, mapped_column

from network.database import Moment, PrimaryKey, now
from network.referrals.models.words import one_of
from network.tenancy import TenantOwned


class DeskTaskKind(StrEnum):
    """What is to be done; ``services/tasks.py`` says by which function."""

    CONTRIBUTION = "contribution"
    UNCONTRIBUTE = "take_back_contribution"
    RESEAL = "reseal"
    IMPORT = "import"


class DeskTask(TenantOwned):
    """No job ever opens anything: it leaves such a row, and the desk's next signed-in session does the work."""

    __tablename__ = "desk_task"

    id: Mapped[PrimaryKey]
    kind: Mapped[DeskTaskKind] = mapped_column(one_of(DeskTaskKind))
    subject_id: Mapped[uuid.UUID]
    created_at: Mapped[Moment] = mapped_column(default=now)
    done_at: Mapped[Moment | None] = mapped_column(index=True)
