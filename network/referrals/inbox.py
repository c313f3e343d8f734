"""What a desk looks at in its inbox: which box, which states, how urgent, of whom, from where on. Pure.

Every wish stands in the address, so that a list can be kept, sent to a colleague and come back to.
"""

from __future__ import annotations

import datetime
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any

from network.referrals.states import ENDED, OPEN, RELEASED, Priority, Status


class Box(StrEnum):
    """The two sides of an inbox."""

    RECEIVED = "received"
    SENT = "sent"


class Group(StrEnum):
    """States that people look for together."""

    OPEN = "open"
    ANSWER = "answer"
    HELPING = "helping"
    PREPARED = "prepared"
    ENDED = "ended"


GROUPS: dict[Group, frozenset[Status]] = {
    Group.OPEN: OPEN,
    Group.ANSWER: frozenset({Status.SENT, Status.RECEIVED, Status.ACKNOWLEDGED}),
    Group.HELPING: RELEASED - {Status.OUTCOME_REPORTED},
    Group.PREPARED: frozenset({Status.DRAFT, Status.READY}),
    Group.ENDED: ENDED,
}
OUR_TURN: dict[Box, frozenset[Status]] = {
    Box.RECEIVED: GROUPS[Group.ANSWER] | {Status.STOPPING},
    Box.SENT: frozenset(
        {
            Status.DRAFT,
            Status.READY,
            Status.APPROVAL_PENDING,
            Status.INFO_REQUESTED,
            Status.REDIRECT_PROPOSED,
            Status.DECLINED_PENDING,
            Status.OUTCOME_REPORTED,
        }
    ),
}
"""Where the next step is this desk's: what stands above everything else in its box."""
PAGE = 25


@dataclass(frozen=True, slots=True)
class After:
    """The last referral of the page before: its rank, its moment in microseconds of UTC, its id."""

    rank: int
    moment: int
    id: uuid.UUID

    def __str__(self) -> str:
        return f"{self.rank}.{self.moment}.{self.id.hex}"

    @classmethod
    def of(cls, rank: int, at: datetime.datetime, ident: uuid.UUID) -> After:
        micro = datetime.timedelta(microseconds=1)
        return cls(rank, (at - EPOCH) // micro, ident)

    @property
    def at(self) -> datetime.datetime:
        return EPOCH + datetime.timedelta(microseconds=self.moment)

    @classmethod
    def read(cls, text: str) -> After | None:
        """What an address says, or nothing where it is none of ours."""
        pieces = text.split(".")
        if len(text) > 60 or len(pieces) != 3 or not all(p.isascii() and p.isalnum() for p in pieces):
            return None
        try:
            found = cls(int(pieces[0]), int(pieces[1]), uuid.UUID(pieces[2]))
            found.at  # noqa: B018  # A moment beyond all calendars is none.
        except (ValueError, OverflowError):
            return None
        return found if found.rank < 100 else None


EPOCH = datetime.datetime(1970, 1, 1, tzinfo=datetime.UTC)


@dataclass(frozen=True, slots=True)
class Wish:
    """Which referrals of one box."""

    box: Box
    state: Group | Status = Group.OPEN
    priority: Priority | None = None
    partner: uuid.UUID | None = None
    mine: bool = False
    after: After | None = None

    @property
    def statuses(self) -> frozenset[Status]:
        return GROUPS[self.state] if isinstance(self.state, Group) else frozenset({self.state})

    @property
    def ended(self) -> bool:
        return self.statuses <= ENDED

    @property
    def narrowed(self) -> bool:
        """Whether it leaves out anything that is open."""
        return replace(self, after=None) != Wish(self.box)

    def address(self, **changes: Any) -> dict[str, Any]:
        """What stands in the address of this wish, with these changes; the first page of it unless told."""
        wish = replace(self, **{"after": None, **changes})
        said = {
            "box": wish.box.value,
            "state": "" if wish.state is Group.OPEN else wish.state.value,
            "priority": wish.priority.value if wish.priority else "",
            "partner": str(wish.partner or ""),
            "mine": "1" if wish.mine else "",
            "after": str(wish.after or ""),
        }
        return {name: value for name, value in said.items() if value}


def wished(box: Box, asked: Mapping[str, str]) -> tuple[Wish, bool]:
    """The wish of an address for one box, and whether something in it is not known and was left out."""
    state, known_state = _read(asked.get("state"), lambda text: _state(text), Group.OPEN)
    priority, known_priority = _read(asked.get("priority"), Priority, None)
    partner, known_partner = _read(asked.get("partner"), uuid.UUID, None)
    after, known_after = _read(asked.get("after"), _after, None)
    wish = Wish(box, state, priority, partner, asked.get("mine") == "1", after)
    return wish, not (known_state and known_priority and known_partner and known_after)


def boxes(asked: Mapping[str, str]) -> tuple[list[Box], bool]:
    """Which boxes an address wants, both where it names none, and whether what it names is unknown."""
    box, known = _read(asked.get("box"), Box, None)
    return ([box] if box else list(Box)), not known


def _state(text: str) -> Group | Status:
    return Group(text) if text in set(Group) else Status(text)


def _after(text: str) -> After:
    if (found := After.read(text)) is None:
        raise ValueError
    return found


def _read(text: str | None, kind: Any, otherwise: Any) -> tuple[Any, bool]:
    if not text:
        return otherwise, True
    try:
        return kind(text), True
    except ValueError:
        return otherwise, False
