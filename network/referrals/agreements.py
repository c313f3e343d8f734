"""What an agreement between two tenants says of the receiver's country: pure, asked by the guards of sending.

``rules`` by country, in capitals: ``{"UZ": {"withheld": ["immigration"], "approval": true}}``.
"""

from __future__ import annotations

import datetime
import hashlib
import json
from collections.abc import Collection, Mapping
from typing import Any

from network.referrals.categories import Category

COUNTRIES = ("KG", "UZ", "TJ")
"""The three countries of the network."""

Rules = Mapping[str, Any]


def withheld(rules: Rules, country: str | None) -> frozenset[Category]:
    """What is never sent to this country, whatever consent says."""
    return frozenset(Category(c) for c in rules.get(country or "", {}).get("withheld", []))


def asks_approval(rules: Rules, country: str | None) -> bool:
    """Whether a supervisor looks at each referral to this country first, also where no border is crossed."""
    return bool(rules.get(country or "", {}).get("approval", False))


def written(
    withheld_by_country: Mapping[str, Collection[Category]], approval: Collection[str]
) -> dict[str, Any]:
    """The rules as they are kept; countries without any are left out."""
    found: dict[str, Any] = {}
    for country in COUNTRIES:
        kept = [c.value for c in Category if c in withheld_by_country.get(country, ())]
        if kept or country in approval:
            found[country] = {"withheld": kept, "approval": country in approval}
    return found


def mark_of(valid_from: datetime.date, valid_until: datetime.date | None, rules: Rules) -> str:
    """What an agreement says, in a word: whoever changes it must have seen this."""
    whole = json.dumps([valid_from.isoformat(), str(valid_until or ""), rules], sort_keys=True)
    return hashlib.sha256(whole.encode()).hexdigest()[:16]
