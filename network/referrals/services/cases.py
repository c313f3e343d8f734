"""Opening a case, writing in it, reading it."""

from __future__ import annotations

import datetime
import secrets
import uuid
from collections.abc import Mapping
from typing import Any

from sqlalchemy.orm import Session

from network import audit
from network.accounts.desk_keys import DeskKeys
from network.audit import Action
from network.database import now, uuid7
from network.permissions import NotThere, Role, Stale, Unfit, require
from network.referrals import alike, policies, queries
from network.referrals.categories import Category, Page, pages_of
from network.referrals.models import Case, CaseEntry, CasePart, RiskAssessment
from network.referrals.models.cases import CaseStatus
from network.referrals.models.keys import Sealed
from network.referrals.services import finding, marks, minors
from network.referrals.services.sealing import Content, open_sealed, seal
from network.tenancy import Actor, Tenant

CODE_LETTERS = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
"""Nothing that is mistaken for something else when it is read over the phone."""


def new_code(prefix: str, length: int) -> str:
    """A pseudonymous code such as ``POD-7F3K2``: random, so it tells neither order nor number."""
    return f"{prefix}-{''.join(secrets.choice(CODE_LETTERS) for _ in range(length))}"


def open_case(session: Session, actor: Actor) -> Case:
    """A new, empty file owned by whoever opens it."""
    require(policies.can_open_case(actor))
    assert actor.tenant_id and actor.user_id  # noqa: S101  # The policy admits members alone.
    tenant = session.get_one(Tenant, actor.tenant_id)
    case = Case(tenant_id=actor.tenant_id, code=new_code(tenant.code, 6), owner_id=actor.user_id)
    session.add(case)
    session.flush()
    audit.record(session, actor, Action.CASE_OPENED, case.id)
    return case


def readable_case(session: Session, actor: Actor, case: Case) -> Case:
    """The case, if this actor needs to know it; :class:`NotThere` otherwise, as for a case that does not exist."""
    workers = workers_of(session, actor, case)
    stopped = case.frozen_at is not None and actor.user_id == case.owner_id
    alone = stopped and not session.scalar(queries.has_supervisor())
    if not policies.can_read_case(actor, case, workers, alone=alone):
        raise NotThere
    return case


def only_the_stop_is_in_the_way(session: Session, actor: Actor, case: Case) -> bool:
    """Whether this actor would read and write this case, had it not been stopped for safety."""
    return case.frozen_at is not None and policies.needs_to_know(
        actor, case, workers_of(session, actor, case)
    )


def workers_of(session: Session, actor: Actor, case: Case) -> set[uuid.UUID]:
    """Of those who are assigned or broke the glass, this actor; not asked for where the answer cannot matter to her."""
    if actor.user_id == case.owner_id or actor.holds(Role.SUPERVISOR):
        return set()
    return set(session.scalars(queries.admitted(case.id, actor.user_id)))


def write_part(
    session: Session,
    actor: Actor,
    desk: DeskKeys,
    case: Case,
    category: Category,
    fields: Mapping[str, Any],
    *,
    seen: int,
    page: Page | None = None,
) -> CaseEntry | None:
    """Write a new version of one category. ``seen`` is the version the writer had before her (0: none).

    With ``page``, only that page's questions are written, and what stands on the category's other pages stays; where
    the page says that already, as after a double click, there is no new version and None comes back. Raises
    :class:`Stale` when somebody else changed the same meanwhile; nothing is overwritten.
    """
    require(policies.can_write_case(actor, case, workers_of(session, actor, case)))
    _lock(session, case)
    newest = session.scalar(queries.newest_number(case.id, category)) or 0
    if page is None and newest != seen:
        raise Stale
    known = {name for one in pages_of(category) for name in one.names()}
    content: Content = {name: value for name, value in fields.items() if name in known and value}
    if page is not None:
        present = _content(session, desk, case, category, newest)
        if all(present.get(name) == content.get(name) for name in page.names()):
            return None
        before = present if seen == newest else _content(session, desk, case, category, seen)
        if any(present.get(name) != before.get(name) for name in page.names()):
            raise Stale
        content = {name: value for name, value in present.items() if name not in page.names()} | content
    part_id = uuid7()
    ciphertext, _key = seal(session, desk, Sealed.CASE_PART, part_id, content, category=category)
    session.add(CasePart(id=part_id, tenant_id=case.tenant_id, category=category, ciphertext=ciphertext))
    session.flush()
    entry = CaseEntry(
        tenant_id=case.tenant_id,
        case_id=case.id,
        part_id=part_id,
        category=category,
        number=newest + 1,
        author_id=desk.user_id,
    )
    session.add(entry)
    session.flush()
    if category in finding.INDEXED:
        finding.index(session, desk, case, category.value, finding.words_of(category, content))
    if category in alike.MARKED:
        marks.note_signs(session, desk, case, category, content)
    if category is Category.IDENTITY:
        minors.note_birth(session, case.id, content)
    audit.record(session, actor, Action.CASE_WRITTEN, case.id, category=category.value)
    return entry


def _content(session: Session, desk: DeskKeys, case: Case, category: Category, number: int) -> Content:
    """What one version says; nothing for the version before the first. :class:`Stale` for one that never was."""
    if number == 0:
        return {}
    row = session.execute(queries.part_version(case.id, case.tenant_id, category, number)).one_or_none()
    if row is None:
        raise Stale
    _entry, part, wrap = row
    return open_sealed(desk, wrap, part.ciphertext, category=category)


def read_version(
    session: Session, actor: Actor, desk: DeskKeys, case: Case, category: Category, number: int
) -> Content:
    """What an older version of a category said. The reading is audited. :class:`NotThere` for one that never was."""
    readable_case(session, actor, case)
    try:
        found = _content(session, desk, case, category, number)
    except Stale:
        raise NotThere from None
    audit.record(session, actor, Action.CASE_READ, case.id, category=category.value)
    return found


def read_part(
    session: Session, actor: Actor, desk: DeskKeys, case: Case, category: Category
) -> tuple[int, Content]:
    """The present version of one category: its number (0: none yet) and what it says. The reading is audited."""
    readable_case(session, actor, case)
    number = session.scalar(queries.newest_number(case.id, category)) or 0
    content = _content(session, desk, case, category, number)
    audit.record(session, actor, Action.CASE_READ, case.id, category=category.value)
    return number, content


def read_parts(session: Session, actor: Actor, desk: DeskKeys, case: Case) -> dict[Category, Content]:
    """Every category that holds something, opened. The reading is audited."""
    readable_case(session, actor, case)
    rows = session.execute(queries.opened_parts(case.id, case.tenant_id)).all()
    audit.record(session, actor, Action.CASE_READ, case.id)
    opened = {
        entry.category: open_sealed(desk, wrap, part.ciphertext, category=entry.category)
        for entry, part, wrap in rows
    }
    return {category: opened[category] for category in Category if category in opened}


def versions(session: Session, case: Case) -> dict[Category, int]:
    """The present version number of each category that was written."""
    return {entry.category: entry.number for entry, _part in session.execute(queries.present_parts(case.id))}


def change_status(
    session: Session, actor: Actor, case: Case, status: CaseStatus, *, seen: int | None = None
) -> Case:
    """Say where a case stands; why it was closed is a note. Raises :class:`Stale` when ``seen`` is not its version.

    A case with a referral under way is not closed over the heads of those who answer it, and one that was handed over
    stays so: :class:`Unfit`.
    """
    require(policies.can_write_case(actor, case, workers_of(session, actor, case)))
    _lock(session, case)
    if case.status is status:
        return case  # Said already, by the first click of two.
    if seen is not None and case.version != seen:
        raise Stale
    if case.status is CaseStatus.CLOSED_REFERRED:
        raise Unfit("handed_over")
    if status is CaseStatus.CLOSED and session.scalars(queries.open_referrals_of_case(case.id)).first():
        raise Unfit("referrals_open")
    case.status = status
    session.flush()
    audit.record(session, actor, Action.CASE_STATUS_SET, case.id)
    return case


def assess_risk(
    session: Session,
    actor: Actor,
    desk: DeskKeys,
    case: Case,
    *,
    on: datetime.date,
    level: str,
    notes: str,
    answers: Mapping[str, Any] | None = None,
) -> RiskAssessment:
    """Record a risk assessment (HTCDS individual, household, community). Only its date stays in the clear."""
    require(policies.can_write_case(actor, case, workers_of(session, actor, case)))
    row = uuid7()
    ciphertext, _key = seal(
        session, desk, Sealed.RISK_ASSESSMENT, row, {**(answers or {}), "level": level, "notes": notes}
    )
    assessment = RiskAssessment(
        id=row,
        tenant_id=case.tenant_id,
        case_id=case.id,
        assessed_on=on,
        ciphertext=ciphertext,
        created_at=now(),
    )
    session.add(assessment)
    session.flush()
    audit.record(session, actor, Action.RISK_ASSESSED, case.id)
    return assessment


def read_risks(
    session: Session, actor: Actor, desk: DeskKeys, case: Case
) -> list[tuple[RiskAssessment, Content]]:
    """The risk assessments of a case, opened, the newest first. The reading is audited."""
    readable_case(session, actor, case)
    rows = session.execute(queries.opened_risks(case.id, case.tenant_id)).all()
    if rows:
        audit.record(session, actor, Action.CASE_READ, case.id)
    return [(row, open_sealed(desk, wrap, row.ciphertext)) for row, wrap in rows]


def _lock(session: Session, case: Case) -> None:
    """Writers of one case follow each other, so that version numbers have no gap and no twin."""
    session.refresh(case, with_for_update=True)
