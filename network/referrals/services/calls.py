"""Calls to the hotline: taken down, called back at a safe hour, made a case in one press; the number is short-lived."""

from __future__ import annotations

import datetime
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import delete
from sqlalchemy.orm import Session

from network import audit, scheduler
from network.accounts import queries as accounts
from network.accounts.desk_keys import DeskKeys
from network.audit import Action
from network.database import now, uuid7
from network.outbox import notify
from network.permissions import NotThere, Role, Stale, require
from network.referrals import queries
from network.referrals.calls import CALL_KEPT, MISSED_AFTER, NUMBER_KEPT
from network.referrals.categories import Category
from network.referrals.models import Case, HotlineCall, HotlineNumber, PartKey
from network.referrals.models.keys import Sealed
from network.referrals.notes import NoteKind
from network.referrals.notices import tell
from network.referrals.services import cases, notes, timing
from network.referrals.services.sealing import Content, open_sealed, seal
from network.tenancy import Actor

CALLBACK, CALLBACK_MISSED = "referrals.callback", "referrals.callback_missed"
DESTROY_NUMBER = "referrals.destroy_number"
SHOWN = 100


@dataclass(frozen=True, slots=True)
class Call:
    """A call; ``content`` is None where this person only learns that there is one."""

    row: HotlineCall
    content: Content | None


def take_call(
    session: Session,
    actor: Actor,
    desk: DeskKeys,
    content: Mapping[str, Any],
    *,
    number: str = "",
    callback_at: datetime.datetime | None = None,
) -> HotlineCall:
    """Write down a call. The number, if there is one, is sealed apart and destroyed after 30 days."""
    require(actor.reads_cases)
    assert actor.tenant_id and actor.user_id  # noqa: S101  # Readers of cases are people.
    row = uuid7()
    ciphertext, _key = seal(session, desk, Sealed.CALL, row, _said(content))
    call = HotlineCall(
        id=row,
        tenant_id=actor.tenant_id,
        taken_by_id=actor.user_id,
        worker_id=actor.user_id,
        callback_at=callback_at,
        ciphertext=ciphertext,
    )
    session.add(call)
    session.flush()
    if number:
        _keep_number(session, desk, call, number)
    _plan(session, call)
    audit.record(session, actor, Action.CALL_TAKEN, call.id)
    return call


def write_call(
    session: Session,
    actor: Actor,
    desk: DeskKeys,
    call: HotlineCall,
    content: Mapping[str, Any],
    *,
    number: str = "",
    callback_at: datetime.datetime | None,
    seen: int,
) -> HotlineCall:
    """Write a call anew. Raises :class:`Stale` where somebody else did since ``seen``. An empty number stays as it is."""
    require(can_read(session, actor, call))
    session.refresh(call, with_for_update=True)
    if call.version != seen:
        raise Stale
    _destroy_key(session, call.id)
    call.ciphertext, _key = seal(session, desk, Sealed.CALL, call.id, _said(content))
    if callback_at != call.callback_at:
        call.callback_at, call.called_back_at = callback_at, None
    session.flush()
    if number:
        destroy_number(session, session.scalars(queries.number_of(call.id)).one_or_none())
        _keep_number(session, desk, call, number)
    _plan(session, call)
    audit.record(session, actor, Action.CALL_WRITTEN, call.id)
    return call


def can_read(session: Session, actor: Actor, call: HotlineCall) -> bool:
    """Who took it, who looks after it, the supervisors; once it is a case, whoever reads that."""
    if not actor.reads_cases or actor.tenant_id != call.tenant_id:
        return False
    if call.case_id is None:
        return actor.holds(Role.SUPERVISOR) or actor.user_id in (call.taken_by_id, call.worker_id)
    try:
        cases.readable_case(session, actor, session.get_one(Case, call.case_id))
    except NotThere:
        return False
    return True


def read_call(session: Session, actor: Actor, desk: DeskKeys, call: HotlineCall) -> tuple[Content, str]:
    """What was said, and the number where it is still kept. The reading is audited."""
    if not can_read(session, actor, call):
        raise NotThere
    number = session.scalars(queries.number_of(call.id)).one_or_none()
    wanted = [call.id] + ([number.id] if number else [])
    wraps = {w.sealed_id: w for w in session.scalars(queries.own_keys(call.tenant_id, wanted))}
    audit.record(session, actor, Action.CALL_READ, call.id)
    digits = open_sealed(desk, wraps[number.id], number.ciphertext) if number else {}
    return open_sealed(desk, wraps[call.id], call.ciphertext), str(digits.get("number", ""))


def calls(session: Session, actor: Actor, desk: DeskKeys) -> list[Call]:
    """The desk's calls. What was said is opened for those who may read it, and the reading is audited; the others learn
    when, and who took it."""
    require(actor.reads_cases)
    rows = session.scalars(queries.calls_of(actor, SHOWN)).all()
    mine = [row for row in rows if row.case_id is not None or can_read(session, actor, row)]
    wraps = {w.sealed_id: w for w in session.scalars(queries.own_keys(desk.tenant_id, [r.id for r in mine]))}
    opened = {row.id: open_sealed(desk, wraps[row.id], row.ciphertext) for row in mine if row.id in wraps}
    if opened:
        audit.record(session, actor, Action.CALLS_READ, calls=len(opened))
    return [Call(row, opened.get(row.id)) for row in rows]


def take_over(session: Session, actor: Actor, call: HotlineCall) -> None:
    """Whoever is on the next shift calls back instead. Only where somebody waits to be called."""
    require(actor.reads_cases and actor.tenant_id == call.tenant_id)
    session.refresh(call, with_for_update=True)
    if call.case_id is not None or call.callback_at is None or call.called_back_at is not None:
        raise Stale
    if call.worker_id == actor.user_id:
        return
    former, call.worker_id = call.worker_id, actor.user_id  # type: ignore[assignment]  # Readers are people.
    session.flush()
    notify(session, call.tenant_id, former)
    audit.record(session, actor, Action.CALL_TAKEN_OVER, call.id)


def called_back(session: Session, actor: Actor, call: HotlineCall) -> None:
    """It was done, or tried: the reminder is not needed any more."""
    require(can_read(session, actor, call))
    session.refresh(call, with_for_update=True)
    if call.callback_at is not None and call.called_back_at is None:
        call.called_back_at = now()
        session.flush()
        _plan(session, call)
        audit.record(session, actor, Action.CALLED_BACK, call.id)


def forget_number(session: Session, actor: Actor, call: HotlineCall) -> None:
    """The caller wishes it, or it is not needed any more."""
    require(can_read(session, actor, call))
    number = session.scalars(queries.number_of(call.id)).one_or_none()
    if number is not None:
        destroy_number(session, number)
        audit.record(session, actor, Action.CALL_NUMBER_DESTROYED, call.id)


def open_case(session: Session, actor: Actor, desk: DeskKeys, call: HotlineCall) -> Case:
    """A possible case from a call: what was said becomes its first note; a caller's own number and language its own."""
    content, number = read_call(session, actor, desk, call)
    session.refresh(call, with_for_update=True)
    if call.case_id is not None:
        raise Stale
    case = cases.open_case(session, actor)
    herself = content.get("caller") == "self"
    contact = {"prs_MobilePhone": number if herself else "", "safe_notes": content.get("callback_safe", "")}
    spoken = {"prs_PrimaryLanguage": content.get("call_language", "") if herself else ""}
    for category, fields in ((Category.CONTACT, contact), (Category.DEMOGRAPHICS, spoken)):
        if any(fields.values()):
            cases.write_part(session, actor, desk, case, category, fields, seen=0)
    said = "\n\n".join(str(content[name]) for name in ("about", "advice") if content.get(name))
    if said:
        notes.write_note(session, actor, desk, case, NoteKind.COMMENT, {"cco_CaseComment": said})
    notes.write_note(session, actor, desk, case, NoteKind.STAGE, {"stage": "presumed"})
    call.case_id = case.id
    session.flush()
    return case


def remind(session: Session, call: HotlineCall) -> None:
    """The hour has come: who looks after it is told that there is something; the desk, where she is away."""
    if not _waits(call):
        return
    member = session.scalars(accounts.membership_of(call.tenant_id, call.worker_id)).one_or_none()
    if member is not None and member.active and member.travelling_since is None:
        notify(session, call.tenant_id, call.worker_id, urgent=True)
    else:
        tell(session, call.tenant_id, urgent=True)


def missed(session: Session, call: HotlineCall) -> None:
    """An hour later nobody has called back: the supervisors are told."""
    if _waits(call):
        timing.tell_supervisors(session, call.tenant_id)


def destroy_number(session: Session, number: HotlineNumber | None) -> None:
    """First its key, then its row. Jobs call this: no key is needed."""
    if number is not None:
        scheduler.cancel(session, DESTROY_NUMBER, number.id)
        _destroy_key(session, number.id)
        session.delete(number)
        session.flush()


def erase_old(session: Session, actor: Actor) -> int:
    """The clock: calls that became no case and are past their day, first their keys, then their rows; how many."""
    assert actor.tenant_id  # noqa: S101  # A clock is of one tenant.
    old = session.scalars(queries.calls_past(actor.tenant_id, now() - CALL_KEPT, now())).all()
    for call in old:
        destroy_number(session, session.scalars(queries.number_of(call.id)).one_or_none())
        for kind in (CALLBACK, CALLBACK_MISSED):
            scheduler.cancel(session, kind, call.id)
        _destroy_key(session, call.id)
        session.delete(call)
        session.flush()
        audit.record(session, actor, Action.CALL_ERASED, call.id)
    return len(old)


def _waits(call: HotlineCall) -> bool:
    return call.callback_at is not None and call.called_back_at is None and call.callback_at <= now()


def _said(content: Mapping[str, Any]) -> Content:
    return {name: value for name, value in content.items() if value}


def _keep_number(session: Session, desk: DeskKeys, call: HotlineCall, number: str) -> None:
    row, until = uuid7(), call.taken_at + NUMBER_KEPT
    ciphertext, _key = seal(session, desk, Sealed.CALL_NUMBER, row, {"number": number})
    session.add(
        HotlineNumber(
            id=row, tenant_id=call.tenant_id, call_id=call.id, destroy_at=until, ciphertext=ciphertext
        )
    )
    session.flush()
    scheduler.plan(session, call.tenant_id, DESTROY_NUMBER, row, until)


def _plan(session: Session, call: HotlineCall) -> None:
    for kind in (CALLBACK, CALLBACK_MISSED):
        scheduler.cancel(session, kind, call.id)
    if call.callback_at is not None and call.called_back_at is None:
        scheduler.plan(session, call.tenant_id, CALLBACK, call.id, call.callback_at)
        scheduler.plan(session, call.tenant_id, CALLBACK_MISSED, call.id, call.callback_at + MISSED_AFTER)


def _destroy_key(session: Session, sealed_id: uuid.UUID) -> None:
    session.execute(
        delete(PartKey).where(PartKey.sealed_id == sealed_id).execution_options(synchronize_session=False)
    )
    session.flush()
