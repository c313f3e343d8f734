"""Marks by which a desk finds its own things again where nobody else can: HMACs under a secret of its own."""

from __future__ import annotations

import hashlib
import hmac
import secrets
from collections.abc import Mapping
from typing import Any

from sqlalchemy import delete
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from network.accounts.desk_keys import DeskKeys
from network.database import uuid7
from network.keys import Field, canon
from network.referrals import alike, queries
from network.referrals.categories import Category
from network.referrals.models import Case, CaseMark, DeskSecret
from network.referrals.models.keys import Sealed
from network.referrals.services.sealing import open_sealed, seal

BYTES = 32
SAME_PERSON = "same person"
"""What the marks of a case are for."""


def secret_of(session: Session, desk: DeskKeys) -> bytes:
    """The desk's secret; made at the first asking. It is sealed like everything else, and outlives epochs."""
    found = _present(session, desk)
    if found is not None:
        return found
    made = secrets.token_bytes(BYTES)
    try:
        with session.begin_nested():
            row = uuid7()
            ciphertext, _key = seal(session, desk, Sealed.OWN_MARK, row, {"secret": made.hex()})
            session.add(DeskSecret(id=row, tenant_id=desk.tenant_id, ciphertext=ciphertext))
    except IntegrityError:  # A colleague's session made it at the same moment.
        found = _present(session, desk)
        assert found is not None  # noqa: S101  # The row that was in the way.
        return found
    return made


def _present(session: Session, desk: DeskKeys) -> bytes | None:
    row = session.execute(queries.desk_secret(desk.tenant_id)).one_or_none()
    if row is None:
        return None
    kept, wrap = row
    return bytes.fromhex(open_sealed(desk, wrap, kept.ciphertext)["secret"])


def note_signs(
    session: Session, desk: DeskKeys, case: Case, category: Category, content: Mapping[str, Any]
) -> None:
    """Write anew by what a category of this case is found again. The caller holds the case's lock."""
    session.execute(
        delete(CaseMark)
        .where(CaseMark.case_id == case.id, CaseMark.category == category)
        .execution_options(synchronize_session=False)
    )
    kept = alike.signs(category, content).kept
    if not kept:
        return
    secret = secret_of(session, desk)
    session.add_all(
        CaseMark(
            tenant_id=case.tenant_id,
            case_id=case.id,
            category=category,
            mark=mark(secret, SAME_PERSON, *sign),
        )
        for sign in sorted(kept)
    )
    session.flush()


def mark(secret: bytes, purpose: str, *fields: Field) -> bytes:
    """HMAC-SHA256 of the fields for one purpose."""
    return hmac.new(secret, canon(purpose, *fields), hashlib.sha256).digest()
