"""What the two desks say to each other with a move: a reason, a question, an outcome. Sealed to both."""

from __future__ import annotations

import datetime

from sqlalchemy.orm import Session

from network.accounts.desk_keys import DeskKeys
from network.database import now, uuid7
from network.permissions import Unfit
from network.referrals import queries
from network.referrals.consent import READ_ONLY_AFTER_EXPIRY
from network.referrals.models import Referral, ReferralAnswer
from network.referrals.models.keys import Sealed
from network.referrals.services import guards
from network.referrals.services.sealing import Content, Shared, seal, share
from network.referrals.states import Move


def say(
    session: Session,
    desk: DeskKeys,
    referral: Referral,
    move: Move,
    content: Content,
    *,
    private: bool = False,
) -> None:
    """Seal what was said with a move to this desk and, unless it is ``private``, to the other one.

    What the sender says is a message of the referral: the receiving desk reads it as long as it may read the envelope.
    Once consent has ended it says nothing more there, and nothing to a suspended organization: :class:`Unfit`
    ``consent_over``, ``recipient_suspended``.
    """
    asked = desk.tenant_id == referral.receiving_id
    ends = referral.consent_expires_at
    if not asked and not private:
        if ends is not None and ends <= now():
            raise Unfit("consent_over")
        guards.not_suspended(session, referral)
    kind = Sealed.ANSWER if asked else Sealed.MESSAGE
    row = uuid7()
    ciphertext, key = seal(session, desk, kind, row, content, referral_id=referral.id)
    session.add(
        ReferralAnswer(
            id=row,
            referring_id=referral.referring_id,
            receiving_id=referral.receiving_id,
            referral_id=referral.id,
            move=move,
            ciphertext=ciphertext,
        )
    )
    if private:
        return
    share(
        session,
        desk,
        [Shared(kind, row, key, None if asked else lasts_until(session, referral))],
        recipient_id=referral.other_end(desk.tenant_id),
        referral_id=referral.id,
    )


def lasts_until(session: Session, referral: Referral) -> datetime.datetime | None:
    """Until when the receiving desk reads what the sender says and hands over beside the package: 14 days after the end
    of a consent; what left without consent not a day longer than the override holds."""
    ends = referral.consent_expires_at
    if ends is None:
        return None
    overridden = session.scalars(queries.override_of(referral.id)).one_or_none() is not None
    return ends if overridden else ends + READ_ONLY_AFTER_EXPIRY
