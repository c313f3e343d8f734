"""Registering without an account: seats, the waiting list, one registration for a person."""

from __future__ import annotations

import datetime
from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import Engine, select, text
from sqlalchemy.exc import IntegrityError

from network.database import now
from network.events import people
from network.events.models import RegistrationState
from network.events.services import planning, registering
from network.outbox import OutboxMessage
from network.permissions import Unfit
from network.tenancy import Actor
from network.web import Kopuro
from tests.events.conftest import Events, organiser, plan
from tests.factories import Make
from tests.pages import Visitor

Browser = Callable[[], Visitor]
SAMIRA = {"email": "samira@example.org", "name": "Samira", "organization": "", "consent_to_publish": "nobody"}


def test_a_stranger_registers_and_is_told_to_look_into_the_mail(events: Events, visitor: Browser) -> None:
    event = events.published()
    page = visitor().open(f"/en/events/{event.slug}/register").submit(SAMIRA)
    assert page.status == 200
    assert "Your registration is done" in page.main
    (row,) = events.registrations(event)
    assert (row.state, row.name, row.language) == (RegistrationState.COMPLETE, "Samira", "en")


def test_the_address_is_sealed_and_no_two_events_know_it_by_the_same_key(
    events: Events, app: Kopuro, owner_engine: Engine
) -> None:
    first, second = events.published(), events.published()
    for event in (first, second):
        events.register(event, "Samira@Example.org")
    rows = [events.registrations(event)[0] for event in (first, second)]
    assert {people.email_of(app.keyring, row) for row in rows} == {"Samira@Example.org"}
    assert rows[0].email_key != rows[1].email_key
    with owner_engine.connect() as connection:
        kept = connection.execute(
            text(
                "SELECT registration::text || coalesce((SELECT string_agg(outbox_message::text, '') FROM outbox_message), '') FROM registration"
            )
        ).scalars()
        for whole in kept:
            assert "amira@" not in whole
            assert b"amira@".hex() not in whole


def test_the_101st_of_100_waits(events: Events) -> None:
    event = events.published(registration_limit=100)
    for number in range(100):
        assert not events.register(event, f"person{number}@example.org")
    assert events.register(event, "late@example.org")
    states = events.states(event)
    assert states.count("complete") == 100
    assert states[100] == "waitlisted"


def test_the_page_of_a_full_event_offers_the_waiting_list(events: Events, visitor: Browser) -> None:
    event = events.published(registration_limit=1)
    assert "1 seat is free" in visitor().open(f"/en/events/{event.slug}").main
    events.register(event)
    page = visitor().open(f"/en/events/{event.slug}")
    assert "all taken" in page.main
    after = page.follow("Join the waiting list").submit(SAMIRA)
    assert "You are on the waiting list" in after.main
    assert events.states(event) == ["complete", "waitlisted"]


def test_a_second_registration_of_one_address_gets_the_same_page_and_the_mail_tells(
    events: Events, visitor: Browser, app: Kopuro
) -> None:
    event = events.published()
    pages = [
        visitor().open(f"/en/events/{event.slug}/register").submit(SAMIRA | {"email": typed})
        for typed in ("samira@example.org", " SAMIRA@example.org ")
    ]
    assert pages[0].main == pages[1].main
    assert events.states(event) == ["complete"]
    assert _kinds(app) == ["events.again", "events.registered"]


def test_a_form_sent_twice_is_one_registration_and_one_mail(
    events: Events, visitor: Browser, app: Kopuro
) -> None:
    event = events.published()
    form = visitor().open(f"/en/events/{event.slug}/register")
    assert form.submit(SAMIRA).main == form.submit(SAMIRA).main
    assert events.states(event) == ["complete"]
    assert _kinds(app) == ["events.registered"]


def test_the_database_itself_holds_one_active_registration_for_a_person(
    events: Events, owner_engine: Engine
) -> None:
    event = events.published()
    events.register(event)
    copy = (
        "INSERT INTO registration SELECT gen_random_uuid(), tenant_id, event_id, :state, position + 1, email, email_key,"
        " name, organization, language, consent_to_publish, submission, reason, created_at, changed_at FROM registration"
    )
    with owner_engine.connect() as connection:
        for state in ("complete", "pending", "waitlisted"):
            with pytest.raises(IntegrityError):
                connection.execute(text(copy), {"state": state})
        connection.execute(text(copy), {"state": "withdrawn"})


def test_who_withdraws_makes_room_for_the_first_who_waits_and_may_come_back(
    events: Events, app: Kopuro
) -> None:
    event = events.published(registration_limit=2)
    for name in ("first", "second", "third", "fourth"):
        events.register(event, f"{name}@example.org")
    visitor = Actor.visitor(event.tenant_id)
    with app.database.unit_of_work(visitor) as session:
        registering.withdraw(session, visitor, events.registrations(event)[0].id)
    assert events.states(event) == ["withdrawn", "complete", "complete", "waitlisted"]
    assert _kinds(app).count("events.promoted") == 1
    events.register(event, "first@example.org")
    assert events.states(event) == ["withdrawn", "complete", "complete", "waitlisted", "waitlisted"]


def test_withdrawing_twice_is_withdrawing_once(events: Events, app: Kopuro) -> None:
    event = events.published(registration_limit=1)
    for name in ("first", "second", "third"):
        events.register(event, f"{name}@example.org")
    visitor = Actor.visitor(event.tenant_id)
    for _ in range(2):
        with app.database.unit_of_work(visitor) as session:
            registering.withdraw(session, visitor, events.registrations(event)[0].id)
    assert events.states(event) == ["withdrawn", "complete", "waitlisted"]
    assert _kinds(app).count("events.withdrawn") == 1


def test_a_raised_limit_lets_those_in_who_wait_in_their_order(
    events: Events, app: Kopuro, make: Make
) -> None:
    tenant = make.tenant()
    event = events.published(tenant, registration_limit=1)
    for number in range(4):
        events.register(event, f"person{number}@example.org")
    actor = organiser(tenant)
    with app.database.unit_of_work(actor) as session:
        planning.change_event(session, actor, event.id, plan(registration_limit=3), version=event.version)
    assert events.states(event) == ["complete", "complete", "complete", "waitlisted"]


def test_a_limit_below_those_who_have_a_seat_is_refused(events: Events, app: Kopuro, make: Make) -> None:
    tenant = make.tenant()
    event = events.published(tenant, registration_limit=3)
    for number in range(3):
        events.register(event, f"person{number}@example.org")
    actor = organiser(tenant)
    with pytest.raises(Unfit) as refusal, app.database.unit_of_work(actor) as session:
        planning.change_event(session, actor, event.id, plan(registration_limit=2), version=event.version)
    assert (refusal.value.code, refusal.value.detail) == ("limit_below_confirmed", {"taken": 3})


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"opens_at": now() + datetime.timedelta(days=3)}, "Registration has not opened yet"),
        ({"closes_at": now() - datetime.timedelta(minutes=1)}, "Registration is closed"),
    ],
)
def test_who_comes_too_early_or_too_late_is_told_and_keeps_what_was_typed(
    events: Events, visitor: Browser, changes: dict[str, Any], said: str
) -> None:
    event = events.published(**changes)
    browser = visitor()
    page = browser.open(f"/en/events/{event.slug}/register")
    assert said in page.main
    token = browser.token(f"/en/events/{events.published().slug}/register")
    late = browser.post(f"/en/events/{event.slug}/register", SAMIRA | {"csrf_token": token})
    assert late.status == 409
    assert said in late.main
    assert late.values("email")["email"] == SAMIRA["email"]
    assert events.states(event) == []


@pytest.mark.parametrize(
    ("field", "typed"),
    [
        ("email", ""),
        ("email", "not an address"),
        ("email", "a@b@c.org"),
        ("email", "a" * 250 + "@example.org"),
        ("name", ""),
        ("name", "x" * 201),
        ("name", "nul\0inside"),
        ("organization", "x" * 201),
        ("consent_to_publish", "the whole world"),
    ],
)
def test_bad_input_is_a_message_at_its_field_and_nothing_typed_is_lost(
    events: Events, visitor: Browser, field: str, typed: str
) -> None:
    event = events.published()
    page = visitor().open(f"/en/events/{event.slug}/register").submit(SAMIRA | {field: typed})
    assert page.status == 400
    assert page.response.headers["Cache-Control"] == "no-store"
    kept = page.values("email")
    for name in {"email", "name"} - {field}:
        assert kept[name] == SAMIRA[name]
    assert page.tree.xpath("//*[@role='alert']//li")
    assert events.states(event) == []


def test_nobody_registers_for_a_draft_or_another_word(events: Events, make: Make, visitor: Browser) -> None:
    draft = events.draft(make.tenant())
    for slug in (draft.slug, "no-such-event", "%00", "a%20b", "x" * 300):
        for page in ("", "/register", ".ics", "/registered"):
            assert visitor().open(f"/en/events/{slug}{page}").status == 404, (slug, page)


def _kinds(app: Kopuro) -> list[str]:
    with app.database.unit_of_work(Actor.anonymous()) as session:
        return sorted(session.scalars(select(OutboxMessage.kind)))
