"""Bar 12: 0 silent overwrites in 1,000 concurrent pairs of edits of each kind. CI tries a tenth, and fewer by pages.

Two people hold the same version and save at the same moment: one is kept, the other is told. By pages, the other reads
what was kept and, beside it, what she herself typed.
"""

from __future__ import annotations

import threading
import uuid
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from network.database import Database
from network.events.services import planning
from network.permissions import Stale
from network.referrals.categories import Category
from network.referrals.models import Case, Referral
from network.referrals.services import cases, receiving
from network.referrals.states import Move, Status
from network.web import Kopuro
from tests.events.conftest import Events, organiser, plan
from tests.factories import Make
from tests.pages import Page, Visitor
from tests.referrals.conftest import in_the_valley
from tests.referrals.walking import begin


@pytest.mark.prove
def test_of_two_who_save_at_once_one_is_kept_and_the_other_is_told(
    app: Kopuro, make: Make, proving: bool
) -> None:
    pairs = 1000 if proving else 100
    tenant = make.tenant()
    events = Events(app, make)
    event = events.published(tenant)
    actor = organiser(tenant)
    both = threading.Barrier(2)

    def save(venue: str) -> bool:
        both.wait(30)
        try:
            with app.database.unit_of_work(actor) as session:
                planning.change_event(session, actor, event.id, plan(venue=venue), version=version)
        except Stale:
            return False
        return True

    with ThreadPoolExecutor(2) as pool:
        for number in range(pairs):
            version = events.again(event).version
            venues = [f"{number} one", f"{number} two"]
            kept = list(pool.map(save, venues))
            after = events.again(event)
            assert sorted(kept) == [False, True]
            assert after.venue == venues[kept.index(True)]
            assert after.version == version + 1
    print(f"bar 12: {pairs} pairs of edits, 0 silent overwrites")


class Pair:
    """Two people at two browsers, who press at the same moment."""

    def __init__(self, one: Visitor, other: Visitor) -> None:
        self.people = (one, other)
        self._both = threading.Barrier(2)

    def press(self, path: str, forms: list[dict[str, Any]]) -> tuple[int, Page]:
        """Whose words were kept, and the page that the other one sees."""

        def send(who: int) -> Page:
            self._both.wait(30)
            return self.people[who].post(path, forms[who], follow=False)

        with ThreadPoolExecutor(2) as pool:
            pages = list(pool.map(send, (0, 1)))
        assert sorted(page.status for page in pages) == [303, 409]
        kept = 0 if pages[0].status == 303 else 1
        return kept, pages[1 - kept]


@pytest.mark.prove
def test_of_two_who_write_the_same_page_of_a_case_one_is_kept_and_the_other_reads_both_texts(
    make: Make, database: Database, proving: bool
) -> None:
    pairs = 1000 if proving else 25
    valley = in_the_valley(make, database)
    case = valley.case({Category.HEALTH: {"health_needs": "Before"}}, assessed=False)
    colleagues = Pair(valley.caseworker.visitor(), valley.supervisor.visitor())
    path = f"/en/referrals/cases/{case.id}/health"
    forms = [who.open(path).values("health_needs") for who in colleagues.people]
    for number in range(pairs):
        for who, form in enumerate(forms):
            form.update(health_needs=f"{number} of {who}", seen=str(number + 1))
        kept, told = colleagues.press(path, forms)
        assert f"{number} of {kept}" in told.main, "what stands there now"
        assert told.values("health_needs")["health_needs"] == f"{number} of {1 - kept}", "and her own words"
        assert told.values("health_needs")["seen"] == str(number + 2), "ready to be put together and saved"
        with database.unit_of_work(valley.caseworker.actor) as session:
            file, desk = session.get_one(Case, case.id), valley.desk(session, valley.caseworker)
            stands = cases.read_part(session, valley.caseworker.actor, desk, file, Category.HEALTH)
        assert stands == (number + 2, {"health_needs": f"{number} of {kept}"})
    print(f"bar 12: {pairs} pairs of edits of a case, 0 silent overwrites")


@pytest.mark.prove
def test_of_two_who_write_the_same_sheet_of_a_case_the_other_reads_both_texts(
    make: Make, database: Database, proving: bool
) -> None:
    pairs = 1000 if proving else 10
    valley = in_the_valley(make, database)
    colleagues, field = Pair(valley.caseworker.visitor(), valley.supervisor.visitor()), "stage_notes"
    for number in range(pairs):
        if number % 100 == 0:  # The first pair of each case writes a sheet that is not there yet.
            case = valley.case({Category.HEALTH: {"health_needs": "Before"}}, assessed=False)
            path = f"/en/referrals/cases/{case.id}/stage"
            forms = [who.open(path).values(field) for who in colleagues.people]
        for who, form in enumerate(forms):
            form.update({field: f"{number} of {who}", "seen": str(number % 100)})
        kept, told = colleagues.press(path, forms)
        assert f"{number} of {kept}" in told.main, "what stands there now"
        assert told.values(field)[field] == f"{number} of {1 - kept}", "and her own words"
        stands = colleagues.people[0].open(path).values(field)
        assert (stands[field], stands["seen"]) == (f"{number} of {kept}", str(number % 100 + 1))
        for form in forms:
            form["idempotency_key"] = str(uuid.uuid4())
    print(f"bar 12: {pairs} pairs of edits of a sheet, 0 silent overwrites")


@pytest.mark.prove
def test_of_two_who_move_a_referral_at_once_one_moves_it_and_the_other_reads_both_texts(
    make: Make, database: Database, proving: bool
) -> None:
    pairs = 1000 if proving else 25
    valley = in_the_valley(make, database)
    colleagues = Pair(valley.receiver.visitor(), valley.receiving_supervisor.visitor())
    referral = None
    for number in range(pairs):
        if referral is None or number % 20 == 0:  # The page of a referral grows with its story.
            referral = begin(valley).bring_to(Status.ACCEPTED).referral
            path = f"/en/referrals/{referral.id}/{Move.SCHEDULE.value}"
            forms = [who.open(path).values("place") for who in colleagues.people]
        before = int(forms[0]["seen"])
        for who, form in enumerate(forms):
            form.update(
                when="2030-01-01T10:00", place=f"{number} of {who}", idempotency_key=str(uuid.uuid4())
            )
        kept, told = colleagues.press(path, forms)
        assert f"{number} of {kept}" in told.main, "how it stands now"
        assert f"{number} of {1 - kept}" in told.main, "and her own words"
        with database.unit_of_work(valley.receiver.actor) as session:
            row = session.get_one(Referral, referral.id)
            answers = receiving.read_answers(
                session, valley.receiver.actor, valley.desk(session, valley.receiver), row
            )
        assert [said["place"] for _move, said in answers if "place" in said][-1] == f"{number} of {kept}"
        assert row.version == before + 1
        for form in forms:
            form["seen"] = str(row.version)
    print(f"bar 12: {pairs} pairs of moves of a referral, 0 silent overwrites")
