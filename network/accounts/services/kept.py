"""Forms that came too late: sealed to the person who filled them in, given back to her alone, for half an hour."""

from __future__ import annotations

import datetime
import json
import re
import uuid
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import delete
from sqlalchemy.orm import Session

from network.accounts import queries
from network.accounts.models import KeptForm, UserKey
from network.database import now, uuid7
from network.keys import PrivateKey, PublicKey, Tampered, info_for
from network.tenancy import Actor

KEPT = datetime.timedelta(minutes=30)
LARGEST = 512 * 1024
NEVER_KEPT = re.compile(r"csrf|password|passphrase|^code$", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Form:
    """What was typed, and where it was to go."""

    id: uuid.UUID
    path: str
    fields: list[tuple[str, str]]

    @property
    def of_cases(self) -> bool:
        """Whether it was to go to a page of cases, so that it may hold words of one."""
        return "/referrals/" in self.path


def keep(
    session: Session,
    key: UserKey,
    session_id: uuid.UUID,
    path: str,
    fields: Sequence[tuple[str, str]],
) -> None:
    """Seal a form to its owner. One that is larger than any of ours is not kept."""
    typed = [(name, value) for name, value in fields if not NEVER_KEPT.search(name)]
    text = json.dumps([path, typed]).encode()
    if len(text) > LARGEST:
        return
    ident = uuid7()
    sealed = PublicKey.from_bytes(key.public_key).seal(text, _info(ident, key.user_id))
    session.add(
        KeptForm(id=ident, user_id=key.user_id, session_id=session_id, sealed=sealed, expires_at=now() + KEPT)
    )
    session.flush()


def waiting(session: Session, actor: Actor, private: PrivateKey) -> list[Form]:
    """The forms of this person that can still be sent."""
    assert actor.user_id  # noqa: S101  # Only a signed-in person comes here.
    found = []
    for row in session.scalars(queries.kept_forms(actor.user_id, now())):
        try:
            path, fields = json.loads(private.open(row.sealed, _info(row.id, row.user_id)))
        except Tampered:
            continue  # Her key has changed since.
        found.append(Form(row.id, path, [(name, value) for name, value in fields]))
    return found


def discard(session: Session, actor: Actor, ident: uuid.UUID) -> None:
    """Forget one form of one's own."""
    session.execute(delete(KeptForm).where(KeptForm.id == ident, KeptForm.user_id == actor.user_id))


def sweep(session: Session, at: datetime.datetime) -> None:
    """Forget what nobody came back for. Run by the clock."""
    session.execute(delete(KeptForm).where(KeptForm.expires_at < at))


def _info(ident: uuid.UUID, user_id: uuid.UUID) -> bytes:
    return info_for("kept form", str(ident), user_id, 0)
