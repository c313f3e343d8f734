"""The organiser's list, and one's own registration by the signed link."""

from __future__ import annotations

import base64
import csv
import io
import uuid
from collections.abc import Callable

import pytest
from sqlalchemy import select

from network.audit import AuditEntry
from network.events import people
from network.events.models import ConsentToPublish, Event, Registration
from network.events.services import registering
from network.tenancy import Actor, Tenant
from tests.events.conftest import Events
from tests.factories import Make
from tests.pages import Visitor

Browser = Callable[[], Visitor]


def link(events: Events, registration: Registration) -> str:
    return f"/en/events/manage/{people.manage_token(events.app.keyring, registration)}"


def deeds_of(events: Events, tenant: Tenant) -> list[str]:
    with events.app.database.unit_of_work(Actor.clock(tenant.id)) as session:
        return list(session.scalars(select(AuditEntry.action).order_by(AuditEntry.sequence)))


def test_an_empty_list_says_what_to_do(browser: Visitor, events: Events, tenant: Tenant) -> None:
    event = events.published(tenant)
    assert "Nobody is registered yet" in browser.open(f"/en/events/{event.slug}/registrations").main


def test_the_list_shows_everybody_in_the_order_of_the_queue_with_counts(
    browser: Visitor, events: Events, tenant: Tenant
) -> None:
    event = events.published(tenant, registration_limit=2)
    for name in ("Anvar", "Bermet", "Chinara"):
        events.register(event, f"{name}@example.org", name=name)
    page = browser.open(f"/en/events/{event.slug}/registrations")
    assert "2 of 2 seats are taken" in page.main
    assert page.main.index("Anvar") < page.main.index("Bermet") < page.main.index("Chinara")
    assert "Bermet@example.org" in page.main
    waiting = page.follow("On the waiting list")
    assert "Chinara" in waiting.main and "Anvar" not in waiting.main
    assert browser.open(f"/en/events/{event.slug}/registrations?state=nonsense").status == 200


def test_saying_yes_and_no(browser: Visitor, events: Events, tenant: Tenant) -> None:
    event = events.published(tenant, approval=True, registration_limit=2)
    for name in ("Anvar", "Bermet", "Chinara"):
        events.register(event, f"{name}@example.org", name=name)
    assert events.states(event) == ["pending", "pending", "waitlisted"]
    page = browser.open(f"/en/events/{event.slug}/registrations")
    page = page.submit(containing="Accept")
    assert events.states(event) == ["complete", "pending", "waitlisted"]
    second = events.registrations(event)[1]
    form = browser.open(f"/en/events/{event.slug}/registrations/{second.id}/reject")
    assert form.submit({"reason": ""}).status == 400
    assert "not accepted" in form.submit({"reason": "Two from one organization"}).main
    assert events.states(event) == ["complete", "rejected", "pending"]
    actions = deeds_of(events, tenant)
    assert actions[-2:] == ["registration.approved", "registration.rejected"]


def test_the_list_for_a_spreadsheet_holds_no_formula_and_is_noted(
    browser: Visitor, events: Events, tenant: Tenant
) -> None:
    event = events.published(tenant)
    for number, name in enumerate(["=cmd|' /C calc'!A0", "+1", "-1", "@SUM(A1)", "\t=1", "Өмүрбек, “x”"]):
        events.register(event, f"person{number}@example.org", name=name)
    response = browser.open(f"/en/events/{event.slug}/registrations.csv").response
    assert response.headers["Content-Type"] == "text/csv; charset=utf-8"
    assert response.headers["Cache-Control"] == "no-store"
    assert "attachment" in response.headers["Content-Disposition"]
    rows = list(csv.DictReader(io.StringIO(response.get_data(as_text=True).removeprefix("\ufeff"))))
    assert [row["email"] for row in rows] == [f"person{number}@example.org" for number in range(6)]
    assert rows[5]["name"] == "Өмүрбек, “x”"
    assert not [row for row in rows if row["name"].lstrip()[:1] in "=+-@"]
    assert deeds_of(events, tenant)[-1] == "registrations.exported"


def test_the_link_shows_changes_and_withdraws(events: Events, visitor: Browser) -> None:
    event = events.published(registration_limit=1)
    events.register(event)
    events.register(event, "next@example.org")
    mine, waiting = events.registrations(event)
    page = visitor().open(link(events, mine))
    assert page.status == 200
    changed = page.submit({"name": "Aigul Corrected", "consent_to_publish": "all"}, containing="name")
    assert "Your changes were saved" in changed.main
    row = events.registrations(event)[0]
    assert (row.name, row.consent_to_publish.value) == ("Aigul Corrected", "all")
    assert "number 1 on the waiting list" in visitor().open(link(events, waiting)).main
    gone = changed.submit(containing="Withdraw my registration")
    assert "You have withdrawn" in gone.main
    assert events.states(event) == ["withdrawn", "complete"]
    assert not [form for form in gone.forms() if "Withdraw" in form.text_content()]


def test_following_the_link_alone_withdraws_nobody(events: Events, visitor: Browser) -> None:
    event = events.published()
    events.register(event)
    address = link(events, events.registrations(event)[0])
    for _ in range(2):
        visitor().open(address)
    assert visitor().open(address + "/withdraw").status == 405
    assert events.states(event) == ["complete"]


def test_a_forged_link_is_no_page(events: Events, visitor: Browser, make: Make) -> None:
    event, other = events.published(), events.published()
    events.register(event)
    events.register(other)
    good = people.manage_token(events.app.keyring, events.registrations(event)[0])
    theirs = people.manage_token(events.app.keyring, events.registrations(other)[0])
    raw = bytearray(base64.urlsafe_b64decode(good + "=" * (-len(good) % 4)))
    forged = {
        "nonsense": "x" * 64,
        "empty": "%20",
        "not a letter": "өөөө",
        "too short": good[:-4],
        "too long": good + "AAAA",
        "seal of another": good[:43] + theirs[43:],
        "other id": base64.urlsafe_b64encode(bytes(raw[:16]) + uuid.uuid4().bytes + bytes(raw[32:])).decode(),
        "other case": good.swapcase(),
        "padded": good + "==",
    }
    for number in (0, 20, 40, 47):
        bent = bytearray(raw)
        bent[number] ^= 1
        forged[f"bit at {number}"] = base64.urlsafe_b64encode(bytes(bent)).decode().rstrip("=")
    browser = visitor()
    token = browser.token(f"/en/events/{event.slug}/register")
    for name, made in forged.items():
        assert browser.open(f"/en/events/manage/{made}").status == 404, name
        assert browser.post(f"/en/events/manage/{made}/withdraw", {"csrf_token": token}).status == 404, name
    assert events.states(event) == ["complete"]


def test_a_registration_that_is_gone_has_no_page(events: Events, visitor: Browser) -> None:
    event = events.published()
    never = Registration(id=uuid.uuid4(), tenant_id=event.tenant_id, event_id=event.id)
    assert visitor().open(link(events, never)).status == 404


def test_the_link_opens_one_registration_and_nothing_else_of_the_tenant(
    events: Events, visitor: Browser, tenant: Tenant
) -> None:
    event = events.published(tenant)
    draft = events.draft(tenant, title={"en": "Canary draft"})
    events.register(event)
    events.register(event, "canary@example.org", name="Canary person")
    browser = visitor()
    page = browser.open(link(events, events.registrations(event)[0]))
    assert "anary" not in page.html
    assert browser.open(f"/en/events/{draft.slug}").status == 404
    assert browser.open("/en/events/").html.count("Canary") == 0


def test_nobody_is_named_to_anybody_without_having_agreed(events: Events, visitor: Browser) -> None:
    event = events.published(registration_limit=4)
    for name, consent in (
        ("Anvar", "nobody"),
        ("Bermet", "participants"),
        ("Chinara", "all"),
        ("Dilnoza", "all"),
    ):
        events.register(event, f"{name}@example.org", name=name, consent_to_publish=ConsentToPublish(consent))
    events.register(event, "late@example.org", name="Late", consent_to_publish=ConsentToPublish.ALL)
    anvar, _, _, dilnoza, _ = events.registrations(event)
    with events.app.database.unit_of_work(Actor.visitor(event.tenant_id)) as session:
        registering.withdraw(session, Actor.visitor(event.tenant_id), dilnoza.id)

    def named(path: str) -> list[str]:
        page = visitor().open(path)
        return [
            item.text_content().split(",")[0]
            for item in page.tree.xpath("//main//h2[contains(., 'Who comes')]/following-sibling::ul[1]/li")
        ]

    assert named(f"/en/events/{event.slug}") == ["Chinara", "Late"]
    assert named(link(events, anvar)) == ["Bermet", "Chinara", "Late"]
    assert named(link(events, dilnoza)) == []


NAUGHTY = [
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "{{ 7*7 }}",
    "%(name)s %s %d {0}",
    "'; DROP TABLE event; --",
    "Ṱ̺̺̕o͞ ̷i̲̬͇̪͙n̝̗͕v̟̜̘̦͟o̶̙̰̠kè͚̮̺̪̹̱̤",
    "‮reversed‬",
    "👾 🙇 💁🏾 ﷽",
    "undefined",
    "NULL",
    "../../etc/passwd%00",
    "田中さんにあげて下さい",
    "test\u2028line",
    "ﬀ ﬁ ﬂ İ ı ẞ",
]


@pytest.mark.parametrize("typed", NAUGHTY)
def test_naughty_strings_come_back_as_text(
    browser: Visitor, events: Events, tenant: Tenant, visitor: Browser, typed: str
) -> None:
    event = events.published(
        tenant, title={"en": typed}, summary={"tg": typed}, programme={"ru": typed}, venue=typed
    )
    form = visitor().open(f"/en/events/{event.slug}/register")
    sent = form.submit({"email": "a@example.org", "name": typed, "organization": typed})
    assert sent.status == 200
    kept = events.registrations(event)[0].name
    pages = [
        visitor().open(f"/en/events/{event.slug}"),
        visitor().open("/en/events/"),
        visitor().open(link(events, events.registrations(event)[0])),
        browser.open(f"/en/events/{event.slug}/registrations"),
        browser.open(f"/en/events/{event.slug}/edit"),
        browser.open(f"/en/events/{event.slug}/registrations.csv"),
        visitor().open(f"/en/events/{event.slug}.ics"),
        visitor().open("/en/events.ics"),
    ]
    for page in pages:
        assert page.status == 200, page.path
        if page.response.mimetype == "text/html":
            assert (
                "<script>alert" not in page.html and "<img src=x" not in page.html and "49" not in page.title
            )
    assert " ".join(kept.split()) in pages[3].main


def test_no_page_of_events_is_stored_by_a_browser_with_a_form_on_it(
    browser: Visitor, events: Events, tenant: Tenant, visitor: Browser
) -> None:
    event: Event = events.published(tenant)
    events.register(event)
    for page in (
        visitor().open(f"/en/events/{event.slug}/register"),
        visitor().open(link(events, events.registrations(event)[0])),
        browser.open(f"/en/events/{event.slug}"),
        browser.open(f"/en/events/{event.slug}/registrations"),
    ):
        assert page.response.headers["Cache-Control"] == "no-store", page.path
