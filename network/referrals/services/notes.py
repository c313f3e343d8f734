"""Writing and reading the sealed notes of a case, and finding a case by its sealed line."""

from __future__ import annotations

import datetime
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy.orm import Session

from network import audit, scheduler
from network.accounts.desk_keys import DeskKeys
from network.audit import Action
from network.database import now, uuid7
from network.i18n.folding import fold_unkept
from network.permissions import NotThere, Stale, require
from network.referrals import policies, queries
from network.referrals.models import Case, CaseNote
from network.referrals.models.keys import Sealed
from network.referrals.notes import REMIND, SHEETS, NoteKind, Sheet, reminder_of
from network.referrals.notices import CASE_REMINDER
from network.referrals.services import finding
from network.referrals.services.cases import readable_case, workers_of
from network.referrals.services.sealing import Content, open_sealed, seal
from network.tenancy import Actor

MORNING = datetime.time(2, tzinfo=datetime.UTC)
"""Seven or eight o'clock in the valley."""
KIND, GONE = "kind", "gone"


@dataclass(frozen=True, slots=True)
class Note:
    """One version of a note, opened."""

    row: CaseNote
    kind: NoteKind
    content: Content
    """The answers by field name, or under the name of the repeated set."""
    gone: bool = False

    @property
    def sheet(self) -> Sheet:
        return SHEETS[self.kind]

    @property
    def day(self) -> str:
        """The day by which it stands among the others: its own, or that of its writing."""
        return str(self.content.get(self.sheet.day) or self.row.created_at.date().isoformat())

    @property
    def head(self) -> str:
        return str(self.content.get(self.sheet.head) or "")


def opened(desk: DeskKeys, row: CaseNote, wrap: Any) -> Note:
    """A version of a note, opened with the desk's key to it."""
    content = open_sealed(desk, wrap, row.ciphertext)
    kind, gone = NoteKind(content.pop(KIND)), bool(content.pop(GONE, False))
    return Note(row, kind, content, gone)


def opened_notes(session: Session, desk: DeskKeys, case: Case) -> list[Note]:
    """The present notes of a case by their day, latest first. The caller has asked the policy and audits."""
    rows = session.execute(queries.present_notes(case.id, case.tenant_id)).all()
    found = [opened(desk, row, wrap) for row, wrap in rows]
    return sorted((note for note in found if not note.gone), key=lambda note: note.day, reverse=True)


def read_notes(session: Session, actor: Actor, desk: DeskKeys, case: Case) -> list[Note]:
    """The same for a reader of the case. The reading is audited."""
    readable_case(session, actor, case)
    audit.record(session, actor, Action.CASE_READ, case.id)
    return opened_notes(session, desk, case)


def read_versions(
    session: Session, actor: Actor, desk: DeskKeys, case: Case, thread_id: uuid.UUID
) -> list[Note]:
    """Every version of one note, the newest first. :class:`NotThere` for a note of another case, or of none."""
    readable_case(session, actor, case)
    rows = session.execute(queries.note_versions(case.id, case.tenant_id, thread_id)).all()
    if not rows:
        raise NotThere
    audit.record(session, actor, Action.CASE_READ, case.id)
    return [opened(desk, row, wrap) for row, wrap in rows]


def single(notes: list[Note], kind: NoteKind) -> Note | None:
    """The one note of a kind of which a case has one."""
    return next((note for note in notes if note.kind is kind), None)


def write_note(
    session: Session,
    actor: Actor,
    desk: DeskKeys,
    case: Case,
    kind: NoteKind,
    answers: Mapping[str, Any],
    *,
    thread_id: uuid.UUID | None = None,
    seen: int = 0,
    gone: bool = False,
) -> CaseNote:
    """Write a note: the next version of ``thread_id``, or the first of a new one (``seen`` is 0).

    Of a kind that a case has once, the thread is found by itself. Raises :class:`Stale` where somebody wrote a version
    after ``seen``; what stands there already is not written again. The day to be reminded of is planned, and what was planned for the version before is taken back.
    """
    require(policies.can_write_case(actor, case, workers_of(session, actor, case)))
    session.refresh(case, with_for_update=True)
    if thread_id is None and SHEETS[kind].single:
        rows = session.execute(queries.present_notes(case.id, case.tenant_id)).all()
        there = single([opened(desk, row, wrap) for row, wrap in rows], kind)
        thread_id = there.row.thread_id if there else None
    content: Content = {KIND: kind.value, **{name: value for name, value in answers.items() if value}}
    if gone:
        content[GONE] = True
    present = session.execute(queries.newest_note(case.id, case.tenant_id, thread_id)).one_or_none()
    before = present[0] if present else None
    if present is not None and content == open_sealed(desk, present[1], present[0].ciphertext):
        return present[0]  # Said already, by the first click of two.
    if (before.number if before else 0) != seen:
        raise Stale
    row = uuid7()
    ciphertext, _key = seal(session, desk, Sealed.CASE_NOTE, row, content)
    remind_on = None if gone else reminder_of(content)
    note = CaseNote(
        id=row,
        tenant_id=case.tenant_id,
        case_id=case.id,
        thread_id=thread_id or uuid7(),
        number=seen + 1,
        author_id=desk.user_id,
        remind_on=remind_on,
        ciphertext=ciphertext,
    )
    session.add(note)
    session.flush()
    if before is not None:
        scheduler.cancel(session, CASE_REMINDER, before.id)
    if remind_on is not None and remind_on >= now().date():
        at = datetime.datetime.combine(remind_on, MORNING)
        scheduler.plan(session, case.tenant_id, CASE_REMINDER, note.id, at)
    if kind is NoteKind.KEYWORDS:
        finding.index(session, desk, case, finding.KEYWORDS, fold_unkept(str(content.get("keywords") or "")))
    audit.record(session, actor, Action.CASE_WRITTEN, case.id)
    return note


def forget_reminder(
    session: Session, actor: Actor, desk: DeskKeys, case: Case, thread_id: uuid.UUID, *, seen: int
) -> None:
    """It was thought of: the note stays as it is, without its reminder."""
    newest = read_versions(session, actor, desk, case, thread_id)[0]
    answers = {name: value for name, value in newest.content.items() if name != REMIND}
    write_note(session, actor, desk, case, newest.kind, answers, thread_id=thread_id, seen=seen)


@dataclass(frozen=True, slots=True)
class Reminder:
    """A note whose day has come or comes soon, and the case it belongs to."""

    note: Note
    case: Case


def due_reminders(session: Session, actor: Actor, desk: DeskKeys, until: datetime.date) -> list[Reminder]:
    """Reminders of this person's open cases up to a day, the earliest first."""
    require(actor.reads_cases)
    rows = session.execute(queries.reminders(actor, until)).all()
    return [Reminder(opened(desk, row, wrap), case) for row, wrap, case in rows]
