"""Consent as it is asked for: one thing a page, kept after each, judged by the rules, recorded once."""

from __future__ import annotations

import datetime
import uuid
from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import Engine, text

from network.database import now
from network.permissions import Role
from network.referrals.categories import Category
from network.referrals.models import Case
from tests.factories import Make
from tests.referrals.asking import Answers, ask, good, guarded, record
from tests.referrals.conftest import WRITTEN, Valley

CHILD = {**WRITTEN, Category.IDENTITY: {"prs_FirstName": "CANARY-identity", "prs_Birthdate": "2014-05-17"}}
TODAY = datetime.datetime.now(datetime.UTC).date()


def case_page(valley: Valley, case: Case) -> str:
    return valley.caseworker.visitor().open(f"/en/referrals/cases/{case.id}").main


def test_what_was_decided_is_read_back_in_sentences_and_recorded_with_one_button(valley: Valley) -> None:
    case = valley.case()
    page = ask(valley.caseworker.visitor(), case, good(valley))
    assert "Khujand partner may read: Safe contact; Health. May not pass it on." in page.main
    assert "Consent of" not in case_page(valley, case)
    done = page.submit(containing="Record the consent")
    assert "Khujand partner may read: Safe contact; Health. May not pass it on." in done.main
    kept = done.follow("Look at it")
    assert "In writing" in kept.main and "CANARY-contact" in kept.main and "Version 1.0" in kept.main


def test_each_organization_is_decided_about_apart(valley: Valley) -> None:
    answers = good(valley)
    answers["whom"]["recipients"] = [str(valley.khujand.id), str(valley.andijan.id)]
    answers["what"] |= {
        f"c{valley.andijan.id.hex}": ["contact"],
        f"o{valley.andijan.id.hex}": "y",
        f"r{valley.khujand.id.hex}": "y",
    }
    page = ask(valley.caseworker.visitor(), valley.case(), answers)
    assert (
        "Khujand partner may read: Safe contact; Health. May be given a copy. May not pass it on."
        in page.main
    )
    assert "Andijan partner may read: Safe contact. May pass it on." in page.main


def day(days: int) -> str:
    return (TODAY + datetime.timedelta(days=days)).isoformat()


BAD: list[tuple[str, dict[str, Any], str]] = [
    ("who", {"purpose": "sale"}, "Choose one"),
    ("who", {"given_by": "parent", "guardian_authority": "x"}, "cannot decide for a grown-up"),
    ("who", {"given_by": "legal_guardian"}, "which paper shows"),
    ("who", {"guardian_name": "x" * 201}, "200"),
    ("words", {"informed": ["consents"]}, "Tick each"),
    ("words", {"informed": None}, "Tick each"),
    ("words", {"language": "xx"}, "Choose one"),
    ("whom", {"recipients": None}, "Which organizations may read something?"),
    ("whom", {"recipients": ["everybody"]}, "Choose from"),
    ("whom", {"recipients": [str(uuid.UUID(int=7))]}, "Choose from"),
    ("how", {"expires_on": "2020-01-01"}, "passed already"),
    ("how", {"expires_on": day(370)}, "12 months"),
    ("how", {"expires_on": "soon"}, "real date"),
    ("how", {"given_on": day(3)}, "in the future"),
    ("how", {"method": None}, "How was consent given?"),
    ("how", {"method": "telepathy"}, "Choose one"),
    ("how", {"method": "thumbprint"}, "Say who saw it"),
    ("how", {"witness": "x" * 201}, "200"),
]


@pytest.mark.parametrize(("step", "wrong", "words"), BAD, ids=str)
def test_what_cannot_be_is_said_beside_its_question_and_what_was_typed_is_kept(
    valley: Valley, step: str, wrong: dict[str, Any], words: str
) -> None:
    case = valley.case()
    visitor = valley.caseworker.visitor()
    answers = good(valley)
    answers["who"]["capacity_note"] = "CANARY-capacity"
    answers["words"]["interpreter"] = "CANARY-interpreter"
    answers[step] |= wrong
    page = ask(visitor, case, answers)
    assert page.status == 422
    assert words in page.main and page.tree.xpath("//div[@class='summary']")
    for name, typed in answers[step].items():
        if name not in wrong:
            assert page.values(name)[name] == typed
    assert "Consent of" not in case_page(valley, case)


def test_what_a_referral_lacks_is_asked_for_by_an_address_that_does_not_tell(
    valley: Valley,
) -> None:
    case, other = valley.case(), valley.case()
    draft = valley.draft(case, categories=(Category.CONTACT, Category.HEALTH))
    visitor = valley.caseworker.visitor()
    refused = visitor.open(f"/en/referrals/{draft.id}").submit(containing="Check and make ready")
    [address] = refused.tree.xpath("//main//a[text()='Ask for consent']/@href")
    assert address == f"/en/referrals/cases/{case.id}/consent?referral={draft.id}"
    assert "It is about: Khujand partner." in visitor.open(address).main
    query = address.partition("consent")[2]
    page = ask(visitor, case, good(valley) | {"whom": {}}, until="what", query=query)
    chosen = page.tree.xpath("//main//input[@type='checkbox' and @checked]/@value")
    assert chosen == ["contact", "health"], "what the referral sends along is chosen beforehand"
    for wild in (query, f"?referral={uuid.uuid4()}", "?referral=x"):
        page = visitor.open(f"/en/referrals/cases/{other.id}/consent{wild}")
        assert page.status == 200 and "It is about" not in page.main, (
            "a referral of another case, or of nobody"
        )


def test_nothing_chosen_for_anybody_is_no_consent(valley: Valley) -> None:
    answers = good(valley)
    answers["what"] = {f"c{valley.khujand.id.hex}": None}
    page = ask(valley.caseworker.visitor(), valley.case(), answers)
    assert page.status == 422 and "at least one kind of information" in page.main


def test_a_category_that_holds_nothing_yet_is_said_before_it_is_recorded(valley: Valley) -> None:
    answers = good(valley)
    answers["what"] = {f"c{valley.khujand.id.hex}": ["contact", "photo"]}
    page = ask(valley.caseworker.visitor(), valley.case(), answers)
    assert "Nothing is written yet under: Photograph" in page.main


def test_ones_own_organization_is_not_offered_and_not_taken(valley: Valley) -> None:
    answers = good(valley)
    answers["whom"]["recipients"] = [str(valley.osh.id)]
    assert ask(valley.caseworker.visitor(), valley.case(), answers).status == 422


def test_a_consent_sent_twice_is_recorded_once(valley: Valley) -> None:
    case = valley.case()
    page = ask(valley.caseworker.visitor(), case, good(valley))
    first, second = (page.submit(containing="Record the consent") for _ in range(2))
    assert first.path == second.path == f"/en/referrals/cases/{case.id}"
    assert second.main.count("May not pass it on.") == 1


def test_what_was_typed_is_there_again_tomorrow_for_its_writer_alone_and_sealed(
    valley: Valley, owner_engine: Engine
) -> None:
    case = valley.case()
    answers = good(valley)
    answers["words"]["interpreter"] = "CANARY-interpreter"
    ask(valley.caseworker.visitor(), case, answers, until="whom")
    path = f"/en/referrals/cases/{case.id}/consent"
    again = valley.caseworker.visitor().open(f"{path}/words")
    assert again.values("informed")["interpreter"] == "CANARY-interpreter"
    hers = valley.supervisor.visitor().open(f"{path}/words")
    assert hers.path == path and "CANARY-interpreter" not in hers.html
    with owner_engine.connect() as connection:
        rows = connection.execute(text("SELECT ciphertext FROM consent_draft")).scalars().all()
        assert len(rows) == 1 and b"CANARY" not in rows[0]
    again.visitor.open(path).submit(containing="Throw it away")
    with owner_engine.connect() as connection:
        left = "SELECT (SELECT count(*) FROM consent_draft) + (SELECT count(*) FROM wraps.part_key WHERE sealed_kind = 'consent')"
        assert connection.execute(text(left)).scalar_one() == 0


def test_a_refusal_is_written_down_and_blocks_nothing(valley: Valley, owner_engine: Engine) -> None:
    case = valley.case()
    page = ask(valley.caseworker.visitor(), case, good(valley), until="whom")
    done = page.submit(containing="The person says no")
    assert "Refusal of" in done.main and "the person said no" in done.main
    assert "The person said no" not in done.title
    with owner_engine.connect() as connection:
        kinds = connection.execute(text("SELECT kind FROM consent_event")).scalars().all()
        due = connection.execute(text("SELECT count(*) FROM due WHERE kind LIKE 'referrals.consent%'"))
        assert kinds == ["refused"] and due.scalar_one() == 0
    saved = done.visitor.open(f"/en/referrals/cases/{case.id}/health").submit({"health_needs": "more"})
    assert saved.status == 200
    assert "Consent of" in record(done.visitor, case, good(valley)).main


def test_being_counted_is_a_consent_of_its_own_that_is_withdrawn_apart(valley: Valley) -> None:
    case = valley.case()
    answers = good(valley)
    answers["how"]["reporting"] = "y"
    visitor = valley.caseworker.visitor()
    done = record(visitor, case, answers)
    assert "Counting in reports, without any name" in done.main
    links = [
        a.get("href") for a in done.tree.xpath("//main//a") if "Withdraw this consent" in a.text_content()
    ]
    counting = next(link for link in links if "No open referral" in visitor.open(link).main)
    assert len(links) == 2
    visitor.open(counting).submit(containing="Withdraw now")
    page = visitor.open(f"/en/referrals/cases/{case.id}")
    kept = {section.text_content() for section in page.tree.xpath("//section[@class='panel']")}
    assert {"Active" in words for words in kept if "Khujand" in words} == {True}
    assert {"Withdrawn" in words for words in kept if "Counting" in words} == {True}


def test_a_purpose_that_sends_nothing_asks_for_no_organization(valley: Valley) -> None:
    answers: Answers = {k: v for k, v in good(valley).items() if k not in ("whom", "what")}
    answers["who"] = {"purpose": "data_storage"}
    done = record(valley.caseworker.visitor(), valley.case(), answers)
    assert "Keeping what the person told" in done.main


# Children and guardians.


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"given_by": "self"}, "under 18"),
        ({"guardian_authority": " "}, "which paper shows"),
        ({"guardian_unsuitable": "y"}, "cannot decide for it"),
        ({"assent": None}, "what the child said"),
        ({"assent": "refuses"}, "The child does not want it"),
    ],
    ids=str,
)
def test_for_a_child_the_right_person_decides_on_paper_and_the_child_is_asked(
    valley: Valley, wrong: dict[str, Any], words: str
) -> None:
    answers = guarded(valley)
    answers["who"] |= wrong
    page = ask(valley.caseworker.visitor(), valley.case(CHILD), answers)
    assert page.status == 422 and words in page.main
    assert page.values("guardian_name")["guardian_name"] == "CANARY-guardian"


def test_a_guardians_consent_ends_thirty_days_after_the_birthday_on_a_first_and_the_guardian_is_sealed(
    valley: Valley, owner_engine: Engine
) -> None:
    case = valley.case(CHILD)
    record(valley.caseworker.visitor(), case, guarded(valley))
    with owner_engine.connect() as connection:
        row = connection.execute(text("SELECT * FROM consent")).one()
        assert row.given_by == "guardian"
        assert row.guardian_consent_ends_on == datetime.date(2032, 7, 1)
        assert b"CANARY" not in row.ciphertext


def test_a_birth_date_that_is_written_later_ends_the_guardians_consent_by_it(
    valley: Valley, owner_engine: Engine
) -> None:
    case = valley.case(
        {**WRITTEN, Category.IDENTITY: {"prs_FirstName": "x"}, Category.DEMOGRAPHICS: {"age_band": "9-17"}}
    )
    visitor = valley.caseworker.visitor()
    record(visitor, case, guarded(valley))
    born = (now() - datetime.timedelta(days=int(17.9 * 365.25))).date()
    visitor.open(f"/en/referrals/cases/{case.id}/identity").submit({"prs_Birthdate": born.isoformat()})
    with owner_engine.connect() as connection:
        ends = connection.execute(text("SELECT guardian_consent_ends_on FROM consent")).scalar_one()
        assert ends is not None and ends.day == 1
        due = connection.execute(
            text("SELECT due_at FROM due WHERE kind = 'referrals.consent_expires'")
        ).scalars()
        assert [moment.date() for moment in due] == [min(ends, TODAY + datetime.timedelta(days=90))]


# On the telephone.


def test_on_the_telephone_the_code_and_one_press_end_everything(
    valley: Valley, make: Make, count_queries: Callable[..., Any]
) -> None:
    case, _consent, referral = valley.sent()
    somebody = make.user(valley.osh, [Role.CASEWORKER]).visitor()
    assert somebody.open(f"/en/referrals/cases/{case.id}").status == 404
    page = somebody.open("/en/referrals/withdraw").submit(
        {"code": f" {case.code.lower()} "}, containing="code"
    )
    assert case.code in page.main and "CANARY" not in page.html and "Khujand" not in page.main
    done = page.submit(containing="Withdraw everything now")
    assert done.status == 200 and "Everything is withdrawn" in done.html and case.code not in done.html
    again = done.submit({"code": case.code}, containing="code")
    assert "no consent holds" in again.main and case.code not in again.address
    receiver = valley.receiver.visitor().open(f"/en/referrals/{referral.id}")
    assert "Consent withdrawn" in receiver.main and "CANARY" not in receiver.html


@pytest.mark.parametrize("code", ["NOPE-123", "%", "' OR 1=1 --", "x" * 500])
def test_a_code_that_is_nobodys_finds_nothing(valley: Valley, code: str) -> None:
    valley.sent()
    page = (
        valley.caseworker.visitor().open("/en/referrals/withdraw").submit({"code": code}, containing="code")
    )
    assert page.status == 200 and "no case with this code" in page.main
    theirs = (
        valley.onlooker.visitor()
        .open("/en/referrals/withdraw")
        .submit({"code": valley.case().code}, containing="code")
    )
    assert "no case with this code" in theirs.main
