"""The ledger and the papers for the person herself: right, tagged, in five languages, and silent on what it is about."""

from __future__ import annotations

import io

import pypdf
import pytest
from sqlalchemy import Engine, text

from network.i18n.languages import LANGUAGES
from network.referrals.categories import Category
from tests.pages import Visitor
from tests.referrals.conftest import FOUR, Valley
from tests.referrals.test_leaving import taken
from tests.referrals.test_overrides import emergency
from tests.referrals.test_rules import accept, again, narrow

SILENT = ("traffick", "торгов", "odam savdo", "адам сат", "савдои одам", "CANARY-account", "CANARY-identity")
"""What no paper may say."""
LETTERS = {"ky": "ң", "uz": "oʻ", "tg": "ҳ", "ru": "ы", "en": "w"}


def words(body: bytes) -> str:
    reader = pypdf.PdfReader(io.BytesIO(body))
    assert "/MarkInfo" in reader.trailer["/Root"], "the paper is tagged"
    return " ".join(" ".join(page.extract_text() for page in reader.pages).split())


def printed(visitor: Visitor, path: str) -> str:
    response = visitor.client.get(path)
    assert response.status_code == 200 and response.mimetype == "application/pdf"
    assert response.headers["Cache-Control"] == "no-store"
    said = words(response.data)
    assert not [word for word in SILENT if word.lower() in said.lower()]
    return said


@pytest.mark.parametrize("language", list(LANGUAGES))
def test_consent_is_printed_in_the_language_of_the_person_with_the_code_by_which_it_is_withdrawn(
    valley: Valley, language: str
) -> None:
    case = valley.case()
    consent = valley.consent(case)
    visitor = valley.caseworker.visitor()
    said = printed(visitor, f"/{language}/referrals/cases/{case.id}/consents/{consent.id}/consent.pdf")
    assert "Khujand partner" in said and case.code in said and LETTERS[language] in said
    assert "өзүңүз чечесиз" in said  # The wording as it was read, whatever the paper's language.
    page = visitor.open(f"/en/referrals/cases/{case.id}/consents/{consent.id}")
    assert f"/{language}/referrals/cases/{case.id}/consents/{consent.id}/consent.pdf" in page.html


def test_the_ledger_says_who_received_what_when_under_which_consent_and_what_became_of_it(
    valley: Valley, owner_engine: Engine
) -> None:
    case, consent, referral = valley.sent()
    accept(valley, referral)
    narrow(valley, consent, Category.HEALTH)
    again(valley, case, consent, *FOUR[:2])
    visitor = valley.caseworker.visitor()
    page = visitor.open(f"/en/referrals/cases/{case.id}").follow("Who received what")
    assert "Khujand partner," in page.main and "Taken back since: Sex, age, languages; Health." in page.main
    assert "They must confirm by" in page.main and "CANARY" not in page.html
    said = printed(visitor, f"/en/referrals/cases/{case.id}/ledger.pdf")
    assert "Was sent: Name and identity; Safe contact; Sex, age, languages; Health." in said
    assert referral.code in said and case.code in said
    with owner_engine.connect() as connection:
        done = connection.execute(text("SELECT action FROM audit_entry")).scalars().all()
        assert "ledger.printed" in done


def test_a_file_that_was_taken_away_stands_in_the_ledger_and_for_whom_it_was_on_the_screen_alone(
    valley: Valley,
) -> None:
    case = valley.case()
    visitor = valley.caseworker.visitor()
    taken(visitor, case, kind="json")
    page = visitor.open(f"/en/referrals/cases/{case.id}/ledger")
    assert "A file (HTCDS as JSON" in page.main
    assert "Was taken away: Name and identity; Health." in page.main and "CANARY-told" in page.main
    said = printed(visitor, f"/en/referrals/cases/{case.id}/ledger.pdf")
    assert "Was taken away: Name and identity; Health." in said and "CANARY-told" not in said


def test_what_left_without_consent_stands_in_the_ledger_as_such(valley: Valley) -> None:
    emergency(valley)
    visitor = valley.caseworker.visitor()
    page = visitor.open("/en/referrals/").follow("Our cases")
    case = next(a for a in page.tree.xpath("//td/a") if "cases/" in a.get("href"))
    ledger = visitor.open(case.get("href")).follow("Who received what")
    assert "Without consent, because of danger" in ledger.main


def test_a_case_from_which_nothing_left_says_so(valley: Valley) -> None:
    case = valley.case()
    visitor = valley.caseworker.visitor()
    assert "Nobody has received anything" in visitor.open(f"/en/referrals/cases/{case.id}/ledger").main
    assert "Nobody has received anything" in printed(visitor, f"/en/referrals/cases/{case.id}/ledger.pdf")
