"""Messages and files on a referral: sealed to both desks, told of in neutral notices, gone with the consent."""

from __future__ import annotations

import io
import uuid
from typing import Any

import pytest
from sqlalchemy import Engine, text

from network.referrals import queries
from network.referrals.models import Referral
from network.referrals.services import consents, receiving
from network.web import Kopuro
from tests.factories import Person
from tests.pages import Page, Visitor
from tests.referrals.conftest import Valley
from tests.referrals.guests import come_in, sent_to_guest, shown
from tests.referrals.pictures import exif, jpeg, pdf
from tests.referrals.test_uploads import archive

DOCUMENT = pdf(b"<< /Title (CANARY-document) >>")


def page_of(referral: Referral) -> str:
    return f"/en/referrals/{referral.id}"


def accepted(valley: Valley) -> Referral:
    _case, _consent, referral = valley.sent()
    actor = valley.receiver.actor
    with valley.database.unit_of_work(actor) as session:
        receiving.open_referral(session, actor, referral.id)
        receiving.accept_referral(session, actor, referral.id, worker_id=valley.receiver.user_id)
    return referral


def upload(
    page: Page, data: bytes, *, name: str = "report.pdf", category: str | None = "health", **more: Any
) -> Page:
    typed = {**page.values("category"), "category": category, "file": (io.BytesIO(data), name), **more}
    typed = {field: value for field, value in typed.items() if value is not None}
    answer = page.visitor.post(page.path, typed, content_type="multipart/form-data")
    for sent in (answer.response, *answer.response.history):
        sent.request.environ["wsgi.input"].close()  # What the test's own client spooled.
    return answer


def files_page(who: Person | Visitor, path: str) -> Page:
    visitor = who if isinstance(who, Visitor) else who.visitor()
    return visitor.open(path).follow("Add a file")


def stored(owner: Engine, table: str) -> bytes:
    with owner.connect() as connection:
        rows = connection.execute(text(f"SELECT t::text FROM {table} t")).scalars()
        return "\n".join(rows).encode()


def queued(owner: Engine) -> list[tuple[uuid.UUID, str, str]]:
    with owner.connect() as connection:
        found = connection.execute(
            text("SELECT to_id, kind, params::text FROM outbox_message ORDER BY created_at")
        )
        return [(row[0], row[1], row[2]) for row in found]


def test_what_one_desk_writes_the_other_reads_and_nobody_else(valley: Valley, owner_engine: Engine) -> None:
    _case, _consent, referral = valley.sent()
    worker, receiver = valley.caseworker.visitor(), valley.receiver.visitor()
    told = worker.open(page_of(referral)).submit({"text": "CANARY-message\nsecond line"}, containing="text")
    assert "CANARY-message" in told.main
    assert "CANARY-message" in receiver.open(page_of(referral)).main, "before it is accepted too"
    answer = receiver.open(page_of(referral)).submit({"text": "CANARY-answer <b>"}, containing="text")
    assert "CANARY-answer <b>" in answer.main
    assert "CANARY-answer" in worker.open(page_of(referral)).main
    assert valley.onlooker.client().get(page_of(referral)).status_code == 404
    assert b"CANARY" not in stored(owner_engine, "referral_message")
    kinds = {(kind, params) for _to, kind, params in queued(owner_engine)}
    assert kinds == {("notice", "{}")}, "neutral: no word, no code"
    assert [to for to, *_ in queued(owner_engine)][-1] == valley.osh.id


def test_a_message_sent_twice_is_there_once(valley: Valley) -> None:
    _case, _consent, referral = valley.sent()
    page = valley.caseworker.visitor().open(page_of(referral))
    page.submit({"text": "CANARY-once"}, containing="text")
    again = page.submit({"text": "CANARY-once"}, containing="text")
    assert again.main.count("CANARY-once") == 1


@pytest.mark.parametrize(
    ("typed", "words"), [("  ", "Fill this in"), ("x" * 8001, "8000"), ("a\0b", "cannot be kept")]
)
def test_a_message_that_is_none_comes_back_as_it_was_typed(valley: Valley, typed: str, words: str) -> None:
    _case, _consent, referral = valley.sent()
    page = valley.caseworker.visitor().open(page_of(referral)).submit({"text": typed}, containing="text")
    assert page.status == 422 and words in page.errors()["text"]


def test_a_draft_and_an_ended_referral_have_nothing_to_talk_about(valley: Valley) -> None:
    case = valley.case()
    worker = valley.caseworker.visitor()
    draft = valley.draft(case)
    assert "Messages and files" not in worker.open(page_of(draft)).main
    _case, consent, referral = valley.sent()
    page = worker.open(page_of(referral))
    with valley.database.unit_of_work(valley.caseworker.actor) as session:
        given = next(c for c in session.scalars(queries.consents_of(consent.case_id)))
        consents.withdraw_consent(session, valley.caseworker.actor, given)
    late = page.submit({"text": "CANARY-late"}, containing="text")
    assert late.status == 409 and "has changed meanwhile" in late.main and "CANARY-late" not in late.main


def test_a_file_waits_for_the_acceptance_and_is_handed_out_in_a_sandbox(
    valley: Valley, owner_engine: Engine
) -> None:
    _case, _consent, referral = valley.sent()
    done = upload(files_page(valley.caseworker, page_of(referral)), DOCUMENT, name="../../рапорт.exe")
    assert done.status == 200 and "рапорт.pdf" in done.main
    receiver = valley.receiver.visitor()
    before = receiver.open(page_of(referral))
    assert "рапорт.pdf" not in before.main
    before.submit(containing="Accept and take it on")
    page = receiver.open(page_of(referral))
    response = receiver.client.get(page.link("рапорт.pdf"), headers={"Accept-Encoding": "gzip"})
    assert response.status_code == 200 and response.data == DOCUMENT
    headers = response.headers
    assert headers["Content-Type"] == "application/pdf" and headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Content-Security-Policy"] == "sandbox; default-src 'none'"
    assert (
        headers["Content-Disposition"].startswith("attachment; ")
        and "рапорт" not in headers["Content-Disposition"]
    )
    assert headers["Cache-Control"] == "no-store" and "Content-Encoding" not in headers
    assert valley.onlooker.client().get(page.link("рапорт.pdf")).status_code == 404
    kept = stored(owner_engine, "attachment")
    for secret in (b"CANARY-document", b"CANARY-document".hex().encode(), "рапорт".encode()):
        assert secret not in kept


def test_a_file_is_a_disclosure_of_its_category(valley: Valley, owner_engine: Engine) -> None:
    referral = accepted(valley)
    upload(files_page(valley.caseworker, page_of(referral)), DOCUMENT)
    upload(
        files_page(valley.receiver, page_of(referral)),
        jpeg(extra=exif()),
        name="IMG.HEIC",
        category="contact",
    )
    with owner_engine.connect() as connection:
        rows = connection.execute(
            text("SELECT categories, part_ids FROM disclosure WHERE referral_id = :r ORDER BY disclosed_at"),
            {"r": referral.id},
        ).all()
    assert [row[0] for row in rows][1:] == [["health"]], "what the receiver adds is its own"
    worker = valley.caseworker.visitor()
    photograph = worker.client.get(worker.open(page_of(referral)).link("IMG.jpg"))
    assert photograph.mimetype == "image/jpeg" and b"CANARY-gps" not in photograph.data


def test_only_what_the_person_agreed_to_share_can_be_chosen(valley: Valley) -> None:
    referral = accepted(valley)
    page = files_page(valley.caseworker, page_of(referral))
    offered = set(page.tree.xpath("//input[@name='category']/@value"))
    assert offered == {"identity", "contact", "demographics", "health"}
    refused = upload(page, DOCUMENT, category="exploitation_account")
    assert (
        refused.status == 422 and "report.pdf" not in valley.caseworker.visitor().open(page_of(referral)).main
    )


REFUSED = [
    (archive(), "x.pdf", "cannot be taken"),
    (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "x.png", "cannot be taken"),
    (pdf(b"<< /S /JavaScript >>"), "x.pdf", "programs"),
    (pdf(behind=archive()), "x.pdf", "hidden in it"),
    (jpeg(60_000, 60_000), "x.jpg", "too large to be opened"),
    (b"", "x.pdf", "empty"),
]


@pytest.mark.parametrize(("data", "name", "words"), REFUSED, ids=lambda v: v if isinstance(v, str) else None)
def test_a_poisoned_file_is_refused_at_its_field(valley: Valley, data: bytes, name: str, words: str) -> None:
    _case, _consent, referral = valley.sent()
    page = upload(files_page(valley.caseworker, page_of(referral)), data, name=name)
    assert page.status == 422 and words in page.errors()["file"]
    assert page.values("category")["category"] == "health", "what was chosen is kept"
    assert name not in page.visitor.open(page_of(referral)).main


def test_no_file_no_kind_or_too_large_a_file_is_told(valley: Valley) -> None:
    _case, _consent, referral = valley.sent()
    page = files_page(valley.caseworker, page_of(referral))
    assert "Choose a file" in upload(page, b"", name="").errors()["file"]
    assert "category" in upload(page, DOCUMENT, category=None).html
    large = upload(page, b"%PDF-" + b"0" * (20 * 2**20), name="x.pdf")
    assert large.status == 422 and "20 MB" in large.errors()["file"]
    larger = upload(page, b"%PDF-" + b"0" * (22 * 2**20), name="x.pdf")
    assert larger.status == 413
    assert page.visitor.post(page_of(referral) + "/messages", {"text": "x" * 3 * 2**20}).status == 413


def test_withdrawn_consent_takes_messages_and_files_from_the_receiver(valley: Valley) -> None:
    referral = accepted(valley)
    upload(files_page(valley.caseworker, page_of(referral)), DOCUMENT, name="CANARY-name.pdf")
    worker = valley.caseworker.visitor()
    worker.open(page_of(referral)).submit({"text": "CANARY-message"}, containing="text")
    receiver = valley.receiver.visitor()
    page = receiver.open(page_of(referral))
    link = page.link("CANARY-name")
    assert "CANARY-message" in page.main and receiver.client.get(link).status_code == 200
    with valley.database.unit_of_work(valley.caseworker.actor) as session:
        origin = session.scalars(queries.origin_of(referral.id)).one()
        given = next(c for c in session.scalars(queries.consents_of(origin.case_id)))
        consents.withdraw_consent(session, valley.caseworker.actor, given)
    assert receiver.client.get(link).status_code == 404
    assert "CANARY" not in receiver.open(page_of(referral)).html
    assert "CANARY-message" in worker.open(page_of(referral)).main, "the sender keeps what it wrote"


def test_a_colleague_who_does_not_work_on_the_case_takes_no_file(valley: Valley, make: Any) -> None:
    referral = accepted(valley)
    upload(files_page(valley.caseworker, page_of(referral)), DOCUMENT)
    link = valley.caseworker.visitor().open(page_of(referral)).link("report.pdf")
    colleague = make.user(valley.osh)
    assert colleague.client().get(link).status_code == 404
    assert valley.supervisor.client().get(link).status_code == 200


def test_a_file_of_another_referral_is_not_there(valley: Valley) -> None:
    one, other = accepted(valley), accepted(valley)
    upload(files_page(valley.caseworker, page_of(one)), DOCUMENT)
    link = valley.caseworker.visitor().open(page_of(one)).link("report.pdf")
    client = valley.caseworker.client()
    assert client.get(link).status_code == 200
    assert client.get(link.replace(str(one.id), str(other.id))).status_code == 404
    assert client.get(link[:-4] + "0000").status_code == 404


def test_a_guest_writes_and_hands_over_and_a_new_link_still_opens_it_all(app: Kopuro, valley: Valley) -> None:
    sent = sent_to_guest(valley)
    visitor, inside = come_in(valley, sent)
    inside = inside.submit(containing="Accept and take it on")
    inside = inside.submit({"text": "CANARY-from-guest"}, containing="text")
    inside = upload(inside.follow("Add a file"), DOCUMENT, name="guest.pdf")
    worker = valley.caseworker.visitor()
    page = worker.open(page_of(sent.referral))
    assert "CANARY-from-guest" in page.main
    assert worker.client.get(page.link("guest.pdf")).data == DOCUMENT
    page = page.submit({"text": "CANARY-to-guest"}, containing="text")
    upload(files_page(worker, page_of(sent.referral)), DOCUMENT, name="desk.pdf")
    again = visitor.open(sent.path)
    assert "CANARY-to-guest" in again.main and visitor.client.get(again.link("desk.pdf")).data == DOCUMENT
    stranger = Visitor(app)
    assert b"CANARY" not in stranger.client.get(again.link("desk.pdf"), follow_redirects=True).data
    path, code = shown(worker.open(page_of(sent.referral)).submit(containing="Issue link and code again"))
    anew = visitor.open(path).submit({"code": code})
    assert "CANARY-to-guest" in anew.main and "CANARY-from-guest" in anew.main
    for name in ("guest.pdf", "desk.pdf"):
        assert visitor.client.get(anew.link(name)).data == DOCUMENT
    worker.open(page_of(sent.referral)).submit(containing="Close the link")
    closed = worker.open(page_of(sent.referral)).submit({"text": "CANARY-kept"}, containing="text")
    assert closed.status == 422 and "issue them again" in closed.errors()["text"]
    assert closed.values("text")["text"] == "CANARY-kept"
