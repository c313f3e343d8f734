"""A referral as one end of it may see it."""

from __future__ import annotations

import uuid
from dataclasses import dataclass, field
from typing import Any

from flask import g

from network.referrals import policies
from network.referrals.categories import Category
from network.referrals.models import Case, Referral
from network.referrals.services import cases, sheets
from network.referrals.states import (
    Move,
    Side,
)
from network.referrals.views.common import counted, desk


@dataclass
class Found:
    """A referral with what this end knows of it."""

    referral: Referral
    side: Side
    moves: list[Move]
    envelope: dict[str, Any]
    readable: bool
    head: sheets.Head
    case: Case | None = None
    categories: list[str] = field(default_factory=list)
    origin: Any = None

    def told(self) -> dict[str, Any]:
        """The request with who needs it, as far as this end reads it: from the envelope, or from one's own case."""
        if self.case is None or "hints" in self.envelope:
            return self.envelope
        parts = cases.read_parts(g.db, g.actor, desk(), self.case)
        return {**self.envelope, "hints": parts.get(Category.DEMOGRAPHICS, {})}


def found_or_404(referral_id: uuid.UUID) -> Found:
    head = sheets.open_head(g.db, g.actor, desk(), referral_id)
    alone = head.side is Side.RECEIVING and head.alone
    moves = policies.moves_for(g.actor, head.referral, alone=alone)
    found = Found(head.referral, head.side, moves, head.envelope or {}, head.envelope is not None, head=head)
    if head.origin is not None:
        found.origin, found.case = head.origin, head.case
        if head.case is not None and counted(head.case).frozen_at is not None:
            found.moves = []
        found.categories = list(head.origin.categories)
    elif found.readable:
        given = head.given | set(found.envelope.get("consent", {}).get("categories", []))
        found.categories = [c.value for c in Category if c.value in given]
    return found
