"""What is written about a case, as a record of the standard."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from network.referrals.categories import PAGES, Category, Shape
from network.referrals.htcds.names import COMMENTS, PLANS, REFERRALS, STATUS, TABLES, written
from network.referrals.notes import SHEETS, NoteKind

Record = dict[str, Any]
Contents = dict[Category, dict[str, Any]]
"""By category, the answers by the names under which a case keeps them."""

_SHAPES = {field.name: field.shape for page in PAGES.values() for field in page.fields}
YES_NO = {"yes": True, "no": False}
BOOLEAN = frozenset({"prs_Deceased"})


def record(
    contents: Mapping[Category, Mapping[str, Any]],
    *,
    status: str = "",
    owner: str = "",
    consented: bool | None = None,
    referrals: Iterable[Record] = (),
    notes: Iterable[tuple[NoteKind, Mapping[str, Any]]] = (),
) -> Record:
    """One case. ``referrals`` are records of ``cas_`` fields, ``notes`` the sheets that the standard has fields for."""
    made: Record = {}
    for page in PAGES.values():
        content = contents.get(page.category, {})
        if page.repeats:
            if many := content.get(page.repeats):
                made[TABLES[page.repeats]] = [_said(one) for one in many]
        else:
            asked = {field.name for field in page.fields}
            made |= _said({name: value for name, value in content.items() if name in asked})
    if status:
        made[STATUS] = status
    if owner:
        made["cas_CaseOwner"] = owner
    if consented is not None:
        made["con_Consent"] = consented
    if found := list(referrals):
        made[REFERRALS] = found
    for kind, content in notes:
        _note(made, kind, content)
    return made


def _note(made: Record, kind: NoteKind, content: Mapping[str, Any]) -> None:
    asked = {field.name for field in SHEETS[kind].fields if field.name.startswith(("cas_", "cco_", "spl_"))}
    said = _said({name: value for name, value in content.items() if name in asked})
    if kind is NoteKind.CLOSING:
        made |= said
    elif said:
        made.setdefault(PLANS if kind is NoteKind.PLAN else COMMENTS, []).append(said)


def _said(content: Mapping[str, Any]) -> Record:
    return {written(name): _value(name, value) for name, value in content.items() if value}


def _value(name: str, value: Any) -> Any:
    """Numbers as numbers and yes or no as such, where that says the same."""
    if name in BOOLEAN and isinstance(value, str):
        return YES_NO.get(value, value)
    if _SHAPES.get(name) is Shape.NUMBER and str(value).isascii() and str(value).isdigit():
        number = int(str(value))
        return number if str(number) == value else value
    return list(value) if isinstance(value, list) else value
