"""What was changed or taken out of a listing comes back from its history: places, doors, hours, parts; never to more people."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import select

from network.directory import doors, services
from network.directory.drafts import Hours, LocationDraft, Opening
from network.directory.models import (
    Accessibility,
    Address,
    CostOption,
    Location,
    Phone,
    Revision,
    Schedule,
    Service,
    ServiceAtLocation,
    Visibility,
)
from network.permissions import Role
from network.tenancy import Actor, Tenant
from tests.directory.conftest import Directory, admin
from tests.pages import Page, Visitor

ADMINS = [Role.ADMIN]


@pytest.fixture
def tenant(directory: Directory) -> Tenant:
    return directory.make.tenant()


@pytest.fixture
def desk(directory: Directory, tenant: Tenant) -> Visitor:
    return directory.make.user(tenant, [Role.ADMIN]).visitor()


def story(page: Page, words: str) -> list[Any]:
    """The versions of one kind of row on a page of history, the latest first."""
    return [li for li in page.tree.xpath("//ol[@class='story']/li") if words in li.findtext("h2")]


def restore(page: Page, version: Any) -> Page:
    """Press the button of one version."""
    form = version.xpath(".//form")[0]
    return page.visitor.post(form.get("action"), dict(form.form_values()))


def draft(**changes: Any) -> LocationDraft:
    given: dict[str, Any] = {
        "place_id": "KG-GO",
        "audience": Visibility.PUBLIC,
        "address_1": "Old street 5",
        "address_audience": Visibility.PUBLIC,
    }
    return LocationDraft(**(given | changes))


def change(directory: Directory, tenant: Tenant, organization: Any, place: Any, **changes: Any) -> None:
    def deed(session: Any, actor: Actor) -> None:
        row = session.get(Location, place.id)
        services.change_location(
            session,
            actor,
            organization,
            row,
            draft(**changes),
            version=row.version,
            keyring=directory.app.keyring,
        )

    directory.do(tenant, deed)


def test_a_place_says_again_what_it_said_with_its_door_and_a_double_press_changes_nothing(
    directory: Directory, tenant: Tenant, desk: Visitor
) -> None:
    organization = directory.organization(tenant)
    place = directory.location(organization, **vars_of(draft(name={"en": "Main office"})))
    change(directory, tenant, organization, place, name={"en": "New house"}, address_1="New street 9")
    page = desk.open(f"/en/directory/history/{organization.id}")
    first = story(page, "Place")[-1]
    assert "Old street 5" in page.main and "New street 9" in page.main and "Street and house" in page.main
    after = restore(page, first)
    assert "Restored, as a new version." in after.main
    (row,) = directory.read(admin(tenant), Location)
    assert row.name["en"]["text"] == "Main office" and row.version == 3
    (address,) = directory.read(admin(tenant), Address)
    assert (address.address_1, address.audience) == ("Old street 5", Visibility.PUBLIC)
    assert restore(page, first).status == 409


def vars_of(one: LocationDraft) -> dict[str, Any]:
    return {name: getattr(one, name) for name in one.__dataclass_fields__}


def test_no_door_of_a_place_that_must_not_be_known_is_told_or_given_back(
    directory: Directory, tenant: Tenant, desk: Visitor
) -> None:
    organization = directory.organization(tenant)
    place = directory.location(organization, **vars_of(draft(address_1="Canary street 1")))
    shelter = directory.service(organization, confidential=True, terms=["shelter"])
    assert "Canary street" in desk.open(f"/en/directory/history/{organization.id}").main
    closed = {"service_ids": (shelter.id,), "address_1": "Hidden 2", "address_audience": Visibility.NAMED}
    change(directory, tenant, organization, place, **closed)
    for kept in directory.read(admin(tenant), Revision):
        assert "Canary street" not in str(kept.snapshot) and "Hidden 2" not in str(kept.snapshot)
    page = desk.open(f"/en/directory/history/{organization.id}")
    assert "Canary street" not in page.html and "Hidden 2" not in page.html
    restore(page, story(page, "Place")[-1])
    (address,) = directory.read(admin(tenant), Address)
    assert doors.door_of(directory.app.keyring, address).address_1 == "Hidden 2" and address.sealed
    directory.do(tenant, lambda s, a: services.remove_location(s, a, organization, s.get(Location, place.id)))
    page = desk.open(f"/en/directory/history/{organization.id}")
    assert "Taken out" in page.main and "Canary street" not in page.html
    restore(page, story(page, "Place")[-1])
    (row,) = directory.read(admin(tenant), Location)
    assert row.confidential and directory.read(admin(tenant), Address) == []


def test_a_place_that_was_taken_out_comes_back_with_what_is_given_there_and_then_what_was_said_of_it(
    directory: Directory, tenant: Tenant, desk: Visitor
) -> None:
    organization = directory.organization(tenant)
    service = directory.service(organization)
    place = directory.location(organization, **vars_of(draft(service_ids=(service.id,))))
    directory.part(place, Accessibility, {"features": ["ramp"]}, audience=Visibility.PUBLIC)
    hours = Hours(weekly=(Opening(always=True),))

    def open_it(session: Any, actor: Actor) -> None:
        row = session.get(Location, place.id)
        services.change_hours(session, actor, row, hours, version=1)

    directory.do(tenant, open_it)
    path = f"/en/directory/organizations/{organization.slug}/locations/{place.id}"
    assert desk.open(path).submit(containing="Take this place out").status == 200
    gone = (Location, Accessibility, Address, Schedule, ServiceAtLocation)
    assert [directory.read(admin(tenant), model) for model in gone] == [[]] * 5
    page = desk.open(f"/en/directory/history/{organization.id}")
    assert "Round the clock" in page.main
    refused = restore(page, story(page, "Who can get in")[0])
    assert "Restore the place first." in refused.main
    latest = story(page, "Place")[0]
    assert "Restored, as a new version." in restore(page, latest).main
    assert restore(page, latest).status == 409
    (row,) = directory.read(admin(tenant), Location)
    assert (row.id, row.audience) == (place.id, Visibility.PUBLIC)
    assert len(directory.read(admin(tenant), ServiceAtLocation)) == 1
    assert directory.read(admin(tenant), Schedule)[0].always
    (address,) = directory.read(admin(tenant), Address)
    assert (address.address_1, address.audience) == ("Old street 5", Visibility.TENANT)
    page = desk.open(f"/en/directory/history/{organization.id}")
    restore(page, story(page, "Who can get in")[0])
    assert directory.read(Actor.anonymous(), Accessibility)[0].features == ["ramp"]


@pytest.mark.parametrize("held", (ADMINS, [Role.EDITOR]), ids=("admin", "editor"))
def test_a_part_that_was_taken_out_comes_back_and_only_an_admin_shows_it_to_others(
    held: list[Role], directory: Directory, tenant: Tenant
) -> None:
    organization = directory.organization(tenant)
    service = directory.service(organization)
    cost = directory.part(
        service,
        CostOption,
        {"option": {"en": "Pensioners"}, "amount": 5, "currency": "KGS"},
        audience=Visibility.PUBLIC,
    )
    phone = directory.phone(organization, service_id=service.id, audience=Visibility.PARTNERS)
    for_all = Actor.anonymous()
    assert directory.read(for_all, CostOption)

    def take_out(session: Any, actor: Actor) -> None:
        services.remove_part(session, actor, session.get(CostOption, cost.id))
        services.remove_group(session, actor, organization, session.get(Phone, phone.id))

    directory.do(tenant, take_out)
    desk = directory.make.user(tenant, held).visitor()
    page = desk.open(f"/en/directory/history/{service.id}")
    for words in ("What it costs", "Telephone"):
        assert "Restored" in restore(page, story(page, words)[0]).main
    (row,) = directory.read(admin(tenant), CostOption)
    assert (row.id, row.option["en"]["text"], row.amount) == (cost.id, "Pensioners", 5)
    (number,) = directory.read(admin(tenant), Phone)
    assert (number.id, number.number, number.service_id) == (phone.id, phone.number, service.id)
    assert bool(directory.read(for_all, CostOption)) is (held == ADMINS)
    assert number.audience is (Visibility.PARTNERS if held == ADMINS else Visibility.TENANT)


def test_hours_come_back_and_what_a_named_partner_read_does_not(
    directory: Directory, tenant: Tenant, desk: Visitor
) -> None:
    organization = directory.organization(tenant)
    service = directory.service(organization)
    reader = directory.make.tenant()
    cost = directory.part(
        service, CostOption, {"option": {"en": "All"}}, audience=Visibility.NAMED, named=[reader.id]
    )

    def work(*weekly: Opening) -> None:
        def deed(session: Any, actor: Actor) -> None:
            row = session.scalars(select(Service)).one()
            services.change_hours(session, actor, row, Hours(weekly=weekly), version=row.version)

        directory.do(tenant, deed)

    work(Opening(always=True))
    work()
    directory.do(tenant, lambda s, a: services.remove_part(s, a, s.get(CostOption, cost.id)))
    page = desk.open(f"/en/directory/history/{service.id}")
    assert "Round the clock, every day" in page.main
    restore(page, story(page, "Service")[1])
    assert directory.read(admin(tenant), Schedule)[0].always
    restore(page, story(page, "What it costs")[0])
    (row,) = directory.read(admin(tenant), CostOption)
    assert row.audience is Visibility.NAMED and directory.read(admin(reader), CostOption) == []
