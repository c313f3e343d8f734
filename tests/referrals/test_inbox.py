"""The inbox of an organization: what waits for it first, in an address that can be kept, however much there is."""

from __future__ import annotations

import datetime
import uuid
from collections.abc import Callable, Iterable
from contextlib import AbstractContextManager

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from network.database import now, uuid7
from network.permissions import Role
from network.referrals.inbox import After, Box, Group, Wish, wished
from network.referrals.models import Referral, ReferralOrigin
from network.referrals.services import receiving
from network.referrals.states import Priority, Status
from network.tenancy import Tenant
from tests.factories import Make
from tests.pages import Page
from tests.referrals.conftest import Valley

Counting = Callable[[], AbstractContextManager[list[str]]]
FEW_QUERIES = 8
HOUR = datetime.timedelta(hours=1)


def listed(page: Page, box: str = "received") -> list[str]:
    """The codes of one box in their order."""
    tables = page.tree.xpath(
        f"//h2[@id='{box}']/following-sibling::*[descendant-or-self::table][1]//tbody/tr"
    )
    return ["".join(row.xpath("./td[1]/a/text()")) for row in tables]


def arrived(
    valley: Valley,
    code: str,
    *,
    status: Status = Status.SENT,
    priority: Priority = Priority.ROUTINE,
    due: datetime.timedelta = 48 * HOUR,
    sender: Tenant | None = None,
    worker: uuid.UUID | None = None,
) -> Referral:
    """A referral that reached Khujand; only what the inbox knows of it. Written as its sender."""
    person = valley.onlooker if sender is valley.andijan else valley.caseworker
    at = now()
    with valley.database.unit_of_work(person.actor) as session:
        row = Referral(
            referring_id=(sender or valley.osh).id,
            receiving_id=valley.khujand.id,
            code=code,
            status=status,
            priority=priority,
            sent_at=at,
            answer_due_at=at + due,
            changed_at=at + due,
            worker_id=worker,
        )
        session.add(row)
    return row


def begun(valley: Valley, case_id: uuid.UUID, codes: Iterable[str], status: Status = Status.DRAFT) -> None:
    """Referrals that Osh prepared of a case."""
    with valley.database.unit_of_work(valley.caseworker.actor) as session:
        for code in codes:
            row = Referral(
                id=uuid7(),
                referring_id=valley.osh.id,
                receiving_id=valley.khujand.id,
                code=code,
                status=status,
            )
            session.add(row)
            session.flush()
            session.add(
                ReferralOrigin(
                    tenant_id=valley.osh.id,
                    referral_id=row.id,
                    case_id=case_id,
                    categories=[],
                    author_id=valley.caseworker.user_id,
                )
            )


def test_what_waits_stands_by_urgency_and_then_by_when_it_is_due(valley: Valley) -> None:
    arrived(valley, "routine-late", due=-HOUR)
    arrived(valley, "routine-soon", due=HOUR)
    arrived(valley, "helped", status=Status.IN_SERVICE, priority=Priority.EMERGENCY)
    arrived(valley, "asked-back", status=Status.INFO_REQUESTED, priority=Priority.URGENT, due=-HOUR)
    arrived(valley, "urgent-soon", priority=Priority.URGENT, due=2 * HOUR)
    arrived(valley, "urgent-late", priority=Priority.URGENT, due=-2 * HOUR)
    arrived(valley, "emergency", priority=Priority.EMERGENCY, due=24 * HOUR)
    arrived(valley, "to-stop", status=Status.STOPPING)
    arrived(valley, "over", status=Status.CLOSED)
    page = valley.receiver.visitor().open("/en/referrals/")
    assert listed(page) == [
        "to-stop",
        "emergency",
        "urgent-late",
        "urgent-soon",
        "routine-late",
        "routine-soon",
        "helped",
        "asked-back",
    ]
    assert page.main.count("Overdue") == 3
    assert listed(page.follow("What has ended")) == ["over"]


def test_counts_are_links_to_what_they_count(valley: Valley) -> None:
    for n in range(3):
        arrived(valley, f"sent-{n}", priority=Priority.URGENT if n else Priority.ROUTINE)
    mine = arrived(valley, "mine", status=Status.ACCEPTED, worker=valley.receiver.user_id)
    arrived(valley, "elsewhere", sender=valley.andijan)
    page = valley.receiver.visitor().open("/en/referrals/")
    ways = page.tree.xpath("//h2[@id='received']/following-sibling::nav//a")
    shown = {}
    for way in ways:
        if number := way.xpath("./strong/text()"):
            shown[way.text.strip()] = (int(number[0]), way.get("href"))
    assert {words: n for words, (n, _url) in shown.items()} == {
        "All open": 5,
        "Sent": 4,
        "Accepted": 1,
        "Urgent": 2,
        "Routine": 3,
        "Mine": 1,
        "Osh partner": 4,
        "Andijan partner": 1,
    }
    visitor = valley.receiver.visitor()
    for words, (n, url) in shown.items():
        assert len(listed(visitor.open(url))) == n, words
    assert listed(visitor.open(shown["Mine"][1])) == [mine.code]
    both = visitor.open(
        "/en/referrals/?box=received&priority=urgent&state=sent&partner=" + str(valley.osh.id)
    )
    assert sorted(listed(both)) == ["sent-1", "sent-2"] and not listed(both, "sent")


def test_pages_follow_each_other_without_gap_or_twin_while_rows_come_and_go(valley: Valley) -> None:
    for n in range(60):
        arrived(valley, f"R-{n:02}", due=(n // 3) * HOUR, priority=list(Priority)[n % 3])
    visitor = valley.receiver.visitor()
    page = visitor.open("/en/referrals/?box=received")
    seen = listed(page)
    assert len(seen) == 25
    arrived(valley, "came-later", priority=Priority.EMERGENCY, due=-HOUR)
    while older := page.tree.xpath("//a[@rel='next']/@href"):
        page = visitor.open(older[0])
        seen += listed(page)
    assert len(seen) == len(set(seen)) == 60 and "came-later" not in seen
    assert next(code for code in seen if int(code[2:]) % 3 == 0) == "R-00"


def test_what_has_ended_comes_latest_first_page_by_page(valley: Valley) -> None:
    for n in range(30):
        arrived(valley, f"E-{n:02}", status=Status.CLOSED, due=-n * HOUR)
    visitor = valley.receiver.visitor()
    page = visitor.open("/en/referrals/?box=received&state=ended")
    older = visitor.open(page.tree.xpath("//a[@rel='next']/@href")[0])
    assert listed(page) + listed(older) == [f"E-{n:02}" for n in range(30)]


def test_a_list_shows_what_this_person_may_see_and_no_other_desks(valley: Valley, make: Make) -> None:
    case, _consent, referral = valley.sent()
    begun(valley, case.id, ["DRAFT-1"])
    colleague = make.user(valley.osh, [Role.CASEWORKER])
    for person in (colleague, valley.onlooker, valley.receiver):
        page = person.visitor().open("/en/referrals/?box=sent")
        assert listed(page, "sent") == [], person
        assert "DRAFT-1" not in page.html and "1</strong>" not in page.main
    ours = valley.caseworker.visitor().open("/en/referrals/?box=sent&mine=1")
    assert listed(ours, "sent") == ["DRAFT-1", referral.code]
    theirs = valley.receiver.visitor().open("/en/referrals/")
    assert listed(theirs) == [referral.code] and "DRAFT-1" not in theirs.html


def test_taking_on_makes_it_mine_and_nobody_elses(valley: Valley) -> None:
    _case, _consent, referral = valley.sent()
    with valley.database.unit_of_work(valley.receiver.actor) as session:
        receiving.open_referral(session, valley.receiver.actor, referral.id)
        receiving.accept_referral(
            session, valley.receiver.actor, referral.id, worker_id=valley.receiver.user_id
        )
    mine = "/en/referrals/?box=received&mine=1"
    assert listed(valley.receiver.visitor().open(mine)) == [referral.code]
    assert listed(valley.receiving_supervisor.visitor().open(mine)) == []


@pytest.mark.parametrize(
    "wild",
    ["state=x", "box=y", "priority=high", "partner=none", "after=1.2", "after=0.9999999999999999999999.abc"],
)
def test_a_wild_address_shows_the_list_and_says_what_it_left_out(valley: Valley, wild: str) -> None:
    arrived(valley, "there")
    page = valley.receiver.visitor().open(f"/en/referrals/?{wild}")
    assert page.status == 200 and listed(page) == ["there"]
    assert "not known here" in page.main


def test_the_inbox_asks_as_little_of_much_as_of_nothing(valley: Valley, count_queries: Counting) -> None:
    case = valley.case()
    for person in (valley.receiver, valley.caseworker, valley.supervisor):
        person.visitor().open("/en/referrals/")
    visitors = [person.visitor() for person in (valley.receiver, valley.caseworker)]
    for n in range(40):
        arrived(valley, f"A-{n}", status=Status.SENT if n % 2 else Status.CLOSED)
    begun(valley, case.id, [f"B-{n}" for n in range(40)])
    for visitor in visitors:
        for path in ("", "?state=ended", "?box=received&mine=1", "?box=sent&priority=routine"):
            with count_queries() as seen:
                assert visitor.open(f"/en/referrals/{path}").status == 200
            assert len(seen) <= FEW_QUERIES, "\n".join(seen)


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    rank=st.integers(0, 9),
    moment=st.integers(0, 4_000_000_000_000_000),
    state=st.sampled_from([*Group, *Status]),
    priority=st.sampled_from([None, *Priority]),
    partner=st.none() | st.uuids(),
    mine=st.booleans(),
    box=st.sampled_from(Box),
)
def test_an_address_says_back_exactly_the_wish_it_was_made_of(
    rank: int,
    moment: int,
    state: Group | Status,
    priority: Priority | None,
    partner: uuid.UUID | None,
    mine: bool,
    box: Box,
) -> None:
    after = After(rank, moment, uuid.UUID(int=moment))
    wish = Wish(box, state, priority, partner, mine, after)
    read, unknown = wished(box, wish.address(after=after))
    assert read == wish and not unknown and after == After.of(rank, after.at, after.id)
