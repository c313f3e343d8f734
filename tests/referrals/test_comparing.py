"""What changed between two versions of what was sent: for both ends, each as far as it may read, in words."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from network.referrals.categories import Category
from network.referrals.differences import differing
from network.referrals.models import Case, Consent, Disclosure, Referral
from network.referrals.services import receiving, talk, widening
from network.referrals.services.narrowing import narrow_consent
from tests.pages import Page
from tests.referrals.conftest import FOUR, Valley
from tests.referrals.guests import come_in, sent_to_guest
from tests.referrals.pictures import png
from tests.referrals.test_rules import again

Counting = Callable[[], AbstractContextManager[list[str]]]

ANSWERS = st.dictionaries(
    st.sampled_from(["account", "events", "special_needs", "vic_Vulnerabilities"]),
    st.one_of(
        st.text(max_size=3),
        st.lists(st.sampled_from(["one", "two", "three"]), max_size=3),
        st.lists(st.fixed_dictionaries({"hte_City": st.sampled_from(["a", "b"])}), max_size=3),
    ),
)


@given(ANSWERS, ANSWERS)
def test_exactly_the_questions_that_are_answered_otherwise_are_named_and_both_answers_said(
    before: dict[str, Any], after: dict[str, Any]
) -> None:
    found = differing(before, after)
    told = {one.name for one in found}
    assert len(told) == len(found)
    for name in {*before, *after}:
        same = (before.get(name) or None) == (after.get(name) or None)
        assert (name in told) != same
    assert all(one.before or one.after for one in found)
    turned = {one.name: (one.after, one.before) for one in differing(after, before)}
    assert turned == {one.name: (one.before, one.after) for one in found}


def test_of_several_places_only_those_that_one_version_does_not_have_are_shown() -> None:
    osh, khujand, batken = {"hte_City": "Osh"}, {"hte_City": "Khujand"}, {"hte_City": "Batken"}
    [change] = differing({"events": [osh, khujand]}, {"events": [osh, batken, osh]})
    assert (change.before, change.after) == ([khujand], [batken, osh])
    [turned] = differing({"events": [osh, khujand]}, {"events": [khujand, osh]})
    assert turned.before == [osh, khujand] and turned.after == [khujand, osh]


def accept(valley: Valley, referral: Referral) -> None:
    with valley.database.unit_of_work(valley.receiver.actor) as session:
        receiving.open_referral(session, valley.receiver.actor, referral.id)
        receiving.accept_referral(
            session, valley.receiver.actor, referral.id, worker_id=valley.receiver.user_id
        )


def more(valley: Valley, referral: Referral, *categories: Category) -> None:
    actor = valley.supervisor.actor
    with valley.database.unit_of_work(actor) as session:
        desk = valley.desk(session, valley.supervisor)
        widening.send_more(session, actor, desk, referral.id, categories=frozenset(categories))


def widened(valley: Valley) -> tuple[Case, Consent, Referral]:
    """Accepted with two categories, and two more sent along since."""
    case, consent, referral = valley.sent((Category.IDENTITY, Category.CONTACT))
    accept(valley, referral)
    given = again(valley, case, consent, *FOUR)
    more(valley, referral, Category.DEMOGRAPHICS, Category.HEALTH)
    return case, given, referral


def sections(page: Page) -> dict[str, str]:
    return {
        " ".join(one.xpath("string(h3)").split()): " ".join("".join(one.itertext()).split())
        for one in page.tree.xpath("//main//section")
    }


def test_both_ends_open_what_came_with_the_second_version(valley: Valley) -> None:
    _case, _consent, referral = widened(valley)
    for person in (valley.caseworker, valley.receiver):
        page = person.visitor().open(f"/en/referrals/{referral.id}")
        assert "2 versions were sent" in page.main
        page = page.follow("See what changed")
        found = sections(page)
        assert set(found) == {"Sex, age, languages New", "Health New"}
        assert "CANARY-health" in found["Health New"]
        assert "The same in both: Name and identity; Safe contact." in page.main
        assert "CANARY-identity" not in page.main, "what is the same is not shown again"


def test_what_only_the_sender_may_read_still_stays_closed_to_the_receiver(valley: Valley) -> None:
    case, consent, referral = widened(valley)
    address = f"/en/referrals/{referral.id}/compare"
    theirs = valley.receiver.visitor()
    assert "CANARY-health" in theirs.open(address).main
    actor = valley.caseworker.actor
    with valley.database.unit_of_work(actor) as session:
        row = session.get_one(Consent, consent.id)
        narrow_consent(
            session,
            actor,
            valley.desk(session, valley.caseworker),
            row,
            {valley.khujand.id: frozenset({Category.HEALTH})},
        )
    page = theirs.open(address)
    assert "CANARY-health" not in page.html
    assert "You cannot read this now, so it is not compared: Health." in page.main
    assert "CANARY-health" in valley.caseworker.visitor().open(address).main and case is not None


def test_before_the_receiver_accepts_nothing_is_compared_for_it(valley: Valley) -> None:
    case, consent, referral = valley.sent((Category.IDENTITY, Category.CONTACT))
    again(valley, case, consent, *FOUR)
    more(valley, referral, Category.HEALTH)
    visitor = valley.receiver.visitor()
    assert "See what changed" not in visitor.open(f"/en/referrals/{referral.id}").main
    page = visitor.open(f"/en/referrals/{referral.id}/compare")
    assert "CANARY" not in page.main and "not compared" in page.main


def test_a_stranger_a_colleague_without_need_and_a_draft_show_no_such_page(valley: Valley) -> None:
    case, _consent, referral = widened(valley)
    address = f"/en/referrals/{referral.id}/compare"
    assert valley.onlooker.client().get(address).status_code == 404
    draft = valley.draft(case)
    assert valley.caseworker.client().get(f"/en/referrals/{draft.id}/compare").status_code == 404
    for wild in ("?from=0&to=99", "?from=2&to=1", "?from=x&to=%00", "?to=1"):
        page = valley.caseworker.visitor().open(address + wild)
        assert page.status == 200 and "from version 1 to version 2" in page.main


def test_a_file_or_a_copy_is_no_version_and_one_version_alone_says_so(valley: Valley) -> None:
    _case, _consent, referral = valley.sent()
    accept(valley, referral)
    actor = valley.caseworker.actor
    with valley.database.unit_of_work(actor) as session:
        desk = valley.desk(session, valley.caseworker)
        talk.attach(
            session,
            actor,
            desk,
            referral.id,
            category=Category.HEALTH,
            allowed=FOUR,
            name="leaf.png",
            data=png(),
        )
        assert session.query(Disclosure).count() == 2
    for person in (valley.caseworker, valley.receiver):
        page = person.visitor().open(f"/en/referrals/{referral.id}")
        assert "See what changed" not in page.main
        assert "There is one version" in person.visitor().open(f"/en/referrals/{referral.id}/compare").main


def test_a_guest_compares_what_it_may_read(valley: Valley) -> None:
    sent = sent_to_guest(valley)
    visitor, page = come_in(valley, sent)
    assert page.status == 200
    assert "There is one version" in visitor.open(f"{sent.path}/compare").main
    assert visitor.open(f"/en/guest/{'x' * 43}/compare").status == 404


def test_comparing_asks_few_questions_at_either_end(valley: Valley, count_queries: Counting) -> None:
    _case, _consent, referral = widened(valley)
    for person in (valley.caseworker, valley.supervisor, valley.receiver):
        visitor = person.visitor()
        for address in (f"/en/referrals/{referral.id}/compare", f"/en/referrals/{referral.id}"):
            visitor.open(address)
            with count_queries() as seen:
                visitor.open(address)
            assert len(seen) <= 8, "\n".join(" ".join(one.split())[:300] for one in seen)
