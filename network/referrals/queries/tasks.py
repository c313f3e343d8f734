"""What is asked of SQL about work that waits for a signed-in desk."""

from __future__ import annotations

import uuid

from sqlalchemy import Select, select

from network.referrals.models import DeskTask, DeskTaskKind


def waiting_tasks(limit: int) -> Select[DeskTask]:
    """The oldest open tasks of the actor's desk, skipping what another session is doing at this moment."""
    return (
        select(DeskTask)
        .where(DeskTask.done_at.is_(None))
        .order_by(DeskTask.created_at, DeskTask.id)
        .limit(limit)
        .with_for_update(skip_locked=True)
    )


def open_task(kind: DeskTaskKind, subject_id: uuid.UUID) -> Select[DeskTask]:
    return select(DeskTask).where(
        DeskTask.kind == kind, DeskTask.subject_id == subject_id, DeskTask.done_at.is_(None)
    )
