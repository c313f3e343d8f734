"""Real ids and slugs of others for every part of every address. A new kind of part fails until it has a source here."""

from __future__ import annotations

import base64
import datetime
import os
import uuid
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Engine, bindparam, select, text
from sqlalchemy.orm import Session
from werkzeug.routing import Rule

from network.accounts.models import Invitation
from network.accounts.services import joining
from network.database import now
from network.events import people
from network.events.models import Registration
from network.keys import token_hash
from network.referrals.models import GuestLink, Referral
from network.tenancy import Actor, ActorKind
from network.web import Kopuro
from tests.factories import Person
from tests.prove.world import World

Values = dict[str, str]


@dataclass(frozen=True)
class Target:
    """One row of somebody, by the parts of an address that lead to it."""

    values: Values
    owner: uuid.UUID
    audience: str = "tenant"

    def readable_by(self, person: Person | None) -> bool:
        """Whether the row is meant for this reader."""
        if self.audience == "public":
            return True
        if person is None:
            return False
        inside = person.tenant.id == self.owner
        return inside or (self.audience == "partners" and person.actor.kind is ActorKind.MEMBER)


OWNERS = ("podruga", "khujand", "golden-goal", "andijan", "network")

NOT_OURS: dict[str, tuple[str, ...]] = {
    "lang": ("en",),
    "form": ("rss", "atom", "json"),
    "kind": ("way-in",),
    "language": ("ky",),
    "audience": ("partners",),
    "rest": ("no/such/address",),
}
"""Parts that name no row."""

WORDS = {"name"}
"""Parts whose values the address itself lists: all of them are tried."""

NOBODYS = {"hsds.one_taxonomy", "hsds.one_taxonomy_term"}
"""Their ids are the same in the whole network."""

SQL: dict[str, str] = {
    "referrals case_id": "SELECT tenant_id AS owner, id AS case_id FROM case_record",
    "referrals case_id thread_id": "SELECT tenant_id AS owner, case_id, thread_id FROM case_note",
    "referrals case_id consent_id": "SELECT tenant_id AS owner, id AS consent_id, case_id FROM consent",
    "agreements agreement_id": "SELECT t.id AS owner, a.id AS agreement_id FROM agreement a, tenant t"
    " WHERE t.kind = 'network'",
    "referrals attachment_id referral_id": "SELECT referring_id AS owner, id AS attachment_id, referral_id FROM attachment",
    "referrals call_id": "SELECT tenant_id AS owner, id AS call_id FROM hotline_call",
    "referrals glass_id": "SELECT tenant_id AS owner, id AS glass_id FROM case_glass",
    "referrals case_id consent_id evidence_id": "SELECT e.tenant_id AS owner, e.id AS evidence_id, e.consent_id,"
    " c.case_id FROM consent_evidence e JOIN consent c ON c.id = e.consent_id",
    "referrals referral_id": "SELECT referring_id AS owner, id AS referral_id FROM referral",
    "admin membership_id": "SELECT tenant_id AS owner, id AS membership_id FROM membership",
    "newcomer membership_id": "SELECT m.tenant_id AS owner, m.id AS membership_id FROM membership m"
    " WHERE m.roles @> '[\"caseworker\"]' AND m.status = 'active'"
    " AND NOT EXISTS (SELECT 1 FROM wraps.desk_key k WHERE k.user_id = m.user_id)",
    "admin invitation_id": "SELECT tenant_id AS owner, id AS invitation_id FROM invitation",
    "admin tenant_id": "SELECT id AS owner, id AS tenant_id FROM tenant WHERE kind = 'member'",
    "accounts session_id": "SELECT tenant_id AS owner, id AS session_id FROM user_session",
    "accounts ident": "SELECT m.tenant_id AS owner, k.id AS ident FROM kept_form k"
    " JOIN membership m ON m.user_id = k.user_id",
    "events slug": "SELECT tenant_id AS owner, slug,"
    " CASE status WHEN 'draft' THEN 'tenant' ELSE visibility END AS audience FROM event",
    "events registration_id slug": "SELECT e.tenant_id AS owner, e.slug, r.id AS registration_id, 'tenant' AS audience"
    " FROM registration r JOIN event e ON e.id = r.event_id",
    "digest slug": "SELECT tenant_id AS owner, slug,"
    " CASE state WHEN 'published' THEN visibility ELSE 'tenant' END AS audience FROM activity",
    "edition slug": "SELECT tenant_id AS owner, slug,"
    " CASE state WHEN 'published' THEN 'public' ELSE 'tenant' END AS audience FROM edition",
    "directory slug": "SELECT tenant_id AS owner, slug, visibility AS audience FROM organization",
    "directory project_id": "SELECT tenant_id AS owner, id AS project_id, visibility AS audience FROM project",
    "service slug": "SELECT tenant_id AS owner, slug, visibility AS audience FROM service",
    "directory contact_id slug": "SELECT o.tenant_id AS owner, o.slug, c.id AS contact_id, c.audience"
    " FROM contact c JOIN organization o ON o.id = c.organization_id",
    "directory phone_id slug": "SELECT o.tenant_id AS owner, o.slug, p.id AS phone_id, p.audience"
    " FROM phone p JOIN organization o ON o.id = p.organization_id",
    "directory listing_id": "SELECT tenant_id AS owner, id AS listing_id, visibility AS audience FROM organization"
    " UNION ALL SELECT tenant_id, id, visibility FROM service UNION ALL SELECT tenant_id, id, visibility FROM project",
    "directory proposal_id": "SELECT receiving_id AS owner, id AS proposal_id, 'tenant' AS audience FROM proposal",
    "directory revision_id": "SELECT tenant_id AS owner, id AS revision_id FROM revision",
    "directory listing_id other_id": "SELECT a.tenant_id AS owner, a.id AS listing_id, b.id AS other_id"
    " FROM organization a JOIN organization b ON b.tenant_id = a.tenant_id AND b.id > a.id",
    "directory merge_id": "SELECT tenant_id AS owner, id AS merge_id FROM merge",
    "propose listing_id": "SELECT tenant_id AS owner, id AS listing_id, visibility AS audience FROM organization"
    " UNION ALL SELECT tenant_id, id, visibility FROM service",
    "directory location_id slug": "SELECT o.tenant_id AS owner, o.slug, l.id AS location_id, l.audience"
    " FROM location l JOIN organization o ON o.id = l.organization_id",
    "directory part_id": "SELECT tenant_id AS owner, id AS part_id, audience FROM referral_route",
    "directory whole_id": "SELECT tenant_id AS owner, id AS whole_id, visibility AS audience FROM service",
    "hsds organization_id": "SELECT tenant_id AS owner, id AS organization_id, visibility AS audience FROM organization",
    "hsds service_id": "SELECT tenant_id AS owner, id AS service_id, visibility AS audience FROM service",
    "hsds ident": "SELECT l.tenant_id AS owner, l.id AS ident, s.visibility AS audience FROM service_at_location l"
    " JOIN service s ON s.id = l.service_id",
}
"""By blueprint (or what the page is about) and the parts of its address."""


OF_SERVICES = {
    "service",
    "edit_service",
    "service_sections",
    "service_hours",
    "eligibility",
    "translate_service",
    "preview_service",
    "service_funding",
}
"""Views of the directory whose slug is a service's."""


def family(endpoint: str) -> str:
    """Whose slugs this address takes."""
    if endpoint in ("digest.edition", "digest.note"):
        return "edition"
    if endpoint.removeprefix("directory.") in OF_SERVICES:
        return "service"
    if endpoint == "directory.propose":
        return "propose"
    if endpoint == "admin.let_in":
        return "newcomer"
    if endpoint == "digest_organizations.organization_feed":
        return "directory"
    return endpoint.split(".")[0]


def parts(rule: Rule) -> list[str]:
    """The parts of this address that lead to a row."""
    return sorted(rule.arguments - NOT_OURS.keys() - WORDS)


def fixed(rule: Rule) -> list[Values]:
    """Every combination of the parts that name no row."""
    found: list[Values] = [{}]
    for name in sorted(rule.arguments & (NOT_OURS.keys() | WORDS)):
        values: Iterable[str] = NOT_OURS.get(name, ())
        if name in WORDS:
            values = getattr(rule._converters[name], "items", ())
        found = [one | {name: value} for one in found for value in sorted(values)]
    return found


def targets(world: World, owner: Engine, rule: Rule) -> list[Target] | None:
    """Rows of everybody for this address; None where nobody said yet where they come from."""
    names = parts(rule)
    if not names:
        return []
    if rule.endpoint in NOBODYS:
        return []
    if "token" in names:
        if rule.endpoint not in LINKS:
            return None
        others = {name: str(uuid.uuid4()) for name in names if name != "token"}
        return [
            Target(others | _forged(t), world.tenants["podruga"]) for t in LINKS[rule.endpoint](world, owner)
        ]
    statement = SQL.get(" ".join([family(rule.endpoint), *names]))
    if statement is None:
        return None
    ids = [world.tenants[name] for name in OWNERS]
    with owner.connect() as connection:
        rows = connection.execute(
            text(f"SELECT * FROM ({statement}) t WHERE owner IN :ids").bindparams(
                bindparam("ids", expanding=True)
            ),
            {"ids": ids},
        ).mappings()
        return [_target(dict(row)) for row in rows]


def _target(row: dict[str, Any]) -> Target:
    whose, audience = row.pop("owner"), row.pop("audience", "tenant")
    return Target({name: str(value) for name, value in row.items()}, whose, audience)


def address(app: Kopuro, rule: Rule, values: Values) -> str:
    """The path with these parts, in English."""
    given = values | ({"lang": "en"} if "lang" in rule.arguments else {})
    return app.url_map.bind("localhost").build(rule.endpoint, given)


def nowhere(rule: Rule) -> Values:
    """The same address with ids and names that nobody has."""
    made_up = {"slug": "nothing-of-that-name", "token": base64.urlsafe_b64encode(os.urandom(48)).decode()}
    return {name: made_up.get(name) or str(uuid.uuid4()) for name in parts(rule)}


def invitations(world: World, _owner: Engine) -> list[str]:
    """The links of open invitations of Podruga."""

    def links(session: Session, _actor: Actor) -> list[str]:
        return [joining.link_token(world.app.keyring, one) for one in session.scalars(select(Invitation))]

    found: list[str] = world.do("admin@podruga.example", links)
    return found


def registrations(world: World, owner: Engine) -> list[str]:
    """The links by which people manage their registrations."""
    with owner.connect() as connection:
        rows = connection.execute(text("SELECT tenant_id, id FROM registration ORDER BY id")).all()
    keyring = world.app.keyring
    return [people.manage_token(keyring, Registration(tenant_id=t, id=i)) for t, i in rows[:2]]


def guest_links_of(world: World, _owner: Engine) -> list[str]:
    """A link to one referral of Podruga, as a guest was given it."""

    def link(session: Session, actor: Actor) -> list[str]:
        token = "open-sesame-" + "x" * 31
        if not session.scalars(select(GuestLink).where(GuestLink.token_hash == token_hash(token))).first():
            referral = session.scalars(
                select(Referral).where(Referral.referring_id == actor.tenant_id)
            ).first()
            assert referral is not None
            session.add(
                GuestLink(
                    guest_id=uuid.uuid4(),
                    referring_id=referral.referring_id,
                    referral_id=referral.id,
                    epoch=1,
                    token_hash=token_hash(token),
                    public_key=b"",
                    locked=b"",
                    expires_at=now() + datetime.timedelta(days=1),
                )
            )
        return [token]

    found: list[str] = world.do("caseworker@podruga.example", link)
    return found


LINKS: dict[str, Callable[[World, Engine], list[str]]] = {
    "accounts.join": invitations,
    "events.manage": registrations,
    "events.withdraw": registrations,
    "guest.ask_move": guest_links_of,
    "guest.attach": guest_links_of,
    "guest.attachment": guest_links_of,
    "guest.compare": guest_links_of,
    "guest.door": guest_links_of,
    "guest.leave": guest_links_of,
    "guest.make_move": guest_links_of,
    "guest.write_message": guest_links_of,
}


def _forged(token: str) -> Values:
    """A real link with its last letters changed, as if guessed."""
    return {"token": token[:-4] + ("AAAA" if token[-4:] != "AAAA" else "BBBB")}
