"""Organisers plan, publish and change events; nothing typed is lost, nobody overwrites a colleague unknowingly."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from network.events.models import Event
from network.permissions import Role
from network.tenancy import Actor, Tenant
from tests.events.conftest import Events
from tests.factories import Make
from tests.pages import Page, Visitor

FILLED: dict[str, Any] = {
    "kind": "training",
    "visibility": "public",
    "title_en": "Training for lawyers",
    "title_ky": "Юристтер үчүн тренинг",
    "programme_ky": "Ачылышы",
    "start_at": "2030-04-24T10:00",
    "end_at": "2030-04-24T16:00",
    "timezone": "Asia/Tashkent",
    "venue": "House of culture",
    "registration_limit": "20",
}


def only_event(events: Events, tenant: Tenant) -> Event:
    from sqlalchemy import select

    with events.app.database.unit_of_work(Actor.clock(tenant.id)) as session:
        return session.scalars(select(Event)).one()


def test_from_an_empty_form_to_a_published_page_in_two_languages(
    browser: Visitor, events: Events, tenant: Tenant, visitor: Callable[[], Visitor]
) -> None:
    page = browser.open("/en/events/").follow("New event").submit(FILLED, containing="title_en")
    assert page.status == 200 and "saved as a draft" in page.main
    event = only_event(events, tenant)
    assert event.start_at.isoformat() == "2030-04-24T05:00:00+00:00"
    assert visitor().open(f"/en/events/{event.slug}").status == 404
    published = page.submit(containing="Publish")
    assert "The event is published" in published.main
    reader = visitor().open(f"/ky/events/{event.slug}")
    assert "Юристтер үчүн тренинг" in reader.main and "Ачылышы" in reader.main
    assert "House of culture" in reader.main


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"end_at": "2030-04-24T09:00"}, "end_at"),
        ({"end_at": "2030-04-24T10:00"}, "end_at"),
        ({"start_at": ""}, "start_at"),
        ({"start_at": "tomorrow"}, "start_at"),
        ({"start_at": "0001-01-01T00:00"}, "start_at"),
        ({"start_at": "2030-02-30T10:00"}, "start_at"),
        ({"end_at": "9999-12-31T23:59"}, "end_at"),
        ({"timezone": "Asia/Atlantis"}, "timezone"),
        ({"timezone": ""}, "timezone"),
        ({"kind": "feast"}, "kind"),
        ({"kind": None}, "kind"),
        ({"visibility": "nobody"}, "visibility"),
        ({"title_en": "", "title_ky": ""}, "title_en"),
        ({"title_en": "x" * 201}, "title_en"),
        ({"programme_ky": "x" * 10_001}, "programme_ky"),
        ({"registration_limit": "0"}, "registration_limit"),
        ({"registration_limit": "-5"}, "registration_limit"),
        ({"registration_limit": "many"}, "registration_limit"),
        ({"registration_limit": "99999999999999999999"}, "registration_limit"),
        ({"place_code": "XX-1"}, "place_code"),
        ({"online_url": "javascript:alert(1)"}, "online_url"),
        ({"opens_at": "2030-04-24T10:00"}, "opens_at"),
        ({"closes_at": "2030-04-25T10:00"}, "closes_at"),
        ({"venue": "x" * 301}, "venue"),
        ({"venue": "nul\0here"}, "venue"),
    ],
)
def test_bad_input_is_told_at_its_field_and_what_was_typed_is_kept(
    browser: Visitor, events: Events, changes: dict[str, Any], field: str
) -> None:
    page = browser.open("/en/events/new").submit(FILLED | changes, containing="title_en")
    assert page.status == 400, page.main[:300]
    targets = page.tree.xpath("//*[@role='alert']//a/@href")
    assert any(target.removeprefix("#").startswith(field) for target in targets), targets
    assert page.tree.xpath(f"//*[@id='{targets[0].removeprefix('#')}']")
    kept = page.values("title_en")
    for name in ("title_ky", "programme_ky", "venue"):
        if name not in changes:
            assert str(kept[name]).strip() == FILLED[name]
    with events.app.database.unit_of_work(Actor.anonymous()) as session:
        from sqlalchemy import func, select

        assert session.scalar(select(func.count()).select_from(Event)) == 0


def test_two_colleagues_change_one_event_and_the_later_sees_both_texts(
    browser: Visitor, make: Make, events: Events, tenant: Tenant
) -> None:
    event = events.published(tenant)
    address = f"/en/events/{event.slug}/edit"
    colleague = make.user(tenant, [Role.ORGANISER]).visitor()
    mine, theirs = browser.open(address), colleague.open(address)
    assert theirs.submit({"venue": "Their hall", "approval": "y"}, containing="venue").status == 200
    refused = mine.submit({"venue": "My hall"}, containing="venue")
    assert refused.status == 409
    assert "Their hall" in refused.main
    assert refused.values("venue")["venue"] == "My hall"
    assert events.again(event).venue == "Their hall"
    settled = refused.submit(containing="venue")
    assert settled.status == 200
    assert events.again(event).venue == "My hall"


def test_a_form_without_its_version_counts_as_an_old_one(
    browser: Visitor, events: Events, tenant: Tenant
) -> None:
    event = events.published(tenant)
    for version in ("", "x", "-1", "9" * 30):
        page = browser.open(f"/en/events/{event.slug}/edit")
        assert page.submit({"version": version, "venue": "Lost"}, containing="venue").status == 409
    assert events.again(event).venue == "City library"


def test_a_limit_below_the_seats_given_out_is_told_with_their_number(
    browser: Visitor, events: Events, tenant: Tenant
) -> None:
    event = events.published(tenant, registration_limit=3)
    for number in range(2):
        events.register(event, f"person{number}@example.org")
    page = browser.open(f"/en/events/{event.slug}/edit").submit(
        {"registration_limit": "1"}, containing="venue"
    )
    assert page.status == 400
    assert "2 seats are given out already" in page.main


def test_what_is_past_is_not_published(browser: Visitor, events: Events, tenant: Tenant) -> None:
    browser.open("/en/events/new").submit(
        FILLED | {"start_at": "2007-04-24T10:00", "end_at": "2007-04-24T12:00"}, containing="title_en"
    )
    event = only_event(events, tenant)
    page = browser.open(f"/en/events/{event.slug}").submit(containing="Publish")
    assert "This day is past" in page.main
    assert events.again(event).status.value == "draft"


def test_cancelling_asks_once_more_and_tells_how_many_get_a_mail(
    browser: Visitor, events: Events, tenant: Tenant, visitor: Callable[[], Visitor]
) -> None:
    event = events.published(tenant)
    events.register(event)
    page = browser.open(f"/en/events/{event.slug}").follow("Cancel the event")
    assert "1 person has a seat" in page.main
    assert "The event is cancelled" in page.submit().main
    reader = visitor().open(f"/en/events/{event.slug}")
    assert "Cancelled" in reader.main and "will not take place" in reader.main
    assert visitor().open(f"/en/events/{event.slug}/register").tree.xpath("//main//form") == []
    assert browser.open(f"/en/events/{event.slug}/cancel").status in (200, 404)


def test_postponing_and_publishing_again(browser: Visitor, events: Events, tenant: Tenant) -> None:
    event = events.published(tenant)
    page: Page = browser.open(f"/en/events/{event.slug}").submit(containing="Postpone")
    assert "postponed" in page.main
    assert events.again(event).status.value == "postponed"
    assert "The event is published" in page.submit(containing="publish again").main
    assert events.again(event).sequence == 2


def deeds(slug: str, registration: str) -> list[tuple[str, str]]:
    return [
        ("GET", f"/en/events/{slug}/edit"),
        ("POST", f"/en/events/{slug}/edit"),
        ("POST", f"/en/events/{slug}/publish"),
        ("POST", f"/en/events/{slug}/postpone"),
        ("GET", f"/en/events/{slug}/cancel"),
        ("POST", f"/en/events/{slug}/cancel"),
        ("GET", f"/en/events/{slug}/registrations"),
        ("GET", f"/en/events/{slug}/registrations.csv"),
        ("POST", f"/en/events/{slug}/registrations/{registration}/approve"),
        ("POST", f"/en/events/{slug}/registrations/{registration}/withdraw"),
        ("GET", f"/en/events/{slug}/registrations/{registration}/reject"),
        ("POST", f"/en/events/{slug}/registrations/{registration}/reject"),
    ]


@pytest.mark.parametrize("who", ["organiser elsewhere", "editor here", "coordinator", "observer"])
def test_what_organisers_do_looks_to_everybody_else_like_an_event_that_does_not_exist(
    make: Make, events: Events, tenant: Tenant, who: str
) -> None:
    event = events.published(tenant)
    events.register(event, "canary-4711@example.org", name="Canary")
    registration = str(events.registrations(event)[0].id)
    before = events.again(event).version
    person = {
        "organiser elsewhere": lambda: make.user(make.tenant(), [Role.ORGANISER]),
        "editor here": lambda: make.user(tenant, [Role.EDITOR]),
        "coordinator": lambda: make.user(make.network(), [Role.COORDINATOR]),
        "observer": lambda: make.user(make.network(), [Role.OBSERVER]),
    }[who]()
    stranger = person.visitor()
    token = stranger.token(f"/en/events/{event.slug}/register")
    answers = {}
    for slug in (event.slug, "no-such-event"):
        for method, path in deeds(slug, registration):
            page = (
                stranger.open(path)
                if method == "GET"
                else stranger.post(path, {"csrf_token": token, "reason": "x", **FILLED})
            )
            assert "anary" not in page.html, path
            answers[(slug, method, path.removeprefix(f"/en/events/{slug}"))] = page.status

    assert set(answers.values()) == {404}, answers
    assert events.states(event) == ["complete"]
    assert events.again(event).version == before


def test_strangers_are_asked_to_sign_in(visitor: Callable[[], Visitor], events: Events) -> None:
    event = events.published()
    for method, path in deeds(event.slug, str(event.id)):
        if method == "GET":
            response = visitor().client.get(path)
            assert response.status_code == 303 and "/login" in response.headers["Location"]
