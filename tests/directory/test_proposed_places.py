"""Corrections of hours and of doors: decided value by value, never of a door that must not be known."""

from __future__ import annotations

import datetime
from typing import Any

from network.directory import services
from network.directory.drafts import Exceptional, Hours, Opening, Reach
from network.directory.models import (
    Address,
    Proposal,
    Revision,
    Schedule,
    ScheduleException,
    Service,
    Visibility,
)
from tests.directory.conftest import Directory, admin
from tests.factories import Person
from tests.pages import Page

NINE, FIVE = datetime.time(9), datetime.time(17)


def field(page: Page, ending: str) -> str:
    """The name of the field of a value."""
    found = {name for name in page.tree.xpath("//main//form//@name") if name.endswith(ending)}
    assert len(found) == 1, found
    return str(found.pop())


def choice(page: Page, label: str) -> str:
    """The name of the yes or no to a value."""
    (card,) = page.tree.xpath(f"//main//section[h3[contains(., '{label}')]]")
    return str(card.xpath(".//input[@type='radio']/@name")[0])


def weekly(directory: Directory, keeper: Person) -> Service:
    organization = directory.organization(keeper.tenant)
    opening = Opening(byday="MO,TU", opens_at=NINE, closes_at=FIVE)
    return directory.service(organization, Reach(opening=opening))


def test_other_hours_are_proposed_and_each_of_their_values_decided(
    directory: Directory, author: Person, keeper: Person
) -> None:
    service = weekly(directory, keeper)
    feast = Exceptional(on=datetime.date(2027, 3, 21))
    week = (Opening(byday="MO,TU", opens_at=NINE, closes_at=FIVE),)

    def close_one_day(session: Any, actor: Any) -> None:
        row = session.get(Service, service.id)
        services.change_hours(session, actor, row, Hours(weekly=week, different=(feast,)), version=1)

    directory.do(keeper.tenant, close_one_day)
    page = author.visitor().open(f"/en/directory/propose/{service.id}")
    sent = page.submit(
        {
            "reason": "I stood before the door.",
            field(page, "open_days"): ["MO", "TU", "WE"],
            field(page, "closes_at"): "16:00",
        },
        containing="reason",
    )
    assert "Monday, Tuesday, Wednesday" in sent.main and "16:00" in sent.main, sent.main
    (proposal,) = directory.read(admin(keeper.tenant), Proposal)
    desk = keeper.visitor().open(f"/en/directory/proposals/{proposal.id}")
    answer = {choice(desk, "Open on"): "accepted", choice(desk, "Closes at"): "rejected"}
    assert "The listing says it now." in desk.submit(answer, containing="seen").main
    (row,) = directory.read(admin(keeper.tenant), Schedule)
    assert (row.byday, row.opens_at, row.closes_at, row.audience) == (
        "MO,TU,WE",
        NINE,
        FIVE,
        Visibility.PUBLIC,
    )
    assert len(directory.read(admin(keeper.tenant), ScheduleException)) == 1
    assert "proposal" in {one.cause for one in directory.read(admin(keeper.tenant), Revision)}


def test_half_a_time_is_neither_proposed_nor_accepted(
    directory: Directory, author: Person, keeper: Person
) -> None:
    service = directory.service(directory.organization(keeper.tenant))
    page = author.visitor().open(f"/en/directory/propose/{service.id}")
    opens, closes = field(page, "opens_at"), field(page, "closes_at")
    half = page.submit({"reason": "x", opens: "08:00"}, containing="reason")
    assert half.status == 400 and "from when and until when" in half.main
    assert half.values("reason")[opens] == "08:00"
    page.submit({"reason": "x", opens: "08:00", closes: "12:00"}, containing="reason")
    (proposal,) = directory.read(admin(keeper.tenant), Proposal)
    desk = keeper.visitor().open(f"/en/directory/proposals/{proposal.id}")
    answer = {choice(desk, "Opens at"): "accepted", choice(desk, "Closes at"): "rejected"}
    refused = desk.submit(answer, containing="seen")
    assert refused.status == 400 and "from when and until when" in refused.main
    assert directory.read(admin(keeper.tenant), Schedule) == []
    desk.submit(dict.fromkeys(answer, "accepted"), containing="seen")
    assert directory.read(admin(keeper.tenant), Schedule)[0].opens_at == datetime.time(8)


def test_hours_that_changed_meanwhile_are_shown_before_they_are_written_over(
    directory: Directory, author: Person, keeper: Person
) -> None:
    service = weekly(directory, keeper)
    page = author.visitor().open(f"/en/directory/propose/{service.id}")
    page.submit({"reason": "x", field(page, "closes_at"): "16:00"}, containing="reason")
    (proposal,) = directory.read(admin(keeper.tenant), Proposal)
    desk = keeper.visitor().open(f"/en/directory/proposals/{proposal.id}")
    other = Hours(weekly=(Opening(byday="MO", opens_at=NINE, closes_at=datetime.time(14)),))
    directory.do(
        keeper.tenant,
        lambda s, a: services.change_hours(s, a, s.get(Service, service.id), other, version=1),
    )
    again = desk.submit({choice(desk, "Closes at"): "accepted"}, containing="seen")
    assert again.status == 409 and "14:00" in again.main
    again.submit({choice(again, "Closes at"): "accepted"}, containing="seen")
    assert directory.read(admin(keeper.tenant), Schedule)[0].closes_at == datetime.time(16)


def test_another_street_is_proposed_by_whoever_reads_the_door(
    directory: Directory, author: Person, keeper: Person
) -> None:
    organization = directory.organization(keeper.tenant)
    there = {"place_id": "KG-GO", "audience": Visibility.PUBLIC}
    directory.location(
        organization,
        address_1="Old street 5",
        latitude=40.5,
        longitude=72.8,
        address_audience=Visibility.PARTNERS,
        **there,
    )
    directory.location(organization, address_1="Canary street 1", address_audience=Visibility.TENANT, **there)
    page = author.visitor().open(f"/en/directory/propose/{organization.id}")
    assert "Canary" not in page.html
    page.submit({"reason": "x", field(page, "address_1"): "New street 9"}, containing="reason")
    (proposal,) = directory.read(admin(keeper.tenant), Proposal)
    desk = keeper.visitor().open(f"/en/directory/proposals/{proposal.id}")
    assert "Old street 5" in desk.main and "New street 9" in desk.main
    desk.submit({choice(desk, "Street and house"): "accepted"}, containing="seen")
    found = {one.address_1: one for one in directory.read(admin(keeper.tenant), Address)}
    assert set(found) == {"New street 9", "Canary street 1"}
    assert (found["New street 9"].latitude, found["New street 9"].audience) == (None, Visibility.PARTNERS)


def test_no_door_of_a_confidential_service_is_proposed_or_written(
    directory: Directory, author: Person, keeper: Person
) -> None:
    organization = directory.organization(keeper.tenant)
    shelter = directory.service(organization, confidential=True)
    place = directory.location(
        organization, place_id="KG-GO", audience=Visibility.PUBLIC, service_ids=(shelter.id,),
        address_1="Canary street 1", address_audience=Visibility.NAMED,
    )  # fmt: skip
    (address,) = directory.read(admin(keeper.tenant), Address)
    directory.do(
        keeper.tenant,
        lambda s, a: services.name_readers(s, a, s.get(Address, address.id), [author.tenant.id], whole=place),
    )
    visitor = author.visitor()
    assert "Canary street" in visitor.open(f"/en/directory/services/{shelter.slug}").main
    for listing in (organization, shelter):
        page = visitor.open(f"/en/directory/propose/{listing.id}")
        assert page.status == 200 and "address" not in page.html.split("<main")[1]
