"""Deeds that are done once, however often a form is sent: a double click, a resend, a race of two.

The form carries a hidden field ``idempotency_key`` (:func:`new_key`), made when it was rendered. The view hands what
shall be done to :func:`pressed`, and redirects to the address that comes back.
"""

from __future__ import annotations

import datetime
import hashlib
import uuid
from collections.abc import Callable

from flask import g, request
from sqlalchemy import LargeBinary, String, delete, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Mapped, Session, mapped_column

from network.database import Moment, now
from network.scheduler import Due, periodic
from network.tenancy import Actor, PlatformOwned

KEPT = datetime.timedelta(days=7)


class Deed(PlatformOwned):
    """That something was done, and where its result is found. The key of the form cannot be had from here."""

    __tablename__ = "deed"
    reason = "Visitors without an account do things too; a row holds a hash that needs the form's key, and a path of ids."

    key: Mapped[bytes] = mapped_column(LargeBinary, primary_key=True)
    result: Mapped[str] = mapped_column(String(500))
    at: Mapped[Moment] = mapped_column(index=True)


def new_key() -> str:
    """The value of a form's hidden field ``idempotency_key``."""
    return str(uuid.uuid4())


def pressed(act: Callable[[], str], *, content: bytes = b"") -> str:
    """Do what the form of this request asks for, :func:`once`. Whatever ``act`` raises, nothing of it is written, and the
    view may go on to show the form again."""
    return once(g.db, g.actor, request.form.get("idempotency_key"), act, content=content)


def once(
    session: Session,
    actor: Actor,
    key: str | uuid.UUID | None,
    act: Callable[[], str],
    *,
    content: bytes = b"",
) -> str:
    """Do it the first time, and say each time where the result is.

    ``act`` does the deed in this session and returns the path of its result: ids only, no secret link. A second call
    with the key waits for the first one's transaction and returns its answer; where the first one failed, it acts.
    The key counts for this actor alone. With ``content`` (what was typed) a form that was changed and sent again is
    a deed of its own, so that nothing typed is lost. A missing or malformed key acts without protection.
    """
    hashed = _hash(actor, key, content)
    # The savepoint takes all of it back, with the key, where the deed is refused and the view shows the form again.
    with session.begin_nested():
        if hashed is None:
            return act()
        added = session.scalars(
            insert(Deed).values(key=hashed, result="", at=now()).on_conflict_do_nothing().returning(Deed.key)
        ).one_or_none()
        if added is None:
            return session.scalars(select(Deed.result).where(Deed.key == hashed)).one()
        result = act()
        session.execute(
            update(Deed)
            .where(Deed.key == hashed)
            .values(result=result)
            .execution_options(synchronize_session=False)
        )
    return result


def _hash(actor: Actor, key: str | uuid.UUID | None, content: bytes) -> bytes | None:
    try:
        form = key if isinstance(key, uuid.UUID) else uuid.UUID(key or "")
    except ValueError:
        return None
    who = str(actor.user_id or actor.acting_tenant or "")
    return hashlib.sha256(form.bytes + who.encode() + b"\0" + hashlib.sha256(content).digest()).digest()


@periodic("deeds.forget", every=datetime.timedelta(days=1))
def forget(session: Session, _due: Due) -> None:
    """Nobody resends a form after a week."""
    session.execute(delete(Deed).where(Deed.at < now() - KEPT).execution_options(synchronize_session=False))
