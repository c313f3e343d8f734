"""How a shaped record becomes a row: what it points at is found, who may read it follows from what it belongs to."""

from __future__ import annotations

import uuid
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from network.database import any_of, now, uuid7
from network.directory import slugs, where
from network.directory.exchange.records import digest_of
from network.directory.exchange.rows import Row, add, new
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
    Revision,
    Schedule,
    ScheduleException,
    Service,
    ServiceArea,
    ServiceAtLocation,
    ServiceCapacity,
    Taxonomy,
    TaxonomyTerm,
    Visibility,
    narrower_of,
)
from network.directory.services import places
from network.directory.services.writing import plain
from network.i18n.translated import pick
from network.keys import Keyring
from network.tenancy import Actor

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

_SAID = {
    "emergency": "emergency",
    "hotline": "hotline",
    "toll_free": "toll_free",
    "member": "member_of_the_network",
}
"""Where a source answers what is yes or no with us; most say neither."""

_STAYS = ("source", "organization_id", "service_id", "location_id")
"""What people may have moved meanwhile, by merging two organizations for one, is not moved back."""

_REVISED = (Organization, Service, Phone, Contact)


@dataclass(frozen=True, slots=True)
class Owner:
    """A row that others belong to: whose it is and who may read it."""

    organization_id: uuid.UUID
    audience: Visibility
    confidential: bool = False


class Planter:
    """Makes the rows of one step."""

    def __init__(
        self,
        session: Session,
        actor: Actor,
        tenant_id: uuid.UUID,
        source: str,
        scratch: Scratch,
        *,
        public: bool,
        keyring: Keyring | None = None,
    ) -> None:
        self.session, self.actor, self.tenant_id, self.source = session, actor, tenant_id, source
        self.scratch, self.keyring = scratch, keyring
        self.widest = Visibility.PUBLIC if public else Visibility.TENANT
        self._ids: dict[tuple[str, str], uuid.UUID] = {}
        self._owners: dict[uuid.UUID, Owner] = {}
        self._into: dict[uuid.UUID, uuid.UUID] = {}
        self._slugs: set[str] = set()
        self._found: dict[str, dict[str, uuid.UUID]] = {}

    # What records point at ------------------------------------------------------------------------------------------

    def look_up(self, shaped: list[Shaped]) -> None:
        """Find all rows that these records point at, in a question for each kind."""
        wanted: dict[str, set[str]] = defaultdict(set)
        for one in shaped:
            if one.kind == "location" and "service_id" not in one.links:
                service = self.scratch.service_at(one.record.id)
                if service is not None:
                    one.links["service_id"] = ("service", service)
            for kind, ident in one.links.values():
                if (kind, ident) not in self._ids:
                    wanted[kind].add(ident)
        for kind, idents in wanted.items():
            statement = select(ImportedRecord.external_id, ImportedRecord.record_id).where(
                ImportedRecord.tenant_id == self.tenant_id,
                ImportedRecord.source == self.source,
                ImportedRecord.kind == kind,
                any_of(ImportedRecord.external_id, idents),
            )
            for ident, record_id in self.session.execute(statement):
                self._ids[kind, ident] = record_id
        self._look_up_owners(shaped)
        if shaped[0].kind in ("organization", "service"):
            self._look_up_slugs(shaped)

    def _look_up_owners(self, shaped: list[Shaped]) -> None:
        wanted: dict[str, set[uuid.UUID]] = defaultdict(set)
        for one in shaped:
            for kind, key in one.links.values():
                found = self._ids.get((kind, key))
                if found is not None and found not in self._owners:
                    wanted[kind].add(found)
        for kind, owners in wanted.items():
            self._owners |= dict(self._read_owners(kind, owners))
        ahead = set(self._into.values()) - self._owners.keys()
        while ahead:
            self._owners |= dict(self._read_owners("organization", ahead))
            ahead = set(self._into.values()) - self._owners.keys() - ahead

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
            yield row.id, self._owner(kind, row)

    def _owner(self, kind: str, row: Any) -> Owner:
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
        shaper._record = one.record
        kind, links = one.kind, one.links
        if kind == "language":
            return self._settle_language(one, shaper)
        for name in (*NEEDS.get(kind, ()), *KEEPS.get(kind, ())):
            found = self._ids.get(links[name]) if name in links else None
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
            found = self._ids.get(links[name]) if name in links else None
            if found is None:
                continue
            if name == "_organization_id":
                return found
            owner = self._owners.get(found)
            if owner is not None and owner.organization_id.int:
                return owner.organization_id
        return None

    def _settle_language(self, one: Shaped, shaper: Shaper) -> bool:
        for name in ("service_id", "phone_id"):
            found = self._ids.get(one.links[name]) if name in one.links else None
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
        if "hidden" not in self._found:
            self._found["hidden"] = {}
        known = self._found["hidden"]
        if str(location_id) not in known:
            given = (
                select(ServiceAtLocation.id)
                .join(Service, ServiceAtLocation.service_id == Service.id)
                .where(ServiceAtLocation.location_id == Location.id, Service.confidential)
            )
            statement = select(Location.id).where(
                Location.id == location_id, or_(Location.confidential, given.exists())
            )
            known[str(location_id)] = self.session.scalars(statement).first() or uuid.UUID(int=0)
        return bool(known[str(location_id)].int)

    def digest(self, one: Shaped) -> str:
        # Merging two organizations is no news of the source.
        said = {name: value for name, value in one.columns.items() if name != "organization_id"}
        return digest_of(said)

    # Rows -----------------------------------------------------------------------------------------------------------

    def own_rows(self, kind: str, idents: list[uuid.UUID]) -> set[uuid.UUID]:
        """Which of these ids are rows of this tenant already."""
        model = MODELS.get(kind)
        if model is None or not idents:
            return set()
        statement = select(model.id).where(any_of(model.id, idents), model.tenant_id == self.tenant_id)
        return set(self.session.scalars(statement))

    def plant(self, one: Shaped, ident: uuid.UUID) -> Any:
        """A new row; for what becomes a part of another row, whether that changed."""
        columns, kind = dict(one.columns), one.kind
        if kind == "language":
            return self._speaks(columns)
        if kind == "attribute" and columns.pop("_own", ""):
            return self._is_of_kind(columns, str(one.columns["_own"]))
        audience = self._audience(columns)
        if kind == "service_capacity" and self._owners[columns["service_id"]].confidential:
            # Who waits for a bed in a shelter to be free is not told by a file when it is.
            audience = narrower_of(audience, Visibility.PARTNERS)
        model = MODELS[kind]
        if kind == "address":
            self._move(columns["location_id"], columns.pop("_place_id"))
        if kind == "schedule" and columns.pop("_exception", ""):
            return self._exception(columns, one, ident, audience)
        if kind == "attribute":
            columns["term_tenant_id"] = self.tenant_id if columns.get("taxonomy_term_id") else None
        if kind in ("organization", "service"):
            # All that PostgreSQL would say otherwise is said here: a row that need not be read back is written faster.
            columns |= {"visibility": audience, "slug": self._free_slug(one, ident), "reminded": 0}
        else:
            columns["audience"] = audience
        row = new(model, id=ident, tenant_id=self.tenant_id, **columns)
        self._note(kind, row, one.columns)
        return row

    def _exception(self, columns: dict[str, Any], one: Shaped, ident: uuid.UUID, audience: Visibility) -> Any:
        kept = {name: columns.get(name) for name in ("service_id", "location_id", "opens_at", "closes_at")}
        starts = columns["valid_from"] or columns["valid_to"]
        if starts is None:
            return False
        return new(
            ScheduleException,
            id=ident,
            tenant_id=self.tenant_id,
            on=starts,
            until=columns["valid_to"] if columns["valid_to"] != starts else None,
            closed=one.columns["_exception"] == "closed",
            notes=columns["notes"],
            audience=audience,
            **kept,
        )

    def _note(self, kind: str, row: Row, columns: dict[str, Any]) -> None:
        """What later records of this step may point at."""
        if kind == "organization":
            self._owners[row.id] = Owner(row.id, row.values["visibility"])
        elif "organization_id" in columns:
            audience = row.values["visibility" if kind == "service" else "audience"]
            confidential = bool(row.values.get("confidential"))
            self._owners[row.id] = Owner(columns["organization_id"], audience, confidential)
        self._touch(columns, row.id if kind == "organization" else None)

    def _touch(self, columns: dict[str, Any], ident: uuid.UUID | None = None) -> None:
        whose = ident or columns.get("organization_id")
        for name in ("service_id", "location_id"):
            if whose is None and columns.get(name) in self._owners:
                whose = self._owners[columns[name]].organization_id
        if whose is not None:
            self.scratch.touch(str(whose))

    def _audience(self, columns: dict[str, Any]) -> Visibility:
        """No wider than whatever it belongs to."""
        audience = self.widest
        for name in ("organization_id", "service_id", "location_id", "link_id"):
            owner = self._owners.get(columns[name]) if columns.get(name) else None
            if owner is not None:
                audience = narrower_of(audience, owner.audience)
        return audience

    def _free_slug(self, one: Shaped, ident: uuid.UUID) -> str:
        slug = self._slug(one)
        if slug in self._slugs:
            slug = f"{slug}-{ident.hex[-8:]}"
        self._slugs.add(slug)
        return slug

    def _move(self, location_id: uuid.UUID, place_id: str) -> None:
        """An address tells the place better than its location did."""
        row = self.session.get(Location, location_id)
        known = where.place(row.place_id) if row is not None else None
        told = where.place(place_id)
        if row is not None and (known is None or (told is not None and told.level > known.level)):
            row.place_id = place_id

    def _speaks(self, columns: dict[str, Any]) -> bool:
        model, ident = (
            (Service, columns["service_id"]) if "service_id" in columns else (Phone, columns["phone_id"])
        )
        row: Any = self.session.get(model, ident)
        if row is None or columns["code"] in row.languages:
            return False
        row.languages = [*row.languages, columns["code"]]
        self.scratch.touch(str(row.organization_id))
        return True

    def _is_of_kind(self, columns: dict[str, Any], code: str) -> bool:
        row = self.session.get(Service, columns["link_id"])
        if row is None or code in row.terms:
            return False
        row.terms = [*row.terms, code]
        self.scratch.touch(str(row.organization_id))
        return True

    def rewrite(self, one: Shaped, ident: uuid.UUID) -> bool:
        """Write what the record says otherwise; what it does not say stays, and so does who may read it."""
        model = MODELS.get(one.kind)
        if model is None or (one.kind == "attribute" and one.columns.get("_own")):
            self.plant(one, ident)
            return False
        row: Any = self.session.get(model, ident)
        if row is None or (isinstance(row, ServiceCapacity) and _older(one, row)):
            return False
        changed = False
        for name, value in one.columns.items():
            if name.startswith("_") or name in _STAYS or value in (None, "", [], {}):
                continue
            if value is False and _unsaid(one, name):
                continue
            before = getattr(row, name)
            if isinstance(value, dict) and isinstance(before, dict):
                value = before | {
                    key: told for key, told in value.items() if not _same(before.get(key), told)
                }
            if before != value:
                setattr(row, name, value)
                changed = True
        if changed:
            if isinstance(row, ServiceCapacity) and "updated_at" not in one.columns:
                row.updated_at = now()
            if hasattr(row, "version"):
                row.version += 1
                row.last_modified = now()
            self._owners[row.id] = self._owner(one.kind, row)
            whose = row.id if one.kind == "organization" else getattr(row, "organization_id", None)
            self._touch(one.columns, whose)
            if isinstance(row, Service) and row.confidential:
                places.close_doors(self.session, row, self.keyring)
            self.session.flush()
            columns = row.__mapper__.column_attrs.keys()
            self.keep_revisions([Row(model, {name: getattr(row, name) for name in columns})])
        return changed

    def close_doors(self, rows: list[Row]) -> None:
        """New rows that say a confidential service is given somewhere: what is known of that place closes."""
        given = {row.values["service_id"] for row in rows if row.model is ServiceAtLocation}
        hidden = [ident for ident in given if ident in self._owners and self._owners[ident].confidential]
        if not hidden:
            return
        for service in self.session.scalars(select(Service).where(any_of(Service.id, hidden))):
            places.close_doors(self.session, service, self.keyring)

    def keep_revisions(self, rows: list[Row]) -> None:
        """A full snapshot of each row that has a history."""
        at = now()
        made = []
        for row in rows:
            if row.model not in _REVISED:
                continue
            values = row.values
            listing = values.get("service_id") or values.get("organization_id")
            if row.model in (Organization, Service):
                listing = row.id
            made.append(
                {
                    "id": uuid7(),
                    "tenant_id": self.tenant_id,
                    "subject": row.model.__tablename__,
                    "subject_id": row.id,
                    "version": values["version"],
                    "at": at,
                    "user_id": self.actor.user_id,
                    "cause": "import",
                    "visibility": (values.get("visibility") or values["audience"]).value,
                    "listing_id": listing,
                    "snapshot": row.snapshot(plain),
                }
            )
        add(self.session, Revision, made)

    def remember(self, told: list[tuple[Shaped, uuid.UUID, str]]) -> None:
        """That these records of the source are these rows."""
        for one, ident, _digest in told:
            self._ids[one.kind, one.record.id] = ident
        at = now()
        add(
            self.session,
            ImportedRecord,
            [
                {
                    "id": uuid7(),
                    "tenant_id": self.tenant_id,
                    "source": self.source,
                    "kind": one.kind,
                    "external_id": one.record.id,
                    "record_id": ident,
                    "digest": digest,
                    "imported_at": at,
                }
                for one, ident, digest in told
            ],
        )

    def step_aside(self, row: Row, attempt: int) -> None:
        """Another slug, then another id: the one it had is taken, and nobody says by whom."""
        other = uuid.uuid5(self.tenant_id, str(row.id))
        if attempt == 0 and "slug" in row.values:
            row.values["slug"] = f"{row.values['slug'][:60]}-{other.hex[-8:]}"
            return
        owner = self._owners.pop(row.id, None)
        row.values["id"] = other
        if owner is not None:
            whose = row.id if row.model is Organization else owner.organization_id
            self._owners[row.id] = Owner(whose, owner.audience, owner.confidential)


def _unsaid(one: Shaped, name: str) -> bool:
    """Whether a no only stands for silence. That a service is confidential is taken back by people alone."""
    said = _SAID.get(name)
    return name == "confidential" or (said is not None and one.record.values.get(said) in (None, ""))


def _older(one: Shaped, row: ServiceCapacity) -> bool:
    """Whether people counted after the source did: what is free goes out of date within hours."""
    counted = one.columns.get("updated_at")
    return counted is not None and counted < row.updated_at


def _same(before: Any, told: Any) -> bool:
    """Whether a text is the same words, whatever is said of who translated them."""
    return isinstance(before, dict) and isinstance(told, dict) and before.get("text") == told.get("text")
