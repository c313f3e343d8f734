"""What is different between two versions of one category, question by question: no session, no request."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Change:
    """One question whose answer changed; None where it had no answer."""

    name: str
    before: Any
    after: Any


def differing(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[Change]:
    """The questions that are answered otherwise, in their order. An empty answer is none.

    Of what can be said several times (places and times, people) only the entries that one of the two does not have.
    """
    changes = []
    for name in dict.fromkeys([*before, *after]):
        then, now = before.get(name) or None, after.get(name) or None
        if then == now:
            continue
        if _entries(then) or _entries(now):
            then, now = _beyond(then or [], now or []), _beyond(now or [], then or [])
        changes.append(Change(name, then or None, now or None))
    return changes


def _entries(value: Any) -> bool:
    return isinstance(value, list) and bool(value) and isinstance(value[0], dict)


def _beyond(these: Sequence[Any], those: Sequence[Any]) -> list[Any]:
    """What is in the first and not in the second, where both may hold the same twice. Only the order changed: all."""
    left, found = list(those), []
    for one in these:
        if one in left:
            left.remove(one)
        else:
            found.append(one)
    return found if found or left else list(these)
