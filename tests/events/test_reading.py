"""The list and the page of an event, as strangers and partners read them."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from typing import Any

import pytest
from flask.testing import FlaskClient

from network.events.models import ConsentToPublish, EventKind, EventVisibility
from network.permissions import Role
from tests.events.conftest import Events
from tests.factories import Make
from tests.pages import Visitor

Browser = Callable[[], Visitor]


def test_an_empty_list_says_what_will_be_there(visitor: Browser) -> None:
    page = visitor().open("/en/events/")
    assert page.status == 200
    assert "No event is announced at the moment" in page.main


def test_what_is_coming_stands_before_what_was(events: Events, visitor: Browser, make: Make) -> None:
    tenant = make.tenant("Green Hill")
    events.over(tenant, title={"en": "Long ago"})
    events.published(tenant, title={"en": "Soon"})
    page = visitor().open("/en/events/")
    assert page.main.index("Soon") < page.main.index("What took place") < page.main.index("Long ago")
    assert "Green Hill" in page.main
    past = page.follow("All past events")
    assert "Long ago" in past.main and "Soon" not in past.main


def test_the_list_is_narrowed_by_its_address(events: Events, visitor: Browser, make: Make) -> None:
    tenant = make.tenant()
    events.published(tenant, title={"en": "Talk"}, kind=EventKind.ROUNDTABLE, place_code="TJ-SU")
    events.published(tenant, title={"en": "Course"}, kind=EventKind.TRAINING, place_code="KG-O")
    browser = visitor()
    assert "Course" not in browser.open("/en/events/?kind=roundtable").main
    assert "Talk" not in browser.open("/en/events/?country=KG").main
    assert "Nothing of this kind is coming" in browser.open("/en/events/?kind=seminar").main
    for nonsense in (
        "kind=nonsense",
        "country=XX",
        "after=yesterday",
        "after=2026-01-01_x",
        "when=%00",
        "kind=%FF",
        "after=9999-12-31T00:00:00%2B00:00_" + str(uuid.uuid4()),
    ):
        assert browser.open(f"/en/events/?{nonsense}").status == 200


def test_filters_are_folded_until_something_is_chosen_and_stay_among_past_events(
    events: Events, visitor: Browser, make: Make
) -> None:
    tenant = make.tenant()
    events.over(tenant, title={"en": "Old talk"}, kind=EventKind.ROUNDTABLE)
    events.over(tenant, title={"en": "Old course"}, kind=EventKind.TRAINING)
    events.published(tenant, title={"en": "New talk"}, kind=EventKind.ROUNDTABLE)
    past = visitor().open("/en/events/?when=past")
    [folded] = past.tree.xpath("//main//details[.//form]")
    assert folded.get("open") is None
    values = folded.xpath(".//input[@type='hidden']/@name | .//input[@type='hidden']/@value")
    assert values == ["when", "past"]
    chosen = past.visitor.open("/en/events/?when=past&kind=roundtable&country=")
    assert chosen.tree.xpath("//main//details[.//form]/@open") and "Old talk" in chosen.main
    assert "Old course" not in chosen.main and "New talk" not in chosen.main


def test_long_lists_go_on_page_by_page_and_lose_nothing(events: Events, visitor: Browser, make: Make) -> None:
    tenant = make.tenant()
    for number in range(33):
        events.published(tenant, title={"en": f"Number {number:02}"})
    browser = visitor()
    first = browser.open("/en/events/")
    second = first.follow("Later events")
    titles = [
        a.text_content()
        for page in (first, second)
        for a in page.tree.xpath("//main//ul[@class='agenda']//h3/a")
    ]
    assert sorted(titles) == [f"Number {number:02}" for number in range(33)]
    assert not second.tree.xpath("//main//a[@rel='next']")


def test_the_page_shows_both_clocks_and_says_where_text_is_in_another_language(
    events: Events, visitor: Browser
) -> None:
    event = events.published(title={"ru": "Конференция долины"}, summary={}, programme={"ru": "Открытие"})
    page = visitor().open(f"/en/events/{event.slug}")
    assert "10:00 (Osh) · 09:00 (Andijan, Khujand)" in page.main
    assert page.tree.xpath("//main//h1[@lang='ru']")[0].text_content() == "Конференция долины"
    assert page.tree.xpath("//main//p[@lang='ru'][contains(., 'Открытие')]")


def test_a_draft_is_its_organisers_alone(events: Events, make: Make, visitor: Browser) -> None:
    mine, other = make.tenant(), make.tenant()
    draft = events.draft(mine, title={"en": "Not yet told"})
    people = {
        "organiser": make.user(mine, [Role.ORGANISER]).visitor(),
        "stranger": visitor(),
        "partner": make.user(other, [Role.ORGANISER]).visitor(),
        "observer": make.user(make.network(), [Role.OBSERVER]).visitor(),
    }
    seen = {
        name: (
            browser.open(f"/en/events/{draft.slug}").status,
            "Not yet told" in browser.open("/en/events/").html,
        )
        for name, browser in people.items()
    }
    assert seen.pop("organiser") == (200, True)
    assert set(seen.values()) == {(404, False)}


def test_what_is_for_partners_is_read_by_members_only(events: Events, make: Make, visitor: Browser) -> None:
    event = events.published(title={"en": "Closed circle"}, visibility=EventVisibility.PARTNERS)
    people = {
        "stranger": visitor(),
        "member": make.user(make.tenant(), [Role.EDITOR]).visitor(),
        "observer": make.user(make.network(), [Role.OBSERVER]).visitor(),
    }
    seen = {}
    for name, browser in people.items():
        pages = [browser.open(f"/en/events/{event.slug}{end}").status for end in ("", "/register", ".ics")]
        seen[name] = (pages, "Closed circle" in browser.open("/en/events/").html)
    assert seen == {
        "stranger": ([404] * 3, False),
        "member": ([200] * 3, True),
        "observer": ([404] * 3, False),
    }


def test_a_member_registers_for_what_is_for_partners(events: Events, make: Make) -> None:
    event = events.published(visibility=EventVisibility.PARTNERS)
    browser = make.user(make.tenant(), [Role.EDITOR]).visitor()
    page = browser.open(f"/en/events/{event.slug}/register").submit({"email": "a@example.org", "name": "A"})
    assert "Your registration is done" in page.main
    assert events.states(event) == ["complete"]


@pytest.mark.parametrize("path", ["", "SLUG"])
def test_reading_takes_few_queries_and_sets_no_cookie(
    events: Events, client: FlaskClient, make: Make, count_queries: Callable[[], Any], path: str
) -> None:
    tenants = [make.tenant() for _ in range(3)]
    made = [events.published(tenant, place_code="KG-O") for tenant in tenants for _ in range(4)]
    events.over(tenants[0])
    events.register(made[0], consent_to_publish=ConsentToPublish.ALL)
    address = "/en/events/" + path.replace("SLUG", made[0].slug)
    client.get(address)
    with count_queries() as seen:
        response = client.get(address)
    assert response.status_code == 200
    assert len(seen) <= 6, seen
    assert "Set-Cookie" not in response.headers
    assert "csrf_token" not in response.text
