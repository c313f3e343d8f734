"""Coming in and going out, as people at a browser meet it."""

from __future__ import annotations

from collections.abc import Callable

from tests.factories import Make, Person
from tests.pages import Page, Visitor


def sign_in(visitor: Visitor, person: Person, passphrase: str | None = None) -> Page:
    page = visitor.open("/en/login")
    return page.submit(
        {"email": person.email, "password": passphrase or person.passphrase},
        containing="password",
        follow=False,
    )


def test_the_right_passphrase_opens_a_session_and_the_desk(
    make: Make, visitor: Callable[[], Visitor]
) -> None:
    _, person = make.desk()
    browser = visitor()
    answer = sign_in(browser, person)
    assert answer.status == 303 and answer.response.headers["Location"] == "/en/desk/"
    assert browser.open("/en/account/").status == 200
