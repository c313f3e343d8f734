"""Doing what is due: claim a row, then do it and note it done in one transaction.

A kill before the commit undoes everything, a kill after it changes nothing: the effects are there exactly once.
"""

from __future__ import annotations

import datetime
import logging
from collections.abc import Callable
from typing import Any

from sqlalchemy import ColumnElement, func, or_, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from network.database import now, uuid7
from network.scheduler.models import SKEW, Due
from network.scheduler.plans import HANDLERS, PERIODIC, PLATFORM, Period
from network.tenancy import Actor, Tenant, TenantKind
from network.web import Kopuro

log = logging.getLogger("kopuro.scheduler")

CLAIM = datetime.timedelta(seconds=30)
"""From the claim to the lock on the row, which protects longer work; after a kill the row waits this long."""
LONGEST_WAIT = datetime.timedelta(hours=1)
MOST_MISSED = 400


def wait_after(attempts: int) -> datetime.timedelta:
    """Ten seconds, twenty, forty … and never more than an hour: work is never given up."""
    return min(datetime.timedelta(seconds=10) * (1 << min(attempts - 1, 12)), LONGEST_WAIT)


def begin_periods(app: Kopuro, at: datetime.datetime | None = None) -> int:
    """Plan the periods that began since the last one planned; how many. Any number of processes may do this at once:
    the row of a period can be written once only."""
    at = at or now()
    last = _last_begun(app)
    begun = 0
    for kind, period in sorted(PERIODIC.items()):
        beginnings = _missed(period, last[kind], at) if kind in last else [at]
        for beginning in beginnings:
            with app.database.unit_of_work(Actor.anonymous()) as session:
                if kind in last:
                    begun += _begin(session, kind, period, beginning)
                else:
                    _mark(session, kind, beginning, done=True)  # Earlier periods are nobody's work here.
    return begun


def _last_begun(app: Kopuro) -> dict[str, datetime.datetime]:
    """The latest period of each kind. A subquery for each, because each of them is one look into the index."""
    kinds = sorted(PERIODIC)
    latest = [
        select(func.max(Due.due_at)).where(Due.kind == kind, Due.subject_id == PLATFORM).scalar_subquery()
        for kind in kinds
    ]
    if not kinds:
        return {}
    with app.database.unit_of_work(Actor.anonymous()) as session:
        found = session.execute(select(*latest)).one()
    return {kind: moment for kind, moment in zip(kinds, found, strict=True) if moment is not None}


def _missed(period: Period, last: datetime.datetime, at: datetime.datetime) -> list[datetime.datetime]:
    beginnings: list[datetime.datetime] = []
    beginning = period.first_after(last)
    while beginning <= at:
        beginnings.append(beginning)
        beginning = period.first_after(beginning)
    return beginnings[-MOST_MISSED:] if period.all_missed else beginnings[-1:]


def _mark(session: Session, kind: str, beginning: datetime.datetime, *, done: bool) -> bool:
    """Write the period's own row; False where another process did."""
    done_at = now() if done else None
    adding = insert(Due).values(
        id=uuid7(), kind=kind, subject_id=PLATFORM, due_at=beginning, attempts=0, done_at=done_at
    )
    return (
        session.scalars(
            adding.on_conflict_do_nothing(index_elements=["kind", "subject_id", "due_at"]).returning(Due.id)
        ).one_or_none()
        is not None
    )


def _begin(session: Session, kind: str, period: Period, beginning: datetime.datetime) -> bool:
    if not _mark(session, kind, beginning, done=period.each_tenant):
        return False
    if period.each_tenant:
        tenants = session.scalars(select(Tenant.id).where(Tenant.kind != TenantKind.GUEST)).all()
        for tenant_id in tenants:
            session.add(Due(tenant_id=tenant_id, kind=kind, subject_id=tenant_id, due_at=beginning))
    return True


def do_due(
    app: Kopuro,
    *,
    stop: Callable[[], bool] = lambda: False,
    at_most: int = 10_000,
    claim: datetime.timedelta = CLAIM,
) -> int:
    """Do everything whose moment has come, until ``stop`` says so; how many things were tried."""
    done = 0
    while not stop() and done < at_most and (due := _claim(app, claim)) is not None:
        done += 1
        try:
            _do(app, due)
        except Exception as error:
            _postpone(
                app, due, error
            )  # Raises where the database is away: then the claim runs out by itself.
    return done


def _open(at: datetime.datetime, claim: datetime.timedelta) -> tuple[ColumnElement[bool], ...]:
    """What may be claimed: due, not done, in nobody's hands. Claims and waits that end later than any could were made
    before the clock was set back: they count as over."""

    def over(moment: Any, longest: datetime.timedelta) -> ColumnElement[bool]:
        return or_(moment.is_(None), moment <= at, moment > at + longest + SKEW)

    return (
        Due.done_at.is_(None),
        Due.due_at <= at,
        over(Due.claimed_until, claim),
        over(Due.retry_at, LONGEST_WAIT),
    )


def _claim(app: Kopuro, claim: datetime.timedelta) -> Due | None:
    at = now()
    with app.database.unit_of_work(Actor.anonymous()) as session:
        due = session.scalars(
            select(Due)
            .where(*_open(at, claim), Due.kind.in_(HANDLERS))
            .order_by(Due.due_at, Due.id)
            .limit(1)
            .with_for_update(skip_locked=True)
        ).one_or_none()
        if due is None:
            return None
        due.claimed_until = at + claim
        due.attempts += 1
    return due


def _do(app: Kopuro, due: Due) -> None:
    """The work and the note that it is done, in one transaction, as the clock of the row's tenant."""
    actor = Actor.clock(due.tenant_id) if due.tenant_id else Actor.anonymous()
    with app.app_context(), app.database.unit_of_work(actor) as session:
        if _note(session, due, done_at=now()):
            HANDLERS[due.kind](session, due)


def _postpone(app: Kopuro, due: Due, error: Exception) -> None:
    log.error(
        "work failed",
        extra={"kind": due.kind, "attempts": due.attempts, "error": type(error).__name__},
        exc_info=error if log.isEnabledFor(logging.DEBUG) else None,
    )
    with app.database.unit_of_work(Actor.anonymous()) as session:
        _note(session, due, retry_at=now() + wait_after(due.attempts))


def _note(session: Session, due: Due, **values: object) -> bool:
    """Write what became of a claim; False where it is ours no more: another process took over while this one slept,
    which its count of attempts shows, or the plan was cancelled.

    It waits for the row instead of passing it by: whoever looks for work at the same moment locks for an instant also
    what was claimed just before, and the work would lie until the claim runs out.
    """
    ours = (Due.id == due.id, Due.done_at.is_(None), Due.attempts == due.attempts)
    noting = update(Due).where(*ours).values(claimed_until=None, **values).returning(Due.id)
    return session.scalars(noting.execution_options(synchronize_session=False)).one_or_none() is not None
