"""Who may open which page of administration, and what stands on it."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from network.permissions import Role
from network.web import Kopuro
from tests.accounts.people import membership_id, sign_in
from tests.factories import Make
from tests.pages import Visitor

Browser = Callable[[], Visitor]
O, N, X = 200, 403, 303  # noqa: E741  # Open, no, to the page of signing in: short, so that the matrix can be read.

# fmt: off
MATRIX = {
    #                              admin super case org  edit coord obs nobody
    "/en/admin/members":           (O,   N,   N,   N,   N,   O,   N,   X),
    "/en/admin/members/invite":    (O,   N,   N,   N,   N,   O,   N,   X),
    "/en/admin/audit":             (O,   N,   N,   N,   N,   O,   N,   X),
    "/en/admin/let-in":            (N,   O,   O,   N,   N,   N,   N,   X),
    "/en/admin/recovery-sheet":    (N,   O,   O,   N,   N,   N,   N,   X),
    "/en/admin/recovery-sheet/use":(N,   O,   O,   N,   N,   N,   N,   X),
    "/en/admin/network":           (N,   N,   N,   N,   N,   O,   N,   X),
    "/en/admin/network/invite":    (N,   N,   N,   N,   N,   O,   N,   X),
    "/en/account/":                (O,   O,   O,   O,   O,   O,   O,   X),
    "/en/account/sessions":        (O,   O,   O,   O,   O,   O,   O,   X),
    "/en/account/passphrase":      (O,   O,   O,   O,   O,   O,   O,   X),
    "/en/account/recovery-code":   (O,   O,   O,   O,   O,   O,   O,   X),
    "/en/account/second-factor":   (O,   O,   O,   O,   O,   O,   O,   X),
    "/en/account/kept":            (O,   O,   O,   O,   O,   O,   O,   X),
}
# fmt: on
COLUMNS = (
    Role.ADMIN,
    Role.SUPERVISOR,
    Role.CASEWORKER,
    Role.ORGANISER,
    Role.EDITOR,
    Role.COORDINATOR,
    Role.OBSERVER,
)


def test_every_page_opens_for_its_roles_and_no_other(make: Make, app: Kopuro) -> None:
    tenant, network = make.tenant(), make.network()
    people = [
        make.user(network if role in (Role.COORDINATOR, Role.OBSERVER) else tenant, [role]).client()
        for role in COLUMNS
    ]
    for path, expected in MATRIX.items():
        seen = tuple(client.get(path).status_code for client in [*people, app.test_client()])
        assert seen == expected, path


def test_an_admin_reaches_nobody_of_another_organization(make: Make, app: Kopuro) -> None:
    admin, stranger = make.desk()[1], make.desk()[1]
    there = membership_id(app, stranger)
    browser = admin.visitor()
    token = browser.token("/en/account/")
    assert browser.open(f"/en/admin/members/{there}").status == 404
    data = {"csrf_token": token, "end-password": admin.passphrase, "pause-password": admin.passphrase}
    for verb in ("suspend", "restore", "remove"):
        assert browser.post(f"/en/admin/members/{there}/{verb}", data).status == 404
    assert stranger.client().get("/en/account/").status_code == 200
    assert stranger.email not in browser.open("/en/admin/members").html


def test_the_last_administrator_stays_one(make: Make, app: Kopuro) -> None:
    _, admin = make.desk()
    page = admin.visitor().open(f"/en/admin/members/{membership_id(app, admin)}")
    refused = page.submit({"roles": ["supervisor"], "password": admin.passphrase}, containing="roles")
    assert refused.status == 422 and "administrator" in refused.main
    assert "end-password" not in page.html, "nobody removes herself"


def test_members_page_names_everyone_with_roles_and_keys(make: Make) -> None:
    tenant, admin = make.desk("Podruga")
    make.user(tenant, [Role.CASEWORKER], name="Aida", let_in=False)
    page = admin.visitor().open("/en/admin/members")
    assert "Podruga" in page.main and "Aida" in page.main
    assert "Waits to be let in" in page.main and "Holds them" in page.main


def test_the_trail_tells_what_was_done_from_the_newest_down(make: Make, visitor: Browser) -> None:
    _, admin = make.desk()
    for _ in range(52):
        sign_in(visitor(), admin, "not the right one at all")
    sign_in(visitor(), admin)
    browser = admin.visitor()
    page = browser.open("/en/admin/audit")
    numbers = [int(n) for n in page.tree.xpath("//tbody/tr/td[1]/text()")]
    assert numbers == sorted(numbers, reverse=True) and len(numbers) == 50
    assert "Signed in" in page.main and "A sign-in failed" in page.main
    older = page.follow("Older")
    assert int(older.tree.xpath("//tbody/tr/td[1]/text()")[0]) == numbers[-1] - 1
    for odd in ("nonsense", "-1", "9" * 40, "²"):
        assert browser.open(f"/en/admin/audit?before={odd}").status == 200


@pytest.mark.parametrize("language", ["en", "ru", "ky", "uz", "tg"])
def test_pages_of_accounts_open_in_every_language(make: Make, language: str) -> None:
    browser = make.desk()[1].visitor()
    for path in (
        "account/",
        "account/sessions",
        "admin/members",
        "admin/let-in",
        "admin/recovery-sheet",
        "admin/audit",
    ):
        page = browser.open(f"/{language}/{path}")
        assert page.status == 200 and page.tree.get("lang", "").startswith(language), path


def test_signing_in_is_limited_by_account(make: Make, visitor: Browser, app: Kopuro) -> None:
    _, person = make.desk()
    app.config["RATELIMIT_ENABLED"] = True
    try:
        statuses = [sign_in(visitor(), person, "not the right one at all").status for _ in range(12)]
    finally:
        app.config["RATELIMIT_ENABLED"] = False
    assert 429 in statuses and statuses[:5] == [422] * 5


def test_odd_input_is_told_at_its_field_and_never_fails(make: Make, visitor: Browser) -> None:
    """Long, foreign, broken: every form of accounts answers with words."""
    admin = make.desk()[1].visitor()
    odd = ["", " ", "x" * 20_000, "\x00", "\ud800".encode("utf-8", "surrogatepass"), "'; --", "‮", "💥" * 300]
    places = [
        (visitor(), "/en/login", "password", ("email", "password")),
        (visitor(), "/en/recover", "code", ("email", "code", "new_password")),
        (admin, "/en/account/", "name", ("name", "language")),
        (admin, "/en/admin/members/invite", "email", ("email", "name", "language", "roles", "password")),
        (admin, "/en/admin/recovery-sheet/use", "code", ("code",)),
        (admin, "/en/account/second-factor", "ticket", ("code", "ticket")),
        (admin, "/en/account/passphrase", "new_password", ("password", "new_password")),
    ]
    for browser, path, containing, fields in places:
        page = browser.open(path)
        for value in odd:
            values = {**page.values(containing), **dict.fromkeys(fields, value)}
            assert browser.post(path, values, follow=False).status in (303, 422), (path, value)
