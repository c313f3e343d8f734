"""What is asked of SQL about the sealed notes of a case and the lines it is found by."""

from __future__ import annotations

import datetime
import uuid

from sqlalchemy import ColumnElement, Select, and_, exists, func, select
from sqlalchemy.orm import aliased

from network.referrals.models import Case, CaseIndex, CaseNote, PartKey
from network.referrals.models.cases import CaseStatus
from network.referrals.queries.cases import known_to
from network.tenancy import Actor

FINISHED = (CaseStatus.CLOSED, CaseStatus.CLOSED_REFERRED)


def newest_of_thread() -> ColumnElement[bool]:
    """Only the present version of each note."""
    later = aliased(CaseNote)
    return ~exists().where(later.thread_id == CaseNote.thread_id, later.number > CaseNote.number)


def _own(tenant_id: uuid.UUID) -> ColumnElement[bool]:
    return and_(
        PartKey.sealed_id == CaseNote.id, PartKey.tenant_id == tenant_id, PartKey.holder_id == tenant_id
    )


def present_notes(case_id: uuid.UUID, tenant_id: uuid.UUID) -> Select[CaseNote, PartKey]:
    """The present version of every note of a case with the owner's key to it, oldest thread first."""
    return (
        select(CaseNote, PartKey)
        .join(PartKey, _own(tenant_id))
        .where(CaseNote.case_id == case_id, newest_of_thread())
        .order_by(CaseNote.thread_id)
    )


def note_versions(
    case_id: uuid.UUID, tenant_id: uuid.UUID, thread_id: uuid.UUID
) -> Select[CaseNote, PartKey]:
    """Every version of one note with its key, the newest first."""
    return (
        select(CaseNote, PartKey)
        .join(PartKey, _own(tenant_id))
        .where(CaseNote.case_id == case_id, CaseNote.thread_id == thread_id)
        .order_by(CaseNote.number.desc())
    )


def newest_note(
    case_id: uuid.UUID, tenant_id: uuid.UUID, thread_id: uuid.UUID | None
) -> Select[CaseNote, PartKey]:
    """The last version of one note with its key; nothing for a thread that does not exist yet."""
    return (
        select(CaseNote, PartKey)
        .join(PartKey, _own(tenant_id))
        .where(CaseNote.case_id == case_id, CaseNote.thread_id == thread_id)
        .order_by(CaseNote.number.desc())
        .limit(1)
    )


def reminders(actor: Actor, until: datetime.date) -> Select[CaseNote, PartKey, Case]:
    """Reminders up to this day of the open cases this person works on, the earliest first, with the keys."""
    return (
        select(CaseNote, PartKey, Case)
        .join(Case, Case.id == CaseNote.case_id)
        .join(PartKey, _own_of(actor))
        .where(CaseNote.remind_on <= until, _watched(actor))
        .order_by(CaseNote.remind_on, CaseNote.id)
    )


def reminders_waiting(actor: Actor, until: datetime.date) -> Select[int]:
    """How many of them."""
    return (
        select(func.count(CaseNote.id))
        .join(Case, Case.id == CaseNote.case_id)
        .where(CaseNote.remind_on <= until, _watched(actor))
    )


def _own_of(actor: Actor) -> ColumnElement[bool]:
    return and_(
        PartKey.sealed_id == CaseNote.id,
        PartKey.tenant_id == actor.tenant_id,
        PartKey.holder_id == actor.tenant_id,
    )


def _watched(actor: Actor) -> ColumnElement[bool]:
    return and_(
        Case.tenant_id == actor.tenant_id, Case.status.not_in(FINISHED), known_to(actor), newest_of_thread()
    )


def index_of(case_id: uuid.UUID) -> Select[CaseIndex]:
    return select(CaseIndex).where(CaseIndex.case_id == case_id)


def index_lines(actor: Actor, limit: int, skip: int) -> Select[Case, CaseIndex, PartKey]:
    """The open cases this person may read with the sealed lines of those that have one, newest first."""
    key = and_(
        PartKey.sealed_id == CaseIndex.id,
        PartKey.tenant_id == actor.tenant_id,
        PartKey.holder_id == actor.tenant_id,
    )
    return (
        select(Case, CaseIndex, PartKey)
        .outerjoin(CaseIndex, CaseIndex.case_id == Case.id)
        .outerjoin(PartKey, key)
        .where(Case.tenant_id == actor.tenant_id, Case.status.not_in(FINISHED), known_to(actor))
        .order_by(Case.created_at.desc(), Case.id)
        .limit(limit)
        .offset(skip)
    )
