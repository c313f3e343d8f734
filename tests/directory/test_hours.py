"""Open now, closing when, opening next: shown on hours that people keep, and against counting minute by minute."""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from network.directory import hours

OSH = ZoneInfo("Asia/Bishkek")


@dataclass(frozen=True)
class Week:
    byday: str = "MO,TU,WE,TH,FR"
    opens_at: datetime.time | None = datetime.time(9)
    closes_at: datetime.time | None = datetime.time(17)
    always: bool = False
    timezone: str = "Asia/Bishkek"
    valid_from: datetime.date | None = None
    valid_to: datetime.date | None = None


@dataclass(frozen=True)
class Other:
    on: datetime.date
    until: datetime.date | None = None
    closed: bool = True
    opens_at: datetime.time | None = None
    closes_at: datetime.time | None = None


def at(day: int, hour: int, minute: int = 0) -> datetime.datetime:
    """A moment of March 2026, by the clock in Osh; the 2nd is a Monday."""
    return datetime.datetime(2026, 3, day, hour, minute, tzinfo=OSH)


OFFICE, NIGHT, ALWAYS = Week(), Week("FR", datetime.time(20), datetime.time(6)), Week("", None, None, True)


@pytest.mark.parametrize(
    ("weekly", "moment", "open_now", "until", "then"),
    [
        ([OFFICE], at(2, 9), True, at(2, 17), None),
        ([OFFICE], at(2, 8, 59), False, None, at(2, 9)),
        ([OFFICE], at(2, 17), False, None, at(3, 9)),
        ([OFFICE], at(6, 18), False, None, at(9, 9)),
        ([NIGHT], at(7, 5, 59), True, at(7, 6), None),
        ([NIGHT], at(7, 6), False, None, at(13, 20)),
        ([ALWAYS], at(8, 3), True, None, None),
        ([Week("MO", datetime.time(8), datetime.time(8))], at(3, 7), True, at(3, 8), None),
        ([OFFICE, Week("MO", datetime.time(17), datetime.time(19))], at(2, 10), True, at(2, 19), None),
        ([Week(valid_to=datetime.date(2026, 3, 3))], at(4, 10), False, None, None),
        ([Week(valid_from=datetime.date(2026, 3, 10))], at(4, 10), False, None, at(10, 9)),
    ],
)
def test_the_hours_people_keep(
    weekly: list[Week],
    moment: datetime.datetime,
    open_now: bool,
    until: datetime.datetime | None,
    then: datetime.datetime | None,
) -> None:
    assert hours.standing(weekly, [], moment) == hours.Standing(open_now, until, then)


def test_a_feast_closes_and_a_saturday_opens() -> None:
    nooruz = Other(datetime.date(2026, 3, 20), datetime.date(2026, 3, 23))
    saturday = Other(
        datetime.date(2026, 3, 28), closed=False, opens_at=datetime.time(10), closes_at=datetime.time(12)
    )
    assert hours.next_opening([OFFICE], [nooruz, saturday], at(19, 18)) == at(24, 9)
    assert hours.open_at([OFFICE], [nooruz, saturday], at(20, 10)) is False
    assert hours.open_at([OFFICE], [nooruz, saturday], at(28, 11)) is True
    assert hours.open_at([ALWAYS], [nooruz], at(21, 11)) is False
    assert hours.standing([ALWAYS], [nooruz], at(2, 0)).until == at(20, 0)
    assert hours.open_at([NIGHT], [nooruz], at(20, 5)) is False
    assert hours.open_at([NIGHT], [Other(datetime.date(2026, 3, 14))], at(14, 5)) is True
    assert hours.upcoming([saturday, nooruz], datetime.date(2026, 3, 22), days=3) == [nooruz]


def test_what_nobody_told_is_not_closed() -> None:
    assert hours.open_at([], [], at(2, 10)) is None
    assert hours.open_at([Week("MO", None, None)], [], at(2, 10)) is None


def test_the_clock_on_the_wall_is_that_of_its_country() -> None:
    khujand = Week(timezone="Asia/Dushanbe")
    assert hours.open_at([khujand], [], at(2, 9)) is False
    assert hours.open_at([khujand], [], at(2, 10)) is True


TIMES = st.integers(0, 95).map(lambda n: datetime.time(n // 4, n % 4 * 15))
DAYS = st.sets(st.sampled_from(hours.DAYS), min_size=1).map(
    lambda s: ",".join(d for d in hours.DAYS if d in s)
)
WEEKS = st.builds(
    Week,
    DAYS,
    TIMES,
    TIMES,
    st.booleans(),
    st.sampled_from(["Asia/Bishkek", "Asia/Tashkent"]),
)
DATES = st.integers(1, 28).map(lambda n: datetime.date(2026, 3, n))
OTHERS = st.builds(Other, DATES, st.none(), st.booleans(), TIMES, TIMES)
MOMENTS = st.integers(0, 14 * 96).map(lambda n: at(3, 0) + n * datetime.timedelta(minutes=15))


def plainly(weekly: list[Week], different: list[Other], moment: datetime.datetime) -> bool:
    """The same rule said another way: does an opening of today or yesterday hold this moment?"""
    for one in weekly:
        local = moment.astimezone(ZoneInfo(one.timezone))
        for back in (0, 1):
            day = local.date() - datetime.timedelta(days=back)
            if any(other.on == day for other in different):
                continue
            if one.always:
                if not back:
                    return True
            elif hours.DAYS[day.weekday()] in one.byday and _holds(local, back, one.opens_at, one.closes_at):
                return True
    local = moment.astimezone(ZoneInfo(weekly[0].timezone if weekly else "Asia/Bishkek"))
    return any(
        not other.closed
        and other.on == local.date() - datetime.timedelta(days=back)
        and _holds(local, back, other.opens_at, other.closes_at)
        for other in different
        for back in (0, 1)
    )


def _holds(
    local: datetime.datetime, back: int, opens: datetime.time | None, closes: datetime.time | None
) -> bool:
    assert opens is not None and closes is not None
    now = local.time()
    overnight = closes <= opens
    return (opens <= now and (overnight or now < closes)) if not back else (overnight and now < closes)


@settings(deadline=None, max_examples=60)
@given(st.lists(WEEKS, min_size=1, max_size=3), st.lists(OTHERS, max_size=3), MOMENTS)
def test_it_is_open_exactly_when_an_opening_of_that_day_or_the_night_before_holds_the_moment(
    weekly: list[Week], different: list[Other], moment: datetime.datetime
) -> None:
    assert hours.open_at(weekly, different, moment) is plainly(weekly, different, moment)
    assert hours.standing(weekly, different, moment).open is plainly(weekly, different, moment)


@settings(deadline=None, max_examples=60)
@given(st.lists(WEEKS, min_size=1, max_size=3), st.lists(OTHERS, max_size=3), MOMENTS)
def test_the_next_change_is_a_change_and_nothing_changes_before_it(
    weekly: list[Week], different: list[Other], moment: datetime.datetime
) -> None:
    found = hours.standing(weekly, different, moment)
    change = found.until if found.open else found.next
    last = min(change or moment + datetime.timedelta(days=3), moment + datetime.timedelta(days=3))
    step = moment
    while step < last:
        assert hours.open_at(weekly, different, step) is found.open
        step += datetime.timedelta(hours=5)
    if change is not None:
        assert hours.open_at(weekly, different, change) is not found.open
        assert hours.open_at(weekly, different, change - datetime.timedelta(minutes=1)) is found.open


@pytest.mark.parametrize(
    "other",
    [
        Other(datetime.date.max),
        Other(datetime.date(2026, 3, 2), datetime.date.max),
        Other(datetime.date.min, datetime.date.max),
    ],
)
def test_a_day_at_the_end_of_all_calendars_breaks_no_index(other: Other) -> None:
    from network.directory.services.hour_ranges import open_hours

    found = open_hours([OFFICE], [other], datetime.date(2026, 3, 2))
    assert found["week"] and found["closed"] is None
