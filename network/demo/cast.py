"""The tenants and people of the demonstration network: roles, not invented names. Each login is in the contract."""

from __future__ import annotations

import uuid
from dataclasses import dataclass, field

from sqlalchemy.orm import Session

from network.accounts.desk_keys import DeskKeys
from network.accounts.services import desk, joining, people
from network.demo.logins import PASSWORD
from network.keys import Cost, PrivateKey
from network.permissions import CASE_READERS, Role
from network.tenancy import Actor, Tenant, TenantKind, become
from network.web import Kopuro

R = Role

TENANTS: tuple[tuple[str, TenantKind, str, str, str | None], ...] = (
    ("network", TenantKind.NETWORK, "Ferghana Valley Network", "NET", None),
    ("podruga", TenantKind.MEMBER, "Podruga", "POD", "KG"),
    ("golden-goal", TenantKind.MEMBER, "Golden Goal", "GOL", "KG"),
    # These two are plainly invented, and say so.
    ("andijan", TenantKind.MEMBER, "Andijan partner (demonstration)", "AND", "UZ"),
    ("khujand", TenantKind.MEMBER, "Khujand partner (demonstration)", "KHU", "TJ"),
)

PEOPLE: tuple[tuple[str, str, str, str, tuple[Role, ...]], ...] = (
    ("coordinator@network.example", "network", "Network coordinator", "ru", (R.COORDINATOR,)),
    ("observer@osce.example", "network", "OSCE observer", "en", (R.OBSERVER,)),
    ("admin@podruga.example", "podruga", "Supervisor, Podruga", "ru", (R.ADMIN, R.SUPERVISOR)),
    ("caseworker@podruga.example", "podruga", "Caseworker, Podruga", "ky", (R.CASEWORKER,)),
    ("organiser@podruga.example", "podruga", "Organiser, Podruga", "ky", (R.ORGANISER, R.EDITOR)),
    (
        "caseworker@goldengoal.example",
        "golden-goal",
        "Caseworker, Golden Goal",
        "ky",
        (R.CASEWORKER, R.ADMIN),
    ),
    ("organiser@goldengoal.example", "golden-goal", "Organiser, Golden Goal", "ky", (R.ORGANISER, R.EDITOR)),
    ("caseworker@andijan.example", "andijan", "Caseworker, Andijan", "uz", (R.CASEWORKER, R.ADMIN)),
    ("supervisor@khujand.example", "khujand", "Supervisor, Khujand", "tg", (R.SUPERVISOR, R.ADMIN)),
    ("caseworker@khujand.example", "khujand", "Caseworker, Khujand", "tg", (R.CASEWORKER,)),
)


@dataclass(frozen=True, slots=True)
class Player:
    """One person of the demonstration, with the key that she will unlock with the password everybody knows."""

    actor: Actor
    private: PrivateKey = field(repr=False)

    def desk(self, session: Session) -> DeskKeys:
        return DeskKeys(session, self.actor, self.private)


@dataclass(frozen=True, slots=True)
class Cast:
    """Everybody by login, and the tenants by slug."""

    players: dict[str, Player]
    tenants: dict[str, uuid.UUID]

    def clock(self, slug: str) -> Actor:
        """The clock of a tenant, to act for it where no person is needed."""
        return Actor.clock(self.tenants[slug])


def load(app: Kopuro) -> Cast:
    """Make the tenants, their people and the keys of their desks."""
    tenants = {}
    for slug, kind, name, code, country in TENANTS:
        tenant = Tenant(kind=kind, slug=slug, name=name, code=code, country=country, demonstration=True)
        with app.database.unit_of_work(Actor.anonymous()) as session:
            session.add(tenant)
        tenants[slug] = tenant
    cast = Cast({}, {slug: tenant.id for slug, tenant in tenants.items()})
    for email, slug, name, language, roles in PEOPLE:
        cast.players[email] = _person(app, cast, tenants[slug], email, name, language, frozenset(roles))
    return cast


def _person(
    app: Kopuro, cast: Cast, tenant: Tenant, email: str, name: str, language: str, roles: frozenset[Role]
) -> Player:
    cost = Cost(app.settings.kdf_memory_kib, app.settings.kdf_passes)
    with app.database.unit_of_work(Actor.anonymous()) as session:
        made = people.make_user(
            session, app.keyring, cost, email=email, name=name, language=language, passphrase=PASSWORD
        )
        actor = Actor.member(tenant.id, made.user.id, roles, country=tenant.country)
        become(session, actor)
        joining.belong(session, tenant.id, made.user.id, roles)
        if roles & CASE_READERS and actor.reads_cases:
            earlier = next((p for p in cast.players.values() if _holds_desk_of(p, tenant)), None)
            if earlier is None:
                desk.found_desk(session, actor, made.private)
            else:
                opened = earlier.desk(session)
                keys = {epoch: opened.private(epoch) for epoch in opened.epochs}
                desk.take_over(session, actor, made.private.public, keys)
        return Player(actor, made.private)


def _holds_desk_of(player: Player, tenant: Tenant) -> bool:
    return player.actor.tenant_id == tenant.id and player.actor.reads_cases
