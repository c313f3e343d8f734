"""A case opened as a whole: what is written in it, what was agreed, sent and owed, and its story from both sides."""

from __future__ import annotations

import datetime
import uuid
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy.orm import Session
from sqlalchemy.orm.attributes import set_committed_value

from network import audit
from network.accounts.desk_keys import DeskKeys
from network.audit import Action
from network.permissions import NotThere
from network.referrals import queries
from network.referrals.categories import Category
from network.referrals.models import Case, Consent, ConsentScope, Referral, RiskAssessment
from network.referrals.services.notes import Note, opened
from network.referrals.services.sealing import Content, open_sealed
from network.tenancy import Actor, Tenant


@dataclass(frozen=True, slots=True)
class Told:
    """One thing that happened: ``kind`` (move, act, written, noted, risk, owed, confirmed, ended) and what it is about."""

    at: datetime.datetime
    kind: str
    who: str
    """The name of who did it, at either end; empty where it was the clock or is not known."""
    about: Any = None
    referral: Referral | None = None


@dataclass
class Dossier:
    """A case with everything that one of its readers sees of it."""

    case: Case
    owner: str
    written: dict[Category, Content] = field(default_factory=dict)
    notes: list[Note] = field(default_factory=list)
    risk: RiskAssessment | None = None
    consents: list[Consent] = field(default_factory=list)
    referrals: list[Referral] = field(default_factory=list)
    tenants: dict[uuid.UUID, Tenant] = field(default_factory=dict)
    story: list[Told] = field(default_factory=list)
    """The latest first."""


def open_file(session: Session, actor: Actor, desk: DeskKeys, case_id: uuid.UUID) -> Dossier:
    """The whole of a case, for who needs to know it; :class:`NotThere` for everybody else. The reading is audited."""
    rows = session.execute(queries.sealed_of_case(case_id, actor)).all()
    if not rows:
        raise NotThere
    dossier = Dossier(rows[0][0], rows[0].owner)
    audit.record(session, actor, Action.CASE_READ, case_id)
    _open_sealed(dossier, desk, rows)
    _gather(dossier, session.execute(queries.done_with_case(case_id)).all())
    return dossier


def _open_sealed(dossier: Dossier, desk: DeskKeys, rows: Any) -> None:
    found: dict[Category, Content] = {}
    for _case, _owner, entry, part, note, wrap in rows:
        if wrap is None:
            continue
        if part is not None:
            found[entry.category] = open_sealed(desk, wrap, part.ciphertext, category=entry.category)
        elif note is not None:
            dossier.notes.append(opened(desk, note, wrap))
    dossier.written = {category: found[category] for category in Category if category in found}
    dossier.notes = sorted((n for n in dossier.notes if not n.gone), key=lambda n: n.day, reverse=True)


def _gather(dossier: Dossier, rows: Any) -> None:
    scopes: dict[uuid.UUID, list[ConsentScope]] = {}
    consents: dict[uuid.UUID, Consent] = {}
    referrals: dict[uuid.UUID, Referral] = {}
    for row in rows:
        if row.Tenant is not None:
            dossier.tenants[row.Tenant.id] = row.Tenant
        if row.kind == "scope":
            consents[row.Consent.id] = row.Consent
            scopes.setdefault(row.Consent.id, [])
            if row.ConsentScope is not None:
                scopes[row.Consent.id].append(row.ConsentScope)
        elif row.kind == "referral":
            referrals[row.Referral.id] = row.Referral
        else:
            dossier.story += _told(row)
        if row.kind == "risk" and (
            dossier.risk is None or row.RiskAssessment.assessed_on >= dossier.risk.assessed_on
        ):
            dossier.risk = row.RiskAssessment
    for consent_id, consent in consents.items():
        set_committed_value(consent, "scopes", scopes[consent_id])
    dossier.consents = sorted(consents.values(), key=lambda c: (c.given_at, c.id), reverse=True)
    dossier.referrals = sorted(referrals.values(), key=lambda r: r.id, reverse=True)
    dossier.story.reverse()
    dossier.story.sort(key=lambda told: told.at, reverse=True)


def _told(row: Any) -> list[Told]:
    who = row.who or ""
    if row.kind == "owed":
        owed = row.Obligation
        told = [Told(owed.notified_at, "owed", "", owed, row.Referral)]
        if owed.confirmed_at is not None:
            told.append(Told(owed.confirmed_at, "confirmed", "", owed, row.Referral))
        return told
    about = {
        "move": row.ReferralEvent,
        "act": row.ConsentEvent,
        "written": row.category,
        "risk": row.RiskAssessment,
    }.get(row.kind)
    return [Told(row.at, row.kind, who, about, row.Referral)]
