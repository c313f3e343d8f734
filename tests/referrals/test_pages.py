"""The pages of cases and referrals as a browser meets them: who reaches them, what they say, what they never say."""

from __future__ import annotations

import re
import uuid
from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Any

import pytest
from werkzeug.test import TestResponse

from network.permissions import Role
from network.referrals.models import Case, Consent, Referral
from network.referrals.notes import NoteKind
from network.referrals.services import notes, receiving
from network.web import Kopuro
from tests.factories import Make, Person
from tests.pages import Page, Visitor
from tests.referrals.asking import ask, good
from tests.referrals.conftest import FOUR, Valley

Counting = Callable[[], AbstractContextManager[list[str]]]
CASE_FILE = 8
"""Questions that opening a whole case may ask of the database, however much is in it."""
CASE_PAGES = 17
"""Questions a case page may ask of the database; four of them are its line in the audit trail."""

THREAD = uuid.UUID(int=7)
"""The note that the case of these tests has."""


@pytest.fixture
def sent(valley: Valley) -> tuple[Case, Consent, Referral]:
    case, consent, referral = valley.sent()
    actor = valley.caseworker.actor
    with valley.database.unit_of_work(actor) as session:
        desk, file = valley.desk(session, valley.caseworker), session.get_one(Case, case.id)
        written = {"cco_CaseComment": "CANARY-comment"}
        notes.write_note(session, actor, desk, file, NoteKind.COMMENT, written, thread_id=THREAD)
    return case, consent, referral


def addresses(app: Kopuro, case: Case, consent: Consent, referral: Referral, method: str) -> list[str]:
    """Every address of this feature that takes the method, with ids that exist."""
    known = {
        "lang": "en",
        "thread_id": THREAD,
        "attachment_id": THREAD,
        "case_id": case.id,
        "consent_id": consent.id,
        "referral_id": referral.id,
    }
    found = []
    for rule in app.url_map.iter_rules():
        if not rule.endpoint.startswith("referrals.") or method not in (rule.methods or set()):
            continue
        choices = re.search(r"<any\(([^)]*)\):name>", rule.rule)
        names = [name.strip(" '") for name in choices.group(1).split(",")] if choices else [""]
        if rule.endpoint.endswith(
            "_move"
        ):  # All go one way through one view; test_moves.py tries each of them.
            names = names[::5]
        for name in names:
            values: dict[str, Any] = {key: known.get(key, THREAD) for key in rule.arguments - {"name"}}
            with app.test_request_context():
                built = app.url_map.bind("").build(
                    rule.endpoint, {**values, "name": name} if choices else values, method
                )
            found.append(str(built))
    assert found
    return sorted(set(found))


def refer_page(case: Case) -> str:
    return f"/en/referrals/new?case={case.id}"


def settled(response: TestResponse, path: str) -> str:
    """The page without its own address and the masked tokens."""
    html = response.get_data(as_text=True).replace(path[3:], "HERE")
    return re.sub(r'(name="csrf_token" value=")[^"]+', r"\1", html)


BY_ROLE = ("coordinator", "observer", "admin", "organiser")
"""Who is turned away before any id is looked at."""


@pytest.mark.parametrize("who", ["other tenant", *BY_ROLE])
def test_to_everybody_outside_the_desks_there_is_no_such_page(
    app: Kopuro, valley: Valley, make: Make, sent: tuple[Case, Consent, Referral], who: str, proving: bool
) -> None:
    """Every address by another organization's caseworker, and by one of the four whose role is none of a desk; by
    all four with ``make prove``."""
    network = make.network()
    outsider = {
        "other tenant": lambda: valley.onlooker,
        "coordinator": lambda: make.user(network, [Role.COORDINATOR]),
        "observer": lambda: make.user(network, [Role.OBSERVER]),
        "admin": lambda: make.user(valley.osh, [Role.ADMIN, Role.EDITOR]),
        "organiser": lambda: make.user(valley.khujand, [Role.ORGANISER]),
    }[who]()
    client = outsider.client()
    token = Visitor(app)
    token.client = client
    csrf = token.token("/en/account/")
    ids = [str(row.id) for row in sent]
    for method in ("GET", "POST"):
        for number, path in enumerate(addresses(app, *sent, method)):
            if not any(ident in path for ident in ids):
                continue  # Lists show one's own; they are tried below.
            if who in BY_ROLE and not proving and who != BY_ROLE[number % len(BY_ROLE)]:
                continue
            none = path
            for ident in ids:
                none = none.replace(ident, str(uuid.uuid4()))
            data = {"csrf_token": csrf} if method == "POST" else None
            there = client.open(path, method=method, data=data)
            absent = client.open(none, method=method, data=data)
            assert there.status_code == absent.status_code == 404, (method, path)
            assert settled(there, path) == settled(absent, none), (method, path)
    if who == "other tenant":
        assert client.get(refer_page(sent[0])).status_code == 404
        for path in ("/en/referrals/", "/en/referrals/cases/", "/en/referrals/new"):
            assert sent[0].code not in (html := client.get(path).get_data(as_text=True))
            assert sent[2].code not in html
    else:
        for path in ("/en/referrals/", "/en/referrals/cases/", "/en/referrals/new"):
            assert client.get(path).status_code == 404


def test_strangers_are_asked_to_sign_in_whatever_the_id(
    app: Kopuro, sent: tuple[Case, Consent, Referral]
) -> None:
    client = app.test_client()
    for path in addresses(app, *sent, "GET"):
        response = client.get(path)
        assert response.status_code == 303 and "/en/login" in response.headers["Location"], path


def test_the_receiving_desk_reaches_the_referral_and_never_the_case(
    app: Kopuro, valley: Valley, sent: tuple[Case, Consent, Referral]
) -> None:
    client = valley.receiver.client()
    for path in addresses(app, *sent, "GET"):
        if str(sent[0].id) in path:
            assert client.get(path).status_code == 404, path
    assert client.get(refer_page(sent[0])).status_code == 404
    page = client.get(f"/en/referrals/{sent[2].id}")
    assert page.status_code == 200 and sent[0].code not in page.get_data(as_text=True)


def test_a_colleague_who_does_not_work_on_the_case_sees_no_sign_of_it(
    app: Kopuro, valley: Valley, make: Make, sent: tuple[Case, Consent, Referral]
) -> None:
    client = make.user(valley.osh, [Role.CASEWORKER]).client()
    for path in addresses(app, *sent, "GET"):
        if any(str(row.id) in path for row in sent):
            assert client.get(path).status_code == 404, path
    for path in ("/en/referrals/", "/en/referrals/cases/", "/en/referrals/new"):
        html = client.get(path).get_data(as_text=True)
        assert sent[0].code not in html and sent[2].code not in html, path


def test_titles_addresses_and_notices_carry_nothing_of_a_case(
    app: Kopuro, valley: Valley, sent: tuple[Case, Consent, Referral]
) -> None:
    case, _consent, referral = sent
    for person in (valley.caseworker, valley.receiver):
        visitor = person.visitor()
        for path in addresses(app, *sent, "GET"):
            page = visitor.open(path)
            if page.status == 404 or page.response.mimetype == "application/pdf":
                continue
            assert page.status in (200, 409), (page.status, path)
            for secret in (case.code, referral.code, "CANARY", valley.khujand.name, valley.osh.name):
                assert secret not in page.title, path
            assert not re.search(r"CANARY|POD-|T\d+-", page.path)
    visitor = valley.caseworker.visitor()
    saved = visitor.open(f"/en/referrals/cases/{case.id}/health").submit({"health_needs": "CANARY-new"})
    assert "".join(saved.tree.xpath("//*[@role='status']//text()")).strip() == "Saved."


LISTS = ("/en/referrals/", "/en/referrals/cases/", "/en/referrals/calls/")
"""Codes and states alone, so they may be compressed."""


def test_pages_with_words_of_a_case_are_neither_kept_nor_compressed(
    app: Kopuro, valley: Valley, sent: tuple[Case, Consent, Referral]
) -> None:
    for person in (valley.caseworker, valley.receiver):
        client = person.client()
        for path in addresses(app, *sent, "GET"):
            response = client.get(path, headers={"Accept-Encoding": "gzip, br"})
            if response.status_code == 200:
                assert response.headers["Cache-Control"] == "no-store", path
                assert ("Content-Encoding" in response.headers) == (path in LISTS), path


def test_pages_ask_few_questions_however_much_there_is(
    valley: Valley, sent: tuple[Case, Consent, Referral], count_queries: Counting
) -> None:
    case, _consent, referral = sent
    visitor = valley.caseworker.visitor()
    pages = {
        f"/en/referrals/cases/{case.id}": CASE_FILE,
        f"/en/referrals/cases/{case.id}/health": CASE_PAGES,
        "/en/referrals/": 8,
        "/en/referrals/cases/": 8,
        f"/en/referrals/{referral.id}": CASE_FILE,
    }

    def asked() -> dict[str, list[str]]:
        seen = {}
        for path in pages:
            with count_queries() as statements:
                assert visitor.open(path).status == 200
            seen[path] = statements
        return seen

    asked()
    few = asked()
    for _ in range(3):
        consent = valley.consent(case)
        valley.approved(valley.draft(case), consent)
        valley.sent(FOUR[:2])
    many = asked()
    for path, most in pages.items():
        assert len(few[path]) == len(many[path]) <= most, (path, len(few[path]), "\n".join(many[path]))


def test_what_was_written_is_read_again(valley: Valley) -> None:
    visitor = valley.caseworker.visitor()
    case = visitor.open("/en/referrals/cases/").submit(containing="Open a new case")
    page = case.follow("Name and identity")
    page = page.submit({"prs_FirstName": "Өмүрбек Ғуломов", "prs_Birthdate": "17.05.1999"})
    assert page.path == case.path
    again = page.follow("Name and identity")
    values = again.values("prs_FirstName")
    assert values["prs_FirstName"] == "Өмүрбек Ғуломов" and values["prs_Birthdate"] == "1999-05-17"


# Bad input: a clear message at its field, what was typed kept, nothing done.

LONG = "x" * 8001
BAD_PARTS = [
    ("health", "health_needs", LONG, "8000"),
    ("health", "health_needs", "a\x00b", "cannot be kept"),
    ("identity", "prs_Birthdate", "the day of the first snow", "real date"),
    ("identity", "prs_Birthdate", "31.02.1999", "real date"),
    ("identity", "prs_FirstName", "x" * 301, "300"),
    ("demographics", "prs_Gender", "Clockwork", "Choose one"),
]


@pytest.mark.parametrize(("name", "field", "typed", "words"), BAD_PARTS)
def test_a_part_that_cannot_be_read_comes_back_as_it_was_typed(
    valley: Valley, name: str, field: str, typed: str, words: str
) -> None:
    case = valley.case()
    visitor = valley.caseworker.visitor()
    path = f"/en/referrals/cases/{case.id}/{name}"
    page = visitor.open(path).submit({field: typed})
    assert page.status == 422
    assert words in page.errors()[field]
    if field != "prs_Gender" and "\x00" not in typed:
        assert page.values(field)[field] == typed
    assert page.values(field)["seen"] == "1"
    assert page.tree.xpath("//div[@class='summary']//a[@href]")
    assert typed not in visitor.open(path).html


BAD_RISKS = [
    ({"assessed_on": "2999-01-01", "level": "low"}, "assessed_on"),
    ({"assessed_on": "", "level": "low"}, "assessed_on"),
    ({"assessed_on": "2026-01-01", "level": None}, "level"),
    ({"assessed_on": "2026-01-01", "level": "cosmic"}, "level"),
    ({"assessed_on": "2026-01-01", "level": "low", "notes": LONG}, "notes"),
]


@pytest.mark.parametrize(("typed", "field"), BAD_RISKS)
def test_a_risk_assessment_is_asked_again(valley: Valley, typed: dict[str, str | None], field: str) -> None:
    case = valley.case(assessed=False)
    visitor = valley.caseworker.visitor()
    page = visitor.open(f"/en/referrals/cases/{case.id}/risk").submit({"notes": "CANARY-kept", **typed})
    assert page.status == 422 and "One thing to put right" in page.main
    assert page.values("notes")["notes"] == typed.get("notes", "CANARY-kept")
    assert "Not yet" in visitor.open(f"/en/referrals/cases/{case.id}").main


BAD_REFERRALS: list[tuple[dict[str, Any], str]] = [
    ({"recipient": None}, "Which organization do you ask?"),
    ({"recipient": str(uuid.UUID(int=7))}, "Choose one"),
    ({"requested_service": "   "}, "Fill this in"),
    ({"requested_service": "x" * 301}, "300"),
    ({"need": LONG}, "8000"),
    ({"categories": None}, "at least one kind of information"),
    ({"categories": ["photo"]}, "Choose from"),
    ({"priority": "yesterday"}, "Choose one"),
]


@pytest.mark.parametrize(("wrong", "words"), BAD_REFERRALS, ids=str)
def test_a_referral_that_lacks_something_is_not_drafted(
    valley: Valley, wrong: dict[str, Any], words: str
) -> None:
    case = valley.case()
    visitor = valley.caseworker.visitor()
    good = {
        "recipient": str(valley.khujand.id),
        "requested_service": "CANARY-service",
        "need": "CANARY-need",
        "categories": ["contact", "health"],
    }
    page = visitor.open(refer_page(case)).submit({**good, **wrong})
    assert page.status == 422
    assert words in page.main and page.tree.xpath("//div[@class='summary']")
    kept = page.values("need")
    for field, value in good.items():
        if field not in wrong:
            assert kept[field] == value
    assert "You have not referred anybody yet" in visitor.open("/en/referrals/").main


def test_wild_ids_in_the_address_are_no_page(valley: Valley) -> None:
    client = valley.caseworker.client()
    for path in (
        "new?case=x",
        f"new?case={uuid.uuid4()}",
        "new?case=",
        "cases/x",
        f"cases/{uuid.uuid4()}",
        str(uuid.uuid4()),
        f"{uuid.uuid4()}/decline",
        f"cases/{uuid.uuid4()}/horoscope",
    ):
        assert client.get(f"/en/referrals/{path}").status_code == 404, path


# Two people at once, and old pages.


def test_of_two_who_write_at_once_the_second_sees_both_texts(valley: Valley) -> None:
    case = valley.case()
    path = f"/en/referrals/cases/{case.id}/health"
    mine, hers = valley.caseworker.visitor().open(path), valley.supervisor.visitor().open(path)
    assert hers.submit({"health_needs": "CANARY-hers"}).status == 200
    page = mine.submit({"health_needs": "CANARY-mine"})
    assert page.status == 409
    assert "Somebody else changed this" in page.main and "CANARY-hers" in page.main
    assert page.values("health_needs")["health_needs"] == "CANARY-mine"
    assert page.submit({"health_needs": "CANARY-both"}).status == 200
    assert "CANARY-both" in mine.visitor.open(path).html


def test_with_errors_on_it_the_page_still_knows_what_its_writer_had_seen(valley: Valley) -> None:
    case = valley.case()
    path = f"/en/referrals/cases/{case.id}/identity"
    mine, hers = valley.caseworker.visitor().open(path), valley.supervisor.visitor().open(path)
    hers.submit({"prs_FirstName": "CANARY-hers"})
    wrong = mine.submit({"prs_FirstName": "CANARY-mine", "prs_Birthdate": "never"})
    assert wrong.status == 422
    assert wrong.submit({"prs_Birthdate": ""}).status == 409


@pytest.mark.parametrize("seen", ["0", "", "-1", "99999999999999999999", "1; DROP TABLE", None])
def test_from_a_stale_page_nothing_moves_and_the_present_state_is_shown(
    valley: Valley, sent: tuple[Case, Consent, Referral], seen: str | None
) -> None:
    referral = sent[2]
    page = valley.receiver.visitor().open(f"/en/referrals/{referral.id}")
    answer = page.submit({"seen": seen}, containing="Accept and take it on")
    assert answer.status == 409
    assert "changed meanwhile" in answer.main and "Opened" in answer.main
    assert "CANARY-health" not in answer.html


def test_accepting_an_old_page_after_a_withdrawal_shows_the_withdrawal(
    valley: Valley, sent: tuple[Case, Consent, Referral]
) -> None:
    case, consent, referral = sent
    old = valley.receiver.visitor().open(f"/en/referrals/{referral.id}")
    ask = valley.caseworker.visitor().open(f"/en/referrals/cases/{case.id}/consents/{consent.id}/withdraw")
    assert "Khujand partner" in ask.main
    assert ask.submit(containing="Withdraw now").status == 200
    answer = old.submit(containing="Accept and take it on")
    assert answer.status == 409
    assert "Consent withdrawn" in answer.main and "CANARY" not in answer.html


def test_a_form_sent_again_moves_once_and_lands_on_the_referral(
    valley: Valley, sent: tuple[Case, Consent, Referral]
) -> None:
    page = valley.receiver.visitor().open(f"/en/referrals/{sent[2].id}")
    first = page.submit(containing="Accept and take it on")
    again = page.submit(containing="Accept and take it on")
    assert first.status == again.status == 200
    assert first.path == again.path == f"/en/referrals/{sent[2].id}"
    assert again.tree.xpath("count(//ol[@class='story']/li)") == first.tree.xpath(
        "count(//ol[@class='story']/li)"
    )


def test_a_refusal_asks_for_its_reason(valley: Valley, sent: tuple[Case, Consent, Referral]) -> None:
    visitor = valley.receiver.visitor()
    ask = visitor.open(f"/en/referrals/{sent[2].id}").follow("Decline")
    empty = ask.submit({"reason": None})
    assert empty.status == 422 and "Why do you decline?" in empty.main
    wild = ask.submit({"reason": "because"})
    assert wild.status == 422
    done = wild.submit({"reason": "no_capacity"})
    assert done.status == 200 and "No free place" in done.main
    read = valley.caseworker.visitor().open(f"/en/referrals/{sent[2].id}")
    assert "No free place" in read.main


def test_moves_that_do_not_fit_the_state_are_not_offered_and_not_made(
    valley: Valley, sent: tuple[Case, Consent, Referral]
) -> None:
    visitor = valley.receiver.visitor()
    token = visitor.token("/en/account/")
    assert visitor.open(f"/en/referrals/{sent[2].id}/outcome_reported").status == 404
    assert visitor.open(f"/en/referrals/{sent[2].id}/report_outcome").status == 409
    assert visitor.open(f"/en/referrals/{sent[2].id}/confirm_stop").status == 409
    for move in ("send", "approve", "close", "cancel", "recall"):
        data = {"csrf_token": token, "seen": "5", "reason": "error"}
        assert visitor.post(f"/en/referrals/{sent[2].id}/{move}", data).status in (403, 409), move
    for move in ("open", "withdraw"):  # Opening is a look, withdrawing is asked of the consent.
        assert visitor.post(f"/en/referrals/{sent[2].id}/{move}", {"csrf_token": token}).status in (404, 405)


def test_a_body_of_25_megabytes_is_told_to_be_too_large(
    valley: Valley, sent: tuple[Case, Consent, Referral]
) -> None:
    client = valley.caseworker.client()
    body = b"csrf_token=x&health_needs=" + b"x" * (25 * 2**20)
    for path in (f"cases/{sent[0].id}/health", f"cases/{sent[0].id}/consent", f"{sent[2].id}/cancel"):
        response = client.post(
            f"/en/referrals/{path}", data=body, content_type="application/x-www-form-urlencoded"
        )
        assert response.status_code == 413, path


# Who holds no key.


def newcomer(valley: Valley, make: Make) -> Person:
    return make.user(valley.osh, [Role.CASEWORKER, Role.SUPERVISOR], let_in=False)


def test_a_newcomer_is_told_whom_to_ask_and_reads_nothing(
    app: Kopuro, valley: Valley, make: Make, sent: tuple[Case, Consent, Referral]
) -> None:
    visitor = newcomer(valley, make).visitor()
    for path in addresses(app, *sent, "GET"):
        page = visitor.open(path)
        # A call that is not there is not there for her either.
        assert page.status in (200, 403, 409) or (page.status == 404 and "/calls/" in path), (
            path,
            page.status,
        )
        assert "CANARY" not in page.html
        if page.status == 403:
            assert "A colleague must let you in first" in page.main, path
    assert visitor.open(f"/en/referrals/cases/{sent[0].id}").status == 403


def test_a_locked_session_asks_for_the_passphrase_and_leads_back(
    valley: Valley, sent: tuple[Case, Consent, Referral]
) -> None:
    from network.accounts.models import SessionState, UserSession

    visitor = valley.caseworker.visitor()
    path = f"/en/referrals/cases/{sent[0].id}/health"
    form = visitor.open(path)
    with valley.database.unit_of_work(valley.caseworker.actor) as session:
        for row in session.query(UserSession).filter(UserSession.user_id == valley.caseworker.user_id):
            row.state, row.sealed = SessionState.LOCKED, None
    locked = form.submit({"health_needs": "CANARY-typed"})
    assert locked.path == "/en/account/unlock"
    assert "CANARY" not in locked.html
    kept = locked.submit({"password": valley.caseworker.passphrase})
    assert "CANARY-typed" in kept.main
    done = kept.submit(containing="Send it now")
    assert done.path == f"/en/referrals/cases/{sent[0].id}"
    assert "CANARY-typed" in visitor.open(path).html


def reading(valley: Valley, referral: Referral) -> Page:
    with valley.database.unit_of_work(valley.receiver.actor) as session:
        receiving.open_referral(session, valley.receiver.actor, referral.id)
        receiving.accept_referral(
            session, valley.receiver.actor, referral.id, worker_id=valley.receiver.user_id
        )
    return valley.receiver.visitor().open(f"/en/referrals/{referral.id}")


def test_the_receiver_reads_what_was_consented_and_no_other_category(
    valley: Valley, sent: tuple[Case, Consent, Referral]
) -> None:
    html = reading(valley, sent[2]).html
    for shared in ("CANARY-identity", "CANARY-contact", "CANARY-demographics", "CANARY-health"):
        assert shared in html
    for kept in ("CANARY-location", "CANARY-account", "CANARY-risk"):
        assert kept not in html


def test_the_receiver_reads_the_story_from_the_sending_on(
    valley: Valley, sent: tuple[Case, Consent, Referral]
) -> None:
    """Who prepared and approved a referral is the sender's own affair."""
    address = f"/en/referrals/{sent[2].id}"
    assert "Supervisor in Osh" in valley.caseworker.visitor().open(address).main
    theirs = valley.receiver.visitor().open(address).main
    assert "Opened by the receiving organization" in theirs
    assert "Supervisor in Osh" not in theirs


def test_an_organization_without_a_key_holder_cannot_be_chosen(valley: Valley, make: Make) -> None:
    young = make.tenant("Young partner", country="TJ")
    case = valley.case()
    visitor = valley.caseworker.visitor()
    refer, consent = visitor.open(refer_page(case)), ask(visitor, case, good(valley), until="whom")
    for page, typed in ((refer, {"recipient": young.id}), (consent, {"recipients": [young.id]})):
        assert "Young partner" not in page.main and "Khujand partner" in page.main
        assert page.submit(typed, containing=next(iter(typed))).status == 422


def test_days_choices_and_lines_are_shown_as_people_read_them(valley: Valley) -> None:
    _case, _consent, referral = valley.sent()
    page = reading(valley, referral)
    assert "17 May 1999" in page.main and "1999-05-17" not in page.main
    assert "Woman or girl" in page.main and "27 to 29" in page.main
    assert "17 мая 1999" in valley.receiver.visitor().open(f"/ru/referrals/{referral.id}").main


def test_after_sending_the_case_goes_on_and_the_referral_does_not_pretend_otherwise(valley: Valley) -> None:
    case, _consent, referral = valley.sent()
    visitor = valley.caseworker.visitor()
    assert "CANARY-health" not in visitor.open(f"/en/referrals/{referral.id}").html
    visitor.open(f"/en/referrals/cases/{case.id}/health").submit({"health_needs": "CANARY-later"})
    mine = visitor.open(f"/en/referrals/{referral.id}")
    assert "CANARY-later" not in mine.html and "will read, once it accepts" in mine.main
    hers = reading(valley, referral)
    assert "CANARY-health" in hers.html and "CANARY-later" not in hers.html
    assert "Khujand partner may read: " in visitor.open(f"/en/referrals/{referral.id}").main


def test_before_sending_the_author_and_the_supervisor_check_exactly_what_will_be_seen(valley: Valley) -> None:
    referral = valley.draft(valley.case())
    for person in (valley.caseworker, valley.supervisor):
        page = person.visitor().open(f"/en/referrals/{referral.id}")
        for shared in ("CANARY-identity", "CANARY-contact", "CANARY-demographics", "CANARY-health"):
            assert shared in page.html
        assert "CANARY-location" not in page.html and "CANARY-account" not in page.html
