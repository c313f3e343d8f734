"""A consent that is being asked for: kept after every page, sealed, until it is recorded, refused or dropped."""

from __future__ import annotations

from sqlalchemy.orm import Session

from network.accounts.desk_keys import DeskKeys
from network.database import now, uuid7
from network.permissions import require
from network.referrals import policies, queries
from network.referrals.models import Case, Consent, ConsentDraft
from network.referrals.models.keys import Sealed
from network.referrals.services.cases import workers_of
from network.referrals.services.sealing import Content, open_sealed, seal
from network.tenancy import Actor


def kept_draft(session: Session, desk: DeskKeys, case: Case) -> Content:
    """What this worker wrote down so far; empty where nothing."""
    found = session.execute(queries.draft_of(case.id, desk.user_id, desk.tenant_id)).one_or_none()
    return open_sealed(desk, found[1], found[0].ciphertext) if found else {}


def keep_draft(session: Session, actor: Actor, desk: DeskKeys, case: Case, content: Content) -> None:
    """Keep it in place of what was kept before."""
    require(policies.can_write_case(actor, case, workers_of(session, actor, case)))
    drop_draft(session, desk, case)
    row = uuid7()
    ciphertext, _key = seal(session, desk, Sealed.CONSENT, row, content)
    session.add(
        ConsentDraft(
            id=row,
            tenant_id=case.tenant_id,
            case_id=case.id,
            author_id=desk.user_id,
            ciphertext=ciphertext,
            changed_at=now(),
        )
    )
    session.flush()


def drop_draft(session: Session, desk: DeskKeys, case: Case) -> None:
    """It was recorded, refused or is not wanted: the row goes with its key."""
    found = session.execute(queries.draft_of(case.id, desk.user_id, desk.tenant_id)).one_or_none()
    if found is not None:
        for row in found:
            session.delete(row)
        session.flush()


def read_consent(session: Session, desk: DeskKeys, consent: Consent) -> Content:
    """What the clear columns do not hold: how it was given, by which guardian, safe contact …"""
    wrap = session.scalars(queries.own_keys(consent.tenant_id, [consent.id])).one()
    return open_sealed(desk, wrap, consent.ciphertext)
