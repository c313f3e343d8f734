"""The idle lock, sessions seen and ended from elsewhere, and forms that came too late."""

from __future__ import annotations

from collections.abc import Callable

from flask import g
from sqlalchemy import Engine, text

from network.accounts import gate
from network.accounts.desk_keys import Locked
from network.permissions import Role
from network.web import Kopuro
from tests.accounts.people import NEW, age, sign_in
from tests.factories import Make
from tests.pages import Visitor

Browser = Callable[[], Visitor]
TOO_LATE = "/en/events/new"
"""A form of another feature, as an example of all."""
STORY = "What I typed about the roundtable in Batken"


def idle(owner: Engine) -> None:
    age(owner, "user_session", "last_seen_at", "11 minutes")


def sealed(owner: Engine) -> list[tuple[str, bool]]:
    with owner.connect() as connection:
        return [
            tuple(r) for r in connection.execute(text("SELECT state, sealed IS NOT NULL FROM user_session"))
        ]  # type: ignore[misc]


def test_after_ten_quiet_minutes_the_passphrase_alone_opens_the_page_again(
    make: Make, visitor: Browser, owner_engine: Engine
) -> None:
    _, person = make.desk()
    browser = visitor()
    sign_in(browser, person)
    idle(owner_engine)
    locked = browser.open("/en/account/sessions")
    assert locked.path == "/en/account/unlock" and "email" not in locked.html
    assert sealed(owner_engine) == [("locked", False)], "the key is gone from the session while it is locked"
    wrong = locked.submit({"password": "not the right one at all"}, containing="password")
    assert wrong.status == 422 and wrong.errors()
    before = browser.client.get_cookie("session")
    opened = wrong.submit({"password": person.passphrase}, containing="password")
    assert opened.path == "/en/account/sessions" and opened.status == 200
    after = browser.client.get_cookie("session")
    assert before and after and before.value != after.value, "unlocking gives another token"
    assert sealed(owner_engine) == [("active", True)]


def test_using_the_page_keeps_it_open(make: Make, owner_engine: Engine) -> None:
    client = make.desk()[1].client()
    for _ in range(4):
        age(owner_engine, "user_session", "last_seen_at", "6 minutes")
        assert client.get("/en/account/").status_code == 200


def test_five_wrong_passphrases_end_a_locked_session(
    make: Make, visitor: Browser, owner_engine: Engine
) -> None:
    _, person = make.desk()
    browser = visitor()
    sign_in(browser, person)
    idle(owner_engine)
    page = browser.open("/en/account/")
    for _ in range(5):
        page = page.submit({"password": "not the right one at all"}, containing="password")
    assert browser.open("/en/account/").path == "/en/login"


def test_a_locked_session_reads_public_pages_as_a_stranger(make: Make, owner_engine: Engine) -> None:
    client = make.desk()[1].client()
    idle(owner_engine)
    assert client.get("/en/").status_code == 200


def test_the_clock_takes_keys_out_of_idle_sessions(make: Make, app: Kopuro, owner_engine: Engine) -> None:
    from network.accounts.services import sessions
    from network.database import now
    from network.tenancy import Actor

    make.desk()[1].client()
    idle(owner_engine)
    with app.database.unit_of_work(Actor.anonymous()) as session:
        sessions.sweep(session, now())
    assert sealed(owner_engine) == [("locked", False)]


def test_one_sees_ones_sessions_and_ends_one_from_another(make: Make) -> None:
    _, person = make.desk()
    mine, other = person.visitor(), person.client()
    page = mine.open("/en/account/sessions")
    assert page.main.count("Firefox, Linux") == 2
    tree = page.tree.xpath("//tr[not(contains(., 'This one'))]//form")
    token = tree[0].xpath(".//input[@name='csrf_token']/@value")[0]
    mine.post(tree[0].get("action"), {"csrf_token": token})
    assert other.get("/en/account/").status_code == 303
    assert mine.open("/en/account/").status == 200


def test_nobody_ends_or_sees_the_session_of_another(make: Make, app: Kopuro) -> None:
    from network.accounts import queries

    first, second = make.desk()[1], make.desk()[1]
    theirs = first.client()
    with app.database.unit_of_work(first.actor) as session:
        ident = session.scalars(queries.sessions_of(first.user_id)).one().id
    browser = second.visitor()
    assert str(ident) not in browser.open("/en/account/sessions").html
    browser.post(f"/en/account/sessions/{ident}/end", {"csrf_token": browser.token("/en/account/")})
    assert theirs.get("/en/account/").status_code == 200


def test_changing_the_passphrase_ends_the_other_sessions(make: Make, visitor: Browser) -> None:
    _, person = make.desk()
    mine, other = person.visitor(), person.client()
    page = mine.open("/en/account/passphrase")
    weak = page.submit(
        {"password": person.passphrase, "new_password": "password password"}, containing="new_password"
    )
    assert weak.status == 422 and "new_password" in weak.errors()
    wrong = page.submit(
        {"password": "something else entirely", "new_password": NEW}, containing="new_password"
    )
    assert wrong.status == 422 and "password" in wrong.errors()
    assert (
        page.submit({"password": person.passphrase, "new_password": NEW}, containing="new_password").status
        == 200
    )
    assert other.get("/en/account/").status_code == 303
    assert mine.open("/en/account/").status == 200
    assert sign_in(visitor(), person).status == 422
    assert sign_in(visitor(), person, NEW).status == 303


def test_a_form_sent_too_late_is_given_back_to_the_same_person(
    make: Make, visitor: Browser, owner_engine: Engine
) -> None:
    person = make.user(make.tenant(), [Role.ORGANISER])
    browser = visitor()
    sign_in(browser, person)
    form = browser.open(TOO_LATE)
    field = next(name for name in form.values("csrf_token") if "title" in name)
    idle(owner_engine)
    answer = form.submit({field: STORY, "password": "s3cret"}, containing=field)
    assert answer.path == "/en/account/unlock"
    with owner_engine.connect() as connection:
        kept = connection.execute(text("SELECT sealed FROM kept_form")).scalar_one()
        assert STORY.encode() not in kept
    back = answer.submit({"password": person.passphrase}, containing="password")
    assert back.path == "/en/account/kept" and STORY in back.html
    assert "s3cret" not in back.html, "no passphrase is ever kept"
    assert back.form(field).get("action") == TOO_LATE
    sent = back.submit(containing=field)
    assert STORY in sent.html and "/account/" not in sent.path, "it arrives where it was going"


def test_a_kept_form_is_not_shown_to_another_person_on_the_same_device(
    make: Make, visitor: Browser, owner_engine: Engine
) -> None:
    first, second = make.desk()[1], make.desk()[1]
    browser = visitor()
    sign_in(browser, first)
    token = browser.token("/en/account/")
    age(owner_engine, "user_session", "created_at", "13 hours")
    answer = browser.post(TOO_LATE, {"csrf_token": token, "story": STORY})
    assert answer.path == "/en/login"
    sign_in(browser, second)
    assert STORY not in browser.open("/en/account/kept").html
    browser.client.delete_cookie("session")
    sign_in(browser, first)
    assert STORY in browser.open("/en/account/kept").html
    age(owner_engine, "kept_form", "expires_at", "31 minutes")
    assert STORY not in browser.open("/en/account/kept").html


def test_a_stranger_keeps_nothing(make: Make, visitor: Browser, owner_engine: Engine) -> None:
    browser = visitor()
    browser.post(TOO_LATE, {"csrf_token": browser.token("/en/login"), "story": STORY})
    with owner_engine.connect() as connection:
        assert connection.execute(text("SELECT count(*) FROM kept_form")).scalar_one() == 0


def test_a_view_gets_the_key_of_whoever_is_signed_in_and_nothing_else(make: Make, app: Kopuro) -> None:
    _, person = make.desk()
    client = person.client()
    cookie = client.get_cookie("session")
    assert cookie is not None
    for value, expected in ((cookie.value, True), ("nonsense", False)):
        with (
            app.test_request_context("/en/account/", headers={"Cookie": f"session={value}"}),
            app.database.unit_of_work(gate.Actor.anonymous()) as session,
        ):
            g.db = session
            g.actor = app.identify(session)
            assert g.actor.signed_in is expected
            try:
                assert gate.user_key().seed == person.private.seed and expected
                assert gate.desk_keys().current_epoch == 1
            except Locked:
                assert not expected
            g.pop("db")


def test_roles_without_cases_have_no_desk_keys(make: Make) -> None:
    tenant, _ = make.desk()
    editor = make.user(tenant, [Role.EDITOR]).client()
    assert editor.get("/en/admin/let-in").status_code == 403
