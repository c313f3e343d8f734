"""Files that show a consent was given: a signed sheet, a thumbprint. Encrypted, and never copied to a recipient."""

from __future__ import annotations

import hashlib
import uuid

from sqlalchemy.orm import Session, undefer

from network import audit
from network.accounts.desk_keys import DeskKeys
from network.audit import Action
from network.database import uuid7
from network.keys import Tampered, canon, decrypt_stream, encrypt_stream
from network.permissions import NotThere, require
from network.referrals import policies, queries
from network.referrals.models import Case, Consent, ConsentEvidence
from network.referrals.models.keys import Sealed
from network.referrals.services import uploads
from network.referrals.services.cases import workers_of
from network.referrals.services.sealing import Content, open_key, open_sealed, seal
from network.tenancy import Actor


def add_evidence(
    session: Session, actor: Actor, desk: DeskKeys, case: Case, consent: Consent, *, name: str, data: bytes
) -> ConsentEvidence:
    """Keep a file with a consent. Raises :class:`Unfit` with what :class:`files.Unwelcome` says."""
    require(policies.can_write_case(actor, case, workers_of(session, actor, case)))
    if consent.case_id != case.id:
        raise NotThere
    taken = uploads.welcome(name, data)
    row = uuid7()
    ciphertext, key = seal(session, desk, Sealed.EVIDENCE, row, uploads.told_of(taken))
    blob = b"".join(encrypt_stream(key, [taken.data], aad=_place(row)))
    evidence = ConsentEvidence(
        id=row,
        tenant_id=case.tenant_id,
        consent_id=consent.id,
        ciphertext=ciphertext,
        blob=blob,
        sha256=hashlib.sha256(blob).digest(),
    )
    session.add(evidence)
    session.flush()
    audit.record(session, actor, Action.EVIDENCE_ADDED, consent.id)
    return evidence


def told_of(session: Session, desk: DeskKeys, consent: Consent) -> list[tuple[ConsentEvidence, Content]]:
    """Name, kind, size and hash of each file of a consent, the oldest first."""
    rows = session.scalars(queries.evidence_of(consent.id)).all()
    wraps = {
        wrap.sealed_id: wrap
        for wrap in session.scalars(queries.own_keys(consent.tenant_id, [row.id for row in rows]))
    }
    return [(row, open_sealed(desk, wraps[row.id], row.ciphertext)) for row in rows if row.id in wraps]


def take_evidence(
    session: Session, actor: Actor, desk: DeskKeys, consent: Consent, evidence_id: uuid.UUID
) -> tuple[Content, bytes]:
    """A file and what is told of it. :class:`Tampered` where it is not, byte for byte, what was added."""
    found = session.scalars(
        queries.evidence_of(consent.id)
        .where(ConsentEvidence.id == evidence_id)
        .options(undefer(ConsentEvidence.blob))
    ).one_or_none()
    if found is None:
        raise NotThere
    wrap = session.scalars(queries.own_keys(consent.tenant_id, [found.id])).one()
    told = open_sealed(desk, wrap, found.ciphertext)
    data = b"".join(decrypt_stream(open_key(desk, wrap), [found.blob], aad=_place(found.id)))
    if (
        hashlib.sha256(found.blob).digest() != found.sha256
        or hashlib.sha256(data).hexdigest() != told["sha256"]
    ):
        raise Tampered
    audit.record(session, actor, Action.EVIDENCE_READ, consent.id)
    return told, data


def _place(row: uuid.UUID) -> bytes:
    return canon("consent_evidence", row)
