"""An offered hand-over that ends with its consent."""

from __future__ import annotations

import uuid

from sqlalchemy.orm import Session

from network.database import now
from network.referrals import notices, queries
from network.referrals.consent import Purpose
from network.referrals.models import Consent, Disclosure, Referral
from network.referrals.services.revoking import destroy_some


def end_with(session: Session, consent: Consent) -> None:
    """A consent to the transfer ended: what was offered and not taken over is taken back, with the keys that came with it.

    Nothing for a consent of another purpose.
    """
    if consent.purpose is not Purpose.TRANSFER:
        return
    for referral in session.scalars(queries.handovers_of_case(consent.case_id)).all():
        take_back(session, referral)
        if referral.handover_proposed_at is not None:
            referral.handover_proposed_at = None
            notices.tell(session, referral.receiving_id)
    session.flush()


def take_back(session: Session, referral: Referral) -> None:
    """Destroy the keys that came with an offer that was not taken up; what the referral itself brought stays."""
    destroy_some(session, referral, brought_by_handover(session, referral.id))
    for disclosure in _offered(session, referral.id):
        disclosure.stop_requested_at = disclosure.stopped_at = now()


def brought_by_handover(session: Session, referral_id: uuid.UUID) -> set[uuid.UUID]:
    """The versions of parts that the receiving desk can open by an offered hand-over alone."""
    ledger = session.scalars(queries.disclosures_of(referral_id)).all()
    kept = {ident for d in ledger if d.purpose is not Purpose.TRANSFER for ident in d.part_ids}
    offered = _offered(session, referral_id)
    return {uuid.UUID(ident) for d in offered for ident in d.part_ids if ident not in kept}


def _offered(session: Session, referral_id: uuid.UUID) -> list[Disclosure]:
    ledger = session.scalars(queries.disclosures_of(referral_id)).all()
    return [d for d in ledger if d.purpose is Purpose.TRANSFER and d.stopped_at is None]
