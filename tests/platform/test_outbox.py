"""Letters leave after their deed is kept, at least once, and carry nothing that the outbox could give away."""

from __future__ import annotations

import dataclasses
import datetime
import email
import email.policy
import ipaddress
import json
import socket
import ssl
import uuid
from concurrent.futures import ThreadPoolExecutor
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest
import time_machine
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from flask import url_for
from sqlalchemy import select
from sqlalchemy.orm import Session

from network.database import Database, now
from network.outbox import (
    Attachment,
    Context,
    Mail,
    OutboxMessage,
    enqueue,
    link_token,
    notify,
    renders,
)
from network.outbox.delivery import MOST_TRIES, Courier
from network.outbox.post import FolderPost, Post, Refusal, SmtpPost, post_for
from network.permissions import Role
from network.tenancy import Actor, actor_of
from network.web import Kopuro
from tests.factories import Make
from tests.platform.post import Server

ANYBODY = Actor.anonymous()


class Kept(Post):
    """A post that keeps what it is given, or fails as told."""

    def __init__(self) -> None:
        self.messages: list[EmailMessage] = []
        self.fails: list[Exception] = []

    def send(self, message: EmailMessage) -> None:
        if self.fails:
            raise self.fails.pop(0)
        self.messages.append(message)

    def close(self) -> None:
        pass


def put(database: Database, **kw: Any) -> uuid.UUID | None:
    """Queue one letter, committed."""
    given: dict[str, Any] = {
        "kind": "test.letter",
        "tenant_id": None,
        "recipient": ("row", uuid.uuid4()),
        **kw,
    }
    with database.unit_of_work(ANYBODY) as session:
        return enqueue(session, **given)


def rows(database: Database) -> list[OutboxMessage]:
    with database.unit_of_work(ANYBODY) as session:
        return list(session.scalars(select(OutboxMessage).order_by(OutboxMessage.created_at)))


@pytest.fixture
def post() -> Kept:
    return Kept()


@pytest.fixture
def courier(app: Kopuro, post: Kept) -> Courier:
    return Courier(app, post)


def test_a_letter_leaves_only_when_its_deed_is_kept(database: Database, courier: Courier, post: Kept) -> None:
    def deed(fails: bool) -> None:
        with database.unit_of_work(ANYBODY) as session:
            enqueue(session, kind="test.letter", tenant_id=None, recipient=("row", uuid.uuid4()))
            if fails:
                raise RuntimeError

    with pytest.raises(RuntimeError):
        deed(True)
    assert courier.deliver().sent == 0
    deed(False)
    assert courier.deliver().sent == 1
    assert courier.deliver().sent == 0, "and once"
    assert len(post.messages) == 1


def test_a_letter_arrives_whole_at_a_real_server(app: Kopuro, database: Database) -> None:
    ident = put(database, language="ky")
    with Server() as server:
        assert Courier(app, SmtpPost(server.url)).deliver().sent == 1
    (message,) = server.box.messages
    assert message["Subject"] == "Салам, Айгүл"
    assert message["From"] == app.settings.mail_from
    assert message["To"] == "aigul@post.example"
    assert message["Content-Language"] == "ky"
    assert message["Auto-Submitted"] == "auto-generated"
    assert ident is not None
    assert message["Message-ID"] == f"<{ident.hex}@kopuro.example>"
    assert "Ассалому алайкум" in message.get_body(("plain",)).get_content()  # type: ignore[union-attr]
    assert "<p>Ассалому" in message.get_body(("html",)).get_content()  # type: ignore[union-attr]
    assert server.box.recipients == ["aigul@post.example"]


@pytest.mark.filterwarnings("ignore:Requiring AUTH")
def test_a_server_that_asks_for_a_password_gets_it(app: Kopuro, database: Database) -> None:
    put(database)
    with Server(password="a/b@c:d") as server:
        wrong = Courier(app, SmtpPost(f"smtp://me:wrong@127.0.0.1:{server.port}"))
        assert wrong.deliver().postponed == 1
        with time_machine.travel(now() + datetime.timedelta(minutes=2)):
            right = Courier(app, SmtpPost(f"smtp://me:a%2Fb%40c%3Ad@127.0.0.1:{server.port}"))
            assert right.deliver().sent == 1


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, ssl.SSLContext]:
    """A certificate of its own for 127.0.0.1, and what a server needs to show it."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "127.0.0.1")])
    made = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(now() - datetime.timedelta(days=1))
        .not_valid_after(now() + datetime.timedelta(days=1))
        .add_extension(
            x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]), False
        )
        .sign(key, hashes.SHA256())
    )
    path = tmp_path_factory.mktemp("tls") / "server.pem"
    plain = (serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    path.write_bytes(key.private_bytes(*plain) + made.public_bytes(serialization.Encoding.PEM))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(path)
    return path, context


def test_tls_is_taken_where_it_is_offered(
    app: Kopuro, database: Database, certificate: tuple[Path, ssl.SSLContext], monkeypatch: pytest.MonkeyPatch
) -> None:
    path, context = certificate
    put(database)
    with Server(tls_context=context, require_starttls=True) as server:
        assert Courier(app, SmtpPost(server.url)).deliver().postponed == 1, "a certificate nobody vouches for"
        monkeypatch.setenv("SSL_CERT_FILE", str(path))
        with time_machine.travel(now() + datetime.timedelta(minutes=2)):
            assert Courier(app, SmtpPost(server.url)).deliver().sent == 1


def test_a_server_that_speaks_tls_alone_is_reached(
    app: Kopuro, database: Database, certificate: tuple[Path, ssl.SSLContext], monkeypatch: pytest.MonkeyPatch
) -> None:
    path, context = certificate
    monkeypatch.setenv("SSL_CERT_FILE", str(path))
    put(database)
    with Server(ssl_context=context) as server:
        assert Courier(app, SmtpPost(server.url.replace("smtp:", "smtps:"))).deliver().sent == 1


def test_no_password_goes_in_clear_to_a_server_elsewhere(
    app: Kopuro, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(database)
    monkeypatch.setattr("network.outbox.post.loopback", lambda _host: False)
    with Server() as server:
        assert Courier(app, SmtpPost(server.url.replace("//", "//me:word@"))).deliver().postponed == 1
    assert rows(database)[0].last_error == "Unprotected"


def test_many_letters_go_through_one_connection(app: Kopuro, database: Database) -> None:
    for _ in range(20):
        put(database)
    with Server() as server:
        assert Courier(app, SmtpPost(server.url)).deliver().sent == 20
        assert len(server.box.ids) == 20


def test_the_settings_choose_between_server_and_folder(app: Kopuro) -> None:
    assert isinstance(post_for(app.settings), FolderPost)
    served = dataclasses.replace(app.settings, mail_url="smtp://127.0.0.1:2525")
    assert isinstance(post_for(served), SmtpPost)


def test_without_a_server_letters_become_files_readable_by_their_owner_alone(
    app: Kopuro, database: Database, tmp_path: Path
) -> None:
    ident = put(database)
    folder = tmp_path / "mail"
    assert Courier(app, FolderPost(folder)).deliver().sent == 1
    assert ident is not None
    (file,) = folder.iterdir()
    assert file.name == f"{ident.hex}.eml"
    assert file.stat().st_mode & 0o077 == 0
    assert folder.stat().st_mode & 0o077 == 0
    read = email.message_from_bytes(file.read_bytes(), policy=email.policy.default)
    assert read["Subject"] == "Салам, Айгүл"


def test_a_letter_delivered_twice_carries_the_same_id_and_link_and_lies_once_in_the_folder(
    app: Kopuro, database: Database, tmp_path: Path, owner_engine: Any
) -> None:
    put(database)
    seen = []
    for _ in range(2):
        Courier(app, FolderPost(tmp_path)).deliver()
        (file,) = tmp_path.iterdir()
        message = email.message_from_bytes(file.read_bytes(), policy=email.policy.default)
        seen.append((message["Message-ID"], message.get_body(("plain",)).get_content()))  # type: ignore[union-attr, attr-defined]
        with owner_engine.connect() as connection:  # As if killed between handing over and noting it.
            connection.exec_driver_sql("UPDATE outbox_message SET sent_at = NULL")
    assert seen[0] == seen[1]


def test_a_server_that_is_away_delays_and_loses_nothing(app: Kopuro, database: Database) -> None:
    put(database)
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        away = SmtpPost(f"smtp://127.0.0.1:{taken.getsockname()[1]}")
        assert Courier(app, away).deliver().postponed == 1
        assert Courier(app, away).deliver().total == 0, "not at once again"
    (row,) = rows(database)
    assert (row.attempts, row.last_error) == (1, "ConnectionRefusedError")
    with time_machine.travel(now() + datetime.timedelta(seconds=61)), Server() as server:
        assert Courier(app, SmtpPost(server.url)).deliver().sent == 1
    (row,) = rows(database)
    assert row.last_error is None


@pytest.mark.parametrize("answer", ["451 Later", "421 Too busy"])
def test_a_server_that_says_later_is_asked_later(app: Kopuro, database: Database, answer: str) -> None:
    put(database)
    with Server() as server:
        server.box.answers = [answer]
        assert Courier(app, SmtpPost(server.url)).deliver().postponed == 1
        with time_machine.travel(now() + datetime.timedelta(seconds=61)):
            assert Courier(app, SmtpPost(server.url)).deliver().sent == 1


def test_a_refused_recipient_is_given_up_at_once_and_the_others_get_theirs(
    app: Kopuro, database: Database
) -> None:
    put(database, params={"to": "gone@post.example"})
    put(database, params={"to": "here@post.example"})
    with Server() as server:
        server.box.refused["gone@post.example"] = "550 No such user"
        count = Courier(app, SmtpPost(server.url)).deliver()
    assert (count.failed, count.sent) == (1, 1)
    assert server.box.recipients == ["here@post.example"]


def test_a_letter_is_given_up_after_days_and_not_before(
    database: Database, courier: Courier, post: Kept
) -> None:
    put(database)
    began = moment = now()
    tried = 0
    while not rows(database)[0].failed_at:
        post.fails = [OSError()]
        with time_machine.travel(moment, tick=False):
            tried += courier.deliver().total
        moment += datetime.timedelta(hours=4, seconds=1)
    assert tried == MOST_TRIES
    assert moment - began > datetime.timedelta(days=3)
    assert rows(database)[0].last_error == "OSError"


def test_a_letter_that_cannot_be_put_into_words_holds_up_no_other(
    database: Database, courier: Courier, post: Kept
) -> None:
    put(database, params={"broken": 1})
    put(database, kind="of.a.newer.release")
    put(database)
    count = courier.deliver()
    assert (count.sent, count.postponed) == (1, 2)
    assert {row.last_error for row in rows(database)} == {"ZeroDivisionError", "NoRenderer", None}


def test_a_letter_to_nobody_is_dropped(database: Database, courier: Courier, post: Kept) -> None:
    put(database, params={"gone": 1})
    count = courier.deliver()
    assert (count.dropped, len(post.messages)) == (1, 0)
    assert courier.deliver().total == 0


def test_the_same_thing_is_told_once(database: Database, courier: Courier, post: Kept) -> None:
    assert put(database, dedupe_key="edition/7/42") is not None
    assert put(database, dedupe_key="edition/7/42") is None
    assert put(database, dedupe_key="edition/7/43") is not None
    assert courier.deliver().sent == 2


def test_a_letter_waits_for_its_moment(database: Database, courier: Courier) -> None:
    put(database, not_before=now() + datetime.timedelta(minutes=5))
    assert courier.deliver().total == 0
    with time_machine.travel(now() + datetime.timedelta(minutes=6)):
        assert courier.deliver().sent == 1


def test_a_letter_is_rendered_as_the_clock_of_its_tenant_in_its_language(
    app: Kopuro, database: Database, courier: Courier, post: Kept, make: Make
) -> None:
    tenant = make.tenant()
    seen = {}

    @renders("test.who")
    def who(session: Session, message: OutboxMessage, context: Context) -> Mail | None:
        from network.i18n.prefix import current_language

        seen.update(
            actor=actor_of(session), language=current_language(), link=url_for("healthz", _external=True)
        )
        calendar = Attachment("event.ics", b"BEGIN:VCALENDAR", "text/calendar", {"method": "REQUEST"})
        more = {"List-Unsubscribe": "<https://x.example/u>", "From": "evil@x.example"}
        return Mail(to="a@post.example", subject="s", text="t", attachments=(calendar,), headers=more)

    put(database, kind="test.who", tenant_id=tenant.id, language="tg")
    courier.deliver()
    assert seen["actor"] == Actor.clock(tenant.id)
    assert seen["language"] == "tg"
    assert seen["link"] == f"{app.settings.base_url}/healthz"
    (message,) = post.messages
    (attached,) = message.iter_attachments()
    assert attached.get_filename() == "event.ics"
    assert attached["Content-Type"].params["method"] == "REQUEST"
    assert message["List-Unsubscribe"] == "<https://x.example/u>"
    assert message.get_all("From") == [app.settings.mail_from]


def test_a_notice_says_that_there_is_something_and_no_more(
    database: Database, courier: Courier, post: Kept, make: Make
) -> None:
    tenant, person = make.desk("Podruga")
    with database.unit_of_work(ANYBODY) as session:
        notify(session, tenant.id, person.user_id)
    with time_machine.travel(now() + datetime.timedelta(minutes=15)):
        assert courier.deliver().sent == 1
    (message,) = post.messages
    assert message["To"] == person.email
    assert message["Subject"] == "There is something for you in Kopuro"
    whole = message.as_string()
    for secret in (tenant.name, tenant.code, tenant.slug, str(tenant.id), str(person.user_id)):
        assert secret not in whole


def test_a_notice_to_a_desk_reaches_each_of_its_people_once_in_their_language(
    database: Database, courier: Courier, post: Kept, make: Make
) -> None:
    tenant, _ = make.desk()
    for language in ("ky", "tg"):
        make.user(tenant, language=language)
    make.user(tenant, [Role.EDITOR], language="ru")
    make.desk()
    with database.unit_of_work(ANYBODY) as session:
        notify(session, tenant.id, urgent=True)
    with time_machine.travel(now() + datetime.timedelta(minutes=1)):
        courier.deliver()
        courier.deliver()
    assert sorted(m["Content-Language"] for m in post.messages) == ["en", "ky", "tg"]
    assert len({m["To"] for m in post.messages}) == 3


def test_notices_leave_at_times_that_do_not_tell(database: Database, make: Make) -> None:
    tenant = make.tenant()
    with database.unit_of_work(ANYBODY) as session:
        for number in range(40):
            notify(session, tenant.id, uuid.uuid4(), urgent=number < 20)
    waits = [(row.not_before - row.created_at).total_seconds() for row in rows(database)]
    assert len(waits) == 40
    assert sum(wait <= 61 for wait in waits) >= 20
    assert max(waits) <= 15 * 60 + 1
    assert len({round(wait) for wait in waits}) > 20


def test_the_outbox_keeps_ids_and_no_words(database: Database, app: Kopuro) -> None:
    ident = uuid.uuid4()
    put(database, recipient=("row", ident), params={"event": str(uuid.uuid4())})
    (row,) = rows(database)
    kept = json.dumps({c.name: str(getattr(row, c.name)) for c in OutboxMessage.__mapper__.columns})
    token = link_token(app.keyring, "test", ident)
    assert len(token) == 43
    assert "aigul" not in kept
    assert token not in kept
    assert token != link_token(app.keyring, "test", ident, 2)
    assert token != link_token(app.keyring, "other", ident)


def test_couriers_at_the_same_time_deliver_each_letter_once(app: Kopuro, database: Database) -> None:
    for _ in range(40):
        put(database)
    posts = [Kept() for _ in range(4)]
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda post: Courier(app, post).deliver(), posts))
    ids = [m["Message-ID"] for post in posts for m in post.messages]
    assert len(ids) == len(set(ids)) == 40


def test_a_killed_couriers_letter_is_delivered_when_its_claim_runs_out(
    database: Database, courier: Courier, post: Kept
) -> None:
    put(database)

    class Killed(BaseException):
        pass

    post.fails = [Killed()]  # type: ignore[list-item]
    with pytest.raises(Killed):
        courier.deliver()
    assert courier.deliver().total == 0, "another process might still be at it"
    with time_machine.travel(now() + datetime.timedelta(minutes=3, seconds=1)):
        assert courier.deliver().sent == 1


def test_the_command_says_what_it_did(app: Kopuro, database: Database) -> None:
    from network.outbox import commands

    if "outbox" not in app.cli.commands:
        commands.register(app)
    put(database)
    done = app.test_cli_runner().invoke(args=["outbox", "deliver"])
    assert (done.exit_code, done.stdout) == (0, "Delivered 1, dropped 0 without a recipient.\n")
    put(database, params={"broken": 1})
    done = app.test_cli_runner().invoke(args=["outbox", "deliver"])
    assert done.exit_code == 1
    assert "1 to be tried again" in done.output


def test_letters_are_forgotten_a_month_after_they_left(
    database: Database, courier: Courier, post: Kept
) -> None:
    from network.outbox.jobs import forget
    from network.scheduler import Due

    put(database)
    courier.deliver()
    put(database)
    post.fails = [Refusal()]
    assert courier.deliver().failed == 1
    put(database)
    with time_machine.travel(now() + datetime.timedelta(days=31)), database.unit_of_work(ANYBODY) as session:
        forget(session, Due())
    assert [row.sent_at for row in rows(database)] == [None], "what never left is kept"
