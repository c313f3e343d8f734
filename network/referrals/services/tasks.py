"""Work that needs a key: left by jobs, done by the next session of somebody who reads cases.

A kind of work names its function once::

    @does(DeskTaskKind.CONTRIBUTION)
    def contribute(session: Session, actor: Actor, desk: DeskKeys, subject_id: uuid.UUID) -> bool: ...
"""

from __future__ import annotations

import uuid
from collections.abc import Callable

from sqlalchemy.orm import Session

from network.accounts.desk_keys import DeskKeys
from network.database import now
from network.permissions import require
from network.referrals import queries
from network.referrals.models import DeskTask, DeskTaskKind
from network.tenancy import Actor

Doer = Callable[[Session, Actor, DeskKeys, uuid.UUID], bool]
"""Whether the work is done; if not, it is offered to the next session again."""
AT_ONCE = 5
"""Tasks that one request does at most, so that nobody waits for the work of a whole desk."""

_doers: dict[DeskTaskKind, Doer] = {}


def does(kind: DeskTaskKind) -> Callable[[Doer], Doer]:
    """Name the function that does this kind of work. It may be called again for the same subject."""

    def keep(function: Doer) -> Doer:
        _doers[kind] = function
        return function

    return keep


def leave(session: Session, tenant_id: uuid.UUID, kind: DeskTaskKind, subject_id: uuid.UUID) -> None:
    """Leave this for the desk, once: what waits already is not asked for twice. Jobs may call this; no key is needed."""
    if session.scalars(queries.open_task(kind, subject_id)).first() is None:
        session.add(DeskTask(tenant_id=tenant_id, kind=kind, subject_id=subject_id))
        session.flush()


def work_off(session: Session, actor: Actor, desk: DeskKeys, limit: int = AT_ONCE) -> int:
    """Do what waits for this desk, oldest first; how many were done. One that fails takes the request with it."""
    require(actor.reads_cases)
    done = 0
    for task in session.scalars(queries.waiting_tasks(limit, list(_doers))).all():
        if _doers[task.kind](session, actor, desk, task.subject_id):
            task.done_at = now()
            done += 1
    session.flush()
    return done
