"""What tests need to be there: tenants, people, listings. Made through the services wherever one exists."""

from __future__ import annotations

import itertools
import uuid
from collections.abc import Iterable
from dataclasses import dataclass, field

from flask.testing import FlaskClient
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from network.accounts.desk_keys import DeskKeys
from network.accounts.services import desk, joining, people, sessions
from network.keys import Cost, PrivateKey
from network.permissions import CASE_READERS, Role
from network.tenancy import Actor, Tenant, TenantKind, become
from network.web import Kopuro
from tests.pages import Visitor

_count = itertools.count(1)

LETTERS = str.maketrans("0123456789", "BCDFGHJKLM")
"""A number in a name would be found by who looks for another number on the page."""

PASSPHRASE = "seven walnuts under Arslanbob"


@dataclass
class Person:
    """Somebody with an account, her key at hand."""

    app: Kopuro
    tenant: Tenant
    user_id: uuid.UUID
    email: str
    roles: frozenset[Role]
    private: PrivateKey = field(repr=False)
    recovery_code: str = field(repr=False)
    passphrase: str = PASSPHRASE

    @property
    def actor(self) -> Actor:
        return Actor.member(self.tenant.id, self.user_id, self.roles, country=self.tenant.country)

    def visitor(self) -> Visitor:
        """Her at a browser, signed in: the session is put there directly, without the wait of signing in."""
        visitor = Visitor(self.app)
        self._sign_in(visitor.client)
        return visitor

    def client(self) -> FlaskClient:
        """The same as a bare test client."""
        client = self.app.test_client()
        self._sign_in(client)
        return client

    def token(self) -> str:
        """What her browser's cookie holds: a session put there directly, without the wait of signing in."""
        with self.app.database.unit_of_work(self.actor) as session:
            return sessions.open_session(
                session,
                user_id=self.user_id,
                tenant_id=self.tenant.id,
                private=self.private,
                agent="Firefox, Linux",
            )

    def _sign_in(self, client: FlaskClient) -> None:
        client.set_cookie("session", self.token())


class Make:
    """Makes rows in the empty database of a test, committed, as the application would have."""

    def __init__(self, app: Kopuro, owner_engine: Engine) -> None:
        self.app = app
        self.owner = owner_engine
        self._people: list[Person] = []

    def knows(self, people: Iterable[Person]) -> None:
        """People of a world that was put back: they let in who is made after them."""
        self._people.extend(people)

    def tenant(
        self, name: str | None = None, *, kind: TenantKind = TenantKind.MEMBER, country: str | None = "KG"
    ) -> Tenant:
        """A tenant without people. ``make.desk`` gives one with keys."""
        number = next(_count)
        name = name or f"Partner {str(number).translate(LETTERS)}"
        tenant = Tenant(kind=kind, slug=f"partner-{number}", name=name, code=f"T{number}", country=country)
        with self.app.database.unit_of_work(Actor.anonymous()) as session:
            session.add(tenant)
        return tenant

    def network(self) -> Tenant:
        """The network's own tenant: coordinators, observers, listings of non-members."""
        return self.tenant("The network", kind=TenantKind.NETWORK, country=None)

    # accounts

    def user(
        self,
        tenant: Tenant,
        roles: list[Role] | None = None,
        *,
        name: str | None = None,
        email: str | None = None,
        language: str = "en",
        let_in: bool = True,
    ) -> Person:
        """A member of the tenant. The first who reads cases founds its desk; later ones are let in by an earlier one,
        unless ``let_in`` is False."""
        number = next(_count)
        held = frozenset(roles or [Role.CASEWORKER])
        email = email or f"person{number}@partner.example"
        settings = self.app.settings
        with self.app.database.unit_of_work(Actor.anonymous()) as session:
            made = people.make_user(
                session,
                self.app.keyring,
                Cost(settings.kdf_memory_kib, settings.kdf_passes),
                email=email,
                name=name or f"Person {number}",
                language=language,
                passphrase=PASSPHRASE,
            )
            person = Person(self.app, tenant, made.user.id, email, held, made.private, made.code or "")
            become(session, person.actor)
            joining.belong(session, tenant.id, person.user_id, held)
            if let_in and not held.isdisjoint(CASE_READERS) and person.actor.reads_cases:
                self._give_keys(session, person)
        self._people.append(person)
        return person

    def _give_keys(self, session: Session, person: Person) -> None:
        others = desk.holders(session, person.tenant.id)
        earlier = next((p for p in self._people if p.user_id in others), None)
        if earlier is None:
            desk.found_desk(session, person.actor, person.private)
            return
        opened = DeskKeys(session, earlier.actor, earlier.private)
        desk.take_over(
            session,
            person.actor,
            person.private.public,
            {epoch: opened.private(epoch) for epoch in opened.epochs},
        )

    def desk(self, name: str | None = None, *, country: str | None = "KG") -> tuple[Tenant, Person]:
        """A tenant with a supervisor who founded its desk and manages its members."""
        tenant = self.tenant(name, country=country)
        return tenant, self.user(tenant, [Role.ADMIN, Role.SUPERVISOR])
