"""The printed directory: each copy tells what its readers may read, says so on each page, and no page says more."""

from __future__ import annotations

import io
import re
from collections.abc import Callable
from typing import Any

import pytest
from flask.testing import FlaskClient
from pypdf import PdfReader
from sqlalchemy.orm import Session

from network.database import now
from network.dates import long_date
from network.directory import services
from network.directory.drafts import ContactDraft, LocationDraft, Opening, Reach
from network.directory.models import AudienceGrant, Organization, ReferralRoute, Visibility
from network.directory.paper.press import Press, TooLong
from network.directory.paper.queries import OPEN_TO, Readers
from network.directory.views import paper
from network.permissions import Role
from network.tenancy import Actor, Tenant
from tests.directory.conftest import Directory, organization_draft, phone_draft, service_draft
from tests.pages import Visitor

AUDIENCES = tuple(Visibility)


def pages(body: bytes) -> list[str]:
    return [" ".join(page.extract_text().split()) for page in PdfReader(io.BytesIO(body)).pages]


def bare(body: bytes) -> str:
    """All letters, hyphens and spaces of line breaks left out."""
    return re.sub("[ \u00ad\u2060-]", "", "".join(pages(body)))


def canary(number: int) -> str:
    return f"canary{chr(ord('b') + number // 20)}{chr(ord('b') + number % 20)}wxfly"


def plant(directory: Directory, tenant: Tenant) -> dict[str, Visibility]:
    """One word that stands nowhere else in each kind of row, for each audience."""
    planted: dict[str, Visibility] = {}

    def word(audience: Visibility) -> str:
        planted[canary(len(planted))] = audience
        return canary(len(planted) - 1)

    def all_at_once(session: Session, actor: Actor) -> None:
        def listed(**changes: Any) -> Organization:
            return services.create_organization(session, actor, organization_draft(**changes))

        whole = listed()
        reach = Reach(areas=("KG-O",), opening=Opening(always=True))
        service = services.create_service(session, actor, whole, service_draft(), reach)
        for audience in AUDIENCES:
            for belongs in (None, service.id):
                number = phone_draft(
                    number=f"0077{len(planted)}",
                    audience=audience,
                    service_id=belongs,
                    description={"en": word(audience)},
                )
                services.create_phone(session, actor, whole, number)
            contact = ContactDraft(name=word(audience), audience=audience)
            services.create_contact(session, actor, whole, contact)
            for place in (
                LocationDraft(place_id="KG-GO", name={"en": word(audience)}, audience=audience),
                LocationDraft(
                    place_id="KG-GO",
                    audience=Visibility.PUBLIC,
                    address_1=word(audience),
                    address_audience=audience,
                ),
            ):
                services.create_location(session, actor, whole, place)
            draft = service_draft(visibility=audience, name={"en": word(audience)})
            services.create_service(session, actor, whole, draft, Reach())
            listed(visibility=audience, name={"en": word(audience)})
            session.add(
                ReferralRoute(
                    tenant_id=whole.tenant_id,
                    service_id=service.id,
                    contact=word(audience),
                    audience=audience,
                )
            )

    directory.do(tenant, all_at_once)
    return planted


def test_a_book_tells_its_readers_all_that_is_for_them_and_nothing_else(directory: Directory) -> None:
    tenant = directory.make.tenant("Own House")
    planted = plant(directory, tenant)
    client = directory.make.user(tenant, [Role.EDITOR]).client()
    for readers in Readers:
        answer = client.get(f"/en/directory/print/directory.pdf?for={readers.value}")
        told = bare(answer.data)
        for word, audience in planted.items():
            assert (word in told) == (audience in OPEN_TO[readers]), (readers, word, audience)
        assert answer.headers["Cache-Control"] == "no-store"


def test_a_partner_gets_what_is_for_partners_and_a_stranger_no_book_but_the_public_one(
    directory: Directory, client: FlaskClient
) -> None:
    planted = plant(directory, directory.make.tenant())
    partner = directory.make.user(directory.make.tenant(), [Role.CASEWORKER]).client()
    for readers in (Readers.PARTNERS, Readers.COLLEAGUES):
        told = bare(partner.get(f"/en/directory/print/directory.pdf?for={readers.value}").data)
        for word, audience in planted.items():
            assert (word in told) == (audience in OPEN_TO[Readers.PARTNERS]), (word, audience)
        assert client.get(f"/en/directory/print/directory.pdf?for={readers.value}").status_code == 404
    observer = directory.make.user(directory.make.network(), [Role.OBSERVER]).client()
    assert observer.get("/en/directory/print/directory.pdf?for=partners").status_code == 404
    told = bare(observer.get("/en/directory/print/directory.pdf?for=colleagues").data)
    assert {word for word in planted if word in told} == {
        word for word, audience in planted.items() if audience is Visibility.PUBLIC
    }


def test_every_page_says_for_whom_it_is_and_of_which_day(directory: Directory) -> None:
    tenant = directory.make.tenant("Own House")
    for number in range(3):
        directory.organization(tenant, name={"en": f"House {number}"})
    client = directory.make.user(tenant, [Role.EDITOR]).client()
    for readers, words in (
        (Readers.EVERYONE, "For everyone"),
        (Readers.PARTNERS, "For partners of the network only. Do not pass on."),
        (Readers.COLLEAGUES, "Only for colleagues of Own House. Do not pass on."),
    ):
        made = pages(client.get(f"/en/directory/print/directory.pdf?for={readers.value}").data)
        assert len(made) == 3
        for page in made:
            assert words in page and long_date(now(), "en") in page
        assert "Contents" in made[1] and "House 2" in made[1] and "House 2" in made[2]


def test_the_book_is_ordered_by_place_and_can_be_of_one(directory: Directory, client: FlaskClient) -> None:
    for name, place in (("Khujand House", "TJ-SU"), ("Osh House", "KG-GO"), ("Somewhere", None)):
        directory.organization(name={"en": name}, place_id=place)
    told = " ".join(pages(client.get("/en/directory/print/directory.pdf").data)[1:])
    assert told.index("Osh House") < told.index("Khujand House") < told.index("Somewhere")
    told = " ".join(pages(client.get("/en/directory/print/directory.pdf?place=TJ-SU").data))
    assert "Khujand House" in told and "Osh House" not in told
    assert client.get("/en/directory/print/directory.pdf?place=XX").status_code == 404


def test_no_paper_carries_the_door_of_a_confidential_service(directory: Directory) -> None:
    tenant = directory.make.tenant()
    organization = directory.organization(tenant)
    shelter = directory.service(organization, confidential=True, name={"en": "Safe stay"})
    advice = directory.service(organization, name={"en": "Advice"})
    for offered in ((shelter.id,), (shelter.id, advice.id)):
        directory.location(
            organization,
            place_id="gn:1528339",
            name={"en": "behindtheorchard"},
            address_1="doornumberseven",
            service_ids=offered,
            audience=Visibility.PUBLIC,
        )
    client = directory.make.user(tenant, [Role.ADMIN]).client()
    for readers in Readers:
        told = bare(client.get(f"/en/directory/print/directory.pdf?for={readers.value}").data)
        assert "Safestay" in told
        assert "doornumberseven" not in told and "behindtheorchard" not in told and "Nookat" not in told
        # Who may not read the confidential service may read the other one, and learns no more there.
        assert "Advice" in told
    narrow = service_draft(
        name={"en": "Safe stay"}, confidential=True, visibility=Visibility.TENANT, terms=["shelter"]
    )
    directory.do(tenant, lambda s, a: services.change_service(s, a, shelter, narrow, Reach(), version=1))
    told = bare(client.get("/en/directory/print/directory.pdf?for=everyone").data)
    assert "Advice" in told and "Safestay" not in told
    assert "behindtheorchard" not in told and "Nookat" not in told


def test_a_book_too_large_says_what_to_do(
    directory: Directory, visitor: Callable[[], Visitor], monkeypatch: pytest.MonkeyPatch
) -> None:
    tenant = directory.make.tenant()
    for number in range(3):
        directory.organization(tenant, name={"en": f"House {number}"})
    monkeypatch.setattr(paper, "MOST", 2)
    page = visitor().open("/en/directory/print/directory.pdf")
    assert page.status == 422 and "too much for one book" in page.main
    monkeypatch.undo()

    def slow(*_a: Any, **_k: Any) -> bytes:
        raise TooLong

    monkeypatch.setattr(Press, "pdf", slow)
    page = visitor().open("/en/directory/print/directory.pdf")
    assert page.status == 422 and "too much for one book" in page.main


def test_a_larger_book_asks_the_database_no_more_often(
    directory: Directory, client: FlaskClient, count_queries: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Press, "pdf", lambda *_a, **_k: b"%PDF")
    tenant = directory.make.tenant()
    asked = []
    for _round in range(2):
        for number in range(3):
            organization: Organization = directory.organization(tenant, name={"en": f"House {number}"})
            directory.service(organization, Reach(areas=("KG-O",)))
        with count_queries() as seen:
            client.get("/en/directory/print/directory.pdf")
        asked.append(len(seen))
    assert asked[0] == asked[1] <= 15


@pytest.mark.parametrize("language", ["ky", "uz", "tg"])
def test_the_book_speaks_the_readers_language_and_marks_what_does_not(
    directory: Directory, client: FlaskClient, language: str
) -> None:
    letters = {"ky": "Ңоокат өзгөчө үй", "uz": "Oʻsh gʻuncha", "tg": "Ҷумҳурӣ қӯрғон"}[language]
    directory.organization(name={language: letters}, description={"en": "Written in English."})
    body = client.get(f"/{language}/directory/print/directory.pdf").data
    told = " ".join(pages(body))
    assert letters in told and "Written in English." in told
    catalog: Any = PdfReader(io.BytesIO(body)).trailer["/Root"]
    assert catalog["/Lang"].partition("-")[0] == language


def test_who_was_picked_by_name_finds_it_in_the_book_of_colleagues_and_in_no_other(
    directory: Directory,
) -> None:
    tenant, picked = directory.make.tenant(), directory.make.tenant()
    shown = directory.organization(tenant, visibility=Visibility.NAMED, name={"en": "Canarywxfly"})

    def pick(session: Session, _actor: Actor) -> None:
        session.add(
            AudienceGrant(
                tenant_id=tenant.id, subject_table="organization", subject_id=shown.id, reader_id=picked.id
            )
        )

    directory.do(tenant, pick)
    for reader, books in ((picked, {Readers.COLLEAGUES}), (directory.make.tenant(), set())):
        client = directory.make.user(reader, [Role.EDITOR]).client()
        for readers in Readers:
            told = bare(client.get(f"/en/directory/print/directory.pdf?for={readers.value}").data)
            assert ("Canarywxfly" in told) == (readers in books)
