"""What a record points at: the rows found for its keys, whose they are, and who may read what belongs to them."""

from __future__ import annotations

import uuid
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from network.database import any_of, now
from network.directory import slugs
from network.directory.exchange.scratch import Scratch
from network.directory.exchange.shaping import Shaped, Shaper
from network.directory.models import (
    Accessibility,
    Address,
    Attribute,
    Contact,
    CostOption,
    ImportedRecord,
    Location,
    Organization,
    OrganizationIdentifier,
    Phone,
    RequiredDocument,
    Schedule,
    Service,
    ServiceArea,
    ServiceAtLocation,
    ServiceCapacity,
    Taxonomy,
    TaxonomyTerm,
    Visibility,
    narrower_of,
)
from network.i18n.translated import pick

MODELS: dict[str, Any] = {
    "taxonomy": Taxonomy,
    "taxonomy_term": TaxonomyTerm,
    "organization": Organization,
    "organization_identifier": OrganizationIdentifier,
    "service": Service,
    "location": Location,
    "service_at_location": ServiceAtLocation,
    "address": Address,
    "contact": Contact,
    "phone": Phone,
    "schedule": Schedule,
    "service_area": ServiceArea,
    "accessibility": Accessibility,
    "cost_option": CostOption,
    "required_document": RequiredDocument,
    "service_capacity": ServiceCapacity,
    "attribute": Attribute,
}

NEEDS: dict[str, tuple[str, ...]] = {
    "organization_identifier": ("organization_id",),
    "service": ("organization_id",),
    "location": ("organization_id",),
    "service_at_location": ("service_id", "location_id"),
    "address": ("location_id",),
    "contact": ("organization_id",),
    "phone": ("organization_id",),
    "service_area": ("service_id",),
    "accessibility": ("location_id",),
    "cost_option": ("service_id",),
    "required_document": ("service_id",),
    "service_capacity": ("service_id",),
    "attribute": ("link_id",),
}
"""What a row cannot be without."""

KEEPS: dict[str, tuple[str, ...]] = {
    "phone": ("service_id",),
    "contact": ("service_id",),
    "schedule": ("service_id", "location_id"),
    "attribute": ("taxonomy_term_id",),
    "taxonomy_term": ("taxonomy_id", "parent_id"),
}
"""What a row may point at besides."""


_HELD = ("organization", "service", "location")
"""What other rows cannot stand without: people may have removed it since it was imported."""


@dataclass(frozen=True, slots=True)
class Owner:
    """A row that others belong to: whose it is and who may read it."""

    organization_id: uuid.UUID
    audience: Visibility
    confidential: bool = False


class Belongings:
    """What the records of one step belong to."""

    def __init__(self, session: Session, tenant_id: uuid.UUID, source: str, scratch: Scratch) -> None:
        self.session, self.tenant_id, self.source, self.scratch = session, tenant_id, source, scratch
        self.ids: dict[tuple[str, str], uuid.UUID] = {}
        """(kind, id in the source) → row."""
        self.owners: dict[uuid.UUID, Owner] = {}
        self._into: dict[uuid.UUID, uuid.UUID] = {}
        self._slugs: set[str] = set()
        self._hidden: dict[uuid.UUID, bool] = {}

    def look_up(self, shaped: list[Shaped]) -> None:
        """Find all rows that these records point at, in a question for each kind."""
        wanted: dict[str, set[str]] = defaultdict(set)
        for one in shaped:
            if one.kind == "location" and "service_id" not in one.links:
                service = self.scratch.service_at(one.record.id)
                if service is not None:
                    one.links["service_id"] = ("service", service)
            for kind, ident in one.links.values():
                if (kind, ident) not in self.ids:
                    wanted[kind].add(ident)
        for kind, idents in wanted.items():
            statement = select(ImportedRecord.external_id, ImportedRecord.record_id).where(
                ImportedRecord.tenant_id == self.tenant_id,
                ImportedRecord.source == self.source,
                ImportedRecord.kind == kind,
                any_of(ImportedRecord.external_id, idents),
            )
            for ident, record_id in self.session.execute(statement):
                self.ids[kind, ident] = record_id
        self._look_up_owners(shaped)
        if shaped[0].kind in ("organization", "service"):
            self._look_up_slugs(shaped)

    def _look_up_owners(self, shaped: list[Shaped]) -> None:
        wanted: dict[str, set[uuid.UUID]] = defaultdict(set)
        for one in shaped:
            for kind, key in one.links.values():
                found = self.ids.get((kind, key))
                if found is not None and found not in self.owners:
                    wanted[kind].add(found)
        for kind, owners in wanted.items():
            found_now = dict(self._read_owners(kind, owners))
            self.owners |= found_now
            if kind in _HELD:
                gone = owners - found_now.keys()
                self.ids = {key: ident for key, ident in self.ids.items() if ident not in gone}
        ahead = set(self._into.values()) - self.owners.keys()
        while ahead:
            self.owners |= dict(self._read_owners("organization", ahead))
            ahead = set(self._into.values()) - self.owners.keys() - ahead

    def _survivor(self, ident: uuid.UUID) -> uuid.UUID:
        """The organization of this tenant that stands for one since they were merged."""
        while ident in self._into:
            ident = self._into[ident]
        return ident

    def _read_owners(self, kind: str, idents: set[uuid.UUID]) -> Iterable[tuple[uuid.UUID, Owner]]:
        model = MODELS.get(kind)
        if model is None:
            return
        for row in self.session.scalars(select(model).where(any_of(model.id, idents))):
            yield row.id, self.owner(kind, row)

    def owner(self, kind: str, row: Any) -> Owner:
        whose = (
            row.id if kind == "organization" else getattr(row, "organization_id", None) or uuid.UUID(int=0)
        )
        if kind == "organization" and row.merged_into_id and row.merged_into_tenant_id == self.tenant_id:
            self._into[row.id] = row.merged_into_id
        audience = row.visibility if hasattr(row, "visibility") else row.audience
        return Owner(whose, audience, bool(getattr(row, "confidential", False)))

    def _look_up_slugs(self, shaped: list[Shaped]) -> None:
        model = MODELS[shaped[0].kind]
        wanted = {self._slug(one) for one in shaped}
        self._slugs |= set(self.session.scalars(select(model.slug).where(any_of(model.slug, wanted))))

    def _slug(self, one: Shaped) -> str:
        return slugs.slug_of(pick(one.columns["name"], "en")[0], otherwise=one.kind)

    def settle(self, one: Shaped, shaper: Shaper) -> bool:
        """Put into the columns what the record points at; True where it cannot be without what is missing."""
        shaper.about(one.record)
        kind, links = one.kind, one.links
        if kind == "language":
            return self._settle_language(one, shaper)
        for name in (*NEEDS.get(kind, ()), *KEEPS.get(kind, ())):
            found = self.ids.get(links[name]) if name in links else None
            if name == "organization_id" and found is None:
                found = self._around(links)
                if found is not None and name in links:
                    shaper.tell(
                        name, "a key that leads nowhere", "what it belongs to otherwise stands for it"
                    )
            if found is not None:
                one.columns[name] = self._survivor(found) if name == "organization_id" else found
            elif name in NEEDS.get(kind, ()):
                what = "a key that leads nowhere" if name in links else "nothing says what it belongs to"
                if not (name == "link_id" and one.columns.get("_own")):
                    shaper.tell(name, what, "left out")
                    return True
            elif name in links and not (name == "taxonomy_term_id" and one.columns.get("_own")):
                shaper.tell(name, "a key that leads nowhere", "left out of the record")
        if kind == "schedule":
            return self._settle_schedule(one, shaper)
        if kind == "service_capacity" and one.columns.get("updated_at", now()) > now():
            shaper.tell("updated_at", "a day to come", "taken as counted today")
            del one.columns["updated_at"]
        if kind == "address" and self._is_hidden(one.columns["location_id"]):
            shaper.tell("address_1", "the door of a confidential service", "left out: enter it by hand")
            return True
        if kind == "attribute" and one.columns.get("_own") and "link_id" not in one.columns:
            shaper.tell("link_id", "a key that leads nowhere", "left out")
            return True
        return False

    def _around(self, links: dict[str, tuple[str, str]]) -> uuid.UUID | None:
        """The organization of whatever else a record points at."""
        for name in ("_organization_id", "service_id", "location_id", "contact_id", "service_at_location_id"):
            found = self.ids.get(links[name]) if name in links else None
            if found is None:
                continue
            if name == "_organization_id":
                return found
            owner = self.owners.get(found)
            if owner is not None and owner.organization_id.int:
                return owner.organization_id
        return None

    def _settle_language(self, one: Shaped, shaper: Shaper) -> bool:
        for name in ("service_id", "phone_id"):
            found = self.ids.get(one.links[name]) if name in one.links else None
            if found is not None:
                one.columns[name] = found
                return False
        shaper.tell("service_id", "a key that leads nowhere", "left out")
        return True

    def _settle_schedule(self, one: Shaped, shaper: Shaper) -> bool:
        columns = one.columns
        if columns.get("service_id") and columns.get("location_id"):
            columns["location_id"] = None  # Hours of a service at a place are the service's, with us.
        if columns.get("service_id") or columns.get("location_id"):
            return False
        shaper.tell("service_id", "nothing says whose hours these are", "left out")
        return True

    def _is_hidden(self, location_id: uuid.UUID) -> bool:
        """Whether a confidential service is or was given there: no file opens what people closed."""
        if location_id not in self._hidden:
            given = (
                select(ServiceAtLocation.id)
                .join(Service, ServiceAtLocation.service_id == Service.id)
                .where(ServiceAtLocation.location_id == Location.id, Service.confidential)
            )
            statement = select(Location.id).where(
                Location.id == location_id, or_(Location.confidential, given.exists())
            )
            self._hidden[location_id] = self.session.scalars(statement).first() is not None
        return self._hidden[location_id]

    def free_slug(self, one: Shaped, ident: uuid.UUID) -> str:
        slug = self._slug(one)
        if slug in self._slugs:
            slug = f"{slug}-{ident.hex[-8:]}"
        self._slugs.add(slug)
        return slug

    def audience(self, widest: Visibility, columns: dict[str, Any]) -> Visibility:
        """No wider than whatever it belongs to."""
        audience = widest
        for name in ("organization_id", "service_id", "location_id", "link_id"):
            owner = self.owners.get(columns[name]) if columns.get(name) else None
            if owner is not None:
                audience = narrower_of(audience, owner.audience)
        return audience
