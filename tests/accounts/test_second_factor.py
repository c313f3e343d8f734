"""The second factor: set up from the phone, asked for at the door, each code good once."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import Engine, text

from network.permissions import Role
from network.web import Kopuro
from tests.accounts.people import NEW, age, code_now, set_up_second_factor, sign_in
from tests.factories import Make, Person
from tests.pages import Page, Visitor

Browser = Callable[[], Visitor]


@pytest.fixture
def demanded(app: Kopuro) -> Iterator[None]:
    """An installation that asks for a second factor, as every real one does."""
    before = app.settings
    app.settings = dataclasses.replace(before, require_mfa=True)
    yield
    app.settings = before


def to_the_code(visitor: Visitor, person: Person) -> Page:
    answer = sign_in(visitor, person)
    assert answer.response.headers["Location"].startswith("/en/login/code")
    return visitor.open("/en/login/code")


def test_the_passphrase_alone_opens_nothing_where_a_code_is_asked_for(
    make: Make, app: Kopuro, visitor: Browser
) -> None:
    _, person = make.desk()
    secret = set_up_second_factor(app, person)
    browser = visitor()
    page = to_the_code(browser, person)
    before = browser.client.get_cookie("session")
    assert browser.open("/en/account/").path == "/en/login"
    done = page.submit({"code": code_now(secret)}, containing="code", follow=False)
    assert done.status == 303
    after = browser.client.get_cookie("session")
    assert before and after and before.value != after.value, "the second factor gives another token"
    assert browser.open("/en/account/").status == 200


def test_a_code_works_once(make: Make, app: Kopuro, visitor: Browser) -> None:
    _, person = make.desk()
    secret = set_up_second_factor(app, person)
    code = code_now(secret)
    assert (
        to_the_code(visitor(), person).submit({"code": code}, containing="code", follow=False).status == 303
    )
    again = to_the_code(visitor(), person).submit({"code": code}, containing="code", follow=False)
    assert again.status == 422 and "code" in again.errors()


def test_of_parallel_tries_with_one_code_exactly_one_wins(make: Make, app: Kopuro) -> None:
    _, person = make.desk()
    secret = set_up_second_factor(app, person)
    pages = [to_the_code(Visitor(app), person) for _ in range(8)]
    code = code_now(secret)
    with ThreadPoolExecutor(8) as pool:
        statuses = list(
            pool.map(lambda p: p.submit({"code": code}, containing="code", follow=False).status, pages)
        )
    assert sorted(statuses) == [303] + [422] * 7


@pytest.mark.parametrize("typed", ["", "12345", "abcdef", "0" * 90, "१२३४५६", "\x00"])
def test_what_is_no_code_is_refused_in_words(make: Make, app: Kopuro, visitor: Browser, typed: str) -> None:
    _, person = make.desk()
    set_up_second_factor(app, person)
    page = to_the_code(visitor(), person).submit({"code": typed}, containing="code")
    assert page.status == 422 and "code" in page.errors()


def test_codes_from_far_away_are_refused_and_five_wrong_ones_end_it(
    make: Make, app: Kopuro, visitor: Browser
) -> None:
    _, person = make.desk()
    secret = set_up_second_factor(app, person)
    browser = visitor()
    page = to_the_code(browser, person)
    for steps in (-3, -2, 3, 4, 5):
        page = page.submit({"code": code_now(secret, steps)}, containing="code")
    late = browser.open("/en/login/code")
    assert late.path == "/en/login"


def test_a_half_open_door_closes_after_five_minutes(
    make: Make, app: Kopuro, visitor: Browser, owner_engine: Engine
) -> None:
    _, person = make.desk()
    secret = set_up_second_factor(app, person)
    browser = visitor()
    page = to_the_code(browser, person)
    age(owner_engine, "user_session", "created_at", "6 minutes")
    done = page.submit({"code": code_now(secret)}, containing="code")
    assert done.path == "/en/login"


def test_it_is_set_up_with_a_picture_and_proven_with_a_code(
    make: Make, app: Kopuro, visitor: Browser
) -> None:
    _, person = make.desk()
    browser = person.visitor()
    page = browser.open("/en/account/second-factor")
    assert (
        page.tree.xpath("//figure//*[local-name()='svg']") and "style=" not in page.html.split("<figure>")[1]
    )
    secret = page.tree.xpath("//figcaption")[0].text_content().replace(" ", "")
    wrong = page.submit({"code": "000000"}, containing="ticket")
    assert wrong.status == 422
    assert wrong.tree.xpath("//figcaption")[0].text_content().replace(" ", "") == secret, (
        "the same secret again"
    )
    assert wrong.submit({"code": code_now(secret)}, containing="ticket", follow=False).status == 303
    assert "Set up" in browser.open("/en/account/").main
    assert to_the_code(visitor(), person).status == 200


def test_an_enrolment_of_another_person_cannot_be_slipped_in(
    make: Make, app: Kopuro, owner_engine: Engine
) -> None:
    first, second = make.desk()[1], make.desk()[1]
    theirs = first.visitor().open("/en/account/second-factor")
    secret = theirs.tree.xpath("//figcaption")[0].text_content().replace(" ", "")
    mine = second.visitor().open("/en/account/second-factor")
    page = mine.submit(
        {"code": code_now(secret), "ticket": theirs.values("ticket")["ticket"]}, containing="ticket"
    )
    assert page.status == 422
    with owner_engine.connect() as connection:
        assert (
            connection.execute(text('SELECT count(*) FROM "user" WHERE totp IS NOT NULL')).scalar_one() == 0
        )


def test_who_reads_cases_sets_it_up_before_anything_else(
    make: Make, visitor: Browser, demanded: None
) -> None:
    tenant, person = make.desk()
    editor = make.user(tenant, [Role.EDITOR])
    browser = visitor()
    sign_in(browser, person)
    assert browser.open("/en/account/").path == "/en/account/second-factor"
    assert browser.open("/en/admin/let-in").path == "/en/account/second-factor"
    assert browser.open("/en/").status == 200
    page = browser.open("/en/account/second-factor")
    secret = page.tree.xpath("//figcaption")[0].text_content().replace(" ", "")
    page.submit({"code": code_now(secret)}, containing="ticket", follow=False)
    assert browser.open("/en/account/").path == "/en/account/"
    assert editor.client().get("/en/account/").status_code == 200


def test_nobody_is_forced_beside_the_demonstration_unless_it_is_set(
    make: Make, app: Kopuro, owner_engine: Engine
) -> None:
    _, person = make.desk()
    before = app.settings
    try:
        app.settings = dataclasses.replace(before, require_mfa=None)
        assert person.client().get("/en/account/").status_code == 303
        with owner_engine.connect() as connection:
            connection.execute(text("UPDATE tenant SET demonstration = true"))
        assert person.client().get("/en/account/").status_code == 200
    finally:
        app.settings = before


def test_a_lost_phone_is_replaced_by_the_printed_code_once(make: Make, app: Kopuro, visitor: Browser) -> None:
    _, person = make.desk()
    set_up_second_factor(app, person)
    browser = visitor()
    shown = to_the_code(browser, person).submit({"code": person.recovery_code.lower()}, containing="code")
    assert shown.status == 200 and person.recovery_code not in shown.html
    fresh = shown.tree.xpath("//p[@class='code']")[0].text_content().strip()
    assert len(fresh) == 44
    assert "Not set up" in browser.open("/en/account/").main
    set_up_second_factor(app, person)
    again = to_the_code(visitor(), person).submit({"code": person.recovery_code}, containing="code")
    assert again.status == 422


def test_the_printed_code_sets_a_new_passphrase_once(make: Make, app: Kopuro, visitor: Browser) -> None:
    _, person = make.desk()
    other = person.client()
    filled = {"email": person.email, "code": person.recovery_code, "new_password": NEW}
    browser = visitor()
    shown = browser.open("/en/recover").submit(filled, containing="code")
    assert shown.status == 200 and shown.tree.xpath("//p[@class='code']")
    assert browser.open("/en/admin/recovery-sheet").status == 200, "her keys are hers again"
    assert other.get("/en/account/").status_code == 303, "every other session has ended"
    assert sign_in(visitor(), person).status == 422
    assert sign_in(visitor(), person, NEW).status == 303
    again = visitor().open("/en/recover").submit(filled, containing="code")
    assert again.status == 422 and again.values("code")["email"] == person.email


def test_the_printed_code_does_not_replace_the_second_factor_when_the_passphrase_is_lost(
    make: Make, app: Kopuro, visitor: Browser
) -> None:
    _, person = make.desk()
    secret = set_up_second_factor(app, person)
    browser = visitor()
    browser.open("/en/recover").submit(
        {"email": person.email, "code": person.recovery_code, "new_password": NEW}, containing="code"
    )
    assert browser.open("/en/account/").path == "/en/login"
    page = browser.open("/en/login/code")
    assert page.submit({"code": code_now(secret)}, containing="code", follow=False).status == 303
    assert browser.open("/en/account/").status == 200


def test_recovering_says_the_same_of_known_and_unknown_addresses(make: Make, visitor: Browser) -> None:
    make.network()
    first, second = make.desk()[1], make.desk()[1]
    answers = []
    for email, code in (
        (first.email, second.recovery_code),
        ("nobody@elsewhere.example", second.recovery_code),
    ):
        page = (
            visitor()
            .open("/en/recover")
            .submit({"email": email, "code": code, "new_password": NEW}, containing="code")
        )
        assert page.status == 422
        answers.append(page.main)
    assert answers[0] == answers[1]
    slip = first.recovery_code[:-1] + ("0" if first.recovery_code[-1] != "0" else "1")
    page = (
        visitor()
        .open("/en/recover")
        .submit({"email": first.email, "code": slip, "new_password": NEW}, containing="code")
    )
    assert "code" in page.errors(), "a slip is told before anything is tried"


def test_of_two_who_type_the_same_printed_code_at_once_one_wins(make: Make, app: Kopuro) -> None:
    _, person = make.desk()
    pages = [Visitor(app).open("/en/recover") for _ in range(6)]
    filled = {"email": person.email, "code": person.recovery_code, "new_password": NEW}
    with ThreadPoolExecutor(6) as pool:
        statuses = list(pool.map(lambda p: p.submit(filled, containing="code").status, pages))
    assert sorted(statuses) == [200] + [422] * 5


def test_a_new_recovery_code_replaces_the_old_one(make: Make, visitor: Browser) -> None:
    _, person = make.desk()
    shown = (
        person.visitor()
        .open("/en/account/recovery-code")
        .submit({"password": person.passphrase}, containing="password")
    )
    fresh = shown.tree.xpath("//p[@class='code']")[0].text_content().strip()
    for code, status in ((person.recovery_code, 422), (fresh, 200)):
        page = (
            visitor()
            .open("/en/recover")
            .submit({"email": person.email, "code": code, "new_password": NEW}, containing="code")
        )
        assert page.status == status
