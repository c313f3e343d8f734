"""A case as a file of the standard, and the ledger of such files."""

from __future__ import annotations

import datetime
from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from network import audit
from network.accounts.desk_keys import DeskKeys
from network.accounts.models import User
from network.audit import Action
from network.database import now, uuid7
from network.permissions import Unfit
from network.referrals import htcds, queries
from network.referrals.categories import Category
from network.referrals.models import Case, CaseExport, FileForm, Referral
from network.referrals.models.keys import Sealed
from network.referrals.notes import NoteKind
from network.referrals.services import cases, notes
from network.referrals.services.sealing import Content, open_sealed, seal
from network.referrals.states import Move
from network.tenancy import Actor, Tenant

NUMBER_OF_DOCUMENT = "prs_IdentityNumber"
IN_STANDARD = (NoteKind.CLOSING, NoteKind.PLAN, NoteKind.COMMENT)
"""Notes that the standard has fields for; the others stay where they are."""


@dataclass(frozen=True, slots=True)
class Wish:
    """What shall be in the file. The number of a document is left out unless it is asked for."""

    form: FileForm
    categories: Collection[Category]
    document_number: bool = False
    notes: bool = False


def file_of(session: Session, actor: Actor, desk: DeskKeys, case: Case, wish: Wish) -> bytes:
    """The file. Raises :class:`Unfit` ``nothing_chosen``. Who takes it away enters it in the ledger (:func:`enter`)."""
    contents = cases.read_parts(session, actor, desk, case)
    chosen = {category: dict(contents[category]) for category in contents if category in wish.categories}
    if not wish.document_number and Category.IDENTITY in chosen:
        chosen[Category.IDENTITY].pop(NUMBER_OF_DOCUMENT, None)
    if not any(chosen.values()) and not wish.notes:
        raise Unfit("nothing_chosen")
    kept = notes.opened_notes(session, desk, case) if wish.notes else []
    kept.sort(key=lambda note: note.row.thread_id)
    record = htcds.record(
        chosen,
        status=case.status.value,
        owner=session.scalar(select(User.name).where(User.id == case.owner_id)) or "",
        consented=_consented(session, case),
        referrals=_referrals(session, case),
        notes=[(note.kind, note.content) for note in kept if note.kind in IN_STANDARD],
    )
    return htcds.as_csv([record]) if wish.form is FileForm.CSV else htcds.as_json([record])


def enter(
    session: Session, actor: Actor, desk: DeskKeys, case: Case, wish: Wish, *, told_to: str
) -> CaseExport:
    """Write into the ledger that the case leaves as a file. ``told_to`` (for whom and why) is sealed."""
    cases.readable_case(session, actor, case)
    row = uuid7()
    ciphertext, _key = seal(session, desk, Sealed.EXPORT, row, {"told_to": told_to, "notes": wish.notes})
    entry = CaseExport(
        id=row,
        tenant_id=case.tenant_id,
        case_id=case.id,
        form=wish.form,
        categories=[category.value for category in Category if category in wish.categories],
        author_id=desk.user_id,
        at=now(),
        ciphertext=ciphertext,
    )
    session.add(entry)
    session.flush()
    audit.record(session, actor, Action.CASE_EXPORTED, case.id, form=wish.form.value)
    return entry


def ledger(session: Session, actor: Actor, desk: DeskKeys, case: Case) -> list[tuple[CaseExport, Content]]:
    """Every file as which the case left, the newest first, with what it was for."""
    cases.readable_case(session, actor, case)
    rows = session.execute(queries.exports_of(case.id, case.tenant_id)).all()
    return [(entry, open_sealed(desk, wrap, entry.ciphertext)) for entry, wrap in rows]


def _consented(session: Session, case: Case) -> bool:
    moment = now()
    return any(one.terms().active(moment) for one in session.scalars(queries.consents_of(case.id)))


def _referrals(session: Session, case: Case) -> list[htcds.Record]:
    """Those that were sent, by the standard's fields: who referred and when it left, to whom, when it was taken on."""
    sent = [one for one in session.scalars(queries.referrals_of_case(case.id)) if one.sent_at is not None]
    ends = {end for one in sent for end in (one.referring_id, one.receiving_id)}
    names = {tenant.id: tenant.name for tenant in session.scalars(select(Tenant).where(Tenant.id.in_(ends)))}
    return [_referral(session, one, names[one.referring_id], names[one.receiving_id]) for one in sent]


def _referral(session: Session, referral: Referral, sender: str, receiver: str) -> htcds.Record:
    accepted = next(
        (e.at for e in session.scalars(queries.events_of(referral.id)) if e.move is Move.ACCEPT), None
    )
    dates = {"cas_OutgoingReferralDate": referral.sent_at, "cas_IncomingReferralDate": accepted}
    return {
        "cas_ReferringOrganisation": sender,
        "cas_ReferredOrganisation": receiver,
        **{name: _day(moment) for name, moment in dates.items() if moment is not None},
    }


def _day(moment: datetime.datetime) -> str:
    return moment.date().isoformat()
