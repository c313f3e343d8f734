"""Whoever changes the record of deeds, even with the owner's login, is found out."""

from __future__ import annotations

import datetime
import email
import email.policy
import uuid
from pathlib import Path

import pytest
from flask.testing import FlaskCliRunner
from sqlalchemy import Engine, select, text

from network import audit
from network.audit import Action
from network.database import Database, now
from network.operate.jobs import mail_head
from network.outbox import OutboxMessage
from network.outbox.delivery import Courier
from network.outbox.post import FolderPost
from network.scheduler import Due
from network.tenancy import Actor, Tenant
from network.web import Kopuro
from tests.factories import Make


@pytest.fixture
def tenant(database: Database, make: Make) -> Tenant:
    """A tenant with five deeds on record, beside another with two."""
    tenant = make.tenant()
    _deeds(database, tenant, 5)
    _deeds(database, make.tenant(), 2)
    return tenant


def _deeds(database: Database, tenant: Tenant, times: int) -> None:
    actor = Actor.member(tenant.id, uuid.uuid4(), [])
    for number in range(times):
        with database.unit_of_work(actor) as session:
            audit.record(session, actor, Action.SIGNED_IN, uuid.uuid4(), number=number)


@pytest.fixture
def runner(app: Kopuro) -> FlaskCliRunner:
    return app.test_cli_runner()


def tamper(owner: Engine, tenant: Tenant, statement: str) -> None:
    with owner.connect() as connection:
        assert connection.execute(text(statement), {"t": tenant.id}).rowcount > 0


def test_an_untouched_record_is_in_order(runner: FlaskCliRunner, tenant: Tenant) -> None:
    done = runner.invoke(args=["audit", "verify"])
    assert done.exit_code == 0, done.output
    assert f"{tenant.slug}: 5 entries, in order" in done.output
    assert done.output.count("in order") == 2


def test_an_empty_record_is_in_order(runner: FlaskCliRunner, make: Make) -> None:
    tenant = make.tenant()
    done = runner.invoke(args=["audit", "verify"])
    assert (done.exit_code, done.output) == (0, f"{tenant.slug}: 0 entries, in order\n")


MINE = "WHERE tenant_id = :t"


@pytest.mark.parametrize(
    ("how", "said"),
    [
        (f"UPDATE audit_entry SET detail = '{{}}' {MINE} AND sequence = 3", "entry 3 was changed"),
        (f"UPDATE audit_entry SET action = 'session.closed' {MINE} AND sequence = 3", "entry 3 was changed"),
        (
            f"UPDATE audit_entry SET at = at - interval '1 second' {MINE} AND sequence = 3",
            "entry 3 was changed",
        ),
        (f"UPDATE audit_entry SET user_id = NULL {MINE} AND sequence = 3", "entry 3 was changed"),
        (f"DELETE FROM audit_entry {MINE} AND sequence = 3", "entry 3 is missing"),
        (f"DELETE FROM audit_entry {MINE} AND sequence = 1", "entry 1 is missing"),
        (f"DELETE FROM audit_entry {MINE} AND sequence = 5", "the chain ends at 4, its head says 5"),
        (f"DELETE FROM audit_entry {MINE}", "the chain ends at 0, its head says 5"),
        (f"DELETE FROM audit_head {MINE}", "the chain has no head"),
        (
            "UPDATE audit_entry SET sequence = CASE sequence WHEN 2 THEN -3 ELSE -2 END"
            f" {MINE} AND sequence IN (2, 3)",
            "entry",
        ),
    ],
)
def test_tampering_is_found(
    runner: FlaskCliRunner, tenant: Tenant, owner_engine: Engine, how: str, said: str
) -> None:
    tamper(owner_engine, tenant, how)
    if "-3" in how:
        tamper(owner_engine, tenant, f"UPDATE audit_entry SET sequence = -sequence {MINE} AND sequence < 0")
        said = "entry 2 does not follow its predecessor"
    done = runner.invoke(args=["audit", "verify"])
    assert done.exit_code == 1
    assert said in done.output
    assert done.output.count("in order") == 1, "the other tenant's is"


def test_a_cut_tail_with_a_mended_head_is_found_by_the_head_that_was_noted_before(
    runner: FlaskCliRunner, tenant: Tenant, owner_engine: Engine
) -> None:
    noted = runner.invoke(args=["audit", "heads"]).output
    assert runner.invoke(args=["audit", "verify", "--heads", "-"], input=noted).exit_code == 0
    tamper(owner_engine, tenant, f"DELETE FROM audit_entry {MINE} AND sequence = 5")
    tamper(
        owner_engine,
        tenant,
        "UPDATE audit_head h SET sequence = 4, hash = e.hash FROM audit_entry e"
        " WHERE h.tenant_id = :t AND e.tenant_id = :t AND e.sequence = 4",
    )
    assert runner.invoke(args=["audit", "verify"]).exit_code == 0, "nothing inside the database shows it"
    done = runner.invoke(args=["audit", "verify", "--heads", "-"], input=noted)
    assert done.exit_code == 1
    assert "entry 5 was there when its head was noted" in done.output


def test_later_deeds_do_not_make_a_noted_head_wrong(
    runner: FlaskCliRunner, tenant: Tenant, database: Database
) -> None:
    noted = runner.invoke(args=["audit", "heads"]).output
    _deeds(database, tenant, 2)
    assert runner.invoke(args=["audit", "verify", "--heads", "-"], input=noted).exit_code == 0


def test_a_file_that_holds_no_heads_is_one_line(runner: FlaskCliRunner, tenant: Tenant) -> None:
    done = runner.invoke(args=["audit", "verify", "--heads", "-"], input="what is this\n")
    assert done.exit_code == 2
    assert "tenant:sequence:hash" in done.output


def test_the_end_of_the_record_is_mailed_daily_to_those_who_administer(
    app: Kopuro, database: Database, make: Make, tmp_path: Path, runner: FlaskCliRunner, owner_engine: Engine
) -> None:
    tenant, admin = make.desk("Podruga")
    make.user(tenant)
    _deeds(database, tenant, 3)
    due = Due(tenant_id=tenant.id, due_at=now())
    for _ in range(2):  # A second run on the same day tells nothing new.
        with database.unit_of_work(Actor.clock(tenant.id)) as session:
            mail_head(session, due)
    Courier(app, FolderPost(tmp_path)).deliver()
    (file,) = tmp_path.iterdir()
    mail = email.message_from_bytes(file.read_bytes(), policy=email.policy.default)
    assert mail["To"] == admin.email
    words = mail.get_content()  # type: ignore[attr-defined]
    assert tenant.name not in words
    (line,) = [line for line in words.splitlines() if line.startswith(str(tenant.id))]
    assert runner.invoke(args=["audit", "verify", "--heads", "-"], input=line).exit_code == 0
    tamper(
        owner_engine,
        tenant,
        f"DELETE FROM audit_entry {MINE} AND sequence = (SELECT max(sequence) FROM audit_entry {MINE})",
    )
    tamper(
        owner_engine,
        tenant,
        "UPDATE audit_head h SET sequence = e.sequence, hash = e.hash FROM audit_entry e"
        " WHERE h.tenant_id = :t AND e.tenant_id = :t AND e.sequence = h.sequence - 1",
    )
    assert runner.invoke(args=["audit", "verify", "--heads", "-"], input=line).exit_code == 1


def test_days_on_which_nothing_was_recorded_bring_no_mail(
    app: Kopuro, database: Database, make: Make
) -> None:
    tenant, _ = make.desk()
    _deeds(database, tenant, 1)
    with database.unit_of_work(Actor.clock(tenant.id)) as session:
        mail_head(session, Due(tenant_id=tenant.id, due_at=now() + datetime.timedelta(days=2)))
    with database.unit_of_work(Actor.anonymous()) as session:
        assert session.scalars(select(OutboxMessage)).all() == []
