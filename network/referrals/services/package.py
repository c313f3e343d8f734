"""The package of a referral: which parts it holds, what is signed and approved of it, what is sealed to the receiver."""

from __future__ import annotations

import datetime
import hashlib
import uuid
from collections.abc import Collection
from typing import Protocol

from sqlalchemy.orm import Session

from network.accounts.desk_keys import DeskKeys
from network.database import now
from network.keys import canon
from network.referrals import queries
from network.referrals.categories import Category
from network.referrals.consent import READ_ONLY_AFTER_EXPIRY, Access
from network.referrals.models import CasePart, Consent, ConsentScope, Referral, ReferralOrigin
from network.referrals.models.keys import Sealed
from network.referrals.services.revoking import destroy_keys
from network.referrals.services.sealing import Content, Shared, open_key, open_sealed, seal, share

DEMOGRAPHIC_HINTS = ("prs_Gender", "age_band", "prs_PrimaryLanguage", "special_needs")
"""What the envelope tells before acceptance, and only where ``demographics`` is in scope (stage L0)."""


class Warrant(Protocol):
    """What lets a package leave: an act of consent, or an override."""

    @property
    def given_at(self) -> datetime.datetime: ...
    @property
    def ends_at(self) -> datetime.datetime: ...
    @property
    def text_id(self) -> uuid.UUID: ...


UNTOLD: Content = {"override": None, "alone": None, "added": None}
"""How it was sent, in the envelope: on which ground without consent, on whose word without a second person, what came
later. None takes away what an earlier sending said."""

Parts = dict[Category, CasePart]
"""The present version of each category that holds something."""


def present_parts(session: Session, case_id: uuid.UUID) -> Parts:
    """All that the case holds today."""
    return {entry.category: part for entry, part in session.execute(queries.present_parts(case_id))}


def chosen_of(present: Parts, origin: ReferralOrigin) -> Parts:
    """The chosen categories, in the order of the case."""
    return {c: present[c] for c in Category if c in present and c.value in origin.categories}


def signed_words(referral: Referral, text_id: uuid.UUID, given_at: datetime.datetime) -> bytes:
    """What the referring desk signs: header ‖ hash of the ciphertexts ‖ consent record (security.md, Keys 8)."""
    return canon(
        "referral",
        referral.id,
        referral.referring_id,
        referral.receiving_id,
        referral.code,
        referral.package_sha256 or b"",
        text_id,
        given_at.isoformat(),
    )


def fingerprint(referral: Referral, origin: ReferralOrigin, parts: Parts) -> bytes:
    """What an approval binds: the receiver, the consent, the sealed request, and the versions of the parts."""
    words = canon(
        "approval",
        referral.id,
        referral.receiving_id,
        referral.priority.value,
        str(origin.consent_id or ""),
        hashlib.sha256(referral.envelope or b"").digest(),
        *(part.id for part in parts.values()),
    )
    return hashlib.sha256(words).digest()


def package_hash(referral: Referral, parts: Parts) -> bytes:
    """Over ciphertext: a hash of a sex and an age band would be a dictionary."""
    pieces = [hashlib.sha256(referral.envelope or b"").digest()]
    pieces += [hashlib.sha256(part.ciphertext).digest() for part in parts.values()]
    return hashlib.sha256(canon("package", *pieces)).digest()


def readable_until(given: Warrant) -> datetime.datetime:
    """14 days after a consent's end; an override ends when it ends."""
    return given.ends_at + (READ_ONLY_AFTER_EXPIRY if isinstance(given, Consent) else datetime.timedelta())


def seal_envelope(
    session: Session,
    desk: DeskKeys,
    referral: Referral,
    given: Warrant,
    parts: Parts,
    *,
    told: Content | None = None,
    added: Collection[Category] = (),
    shared: bool = True,
) -> None:
    """Seal anew what the receiver reads at once: the request, what consent says, and hints where they are in scope."""
    wrap = session.scalars(queries.own_keys(referral.referring_id, [referral.id])).one()
    content = open_sealed(desk, wrap, referral.envelope or b"")
    scopes = _scopes(session, referral, given)
    content["consent"] = {
        "given_at": given.given_at.isoformat(),
        "expires_at": given.ends_at.isoformat(),
        "categories": [c.value for c in parts],
        "copies": [c.value for c in parts if c in scopes and scopes[c].access is Access.RECEIVE_COPY],
        "onward": [c.value for c in parts if c in scopes and scopes[c].onward_sharing],
    }
    content = {name: value for name, value in {**content, **(told or {})}.items() if value is not None}
    # All that came since it was sent first and is still there: each addition tells of those before it too.
    came = {*content.pop("added", ()), *(category.value for category in added)}
    if later := [category.value for category in parts if category.value in came]:
        content["added"] = later
    content.pop("hints", None)
    if Category.DEMOGRAPHICS in parts:
        part = parts[Category.DEMOGRAPHICS]
        key = session.scalars(queries.own_keys(referral.referring_id, [part.id])).one()
        written = open_sealed(desk, key, part.ciphertext, category=part.category)
        content["hints"] = {name: written[name] for name in DEMOGRAPHIC_HINTS if name in written}
    session.delete(wrap)
    session.flush()
    referral.envelope, sealed_with = seal(session, desk, Sealed.ENVELOPE, referral.id, content)
    if shared:
        envelope = Shared(Sealed.ENVELOPE, referral.id, sealed_with, readable_until(given))
        share(session, desk, [envelope], recipient_id=referral.receiving_id, referral_id=referral.id)


def _scopes(session: Session, referral: Referral, given: Warrant) -> dict[Category, ConsentScope]:
    """What the consent allows the receiver with each category. Without consent, nothing beyond reading."""
    if not isinstance(given, Consent):
        return {}
    return {
        scope.category: scope
        for scope in session.scalars(queries.scopes_of(given.id))
        if scope.recipient_id == referral.receiving_id and scope.removed_at is None
    }


def seal_parts(
    session: Session, desk: DeskKeys, referral: Referral, parts: Parts, readable_until: datetime.datetime
) -> None:
    """Seal the key of each part to the receiving desk. One that it holds already, by a hand-over that was offered, is
    read as long as the longer of the two lasts."""
    ids = [part.id for part in parts.values()]
    wraps = {wrap.sealed_id: wrap for wrap in session.scalars(queries.own_keys(referral.referring_id, ids))}
    there = {wrap.sealed_id: wrap for wrap in session.scalars(queries.keys_given(referral, ids))}
    for held in there.values():
        held.readable_until = max(held.readable_until or readable_until, readable_until)
    share(
        session,
        desk,
        (
            Shared(Sealed.CASE_PART, ident, open_key(desk, wraps[ident]), readable_until)
            for ident in ids
            if ident not in there
        ),
        recipient_id=referral.receiving_id,
        referral_id=referral.id,
    )


def end_access(session: Session, referral: Referral) -> None:
    """Destroy what the receiver can open and write in the ledger that it stopped."""
    destroy_keys(session, referral)
    for disclosure in session.scalars(queries.disclosures_of(referral.id)).all():
        disclosure.stopped_at = disclosure.stopped_at or now()


def sent_parts(session: Session, referral: Referral) -> Parts:
    """The very versions that were sent, of the categories that were not taken out since."""
    found: Parts = {}
    for disclosure in session.scalars(queries.disclosures_of(referral.id)).all():
        if disclosure.purpose is not None:
            continue  # The offer of a hand-over is no part of the referral's package.
        ids = [uuid.UUID(part_id) for part_id in disclosure.part_ids]
        for part in session.scalars(queries.parts_by_id(ids)).all():
            found[part.category] = part
    return {category: found[category] for category in Category if category in found}


def ever_sent(session: Session, referral: Referral, categories: Collection[Category]) -> list[uuid.UUID]:
    """Every version of these categories that was ever sealed to the receiver of this referral."""
    ledger = session.scalars(queries.disclosures_of(referral.id)).all()
    ids = {uuid.UUID(part_id) for disclosure in ledger for part_id in disclosure.part_ids}
    return [part.id for part in session.scalars(queries.parts_by_id(ids)) if part.category in categories]


def wrap_up(
    session: Session,
    desk: DeskKeys,
    referral: Referral,
    given: Warrant,
    parts: Parts,
    *,
    told: Content | None = None,
    added: Collection[Category] = (),
    shared: bool = True,
) -> None:
    """Seal the envelope for these parts, hash the package, sign it. ``added``: of the parts those that come only now.
    Without ``shared`` the receiver is given no key to it: it could read nothing now."""
    seal_envelope(session, desk, referral, given, parts, told=told, added=added, shared=shared)
    referral.package_sha256 = package_hash(referral, parts)
    referral.signature_epoch = desk.current_epoch
    referral.signature = desk.signing_key().sign(signed_words(referral, given.text_id, given.given_at))
