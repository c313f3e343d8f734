"""What two cases of one person have in common: a document, a name with a birthday, a telephone. Pure.

Equality alone can be asked of marks (security.md: a keyed blind index), so what may be spelled in several ways is brought to one
spelling first. It is a hint to people, never a finding.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from network.i18n.folding import fold_unkept
from network.referrals import ages
from network.referrals.categories import Category

MARKED = (Category.IDENTITY, Category.CONTACT)
FEWEST_OF_DOCUMENT = 5
"""Letters and digits: a shorter number says nothing."""
DIGITS_OF_PHONE = 9
"""The last ones: a number is written with its country or without."""

Sign = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Signs:
    """What a case is found by, and what it finds others by."""

    kept: frozenset[Sign] = frozenset()
    sought: frozenset[Sign] = frozenset()

    def __or__(self, other: Signs) -> Signs:
        return Signs(self.kept | other.kept, self.sought | other.sought)


def signs(category: Category, content: Mapping[str, Any]) -> Signs:
    """Of what one category says. Two cases look alike where one seeks what the other is kept under; who seeks whom does
    not matter."""
    if category is Category.IDENTITY:
        return _named(content) | _documented(content)
    if category is Category.CONTACT:
        phones = {_digits(content.get(name)) for name in ("prs_MobilePhone", "prs_HomePhone")}
        found = frozenset(("phone", n[-DIGITS_OF_PHONE:]) for n in phones if len(n) >= DIGITS_OF_PHONE)
        return Signs(found, found)
    return Signs()


def _named(content: Mapping[str, Any]) -> Signs:
    """First and family name in either order. Where both birthdays are known they must be the same; where one is not,
    the name is enough."""
    both = [fold_unkept(str(content.get(name) or "")) for name in ("prs_FirstName", "prs_SecondName")]
    if not all(both):
        return Signs()
    name = " ".join(sorted(both))
    born = ages.birthday(content)
    if born is None:
        undated = ("name", name, "undated")
        return Signs(frozenset({undated}), frozenset({undated, ("name", name, "dated")}))
    day = ("name", name, born.isoformat())
    return Signs(frozenset({day, ("name", name, "dated")}), frozenset({day, ("name", name, "undated")}))


def _documented(content: Mapping[str, Any]) -> Signs:
    number = re.sub(r"[\W_]", "", str(content.get("prs_IdentityNumber") or "")).upper()
    found = frozenset({("document", number)} if len(number) >= FEWEST_OF_DOCUMENT else ())
    return Signs(found, found)


def _digits(value: object) -> str:
    return re.sub(r"\D", "", str(value or ""))
