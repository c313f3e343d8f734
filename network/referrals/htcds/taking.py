"""One row of a file read as a case: what is kept where, and what has to be said about it."""

from __future__ import annotations

import datetime
import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from network.referrals.categories import Field, Shape
from network.referrals.htcds.names import (
    COMMENTS,
    NOT_TAKEN,
    PLACES,
    PLANS,
    REFERRAL_FIELDS,
    REFERRALS,
    STATUS,
    TABLES,
    WRONG_VALUES,
    called,
    folded,
)
from network.referrals.htcds.records import BOOLEAN, Contents
from network.referrals.models.cases import CaseStatus
from network.referrals.notes import NoteKind

LINE, TEXT, LARGEST, MOST_TIMES = 300, 8000, 999, 20
"""The limits of the pages on which the same is typed."""
LISTS = {REFERRALS: REFERRALS, PLANS: PLANS, COMMENTS: COMMENTS} | {
    table: name for name, table in TABLES.items()
}
"""Lists in a record of JSON, and where what is in them is kept."""
WRONG = frozenset(
    {"bad_day", "bad_number", "bad_degrees", "too_long", "no_record", "nothing_known", "too_often"}
)
"""Remarks for which a row is not taken: nothing of it could be kept as it was meant."""
YES, NO = frozenset({"true", "yes", "1", "y"}), frozenset({"false", "no", "0", "n"})


@dataclass(frozen=True, slots=True)
class Remark:
    """What is said about a row. ``code`` has words in the labels."""

    code: str
    name: str = ""
    value: str = ""


@dataclass(slots=True)
class Taken:
    """A row as it would be kept."""

    contents: Contents = field(default_factory=dict)
    notes: list[tuple[NoteKind, dict[str, Any]]] = field(default_factory=list)
    status: CaseStatus = CaseStatus.ACTIVE
    remarks: list[Remark] = field(default_factory=list)

    @property
    def wrong(self) -> bool:
        return any(remark.code in WRONG for remark in self.remarks)


def taken(row: Any) -> Taken:
    """Read one row. Never raises: what is wrong with it stands in the remarks, and then it must not be kept."""
    found = Taken()
    if not isinstance(row, Mapping):
        found.remarks.append(Remark("no_record"))
        return found
    many: dict[tuple[str, int], dict[str, Any]] = {}
    lines: list[str] = []
    for name, number, value in _pairs(row):
        _take(found, many, lines, name, number, value)
    _gather(found, many)
    if lines:
        _keep_lines(found, lines)
    if not found.contents and not found.notes and not found.wrong:
        found.remarks.append(Remark("nothing_known"))
    return found


def _pairs(row: Mapping[str, Any]) -> Iterator[tuple[str, int, Any]]:
    """Every field of a row with the number of the one of many that it belongs to; lists of JSON opened."""
    for name, value in row.items():
        if name in LISTS and isinstance(value, list):
            for number, one in enumerate(value):
                if isinstance(one, Mapping):
                    yield from ((str(key), number, part) for key, part in one.items())
                else:
                    yield str(name), number, one
        else:
            yield str(name), 0, value


def _take(
    found: Taken,
    many: dict[tuple[str, int], dict[str, Any]],
    lines: list[str],
    column: str,
    number: int,
    value: Any,
) -> None:
    if value is None or value == "" or value == [] or value == {}:
        return
    known = called(column)
    if known is None or isinstance(value, Mapping):
        found.remarks.append(Remark("unknown_field", _short(column)))
        lines.append(f"{_short(column)}: {_plain(value)}")
        return
    name, number = known.name, number or known.number
    if known.otherwise:
        found.remarks.append(Remark("renamed", _short(column), name))
    if name in NOT_TAKEN:
        found.remarks.append(Remark("not_taken", name))
    elif name in REFERRAL_FIELDS:
        found.remarks.append(Remark("kept_as_note", name))
        lines.append(f"{name}: {_plain(value)}")
    elif name == STATUS:
        _status(found, value)
    else:
        _answer(found, many, name, number, value)


def _status(found: Taken, value: Any) -> None:
    """Handed over is never taken from a file: the case is here now, and its hand-over was elsewhere."""
    wanted = folded(str(value))
    status = next((one for one in CaseStatus if folded(one.value) == wanted), None)
    if status is None:
        found.remarks.append(Remark("unknown_status", STATUS, _short(str(value))))
    else:
        found.status = CaseStatus.CLOSED if status is CaseStatus.CLOSED_REFERRED else status


def _answer(
    found: Taken, many: dict[tuple[str, int], dict[str, Any]], name: str, number: int, value: Any
) -> None:
    place = PLACES[name]
    kept = _kept(found, place.field, name, value)
    if not kept:
        return
    if place.many:
        if number >= MOST_TIMES:
            found.remarks.append(Remark("too_often", name))
        many.setdefault((place.many, number), {})[place.field.name] = kept
    elif place.note is not None:
        found.notes.append((place.note, {place.field.name: kept}))
    elif place.category is not None:
        found.contents.setdefault(place.category, {})[place.field.name] = kept


def _gather(found: Taken, many: dict[tuple[str, int], dict[str, Any]]) -> None:
    """What a case has many of, in its order."""
    for (kept_as, _number), one in sorted(many.items()):
        place = PLACES[next(written for written, p in PLACES.items() if p.many == kept_as)]
        if place.category is None:
            found.notes.append((NoteKind.PLAN if kept_as == PLANS else NoteKind.COMMENT, one))
        else:
            found.contents.setdefault(place.category, {}).setdefault(kept_as, []).append(one)


def _keep_lines(found: Taken, lines: list[str]) -> None:
    """What the standard has no place for stays with the case, in notes as long as a note may be."""
    held = ""
    for line in lines:
        line = line[:TEXT]
        if held and len(held) + 1 + len(line) > TEXT:
            found.notes.append((NoteKind.COMMENT, {"cco_CaseComment": held}))
            held = ""
        held = f"{held}\n{line}" if held else line
    found.notes.append((NoteKind.COMMENT, {"cco_CaseComment": held}))


def _kept(found: Taken, field: Field, name: str, value: Any) -> Any:
    """An answer in the form in which a case keeps it; empty where there is none."""
    if field.shape is Shape.MANY:
        parts = value if isinstance(value, list) else str(value).split(";")
        chosen = [_choice(found, field, name, text) for part in parts if (text := _line(part))]
        return list(dict.fromkeys(chosen))
    if isinstance(value, list):
        value = "; ".join(_plain(part) for part in value)
    text = _plain(value) if field.shape is Shape.TEXT else _line(value)
    if len(text) > (TEXT if field.shape is Shape.TEXT else LINE):
        found.remarks.append(Remark("too_long", name))
        return ""
    if not text:
        return ""
    if field.shape is Shape.CHOICE:
        if name in BOOLEAN:
            text = "yes" if text.casefold() in YES else "no" if text.casefold() in NO else text
        return _choice(found, field, name, text)
    check = _CHECKS.get(field.shape)
    return check(found, name, text) if check else text


def _choice(found: Taken, field: Field, name: str, text: str) -> str:
    if text in field.choices:
        return text
    wanted = folded(text)
    other = WRONG_VALUES.get(name, {}).get(wanted)
    right = other or next((one for one in field.choices if folded(one) == wanted), None)
    if right is None and name == "vic_ForcedLabourIndustry":  # The labels lack the letter of the section.
        right = next((one for one in field.choices if folded(one[2:]) == wanted), None)
    if right:
        found.remarks.append(Remark("value_renamed", name, right))
        return right
    if not _is_code(name, text):
        found.remarks.append(Remark("unknown_value", name, _short(text)))
    return text[:LINE]


def _is_code(name: str, text: str) -> bool:
    """A country or a language of the lists that the standard names, though not one that our pages offer."""
    if name.endswith(("Citizenship", "Country")):
        return bool(re.fullmatch(r"[A-Z]{2}", text))
    return name.endswith("Language") and bool(re.fullmatch(r"[a-z]{3}", text))


def _day(found: Taken, name: str, text: str) -> str:
    """ISO 8601 with or without a time, or day, month and year with dots."""
    if dotted := re.fullmatch(r"(\d{1,2})\.(\d{1,2})\.(\d{4})", text):
        text = f"{dotted[3]}-{int(dotted[2]):02d}-{int(dotted[1]):02d}"
    try:
        return datetime.datetime.fromisoformat(text).date().isoformat()
    except ValueError:
        found.remarks.append(Remark("bad_day", name, _short(text)))
        return ""


def _number(found: Taken, name: str, text: str) -> str:
    text = text.removesuffix(".0")
    if text.isascii() and text.isdigit() and len(text) < 9 and int(text) <= LARGEST:
        return text
    found.remarks.append(Remark("bad_number", name, _short(text)))
    return ""


def _degrees(found: Taken, name: str, text: str) -> str:
    text = text.replace(",", ".")
    if re.fullmatch(r"-?\d{1,3}(\.\d{1,15})?", text) and -180 <= float(text) <= 180:
        return text
    found.remarks.append(Remark("bad_degrees", name, _short(text)))
    return ""


_CHECKS = {Shape.DATE: _day, Shape.NUMBER: _number, Shape.DEGREES: _degrees}


def _plain(value: Any, depth: int = 4) -> str:
    """Any value as text that can be kept: one Unicode form, no control characters, no halves of a sign."""
    if isinstance(value, bool):
        value = "true" if value else "false"
    if isinstance(value, list | dict):
        parts = value.items() if isinstance(value, dict) else enumerate(value, 1)
        value = "; ".join(f"{key}: {_plain(part, depth - 1)}" for key, part in parts) if depth else "…"
    text = unicodedata.normalize("NFC", str(value)).replace("\r\n", "\n").replace("\r", "\n")
    kept = (c for c in text if c in "\n\t" or unicodedata.category(c) not in ("Cc", "Cs"))
    return "".join(kept).replace("\ufeff", "").strip()


def _line(value: Any) -> str:
    return re.sub(r"[\n\t]+", " ", _plain(value))


def _short(text: str) -> str:
    text = _line(text)
    return text if len(text) <= 80 else text[:79] + "…"
