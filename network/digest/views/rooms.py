"""The two blueprints, and what several pages of the digest begin with."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from flask import Blueprint, abort, g, request
from wtforms import Field, HiddenField, RadioField

from network.digest import policies, queries
from network.digest.models import Activity, ActivityKind
from network.digest.presenting import COUNTRIES, Presented, present
from network.forms import Form
from network.i18n.languages import LANGUAGES
from network.i18n.prefix import PREFIX, current_language

bp = Blueprint("digest", __name__, url_prefix=PREFIX + "/digest")
organizations_bp = Blueprint(
    "digest_organizations", __name__, url_prefix=PREFIX + "/directory/organizations/<slug>"
)
"""``/LL/directory/organizations/SLUG/feed.*`` belong to the digest, because the directory knows nothing of it."""

FILTERS = ("country", "category", "language")


def named(slug: str) -> str:
    """A name that could be one of ours; anything else never reaches the database."""
    if not re.fullmatch(r"[a-z0-9-]{1,80}", slug):
        abort(404)
    return slug


def chosen() -> queries.Filter | None:
    """What the address narrows by; None where it asks for something that does not exist."""
    asked = {name: request.args.get(name, "").strip() for name in FILTERS}
    country, category, language = (
        asked["country"].upper(),
        asked["category"].lower(),
        asked["language"].lower(),
    )
    if country and country not in COUNTRIES:
        return None
    if category and category not in set(ActivityKind):
        return None
    if language and language not in LANGUAGES:
        return None
    return queries.Filter(
        country=country or None, kind=ActivityKind(category) if category else None, language=language or None
    )


def as_query(narrowed: queries.Filter) -> dict[str, Any]:
    """The filter as the address says it, in one spelling only."""
    asked = {
        "country": (narrowed.country or "").lower(),
        "category": narrowed.kind.value if narrowed.kind else "",
        "language": narrowed.language or "",
    }
    return {name: value for name, value in asked.items() if value}


def own_or_404(slug: str) -> tuple[Activity, str]:
    """An activity of one's own organization. Another's looks like none, even where everybody reads its page."""
    if g.actor.tenant_id is None:
        abort(404)
    found = g.db.execute(queries.own_by_slug(g.actor.tenant_id, named(slug))).one_or_none()
    if found is None or not policies.can_edit(g.actor, found[0]):
        abort(404)
    return found[0], found[1]


def presented(found: Any) -> Presented:
    return present([found], current_language())[0]


@dataclass(frozen=True)
class Difference:
    """One field in which what was typed and what was saved meanwhile differ."""

    label: str
    saved: str
    field: str


def differences(form: Form, saved: Form) -> list[Difference]:
    """What a colleague saved meanwhile, field by field, as far as it is not what was typed."""
    found = []
    for field in form:
        theirs = saved[field.name]
        if isinstance(field, HiddenField) or (field.data or None) == (theirs.data or None):
            continue
        anchor = f"{field.id}-0" if isinstance(field, RadioField) else field.id
        found.append(Difference(_asked(field), _readable(theirs), anchor))
    return found


def _asked(field: Field) -> str:
    tongue = LANGUAGES.get(field.name.rpartition("_")[2])
    label = str(field.label.text)
    return f"{label} ({tongue.name})" if tongue and tongue.name != label else label


def _readable(field: Field) -> str:
    """What a field holds, in words."""
    for _value, label, is_chosen, *_rest in getattr(field, "iter_choices", list)():
        if is_chosen:
            return str(label)
    return "" if field.data is None else str(field.data)


def version(typed: str | None) -> int:
    """The version a form was read at; one that no row has, where it was made up."""
    try:
        return int(typed or "") % 2**31
    except ValueError:
        return 0
