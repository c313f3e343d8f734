"""How a shaped record becomes a row, or changes one: who may read it follows from what it belongs to."""

from __future__ import annotations

import uuid
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from network.database import any_of, now, uuid7
from network.directory import where
from network.directory.exchange.belonging import MODELS, Belongings, Owner
from network.directory.exchange.records import digest_of
from network.directory.exchange.rows import Row, add, new
from network.directory.exchange.scratch import Scratch
from network.directory.exchange.shaping import Shaped
from network.directory.models import (
    Contact,
    ImportedRecord,
    Location,
    Organization,
    Phone,
    Revision,
    ScheduleException,
    Service,
    ServiceAtLocation,
    ServiceCapacity,
    Visibility,
    narrower_of,
)
from network.directory.services import places
from network.directory.services.writing import plain
from network.keys import Keyring
from network.tenancy import Actor

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
        self.belongings = Belongings(session, tenant_id, source, scratch)

    def digest(self, one: Shaped) -> str:
        # Merging two organizations is no news of the source.
        said = {name: value for name, value in one.columns.items() if name != "organization_id"}
        return digest_of(said)

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
        audience = self.belongings.audience(self.widest, columns)
        if kind == "service_capacity" and self.belongings.owners[columns["service_id"]].confidential:
            # Who watches a shelter is not told by a file when a bed in it is free.
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
            columns |= {"visibility": audience, "slug": self.belongings.free_slug(one, ident), "reminded": 0}
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
            self.belongings.owners[row.id] = Owner(row.id, row.values["visibility"])
        elif "organization_id" in columns:
            audience = row.values["visibility" if kind == "service" else "audience"]
            confidential = bool(row.values.get("confidential"))
            self.belongings.owners[row.id] = Owner(columns["organization_id"], audience, confidential)
        self._touch(columns, row.id if kind == "organization" else None)

    def _touch(self, columns: dict[str, Any], ident: uuid.UUID | None = None) -> None:
        whose = ident or columns.get("organization_id")
        for name in ("service_id", "location_id"):
            if whose is None and columns.get(name) in self.belongings.owners:
                whose = self.belongings.owners[columns[name]].organization_id
        if whose is not None:
            self.scratch.touch(str(whose))

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
            self.belongings.owners[row.id] = self.belongings.owner(one.kind, row)
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
        hidden = [
            ident
            for ident in given
            if ident in self.belongings.owners and self.belongings.owners[ident].confidential
        ]
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
            self.belongings.ids[one.kind, one.record.id] = ident
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
        owner = self.belongings.owners.pop(row.id, None)
        row.values["id"] = other
        if owner is not None:
            whose = row.id if row.model is Organization else owner.organization_id
            self.belongings.owners[row.id] = Owner(whose, owner.audience, owner.confidential)


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
