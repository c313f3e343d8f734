"""Listings to test with, made through the services as an admin of the tenant would."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from network.demo import cast as players
from network.demo import directory as room
from network.directory import services
from network.directory.drafts import LocationDraft, OrganizationDraft, PhoneDraft, Reach, ServiceDraft
from network.directory.models import Organization, OrganizationKind, Phone, Service, Visibility
from network.permissions import Role
from network.tenancy import Actor, Tenant
from network.web import Kopuro
from tests.factories import Make, Person
from tests.worlds import Worlds


def admin(tenant: Tenant) -> Actor:
    return Actor.member(tenant.id, uuid.uuid4(), [Role.ADMIN, Role.EDITOR], country=tenant.country)


def editor(tenant: Tenant) -> Actor:
    return Actor.member(tenant.id, uuid.uuid4(), [Role.EDITOR], country=tenant.country)


def organization_draft(**changes: Any) -> OrganizationDraft:
    given: dict[str, Any] = {
        "kind": OrganizationKind.NGO,
        "name": {"en": "Green Hill", "ru": "Зелёный холм"},
        "description": {"en": "Helps people on the move."},
        "visibility": Visibility.PUBLIC,
        "place_id": "KG-GO",
    }
    return OrganizationDraft(**(given | changes))


def service_draft(**changes: Any) -> ServiceDraft:
    given: dict[str, Any] = {
        "name": {"en": "Legal advice", "ru": "Юридическая консультация"},
        "description": {"en": "A lawyer listens and explains."},
        "visibility": Visibility.PUBLIC,
        "terms": ["legal"],
        "languages": ["ky", "ru"],
    }
    return ServiceDraft(**(given | changes))


def phone_draft(**changes: Any) -> PhoneDraft:
    given: dict[str, Any] = {"number": "00010", "country": "KG", "audience": Visibility.PUBLIC}
    return PhoneDraft(**(given | changes))


@dataclass
class Directory:
    """Makes and reads what these tests need, each step committed on its own."""

    app: Kopuro
    make: Make

    def do(self, tenant: Tenant, deed: Callable[[Session, Actor], Any], *, actor: Actor | None = None) -> Any:
        actor = actor or admin(tenant)
        with self.app.database.unit_of_work(actor) as session:
            return deed(session, actor)

    def organization(self, tenant: Tenant | None = None, **changes: Any) -> Organization:
        tenant = tenant or self.make.tenant()
        draft = organization_draft(**changes)
        made: Organization = self.do(tenant, lambda s, a: services.create_organization(s, a, draft))
        return made

    def service(self, organization: Organization, reach: Reach | None = None, **changes: Any) -> Service:
        def deed(session: Session, actor: Actor) -> Service:
            whole = session.get(Organization, organization.id)
            return services.create_service(session, actor, whole, service_draft(**changes), reach or Reach())

        return self._as_keeper(organization, deed)  # type: ignore[no-any-return]

    def phone(self, organization: Organization, **changes: Any) -> Phone:
        def deed(session: Session, actor: Actor) -> Phone:
            whole = session.get(Organization, organization.id)
            return services.create_phone(session, actor, whole, phone_draft(**changes))

        return self._as_keeper(organization, deed)  # type: ignore[no-any-return]

    def location(self, organization: Organization, **changes: Any) -> Any:
        def deed(session: Session, actor: Actor) -> Any:
            whole = session.get(Organization, organization.id)
            draft, keyring = LocationDraft(**changes), self.app.keyring
            return services.create_location(session, actor, whole, draft, keyring=keyring)

        return self._as_keeper(organization, deed)

    def part(self, whole: Any, model: Any, values: dict[str, Any], **how: Any) -> Any:
        """A part of a service, organization, place or project. ``audience`` and ``named`` say who reads it."""

        def deed(session: Session, actor: Actor) -> Any:
            row = session.get(type(whole), whole.id)
            return services.create_part(session, actor, row, model, values, **how)

        return self._as_keeper(whole, deed)

    def _as_keeper(self, organization: Any, deed: Callable[[Session, Actor], Any]) -> Any:
        actor = Actor.member(organization.tenant_id, uuid.uuid4(), [Role.ADMIN])
        with self.app.database.unit_of_work(actor) as session:
            return deed(session, actor)

    def read(self, actor: Actor, model: Any) -> list[Any]:
        with self.app.database.unit_of_work(actor) as session:
            return list(session.scalars(select(model)))


@pytest.fixture
def directory(app: Kopuro, make: Make) -> Directory:
    return Directory(app, make)


@pytest.fixture
def demonstrated(app: Kopuro, worlds: Worlds) -> Kopuro:
    """The application over the directory of the demonstration network."""

    def load() -> str:
        return room.load(app, players.load(app))

    assert "13 organizations" in worlds.begin("directory of the demonstration", load)
    return app


@pytest.fixture
def author(directory: Directory) -> Person:
    """Somebody of another organization, who proposes."""
    return directory.make.user(directory.make.tenant("Neighbours"), [Role.CASEWORKER], name="Nodira")


@pytest.fixture
def keeper(directory: Directory) -> Person:
    """Who keeps the listing, and decides."""
    return directory.make.user(directory.make.tenant("Keepers"), [Role.EDITOR], name="Kanykei")
