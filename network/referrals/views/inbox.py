"""The organization's inbox: what came, and what it sent."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import Any

from flask import g, render_template, request, url_for

from network.compression import let_pack
from network.database import now
from network.referrals import labels, queries
from network.referrals.inbox import GROUPS, OUR_TURN, PAGE, After, Box, Group, Wish, boxes, wished
from network.referrals.states import Priority, Status
from network.referrals.views.common import bp, desk_only
from network.referrals.views.waiting import work_off


@dataclass
class Counted:
    """What is open in a box, counted in every way the page asks."""

    open: int = 0
    mine: int = 0
    states: Counter[Status] = field(default_factory=Counter)
    priorities: Counter[Priority] = field(default_factory=Counter)
    partners: Counter[tuple[str, Any]] = field(default_factory=Counter)

    def of(self, group: Group) -> int:
        return sum(self.states[status] for status in GROUPS[group])


@dataclass(frozen=True, slots=True)
class Listed:
    """One box as the page shows it."""

    wish: Wish
    counted: Counted
    rows: list[Any]
    older: str | None
    ever: bool
    """Whether anything of this box has ended; asked where nothing is open."""

    @property
    def ours(self) -> bool:
        return self.wish.box is Box.SENT

    def link(self, **changes: Any) -> str:
        return url_for("referrals.inbox", _anchor=self.wish.box.value, **self.wish.address(**changes))


@bp.get("/")
@desk_only
def inbox() -> str:
    """What came to the organization and what it sent: what waits for it first, by urgency and by when it is due."""
    let_pack()
    work_off()
    chosen, unknown = boxes(request.args)
    counted = _counted()
    lists = []
    for box in chosen:
        wish, strange = wished(box, request.args)
        unknown = unknown or strange
        rows = g.db.execute(queries.box_of(g.actor, wish)).all()
        ever = not counted[box].open and bool(g.db.scalar(queries.any_ended(g.actor, box)))
        lists.append(Listed(wish, counted[box], list(rows[:PAGE]), _older(wish, rows), ever))
    return render_template(
        "referrals/inbox.html",
        lists=lists,
        unknown=unknown,
        groups=Group,
        priorities=[Priority.EMERGENCY, Priority.URGENT, Priority.ROUTINE],
        turn=OUR_TURN,
        labels=labels,
        now=now(),
    )


def _older(wish: Wish, rows: Any) -> str | None:
    if len(rows) <= PAGE:
        return None
    last = rows[PAGE - 1]
    return url_for("referrals.inbox", **wish.address(after=After.of(last.rank, last.moment, last[0].id)))


def _counted() -> dict[Box, Counted]:
    found = {box: Counted() for box in Box}
    for box, status, priority, partner, name, n, mine in g.db.execute(queries.open_counts(g.actor)):
        counted = found[Box(box)]
        counted.open += n
        counted.mine += mine
        counted.states[status] += n
        counted.priorities[priority] += n
        counted.partners[name, partner] += n
    return found
