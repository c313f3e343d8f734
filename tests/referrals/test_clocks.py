"""Clocks as arithmetic: working days, holidays, zones, marks."""

from __future__ import annotations

import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from network.referrals import clocks, holidays
from network.referrals.clocks import Mark
from network.referrals.states import Priority

UTC = datetime.UTC


def at(text: str) -> datetime.datetime:
    return datetime.datetime.fromisoformat(text).replace(tzinfo=UTC)


DUE = [
    # A Thursday in Osh, a plain week: Friday, Monday, Tuesday.
    ("2026-10-15T05:00", "KG", "2026-10-20T05:00"),
    # The evening before Nooruz (Saturday) and Hayit (Friday 20 March): in Kyrgyzstan Monday is the first working day.
    ("2026-03-19T05:00", "KG", "2026-03-25T05:00"),
    # Tajikistan keeps Navruz four days, 21 to 24 March: the third working day is Friday.
    ("2026-03-19T05:00", "TJ", "2026-03-27T05:00"),
    # 1 to 9 May is free in Kyrgyzstan alone.
    ("2026-04-30T05:00", "KG", "2026-05-13T05:00"),
    ("2026-04-30T05:00", "UZ", "2026-05-05T05:00"),
    # New Year: 1 January alone in Tashkent, a week in Bishkek.
    ("2026-12-31T05:00", "UZ", "2027-01-06T05:00"),
    ("2026-12-31T05:00", "KG", "2027-01-12T05:00"),
    # Friday 22:00 UTC is Saturday in all three, so Monday is the first day.
    ("2026-10-16T22:00", "TJ", "2026-10-20T22:00"),
]


@pytest.mark.parametrize(("sent", "country", "due"), DUE)
def test_three_working_days_are_those_of_the_receiving_country(sent: str, country: str, due: str) -> None:
    """Local days: 22:00 UTC on a Friday is the early Saturday there, and its third working day a Wednesday there."""
    assert clocks.acknowledge_by(at(sent), Priority.ROUTINE, country) == at(due)


def test_a_moment_that_is_another_day_in_another_zone_counts_by_the_receivers_calendar() -> None:
    """18:30 UTC is 00:30 of the next day in Bishkek and 23:30 of the same in Dushanbe."""
    sent = at("2026-10-15T18:30")
    assert clocks.acknowledge_by(sent, Priority.ROUTINE, "KG") == at("2026-10-20T18:30")
    assert clocks.acknowledge_by(sent, Priority.ROUTINE, "TJ") == at("2026-10-20T18:30")
    eve = at("2026-03-06T18:30")  # Saturday in Bishkek, still Friday in Dushanbe; 8 March is a Sunday.
    assert clocks.acknowledge_by(eve, Priority.ROUTINE, "KG") == at("2026-03-10T18:30")
    assert clocks.acknowledge_by(eve, Priority.ROUTINE, "TJ") == at("2026-03-11T18:30")


def test_emergencies_and_urgent_requests_know_no_holidays() -> None:
    sent = at("2026-12-31T20:00")
    assert clocks.acknowledge_by(sent, Priority.EMERGENCY, "KG") - sent == datetime.timedelta(hours=2)
    assert clocks.acknowledge_by(sent, Priority.URGENT, "KG") - sent == datetime.timedelta(hours=24)
    assert clocks.answer_by(sent, Priority.EMERGENCY) - sent == datetime.timedelta(hours=24)
    assert clocks.answer_by(sent, Priority.URGENT) - sent == datetime.timedelta(hours=72)
    assert clocks.answer_by(sent, Priority.ROUTINE) - sent == datetime.timedelta(days=14)


moments = st.timedeltas(datetime.timedelta(), datetime.timedelta(days=6 * 365)).map(
    lambda passed: at("2025-01-01T00:00") + passed
)
countries = st.sampled_from(["KG", "UZ", "TJ", None])


@given(sent=moments, days=st.integers(1, 10), country=countries)
def test_a_due_day_is_a_working_day_there_with_exactly_so_many_between(
    sent: datetime.datetime, days: int, country: str | None
) -> None:
    from network.places.clocks import timezone_of

    zone = timezone_of(country)
    due = clocks.working_days_after(sent, days, country).astimezone(zone)
    begun = sent.astimezone(zone)
    assert clocks.is_working_day(country, due.date()) and due.timetz() == begun.timetz()
    passed = [begun.date() + datetime.timedelta(n) for n in range(1, (due.date() - begun.date()).days + 1)]
    assert sum(clocks.is_working_day(country, day) for day in passed) == days


@given(sent=moments, country=countries)
def test_marks_come_in_their_order_and_reminders_before_it_is_due(
    sent: datetime.datetime, country: str | None
) -> None:
    for due in (
        clocks.acknowledge_by(sent, Priority.ROUTINE, country),
        clocks.answer_by(sent, Priority.URGENT),
    ):
        at_mark = [clocks.moment_of(mark, sent, due) for mark in Mark]
        assert at_mark == sorted(set(at_mark)) and at_mark[2] == due
        assert clocks.reached(sent, due, sent) is None
        assert clocks.reached(sent, due, at_mark[3]) is Mark.ESCALATE


def test_the_religious_holidays_are_known_for_years_ahead_and_the_same_for_all_three() -> None:
    assert set(holidays.RAMAZAN) == set(holidays.KURMAN) and len(holidays.RAMAZAN) >= 6
    for year, day in holidays.KURMAN.items():
        assert all(holidays.is_holiday(country, datetime.date(year, *day)) for country in ("KG", "UZ", "TJ"))
    assert not holidays.is_holiday(None, datetime.date(2026, 1, 1))


def test_an_answer_gives_back_what_is_left_of_its_pause_and_never_more() -> None:
    asked = at("2026-10-15T05:00")
    hours = datetime.timedelta(hours=1)
    assert clocks.unused_pause(asked, asked + 10 * hours) == 38 * hours
    assert (
        clocks.unused_pause(asked, asked + 48 * hours)
        == clocks.unused_pause(asked, asked + 90 * hours)
        == 0 * hours
    )
