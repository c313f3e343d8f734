"""A hospital of the directory without an account, and the way to it."""

from __future__ import annotations

import re
import uuid
from dataclasses import dataclass

from network.directory.models import Organization, OrganizationKind, Visibility
from network.referrals.models import Case, Consent, Referral
from network.referrals.services import guest_links, guests
from network.referrals.services.guest_links import Issued
from network.tenancy import Tenant
from tests.pages import Page, Visitor
from tests.referrals.conftest import FOUR, Valley

NAME = "Batken regional hospital"


@dataclass
class Sent:
    """A referral on its way to a guest."""

    case: Case
    consent: Consent
    referral: Referral
    guest: Tenant
    issued: Issued

    @property
    def path(self) -> str:
        return f"/en/guest/{self.issued.token}"


def hospital(valley: Valley, *, name: str = NAME) -> uuid.UUID:
    """A listing of somebody who is no member."""
    admin = valley.supervisor.actor
    with valley.database.unit_of_work(admin) as session:
        listing = Organization(
            tenant_id=valley.osh.id,
            slug=f"listing-{uuid.uuid4().hex[:8]}",
            kind=OrganizationKind.GOVERNMENT,
            name={"en": {"text": name, "status": "human"}},
            alternate_name={},
            description={},
            visibility=Visibility.PUBLIC,
        )
        session.add(listing)
        session.flush()
        return listing.id


def named(valley: Valley, case: Case, *, country: str | None = "KG") -> Tenant:
    listing = hospital(valley)
    actor = valley.caseworker.actor
    with valley.database.unit_of_work(actor) as session:
        return guests.name_guest(
            session,
            actor,
            session.get_one(Case, case.id),
            session.get_one(Organization, listing),
            name=NAME,
            country=country,
        )


def sent_to_guest(valley: Valley, *, country: str | None = "KG") -> Sent:
    """The whole way to a link and a code."""
    return valley.go_on(f"a referral to a guest in {country}", lambda: _sent_to_guest(valley, country))


def _sent_to_guest(valley: Valley, country: str | None) -> Sent:
    case = valley.case()
    guest = named(valley, case, country=country)
    consent = valley.consent(case, to=guest, categories=FOUR)
    referral = valley.draft(case, to=guest, categories=FOUR)
    valley.approved(referral, consent)
    actor, app = valley.caseworker.actor, valley.caseworker.app
    with valley.database.unit_of_work(actor) as session:
        desk = valley.desk(session, valley.caseworker)
        issued = guests.send_to_guest(session, actor, desk, app.keyring, cost(valley), referral.id)
    return Sent(case, consent, referral, guest, issued)


def cost(valley: Valley) -> guest_links.Cost:
    settings = valley.caseworker.app.settings
    return guest_links.Cost(settings.kdf_memory_kib, settings.kdf_passes)


def come_in(valley: Valley, sent: Sent) -> tuple[Visitor, Page]:
    """Somebody with link and code, at a browser of her own."""
    visitor = Visitor(valley.caseworker.app)
    return visitor, visitor.open(sent.path).submit({"code": sent.issued.code})


def shown(page: Page) -> tuple[str, str]:
    """Path and code from the page that shows them once."""
    address = re.search(r"https?://[^\s<]+/guest/[\w-]+", page.html)
    code = re.search(r"\b[0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]{4}\b", page.main)
    assert address and code, page.main
    return "/" + address.group(0).split("/", 3)[3], code.group(0)
