"""What is mailed when keys change hands, so that nobody swaps one unseen."""

from __future__ import annotations

import email
import email.policy
from collections.abc import Callable
from email.message import EmailMessage

from network.outbox.delivery import Courier
from network.permissions import Role
from network.web import Kopuro
from tests.accounts.people import NEW
from tests.accounts.test_keys import let_in, print_sheet, take
from tests.factories import Make
from tests.pages import Visitor

Browser = Callable[[], Visitor]


def letters(app: Kopuro) -> dict[str, list[str]]:
    """Deliver what waits: the text of every letter, by the address it went to."""
    folder = app.settings.instance / "mail"
    before = set(folder.glob("*.eml")) if folder.exists() else set()
    courier = Courier(app)
    while courier.deliver().sent:
        pass
    told: dict[str, list[str]] = {}
    for path in set(folder.glob("*.eml")) - before:
        letter = email.message_from_bytes(path.read_bytes(), _class=EmailMessage, policy=email.policy.default)
        body = letter.get_body(("plain",))
        assert body is not None
        told.setdefault(str(letter["To"]), []).append(f"{letter['Subject']}\n{body.get_content()}")
    return told


def test_who_answers_for_a_desk_hears_of_every_change_of_its_keys_once(make: Make, app: Kopuro) -> None:
    tenant, holder = make.desk()
    admin, editor = make.user(tenant, [Role.ADMIN]), make.user(tenant, [Role.EDITOR])
    newcomer = make.user(tenant, [Role.CASEWORKER], let_in=False)
    letters(app)
    let_in(holder, newcomer, app)
    told = letters(app)
    assert set(told) == {holder.email, admin.email, newcomer.email} and editor.email not in told
    for mine in told.values():
        (letter,) = mine
        assert "A colleague was let in." in letter and tenant.name not in letter
    print_sheet(holder)
    assert "recovery sheet was printed" in letters(app)[admin.email][0]
    take(holder, newcomer, app)
    told = letters(app)
    assert set(told) == {holder.email, admin.email} and "New keys were made." in told[admin.email][0]


def test_a_person_hears_that_her_passphrase_is_another_one(make: Make, app: Kopuro) -> None:
    _, holder = make.desk()
    letters(app)
    page = holder.visitor().open("/en/account/passphrase")
    page.submit({"password": holder.passphrase, "new_password": NEW}, containing="new_password")
    told = letters(app)
    assert set(told) == {holder.email} and "Your passphrase was changed." in told[holder.email][0]
    assert NEW not in str(told)


def test_every_coordinator_hears_that_a_partner_was_paused(make: Make, app: Kopuro) -> None:
    network = make.network()
    one, other = (make.user(network, [Role.COORDINATOR]) for _ in range(2))
    partner, holder = make.desk()
    letters(app)
    page = one.visitor().open(f"/en/admin/network/{partner.id}")
    page.submit({"end-password": one.passphrase}, containing="end-password")
    told = letters(app)
    assert set(told) == {one.email, other.email} and holder.email not in told
    assert f"paused this partner: {partner.name}" in told[other.email][0]
