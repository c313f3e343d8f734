"""How long cases are kept: a day, a hold, a reminder, and the erasing of all that hangs on a case."""

from __future__ import annotations

import datetime

from sqlalchemy import Engine, text

from network.database import now
from network.referrals import jobs
from network.referrals.models import Case
from network.referrals.services import retention
from network.scheduler import Due
from network.tenancy import Actor
from network.web import Kopuro
from tests.house.catalog import classes, table_of
from tests.pages import Page
from tests.referrals.conftest import Valley
from tests.referrals.test_people import LITTLE, path

LEDGER = {"referral", "referral_event", "referral_answer", "disclosure", "obligation"}
"""What two tenants share and what stays: codes, dates and states, and answers whose keys are gone."""


def day(ahead: int) -> str:
    return (now().date() + datetime.timedelta(days=ahead)).isoformat()


def keep(valley: Valley, case: Case, ahead: int) -> Page:
    page = valley.caseworker.visitor().open(path(case, "/keep"))
    return page.submit({"until": day(ahead)}, containing="until")


def past(owner_engine: Engine, case: Case) -> None:
    """Let its day be over."""
    with owner_engine.connect() as connection:
        connection.execute(
            text("UPDATE case_record SET retention_on = current_date - 3 WHERE id = :c"), {"c": case.id}
        )


def run(served: Kopuro) -> str:
    done = served.test_cli_runner().invoke(args=["retention", "run"])
    assert done.exit_code == 0, done.output
    return done.output


def count(owner_engine: Engine, table: str) -> int:
    with owner_engine.connect() as connection:
        return int(connection.execute(text(f"SELECT count(*) FROM {table}")).scalar_one())


def everything(owner_engine: Engine) -> dict[str, str]:
    """What every table of the feature holds, as text."""
    found = {}
    with owner_engine.connect() as connection:
        for cls in classes():
            if cls.__module__.startswith("network.referrals"):
                name = table_of(cls).fullname
                found[name] = str(connection.execute(text(f"SELECT * FROM {name}")).mappings().all())
    return found


def test_a_day_is_said_on_the_page_of_the_case_and_a_wrong_one_at_its_field(valley: Valley) -> None:
    case = valley.case(LITTLE)
    page = keep(valley, case, -1)
    assert page.status == 422 and "passed already" in page.errors()["until"]
    page = page.submit({"until": day(365 * 40)}, containing="until")
    assert "Thirty years" in page.errors()["until"]
    assert page.submit({"until": "some day"}, containing="until").values("until")["until"] == "some day"
    assert keep(valley, case, 400).status == 200
    listed = valley.caseworker.visitor().open("/en/referrals/cases/kept")
    assert case.code in listed.main
    assert "destroyed within 30 days" not in valley.caseworker.visitor().open("/en/desk/").main
    keep(valley, case, 20)
    assert "case is destroyed within 30 days" in valley.caseworker.visitor().open("/en/desk/").main
    assert valley.receiver.visitor().open(path(case, "/keep")).status == 404


def test_from_an_old_page_the_day_is_not_overwritten(valley: Valley) -> None:
    case = valley.case(LITTLE)
    old = valley.supervisor.visitor().open(path(case, "/keep"))
    keep(valley, case, 400)
    page = old.submit({"until": day(5)}, containing="until")
    assert page.status == 409 and page.values("until")["until"] == day(5)


def test_past_its_day_a_case_is_erased_with_all_that_hangs_on_it_and_the_audit_trail_stays(
    valley: Valley, served: Kopuro, owner_engine: Engine
) -> None:
    """Everything that a case can have is made first, so that what could be left is there."""
    case, other = full(valley, owner_engine), valley.case(LITTLE, assessed=False)
    before = everything(owner_engine)
    assert all(str(case.id) in before[t] for t in ("case_record", "case_entry", "case_note", "consent"))
    assert "erased: 0" in run(served) and count(owner_engine, "case_record") == 2
    past(owner_engine, case)
    audit = count(owner_engine, "audit_entry")
    assert "Osh partner: 1 erased, 0 on legal hold" in run(served)
    after = everything(owner_engine)
    assert not [table for table, rows in after.items() if str(case.id) in rows]
    assert str(other.id) in after["case_record"] and count(owner_engine, "case_record") == 1
    assert count(owner_engine, "case_part") == 1 == count(owner_engine, "case_entry")
    # Of every key only the other case's is left, and what the partner sealed to itself.
    with owner_engine.connect() as connection:
        keys = connection.execute(text("SELECT tenant_id, holder_id FROM wraps.part_key")).all()
    assert [k.holder_id for k in keys if k.holder_id == valley.osh.id] == [valley.osh.id]
    for table in ("consent", "consent_scope", "consent_event", "risk_assessment", "case_note", "case_worker"):
        assert count(owner_engine, table) == 0, table
    for table in (
        "case_glass",
        "case_look",
        "hotline_call",
        "hotline_number",
        "referral_origin",
        "case_index",
    ):
        assert count(owner_engine, table) == 0, table
    assert count(owner_engine, "audit_entry") == audit + 1
    assert not served.test_cli_runner().invoke(args=["audit", "verify"]).exit_code
    # The partner keeps the code and the dates; the sender's page of it is no page any more.
    with owner_engine.connect() as connection:
        referral = connection.execute(text("SELECT id, envelope FROM referral")).one()
    assert referral.envelope is None
    assert valley.caseworker.visitor().open(f"/en/referrals/{referral.id}").status == 404
    assert valley.receiver.visitor().open(f"/en/referrals/{referral.id}").status == 200
    for address in ("/en/referrals/", "/en/referrals/cases/", "/en/desk/"):
        assert valley.caseworker.visitor().open(address).status == 200
    assert "erased: 0" in run(served)


def full(valley: Valley, owner_engine: Engine) -> Case:
    """A case with a call, a note, a worker, an opening in need, a day, and a referral that ended."""
    case, _consent, referral = valley.sent()
    boss, owner = valley.supervisor.visitor(), valley.caseworker.visitor()
    valley.receiver.visitor().open(f"/en/referrals/{referral.id}")
    owner.open(f"/en/referrals/{referral.id}/cancel").submit({"reason": "need_met"})
    boss.open(path(case, "/people")).submit({"person": str(valley.supervisor.user_id)}, containing="Assign")
    owner.open(path(case, "/notes/comment")).submit({"cco_CaseComment": "CANARY-comment"})
    boss.open(path(case))
    call = owner.open("/en/referrals/calls/new").submit(
        {"call_type": "other", "number": "12 34 56"}, containing="call_type"
    )
    keep(valley, case, 40)
    with owner_engine.connect() as connection:
        connection.execute(text("UPDATE hotline_call SET case_id = :c"), {"c": case.id})
    assert call.status == 200
    with valley.database.unit_of_work(valley.supervisor.actor) as session:
        from network.referrals.services import glass

        desk = valley.desk(session, valley.supervisor)
        glass.break_glass(
            session, valley.supervisor.actor, desk, session.get_one(Case, case.id), "CANARY-why"
        )
    return case


def test_what_is_held_stopped_or_still_with_a_partner_is_not_erased(
    valley: Valley, served: Kopuro, owner_engine: Engine
) -> None:
    sent, _consent, _referral = valley.sent()
    held, stopped = valley.case(LITTLE), valley.case(LITTLE)
    page = valley.caseworker.visitor().open(path(held, "/keep"))
    assert page.submit({"reason": " "}, containing="reason").status == 422
    page = page.submit({"reason": "CANARY-court"}, containing="reason")
    assert "Held since" in page.main and not page.tree.xpath("//button[contains(., 'End the hold')]")
    assert "CANARY-court" in valley.caseworker.visitor().open(path(held)).main
    token = page.visitor.token("/en/account/")
    assert page.visitor.post(path(held, "/keep"), {"csrf_token": token, "act": "release"}).status == 403
    valley.supervisor.visitor().open(path(stopped, "/stop")).submit(containing="Stop it now")
    for case in (sent, held, stopped):
        past(owner_engine, case)
    assert "0 erased, 2 on legal hold, 1 waiting" in run(served)
    assert count(owner_engine, "case_record") == 3
    listed = valley.supervisor.visitor().open("/en/referrals/cases/kept").main
    assert "Legal hold" in listed and "Waits until a referral has ended" in listed
    valley.supervisor.visitor().open(path(held, "/keep")).submit(containing="End the hold")
    assert "1 erased, 1 on legal hold, 1 waiting" in run(served)


def test_its_owner_is_reminded_thirty_days_before_and_the_night_erases_by_itself(
    valley: Valley, owner_engine: Engine
) -> None:
    case = valley.case(LITTLE)
    keep(valley, case, 40)
    with valley.database.unit_of_work(Actor.clock(valley.osh.id)) as session:
        due = session.query(Due).filter(Due.kind == retention.ERASED_SOON, Due.done_at.is_(None)).one()
        assert due.due_at.date() == now().date() + datetime.timedelta(days=10)
        jobs.erased_soon(session, due)
    with owner_engine.connect() as connection:
        letters = connection.execute(text("SELECT * FROM outbox_message")).mappings().all()
    assert [row["to_id"] for row in letters] == [valley.caseworker.user_id]
    assert case.code not in str(letters)
    past(owner_engine, case)
    with valley.database.unit_of_work(Actor.clock(valley.khujand.id)) as session:
        jobs.erase_what_is_past_its_day(session, due)
    assert count(owner_engine, "case_record") == 1  # Another tenant's clock erases nothing here.
    with valley.database.unit_of_work(Actor.clock(valley.osh.id)) as session:
        jobs.erase_what_is_past_its_day(session, due)
    assert count(owner_engine, "case_record") == 0


def test_whatever_hangs_on_a_case_may_be_erased_by_its_clock(served: Kopuro, owner_engine: Engine) -> None:
    """A table that comes later and that the clock may not delete from would keep a case for ever."""
    from network.referrals.models import Referral
    from network.referrals.services.erasing import _children

    pending, reached = [Case, Referral], set[str]()
    while pending:
        for child, _column in _children(pending.pop()):
            if table_of(child).fullname not in reached:
                reached.add(table_of(child).fullname)
                pending.append(child)
    assert {"consent_event", "case_glass", "hotline_number", "referral_origin", "guest"} <= reached
    assert not reached & LEDGER
    with owner_engine.connect() as connection:
        for table in sorted(reached):
            policies = connection.execute(
                text("SELECT count(*) FROM pg_policies WHERE tablename = :t AND cmd = 'DELETE'"),
                {"t": table.split(".")[-1]},
            ).scalar_one()
            assert policies == 1, (
                f"{table} hangs on a case: let its clock delete from it (migrations/words.py)"
            )
