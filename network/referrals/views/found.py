"""A referral as one end of it may see it."""

from __future__ import annotations

import uuid
from dataclasses import dataclass, field
from typing import Any

from flask import abort, g

from network.referrals import policies, queries
from network.referrals.categories import Category
from network.referrals.models import Case, Referral
from network.referrals.services import cases, receiving
from network.referrals.states import (
    Move,
    Side,
)
from network.referrals.views.common import (
    case_or_404,
    desk,
)
from network.web import get_or_404


@dataclass
class Found:
    """A referral with what this end knows of it."""

    referral: Referral
    side: Side
    moves: list[Move]
    envelope: dict[str, Any]
    readable: bool
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
    row = get_or_404(Referral, referral_id)
    side = policies.side_of(g.actor, row)
    if side is None:
        abort(404)
    envelope = receiving.read_envelope(g.db, g.actor, desk(), row)
    alone = side is Side.RECEIVING and not g.db.scalar(queries.has_supervisor())
    moves = policies.moves_for(g.actor, row, alone=alone)
    found = Found(row, side, moves, envelope or {}, envelope is not None)
    if side is Side.REFERRING:
        found.origin = g.db.scalars(queries.origin_of(row.id)).one_or_none()
        if found.origin is None:
            abort(404)  # Its case was erased on its day; what the ledger keeps tells of nobody.
        found.case = case_or_404(found.origin.case_id)
        if found.case.frozen_at is not None:
            found.moves = []
        found.categories = list(found.origin.categories)
    else:
        given = set(found.envelope.get("consent", {}).get("categories", []))
        for disclosure in g.db.scalars(queries.disclosures_of(row.id)) if found.readable else ():
            given |= set(disclosure.categories)  # An answer may have brought more.
        found.categories = [c.value for c in Category if c.value in given]
    return found
