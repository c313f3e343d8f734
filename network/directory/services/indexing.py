"""What one organization contributes to what is found, seen by each who may read it. Pure.

A reader is a predicate over rows: everybody sees what says ``public``, partners what says so too, a tenant that is named
what names it, the keeper everything. Whatever a reader may not see contributes no word, number, place or filter.
"""

from __future__ import annotations

import datetime
import uuid
from collections.abc import Callable, Iterable, Sequence
from typing import Any

from network.database import now
from network.directory import where
from network.directory.finding import needs, words
from network.directory.models import Organization, Phone, Project, Service, Visibility
from network.directory.services.gathering import Values, Whole, audience_of
from network.directory.services.hour_ranges import open_hours
from network.i18n.collation import sort_key
from network.i18n.folding import fold
from network.i18n.languages import CODES
from network.i18n.translated import pick

LONGEST_TEXT = 600
"""Characters of a description, by language, that are searched."""
SEXES = ("female", "male")

Sees = Callable[[Any], bool]


def everybody(row: Any) -> bool:
    return audience_of(row) is Visibility.PUBLIC


def partners(row: Any) -> bool:
    return audience_of(row) in (Visibility.PUBLIC, Visibility.PARTNERS)


def keeper(_row: Any) -> bool:
    return True


def reader(granted: set[tuple[str, uuid.UUID]]) -> Sees:
    """A partner that is named for some rows."""
    return lambda row: (
        partners(row) or (audience_of(row) is Visibility.NAMED and not granted.isdisjoint(_said_of(row)))
    )


def _said_of(row: Any) -> Iterable[tuple[str, uuid.UUID]]:
    """The rows for which somebody is named who is named for this one."""
    yield row.__tablename__, row.id
    for column, table in getattr(row, "FOLLOWS", {}).items():
        yield table, getattr(row, column)


def entries(whole: Whole, sees: Sees) -> list[Values]:
    """The columns of each row (``models.Findable``) that this reader finds."""
    if not sees(whole.organization):
        return []
    seen = tuple(map(sees, whole.rows()))
    if seen not in whole.told:
        whole.told[seen] = _entries(whole, sees)
    return whole.told[seen]


def _entries(whole: Whole, sees: Sees) -> list[Values]:
    view = _View(whole, sees)
    return [
        view.organization(),
        *(view.service(service) for service in view.services),
        *(view.hotline(phone) for phone in view.phones if phone.hotline),
        *(view.project(project) for project in whole.projects if sees(project)),
    ]


class _View:
    """An organization as one reader may see it."""

    def __init__(self, whole: Whole, sees: Sees) -> None:
        self.whole, self.sees, self.listing = whole, sees, whole.organization
        self.services = [one for one in whole.services if sees(one)]
        by_id = {one.id: one for one in self.services}
        self.phones = [
            one for one in whole.phones if sees(one) and (one.service_id is None or one.service_id in by_id)
        ]
        seen = {one.id: one for one in whole.locations if sees(one)}
        hidden = {one.id for one in whole.services if one.confidential}
        # Where a confidential service is, is told by its district alone, whoever asks.
        secret = {one.id for one in whole.locations if one.confidential}
        secret |= {one.location_id for one in whole.doors if one.service_id in hidden}
        self.seats = {
            one.id: where.district(one.place_id) if one.id in secret else one.place_id
            for one in seen.values()
        }
        self.places: dict[uuid.UUID, list[str | None]] = {}
        for door in whole.doors:
            if sees(door) and door.location_id in seen and door.service_id in by_id:
                self._place(by_id[door.service_id], self.seats[door.location_id])
        for area in sorted((one for one in whole.areas if sees(one)), key=lambda one: one.place_id):
            if area.service_id in by_id:
                self._place(by_id[area.service_id], area.place_id)

    def _place(self, service: Service, place_id: str | None) -> None:
        known = where.district(place_id) if service.confidential else place_id
        self.places.setdefault(service.id, []).append(known)

    def organization(self) -> Values:
        listing = self.listing
        served = [place for places in self.places.values() for place in places]
        return _values(
            listing,
            kind="organization",
            subject=listing,
            title=listing.name,
            others=_texts(listing.alternate_name),
            summary=listing.description,
            places=[listing.place_id, *self.seats.values(), *served],
            phones=self.phones,
            languages=_merged(one.languages for one in self.services),
            terms=_merged(one.terms for one in self.services),
            sexes=_merged(_sexes(one) for one in self.services),
            texts=[text for one in self.services for text in _texts(one.name)],
            confirmed=self.whole.confirmed.get(listing.id),
        )

    def service(self, service: Service) -> Values:
        own = [one for one in self.phones if one.service_id == service.id]
        return _values(
            self.listing,
            kind="service",
            subject=service,
            title=service.name,
            others=_texts(service.alternate_name),
            summary=service.description,
            places=self._places_of(service),
            phones=own,
            languages=sorted(service.languages),
            terms=sorted(service.terms),
            sexes=_sexes(service),
            ages=(service.eligibility.get("minimum_age"), service.eligibility.get("maximum_age")),
            texts=[*_texts(self.listing.name), *_texts(self.listing.alternate_name)],
            emergency=service.emergency,
            confidential=service.confidential,
            hours=self._hours("service_id", service.id),
            confirmed=self.whole.confirmed.get(service.id),
        )

    def hotline(self, phone: Phone) -> Values:
        service = next((one for one in self.services if one.id == phone.service_id), None)
        whose = service or self.listing
        title = phone.description if any(_texts(phone.description)) else whose.name
        return _values(
            self.listing,
            kind="hotline",
            subject=phone,
            title=title,
            page="service" if service else "organization",
            slug=whose.slug,
            others=[*_texts(self.listing.name), *_texts(self.listing.alternate_name)],
            summary=phone.hours,
            places=self._places_of(service) if service else [self.listing.place_id],
            phones=[phone],
            languages=sorted(phone.languages),
            terms=sorted({"hotline", *(service.terms if service else ())}),
            sexes=_sexes(service) if service else list(SEXES),
            ages=(
                (service.eligibility.get("minimum_age"), service.eligibility.get("maximum_age"))
                if service
                else (None, None)
            ),
            texts=_texts(service.name) if service else [],
            emergency=bool(service and service.emergency),
            confidential=bool(service and service.confidential),
            hours=self._hours("phone_id", phone.id),
            confirmed=self.whole.confirmed.get(phone.id),
        )

    def project(self, project: Project) -> Values:
        return _values(
            self.listing,
            kind="project",
            subject=project,
            page="organization",
            slug=self.listing.slug,
            title=project.title,
            others=[project.iati_identifier] if project.iati_identifier else [],
            summary=project.description,
            places=[*project.places] or [self.listing.place_id],
            texts=_texts(self.listing.name),
            confirmed=self.whole.confirmed.get(project.id),
        )

    def _places_of(self, service: Service) -> list[str | None]:
        seat = self.listing.place_id
        return self.places.get(service.id) or [where.district(seat) if service.confidential else seat]

    def _hours(self, column: str, ident: uuid.UUID) -> Values:
        weekly = [one for one in self.whole.schedules if getattr(one, column) == ident and self.sees(one)]
        others = [one for one in self.whole.exceptions if getattr(one, column) == ident and self.sees(one)]
        return open_hours(weekly, others, now().date())


def _values(
    listing: Organization,
    *,
    kind: str,
    subject: Any,
    title: dict[str, Any],
    summary: dict[str, Any],
    places: Iterable[str | None],
    others: Iterable[str] = (),
    page: str = "",
    slug: str = "",
    phones: Sequence[Phone] = (),
    languages: Sequence[str] = (),
    terms: Sequence[str] = (),
    sexes: Sequence[str] = SEXES,
    ages: tuple[int | None, int | None] = (None, None),
    texts: Iterable[str] = (),
    emergency: bool = False,
    confidential: bool = False,
    hours: Values | None = None,
    confirmed: datetime.datetime | None = None,
) -> Values:
    known = [place for place in places if place]
    here = where.lines(known)
    first = known[0] if known else None
    return {
        "subject_id": subject.id,
        "kind": kind,
        "page": page or kind,
        "organization_id": listing.id,
        "slug": slug or subject.slug,
        "title": title,
        "summary": summary,
        "organization_name": listing.name,
        "organization_kind": listing.kind.value,
        "hotlines": [phone.number for phone in phones if phone.hotline],
        "emergency": emergency,
        "confidential": confidential,
        "place_id": first,
        "district": where.district(first) if first and not confidential else None,
        "places": here,
        "languages": list(languages),
        "terms": list(terms),
        "minimum_age": ages[0],
        "maximum_age": ages[1],
        "week": None,
        "closed": None,
        "extra": None,
        "verified_until": confirmed,
        "sort_keys": _sort_keys(title),
        **_searched(
            names=_texts(title),
            others=list(others),
            places=[spelling for place in here for spelling in where.spellings(place)],
            needs=[needs.words_for(list(terms))],
            texts=[*(text[:LONGEST_TEXT] for text in _texts(summary)), *texts],
            numbers=[phone.number for phone in phones],
            filters=_filters(kind, here, terms, languages, sexes),
        ),
        **(hours or {}),
    }


def _searched(*, names: list[str], others: list[str], places: list[str], **said: Any) -> Values:
    """What a row is found by: names and places as they are typed, and every word with the weight of where it stands."""
    return {
        "names_key": _key([*names, *others]),
        "places_key": _key(places),
        "lexemes": words.lexemes(names=names, others=others, places=places, **said),
    }


def _filters(
    kind: str, places: Iterable[str], terms: Iterable[str], languages: Iterable[str], sexes: Iterable[str]
) -> list[str]:
    """What a row can be narrowed to, each with a letter for what it says: kind, place, term, language, sex."""
    return [
        f"k{kind}",
        *(f"p{place}" for place in places),
        *(f"t{term}" for term in terms),
        *(f"l{code}" for code in languages),
        *(f"s{sex}" for sex in sexes),
    ]


def _sort_keys(title: dict[str, Any]) -> dict[str, str]:
    """Where a title stands in the alphabet of each language."""
    if len(title) == 1:
        text = pick(title, CODES[0])[0]  # What there is alone is what every reader gets.
        return {code: sort_key(text, code) for code in CODES}
    return {code: sort_key(pick(title, code)[0], code) for code in CODES}


def _sexes(service: Service) -> list[str]:
    said = service.eligibility.get("sex")
    return [said] if said in SEXES else list(SEXES)


def _merged(lists: Iterable[Iterable[str]]) -> list[str]:
    return sorted({one for some in lists for one in some})


def _texts(texts: dict[str, Any] | None) -> list[str]:
    """Every wording of a text, each once."""
    if not texts:
        return []
    if len(texts) == 1:
        return list(filter(None, [pick(texts, CODES[0])[0]]))
    return list(dict.fromkeys(filter(None, (pick(texts, code)[0] for code in CODES))))


def _key(texts: Iterable[str]) -> str:
    """All these texts folded, each phrase once, with a space before and after every word."""
    return " " + " . ".join(dict.fromkeys(filter(None, map(fold, texts)))) + " "
