"""Counting the openings of cases that are not one's own: more than ten in an hour ask for the passphrase and alert."""

from __future__ import annotations

import datetime
from collections.abc import Sequence

from sqlalchemy.orm import Session

from network import audit, scheduler
from network.audit import Action
from network.database import now
from network.referrals import queries
from network.referrals.models import Case, CaseLook, LookKind
from network.referrals.services import timing
from network.tenancy import Actor

MOST, HOUR = 10, datetime.timedelta(hours=1)
AT_WORK = datetime.timedelta(hours=12)
"""As long as a session can last: a form of a case that was opened in it is never turned away."""
KEPT = datetime.timedelta(days=30)


class TooMany(Exception):
    """One more case that is not hers, after ten in an hour: the passphrase first."""


def count(session: Session, actor: Actor, case: Case, *, writing: bool = False) -> None:
    """Count one opening; raise :class:`TooMany` where it would be the eleventh case in an hour since the passphrase
    was typed last. ``writing``: what is sent belongs to a page that was opened before, so nothing typed is lost."""
    if actor.user_id == case.owner_id:
        return
    at = now()
    rows = session.execute(queries.looks_beside(case.id, actor.user_id, at - AT_WORK)).all()
    if any(assigned for assigned, _look in rows):
        return
    found = [look for _assigned, look in rows if look is not None]
    opened = _recent(found, at)
    if case.id in opened or (writing and any(one.case_id == case.id for one in found)):
        return
    if len(opened) >= MOST:
        raise TooMany
    _add(session, actor, case, LookKind.LOOK)


def full(session: Session, actor: Actor) -> bool:
    """Whether one more case that is not hers would be one too many."""
    found = session.scalars(queries.looks_of(actor.user_id, now() - HOUR)).all()
    return len(_recent(found, now())) >= MOST


def alert(session: Session, actor: Actor) -> None:
    """Tell the supervisors once in an hour that somebody opens many cases that are not hers."""
    found, at = session.scalars(queries.looks_of(actor.user_id, now() - HOUR)).all(), now()
    if any(one.kind is LookKind.ALERT for one in found) or actor.tenant_id is None:
        return
    _add(session, actor, None, LookKind.ALERT)
    scheduler.plan(session, actor.tenant_id, timing.TELL_SUPERVISORS, actor.tenant_id, at)
    audit.record(session, actor, Action.MANY_CASES_OPENED, actor.user_id)


def confirm(session: Session, actor: Actor) -> None:
    """She has typed her passphrase again: the count begins anew."""
    _add(session, actor, None, LookKind.CONFIRMED)
    audit.record(session, actor, Action.MANY_CASES_CONFIRMED, actor.user_id)


def _recent(found: Sequence[CaseLook], at: datetime.datetime) -> set[object]:
    """The cases opened in the last hour, since the passphrase was typed last."""
    opened: set[object] = set()
    for one in found:
        if one.kind is LookKind.CONFIRMED:
            opened = set()
        elif one.kind is LookKind.LOOK and one.at > at - HOUR:
            opened.add(one.case_id)
    return opened


def _add(session: Session, actor: Actor, case: Case | None, kind: LookKind) -> None:
    assert actor.tenant_id and actor.user_id  # noqa: S101  # Only a reader of cases comes here.
    session.add(
        CaseLook(
            tenant_id=actor.tenant_id,
            user_id=actor.user_id,
            case_id=case.id if case else None,
            kind=kind,
            at=now(),
        )
    )
    session.flush()
