"""When an answer is due, in hours and working days."""

from __future__ import annotations

import datetime

from network.referrals.states import Priority

DAY = datetime.timedelta(days=1)
ACKNOWLEDGE_URGENT = datetime.timedelta(hours=24)
ACKNOWLEDGE_ROUTINE_DAYS = 3
ANSWER = {Priority.URGENT: datetime.timedelta(hours=72), Priority.ROUTINE: datetime.timedelta(days=14)}
WEEKEND = (5, 6)
"""Saturday and Sunday, in all three countries."""


def working_days_after(moment: datetime.datetime, days: int) -> datetime.datetime:
    """The same time of day, so many working days later. ``moment`` is aware; weekends do not count."""
    while days:
        moment += DAY
        if moment.weekday() not in WEEKEND:
            days -= 1
    return moment


def acknowledge_by(sent_at: datetime.datetime, priority: Priority) -> datetime.datetime:
    """Urgent: 24 hours. Routine: 3 working days (state table)."""
    if priority is Priority.URGENT:
        return sent_at + ACKNOWLEDGE_URGENT
    return working_days_after(sent_at, ACKNOWLEDGE_ROUTINE_DAYS)


def answer_by(sent_at: datetime.datetime, priority: Priority) -> datetime.datetime:
    """Urgent: 72 hours. Routine: 14 days."""
    return sent_at + ANSWER[priority]
