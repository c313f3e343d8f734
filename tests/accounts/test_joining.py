"""Invitations: written, delivered, answered once."""

from __future__ import annotations

import re
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import Engine, text

from network.accounts.desk_keys import public_of
from network.outbox.delivery import Courier
from network.permissions import Role
from network.tenancy import Actor
from network.web import Kopuro
from tests.accounts.people import NEW, age, link_of, sign_in
from tests.factories import Make, Person
from tests.pages import Page, Visitor

Browser = Callable[[], Visitor]
CODE = re.compile(r"\b(?:[0-9A-Z]{4}-){8}[0-9A-Z]{4}\b")


def invite(admin: Person, email: str = "newcomer@partner.example", *roles: str, **fields: object) -> Page:
    page = admin.visitor().open("/en/admin/members/invite")
    return page.submit(
        {
            "name": "Aizada",
            "email": email,
            "language": "ky",
            "roles": list(roles) or ["caseworker"],
            "password": admin.passphrase,
            **fields,
        },
        containing="email",
    )


def answer(visitor: Visitor, link: str, **fields: object) -> Page:
    page = visitor.open(link)
    return page.submit({"new_password": NEW, "language": "en", **fields}, containing="new_password")


def test_the_letter_brings_a_link_by_which_one_joins(
    make: Make, visitor: Browser, app: Kopuro, owner_engine: Engine
) -> None:
    tenant, admin = make.desk()
    assert invite(admin).path == "/en/admin/members"
    with owner_engine.connect() as connection:
        stored = str(connection.execute(text("SELECT * FROM outbox_message, invitation")).mappings().all())
    link = link_of(app, tenant.id)
    assert link.rpartition("/")[2] not in stored, "the database cannot give the link away"
    assert "newcomer@partner.example" not in stored
    folder = app.settings.instance / "mail"
    before = set(folder.glob("*.eml")) if folder.exists() else set()
    assert Courier(app).deliver().sent == 1
    (letter,) = set(folder.glob("*.eml")) - before
    import email
    import email.policy

    parsed = email.message_from_bytes(letter.read_bytes(), policy=email.policy.default)
    assert parsed["To"] == "newcomer@partner.example"
    body = parsed.get_body(("plain",)).get_content()  # type: ignore[union-attr]
    assert link.rpartition("/")[2] in body
    assert tenant.name not in body and tenant.name not in parsed["Subject"]

    browser = visitor()
    welcome = browser.open(link)
    assert tenant.name in welcome.main and "newcomer@partner.example" in welcome.main
    joined = answer(browser, link)
    assert joined.status == 200 and CODE.search(joined.main)
    assert browser.open("/en/account/").status == 200


def test_a_link_works_once(make: Make, visitor: Browser, app: Kopuro) -> None:
    tenant, admin = make.desk()
    invite(admin)
    link = link_of(app, tenant.id)
    assert answer(visitor(), link).status == 200
    again = visitor().open(link)
    assert again.status == 410 and "has been used" in again.main


def test_of_many_who_answer_at_once_exactly_one_joins(make: Make, app: Kopuro, owner_engine: Engine) -> None:
    tenant, admin = make.desk()
    invite(admin)
    link = link_of(app, tenant.id)
    pages = [(b := Visitor(app)).open(link) for _ in range(6)]
    assert b.app is app
    with ThreadPoolExecutor(6) as pool:
        statuses = list(
            pool.map(
                lambda p: p.submit({"new_password": NEW}, containing="new_password", follow=False).status,
                pages,
            )
        )
    assert statuses.count(200) == 1 and set(statuses) <= {200, 409, 410}, statuses
    with owner_engine.connect() as connection:
        count = connection.execute(
            text("SELECT count(*) FROM membership WHERE tenant_id = :t"), {"t": tenant.id}
        ).scalar_one()
        assert count == 2


def test_an_old_or_withdrawn_or_rewritten_link_leads_nowhere(
    make: Make, visitor: Browser, app: Kopuro, owner_engine: Engine
) -> None:
    tenant, admin = make.desk()
    invite(admin)
    first = link_of(app, tenant.id)
    browser = admin.visitor()
    browser.open("/en/admin/members").submit(containing="Send again")
    second = link_of(app, tenant.id)
    assert first != second and visitor().open(first).status == 404
    assert visitor().open(second).status == 200
    browser.open("/en/admin/members").submit(containing="Take back")
    assert visitor().open(second).status == 410
    invite(admin)
    third = link_of(app, tenant.id)
    assert visitor().open(third).status == 200
    age(owner_engine, "invitation", "expires_at", "73 hours")
    assert visitor().open(third).status == 410


@pytest.mark.parametrize("token", ["x", "A" * 64, "%00", "é", "A" * 4000])
def test_what_is_no_link_of_ours_is_no_page(visitor: Browser, make: Make, token: str) -> None:
    make.desk()
    assert visitor().open(f"/en/join/{token}").status == 404


def test_a_weak_passphrase_is_told_at_its_field_and_the_rest_is_kept(
    make: Make, visitor: Browser, app: Kopuro
) -> None:
    tenant, admin = make.desk("Ak-Suu")
    invite(admin)
    link = link_of(app, tenant.id)
    for weak in ("", "short", "passwordpassword", "newcomer newcomer Ak-Suu"):
        page = answer(visitor(), link, new_password=weak, name="Aizada B.")
        assert page.status == 422 and "new_password" in page.errors(), weak
        assert page.values("new_password")["name"] == "Aizada B."


def test_an_address_of_another_organization_cannot_be_taken_over(
    make: Make, visitor: Browser, app: Kopuro
) -> None:
    """An invitation is no way to another person's account, even with her mailbox."""
    other = make.desk()[1]
    tenant, admin = make.desk()
    assert invite(admin, other.email).path == "/en/admin/members", (
        "the inviter learns nothing of others' members"
    )
    link = link_of(app, tenant.id)
    assert answer(visitor(), link).status == 410
    assert link_of(app, tenant.id) == link, "a refusal does not use the invitation up"
    assert sign_in(visitor(), other).status == 303


def test_a_member_is_not_invited_twice(make: Make) -> None:
    tenant, admin = make.desk()
    colleague = make.user(tenant, [Role.EDITOR])
    page = invite(admin, colleague.email.upper())
    assert page.status == 422 and "email" in page.errors() and page.values("email")["name"] == "Aizada"


@pytest.mark.parametrize(
    "asked", [["coordinator"], ["observer"], ["caseworker", "coordinator"], ["nonsense"], []]
)
def test_an_organization_gives_no_role_of_the_network(make: Make, asked: list[str]) -> None:
    _, admin = make.desk()
    page = admin.visitor().open("/en/admin/members/invite")
    refused = admin.visitor()
    data = {
        **page.values("email"),
        "name": "A",
        "email": "a@b.example",
        "password": admin.passphrase,
        "roles": asked,
    }
    data["csrf_token"] = refused.token("/en/admin/members/invite")
    assert refused.post("/en/admin/members/invite", data).status == 422


def test_a_wrong_passphrase_invites_nobody(make: Make, owner_engine: Engine) -> None:
    _, admin = make.desk()
    page = invite(admin, password="not the right one at all")
    assert page.status == 422 and "password" in page.errors()
    with owner_engine.connect() as connection:
        assert connection.execute(text("SELECT count(*) FROM invitation")).scalar_one() == 0


def test_the_coordinator_invites_a_partner_whose_first_key_holder_founds_the_desk(
    make: Make, visitor: Browser, app: Kopuro, owner_engine: Engine
) -> None:
    coordinator = make.user(make.network(), [Role.COORDINATOR])
    page = coordinator.visitor().open("/en/admin/network/invite")
    done = page.submit(
        {
            "name": "Ак-Бата",
            "code": "akb",
            "country": "KG",
            "person": "Gulnara",
            "email": "gulnara@akbata.example",
            "language": "ky",
            "password": coordinator.passphrase,
        },
        containing="code",
    )
    assert done.path == "/en/admin/network" and "Ак-Бата" in done.main
    with owner_engine.connect() as connection:
        tenant_id = connection.execute(text("SELECT id FROM tenant WHERE code = 'AKB'")).scalar_one()
    browser = visitor()
    assert CODE.search(answer(browser, link_of(app, tenant_id)).main)
    with app.database.unit_of_work(Actor.anonymous()) as session:
        assert public_of(session, tenant_id)[0] == 1
    assert browser.open("/en/admin/recovery-sheet").status == 200
    partner = coordinator.visitor().open(f"/en/admin/network/{tenant_id}")
    assert "person" not in partner.html, "a founded partner invites its members itself"


def test_an_invitation_never_founds_a_desk_twice(make: Make, visitor: Browser, app: Kopuro) -> None:
    """Two founding letters went out; the second to be answered finds the desk founded and makes no member."""
    from network.accounts.services import joining, partners

    tenant = make.tenant()
    coordinator = make.user(make.network(), [Role.COORDINATOR])
    links = []
    with app.database.unit_of_work(coordinator.actor) as session:
        for number in range(2):
            letter = partners.invite_founder(
                session,
                coordinator.actor,
                app.keyring,
                tenant,
                email=f"f{number}@x.example",
                name="F",
                language="en",
            )
            links.append(f"/en/join/{joining.link_token(app.keyring, letter)}")
    assert answer(visitor(), links[0]).status == 200
    assert answer(visitor(), links[1]).status == 410


def test_the_first_coordinator_joins_by_the_link_of_the_command(
    app: Kopuro, make: Make, visitor: Browser, owner_engine: Engine
) -> None:
    runner = app.test_cli_runner()
    made = runner.invoke(args=["network", "init", "--email", "first@network.example", "--name", "First"])
    assert made.exit_code == 0, made.output
    link = re.search(r"http\S+(/en/join/\S+)", made.output)
    assert link
    again = runner.invoke(args=["network", "init", "--email", "first@network.example", "--name", "First"])
    newer = re.search(r"http\S+(/en/join/\S+)", again.output)
    assert newer and newer[1] != link[1]
    browser = visitor()
    assert browser.open(link[1]).status == 410
    assert answer(browser, newer[1]).status == 200
    assert browser.open("/en/admin/network").status == 200
    refused = runner.invoke(args=["network", "init", "--email", "x@network.example", "--name", "X"])
    assert refused.exit_code == 1 and "Traceback" not in refused.output
    wrong = runner.invoke(args=["network", "init", "--email", "nonsense", "--name", "X"])
    assert wrong.exit_code == 1 and "not an email address" in wrong.output


def test_a_person_who_was_removed_comes_back_with_a_new_key(
    make: Make, visitor: Browser, app: Kopuro
) -> None:
    from tests.accounts.people import membership_id

    tenant, admin = make.desk()
    colleague = make.user(tenant, [Role.CASEWORKER])
    page = admin.visitor().open(f"/en/admin/members/{membership_id(app, colleague)}")
    page.submit({"end-password": admin.passphrase}, containing="end-password")
    invite(admin, colleague.email)
    assert answer(visitor(), link_of(app, tenant.id)).status == 200
    assert sign_in(visitor(), colleague).status == 422
    assert sign_in(visitor(), colleague, NEW).status == 303
