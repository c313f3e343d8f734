"""A copy of a package that the receiving desk takes away on paper: as far as the consent says copy, and no further."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy.orm import Session

from network import audit
from network.accounts.desk_keys import DeskKeys
from network.audit import Action
from network.permissions import NotThere, Unfit
from network.referrals import notices, policies
from network.referrals.categories import Category
from network.referrals.models import Disclosure, FileForm, Referral
from network.referrals.services import ledger, receiving
from network.referrals.services.sealing import Content
from network.referrals.states import Side
from network.tenancy import Actor


@dataclass(frozen=True, slots=True)
class Copy:
    """What goes on paper, and what stays to be read here alone."""

    envelope: Content
    parts: dict[Category, Content]
    kept_back: list[Category]


def copy_of(session: Session, actor: Actor, desk: DeskKeys, referral: Referral) -> Copy:
    """What this desk may take away now: the request, and of what it may read that of which it may have a copy.

    Raises :class:`NotThere` for anybody but the receiving desk, :class:`Unfit` ``nothing_to_copy`` where the keys are gone.
    """
    if policies.side_of(actor, referral) is not Side.RECEIVING:
        raise NotThere
    envelope = receiving.read_envelope(session, actor, desk, referral)
    if envelope is None:
        raise Unfit("nothing_to_copy")
    allowed = set(envelope.get("consent", {}).get("copies", []))
    package = receiving.read_package(session, actor, desk, referral)
    if Category.DEMOGRAPHICS.value not in allowed:
        envelope = {name: value for name, value in envelope.items() if name != "hints"}
    return Copy(
        envelope,
        {category: content for category, content in package.items() if category.value in allowed},
        [category for category in package if category.value not in allowed],
    )


def enter(session: Session, actor: Actor, referral: Referral, copy: Copy) -> Disclosure:
    """Write into the ledger of the referral that a copy was taken away. The sender is told that there is something."""
    if policies.side_of(actor, referral) is not Side.RECEIVING:
        raise NotThere
    assert referral.package_sha256 is not None  # noqa: S101  # The receiving side sees only what was sent.
    entry = ledger.enter(
        session, referral, copy.parts, sha256=referral.package_sha256, copied_as=FileForm.PDF
    )
    notices.tell(session, referral.referring_id)
    audit.record(session, actor, Action.REFERRAL_COPIED, referral.id)
    return entry
