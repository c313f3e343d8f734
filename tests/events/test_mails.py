"""What registrants get by mail: through a real mail server, in their language, with an entry for their calendar."""

from __future__ import annotations

import datetime
import re
from collections.abc import Callable
from email.message import EmailMessage
from typing import Any

import pytest
from icalendar import Calendar

from network.events.models import EventVisibility
from network.events.services import planning, registering
from network.outbox.delivery import Courier
from network.outbox.post import SmtpPost
from network.tenancy import Actor, Tenant
from network.web import Kopuro
from tests.events.conftest import Events, organiser, plan
from tests.factories import Make
from tests.pages import Visitor
from tests.platform.post import Server


@pytest.fixture
def delivered(app: Kopuro) -> Callable[[], list[EmailMessage]]:
    """Everything that waits, delivered now."""

    def deliver() -> list[EmailMessage]:
        with Server() as server:
            count = Courier(app, SmtpPost(server.url)).deliver()
            assert (count.postponed, count.failed) == (0, 0)
            return list(server.box.messages)

    return deliver


def text_of(letter: EmailMessage) -> str:
    body = letter.get_body(("plain",))
    assert body is not None
    return str(body.get_content())


def calendar_of(letter: EmailMessage) -> Any:
    (part,) = letter.iter_attachments()
    assert part.get_content_type() == "text/calendar"
    raw = part.get_payload(decode=True)
    assert isinstance(raw, bytes)
    calendar = Calendar.from_ical(raw)
    assert part.get_param("method") == calendar["METHOD"]
    return calendar


def link_in(letter: EmailMessage) -> str:
    found = re.search(r"https?://[^/\s]+(/\w\w/events/manage/\S+)", text_of(letter))
    assert found, text_of(letter)
    return found.group(1)


def change(app: Kopuro, tenant: Tenant, deed: Callable[..., Any], *args: Any, **kw: Any) -> None:
    actor = organiser(tenant)
    with app.database.unit_of_work(actor) as session:
        deed(session, actor, *args, **kw)


def test_the_confirmation_has_both_clocks_a_calendar_entry_and_a_link_that_works(
    events: Events, delivered: Callable[[], list[EmailMessage]], visitor: Callable[[], Visitor], app: Kopuro
) -> None:
    event = events.published(online_url="https://meet.example.org/room-4711")
    events.register(event)
    (letter,) = delivered()
    assert letter["To"] == "aigul@example.org"
    assert letter["Subject"] == "You are registered: Conference of the valley"
    text = text_of(letter)
    assert "10:00 (Osh)" in text and "09:00 (Andijan, Khujand)" in text
    assert "https://meet.example.org/room-4711" in text
    calendar = calendar_of(letter)
    (entry,) = calendar.walk("VEVENT")
    assert calendar["METHOD"] == "REQUEST"
    assert (entry["UID"], entry["SEQUENCE"], entry["STATUS"]) == (event.uid, 0, "CONFIRMED")
    assert str(entry["ATTENDEE"]) == "mailto:aigul@example.org"
    page = visitor().open(link_in(letter))
    assert page.status == 200
    assert "Registered" in page.main and "Aigul Example" in page.html
    assert page.response.headers["Cache-Control"] == "no-store"


def test_a_letter_that_goes_out_twice_carries_the_same_link(
    events: Events, delivered: Callable[[], list[EmailMessage]], app: Kopuro
) -> None:
    event = events.published()
    events.register(event)
    events.register(event)
    first, second = delivered()
    assert link_in(first) == link_in(second)


def test_the_letter_speaks_the_language_in_which_one_registered(
    events: Events, delivered: Callable[[], list[EmailMessage]]
) -> None:
    event = events.published()
    events.register(event, language="ky")
    (letter,) = delivered()
    assert "Өрөөндүн конференциясы" in letter["Subject"]
    assert letter["Content-Language"] == "ky"
    assert "/ky/events/manage/" in text_of(letter)
    assert str(calendar_of(letter).walk("VEVENT")[0]["SUMMARY"]) == "Өрөөндүн конференциясы"


def test_who_waits_learns_the_number_and_gets_neither_entry_nor_online_link(
    events: Events, delivered: Callable[[], list[EmailMessage]], app: Kopuro
) -> None:
    event = events.published(registration_limit=1, online_url="https://meet.example.org/room-4711")
    for name in ("first", "second", "third"):
        events.register(event, f"{name}@example.org")
    letters = {letter["To"]: letter for letter in delivered()}
    waiting = letters["third@example.org"]
    assert "number 2 on the waiting list" in text_of(waiting)
    assert not list(waiting.iter_attachments())
    assert "room-4711" not in waiting.as_string()
    visitor = Actor.visitor(event.tenant_id)
    with app.database.unit_of_work(visitor) as session:
        registering.withdraw(session, visitor, events.registrations(event)[0].id)
    after = {letter["To"]: letter for letter in delivered()}
    assert set(after) == {"first@example.org", "second@example.org"}
    assert calendar_of(after["first@example.org"])["METHOD"] == "CANCEL"
    moved_up = after["second@example.org"]
    assert "A seat has become free" in moved_up["Subject"]
    assert calendar_of(moved_up)["METHOD"] == "REQUEST"
    assert "room-4711" in text_of(moved_up)


def test_a_moved_event_moves_in_every_calendar(
    events: Events, delivered: Callable[[], list[EmailMessage]], app: Kopuro, make: Make
) -> None:
    tenant = make.tenant()
    event = events.published(tenant)
    events.register(event)
    delivered()
    later = plan(
        start_at=event.start_at + datetime.timedelta(days=1), end_at=event.end_at + datetime.timedelta(days=1)
    )
    change(app, tenant, planning.change_event, event.id, later, version=event.version)
    (letter,) = delivered()
    (entry,) = calendar_of(letter).walk("VEVENT")
    assert (entry["UID"], entry["SEQUENCE"]) == (event.uid, 1)
    assert entry["DTSTART"].dt == later.start_at


def test_a_new_summary_moves_nobody(
    events: Events, delivered: Callable[[], list[EmailMessage]], app: Kopuro, make: Make
) -> None:
    tenant = make.tenant()
    event = events.published(tenant)
    events.register(event)
    delivered()
    change(
        app,
        tenant,
        planning.change_event,
        event.id,
        plan(summary={"en": "Three days."}),
        version=event.version,
    )
    assert delivered() == []
    assert events.again(event).sequence == 0


def test_postponed_then_taking_place_after_all_then_cancelled(
    events: Events, delivered: Callable[[], list[EmailMessage]], app: Kopuro, make: Make
) -> None:
    tenant = make.tenant()
    event = events.published(tenant, registration_limit=1)
    events.register(event, "seated@example.org")
    events.register(event, "waiting@example.org")
    delivered()
    told = []
    for deed in (planning.postpone_event, planning.publish_event, planning.cancel_event):
        change(app, tenant, deed, event.id)
        letters = {letter["To"]: letter for letter in delivered()}
        (entry,) = calendar_of(letters["seated@example.org"]).walk("VEVENT")
        told.append(
            (
                calendar_of(letters["seated@example.org"])["METHOD"],
                entry["STATUS"],
                entry["SEQUENCE"],
                len(letters),
            )
        )
    assert told == [
        ("REQUEST", "TENTATIVE", 1, 2),
        ("REQUEST", "CONFIRMED", 2, 1),
        ("CANCEL", "CANCELLED", 3, 2),
    ]


def test_nothing_in_a_subject_tells_of_a_meeting_that_is_not_for_everybody(
    events: Events, delivered: Callable[[], list[EmailMessage]], app: Kopuro, make: Make
) -> None:
    tenant = make.tenant()
    event = events.published(tenant, visibility=EventVisibility.PARTNERS, approval=True)
    for name in ("yes", "no"):
        events.register(event, f"{name}@example.org")
    yes, no = events.registrations(event)
    change(app, tenant, registering.approve, yes.id)
    change(app, tenant, registering.reject, no.id, reason="Only two from one organization.")
    change(app, tenant, planning.cancel_event, event.id)
    letters = delivered()
    assert len(letters) == 5
    assert not [letter["Subject"] for letter in letters if "Conference" in letter["Subject"]]
    assert any("Only two from one organization." in text_of(letter) for letter in letters)


def test_the_outbox_keeps_neither_address_nor_name_nor_link(
    events: Events, app: Kopuro, owner_engine: Any
) -> None:
    from sqlalchemy import text

    events.register(events.published(), "canary-4711@example.org", name="Canary Name")
    with owner_engine.connect() as connection:
        rows = connection.execute(text("SELECT outbox_message::text FROM outbox_message")).scalars().all()
    assert rows
    assert not [row for row in rows if "anary" in row or "manage" in row]


def test_a_name_that_tries_to_be_a_header_is_a_name(
    events: Events, delivered: Callable[[], list[EmailMessage]]
) -> None:
    event = events.published(title={"en": "A, B; \\ and “C”: 漢字 🌉 <b>"}, venue="Room 1; floor 2, \\ left")
    events.register(event, name='Eve"; X=1: <x>, \\n BEGIN:VALARM')
    (letter,) = delivered()
    calendar = calendar_of(letter)
    (entry,) = calendar.walk("VEVENT")
    assert str(entry["SUMMARY"]) == "A, B; \\ and “C”: 漢字 🌉 <b>"
    assert str(entry["LOCATION"]) == "Room 1; floor 2, \\ left"
    assert not calendar.walk("VALARM")
