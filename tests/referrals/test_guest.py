"""A recipient without an account: link and code open one referral for half an hour, and nothing else of the site."""

from __future__ import annotations

import datetime
import re
import uuid

import pytest
from sqlalchemy import Engine, func, select, text

from network.database import now
from network.permissions import Unfit
from network.referrals import labels, queries
from network.referrals.models import Case, GuestLink, GuestSession, PartKey, Referral
from network.referrals.services import closing, consents, guest_links
from network.referrals.states import Move, Status
from network.tenancy import Actor
from network.web import Kopuro
from tests.pages import Page, Visitor
from tests.referrals.conftest import Valley
from tests.referrals.guests import NAME, Sent, come_in, hospital, named, sent_to_guest, shown

WRONG = "0000-0000-0000"


def status_of(valley: Valley, sent: Sent) -> Status:
    with valley.database.unit_of_work(valley.caseworker.actor) as session:
        return session.get_one(Referral, sent.referral.id).status


def notices(owner: Engine, tenant_id: uuid.UUID) -> int:
    with owner.connect() as connection:
        found: int = connection.execute(
            text("SELECT count(*) FROM outbox_message WHERE to_id = :id"), {"id": tenant_id}
        ).scalar_one()
        return found


def test_an_organization_without_an_account_is_referred_to_from_the_pages_alone(
    app: Kopuro, valley: Valley
) -> None:
    case = valley.case()
    hospital(valley)
    worker = valley.caseworker.visitor()
    page = worker.open(f"/en/referrals/cases/{case.id}").follow("Refer to an organization without an account")
    found = worker.open(page.path, query_string={"q": "BATKEN reg"})
    assert NAME in found.main
    asked = found.submit(containing="organization")
    assert asked.path.endswith("/consent") and NAME in asked.main
    recipient = re.search(r"[?&]to=([0-9a-f-]{36})", asked.address)
    assert recipient
    with valley.database.unit_of_work(valley.caseworker.actor) as session:
        guest = {t.name: t for t in session.scalars(queries.partners(valley.osh.id, case.id))}[NAME]
    consent = valley.consent(case, to=guest)
    told = worker.open(f"/en/referrals/cases/{case.id}").main
    assert f"{NAME} may read:" in told
    referral = valley.draft(case, to=guest)
    valley.approved(referral, consent)
    sent = worker.open(f"/en/referrals/{referral.id}").submit(containing="Send now")
    assert sent.status == 200 and "two different ways" in sent.main
    path, code = shown(sent)
    again = worker.open(f"/en/referrals/{referral.id}")
    assert (
        code not in again.main and path.rsplit("/", 1)[1] not in again.html and "Not opened yet" in again.main
    )

    somebody = Visitor(app)
    door = somebody.open(path)
    for secret in (NAME, referral.code, "CANARY", valley.osh.name):
        assert secret not in door.html
    inside = door.submit({"code": code.lower().replace("-", " ")})
    assert inside.status == 200 and inside.path == path
    assert referral.code in inside.main and "CANARY-service" in inside.main
    assert "CANARY-health" not in inside.main and case.code not in inside.html
    assert "Opened 1 time" in worker.open(f"/en/referrals/{referral.id}").main
    inside = inside.submit(containing="We are looking at it")
    inside = inside.submit(containing="Accept and take it on")
    assert "CANARY-health" in inside.main and "CANARY-account" not in inside.main
    inside = inside.submit(containing="Help has begun")
    question = inside.follow("Report the outcome")
    inside = question.submit({"outcome": "provided"})
    assert "Outcome reported" in inside.main
    closed = worker.open(f"/en/referrals/{referral.id}").follow("Confirm and close").submit()
    assert "Closed" in closed.main
    assert somebody.open(path).status == 404, "the link ends with the referral"


def test_a_second_press_of_send_shows_no_second_link(valley: Valley) -> None:
    case = valley.case()
    guest = named(valley, case)
    referral = valley.draft(case, to=guest)
    valley.approved(referral, valley.consent(case, to=guest))
    page = valley.caseworker.visitor().open(f"/en/referrals/{referral.id}")
    first, second = page.submit(containing="Send now"), page.submit(containing="Send now")
    path, code = shown(first)
    assert second.path == f"/en/referrals/{referral.id}" and "shown this once" not in second.main
    assert page.visitor.open(path).submit({"code": code}).status == 200


def test_a_link_shows_only_a_code_field_and_a_forged_one_nothing(app: Kopuro, valley: Valley) -> None:
    sent = sent_to_guest(valley)
    visitor = Visitor(app)
    door = visitor.open(sent.path)
    names = [i.get("name") for i in door.tree.xpath("//main//input") if i.get("type") != "hidden"]
    assert names == ["code"] and door.response.headers["Cache-Control"] == "no-store"
    assert "noindex" in door.response.headers["X-Robots-Tag"]
    for forged in (sent.path[:-4] + "AAAA", "/en/guest/x", "/en/guest/" + "y" * 5000):
        assert visitor.open(forged).status == 404
        assert visitor.post(forged, {"csrf_token": visitor.token(sent.path), "code": WRONG}).status == 404
    with valley.database.unit_of_work(Actor.anonymous()) as session:
        link = session.scalars(select(GuestLink)).one()
        assert sent.issued.token.encode() not in link.token_hash + link.locked


def test_without_the_code_no_page_or_move_of_the_link_answers(app: Kopuro, valley: Valley) -> None:
    sent = sent_to_guest(valley)
    visitor = Visitor(app)
    token = visitor.token(sent.path)
    assert "CANARY" not in visitor.open(f"{sent.path}/decline").html
    for move in ("accept", "acknowledge", "confirm_stop", "cancel", "send"):
        page = visitor.post(f"{sent.path}/{move}", {"csrf_token": token, "seen": "5"})
        assert page.path == sent.path and "Enter the code" in page.main, move
    assert status_of(valley, sent) is Status.SENT


def test_looking_changes_nothing(app: Kopuro, valley: Valley, owner_engine: Engine) -> None:
    sent = sent_to_guest(valley)
    visitor, inside = come_in(valley, sent)

    def rows() -> list[object]:
        with owner_engine.connect() as connection:
            return [
                connection.execute(text(f"SELECT t::text FROM {table} t ORDER BY 1")).scalars().all()
                for table in (
                    "referral",
                    "referral_event",
                    "wraps.guest_link",
                    "guest_session",
                    "wraps.part_key",
                )
            ]

    before = rows()
    assert Visitor(app).open(sent.path).status == 200
    for path in (sent.path, f"{sent.path}/decline", sent.path.replace("/en/", "/ky/")):
        assert visitor.open(path).status == 200
    assert rows() == before and inside.status == 200


def test_five_wrong_codes_lock_the_link_and_tell_the_sender(
    app: Kopuro, valley: Valley, owner_engine: Engine
) -> None:
    sent = sent_to_guest(valley)
    visitor = Visitor(app)
    inside, _page = come_in(valley, sent)
    told = notices(owner_engine, valley.osh.id)
    door = visitor.open(sent.path)
    slip = door.submit({"code": "123"})
    assert slip.status == 422 and "12 letters" in slip.errors()["code"]
    for left in (4, 3, 2, 1):
        door = door.submit({"code": WRONG})
        assert door.status == 422 and re.search(rf"\b{left} tr(y|ies)", door.errors()["code"]), door.main
    locked = door.submit({"code": WRONG})
    assert "This link is locked" in locked.main and not locked.forms()
    assert notices(owner_engine, valley.osh.id) == told + 1
    right = visitor.post(
        sent.path, {"csrf_token": visitor.token(f"{sent.path[:3]}/login"), "code": sent.issued.code}
    )
    assert "This link is locked" in right.main, "not even the right code opens it now"
    assert "This link is locked" in inside.open(sent.path).main, "nor does a session that was open"
    assert "Five wrong codes" in valley.caseworker.visitor().open(f"/en/referrals/{sent.referral.id}").main


def test_the_right_code_forgets_the_wrong_ones(valley: Valley) -> None:
    sent = sent_to_guest(valley)
    visitor = Visitor(valley.caseworker.app)
    door = visitor.open(sent.path)
    for _ in range(4):
        door = door.submit({"code": WRONG})
    assert sent.referral.code in door.submit({"code": sent.issued.code}).main
    with valley.database.unit_of_work(Actor.anonymous()) as session:
        assert session.scalars(select(GuestLink)).one().failures == 0


def test_a_guest_session_lasts_half_an_hour(valley: Valley, owner_engine: Engine) -> None:
    sent = sent_to_guest(valley)
    visitor, inside = come_in(valley, sent)
    with owner_engine.begin() as connection:
        connection.execute(text("UPDATE guest_session SET created_at = created_at - interval '29 minutes'"))
    assert sent.referral.code in visitor.open(sent.path).main
    with owner_engine.begin() as connection:
        connection.execute(text("UPDATE guest_session SET created_at = created_at - interval '2 minutes'"))
    late = inside.submit(containing="Accept and take it on")
    assert "Half an hour has passed" in late.main and "CANARY" not in late.html
    assert status_of(valley, sent) is Status.RECEIVED
    with valley.database.unit_of_work(Actor.anonymous()) as session:
        guest_links.sweep(session, now())
        assert session.scalar(select(func.count(GuestSession.id))) == 0


def test_leaving_or_quick_exit_ends_the_session(valley: Valley) -> None:
    sent = sent_to_guest(valley)
    visitor, inside = come_in(valley, sent)
    cookie = visitor.client.get_cookie("guest")
    assert cookie is not None
    assert "Enter the code" in inside.submit(containing="Close this page").main
    visitor, inside = come_in(valley, sent)
    cookie = visitor.client.get_cookie("guest")
    assert cookie is not None
    visitor.open("/en/exit", follow=False)
    assert visitor.client.get_cookie("guest") is None
    visitor.client.set_cookie("guest", cookie.value)
    assert "Enter the code" in visitor.open(sent.path).main, "the row has gone too"


def test_a_stolen_database_without_the_code_opens_nothing(valley: Valley) -> None:
    sent = sent_to_guest(valley)
    app = valley.caseworker.app
    with valley.database.unit_of_work(Actor.anonymous()) as session:
        link = session.scalars(select(GuestLink)).one()
        for token, code in ((sent.issued.token, WRONG), ("x" * 43, sent.issued.code)):
            with pytest.raises(guest_links.Tampered):
                guest_links.GuestLock.unlock(link.locked, token, code, app.keyring, link.guest_id)
        with pytest.raises(guest_links.Tampered):
            guest_links.GuestLock.unlock(
                link.locked, sent.issued.token, sent.issued.code, app.keyring, uuid.uuid4()
            )


def test_issued_again_the_former_link_and_session_are_shut(valley: Valley) -> None:
    sent = sent_to_guest(valley)
    visitor, inside = come_in(valley, sent)
    inside = inside.submit(containing="Accept and take it on")
    inside = (
        inside.submit(containing="Help has begun")
        .follow("Report the outcome")
        .submit({"outcome": "moved_away"})
    )
    worker = valley.caseworker.visitor()
    page = worker.open(f"/en/referrals/{sent.referral.id}")
    path, code = shown(page.submit(containing="Issue link and code again"))
    assert visitor.open(sent.path).status == 404
    assert path != sent.path and code != sent.issued.code
    door = Visitor(valley.caseworker.app).open(path)
    assert "4 tries" in door.submit({"code": sent.issued.code}).main
    again = door.submit({"code": code})
    assert "CANARY-health" in again.main and "moved away" in again.main, "what was sealed before, sealed anew"
    worker_sees = worker.open(f"/en/referrals/{sent.referral.id}").main
    assert "moved away" in worker_sees


def test_a_link_is_closed_by_its_sender_at_once(valley: Valley) -> None:
    sent = sent_to_guest(valley)
    visitor, _inside = come_in(valley, sent)
    worker = valley.caseworker.visitor()
    page = worker.open(f"/en/referrals/{sent.referral.id}").submit(containing="Close the link")
    assert "There is no open link" in page.main
    assert visitor.open(sent.path).status == 404
    path, code = shown(page.submit(containing="Issue link and code again"))
    assert sent.referral.code in visitor.open(path).submit({"code": code}).main


def test_a_link_runs_out_with_its_day(valley: Valley, owner_engine: Engine) -> None:
    sent = sent_to_guest(valley)
    assert sent.issued.expires_at <= now() + guest_links.LASTS
    visitor, _inside = come_in(valley, sent)
    with owner_engine.begin() as connection:
        connection.execute(text("UPDATE wraps.guest_link SET expires_at = now() - interval '1 second'"))
    assert visitor.open(sent.path).status == 404
    assert (
        "There is no open link" in valley.caseworker.visitor().open(f"/en/referrals/{sent.referral.id}").main
    )


def test_withdrawn_consent_shuts_the_guest_out_and_it_confirms(valley: Valley) -> None:
    sent = sent_to_guest(valley)
    visitor, inside = come_in(valley, sent)
    inside = inside.submit(containing="Accept and take it on")
    assert "CANARY-health" in inside.main
    with valley.database.unit_of_work(valley.caseworker.actor) as session:
        consent = next(c for c in session.scalars(queries.consents_of(sent.case.id)))
        consents.withdraw_consent(session, valley.caseworker.actor, consent)
    stopped = visitor.open(sent.path)
    assert "CANARY" not in stopped.html and "delete what you noted" in stopped.main
    done = stopped.follow("Confirm that we stopped").submit({"ground": "deleted"})
    assert status_of(valley, sent) is Status.WITHDRAWN
    assert visitor.open(sent.path).status == 404 and done.status in (200, 404)


def test_a_recalled_or_cancelled_referral_has_no_link(valley: Valley) -> None:
    sent = sent_to_guest(valley)
    valley.caseworker.visitor().open(f"/en/referrals/{sent.referral.id}").submit(containing="Take back")
    assert Visitor(valley.caseworker.app).open(sent.path).status == 404
    with valley.database.unit_of_work(Actor.anonymous()) as session:
        assert session.scalar(select(func.count(GuestLink.id))) == 0


def test_a_guest_reads_and_moves_its_one_referral_and_no_other(app: Kopuro, valley: Valley) -> None:
    mine, other = sent_to_guest(valley), sent_to_guest(valley)
    visitor, inside = come_in(valley, mine)
    cookie = visitor.client.get_cookie("guest")
    assert cookie is not None
    token = inside.values("Accept and take it on")["csrf_token"]
    assert "Enter the code" in visitor.open(other.path).main, "her session is not one of the other link"
    visitor.post(f"{other.path}/accept", {"csrf_token": token, "seen": "4"})
    assert status_of(valley, other) is Status.SENT
    for path in (
        f"/en/referrals/{mine.referral.id}",
        f"/en/referrals/{other.referral.id}",
        f"/en/referrals/cases/{mine.case.id}",
        "/en/referrals/",
        "/en/desk/",
        "/en/admin/",
        "/en/account/",
        "/en/admin/audit",
    ):
        assert "/login" in visitor.open(path, follow=False).response.headers.get("Location", ""), path
    actor = Actor.guest(mine.guest.id)
    with valley.database.unit_of_work(actor) as session:
        assert [r.id for r in session.scalars(select(Referral))] == [mine.referral.id]
        assert session.scalars(select(Case)).all() == []
        assert {k.referral_id for k in session.scalars(select(PartKey))} == {mine.referral.id}
        assert {k.sealed_kind.value for k in session.scalars(select(PartKey))} == {"envelope"}, "parts wait"


MOVES_OF_THE_SENDER = ("prepare", "submit", "approve", "send", "recall", "cancel", "confirm_decline", "close")


def test_a_guest_makes_no_move_of_the_sender(valley: Valley) -> None:
    sent = sent_to_guest(valley)
    visitor, inside = come_in(valley, sent)
    values = inside.values("Accept and take it on")
    for move in MOVES_OF_THE_SENDER:
        page = visitor.post(
            f"{sent.path}/{move}", {**values, "reason": "error", "idempotency_key": str(uuid.uuid4())}
        )
        assert page.status in (403, 404, 409), (move, page.status)
    assert status_of(valley, sent) is Status.RECEIVED


def test_no_other_tenant_can_issue_or_close_the_link(valley: Valley) -> None:
    sent = sent_to_guest(valley)
    for person in (valley.receiver, valley.onlooker):
        client = person.client()
        token = person.visitor().token("/en/account/")
        for verb in ("issue", "close"):
            path = f"/en/referrals/{sent.referral.id}/guest/{verb}"
            assert client.post(path, data={"csrf_token": token}).status_code in (400, 404)
            client.get("/en/account/")
    assert Visitor(valley.caseworker.app).open(sent.path).status == 200


def test_a_guest_is_valid_for_one_referral_and_one_case(valley: Valley) -> None:
    sent = sent_to_guest(valley)
    with pytest.raises(Unfit) as refused:
        valley.draft(sent.case, to=sent.guest)
    assert refused.value.code == "guest_taken"
    other = valley.case()
    with pytest.raises(Unfit) as refused:
        valley.draft(other, to=sent.guest)
    assert refused.value.code == "recipient_unknown"
    assert sent.guest.id not in {t.id for t in _partners(valley, None)}, (
        "other cases and other desks are not offered it"
    )


def _partners(valley: Valley, case: Case | None) -> list[object]:
    with valley.database.unit_of_work(valley.onlooker.actor) as session:
        return list(session.scalars(queries.partners(valley.andijan.id, case.id if case else None)))


def test_a_member_of_the_network_is_not_named_as_a_guest(valley: Valley, owner_engine: Engine) -> None:
    case = valley.case()
    listing = hospital(valley)
    with owner_engine.begin() as connection:
        connection.execute(text("UPDATE organization SET member = true WHERE id = :id"), {"id": listing})
    worker = valley.caseworker.visitor()
    assert NAME not in worker.open(f"/en/referrals/cases/{case.id}/guest").main


def test_a_sent_package_to_a_guest_waits_for_the_same_approval(valley: Valley) -> None:
    case = valley.case()
    guest = named(valley, case, country="UZ")
    referral = valley.draft(case, to=guest)
    valley.consent(case, to=guest)
    worker = valley.caseworker.visitor()
    page = worker.open(f"/en/referrals/{referral.id}").submit(containing="Check and make ready")
    assert "crosses a border" in page.main and "Send now" not in page.main


def test_closing_destroys_what_the_guest_could_open(valley: Valley, owner_engine: Engine) -> None:
    sent = sent_to_guest(valley)
    _visitor, inside = come_in(valley, sent)
    inside = inside.submit(containing="Accept and take it on").submit(containing="Help has begun")
    inside.follow("Report the outcome").submit({"outcome": "provided"})
    with valley.database.unit_of_work(valley.caseworker.actor) as session:
        closing.close_referral(session, valley.caseworker.actor, sent.referral.id)
    with owner_engine.connect() as connection:
        left = connection.execute(
            text("SELECT sealed_kind FROM wraps.part_key WHERE holder_id = :g AND tenant_id <> :g"),
            {"g": sent.guest.id},
        ).scalars()
        assert set(left) == set()


def test_the_link_never_reaches_a_log(valley: Valley, caplog: pytest.LogCaptureFixture) -> None:
    sent = sent_to_guest(valley)
    with caplog.at_level("DEBUG"):
        _visitor, inside = come_in(valley, sent)
        inside.submit(containing="We are looking at it")
    from network.operate.logs import JsonLines

    written = "\n".join(JsonLines().format(record) for record in caplog.records)
    assert "guest" in written or not written
    assert sent.issued.token not in written and sent.issued.code not in written


def test_the_guest_page_is_read_in_another_language_without_the_code_again(valley: Valley) -> None:
    sent = sent_to_guest(valley)
    visitor, inside = come_in(valley, sent)
    there: Page = visitor.open(sent.path.replace("/en/", "/ru/"))
    assert (
        sent.referral.code in there.main and inside.tree.xpath("//a[@hreflang='ru']/@href")[0] in there.path
    )


def test_every_move_of_the_receiving_desk_is_open_to_a_guest(valley: Valley) -> None:
    """Asked, answered, scheduled, missed, begun, reported: by the same pages, and each question has its page."""
    sent = sent_to_guest(valley)
    visitor, inside = come_in(valley, sent)
    worker = valley.caseworker.visitor()

    def questions() -> None:
        for path in {a.get("href") for a in visitor.open(sent.path).tree.xpath("//main//a[@href]")}:
            if path.startswith(sent.path + "/"):
                assert visitor.open(path).status == 200, path

    inside = inside.submit(containing=str(labels.MOVES[Move.ACKNOWLEDGE]))
    questions()
    asked = inside.follow(str(labels.MOVES[Move.ASK])).submit({"question": "CANARY-question"})
    assert (
        asked.path == sent.path and "CANARY-question" in worker.open(f"/en/referrals/{sent.referral.id}").main
    )
    answered = worker.open(f"/en/referrals/{sent.referral.id}").follow(str(labels.MOVES[Move.ANSWER]))
    answered.submit({"answer": "CANARY-answered"})
    inside = visitor.open(sent.path)
    assert "CANARY-answered" in inside.main
    inside = inside.submit(containing=str(labels.MOVES[Move.ACCEPT]))
    questions()
    soon = now() + datetime.timedelta(days=2)
    made = {"when": soon.strftime("%Y-%m-%dT10:30"), "place": "CANARY-place"}
    inside = inside.follow(str(labels.MOVES[Move.SCHEDULE])).submit(made)
    assert (
        inside.path == sent.path and "CANARY-place" in worker.open(f"/en/referrals/{sent.referral.id}").main
    )
    questions()
    inside = visitor.open(sent.path).submit(containing=str(labels.MOVES[Move.START]))
    questions()
    assert status_of(valley, sent) is Status.IN_SERVICE
