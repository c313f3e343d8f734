"""What somebody typed and will finish later: kept for that person alone, sealed, until it is saved or thrown away."""

from __future__ import annotations

import json

from sqlalchemy import Select, delete, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from network.database import now, uuid7
from network.directory.models import SectionDraft
from network.keys import Keyring, KeysError
from network.permissions import require
from network.tenancy import Actor

Typed = dict[str, list[str]]
"""Every answer by the name of its field, as a browser sends it."""

_PURPOSE = "section draft"
LONGEST = 100_000
"""Bytes of one draft; more was never typed by hand."""


def keep(session: Session, actor: Actor, keyring: Keyring, section: str, typed: Typed) -> bool:
    """Keep what was typed in a section in place of what was kept before; False where it is too much."""
    require(actor.signed_in and actor.tenant_id is not None)
    plain = json.dumps(typed, ensure_ascii=False).encode("utf-8", "replace")
    if len(plain) > LONGEST:
        return False
    row = _find(session, section)
    if row is None:
        row = SectionDraft(
            id=uuid7(), tenant_id=actor.tenant_id, user_id=actor.user_id, section=section[:200]
        )
        row.sealed = keyring.seal_outer(_PURPOSE, row.id, plain)
        try:
            with session.begin_nested():
                session.add(row)
            return True
        except IntegrityError:  # The same form was sent twice at once: the other one is there now.
            row = session.scalars(_about(section)).one()
    row.sealed = keyring.seal_outer(_PURPOSE, row.id, plain)
    row.saved_at = now()
    session.flush()
    return True


def kept(session: Session, keyring: Keyring, section: str) -> Typed | None:
    """What this person typed in a section; None where nothing is kept, or it can no longer be opened."""
    row = _find(session, section)
    if row is None:
        return None
    try:
        found: Typed = json.loads(keyring.open_outer(_PURPOSE, row.id, row.sealed))
    except KeysError:
        return None
    return found


def forget(session: Session, section: str) -> None:
    """It was saved, or thrown away."""
    session.execute(delete(SectionDraft).where(SectionDraft.section == section[:200]))


def sections(session: Session) -> frozenset[str]:
    """Everything this person began and has not saved."""
    return frozenset(session.scalars(select(SectionDraft.section)))


def _about(section: str) -> Select[SectionDraft]:
    return select(SectionDraft).where(SectionDraft.section == section[:200])


def _find(session: Session, section: str) -> SectionDraft | None:
    return session.scalars(_about(section)).one_or_none()
