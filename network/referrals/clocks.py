"""When an acknowledgement and an answer are due, and at which moments the clock speaks before and after. Pure.

Two clocks run from the sending on, both with the receiving organization: to say that it is looking at it (emergency 2
hours, urgent 24 hours, routine 3 working days) and to answer (24 hours, 72 hours, 14 days). Each reminds at 50, 80 and
100 % of its time and tells the supervisors of both sides at 150 %. The answer's clock also tells the coordinator at
150 % that an answer between two organizations is overdue, and no more; at 200 % the referral has timed out.
"""

from __future__ import annotations

import datetime
from enum import StrEnum

from network.places.clocks import timezone_of
from network.referrals import holidays
from network.referrals.states import Priority

DAY = datetime.timedelta(days=1)
HOUR = datetime.timedelta(hours=1)
ACKNOWLEDGE = {Priority.EMERGENCY: 2 * HOUR, Priority.URGENT: 24 * HOUR}
ACKNOWLEDGE_ROUTINE_DAYS = 3
ANSWER = {Priority.EMERGENCY: 24 * HOUR, Priority.URGENT: 72 * HOUR, Priority.ROUTINE: 14 * DAY}
WEEKEND = (5, 6)
"""Saturday and Sunday, in all three countries."""
PAUSE = 48 * HOUR
"""How long a question stops the answer's clock, once."""
SILENCE_CONFIRMS = 5 * DAY
"""A refusal that the sender neither confirmed nor sent back stands."""
ATTEMPTS = 3
ATTEMPTS_OVER = 7 * DAY
"""How often, and from the first to the last over how long, a person is looked for before she counts as unreachable."""


class Mark(StrEnum):
    """A moment at which the clock speaks."""

    REMIND_50 = "remind_50"
    REMIND_80 = "remind_80"
    REMIND_100 = "remind_100"
    ESCALATE = "escalate"
    TIME_OUT = "time_out"


SHARE: dict[Mark, float] = {
    Mark.REMIND_50: 0.5,
    Mark.REMIND_80: 0.8,
    Mark.REMIND_100: 1.0,
    Mark.ESCALATE: 1.5,
    Mark.TIME_OUT: 2.0,
}
"""How much of the time has passed at a mark."""


def is_working_day(country: str | None, day: datetime.date) -> bool:
    return day.weekday() not in WEEKEND and not holidays.is_holiday(country, day)


def working_days_after(moment: datetime.datetime, days: int, country: str | None = None) -> datetime.datetime:
    """The same time of day there, so many working days of this country later; ``moment`` is aware, the answer UTC.

    Days are those of that country's calendar, not of UTC. The day of the sending never counts.
    """
    local = moment.astimezone(timezone_of(country))
    while days:
        local += DAY
        if is_working_day(country, local.date()):
            days -= 1
    return local.astimezone(datetime.UTC)


def acknowledge_by(
    sent_at: datetime.datetime, priority: Priority, country: str | None = None
) -> datetime.datetime:
    """Emergency: 2 hours. Urgent: 24 hours. Routine: 3 working days of the receiving ``country`` (state table)."""
    if priority in ACKNOWLEDGE:
        return sent_at + ACKNOWLEDGE[priority]
    return working_days_after(sent_at, ACKNOWLEDGE_ROUTINE_DAYS, country)


def answer_by(sent_at: datetime.datetime, priority: Priority) -> datetime.datetime:
    """Emergency: 24 hours. Urgent: 72 hours. Routine: 14 days."""
    return sent_at + ANSWER[priority]


def moment_of(mark: Mark, begun_at: datetime.datetime, due_at: datetime.datetime) -> datetime.datetime:
    """When a mark of a clock that runs from ``begun_at`` to ``due_at`` is reached."""
    return begun_at + (due_at - begun_at) * SHARE[mark]


def reached(begun_at: datetime.datetime, due_at: datetime.datetime, at: datetime.datetime) -> Mark | None:
    """The latest mark that has been reached at this moment, if any."""
    found = [mark for mark in Mark if moment_of(mark, begun_at, due_at) <= at]
    return found[-1] if found else None


def unused_pause(asked_at: datetime.datetime, answered_at: datetime.datetime) -> datetime.timedelta:
    """What an answer gives back of the pause that its question took."""
    return max(PAUSE - (answered_at - asked_at), datetime.timedelta())
