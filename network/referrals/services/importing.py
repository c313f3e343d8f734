"""Files of cases brought to a desk: looked at first, then taken row by row. A wrong row never costs a right one."""

from __future__ import annotations

import contextlib
import datetime
import json
import uuid
from collections import Counter
from dataclasses import dataclass
from typing import Any

from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from network import audit
from network.accounts.desk_keys import DeskKeys
from network.audit import Action
from network.database import now, uuid7
from network.permissions import NotThere, Stale, Unfit, require
from network.referrals import htcds, policies, queries
from network.referrals.categories import Category
from network.referrals.models import CaseImport, DeskTaskKind, ImportedCase
from network.referrals.models.keys import Sealed
from network.referrals.services import cases, marks, notes, tasks
from network.referrals.services.sealing import open_sealed, seal
from network.referrals.services.tasks import does
from network.tenancy import Actor

AT_ONCE = 20
"""Rows that one request makes into cases; the rest is done by the next ones."""
KEPT = datetime.timedelta(days=30)
"""How long the rows of a file are kept, with what was said about them."""


@dataclass(frozen=True, slots=True)
class Row:
    """One row of a file: as it would be kept, and the case that it became, in whatever import."""

    number: int
    taken: htcds.Taken
    mark: bytes
    case: ImportedCase | None

    @property
    def waits(self) -> bool:
        return self.case is None and not self.taken.wrong


def bring(session: Session, actor: Actor, desk: DeskKeys, data: bytes) -> CaseImport:
    """Keep the rows of a file, sealed, for a look at them: the dry run. No case is made.

    It takes the place of what the same person brought before. Raises :class:`Unfit` where it is no file of cases.
    """
    require(policies.can_open_case(actor))
    try:
        rows = htcds.records_of(data)
    except htcds.Unreadable as error:
        raise Unfit(str(error)) from None
    for before in session.scalars(queries.imports_of(desk.user_id)).all():
        _forget(session, before)
    row = uuid7()
    # As ASCII: what a stranger's file holds may not be fit for any other encoding.
    ciphertext, _key = seal(session, desk, Sealed.IMPORT, row, {"rows": json.dumps(rows)})
    brought = CaseImport(id=row, tenant_id=desk.tenant_id, author_id=desk.user_id, ciphertext=ciphertext)
    session.add(brought)
    session.flush()
    audit.record(session, actor, Action.CASES_BROUGHT, brought.id)
    return brought


def own_import(session: Session, actor: Actor) -> CaseImport | None:
    """What this person brought last."""
    require(policies.can_open_case(actor))
    assert actor.user_id is not None  # noqa: S101  # The policy admits members alone.
    found: CaseImport | None = session.scalars(queries.imports_of(actor.user_id)).first()
    return found


def rows_of(session: Session, desk: DeskKeys, brought: CaseImport) -> list[Row]:
    """Every row of a file with what is to be said about it. The caller has made sure that the file is the reader's."""
    wrap = session.scalars(queries.import_key(brought.id)).one()
    found = [htcds.taken(row) for row in json.loads(open_sealed(desk, wrap, brought.ciphertext)["rows"])]
    secret = marks.secret_of(session, desk)
    seen: Counter[str] = Counter()
    marked = [_mark(secret, one, seen) for one in found]
    there = {one.mark: one for one in session.scalars(queries.imported(marked))}
    return [
        Row(number, one, mark, there.get(mark))
        for number, (one, mark) in enumerate(zip(found, marked, strict=True), 1)
    ]


def confirm(session: Session, actor: Actor, desk: DeskKeys, import_id: uuid.UUID) -> int:
    """Make cases of the right rows, so many at once; the rest waits for the author's next requests. How many were made.

    Said twice, nothing is made twice. Raises :class:`NotThere` for another's file, :class:`Stale` for one forgotten.
    """
    require(policies.can_open_case(actor))
    brought = session.scalars(queries.locked_import(import_id)).one_or_none()
    if brought is None:
        raise Stale
    if brought.author_id != desk.user_id:
        raise NotThere
    brought.confirmed_at = brought.confirmed_at or now()
    made = _go_on(session, actor, desk, brought)
    if brought.done_at is None:
        tasks.leave(session, brought.tenant_id, DeskTaskKind.IMPORT, brought.id)
    return made


@does(DeskTaskKind.IMPORT)
def go_on(session: Session, actor: Actor, desk: DeskKeys, import_id: uuid.UUID) -> bool:
    """The rows of a long file that the first request left. Only its author's sessions go on with it: the cases are hers."""
    brought = session.scalars(queries.locked_import(import_id)).one_or_none()
    if brought is None or brought.done_at is not None:
        return True
    if brought.author_id != desk.user_id:
        return False
    _go_on(session, actor, desk, brought)
    return brought.done_at is not None


def forget(session: Session, actor: Actor, import_id: uuid.UUID) -> None:
    """Take a file away that one brought. The cases that were made of it stay."""
    brought = session.scalars(queries.locked_import(import_id)).one_or_none()
    if brought is None:
        return
    if brought.author_id != actor.user_id:
        raise NotThere
    _forget(session, brought)


def forget_old(session: Session) -> None:
    """The clock: nobody needs the report of an import after so many days."""
    for brought in session.scalars(queries.imports_before(now() - KEPT)).all():
        _forget(session, brought)


def _forget(session: Session, brought: CaseImport) -> None:
    session.execute(queries.forget_keys([brought.id]))
    session.delete(brought)
    session.flush()


def _go_on(session: Session, actor: Actor, desk: DeskKeys, brought: CaseImport) -> int:
    waiting = [row for row in rows_of(session, desk, brought) if row.waits]
    for row in waiting[:AT_ONCE]:
        # A case and all that stands in it, or nothing of it. A colleague may have brought the same row just now.
        with contextlib.suppress(IntegrityError), session.begin_nested():
            _make(session, actor, desk, brought, row)
    if len(waiting) <= AT_ONCE:
        brought.done_at = now()
    session.flush()
    return min(len(waiting), AT_ONCE)


def _make(session: Session, actor: Actor, desk: DeskKeys, brought: CaseImport, row: Row) -> None:
    case = cases.open_case(session, actor)
    for category in Category:
        if content := row.taken.contents.get(category):
            cases.write_part(session, actor, desk, case, category, content, seen=0)
    for kind, answers in row.taken.notes:
        notes.write_note(session, actor, desk, case, kind, answers)
    session.add(ImportedCase(tenant_id=case.tenant_id, case_id=case.id, import_id=brought.id, mark=row.mark))
    case.status = row.taken.status
    session.flush()
    audit.record(session, actor, Action.CASES_IMPORTED, case.id)


def _mark(secret: bytes, one: htcds.Taken, seen: Counter[str]) -> bytes:
    """Of what would be kept. Two persons of whom the same is said are two: the second carries a number."""
    said: Any = [
        {category.value: content for category, content in one.contents.items()},
        [[kind.value, answers] for kind, answers in one.notes],
        one.status.value,
    ]
    text = json.dumps(said, sort_keys=True)
    seen[text] += 1
    return marks.mark(secret, "imported case", text, seen[text])
