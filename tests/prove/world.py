"""The demonstration network, what its people keep to themselves, and strangers of every kind around it.

It is made once in a run, through the services, and copied back for each test that asks for it.
"""

from __future__ import annotations

import datetime
import importlib
import importlib.util
import uuid
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Engine, select, text
from sqlalchemy.orm import Session

from network import demo
from network.accounts import queries as accounts
from network.accounts.desk_keys import DeskKeys
from network.accounts.models import UserKey
from network.accounts.services import joining, kept, members, partners, sessions
from network.database import now
from network.demo import cast as players
from network.demo.logins import PASSWORD
from network.digest.models import ActivityKind
from network.digest.models import Visibility as ActivityVisibility
from network.digest.services import activities, editions
from network.directory import services as directory
from network.directory.drafts import ContactDraft, OrganizationDraft, PhoneDraft, Reach, ServiceDraft
from network.directory.models import Organization, OrganizationKind, ReferralRoute, Visibility
from network.directory.services import merging, proposing
from network.events.models import ConsentToPublish, EventKind, EventVisibility
from network.events.services import planning, registering
from network.permissions import TENANT_ROLES, Role
from network.referrals.categories import Category
from network.referrals.services import cases, drafts
from network.tenancy import Actor, Tenant
from network.web import Kopuro
from tests.factories import Make, Person

SECRET = "Kanarejka"
"""Stands in every text that only Podruga may read."""
AMONG_PARTNERS = "Partnerka"
"""Stands in every text that every member of the network may read, and nobody else."""


@dataclass
class World:
    """Everybody by a short name, and who of them has nothing to look for with the others."""

    app: Kopuro
    people: dict[str, Person] = field(default_factory=dict)
    tenants: dict[str, uuid.UUID] = field(default_factory=dict)
    tables: dict[str, bytes] = field(default_factory=dict)

    def do(self, who: str | Actor, deed: Callable[[Session, Actor], Any]) -> Any:
        actor = self.people[who].actor if isinstance(who, str) else who
        with self.app.database.unit_of_work(actor) as session:
            return deed(session, actor)


STRANGERS = ("suspended", "removed", "of a suspended tenant")
"""They come with a session that a mistake left open."""


def build(app: Kopuro, owner: Engine) -> World:
    """The demonstration network with secrets, one outsider of each role, and three who were turned away."""
    world, make = World(app), Make(app, owner)
    cast = players.load(app)
    for room in demo.ROOMS:
        if importlib.util.find_spec(f"network.demo.{room}"):
            importlib.import_module(f"network.demo.{room}").load(app, cast)
    world.tenants = dict(cast.tenants)
    for email, player in cast.players.items():
        with app.database.unit_of_work(player.actor) as session:
            tenant = session.get_one(Tenant, player.actor.tenant_id)
        world.people[email] = Person(
            app, tenant, player.actor.user_id, email, player.actor.roles, player.private, "", PASSWORD
        )
    make.knows(world.people.values())
    _keep_secrets(world)
    _strangers(world, make)
    return world


def _keep_secrets(world: World) -> None:
    """What Podruga has that is not for everybody: of every kind of row, one for itself and one for partners."""
    app, writer = world.app, "organiser@podruga.example"
    for audience in (Visibility.TENANT, Visibility.PARTNERS):
        actor = world.people["admin@podruga.example"].actor
        world.do(actor, lambda s, a, v=audience: _listing(s, a, v))
    begins = now() + datetime.timedelta(days=20)
    for name, visibility in (("draft", EventVisibility.PUBLIC), ("partners", EventVisibility.PARTNERS)):
        mark = SECRET if name == "draft" else AMONG_PARTNERS
        plan = planning.Plan(
            kind=EventKind.TRAINING,
            visibility=visibility,
            title={"en": f"{mark} event {name}"},
            programme={"en": f"{mark} programme {name}"},
            start_at=begins,
            end_at=begins + datetime.timedelta(hours=3),
            timezone="Asia/Bishkek",
            venue=f"{mark} venue",
            approval=name == "partners",
        )
        event = world.do(
            writer, lambda s, a, p=plan, n=name: planning.create_event(s, a, p, slug=f"secret-event-{n}")
        )
        if name == "partners":
            world.do(writer, lambda s, a, e=event: planning.publish_event(s, a, e.id))
            _register(world, event)
        draft = activities.Draft(
            kind=ActivityKind.TRAINING,
            visibility=ActivityVisibility.PARTNERS,
            title={"en": f"{mark} activity {name}"},
            text={"en": f"{mark} text {name}"},
        )
        told = world.do(
            writer,
            lambda s, a, d=draft, n=name: activities.create_activity(s, a, d, slug=f"secret-activity-{n}"),
        )
        if name == "partners":
            world.do(writer, lambda s, a, t=told: activities.publish_activity(s, a, t.id))
    clock = Actor.clock(world.tenants["network"])
    monday = editions.week_of(now().date()) - 2 * editions.WEEK
    world.do(clock, lambda s, a: editions.open_edition(s, a, monday))
    world.do("admin@podruga.example", lambda s, a: _invite(s, a, app))
    world.do("caseworker@podruga.example", _keep_a_form)
    worker = world.people["caseworker@podruga.example"]
    world.do(worker.actor, _propose)
    world.do("admin@podruga.example", _keep_apart)
    world.do("admin@podruga.example", _merge)
    world.do(
        worker.actor,
        lambda s, a: _draft(s, a, DeskKeys(s, a, worker.private), world.tenants["khujand"]),
    )


def _propose(session: Session, actor: Actor) -> None:
    """A colleague knows better; whoever keeps the listings has not answered yet."""
    listing = session.scalars(
        select(Organization).where(Organization.slug == "secret-organization-tenant")
    ).one()
    changed = {f"organization_{listing.id.hex}_name_en": f"{SECRET} proposed"}
    proposing.propose(session, actor, listing, changed, f"{SECRET} reason", languages=["en"])


def _keep_apart(session: Session, actor: Actor) -> None:
    """Two listings that look alike, of whom somebody said that they are two."""
    own = select(Organization).where(Organization.tenant_id == actor.tenant_id).order_by(Organization.id)
    one, other = session.scalars(own.limit(2))
    merging.keep_apart(session, actor, one, other)


def _merge(session: Session, actor: Actor) -> None:
    """A listing for few that was listed twice; what stays has a history of two versions."""
    survivor = session.scalars(
        select(Organization).where(Organization.slug == "secret-organization-tenant")
    ).one()
    words = {"en": f"{SECRET} once more"}
    twice = OrganizationDraft(
        kind=OrganizationKind.NGO,
        name=words,
        description=words,
        website=f"https://{SECRET.lower()}.example.org",
    )
    loser = directory.create_organization(session, actor, twice, slug="secret-organization-twice")
    versions = (survivor.version, loser.version)
    merging.merge(session, actor, survivor, loser, {"website": "loser"}, versions=versions)


def _draft(session: Session, actor: Actor, desk: Any, to: uuid.UUID) -> None:
    """A case that was written for nobody else yet, and a referral that is not sent."""
    case = cases.open_case(session, actor)
    written = {"alias": f"{SECRET} alias"}
    cases.write_part(session, actor, desk, case, Category.IDENTITY, written, seen=0)
    drafts.draft_referral(
        session,
        actor,
        desk,
        case,
        receiving_id=to,
        categories=[Category.IDENTITY],
        content={"requested_service": f"{SECRET} service", "need": f"{SECRET} need"},
    )


def _listing(session: Session, actor: Actor, audience: Visibility) -> None:
    mark = SECRET if audience is Visibility.TENANT else AMONG_PARTNERS
    words = {"en": f"{mark} {audience.value}"}
    organization = directory.create_organization(
        session,
        actor,
        OrganizationDraft(kind=OrganizationKind.NGO, name=words, description=words, visibility=audience),
        slug=f"secret-organization-{audience.value}",
    )
    service = ServiceDraft(name=words, description=words, visibility=audience, terms=["legal"])
    made = directory.create_service(
        session, actor, organization, service, Reach(), slug=f"secret-service-{audience.value}"
    )
    way_in = {"contact": f"{mark} contact", "next_step": {"en": f"{mark} next step"}}
    directory.create_part(session, actor, made, ReferralRoute, way_in, audience)
    contact = ContactDraft(name=f"{mark} contact", email=f"{mark.lower()}@podruga.example", audience=audience)
    directory.create_contact(session, actor, organization, contact)
    phone = PhoneDraft(number="0312000017", country="KG", audience=audience, description=words)
    directory.create_phone(session, actor, organization, phone)


def _register(world: World, event: Any) -> None:
    answers = registering.Answers(
        email="kanarejka@participant.example",
        name=f"{SECRET} participant",
        organization="",
        language="ky",
        consent_to_publish=ConsentToPublish.NOBODY,
        submission=uuid.uuid4(),
    )
    visitor = Actor.visitor(event.tenant_id)
    world.do(visitor, lambda s, a: registering.register(s, a, world.app.keyring, event.id, answers))


def _invite(session: Session, actor: Actor, app: Kopuro) -> None:
    joining.invite(
        session,
        actor,
        app.keyring,
        session.get_one(Tenant, actor.tenant_id),
        email="kanarejka@newcomer.example",
        name=f"{SECRET} newcomer",
        language="ky",
        roles=frozenset({Role.EDITOR}),
    )


def _keep_a_form(session: Session, actor: Actor) -> None:
    key = session.get_one(UserKey, actor.user_id)
    kept.keep(session, key, uuid.uuid4(), "/en/referrals/", [("need", f"{SECRET} kept")])


def _strangers(world: World, make: Make) -> None:
    """Outsiders with a tenant of their own, and people who once were inside."""
    elsewhere = make.tenant("Elsewhere", country="TJ")
    for role in sorted(TENANT_ROLES):
        world.people[f"outside {role}"] = make.user(elsewhere, [role])
    world.people["outside, every role"] = make.user(elsewhere, sorted(TENANT_ROLES))
    make.tenant("Not begun yet", country="UZ")
    inside = world.people["admin@podruga.example"]
    for name, verb in (("suspended", members.suspend), ("removed", _remove)):
        person = world.people[name] = make.user(inside.tenant, sorted(TENANT_ROLES))
        world.do("admin@podruga.example", lambda s, a, p=person, v=verb: v(s, a, _membership(s, p)))
    world.people["newcomer"] = make.user(inside.tenant, [Role.CASEWORKER], let_in=False)
    andijan = world.people["caseworker@andijan.example"]
    world.people["of a suspended tenant"] = andijan
    coordinator = world.people["coordinator@network.example"].actor
    world.do(
        coordinator, lambda s, a: partners.suspend_partner(s, a, s.get_one(Tenant, andijan.actor.tenant_id))
    )
    # Somebody of Podruga is signed in, so that there is a session that could be ended by others.
    inside.visitor()


def _membership(session: Session, person: Person) -> Any:
    return session.scalars(accounts.members(person.tenant.id).where(_is(person))).one()


def _is(person: Person) -> Any:
    from network.accounts.models import Membership

    return Membership.user_id == person.user_id


def _remove(session: Session, actor: Actor, membership: Any) -> None:
    members.remove(session, actor, membership, None)


def token_of(person: Person) -> str:
    """A session of this person, put into the database whatever became of her membership."""
    with person.app.database.unit_of_work(person.actor) as session:
        return sessions.open_session(
            session,
            user_id=person.user_id,
            tenant_id=person.tenant.id,
            private=person.private,
            agent="Firefox, Linux",
        )


def text_of(owner: Engine, statement: str, **values: Any) -> list[Any]:
    """Rows as the owner of the database sees them."""
    with owner.connect() as connection:
        return list(connection.execute(text(statement), values))
