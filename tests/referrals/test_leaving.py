"""Cases taken away as files and brought in from files, by their people at a browser."""

from __future__ import annotations

import csv
import datetime
import io
import json
import logging
from typing import Any

import pytest
from sqlalchemy import Engine, func, select, text

from network.audit import AuditEntry
from network.database import Database, now
from network.referrals.categories import Category
from network.referrals.models import Case, CaseExport, CaseImport, PartKey
from network.referrals.services import cases, importing, tasks
from network.tenancy import Actor
from tests.factories import PASSPHRASE
from tests.pages import Page, Visitor
from tests.referrals.conftest import WRITTEN, Valley

CHOSEN = [Category.IDENTITY.value, Category.HEALTH.value]
WISH: dict[str, Any] = {"categories": CHOSEN, "told_to": "CANARY-told", "password": PASSPHRASE}


def exporting(case: Case) -> str:
    return f"/en/referrals/cases/{case.id}/export"


def taken(visitor: Visitor, case: Case, **wish: Any) -> Page:
    return visitor.open(exporting(case)).submit({**WISH, **wish}, containing="told_to")


def bring(visitor: Visitor, data: bytes, name: str = "CANARY-name.csv") -> Page:
    page = visitor.open("/en/referrals/cases/import")
    return visitor.post(
        "/en/referrals/cases/import",
        {"csrf_token": page.values("csrf_token")["csrf_token"], "file": (io.BytesIO(data), name)},
    )


def as_csv(*rows: dict[str, str]) -> bytes:
    out = io.StringIO()
    writer = csv.DictWriter(out, list(dict.fromkeys(name for row in rows for name in row)))
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue().encode()


def case_count(valley: Valley) -> int:
    with valley.database.unit_of_work(valley.caseworker.actor) as session:
        return session.scalar(select(func.count(Case.id))) or 0


# Out.


@pytest.mark.parametrize("kind", ["json", "csv"])
def test_a_case_leaves_as_a_file_with_what_was_chosen_and_stands_in_the_ledger(
    valley: Valley, kind: str
) -> None:
    case = valley.case()
    visitor = valley.caseworker.visitor()
    file = taken(visitor, case, kind=kind)
    assert file.status == 200
    headers = file.response.headers
    assert headers["Content-Disposition"] == f'attachment; filename="case.{kind}"'
    assert "no-store" in headers["Cache-Control"]
    body = file.response.get_data()
    record = (
        json.loads(body)["cases"][0]
        if kind == "json"
        else next(csv.DictReader(io.StringIO(body.decode("utf-8-sig"))))
    )
    assert record["prs_FirstName"] == "CANARY-identity" and record["x_health_needs"] == "CANARY-health"
    assert record["cas_CaseOwner"] == "Caseworker in Osh"
    # What was not chosen stays; so does the code by which the desk speaks of the case.
    for absent in ("CANARY-contact", "CANARY-account", "CANARY-risk", case.code, str(case.id)):
        assert absent.encode() not in body
    ledger = visitor.open(exporting(case))
    assert "CANARY-told" in ledger.main and "Caseworker in Osh" in ledger.main
    with valley.database.unit_of_work(valley.caseworker.actor) as session:
        rows = session.scalars(select(AuditEntry).where(AuditEntry.action == "case.exported")).all()
        assert [(row.subject_id, row.detail) for row in rows] == [(case.id, {"form": kind})]


def test_a_file_asks_for_the_passphrase_and_keeps_what_was_typed(valley: Valley) -> None:
    case = valley.case()
    visitor = valley.caseworker.visitor()
    wrong = taken(visitor, case, password="another one altogether")
    assert wrong.status == 422 and "CANARY-identity" not in wrong.html
    assert "not your passphrase" in wrong.errors()["password"]
    assert wrong.values("told_to")["told_to"] == "CANARY-told"
    empty = taken(visitor, case, categories=None)
    assert empty.status == 422 and "at least one" in empty.main
    unsaid = taken(visitor, case, told_to="")
    assert unsaid.status == 422
    with valley.database.unit_of_work(valley.caseworker.actor) as session:
        assert session.scalar(select(func.count(CaseExport.id))) == 0


def test_the_number_of_a_document_leaves_only_when_it_is_ticked(valley: Valley) -> None:
    case = valley.case({Category.IDENTITY: {"prs_FirstName": "A", "prs_IdentityNumber": "CANARY-number"}})
    visitor = valley.caseworker.visitor()
    without = taken(visitor, case, categories=["identity"])
    assert "prs_FirstName" in without.html and "CANARY-number" not in without.html
    assert "CANARY-number" in taken(visitor, case, categories=["identity"], document_number="y").html


def test_pressed_twice_it_is_one_line_in_the_ledger_and_a_file_each_time(valley: Valley) -> None:
    case = valley.case()
    visitor = valley.caseworker.visitor()
    page = visitor.open(exporting(case))
    for _press in range(2):
        assert "CANARY-identity" in page.submit(WISH, containing="told_to").html
    with valley.database.unit_of_work(valley.caseworker.actor) as session:
        assert session.scalar(select(func.count(CaseExport.id))) == 1


def test_a_file_of_a_referred_case_names_who_referred_when_and_when_it_was_taken_on(valley: Valley) -> None:
    before = now().date()
    case, _consent, referral = valley.sent()
    receiver = valley.receiver.visitor()
    receiver.open(f"/en/referrals/{referral.id}").submit(containing="Accept and take it on")
    record = json.loads(taken(valley.caseworker.visitor(), case, kind="json").response.get_data())["cases"][0]
    days = {day.isoformat() for day in (before, now().date())}  # Midnight may have come between.
    (told,) = record["referral"]
    assert {told.pop("cas_OutgoingReferralDate"), told.pop("cas_IncomingReferralDate")} <= days
    assert told == {
        "cas_ReferringOrganisation": "Osh partner",
        "cas_ReferredOrganisation": "Khujand partner",
    }
    assert record["con_Consent"] is True


def test_nobody_but_those_who_need_to_know_takes_a_case_away(valley: Valley) -> None:
    case = valley.case()
    for stranger in (valley.receiver, valley.onlooker):
        assert stranger.visitor().open(exporting(case)).status == 404
    assert "CANARY-identity" in taken(valley.supervisor.visitor(), case).html


# In.


def test_what_left_one_desk_as_a_file_comes_in_at_another_the_same(valley: Valley) -> None:
    case = valley.case()
    every = [category.value for category in WRITTEN]
    file = taken(valley.caseworker.visitor(), case, kind="csv", categories=every).response.get_data()
    page = bring(valley.receiver.visitor(), file)
    assert "Will become a case: 1" in page.main
    done = page.submit(containing="Make cases")
    assert "1 case was made" in done.html
    with valley.database.unit_of_work(valley.receiver.actor) as session:
        (made,) = session.scalars(select(Case).where(Case.tenant_id == valley.khujand.id)).all()
        desk = valley.desk(session, valley.receiver)
        assert cases.read_parts(session, valley.receiver.actor, desk, made) == WRITTEN


ROWS = as_csv(
    {"prs_First_Name": "CANARY-one", "Gender": "Feminine", "Shoe size": "CANARY-shoe", "prs_Birthdate": ""},
    {"prs_First_Name": "CANARY-two", "Gender": "Feminine", "Shoe size": "", "prs_Birthdate": "CANARY-day"},
    {"prs_First_Name": "CANARY-three", "Gender": "Martian", "Shoe size": "", "prs_Birthdate": "17.05.1999"},
)


def test_a_file_is_looked_at_first_and_wrong_rows_never_cost_right_ones(valley: Valley) -> None:
    visitor = valley.caseworker.visitor()
    report = bring(visitor, ROWS)
    assert report.status == 200 and case_count(valley) == 0
    assert "Will become a case: 2" in report.main and "put it right and bring it again: 1" in report.main
    for words in (
        "prs_Birthdate: CANARY-day is no date",
        "The column prs_First_Name is read as prs_FirstName",
        "prs_Gender: Martian is not in the standard's list",
        "Shoe size is no field of the standard",
    ):
        assert words in report.main
    done = report.submit(containing="Make cases")
    assert case_count(valley) == 2
    assert "CANARY-two" not in done.main
    page = done.follow("Is a case now")
    assert page.path.startswith("/en/referrals/cases/")
    again = bring(visitor, ROWS)
    assert "Was brought before: 2" in again.main and "Make cases" not in again.main
    assert case_count(valley) == 2


def test_a_press_sent_twice_or_of_a_file_replaced_makes_nothing_twice(valley: Valley) -> None:
    visitor = valley.caseworker.visitor()
    first = bring(visitor, ROWS)
    replaced = bring(visitor, as_csv({"prs_FirstName": "Other"}))
    stale = first.submit(containing="Make cases")
    assert "was replaced" in stale.html and case_count(valley) == 0
    for _press in range(2):
        replaced.submit(containing="Make cases")
    assert case_count(valley) == 1


def test_a_large_file_never_touches_a_disk(valley: Valley, monkeypatch: pytest.MonkeyPatch) -> None:
    def spooled(*_told: object, **_more: object) -> None:
        raise AssertionError("written to a temporary file")

    monkeypatch.setattr("werkzeug.formparser.SpooledTemporaryFile", spooled)
    rows = as_csv(*({"prs_FirstName": f"P{number}", "x_account": "CANARY" * 500} for number in range(300)))
    assert len(rows) > 800_000
    assert "Will become a case: 300" in bring(valley.caseworker.visitor(), rows).main


def test_two_persons_of_whom_the_same_is_said_are_two(valley: Valley) -> None:
    row = {"prs_Gender": "Feminine", "x_age_band": "9-17"}
    bring(valley.caseworker.visitor(), as_csv(row, row)).submit(containing="Make cases")
    assert case_count(valley) == 2


def test_a_long_file_is_gone_on_with_in_the_authors_next_sessions(
    valley: Valley, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(importing, "AT_ONCE", 2)
    visitor = valley.caseworker.visitor()
    rows = as_csv(*({"prs_FirstName": f"P{number}"} for number in range(5)))
    bring(visitor, rows).submit(containing="Make cases")
    assert case_count(valley) == 2
    # A colleague's session leaves it: the cases are to be the author's own.
    valley.supervisor.visitor().open("/en/referrals/cases/")
    assert case_count(valley) == 2
    for expected in (4, 5, 5):
        visitor.open("/en/referrals/cases/")
        assert case_count(valley) == expected
    with valley.database.unit_of_work(valley.caseworker.actor) as session:
        assert set(session.scalars(select(Case.owner_id))) == {valley.caseworker.user_id}


@pytest.mark.parametrize(
    ("data", "words"),
    [(b"", "Choose a file"), (b"PK\x03\x04", "workbook"), (b"{", "cannot be read"), (b"a,b\n", "no case")],
)
def test_what_is_no_file_of_cases_is_refused_in_words(valley: Valley, data: bytes, words: str) -> None:
    page = bring(valley.caseworker.visitor(), data)
    assert page.status == 422 and words in page.errors()["file"]


def test_a_file_is_its_authors_alone_and_is_forgotten(valley: Valley) -> None:
    page = bring(valley.caseworker.visitor(), ROWS)
    ident = page.values("brought")["brought"]
    for other in (valley.supervisor, valley.receiver):
        visitor = other.visitor()
        own = visitor.open("/en/referrals/cases/import")
        assert "CANARY" not in own.html
        token = own.values("csrf_token")["csrf_token"]
        answer = visitor.post("/en/referrals/cases/import/take", {"csrf_token": token, "brought": ident})
        assert answer.status == 404 or "was replaced" in answer.html
    assert case_count(valley) == 0
    page.submit({"what": "forget"}, containing="Forget")
    with valley.database.unit_of_work(valley.caseworker.actor) as session:
        assert session.scalar(select(func.count(CaseImport.id))) == 0
        assert not session.scalars(select(PartKey).where(PartKey.sealed_kind == "case_import")).all()


def test_what_nobody_took_is_forgotten_after_a_month(valley: Valley, owner_engine: Engine) -> None:
    bring(valley.caseworker.visitor(), ROWS)
    with owner_engine.begin() as connection:
        connection.execute(
            text("UPDATE case_import SET created_at = :then"), {"then": now() - datetime.timedelta(days=31)}
        )
    with valley.database.unit_of_work(Actor.clock(valley.osh.id)) as session:
        importing.forget_old(session)
        session.flush()
        assert session.scalar(select(func.count(CaseImport.id))) == 0
        assert not session.scalars(select(PartKey).where(PartKey.sealed_kind == "case_import")).all()


def test_nothing_of_a_file_is_left_in_the_clear(
    valley: Valley, owner_engine: Engine, database: Database, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    case = valley.case()
    visitor = valley.caseworker.visitor()
    bring(visitor, ROWS).submit(containing="Make cases")
    taken(visitor, case)
    with owner_engine.connect() as connection:
        for table in (
            "case_import",
            "case_export",
            "imported_case",
            "desk_secret",
            "audit_entry",
            "deed",
            "due",
        ):
            rows = connection.execute(text(f"SELECT t::text FROM {table} t")).scalars()
            kept = "\n".join(rows)
            assert "CANARY" not in kept and b"CANARY".hex() not in kept, table
    assert "CANARY" not in caplog.text


def test_tasks_of_other_kinds_wait_for_their_own_doers() -> None:
    assert set(tasks._doers) >= {"import", "take_back_contribution"}
