"""A referral as one sheet, asked for by two questions: its head, and everything that happened on it.

The second begins with a list of ids, one row for each thing, to which the rows themselves are joined, as in ``dossier``.
"""

from __future__ import annotations

import uuid
from typing import Any

from sqlalchemy import Select, String, and_, cast, exists, func, literal, null, select, union_all
from sqlalchemy import Uuid as UuidType
from sqlalchemy.orm import aliased

from network.accounts.models import User
from network.database import any_of
from network.referrals.models import (
    Attachment,
    Case,
    CaseEntry,
    CasePart,
    ConsentOverride,
    Disclosure,
    Obligation,
    PartKey,
    Referral,
    ReferralAnswer,
    ReferralEvent,
    ReferralMessage,
    ReferralOrigin,
)
from network.referrals.models.keys import Sealed
from network.referrals.queries.cases import known_to
from network.referrals.queries.consents import has_supervisor
from network.referrals.queries.stopping import waits_to_read_again
from network.referrals.queries.versions import makes_version
from network.statements import built_once
from network.tenancy import Actor, Tenant


@built_once
def sheet_head(referral_id: uuid.UUID, actor: Actor) -> Select[Any]:
    """The referral, its two ends, this desk's key to its envelope, who took it on, and what only its sender knows: origin,
    case, and whether this person needs to know the case. Which
    categories were given to the receiver until now, and which versions of parts are the present ones of the case."""
    asks, asked, worker = aliased(Tenant), aliased(Tenant), aliased(User)
    own = and_(
        PartKey.sealed_id == Referral.id,
        PartKey.sealed_kind == Sealed.ENVELOPE,
        PartKey.holder_id == actor.tenant_id,
    )
    given = (
        select(func.string_agg(func.array_to_string(Disclosure.categories, ","), ","))
        .where(Disclosure.referral_id == Referral.id)
        .scalar_subquery()
    )
    later = aliased(CaseEntry)
    present = (
        select(func.string_agg(cast(CaseEntry.part_id, String), ","))
        .where(
            CaseEntry.case_id == ReferralOrigin.case_id,
            ~exists().where(
                later.case_id == CaseEntry.case_id,
                later.category == CaseEntry.category,
                later.number > CaseEntry.number,
            ),
        )
        .correlate(ReferralOrigin)
        .scalar_subquery()
    )
    return (
        select(
            Referral,
            asks,
            asked,
            PartKey,
            ReferralOrigin,
            Case,
            known_to(actor).label("known"),
            worker.name.label("worker"),
            has_supervisor().scalar_subquery().label("supervised"),
            waits_to_read_again().label("again"),
            given.label("given"),
            present.label("present"),
            ConsentOverride,
        )
        .join(asks, asks.id == Referral.referring_id)
        .join(asked, asked.id == Referral.receiving_id)
        .outerjoin(PartKey, own)
        .outerjoin(ReferralOrigin, ReferralOrigin.referral_id == Referral.id)
        .outerjoin(Case, Case.id == ReferralOrigin.case_id)
        .outerjoin(worker, worker.id == Referral.worker_id)
        .outerjoin(ConsentOverride, ConsentOverride.referral_id == Referral.id)
        .where(Referral.id == referral_id)
        .execution_options(populate_existing=True)
    )


@built_once
def sheet_body(
    referral_id: uuid.UUID, actor: Actor, own_parts: tuple[uuid.UUID, ...] | None = None
) -> Select[Any]:
    """Everything on a referral that this desk may see now: moves, disclosures, obligations, and what it holds a key to.
    ``own_parts``: what of its own case is to be opened beside it, while the referral is prepared."""
    nobody = null().cast(UuidType()).label("who")
    of: list[Any] = [
        select(
            literal("event").label("kind"), ReferralEvent.id.label("id"), ReferralEvent.user_id.label("who")
        ).where(ReferralEvent.referral_id == referral_id),
        select(literal("disclosure"), Disclosure.id, nobody).where(Disclosure.referral_id == referral_id),
        select(literal("owed"), Obligation.id, nobody).where(Obligation.referral_id == referral_id),
        select(literal("key"), PartKey.id, nobody).where(
            PartKey.referral_id == referral_id, PartKey.holder_id == actor.tenant_id
        ),
    ]
    if own_parts is not None:
        own = select(literal("key"), PartKey.id, nobody).where(
            PartKey.tenant_id == actor.tenant_id,
            PartKey.holder_id == actor.tenant_id,
            PartKey.sealed_kind == Sealed.CASE_PART,
            any_of(PartKey.sealed_id, own_parts),
        )
        of.append(own)
    things = union_all(*of).subquery()
    key = PartKey.sealed_id

    def kind(name: str) -> Any:
        return things.c.kind == name

    return (
        select(
            things.c.kind,
            func.coalesce(things.c.who, ReferralMessage.user_id, Attachment.user_id).label("who"),
            User.name.label("name"),
            ReferralEvent,
            Disclosure,
            Obligation,
            PartKey,
            CasePart,
            ReferralAnswer,
            ReferralMessage,
            Attachment,
            and_(kind("disclosure"), makes_version()).label("version"),
        )
        .select_from(things)
        .outerjoin(ReferralEvent, and_(kind("event"), ReferralEvent.id == things.c.id))
        .outerjoin(Disclosure, and_(kind("disclosure"), Disclosure.id == things.c.id))
        .outerjoin(Obligation, and_(kind("owed"), Obligation.id == things.c.id))
        .outerjoin(PartKey, and_(kind("key"), PartKey.id == things.c.id))
        .outerjoin(CasePart, and_(PartKey.sealed_kind == Sealed.CASE_PART, CasePart.id == key))
        .outerjoin(ReferralAnswer, ReferralAnswer.id == key)
        .outerjoin(ReferralMessage, ReferralMessage.id == key)
        .outerjoin(Attachment, Attachment.id == key)
        .outerjoin(User, User.id == func.coalesce(things.c.who, ReferralMessage.user_id, Attachment.user_id))
    )


__all__ = ["sheet_body", "sheet_head"]
