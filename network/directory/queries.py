"""Every sentence the directory asks of SQL. Row-level security and the guard narrow all of them to the reader."""

from __future__ import annotations

import re
import uuid
from dataclasses import dataclass
from enum import IntEnum
from typing import TypeVar

from sqlalchemy import ColumnElement, Select, and_, case, collate, func, literal, or_, select, true, tuple_
from sqlalchemy.orm import joinedload, selectinload
from sqlalchemy.sql.base import ExecutableOption

from network.directory.models import (
    Contact,
    DirectoryState,
    Location,
    Organization,
    Phone,
    Project,
    ProjectParticipant,
    SearchPublic,
    Service,
    ServiceAtLocation,
    Status,
    Visibility,
)
from network.i18n.folding import fold
from network.i18n.languages import known

Group = TypeVar("Group", Phone, Contact)

_WORDS = 8
"""Words of a question that are looked for; nobody types more to find a doctor."""


class Matched(IntEnum):
    """Which rule found a row, best first."""

    NAME = 0
    PLACE = 1
    TEXT = 2
    SIMILAR = 3
    NUMBER = 4
    LISTED = 5  # Nothing was asked for; the row fits the filters.


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """What a reader of the directory asks for. Empty text and no filters: every organization."""

    text: str = ""
    kind: str | None = None
    """``organization`` or ``service``."""
    term: str | None = None
    place_id: str | None = None
    speaks: str | None = None
    """A language in which help is wanted."""

    @property
    def words(self) -> list[str]:
        return fold(self.text).split()[:_WORDS]

    @property
    def digits(self) -> str:
        """The telephone number that was typed, if it was one; long ones without the zero that countries put first."""
        typed = re.sub(r"[\s+().-]", "", self.text)
        if not (typed.isascii() and typed.isdigit() and len(typed) >= 3):
            return ""
        return typed.lstrip("0") if len(typed) > 6 else typed


def organization_page(slug: str) -> Select[Organization]:
    """One organization with all that its page shows, in five statements."""
    return (
        select(Organization)
        .where(Organization.slug == slug)
        .options(
            *whole_organization(),
            selectinload(Organization.services),
            selectinload(Organization.projects)
            .joinedload(Project.participants)
            .joinedload(ProjectParticipant.organization),
        )
    )


def whole_organization() -> tuple[ExecutableOption, ...]:
    """Numbers, contacts and places of work, in two statements more."""
    return (
        joinedload(Organization.contacts),
        selectinload(Organization.phones),
        selectinload(Organization.locations).joinedload(Location.addresses),
    )


def service_page(slug: str) -> Select[Service]:
    """One service with all that its page shows, in six statements."""
    numbers = joinedload(Service.organization).selectinload(Organization.phones)
    return select(Service).where(Service.slug == slug).options(*whole_service(), numbers)


def whole_service() -> tuple[ExecutableOption, ...]:
    """All that belongs to a service, in four statements more."""
    return (
        joinedload(Service.organization),
        joinedload(Service.contacts),
        selectinload(Service.phones),
        selectinload(Service.schedules),
        selectinload(Service.areas),
        selectinload(Service.at_locations)
        .joinedload(ServiceAtLocation.location)
        .joinedload(Location.addresses),
    )


def own_organization(slug: str, tenant_id: uuid.UUID | None) -> Select[Organization]:
    """A listing that this tenant keeps: somebody else's and none look the same."""
    return select(Organization).where(Organization.slug == slug, Organization.tenant_id == tenant_id)


def own_service(slug: str, tenant_id: uuid.UUID | None) -> Select[Service]:
    """A service that this tenant keeps, with what its form shows."""
    return (
        select(Service)
        .where(Service.slug == slug, Service.tenant_id == tenant_id)
        .options(
            joinedload(Service.organization), selectinload(Service.schedules), selectinload(Service.areas)
        )
    )


def own_group(model: type[Group], ident: uuid.UUID, organization_id: uuid.UUID) -> Select[Group]:
    """A number or contact of this organization."""
    return select(model).where(model.id == ident, model.organization_id == organization_id)


def services_of(organization_id: uuid.UUID) -> Select[Service]:
    return select(Service).where(Service.organization_id == organization_id).order_by(Service.created_at)


def kept_by(tenant_id: uuid.UUID) -> Select[Organization]:
    """The listings a tenant keeps, whatever their audience: what its editors look after."""
    return select(Organization).where(Organization.tenant_id == tenant_id).order_by(Organization.slug)


def hotlines() -> Select[Phone, Organization]:
    """Public hotlines of organizations that work, by country; those that cost nothing first."""
    return (
        select(Phone, Organization)
        .join(
            Organization,
            and_(Organization.id == Phone.organization_id, Organization.tenant_id == Phone.tenant_id),
        )
        .where(
            Phone.hotline,
            Phone.audience == Visibility.PUBLIC,
            Organization.visibility == Visibility.PUBLIC,
            Organization.status == Status.ACTIVE,
        )
        .order_by(Phone.country, Phone.toll_free.desc(), Phone.position, Phone.id)
    )


def state() -> Select[DirectoryState]:
    """The number that every change of something public moves; no row before the first."""
    return select(DirectoryState).where(DirectoryState.id == 1)


def _near(word: str) -> ColumnElement[bool]:
    """The beginning of a word, or a word like it. Words of two letters are matched by their beginning alone."""
    begins = SearchPublic.keys.like(f"% {word}%")
    if len(word) < 4:
        return begins
    return or_(begins, literal(word).op("<%", is_comparison=True)(SearchPublic.keys))


def _all_begin(column: object, words: list[str]) -> ColumnElement[bool]:
    return and_(true(), *(column.like(f"% {word}%") for word in words))  # type: ignore[attr-defined]


def search(wish: Wish, language: str) -> Select[SearchPublic, int]:
    """Rows for a wish and the ``Matched`` rule of each, best first, those that help at once before others.

    Add ``.limit()``. Text without any letter or digit finds nothing. Without text the order is that of the alphabet.
    """
    order = collate(SearchPublic.sort_keys[known(language)].astext, "C")
    filters = [
        *([SearchPublic.kind == wish.kind] if wish.kind else []),
        *([SearchPublic.terms.contains([wish.term])] if wish.term else []),
        *([SearchPublic.places.contains([wish.place_id])] if wish.place_id else []),
        *([SearchPublic.languages.contains([wish.speaks])] if wish.speaks else []),
    ]
    if not wish.text.strip():
        return (
            select(SearchPublic, literal(int(Matched.LISTED)).label("matched"))
            .where(*filters)
            .order_by(order, SearchPublic.id)
        )
    if wish.digits:
        return (
            select(SearchPublic, literal(int(Matched.NUMBER)).label("matched"))
            .where(*filters, SearchPublic.keys.like(f"%{wish.digits}%"))
            .order_by(SearchPublic.kind.desc(), order, SearchPublic.id)
        )
    words = wish.words
    matched = case(
        (_all_begin(SearchPublic.names_key, words), int(Matched.NAME)),
        (_all_begin(SearchPublic.places_key, words), int(Matched.PLACE)),
        (_all_begin(SearchPublic.keys, words), int(Matched.TEXT)),
        else_=int(Matched.SIMILAR),
    )
    closeness = func.word_similarity(" ".join(words), SearchPublic.names_key)
    return (
        select(SearchPublic, matched.label("matched"))
        .where(literal(bool(words)), *filters, *(_near(word) for word in words))
        .order_by("matched", SearchPublic.emergency.desc(), closeness.desc(), order, SearchPublic.id)
    )


def after(
    found: Select[SearchPublic, int], language: str, key: str, ident: uuid.UUID
) -> Select[SearchPublic, int]:
    """The rows behind this one in the order of the alphabet: keyset paging of a list without text."""
    order = collate(SearchPublic.sort_keys[known(language)].astext, "C")
    return found.where(tuple_(order, SearchPublic.id) > tuple_(literal(key), literal(ident)))
