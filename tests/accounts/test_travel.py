"""Travel mode: an account shows no cases until somebody at home lifts it."""

from __future__ import annotations

import pytest

from network.permissions import Role
from tests.factories import Make, Person
from tests.pages import Page
from tests.referrals.conftest import Valley, in_the_valley

__all__ = ["valley"]


@pytest.fixture
def valley(make: Make, database: object) -> Valley:
    make.network()
    return in_the_valley(make, database)  # type: ignore[arg-type]


def leave(person: Person) -> Page:
    return person.visitor().open("/en/account/travel").submit(containing="Hide all cases now")


def test_on_a_journey_an_account_shows_no_cases_in_any_browser_until_a_supervisor_lifts_it(
    valley: Valley,
) -> None:
    case, _consent, referral = valley.sent()
    elsewhere = valley.caseworker.visitor()
    pages = ("/en/referrals/", "/en/referrals/cases/", f"/en/referrals/cases/{case.id}")
    pages += (
        f"/en/referrals/{referral.id}",
        "/en/referrals/cases/glass",
        f"/en/referrals/cases/{case.id}/health",
    )
    assert all(elsewhere.open(page).status == 200 for page in pages)
    page = leave(valley.caseworker)
    assert page.status == 200 and "You are on a journey" in page.main
    assert {elsewhere.open(page).status for page in pages} == {404}
    account, desk = elsewhere.open("/en/account/"), elsewhere.open("/en/desk/")
    for seen in (account, desk):
        assert seen.status == 200 and "case" not in seen.main.lower(), seen.main
    # She cannot lift it, in a new session neither, nor by the page of her colleagues.
    token = elsewhere.token("/en/account/")
    assert elsewhere.open("/en/admin/let-in").status == 403
    assert leave_again(valley.caseworker).status == 200
    # A caseworker beside a supervisor does not lift it either; the supervisor does.
    page = valley.supervisor.visitor().open("/en/admin/let-in")
    lifted = page.submit(containing="Show cases again")
    assert "sees cases again" in lifted.html
    assert all(elsewhere.open(page).status == 200 for page in pages) and token


def leave_again(person: Person) -> Page:
    page = person.visitor().open("/en/account/travel")
    assert not page.forms()
    return page


def test_another_caseworker_lifts_it_only_where_there_is_no_supervisor(valley: Valley, make: Make) -> None:
    helper = make.user(valley.osh, [Role.CASEWORKER])
    assert leave(valley.caseworker).status == 200
    page = helper.visitor().open("/en/admin/let-in")
    assert "A supervisor lifts it" in page.main and not page.forms()
    # Khujand's one supervisor travels: her colleague brings her back.
    assert leave(valley.receiving_supervisor).status == 200
    page = valley.receiver.visitor().open("/en/admin/let-in")
    assert "sees cases again" in page.submit(containing="Show cases again").html
    # Nobody of another organization does.
    token = page.visitor.token("/en/account/")
    with valley.database.unit_of_work(valley.supervisor.actor) as session:
        from network.accounts import queries

        mine = session.scalars(queries.membership_of(valley.osh.id, valley.caseworker.user_id)).one()
    for person, answer in ((valley.receiver, 404), (helper, 403)):
        visitor = person.visitor()
        token = visitor.token("/en/account/")
        sent = visitor.post(f"/en/admin/let-in/{mine.id}/back", {"csrf_token": token})
        assert sent.status == answer
    assert valley.caseworker.visitor().open("/en/referrals/").status == 404


def test_who_alone_holds_the_key_is_not_locked_out(valley: Valley) -> None:
    page = leave(valley.onlooker)
    assert page.status == 422 and "Nobody else of your desk" in page.main
    assert valley.onlooker.visitor().open("/en/referrals/").status == 200


def test_words_of_a_case_that_were_kept_wait_until_the_journey_is_over(valley: Valley) -> None:
    from network.accounts.models import UserKey
    from network.accounts.services import kept
    from network.database import uuid7

    with valley.database.unit_of_work(valley.caseworker.actor) as session:
        key = session.get_one(UserKey, valley.caseworker.user_id)
        kept.keep(session, key, uuid7(), "/en/referrals/cases/x/health", [("health_needs", "CANARY-kept")])
    visitor = valley.caseworker.visitor()
    assert "CANARY-kept" in visitor.open("/en/account/kept").html
    leave(valley.caseworker)
    assert "CANARY-kept" not in visitor.open("/en/account/kept").html
