"""A referral on paper for the desk that received it: what may be copied, in its reader's language, once in the ledger."""

from __future__ import annotations

import datetime
import io
from typing import Any

import pytest
from pypdf import PdfReader
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError

from network.audit import AuditEntry
from network.database import now, run_raw
from network.referrals import queries, wordings
from network.referrals.categories import Category
from network.referrals.models import Case, Disclosure, Obligation, Referral
from network.referrals.services import consents
from tests.factories import PASSPHRASE, Person
from tests.pages import Page
from tests.referrals.conftest import FOUR, Valley, details
from tests.referrals.test_referral import accept, withdraw

LETTERS = "Айгүл Өмүрова Ңң, Нигина Ӯғлӣ Ҳ Қ Ҷ, Oʻgʻiloy Gʻ"
WORDS = {
    Category.IDENTITY: {"prs_FirstName": LETTERS, "prs_Birthdate": "1999-05-17"},
    Category.CONTACT: {"prs_MobilePhone": "CANARY-contact", "safe_channel": "voice"},
    Category.DEMOGRAPHICS: {"prs_Gender": "Feminine", "age_band": "27-29", "special_needs": "CANARY-needs"},
    Category.HEALTH: {"health_needs": "CANARY-first line\nCANARY-second line"},
}


def sent(valley: Valley, *, copies: bool = True) -> tuple[Any, Referral]:
    """A referral of four categories to Khujand, which may copy them or only read them."""
    case = valley.case(WORDS)  # type: ignore[arg-type]
    with valley.database.unit_of_work(valley.caseworker.actor) as session:
        wordings.ensure(session)
        consent = consents.give_consent(
            session,
            valley.caseworker.actor,
            valley.desk(session, valley.caseworker),
            session.get_one(Case, case.id),
            text=session.scalars(queries.consent_text(wordings.REFERRAL, "ky")).one(),
            scopes={valley.khujand.id: frozenset(FOUR)},
            details=details(),
            expires_at=now() + datetime.timedelta(days=90),
            copies=frozenset({valley.khujand.id}) if copies else frozenset(),
        )
    referral = valley.draft(case)
    valley.approved(referral, consent)
    valley.send(referral)
    return consent, referral


def taken(person: Person, referral: Referral, language: str = "en", password: str = PASSPHRASE) -> Page:
    page = person.visitor().open(f"/{language}/referrals/{referral.id}/copy")
    return page.submit({"password": password}, containing="password") if page.status == 200 else page


def paper(page: Page) -> tuple[PdfReader, str]:
    assert page.status == 200 and page.response.mimetype == "application/pdf", page.main[:300]
    reader = PdfReader(io.BytesIO(page.response.get_data()))
    return reader, " ".join(" ".join(one.extract_text() for one in reader.pages).split())


def ledger(valley: Valley, referral: Referral) -> list[Disclosure]:
    with valley.database.unit_of_work(valley.caseworker.actor) as session:
        return list(session.scalars(queries.disclosures_of(referral.id)).all())


def test_before_it_is_accepted_a_copy_holds_what_is_asked_and_nothing_of_the_parts(valley: Valley) -> None:
    _consent, referral = sent(valley)
    valley.receiver.visitor().open(f"/en/referrals/{referral.id}")
    _reader, words = paper(taken(valley.receiver, referral))
    assert "CANARY-service" in words and "CANARY-need" in words
    assert "CANARY-contact" not in words and "CANARY-first" not in words and "Айгүл" not in words


@pytest.mark.parametrize("language", ["ru", "ky", "tg", "uz", "en"])
def test_a_copy_is_tagged_in_its_readers_language_and_each_page_carries_code_and_hash(
    valley: Valley, language: str
) -> None:
    _consent, referral = sent(valley)
    accept(valley, referral)
    reader, words = paper(taken(valley.receiver, referral, language))
    for letters in (LETTERS, "CANARY-contact", "CANARY-first line", "CANARY-second line"):
        assert " ".join(letters.split()) in words
    root: Any = reader.trailer["/Root"]
    assert root["/MarkInfo"]["/Marked"] and root["/Lang"] == language and "/StructTreeRoot" in root
    with valley.database.unit_of_work(valley.caseworker.actor) as session:
        row = session.get_one(Referral, referral.id)
    for one in reader.pages:
        foot = one.extract_text()
        assert row.code in foot and (row.package_sha256 or b"").hex() in foot.replace("\n", "")
    assert ("What is asked" in words) is (language == "en")


def test_what_may_only_be_read_is_not_on_paper(valley: Valley) -> None:
    _consent, referral = sent(valley, copies=False)
    accept(valley, referral)
    page = valley.receiver.visitor().open(f"/en/referrals/{referral.id}")
    assert "CANARY-contact" in page.main
    _reader, words = paper(taken(valley.receiver, referral))
    for kept in ("CANARY-contact", "CANARY-first", "CANARY-needs", "Айгүл", "27 to 29"):
        assert kept not in words, kept
    assert "To be read on the screen alone" in words


def test_each_copy_is_a_line_in_the_ledger_and_in_the_audit_of_who_took_it(valley: Valley) -> None:
    _consent, referral = sent(valley)
    accept(valley, referral)
    page = valley.receiver.visitor().open(f"/en/referrals/{referral.id}/copy")
    for _press in range(2):
        assert page.submit({"password": PASSPHRASE}, containing="password").response.mimetype.endswith("pdf")
    package, copy = ledger(valley, referral)
    assert copy.copied_as == "pdf" and copy.categories == [c.value for c in FOUR]
    assert copy.package_sha256 == package.package_sha256
    with valley.database.unit_of_work(valley.receiver.actor) as session:
        rows = session.scalars(select(AuditEntry).where(AuditEntry.action == "referral.copied")).all()
        assert [row.user_id for row in rows] == [valley.receiver.user_id]


def test_a_wrong_passphrase_makes_no_copy(valley: Valley) -> None:
    _consent, referral = sent(valley)
    accept(valley, referral)
    page = taken(valley.receiver, referral, password="something else entirely")
    assert page.status == 422 and "not your passphrase" in page.errors()["password"]
    assert len(ledger(valley, referral)) == 1


def test_nobody_else_takes_a_copy(valley: Valley) -> None:
    _consent, referral = sent(valley)
    accept(valley, referral)
    for person in (valley.caseworker, valley.onlooker):
        assert taken(person, referral).status == 404
    assert len(ledger(valley, referral)) == 1


def test_withdrawn_there_is_nothing_to_copy_and_the_copy_is_to_be_destroyed(valley: Valley) -> None:
    consent, referral = sent(valley)
    accept(valley, referral)
    taken(valley.receiver, referral)
    withdraw(valley, consent)
    page = taken(valley.receiver, referral)
    assert page.status == 409 and "nothing to copy" in page.main and "CANARY" not in page.html
    with valley.database.unit_of_work(valley.receiving_supervisor.actor) as session:
        owed = session.scalars(select(Obligation).where(Obligation.referral_id == referral.id)).all()
        assert {one.disclosure_id for one in owed} == {line.id for line in ledger(valley, referral)}


def test_a_receiver_adds_nothing_but_copies_to_the_ledger(valley: Valley) -> None:
    """PostgreSQL itself: a line of the sender's own kind, or for a referral of others, is refused."""
    _consent, referral = sent(valley)
    statement = text(
        "INSERT INTO disclosure (id, referring_id, receiving_id, referral_id, categories, part_ids,"
        " package_sha256, disclosed_at, copied_as) VALUES (gen_random_uuid(), :osh, :receiver, :referral, '{}', '{}',"
        " '', now(), :kind)"
    )
    tried = {
        (valley.khujand.id, None): False,
        (valley.khujand.id, "pdf"): True,
        (valley.andijan.id, "pdf"): False,
    }
    for (receiver, kind), allowed in tried.items():
        actor = valley.receiver.actor if receiver == valley.khujand.id else valley.onlooker.actor
        values = {"osh": valley.osh.id, "receiver": receiver, "referral": referral.id, "kind": kind}
        try:
            with valley.database.unit_of_work(actor) as session:
                run_raw(session, statement, values)
            done = True
        except DBAPIError:
            done = False
        assert done is allowed, (receiver, kind)
