"""What of a listing can be corrected by others, compared and given back: columns by table, as plain words."""

from __future__ import annotations

import hashlib
import uuid
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, ClassVar

from network.directory import texts
from network.directory.models import Address, Contact, Organization, Phone, Schedule, Service, Status
from network.i18n.languages import CODES

Correctable = Organization | Service | Phone | Contact
"""Rows whose columns are corrected one by one."""


@dataclass(frozen=True, slots=True)
class HoursOf:
    """When a service is open, as three values that can be corrected: days and from when to when."""

    keeper: Service
    schedule: Schedule | None

    __tablename__: ClassVar[str] = "hours"
    ALWAYS: ClassVar[str] = "always"
    """In the place of days: round the clock, every day."""

    @property
    def id(self) -> uuid.UUID:
        """Its own, made from the service's: hours are written anew with each change."""
        return uuid.uuid5(self.keeper.id, self.__tablename__)

    @property
    def version(self) -> int:
        return self.keeper.version

    @property
    def open_days(self) -> str:
        if self.schedule is None:
            return ""
        return self.ALWAYS if self.schedule.always else self.schedule.byday

    @property
    def opens_at(self) -> str:
        return f"{self.schedule.opens_at:%H:%M}" if self.schedule and self.schedule.opens_at else ""

    @property
    def closes_at(self) -> str:
        return f"{self.schedule.closes_at:%H:%M}" if self.schedule and self.schedule.closes_at else ""


Proposable = Correctable | Address | HoursOf
"""What others can propose to correct."""


class Kind(StrEnum):
    """How a value is written."""

    TEXT = "text"  # By language.
    LINE = "line"
    CHOICE = "choice"
    DAYS = "days"  # Codes of the days of the week with commas between, or ``always``.
    TIME = "time"  # 09:00


@dataclass(frozen=True, slots=True)
class Field:
    """One column that may be corrected."""

    name: str
    kind: Kind = Kind.TEXT
    longest: int = 200
    required: bool = False

    @property
    def several_lines(self) -> bool:
        return self.longest > 300


FIELDS: dict[str, tuple[Field, ...]] = {
    "organization": (
        Field("name", required=True),
        Field("alternate_name"),
        Field("description", longest=4000),
        Field("website", Kind.LINE, 300),
        Field("email", Kind.LINE, 254),
        Field("status", Kind.CHOICE, required=True),
    ),
    "service": (
        Field("name", required=True),
        Field("alternate_name"),
        Field("description", longest=4000),
        Field("url", Kind.LINE, 300),
        Field("email", Kind.LINE, 254),
        Field("eligibility_description", longest=1000),
        Field("application_process", longest=1000),
        Field("fees_description", longest=300),
        Field("status", Kind.CHOICE, required=True),
    ),
    "phone": (Field("number", Kind.LINE, 40, required=True), Field("hours")),
    "contact": (
        Field("name", Kind.LINE, required=True),
        Field("title", Kind.LINE),
        Field("email", Kind.LINE, 254),
        Field("telephone", Kind.LINE, 40),
    ),
    "address": (Field("address_1", Kind.LINE, 300, required=True), Field("postal_code", Kind.LINE, 12)),
    "hours": (Field("open_days", Kind.DAYS), Field("opens_at", Kind.TIME), Field("closes_at", Kind.TIME)),
}
"""Audiences, and whatever is for few by its nature, are not among them."""


@dataclass(frozen=True, slots=True)
class Slot:
    """One value of one row, in one language where it is a text."""

    row: Proposable
    field: Field
    language: str = ""

    @property
    def key(self) -> str:
        """Names the slot in a form."""
        return f"{self.row.__tablename__}_{self.row.id.hex}_{self.field.name}_{self.language}".rstrip("_")

    @property
    def value(self) -> str:
        return value_of(self.row, self.field.name, self.language)


def field_of(table: str, name: str) -> Field | None:
    """The field of this name, if it is one of those."""
    return next((field for field in FIELDS.get(table, ()) if field.name == name), None)


def value_of(row: Any, name: str, language: str) -> str:
    """What a row says there now, as words; empty for nothing."""
    value = getattr(row, name)
    if language:
        found = texts.only(value, language)
        return found.text if found else ""
    return str(getattr(value, "value", value) or "")


def slots(rows: Iterable[Proposable], languages: Iterable[str]) -> Iterator[Slot]:
    """Every value of these rows: texts in the languages they are written in, and in these."""
    wanted = set(languages)
    for row in rows:
        for field in FIELDS[row.__tablename__]:
            if field.kind is not Kind.TEXT:
                yield Slot(row, field)
                continue
            for code in CODES:
                if code in wanted or texts.only(getattr(row, field.name), code):
                    yield Slot(row, field, code)


def column_value(row: Correctable, name: str, changes: dict[str, str]) -> Any:
    """What to write into a column for new words by language (or under the empty language)."""
    before = getattr(row, name)
    field = field_of(row.__tablename__, name)
    if field is None:
        raise KeyError(name)
    if field.kind is Kind.TEXT:
        source = str(getattr(row, "source", "en"))
        for language, text in changes.items():
            before = texts.translated(before, language, text, source)
        return before
    new = changes[""]
    if field.kind is Kind.CHOICE:
        return Status(new)
    nullable = name in ("website", "url", "email", "telephone")
    return new or (None if nullable else "")


def fingerprint(values: Iterable[str]) -> str:
    """Short words for what somebody had before her eyes, to see whether it changed meanwhile."""
    whole = hashlib.sha256()
    for value in values:
        whole.update(len(value).to_bytes(8, "big") + value.encode())
    return whole.hexdigest()[:32]
