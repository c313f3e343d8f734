"""Who did what when, written in the deed's own transaction and chained so that a change shows.

Each tenant has its own chain. ``record`` only notes the entry; it is numbered and hashed just before the commit, so
that the lock on the chain's head is held for a moment and never while a page is rendered.
"""

from __future__ import annotations

import hashlib
import json
import uuid
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    ForeignKey,
    LargeBinary,
    String,
    UniqueConstraint,
    false,
    select,
    update,
)
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Mapped, Session, mapped_column

from network.actions import Action
from network.database import Json, Moment, PrimaryKey, now, uuid7
from network.tenancy import Actor, TenantOwned, actor_of

__all__ = ["ZERO", "Action", "AuditEntry", "AuditHead", "digest_of", "faults", "record", "write_pending"]

ZERO = bytes(32)


class AuditHead(TenantOwned):
    """The end of one tenant's chain: the row that is locked while an entry is appended."""

    __tablename__ = "audit_head"

    tenant_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("tenant.id"), primary_key=True)
    sequence: Mapped[int] = mapped_column(BigInteger, default=0)
    hash: Mapped[bytes] = mapped_column(LargeBinary, default=ZERO)

    @classmethod
    def in_scope(cls, actor: Actor) -> ColumnElement[bool]:
        """A visitor's deeds are audited in the chain of the tenant visited."""
        return false() if actor.acting_tenant is None else cls.tenant_id == actor.acting_tenant


class AuditEntry(TenantOwned):
    """One deed. Append-only: app may insert and read, never change or delete."""

    __tablename__ = "audit_entry"
    __table_args__ = (UniqueConstraint("tenant_id", "sequence"),)

    id: Mapped[PrimaryKey]
    sequence: Mapped[int] = mapped_column(BigInteger)
    at: Mapped[Moment]
    actor_kind: Mapped[str] = mapped_column(String(20))
    user_id: Mapped[uuid.UUID | None]
    action: Mapped[str] = mapped_column(String(60))
    subject_id: Mapped[uuid.UUID | None] = mapped_column(index=True)
    detail: Mapped[Json]
    previous: Mapped[bytes] = mapped_column(LargeBinary)
    hash: Mapped[bytes] = mapped_column(LargeBinary)


@dataclass(frozen=True, slots=True)
class _Pending:
    tenant_id: uuid.UUID
    actor: Actor
    action: Action
    subject_id: uuid.UUID | None
    detail: dict[str, Any]


def record(
    session: Session,
    actor: Actor,
    action: Action,
    subject_id: uuid.UUID | None = None,
    **detail: str | int | bool | None,
) -> None:
    """Note a deed for the chain of the actor's tenant. ``detail`` holds codes and field names, never what was typed."""
    tenant_id = actor.acting_tenant
    if tenant_id is None:
        raise ValueError("an anonymous reader does nothing that is audited")
    session.info.setdefault("audit", []).append(_Pending(tenant_id, actor, action, subject_id, dict(detail)))


def digest_of(entry: AuditEntry) -> bytes:
    """SHA-256 over every column but the hash itself, in a form that has one spelling only."""
    body = json.dumps(
        [
            str(entry.id),
            str(entry.tenant_id),
            entry.sequence,
            int(entry.at.timestamp() * 1_000_000),
            entry.actor_kind,
            str(entry.user_id or ""),
            entry.action,
            str(entry.subject_id or ""),
            entry.detail,
            entry.previous.hex(),
        ],
        sort_keys=True,
        ensure_ascii=True,
        separators=(",", ":"),
    )
    return hashlib.sha256(body.encode()).digest()


def write_pending(session: Session) -> None:
    """Append what was recorded. Called by the unit of work, just before its commit."""
    pending: list[_Pending] = session.info.pop("audit", [])
    if not pending:
        return
    acting = actor_of(session).acting_tenant
    if any(note.tenant_id != acting for note in pending):
        raise ValueError("a deed is audited in the chain of the tenant that commits it")
    session.flush()
    assert acting is not None  # noqa: S101  # record() refuses an actor without a tenant.
    sequence, previous = _end_of_chain(session, acting)
    entries: list[dict[str, Any]] = []
    for note in pending:
        sequence += 1
        values = {
            "id": uuid7(),
            "tenant_id": acting,
            "sequence": sequence,
            "at": now(),
            "actor_kind": note.actor.kind.value,
            "user_id": note.actor.user_id,
            "action": note.action.value,
            "subject_id": note.subject_id,
            "detail": note.detail,
            "previous": previous,
        }
        previous = digest_of(AuditEntry(**values))
        entries.append({**values, "hash": previous})
    # Entries and the new end of their chain go in one question: every reading of a case asks it.
    # One entry is said as such: SQLAlchemy writes a statement with several rows anew each time.
    written = insert(AuditEntry).values(entries if len(entries) > 1 else entries[0]).cte("written")
    end = update(AuditHead).where(AuditHead.tenant_id == acting).values(sequence=sequence, hash=previous)
    session.execute(end.add_cte(written), execution_options={"synchronize_session": False})


def _end_of_chain(session: Session, tenant_id: uuid.UUID) -> tuple[int, bytes]:
    """Number and hash of the last entry, locked; of a chain that nobody wrote in yet, begun here."""
    end = select(AuditHead.sequence, AuditHead.hash).with_for_update()
    found = session.execute(end).one_or_none()
    if found is None:
        begun = insert(AuditHead).values(tenant_id=tenant_id, sequence=0, hash=ZERO)
        session.execute(begun.on_conflict_do_nothing())
        found = session.execute(end).one()
    return found.sequence, found.hash


def faults(entries: Iterable[AuditEntry], head: AuditHead | None) -> Iterator[str]:
    """What is wrong with a chain read in order of its sequence: edits, gaps, reordering, a cut tail. Empty if sound."""
    previous, expected = ZERO, 1
    for entry in entries:
        if entry.sequence != expected:
            yield f"entry {expected} is missing"
            expected = entry.sequence
        if entry.previous != previous:
            yield f"entry {entry.sequence} does not follow its predecessor"
        if digest_of(entry) != entry.hash:
            yield f"entry {entry.sequence} was changed"
        previous, expected = entry.hash, expected + 1
    if head is not None and (head.sequence != expected - 1 or head.hash != previous):
        yield f"the chain ends at {expected - 1}, its head says {head.sequence}"
