"""What everybody does on any page: leave at once, change the language, come back after a pause."""

from __future__ import annotations

import pytest
from playwright.sync_api import Route, expect

from network.accounts.models import SessionState, UserSession
from network.database import Database
from network.face import QUICK_EXIT
from tests.factories import Person
from tests.journeys.conftest import DESK, VILLAGE, Sit, Somebody, Way, both_ways
from tests.referrals.conftest import Valley


def end(database: Database, person: Person, state: SessionState) -> None:
    """Let ten minutes, or eight hours, go by for her."""
    with database.unit_of_work(person.actor) as session:
        for row in session.query(UserSession).filter(UserSession.user_id == person.user_id):
            row.state, row.sealed = state, None


def wait_until_ended(database: Database, person: Person, somebody: Somebody) -> None:
    """The browser says goodbye beside leaving (``sendBeacon``): the server may hear it a moment after the page is gone."""
    for _turn in range(100):
        with database.unit_of_work(person.actor) as session:
            rows = session.query(UserSession).filter(UserSession.user_id == person.user_id).all()
            if all(row.state is SessionState.ENDED for row in rows):
                return
        somebody.page.wait_for_timeout(100)
    raise AssertionError("the session did not end")


def somewhere_else(somebody: Somebody) -> None:
    """The harmless site that quick exit leads to, played by the test: nothing leaves this machine."""

    def answer(route: Route) -> None:
        route.fulfill(status=200, content_type="text/html", body="<title>An encyclopedia</title>")

    somebody.page.context.route(QUICK_EXIT + "**", answer)


@both_ways
def test_a_session_that_ends_in_the_middle_of_a_form_loses_nothing(
    sit: Sit, valley: Valley, database: Database, way: Way
) -> None:
    case = valley.case()
    worker = sit(way, valley.caseworker)
    path = f"/en/referrals/cases/{case.id}/legal"
    worker.open(path)
    worker.fill("Legal needs", "CANARY-typed\nin two lines")
    end(database, valley.caseworker, SessionState.LOCKED if way.script else SessionState.ENDED)
    worker.click("Save")
    worker.sees_nothing_of("CANARY-typed")
    if not way.script:
        worker.page.locator("main [name=email]").fill(valley.caseworker.email)
    worker.page.locator("main [name=password]").fill(valley.caseworker.passphrase)
    worker.click("Unlock" if way.script else "Sign in")
    worker.sees("What you were filling in", "CANARY-typed")
    worker.fits()
    worker.click("Send it now")
    worker.sees("Saved.")
    worker.open(path)
    expect(worker.page.get_by_label("Legal needs", exact=True)).to_have_value("CANARY-typed\nin two lines")


@pytest.mark.parametrize("way", [DESK, VILLAGE], ids=lambda way: way.name)
def test_quick_exit_leaves_at_once_and_ends_the_session(
    sit: Sit, valley: Valley, database: Database, way: Way
) -> None:
    case = valley.case()
    worker = sit(way, valley.caseworker)
    somewhere_else(worker)
    worker.open(f"/en/referrals/cases/{case.id}/health")
    worker.page.locator("a.exit").click()
    expect(worker.page).to_have_title("An encyclopedia")
    assert worker.page.url == QUICK_EXIT
    wait_until_ended(database, valley.caseworker, worker)
    worker.open(f"/en/referrals/cases/{case.id}/health")
    assert worker.path.startswith("/en/login")
    worker.sees_nothing_of("CANARY")


def test_three_times_shift_leaves_too_and_back_does_not_show_the_page(sit: Sit, valley: Valley) -> None:
    worker = sit(DESK, valley.caseworker)
    somewhere_else(worker)
    worker.open(f"/en/referrals/cases/{valley.case().id}")
    for _ in range(3):
        worker.page.keyboard.press("Shift")
    expect(worker.page).to_have_title("An encyclopedia")
    worker.page.go_back()
    expect(worker.page).not_to_have_title("Case – Kopuro")
    worker.sees_nothing_of("CANARY", "POD-")


@both_ways
def test_another_language_keeps_the_page(sit: Sit, valley: Valley, way: Way) -> None:
    case, _consent, _referral = valley.sent()
    worker = sit(way, valley.caseworker)
    worker.open(f"/en/referrals/new?case={case.id}")
    for name, code in (("Русский", "ru"), ("Кыргызча", "ky"), ("Oʻzbekcha", "uz"), ("Тоҷикӣ", "tg")):
        worker.page.get_by_role("navigation").get_by_role("link", name=name, exact=True).click()
        assert worker.path == f"/{code}/referrals/new?case={case.id}"
        expect(worker.page.locator("html")).to_have_attribute("lang", code if code != "uz" else "uz-Latn")
        expect(worker.page.locator("main [name=requested_service]")).to_be_visible()
        worker.fits()
