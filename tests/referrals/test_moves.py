"""The state table, walked row by row at the pages: each move leads where the table says, every other one is refused.

The table is written anew here, from the design and not from the code.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from sqlalchemy import Engine, text

from network.database import Database
from network.referrals.states import Move, Status
from network.web import Kopuro
from tests.factories import Make, Person
from tests.pages import Page, Visitor
from tests.referrals.conftest import Valley, kept_valley
from tests.referrals.walking import WAYS, Walk, begin, put
from tests.worlds import Worlds

SW, SS, RI, RS = "sender", "sender's supervisor", "recipient", "recipient's supervisor"
MAY = {SW: {SW, SS}, SS: {SS}, RI: {RI, RS}, RS: {RS}}
"""A supervisor may do all that a caseworker may."""
DRAFTS = "draft ready approval_pending"
WAITING = "sent received acknowledged info_requested redirect_proposed"
SERVED = "accepted scheduled not_engaged in_service outcome_reported"
ENGAGED = "accepted scheduled not_engaged"

ROWS: list[tuple[str, str, str, str]] = [
    ("draft", "prepare", SW, "ready"),
    ("ready approval_pending", "reopen_draft", SW, "draft"),
    ("ready", "submit", SW, "approval_pending"),
    ("approval_pending", "approve", SS, "ready"),
    ("approval_pending", "return", SS, "draft"),
    ("ready", "send", SW, "sent"),
    ("sent", "recall", SW, "draft"),
    ("sent received", "acknowledge", RI, "acknowledged"),
    ("acknowledged", "ask", RI, "info_requested"),
    ("info_requested", "answer", SW, "acknowledged"),
    ("received acknowledged", "accept", RI, "accepted"),
    (WAITING, "decline", RI, "declined_pending"),
    ("declined_pending", "confirm_decline", SW, "declined"),
    ("declined_pending", "return_decline", SW, "acknowledged"),
    ("acknowledged", "suggest_redirect", RI, "redirect_proposed"),
    ("redirect_proposed", "accept_redirect", SW, "cancelled"),
    ("redirect_proposed", "refuse_redirect", SW, "acknowledged"),
    ("accepted scheduled", "schedule", RI, "scheduled"),
    (ENGAGED, "no_show", RI, "not_engaged"),
    (ENGAGED, "unreachable", RI, "not_engaged"),
    ("not_engaged", "reached", RI, "accepted"),
    ("not_engaged", "give_up", RI, "outcome_reported"),
    (ENGAGED, "start", RI, "in_service"),
    ("in_service", "report_outcome", RI, "outcome_reported"),
    ("outcome_reported", "close", SW, "closed"),
    ("outcome_reported", "dispute", SW, "in_service"),
    (f"{DRAFTS} {WAITING} {SERVED} declined_pending", "cancel", SW, "cancelled"),
    ("stopping", "confirm_stop", RS, "withdrawn"),
    ("closed declined timed_out", "reopen", SW, "draft"),
    ("accepted in_service", "propose_handover", SW, ""),
    (SERVED, "ask_onward", RI, ""),
]
"""From, move, who, to: the table of the design as far as somebody presses a button."""

ASKED: dict[str, dict[str, str]] = {
    "decline": {"reason": "no_capacity"},
    "cancel": {"reason": "need_met"},
    "confirm_stop": {"ground": "deleted"},
    "report_outcome": {"outcome": "provided"},
    "close": {"view": "helped"},
    "ask": {"question": "CANARY-question"},
    "answer": {"answer": "CANARY-answer"},
    "return_decline": {"why": "CANARY-why"},
    "dispute": {"why": "CANARY-why"},
    "schedule": {"when": "2027-02-03T10:30", "place": "CANARY-place"},
    "no_show": {"note": "CANARY-note"},
    "unreachable": {"note": ""},
}
"""What is answered to the question before a move."""

PUT = {
    Status.REDIRECT_PROPOSED: Status.ACKNOWLEDGED,
    Status.TIMED_OUT: Status.RECEIVED,
    Status.TRANSFERRED: Status.ACCEPTED,
}
"""States put there directly, from the nearest one that people reach without the directory or the clock."""


def table(state: Status, who: str) -> dict[str, str]:
    """What this person may do in this state, and where it leads."""
    return {
        move: to for origins, move, side, to in ROWS if state.value in origins.split() and who in MAY[side]
    }


def people(valley: Valley) -> dict[str, Person]:
    return {
        SW: valley.caseworker,
        SS: valley.supervisor,
        RI: valley.receiver,
        RS: valley.receiving_supervisor,
    }


def reach(valley: Valley, owner: Engine, state: Status) -> Walk:
    walk = begin(valley)
    if state in PUT:
        walk.bring_to(PUT[state])
        put(owner, walk, state)
    else:
        walk.bring_to(state)
    with owner.begin() as connection:  # Looked for often and long enough, so that giving up is not withheld.
        connection.execute(
            text(
                "UPDATE referral SET attempts = 3, first_attempt_at = now() - interval '8 days',"
                " last_attempt_at = now() WHERE status = 'not_engaged'"
            )
        )
    return walk


KEPT = ("referral", "referral_origin", "disclosure")


@contextmanager
def taken_back(owner: Engine) -> Iterator[None]:
    """Whatever is done inside is undone as far as the table asks: states, keys, the ledger; drafts made are gone."""
    with owner.begin() as connection:
        rows = {t: connection.execute(text(f"SELECT * FROM {t}")).mappings().all() for t in KEPT}
        keys = connection.execute(text("SELECT * FROM wraps.part_key")).mappings().all()
    yield
    with owner.begin() as connection:
        for name, kept in rows.items():
            for row in kept:
                sets = ", ".join(f'"{column}" = :{column}' for column in row if column != "id")
                connection.execute(text(f"UPDATE {name} SET {sets} WHERE id = :id"), dict(row))
        connection.execute(text("DELETE FROM wraps.part_key"))
        for row in keys:
            names = ", ".join(row.keys())
            values = ", ".join(f":{column}" for column in row)
            connection.execute(text(f"INSERT INTO wraps.part_key ({names}) VALUES ({values})"), dict(row))


def state_of(owner: Engine, walk: Walk) -> tuple[str, int]:
    with owner.connect() as connection:
        found = connection.execute(
            text("SELECT status, version FROM referral WHERE id = :id"), {"id": walk.referral.id}
        ).one()
    return str(found.status), int(found.version)


def press(visitor: Visitor, walk: Walk, move: str, seen: int, **more: str) -> Page:
    data = {"seen": str(seen), **ASKED.get(move, {}), **more}
    return visitor.post(f"/en/referrals/{walk.referral.id}/{move}", data, follow=False)


@pytest.fixture(autouse=True)
def no_tokens(app: Kopuro, monkeypatch: pytest.MonkeyPatch) -> None:
    """Moves are sent without a page before them; that forms need its token is shown elsewhere."""
    monkeypatch.setitem(app.config, "WTF_CSRF_ENABLED", False)


@pytest.fixture
def walk(make: Make, database: Database, worlds: Worlds, owner_engine: Engine, state: Status) -> Walk:
    """A referral in this state: it came there once, for all that is asked of the state."""
    return worlds.begin(
        f"a referral that is {state.value}",
        lambda: reach(kept_valley(make, database, worlds), owner_engine, state),
    )


# A redirection needs the directory: tests/referrals/test_providers.py walks it.
# A hand-over needs a consent of its own and an offer: tests/referrals/test_handover.py.
# Passing something on changes no state: tests/referrals/test_onward.py.
ELSEWHERE = {"suggest_redirect", "accept_redirect", "propose_handover", "ask_onward"}
states = pytest.mark.parametrize("state", list(Status), ids=lambda s: s.value)


@states
def test_each_move_leads_where_the_table_says(walk: Walk, owner_engine: Engine, state: Status) -> None:
    for who, person in people(walk.valley).items():
        visitor = person.visitor()
        for move, to in table(state, who).items():
            if move in ELSEWHERE:
                continue
            with taken_back(owner_engine):
                _status, version = state_of(owner_engine, walk)
                page = press(visitor, walk, move, version)
                assert page.status == 303, (who, move, page.main[:300])
                after, _version = state_of(owner_engine, walk)
                if (
                    move == "reopen"
                ):  # The old one stays as it is; the new draft stands where the press leads.
                    assert after == state.value
                    assert "Draft" in visitor.open(page.response.headers["Location"]).main
                else:
                    assert after == to, (who, move)


@states
def test_every_other_move_is_refused_and_changes_nothing(
    walk: Walk, owner_engine: Engine, state: Status, proving: bool
) -> None:
    """All of them with ``make prove``; otherwise every second by one of the four, who change from state to state."""
    before = state_of(owner_engine, walk)
    for number, (who, person) in enumerate(people(walk.valley).items()):
        visitor = person.visitor()
        for move in Move:
            turn = zlib.crc32(f"{state.value} {move.value}".encode()) % 8
            if move.value in table(state, who) or not (proving or turn == number):
                continue
            page = press(visitor, walk, move.value, before[1], service="0" * 32)
            assert page.status in (403, 404, 405, 409, 422), (who, move, page.status)
            assert state_of(owner_engine, walk) == before, (who, move)


@states
def test_the_page_offers_exactly_what_the_table_allows(
    walk: Walk, owner_engine: Engine, state: Status
) -> None:
    for who, person in people(walk.valley).items():
        page = person.visitor().open(f"/en/referrals/{walk.referral.id}")
        if state is Status.SENT and who in (RI, RS):
            assert state_of(owner_engine, walk)[0] == "received"  # Looking at it opens it.
            put(owner_engine, walk, Status.SENT)
            continue
        if page.status == 404:
            assert who in (RI, RS) and state.value in DRAFTS.split()
            continue
        leads = [*page.tree.xpath("//main//form/@action"), *page.tree.xpath("//main//a/@href")]
        offered = {
            lead.rsplit("/", 1)[1].split("?")[0] for lead in map(str, leads) if str(walk.referral.id) in lead
        }
        expected = set(table(state, who))
        if state is Status.READY:  # Approved already: it is sent, not submitted again.
            expected -= {"submit"}
        assert offered & {move.value for move in Move} == expected, who
        assert page.status == 200


def test_states_that_the_clock_or_consent_reaches_are_no_buttons(
    valley: Valley, owner_engine: Engine
) -> None:
    walk = reach(valley, owner_engine, Status.RECEIVED)
    for person in people(valley).values():
        visitor = person.visitor()
        for move in ("time_out", "lapse_decline", "withdraw", "open"):
            assert press(visitor, walk, move, 1).status in (404, 405)


def test_every_state_can_be_reached() -> None:
    assert set(WAYS) | set(PUT) == set(Status)
