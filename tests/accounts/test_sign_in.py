"""Coming in and going out, as people at a browser meet it."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from sqlalchemy import Engine, text

from network.permissions import Role
from network.web import Kopuro
from tests.accounts.people import age, membership_id, sign_in
from tests.factories import Make
from tests.pages import Visitor

Browser = Callable[[], Visitor]


def test_the_right_passphrase_opens_a_session(make: Make, visitor: Browser) -> None:
    _, person = make.desk()
    browser = visitor()
    answer = sign_in(browser, person)
    assert answer.status == 303 and answer.response.headers["Location"] == "/en/desk/"
    cookie = answer.response.headers["Set-Cookie"]
    assert "HttpOnly" in cookie and "SameSite=Lax" in cookie
    page = browser.open("/en/account/")
    assert page.status == 200 and person.email in page.main
    assert page.response.headers["Cache-Control"] == "no-store"


def test_the_address_is_found_however_it_is_written(make: Make, visitor: Browser) -> None:
    person = make.user(make.tenant(), email="Anara@Partner.Example")
    person.email = " anara@PARTNER.example "
    assert sign_in(visitor(), person).status == 303


def test_a_wrong_passphrase_keeps_the_address_and_says_not_which_was_wrong(
    make: Make, visitor: Browser
) -> None:
    make.network()
    _, person = make.desk()
    wrong = sign_in(visitor(), person, "not the right one at all")
    assert wrong.status == 422
    assert person.email in wrong.html and "not the right one at all" not in wrong.html
    person.email = "nobody@elsewhere.example"
    unknown = sign_in(visitor(), person, "not the right one at all")
    assert unknown.status == 422 and unknown.main == wrong.main


def test_known_and_unknown_addresses_cost_the_same_work(
    make: Make, visitor: Browser, monkeypatch: pytest.MonkeyPatch, count_queries: Callable[[], object]
) -> None:
    """One derivation each, and the same questions to the database in the same order."""
    make.network()
    _, person = make.desk()
    derived: list[str] = []
    from network.keys import locked

    real = locked.derive_kek
    monkeypatch.setattr(locked, "derive_kek", lambda *a, **kw: derived.append("once") or real(*a, **kw))
    asked = []
    # The first line ever of a trail begins it; that happens once in an installation, and before anybody measures.
    known, person.email = person.email, "somebody@elsewhere.example"
    sign_in(visitor(), person, "not the right one at all")
    for email in (known, "nobody@elsewhere.example"):
        person.email = email
        browser = visitor()
        browser.open("/en/login")
        derived.clear()
        with count_queries() as seen:  # type: ignore[attr-defined]
            assert sign_in(browser, person, "not the right one at all").status == 422
        assert derived == ["once"]
        asked.append([statement.split("WHERE")[0] for statement in seen])
    assert asked[0] == asked[1]


def test_a_failed_sign_in_is_written_down(make: Make, visitor: Browser, owner_engine: Engine) -> None:
    tenant, person = make.desk()
    sign_in(visitor(), person, "not the right one at all")
    with owner_engine.connect() as connection:
        rows = connection.execute(
            text("SELECT action FROM audit_entry WHERE tenant_id = :t"), {"t": tenant.id}
        ).scalars()
        assert "session.refused" in set(rows)


def test_signing_in_goes_on_to_where_one_wanted_to_go_and_nowhere_else(make: Make, visitor: Browser) -> None:
    _, person = make.desk()
    wanted = sign_in(visitor(), person, path="/en/login?next=/ru/account/sessions%3Fa%3Db")
    assert wanted.response.headers["Location"] == "/ru/account/sessions?a=b"
    for elsewhere in (
        "https://evil.example/",
        "//evil.example/en/",
        "/en//evil.example",
        "/\\evil.example",
        "/en/\n",
    ):
        browser = visitor()
        page = browser.open("/en/login")
        answer = page.submit(
            {"email": person.email, "password": person.passphrase, "next": elsewhere},
            containing="password",
            follow=False,
        )
        assert answer.response.headers["Location"] == "/en/desk/", elsewhere


def test_signing_out_ends_the_session_and_clears_the_browser(
    make: Make, visitor: Browser, owner_engine: Engine
) -> None:
    _, person = make.desk()
    browser = visitor()
    sign_in(browser, person)
    stolen = browser.client.get_cookie("session")
    assert stolen is not None
    token = browser.token("/en/account/")
    answer = browser.post("/en/logout", {"csrf_token": token}, follow=False)
    assert answer.status == 303 and "cookies" in answer.response.headers["Clear-Site-Data"]
    browser.client.set_cookie("session", stolen.value)
    assert "/login" in browser.open("/en/account/", follow=False).response.headers["Location"]


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_quick_exit_ends_the_session_without_a_form(make: Make, method: str) -> None:
    _, person = make.desk()
    client = person.client()
    assert client.get("/en/account/").status_code == 200
    answer = client.open("/en/exit", method=method)
    assert answer.status_code == (303 if method == "GET" else 204)
    if method == "GET":
        assert answer.headers["Location"] == "https://www.wikipedia.org/"
    assert "cookies" in answer.headers["Clear-Site-Data"]
    assert client.get("/en/account/").status_code == 303


def test_removed_and_suspended_members_are_refused_at_the_next_request(make: Make, app: Kopuro) -> None:
    tenant, admin = make.desk()
    colleague = make.user(tenant, [Role.EDITOR])
    client = colleague.client()
    assert client.get("/en/account/").status_code == 200
    browser = admin.visitor()
    for field in ("pause-password", "end-password"):
        page = browser.open(f"/en/admin/members/{membership_id(app, colleague)}")
        done = page.submit({field: admin.passphrase}, containing=field)
        assert done.path == "/en/admin/members"
        assert client.get("/en/account/").status_code == 303
        # Even a session that was put there afterwards does not count.
        assert colleague.client().get("/en/account/").status_code == 303


def test_members_of_a_suspended_tenant_are_refused_at_the_next_request(make: Make) -> None:
    _, person = make.desk()
    client = person.client()
    assert client.get("/en/account/").status_code == 200
    coordinator = make.user(make.network(), [Role.COORDINATOR]).visitor()
    page = coordinator.open(f"/en/admin/network/{person.tenant.id}")
    page.submit({"end-password": person.passphrase}, containing="end-password")
    assert client.get("/en/account/").status_code == 303
    refused = sign_in(Visitor(make.app), person)
    assert refused.status == 422 and "paused" in refused.main


def test_a_session_ends_after_twelve_hours_whatever_one_does(make: Make, owner_engine: Engine) -> None:
    _, person = make.desk()
    client = person.client()
    age(owner_engine, "user_session", "created_at", "11 hours 59 minutes")
    assert client.get("/en/account/").status_code == 200
    age(owner_engine, "user_session", "created_at", "2 minutes")
    assert "/login" in client.get("/en/account/").headers["Location"]


def test_another_persons_form_token_is_not_carried_over(make: Make, visitor: Browser) -> None:
    first, second = make.desk()[1], make.desk()[1]
    browser = visitor()
    sign_in(browser, first)
    old = browser.token("/en/account/")
    browser.client.delete_cookie("session")
    sign_in(browser, second)
    answer = browser.post("/en/account/", {"csrf_token": old, "name": "X", "language": "en"}, follow=False)
    assert answer.status == 400


def test_the_key_is_locked_anew_with_the_newest_pepper(make: Make, visitor: Browser, app: Kopuro) -> None:
    _, person = make.desk()
    app.keyring.add_generation()
    assert sign_in(visitor(), person).status == 303
    from network.accounts.models import UserKey
    from network.keys import LockedKey

    with app.database.unit_of_work(person.actor) as session:
        assert not LockedKey.needs_rewrap(session.get_one(UserKey, person.user_id).locked, app.keyring)
    assert sign_in(visitor(), person).status == 303


def test_too_many_derivations_become_the_page_that_asks_to_come_back(
    make: Make, visitor: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    from network.keys import Busy, LockedKey

    def busy(*_args: object) -> None:
        raise Busy("too many")

    _, person = make.desk()
    monkeypatch.setattr(LockedKey, "unlock", busy)
    answer = sign_in(visitor(), person)
    assert answer.status == 503 and answer.response.headers["Retry-After"]


def test_what_the_session_table_holds_opens_nothing(make: Make, app: Kopuro) -> None:
    from network.accounts.models import UserSession
    from network.accounts.services import sessions
    from network.keys import Tampered

    _, person = make.desk()
    person.client()
    with app.database.unit_of_work(person.actor) as session:
        from network.accounts import queries

        row = session.scalars(queries.sessions_of(person.user_id)).one()
        assert isinstance(row, UserSession) and row.sealed and person.private.seed not in row.sealed
        for guess in (row.token_hash.hex(), "", str(row.id)):
            with pytest.raises(Tampered):
                sessions.unseal(guess, row)
