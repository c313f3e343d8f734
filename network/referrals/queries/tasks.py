"""What is asked of SQL about work that waits for a signed-in desk."""

from __future__ import annotations

import datetime
import uuid
from collections.abc import Collection

from sqlalchemy import ColumnElement, Select, or_, select

from network.referrals.models import DeskTask, DeskTaskKind


def waiting_tasks(limit: int, kinds: Collection[DeskTaskKind]) -> Select[DeskTask]:
    """The oldest open tasks of these kinds of the actor's desk, skipping what another session is doing just now."""
    return (
        select(DeskTask)
        .where(DeskTask.done_at.is_(None), DeskTask.kind.in_(list(kinds)))
        .order_by(DeskTask.created_at, DeskTask.id)
        .limit(limit)
        .with_for_update(skip_locked=True)
    )


def open_task(kind: DeskTaskKind, subject_id: uuid.UUID) -> Select[DeskTask]:
    return select(DeskTask).where(
        DeskTask.kind == kind, DeskTask.subject_id == subject_id, DeskTask.done_at.is_(None)
    )


def contributions_until(moment: datetime.datetime, limit: int) -> Select[DeskTask]:
    """What waits to be counted, left before this moment; what another session is counting just now stays out."""
    return (
        select(DeskTask)
        .where(DeskTask.done_at.is_(None), DeskTask.kind == DeskTaskKind.CONTRIBUTION, _left_before(moment))
        .order_by(DeskTask.id)
        .limit(limit)
        .with_for_update(skip_locked=True)
    )


def anything_waits(moment: datetime.datetime) -> Select[bool]:
    """Whether the desk has work for a key; what is to be counted waits for its month to be over."""
    ready = or_(DeskTask.kind != DeskTaskKind.CONTRIBUTION, _left_before(moment))
    return select(select(DeskTask.id).where(DeskTask.done_at.is_(None), ready).exists())


def _left_before(moment: datetime.datetime) -> ColumnElement[bool]:
    return DeskTask.created_at < moment
