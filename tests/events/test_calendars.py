"""Calendars that programs subscribe to: valid, stable, updated by number, answered in a line when unchanged."""

from __future__ import annotations

import datetime
from collections.abc import Callable

import pytest
from flask.testing import FlaskClient
from icalendar import Calendar

from network.events.models import EventVisibility
from network.events.services import planning
from network.web import Kopuro
from tests.events.conftest import Events, organiser, plan
from tests.factories import Make

ZONES = {"Asia/Bishkek": 6, "Asia/Tashkent": 5, "Asia/Dushanbe": 5}


def test_the_calendar_holds_public_events_and_no_draft_nor_what_is_for_partners(
    events: Events, client: FlaskClient, make: Make
) -> None:
    tenant = make.tenant()
    public = [events.published(tenant, timezone=zone) for zone in ZONES]
    events.over(tenant, days=10)
    hidden = [
        events.draft(tenant, title={"en": "Secret draft"}),
        events.published(tenant, title={"en": "Secret meeting"}, visibility=EventVisibility.PARTNERS),
    ]
    response = client.get("/en/events.ics")
    assert response.status_code == 200
    assert response.content_type == "text/calendar; charset=utf-8"
    assert "Set-Cookie" not in response.headers
    calendar = Calendar.from_ical(response.data)
    entries = {entry["UID"]: entry for entry in calendar.walk("VEVENT")}
    assert len(entries) == 4
    assert {event.uid for event in public} < set(entries)
    assert not {event.uid for event in hidden} & set(entries)
    assert b"Secret" not in response.data
    zones = {zone["TZID"]: zone for zone in calendar.walk("VTIMEZONE")}
    assert set(zones) == set(ZONES)
    for event, zone in zip(public, ZONES, strict=True):
        start = entries[event.uid]["DTSTART"]
        assert start.params["TZID"] == zone
        assert start.dt == event.start_at
        assert zones[zone].walk("STANDARD")[0]["TZOFFSETTO"].td == datetime.timedelta(hours=ZONES[zone])


def test_the_file_keeps_to_the_letter_of_the_standard(events: Events, client: FlaskClient) -> None:
    event = events.published(
        title={"tg": "Конфронси созмонҳои ғайриҳукуматии водии Фарғона ва ҳамсоягонаш"},
        summary={"tg": "Сатри якум\nсатри дуюм, бо вергул; ва нуқтавергул"},
    )
    raw = client.get(f"/tg/events/{event.slug}.ics").data
    lines = raw.split(b"\r\n")
    assert raw.endswith(b"END:VCALENDAR\r\n") and b"\n" not in raw.replace(b"\r\n", b"")
    assert max(len(line) for line in lines) <= 75
    for name in (b"BEGIN:VCALENDAR", b"VERSION:2.0", b"METHOD:PUBLISH", b"STATUS:CONFIRMED", b"SEQUENCE:0"):
        assert name in lines
    for name in (b"PRODID:", b"DTSTAMP:", b"LAST-MODIFIED:", b"CREATED:", b"UID:", b"URL:http"):
        assert [line for line in lines if line.startswith(name)]
    (entry,) = Calendar.from_ical(raw).walk("VEVENT")
    assert str(entry["SUMMARY"]).startswith("Конфронси")
    assert "\nсатри дуюм, бо вергул; ва нуқтавергул" in str(entry["DESCRIPTION"])


def test_a_change_counts_up_and_a_cancelled_event_stays_and_says_so(
    events: Events, client: FlaskClient, app: Kopuro, make: Make
) -> None:
    tenant = make.tenant()
    event = events.published(tenant)
    address = f"/en/events/{event.slug}.ics"
    before = Calendar.from_ical(client.get(address).data).walk("VEVENT")[0]
    actor = organiser(tenant)
    with app.database.unit_of_work(actor) as session:
        planning.change_event(session, actor, event.id, plan(venue="Another hall"), version=event.version)
    with app.database.unit_of_work(actor) as session:
        planning.cancel_event(session, actor, event.id)
    after = Calendar.from_ical(client.get(address).data).walk("VEVENT")[0]
    assert before["UID"] == after["UID"]
    assert (before["SEQUENCE"], after["SEQUENCE"], after["STATUS"]) == (0, 2, "CANCELLED")
    assert after["LAST-MODIFIED"].dt >= before["LAST-MODIFIED"].dt
    assert event.uid in client.get("/en/events.ics").text


@pytest.mark.parametrize("which", ["all", "one"])
def test_unchanged_calendars_are_304_and_cost_one_query(
    events: Events,
    client: FlaskClient,
    app: Kopuro,
    make: Make,
    count_queries: Callable[[], object],
    which: str,
) -> None:
    tenant = make.tenant()
    event = events.published(tenant)
    address = "/en/events.ics" if which == "all" else f"/en/events/{event.slug}.ics"
    first = client.get(address)
    assert first.headers["ETag"] and first.headers["Last-Modified"]
    with count_queries() as seen:  # type: ignore[attr-defined]
        again = client.get(address, headers={"If-None-Match": first.headers["ETag"]})
    assert (again.status_code, again.data, len(seen) <= 1) == (304, b"", True)
    assert (
        client.get(address, headers={"If-Modified-Since": first.headers["Last-Modified"]}).status_code == 304
    )
    assert client.get(address).data == first.data
    actor = organiser(tenant)
    with app.database.unit_of_work(actor) as session:
        planning.change_event(session, actor, event.id, plan(venue="Another hall"), version=event.version)
    changed = client.get(address, headers={"If-None-Match": first.headers["ETag"]})
    assert changed.status_code == 200
    assert "Another hall" in changed.text


def test_each_language_is_a_calendar_of_its_own(events: Events, client: FlaskClient) -> None:
    events.published()
    english, kyrgyz = client.get("/en/events.ics"), client.get("/ky/events.ics")
    assert english.headers["ETag"] != kyrgyz.headers["ETag"]
    assert "Conference of the valley" in english.text
    assert "Өрөөндүн" in kyrgyz.text


def test_the_online_link_is_in_no_public_calendar(events: Events, client: FlaskClient) -> None:
    event = events.published(online_url="https://meet.example.org/room-4711")
    for address in ("/en/events.ics", f"/en/events/{event.slug}.ics", f"/en/events/{event.slug}"):
        assert "room-4711" not in client.get(address).text
