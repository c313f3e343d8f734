"""The ceremony that hands the keys of a desk over, and takes them away."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from sqlalchemy import Engine, text

from network.accounts.desk_keys import DeskKeys, NoDeskKey, public_of, signing_public_of
from network.accounts.models import UserKey
from network.accounts.services import desk as desks
from network.keys import PrivateKey, Tampered, info_for, verify
from network.permissions import Role
from network.web import Kopuro
from tests.accounts.people import epochs_open_to, membership_id, sign_in, wraps
from tests.factories import Make, Person
from tests.pages import Page, Visitor

Browser = Callable[[], Visitor]


def let_in(holder: Person, newcomer: Person, app: Kopuro, **fields: object) -> Page:
    page = holder.visitor().open(f"/en/admin/let-in/{membership_id(app, newcomer)}")
    return page.submit({"password": holder.passphrase, **fields}, containing="fingerprint")


def take(admin: Person, person: Person, app: Kopuro, field: str = "end-password") -> Page:
    page = admin.visitor().open(f"/en/admin/members/{membership_id(app, person)}")
    return page.submit({field: admin.passphrase}, containing=field)


def give_roles(admin: Person, person: Person, app: Kopuro, *roles: str) -> Page:
    page = admin.visitor().open(f"/en/admin/members/{membership_id(app, person)}")
    return page.submit({"roles": list(roles), "password": admin.passphrase}, containing="roles")


def test_what_is_sealed_to_a_desk_opens_for_its_key_holders_only(make: Make, app: Kopuro) -> None:
    tenant, holder = make.desk()
    _, stranger = make.desk()
    with app.database.unit_of_work(stranger.actor) as session:
        epoch, public = public_of(session, tenant.id)
    info = info_for("part", "x", tenant.id, epoch)
    sealed = public.seal(b"the key of a part", info)
    with app.database.unit_of_work(holder.actor) as session:
        keys = DeskKeys(session, holder.actor, holder.private)
        assert keys.open(sealed, info, epoch) == b"the key of a part"
        signed = keys.signing_key().sign(b"consent")
    with app.database.unit_of_work(stranger.actor) as session:
        verify(signing_public_of(session, tenant.id, epoch), b"consent", signed)
        with pytest.raises(Tampered):
            DeskKeys(session, stranger.actor, stranger.private).open(sealed, info, 1)


def test_joining_gives_no_key_and_letting_in_does(make: Make, app: Kopuro, owner_engine: Engine) -> None:
    tenant, holder = make.desk()
    newcomer = make.user(tenant, [Role.CASEWORKER], let_in=False)
    with app.database.unit_of_work(newcomer.actor) as session:
        keys = DeskKeys(session, newcomer.actor, newcomer.private)
        assert not keys.let_in
        with pytest.raises(NoDeskKey):
            _ = keys.current_epoch
    assert "cannot open cases yet" in newcomer.visitor().open("/en/account/").main
    assert newcomer.visitor().open("/en/admin/let-in").status == 200

    waiting = holder.visitor().open("/en/admin/let-in")
    ceremony = waiting.follow("Person")
    words = " ".join(newcomer.private.public.six_words("en"))
    assert words in ceremony.main and words in newcomer.visitor().open("/en/account/").main
    assert wraps(owner_engine, newcomer) == 0
    refused = let_in(holder, newcomer, app, password="not the right one at all")
    assert refused.status == 422 and wraps(owner_engine, newcomer) == 0
    assert let_in(holder, newcomer, app).path == "/en/admin/let-in"
    assert epochs_open_to(app, newcomer) == [1]


def test_the_six_words_of_a_key_that_was_swapped_meanwhile_let_nobody_in(
    make: Make, app: Kopuro, owner_engine: Engine
) -> None:
    tenant, holder = make.desk()
    newcomer = make.user(tenant, [Role.CASEWORKER], let_in=False)
    page = holder.visitor().open(f"/en/admin/let-in/{membership_id(app, newcomer)}")
    forged = PrivateKey.generate()
    swap(owner_engine, newcomer, forged)
    answer = page.submit({"password": holder.passphrase}, containing="fingerprint")
    assert answer.status == 409 and wraps(owner_engine, newcomer) == 0


def swap(owner: Engine, person: Person, forged: PrivateKey) -> None:
    """What somebody does who can write into the database."""
    with owner.connect() as connection:
        connection.execute(
            text("UPDATE wraps.user_key SET public_key = :k WHERE user_id = :u"),
            {"k": forged.public.raw, "u": person.user_id},
        )


def test_a_key_swapped_in_the_database_is_not_handed_the_next_epoch(
    make: Make, app: Kopuro, owner_engine: Engine
) -> None:
    tenant, holder = make.desk()
    victim = make.user(tenant, [Role.CASEWORKER])
    leaver = make.user(tenant, [Role.CASEWORKER])
    swap(owner_engine, victim, PrivateKey.generate())
    assert take(holder, leaver, app).path == "/en/admin/members"
    assert epochs_open_to(app, holder) == [1, 2]
    with owner_engine.connect() as connection:
        held = connection.execute(
            text("SELECT epoch FROM wraps.desk_key WHERE user_id = :u"), {"u": victim.user_id}
        ).scalars()
        assert list(held) == [1]


def test_only_a_key_holder_lets_in_and_only_a_reader_of_cases_is_let_in(make: Make, app: Kopuro) -> None:
    tenant, holder = make.desk()
    newcomer = make.user(tenant, [Role.CASEWORKER], let_in=False)
    other = make.user(tenant, [Role.CASEWORKER], let_in=False)
    admin, editor = make.user(tenant, [Role.ADMIN]), make.user(tenant, [Role.EDITOR])
    stranger = make.desk()[1]
    path = f"/en/admin/let-in/{membership_id(app, newcomer)}"
    assert holder.client().get(path).status_code == 200
    assert other.client().get(path).status_code == 403, "who was not let in lets nobody in"
    assert admin.client().get(path).status_code == 403
    assert editor.client().get(path).status_code == 403
    assert stranger.client().get(path).status_code == 404
    for person in (admin, editor, holder):
        assert holder.client().get(f"/en/admin/let-in/{membership_id(app, person)}").status_code == 403


def test_removing_a_member_ends_everything_at_once_and_begins_new_keys(
    make: Make, app: Kopuro, owner_engine: Engine
) -> None:
    tenant, holder = make.desk()
    colleague, leaver = make.user(tenant, [Role.CASEWORKER]), make.user(tenant, [Role.CASEWORKER])
    client = leaver.client()
    assert wraps(owner_engine, leaver) == 1
    assert take(holder, leaver, app).path == "/en/admin/members"
    assert wraps(owner_engine, leaver) == 0 and client.get("/en/account/").status_code == 303
    assert epochs_open_to(app, holder) == epochs_open_to(app, colleague) == [1, 2]
    with app.database.unit_of_work(leaver.actor) as session:
        assert public_of(session, tenant.id)[0] == 2
        assert session.get(UserKey, leaver.user_id) is None


def test_an_admin_without_keys_leaves_the_new_epoch_to_the_next_key_holder(
    make: Make, app: Kopuro, owner_engine: Engine
) -> None:
    tenant, holder = make.desk()
    admin = make.user(tenant, [Role.ADMIN])
    leaver = make.user(tenant, [Role.CASEWORKER])
    assert take(admin, leaver, app).path == "/en/admin/members"
    assert wraps(owner_engine, leaver) == 0 and epochs_open_to(app, holder) == [1]
    assert holder.client().get("/en/admin/recovery-sheet").status_code == 200
    assert epochs_open_to(app, holder) == [1, 2]
    assert holder.client().get("/en/admin/recovery-sheet").status_code == 200
    assert epochs_open_to(app, holder) == [1, 2]


def test_losing_the_roles_that_read_cases_loses_the_keys(
    make: Make, app: Kopuro, owner_engine: Engine
) -> None:
    tenant, holder = make.desk()
    colleague = make.user(tenant, [Role.CASEWORKER])
    assert give_roles(holder, colleague, app, "editor", "supervisor").path == "/en/admin/members"
    assert wraps(owner_engine, colleague) == 1, "a supervisor is a caseworker too"
    assert give_roles(holder, colleague, app, "editor").path == "/en/admin/members"
    assert wraps(owner_engine, colleague) == 0 and epochs_open_to(app, holder) == [1, 2]
    assert give_roles(holder, colleague, app, "caseworker").path == "/en/admin/members"
    assert wraps(owner_engine, colleague) == 0, "who reads cases again is let in again"


def test_the_last_key_holder_stays_until_a_sheet_is_in_the_safe(
    make: Make, app: Kopuro, owner_engine: Engine
) -> None:
    tenant, holder = make.desk()
    admin = make.user(tenant, [Role.ADMIN])
    for attempt in (
        lambda: take(admin, holder, app),
        lambda: take(admin, holder, app, "pause-password"),
        lambda: give_roles(admin, holder, app, "editor"),
    ):
        assert "never be opened again" in attempt().main and wraps(owner_engine, holder) == 1
    assert "hang by one person" in admin.visitor().open("/en/admin/members").main
    print_sheet(holder)
    assert "hang by one person" not in admin.visitor().open("/en/admin/members").main
    assert take(admin, holder, app).path == "/en/admin/members"
    assert wraps(owner_engine, holder) == 0


def print_sheet(holder: Person) -> str:
    paper = (
        holder.visitor()
        .open("/en/admin/recovery-sheet")
        .submit({"password": holder.passphrase}, containing="password")
    )
    assert paper.status == 200
    return str(paper.tree.xpath("//p[@class='code']")[0].text_content().strip())


def test_the_sheet_opens_the_desk_when_every_holder_is_lost(
    make: Make, app: Kopuro, owner_engine: Engine
) -> None:
    tenant, holder = make.desk()
    admin = make.user(tenant, [Role.ADMIN])
    leaver = make.user(tenant, [Role.CASEWORKER])
    first_code = print_sheet(holder)
    take(holder, leaver, app)
    assert epochs_open_to(app, holder) == [1, 2], "what began after printing is on the sheet too"
    take(admin, holder, app)
    newcomer = make.user(tenant, [Role.CASEWORKER], let_in=False)
    browser = newcomer.visitor()
    page = browser.open("/en/admin/recovery-sheet/use")
    for wrong in (
        "nonsense",
        "0000-0000-0000-0000-0000-0000-0000-0000-0000",
        make.user(tenant, let_in=False).recovery_code,
    ):
        page = page.submit({"code": wrong}, containing="code")
        assert page.status == 422 and "code" in page.errors(), wrong
    done = page.submit({"code": first_code.lower().replace("-", " ")}, containing="code")
    assert done.path == "/en/admin/recovery-sheet" and "has been used" in done.main
    assert epochs_open_to(app, newcomer)[:2] == [1, 2]


def test_a_new_sheet_makes_the_old_one_worthless(make: Make, app: Kopuro) -> None:
    tenant, holder = make.desk()
    old, new = print_sheet(holder), print_sheet(holder)
    newcomer = make.user(tenant, [Role.CASEWORKER], let_in=False)
    page = newcomer.visitor().open("/en/admin/recovery-sheet/use")
    assert page.submit({"code": old}, containing="code").status == 422
    assert page.submit({"code": new}, containing="code").status == 200
    assert epochs_open_to(app, newcomer) == [1]


def test_a_sheet_is_no_use_to_whoever_reads_no_cases(make: Make) -> None:
    tenant, holder = make.desk()
    print_sheet(holder)
    for person in (make.user(tenant, [Role.ADMIN]), make.user(tenant, [Role.EDITOR])):
        assert person.client().get("/en/admin/recovery-sheet/use").status_code == 403
        assert person.client().get("/en/admin/recovery-sheet").status_code == 403


def test_a_desk_is_never_founded_twice(make: Make, app: Kopuro) -> None:
    from network.permissions import Stale

    tenant, _ = make.desk()
    newcomer = make.user(tenant, [Role.CASEWORKER], let_in=False)
    with pytest.raises(Stale), app.database.unit_of_work(newcomer.actor) as session:
        desks.found_desk(session, newcomer.actor, newcomer.private)


def test_all_wrapped_keys_together_open_nothing(
    make: Make, app: Kopuro, visitor: Browser, owner_engine: Engine
) -> None:
    """A thief of the database, keyring included, lacks passphrases and printed codes."""
    tenant, holder = make.desk()
    colleague = make.user(tenant, [Role.CASEWORKER])
    print_sheet(holder)
    sign_in(visitor(), holder)
    with app.database.unit_of_work(holder.actor) as session:
        desk_seed = DeskKeys(session, holder.actor, holder.private).private(1).seed
    secrets = [holder.private.seed, colleague.private.seed, desk_seed]
    with owner_engine.connect() as connection:
        tables = connection.execute(
            text(
                "SELECT schemaname || '.' || quote_ident(tablename) FROM pg_tables WHERE schemaname IN ('public', 'wraps')"
            )
        ).scalars()
        dump = "\n".join(
            str(row)
            for table in tables
            for row in connection.execute(text(f"SELECT t::text FROM {table} t")).scalars()
        )
    assert holder.private.public.raw.hex() in dump, "the dump shows what it holds"
    for secret in (
        *secrets,
        holder.passphrase.encode(),
        holder.recovery_code.encode(),
        holder.email.encode(),
    ):
        for part in (secret, secret[:32], secret[-32:]):
            assert part.hex() not in dump
    assert holder.email not in dump and holder.recovery_code not in dump
