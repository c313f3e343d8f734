"""What two desks write and hand to each other about one referral, sealed to both. A guest is a desk of one referral."""

from __future__ import annotations

import datetime
import hashlib
import uuid
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from sqlalchemy.orm import Session, undefer

from network import audit
from network.accounts.desk_keys import DeskKeys
from network.audit import Action
from network.database import now, uuid7
from network.keys import canon, decrypt_stream, encrypt_stream
from network.permissions import NotThere, Stale, Unfit
from network.referrals import notices, policies, queries
from network.referrals.categories import Category
from network.referrals.models import Attachment, PartKey, Referral, ReferralMessage
from network.referrals.models.keys import Sealed
from network.referrals.services import guards, ledger, uploads
from network.referrals.services.answers import lasts_until
from network.referrals.services.origins import own_case
from network.referrals.services.sealing import Content, Shared, open_key, open_sealed, seal, share
from network.referrals.services.transitions import lock
from network.referrals.states import ENVELOPE, Side
from network.tenancy import Actor


@dataclass(frozen=True, slots=True)
class Said:
    """A message or a file, as this desk may read it."""

    id: uuid.UUID
    at: datetime.datetime
    by_tenant_id: uuid.UUID
    user_id: uuid.UUID | None
    text: str = ""
    category: Category | None = None
    file: Content = field(default_factory=dict)


def write_message(
    session: Session, actor: Actor, desk: DeskKeys, referral_id: uuid.UUID, text: str
) -> ReferralMessage:
    """A note to the other desk. Raises :class:`Stale` where the referral is over, :class:`Unfit` ``consent_ended``."""
    referral = _talking(session, actor, referral_id)
    row = uuid7()
    ciphertext, key = seal(session, desk, Sealed.MESSAGE, row, {"text": text}, referral_id=referral.id)
    message = ReferralMessage(
        id=row,
        **_by(actor, desk, referral),
        ciphertext=ciphertext,
    )
    session.add(message)
    _hand_over(session, desk, referral, Sealed.MESSAGE, row, key)
    audit.record(session, actor, Action.MESSAGE_SENT, referral.id)
    return message


def attach(
    session: Session,
    actor: Actor,
    desk: DeskKeys,
    referral_id: uuid.UUID,
    *,
    category: Category,
    allowed: Iterable[Category],
    name: str,
    data: bytes,
) -> Attachment:
    """Add a file. ``allowed`` are the categories of the referral; consent must still let this one be given.

    Raises :class:`Unfit`: what :class:`files.Unwelcome` says, ``category_outside``, ``consent_missing``,
    ``consent_ended``, ``recipient_suspended``, ``no_agreement``, ``country_withheld``; :class:`Stale` where the
    referral is over.
    """
    referral = _talking(session, actor, referral_id)
    if category not in set(allowed):
        raise Unfit("category_outside")
    if actor.tenant_id == referral.referring_id:
        _may_give(session, actor, referral, category)
    taken = uploads.welcome(name, data)
    row = uuid7()
    ciphertext, key = seal(
        session,
        desk,
        Sealed.ATTACHMENT,
        row,
        uploads.told_of(taken),
        category=category,
        referral_id=referral.id,
    )
    content = b"".join(encrypt_stream(key, [taken.data], aad=_place(row)))
    attachment = Attachment(
        id=row,
        **_by(actor, desk, referral),
        category=category,
        ciphertext=ciphertext,
        content=content,
    )
    session.add(attachment)
    _hand_over(session, desk, referral, Sealed.ATTACHMENT, row, key)
    if actor.tenant_id == referral.referring_id:
        ledger.enter(session, referral, [category], part_ids=[row], sha256=hashlib.sha256(content).digest())
    audit.record(session, actor, Action.ATTACHMENT_ADDED, referral.id)
    return attachment


def heard(
    desk: DeskKeys, wrap: PartKey, message: ReferralMessage | None, attachment: Attachment | None
) -> Said:
    """A message or a file, opened with this desk's key to it."""
    if message is not None:
        text = open_sealed(desk, wrap, message.ciphertext)["text"]
        return Said(message.id, message.at, message.by_tenant_id, message.user_id, text)
    assert attachment is not None  # noqa: S101  # A key opens one of the two.
    kind = attachment.category
    told = open_sealed(desk, wrap, attachment.ciphertext, category=kind)
    return Said(
        attachment.id, attachment.at, attachment.by_tenant_id, attachment.user_id, category=kind, file=told
    )


def take(
    session: Session, actor: Actor, desk: DeskKeys, referral: Referral, attachment_id: uuid.UUID
) -> tuple[Content, Iterator[bytes]]:
    """A file: what is told of it, and its bytes, each checked before it is given. :class:`NotThere` for any other."""
    if policies.side_of(actor, referral) is None:
        raise NotThere
    found = session.execute(
        queries.attachment_of(referral.id, attachment_id, desk.tenant_id).options(undefer(Attachment.content))
    ).one_or_none()
    if found is None:
        raise NotThere
    attachment, wrap = found
    audit.record(session, actor, Action.ATTACHMENT_TAKEN, referral.id)
    told = open_sealed(desk, wrap, attachment.ciphertext, category=attachment.category)
    return told, decrypt_stream(open_key(desk, wrap), [attachment.content], aad=_place(attachment.id))


def _may_give(session: Session, actor: Actor, referral: Referral, category: Category) -> None:
    """A file leaves by the rules of every sending, as they are now: the page that offered this category may be old."""
    origin, case = own_case(session, actor, referral)
    if category.value not in origin.categories:
        raise Unfit("category_outside")
    guards.of_the_way(session, case, referral, [category], now())
    if (
        origin.consent_id is not None
    ):  # What left without consent stands on its override, which holds or has ended.
        guards.consented(session, referral, origin, [category], now())


def may_talk(referral: Referral) -> bool:
    """While the receiver reads the envelope there is something to talk about."""
    return referral.status in ENVELOPE


def _by(actor: Actor, desk: DeskKeys, referral: Referral) -> dict[str, uuid.UUID | None]:
    """Between whom something is, and who brings it."""
    return {
        "referring_id": referral.referring_id,
        "receiving_id": referral.receiving_id,
        "referral_id": referral.id,
        "by_tenant_id": desk.tenant_id,
        "user_id": actor.user_id,
    }


def _place(row: uuid.UUID) -> bytes:
    return canon("attachment", row)


def _talking(session: Session, actor: Actor, referral_id: uuid.UUID) -> Referral:
    """The referral, locked, for whoever of its two desks may write on it."""
    referral = lock(session, referral_id)
    side = policies.side_of(actor, referral)
    if side is None:
        raise NotThere
    if side is Side.REFERRING:
        guards.not_suspended(session, referral)
        own_case(session, actor, referral)
    if not may_talk(referral):
        raise Stale
    if referral.consent_expires_at is not None and referral.consent_expires_at <= now():
        raise Unfit("consent_ended")
    return referral


def _hand_over(
    session: Session, desk: DeskKeys, referral: Referral, kind: Sealed, row: uuid.UUID, key: bytes
) -> None:
    """Seal it to the other desk too, and tell that there is something."""
    other = referral.other_end(desk.tenant_id)
    until = lasts_until(session, referral) if other == referral.receiving_id else None
    share(session, desk, [Shared(kind, row, key, until)], recipient_id=other, referral_id=referral.id)
    session.flush()
    notices.tell(session, other)
