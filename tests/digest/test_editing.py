"""Writers tell what was done: drafts, publishing, withdrawing, two people at one text, and who may do it at all."""

from __future__ import annotations

import datetime
from collections.abc import Callable
from typing import Any

import pytest
import time_machine
from sqlalchemy import select

from network.database import now
from network.digest.models import Activity, ActivityState
from network.permissions import Role
from network.scheduler.work import do_due
from network.tenancy import Actor, Tenant
from network.web import Kopuro
from tests.digest.conftest import Digest
from tests.factories import Make
from tests.pages import Page, Visitor

FILLED = {
    "kind": "seminar",
    "visibility": "public",
    "title_en": "Seminar for the city council",
    "title_ky": "Шаардык кеңеш үчүн семинар",
    "summary_en": "How a council can help.",
    "text_en": "We spoke of **budgets**.",
    "happened_from": "04.2007",
    "place_1": "KG-GO",
    "place_2": "KG06242000000",
    "reached_women": "14",
    "reached_men": "9",
}


@pytest.fixture
def tenant(make: Make) -> Tenant:
    return make.tenant("Podruga")


@pytest.fixture
def writer(make: Make, tenant: Tenant) -> Visitor:
    return make.user(tenant, [Role.EDITOR]).visitor()


def all_of(app: Kopuro, tenant: Tenant) -> list[Activity]:
    with app.database.unit_of_work(Actor.clock(tenant.id)) as session:
        return list(session.scalars(select(Activity).where(Activity.tenant_id == tenant.id)))


def write(writer: Visitor, **fields: str) -> Page:
    return writer.open("/en/digest/activities/new").submit(FILLED | fields)


def test_an_editor_writes_publishes_and_everybody_reads(
    app: Kopuro, tenant: Tenant, writer: Visitor, visitor: Callable[[], Visitor]
) -> None:
    page = write(writer)
    assert page.status == 200 and "Saved as a draft" in page.main and "Draft" in page.main
    assert "Seminar for the city council" not in visitor().open("/en/digest/").main
    assert "Seminar for the city council" in writer.open("/en/digest/").main
    assert "It is published" in page.submit(containing="publish_at").main
    read = visitor().open(page.path)
    for words in ("Seminar for the city council", "April 2007", "Osh", "Nookat District", "Podruga", "23"):
        assert words in read.main, words
    assert "Шаардык кеңеш үчүн семинар" in visitor().open(page.path.replace("/en/", "/ky/")).main
    [activity] = all_of(app, tenant)
    assert activity.countries == ["KG"] and activity.happened_from == "2007-04"


@pytest.mark.parametrize(
    ("typed", "field", "said"),
    [
        ({"title_en": "", "title_ky": ""}, "title_en", "at least one language"),
        ({"title_en": "x" * 201}, "title_en", "200 characters"),
        ({"title_en": "a\x00b"}, "title_en", ""),
        ({"kind": "party"}, "kind", ""),
        ({"kind": None}, "kind", ""),
        ({"visibility": "tenant"}, "visibility", ""),
        ({"happened_from": "31.02.2007"}, "happened_from", "a month or a year"),
        ({"happened_from": "yesterday"}, "happened_from", "a month or a year"),
        ({"happened_to": "2006"}, "happened_to", "earlier than the beginning"),
        ({"place_1": "XX-nowhere"}, "place_1", ""),
        ({"reached_women": "many"}, "reached_women", "whole number"),
        ({"reached_women": "-3"}, "reached_women", ""),
        ({"reached_women": "99999999999999999999"}, "reached_women", ""),
        ({"text_en": "y" * 20_001}, "text_en", ""),
    ],
)
def test_bad_input_is_said_at_its_field_and_keeps_what_was_typed(
    app: Kopuro, tenant: Tenant, writer: Visitor, typed: dict[str, Any], field: str, said: str
) -> None:
    page = writer.open("/en/digest/activities/new").submit(FILLED | typed)
    assert page.status == 400, page.main
    errors = page.errors()
    assert field in errors and said in errors[field], errors
    assert page.values("title_en")["summary_en"].strip() == FILLED["summary_en"]
    assert all_of(app, tenant) == []


def test_a_form_sent_twice_is_one_activity(app: Kopuro, tenant: Tenant, writer: Visitor) -> None:
    form = writer.open("/en/digest/activities/new")
    first, second = form.submit(FILLED), form.submit(FILLED)
    assert first.path == second.path and len(all_of(app, tenant)) == 1
    other = form.submit(FILLED | {"title_en": "Quite another one"})
    assert other.path != first.path and len(all_of(app, tenant)) == 2


def test_two_people_at_one_text_lose_nothing(make: Make, tenant: Tenant, writer: Visitor) -> None:
    page = write(writer)
    colleague = make.user(tenant, [Role.EDITOR]).visitor()
    mine, theirs = writer.open(page.path + "/edit"), colleague.open(page.path + "/edit")
    assert theirs.submit({"summary_en": "Theirs."}).status == 200
    clash = mine.submit({"summary_en": "Mine."})
    assert clash.status == 409
    assert "Theirs." in clash.main and clash.values("title_en")["summary_en"].strip() == "Mine."
    saved = clash.submit({"summary_en": "Mine and theirs."})
    assert saved.status == 200 and "Mine and theirs." in saved.main


def test_a_form_read_before_the_change_does_not_overwrite_when_resent(writer: Visitor) -> None:
    page = write(writer)
    form = writer.open(page.path + "/edit")
    assert form.submit({"summary_en": "One."}).status == 200
    assert form.submit({"summary_en": "One."}).status == 200  # The same form again: done once.
    assert form.submit({"summary_en": "Two."}).status == 409


def test_nobody_else_reaches_what_an_editor_may_do(
    make: Make, digest: Digest, tenant: Tenant, visitor: Callable[[], Visitor]
) -> None:
    activity = digest.published(tenant)
    draft = digest.draft(tenant)
    network = make.network()
    others = [
        make.user(make.tenant(), [Role.EDITOR]).visitor(),
        make.user(make.tenant(), [Role.ADMIN]).visitor(),
        make.user(network, [Role.COORDINATOR]).visitor(),
        make.user(network, [Role.OBSERVER]).visitor(),
        make.user(tenant, [Role.CASEWORKER]).visitor(),
    ]
    for other in others:
        token = other.token("/en/account/")
        for slug in (activity.slug, draft.slug, "nothing-like-it"):
            for deed in ("edit", "withdraw"):
                assert other.open(f"/en/digest/activities/{slug}/{deed}").status == 404, deed
            for deed in ("edit", "withdraw", "publish"):
                path = f"/en/digest/activities/{slug}/{deed}"
                assert other.post(path, FILLED | {"csrf_token": token, "version": "1"}).status == 404, deed
        assert other.open(f"/en/digest/activities/{draft.slug}").status == 404
    assert digest.again(activity).title == activity.title and digest.again(activity).published
    assert "/login" in visitor().open("/en/digest/activities/new").path


@pytest.mark.parametrize("role", [Role.ORGANISER, Role.ADMIN])
def test_organisers_and_admins_write_too(make: Make, tenant: Tenant, role: Role) -> None:
    assert "Saved as a draft" in write(make.user(tenant, [role]).visitor()).main


def test_a_moment_to_come_is_kept_by_the_clock(
    app: Kopuro, tenant: Tenant, writer: Visitor, visitor: Callable[[], Visitor]
) -> None:
    page = write(writer)
    osh = datetime.timezone(datetime.timedelta(hours=6))
    later = (now() + datetime.timedelta(hours=3)).astimezone(osh)
    past = page.submit({"publish_at": "2007-04-24T12:00"}, containing="publish_at")
    assert past.status == 400 and "past" in past.errors()["publish_at"]
    waits = page.submit({"publish_at": f"{later:%Y-%m-%dT%H:%M}"}, containing="publish_at")
    assert "at the time you chose" in waits.main and "Waits for its time" in waits.main
    do_due(app)
    assert visitor().open(page.path).status == 404
    with time_machine.travel(now() + datetime.timedelta(hours=4), tick=False):
        do_due(app)
    assert visitor().open(page.path).status == 200
    [activity] = all_of(app, tenant)
    assert activity.state is ActivityState.PUBLISHED and activity.published_at == activity.updated_at


def test_what_waits_can_be_taken_back_and_is_then_not_published(
    app: Kopuro, writer: Visitor, visitor: Callable[[], Visitor]
) -> None:
    page = write(writer)
    page.submit({"publish_at": "2098-01-01T12:00"}, containing="publish_at")
    back = writer.open(page.path + "/withdraw").submit()
    assert "draft again" in back.main
    with time_machine.travel("2098-01-02T12:00+06:00", tick=False):
        do_due(app)
    assert visitor().open(page.path).status == 404


def test_withdrawing_asks_once_more_and_ends_it(writer: Visitor, visitor: Callable[[], Visitor]) -> None:
    page = write(writer)
    page.submit(containing="publish_at")
    asked = writer.open(page.path).follow("Withdraw")
    assert visitor().open(page.path).status == 200, "asking changes nothing"
    assert "It is withdrawn" in asked.submit().main
    assert visitor().open(page.path).status == 410
    edit = writer.open(page.path + "/edit")
    assert edit.submit({"summary_en": "Back?"}).status == 409
