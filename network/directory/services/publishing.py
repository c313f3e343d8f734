"""What everybody may find: the flat search table, written anew for one organization after each change.

Only rows whose own column says ``public`` are read here, whoever acts; ``tests/directory/test_canaries`` proves it.
"""

from __future__ import annotations

import re
import uuid
from collections.abc import Iterable

from sqlalchemy import delete, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from network.database import now
from network.directory import where
from network.directory.models import (
    DirectoryState,
    Location,
    Organization,
    Phone,
    SearchPublic,
    Service,
    ServiceArea,
    ServiceAtLocation,
    Status,
    Visibility,
)
from network.i18n.collation import sort_key
from network.i18n.folding import fold
from network.i18n.languages import CODES
from network.i18n.translated import pick

_LONGEST_TEXT = 600
"""Characters of a description, by language, that are searched."""


def publish(session: Session, organization_id: uuid.UUID, *, public: bool) -> None:
    """Write the search rows of an organization, and say that public data changed; nothing where none of it did."""
    if not public:
        return
    session.flush()
    session.execute(delete(SearchPublic).where(SearchPublic.organization_id == organization_id))
    session.add_all(_rows(session, organization_id))
    session.flush()
    moved = insert(DirectoryState).values(id=1, number=1, changed_at=now())
    session.execute(
        moved.on_conflict_do_update(
            index_elements=["id"], set_={"number": DirectoryState.number + 1, "changed_at": now()}
        )
    )


def _rows(session: Session, organization_id: uuid.UUID) -> Iterable[SearchPublic]:
    organization = session.scalars(
        select(Organization).where(
            Organization.id == organization_id,
            Organization.visibility == Visibility.PUBLIC,
            Organization.status != Status.DEFUNCT,
        )
    ).one_or_none()
    if organization is None:
        return
    services = session.scalars(
        select(Service)
        .where(Service.organization_id == organization_id, Service.visibility == Visibility.PUBLIC)
        .where(Service.status != Status.DEFUNCT)
        .order_by(Service.created_at)
    ).all()
    phones = session.scalars(
        select(Phone).where(Phone.organization_id == organization_id, Phone.audience == Visibility.PUBLIC)
    ).all()
    locations = session.scalars(
        select(Location).where(
            Location.organization_id == organization_id, Location.audience == Visibility.PUBLIC
        )
    ).all()
    areas = _areas(session, [service.id for service in services])
    seats = [organization.place_id, *(location.place_id for location in locations)]
    listed = {None, *(service.id for service in services)}
    yield _row(
        organization,
        None,
        [phone for phone in phones if phone.service_id in listed],
        [*seats, *(place for places in areas.values() for place in places)],
        services,
    )
    for service in services:
        yield _row(
            organization,
            service,
            [phone for phone in phones if phone.service_id == service.id],
            areas.get(service.id) or [organization.place_id],
            [],
        )


def _areas(session: Session, service_ids: list[uuid.UUID]) -> dict[uuid.UUID, list[str | None]]:
    """Where each service works or whom it is for, as far as everybody may know."""
    found: dict[uuid.UUID, list[str | None]] = {}
    for area in session.scalars(
        select(ServiceArea)
        .where(ServiceArea.service_id.in_(service_ids), ServiceArea.audience == Visibility.PUBLIC)
        .order_by(ServiceArea.place_id)
    ):
        found.setdefault(area.service_id, []).append(area.place_id)
    for service_id, place_id in session.execute(
        select(ServiceAtLocation.service_id, Location.place_id)
        .join(Location, Location.id == ServiceAtLocation.location_id)
        .where(
            ServiceAtLocation.service_id.in_(service_ids),
            ServiceAtLocation.audience == Visibility.PUBLIC,
            Location.audience == Visibility.PUBLIC,
        )
    ):
        found.setdefault(service_id, []).insert(0, place_id)
    return found


def _row(
    organization: Organization,
    service: Service | None,
    phones: list[Phone],
    places: list[str | None],
    services: Iterable[Service],
) -> SearchPublic:
    subject = service or organization
    names = [*_texts(subject.name), *(_texts(organization.alternate_name) if service is None else [])]
    here = where.lines(places)
    # A whole country is not what somebody means who looks for a town, but its name still finds the row.
    spelled = [spelling for place_id in here for spelling in where.spellings(place_id)]
    others = [
        *_texts(subject.description),
        *_texts(organization.name),
        *(text for one in services for text in _texts(one.name)),
    ]
    # Digits as they are: folding would take 00010 for 010.
    digits = " ".join(re.sub(r"\D", "", phone.number) for phone in phones)
    names_key, places_key = _key(names), _key(spelled)
    return SearchPublic(
        kind="service" if service else "organization",
        organization_id=organization.id,
        slug=subject.slug,
        title=subject.name,
        summary=subject.description,
        organization_name=organization.name,
        organization_kind=organization.kind.value,
        hotlines=[phone.number for phone in phones if phone.hotline],
        emergency=bool(service and service.emergency),
        place_id=next((place for place in places if place), None),
        places=here,
        languages=sorted({code for one in ([service] if service else services) for code in one.languages}),
        terms=sorted({code for one in ([service] if service else services) for code in one.terms}),
        names_key=names_key,
        places_key=places_key,
        keys=f"{_key([*names, *spelled, *others])}. {digits} ",
        sort_keys={code: sort_key(pick(subject.name, code)[0], code) for code in CODES},
    )


def _texts(texts: dict[str, object]) -> list[str]:
    """Every wording of a text, each once."""
    return list(dict.fromkeys(pick(texts, code)[0][:_LONGEST_TEXT] for code in CODES))


def _key(texts: Iterable[str]) -> str:
    """All these texts folded, each phrase once, with a space before and after every word."""
    # Russian is printed and typed with е for ё: both ways find it.
    both = (spelled for text in texts for spelled in (text, text.replace("ё", "е").replace("Ё", "Е")))
    return " " + " . ".join(dict.fromkeys(filter(None, map(fold, both)))) + " "
