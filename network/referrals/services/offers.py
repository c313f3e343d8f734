"""An offered hand-over that ends with its consent."""

from __future__ import annotations

import uuid

from sqlalchemy import delete
from sqlalchemy.orm import Session

from network.database import now
from network.referrals import notices, queries
from network.referrals.consent import Purpose
from network.referrals.models import Consent, PartKey


def end_with(session: Session, consent: Consent) -> None:
    """A consent to the transfer ended: what was offered and not taken over is taken back, with the keys that came with it.

    Nothing for a consent of another purpose.
    """
    if consent.purpose is not Purpose.TRANSFER:
        return
    for referral in session.scalars(queries.handovers_of_case(consent.case_id)).all():
        ledger = session.scalars(queries.disclosures_of(referral.id)).all()
        kept = {ident for d in ledger if d.purpose is not Purpose.TRANSFER for ident in d.part_ids}
        offered = [d for d in ledger if d.purpose is Purpose.TRANSFER and d.stopped_at is None]
        extra = {uuid.UUID(ident) for d in offered for ident in d.part_ids if ident not in kept}
        session.execute(
            delete(PartKey).where(
                PartKey.referral_id == referral.id,
                PartKey.holder_id == referral.receiving_id,
                PartKey.sealed_id.in_(extra),
            )
        )
        for disclosure in offered:
            disclosure.stop_requested_at = disclosure.stopped_at = now()
        if referral.handover_proposed_at is not None:
            referral.handover_proposed_at = None
            notices.tell(session, referral.receiving_id)
    session.flush()
