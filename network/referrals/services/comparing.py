"""The versions of a package, and what changed between two of them: for either end, as far as it may read them now.

A package gets a new version each time something is sent along. Nothing more is kept for it than the ledger has, and
nothing is opened to whom the keys do not show themselves: what was taken back is not compared.
"""

from __future__ import annotations

import datetime
import uuid
from collections.abc import Iterable
from dataclasses import dataclass, field
from itertools import pairwise

from sqlalchemy.orm import Session

from network import audit
from network.accounts.desk_keys import DeskKeys
from network.audit import Action
from network.referrals import queries
from network.referrals.categories import Category
from network.referrals.differences import Change, differing
from network.referrals.models import CasePart, Disclosure, PartKey, Referral
from network.referrals.services.sealing import Content, open_sealed
from network.referrals.services.sheets import Body, Head
from network.referrals.states import DRAFTING, Side
from network.tenancy import Actor


@dataclass(frozen=True, slots=True)
class Version:
    """The package as it stood after something was sent."""

    number: int
    """1 for what was sent first."""
    at: datetime.datetime
    brought: list[Category]
    parts: dict[Category, uuid.UUID]
    """Of each category the version of it that was in the package then."""


@dataclass
class Comparison:
    """Two versions side by side. Every category of the newer one stands in exactly one of the four."""

    older: Version
    newer: Version
    came: dict[Category, Content] = field(default_factory=dict)
    changed: dict[Category, list[Change]] = field(default_factory=dict)
    same: list[Category] = field(default_factory=list)
    closed: list[Category] = field(default_factory=list)
    """What this end cannot read now: taken back, ended, or not accepted yet."""


@dataclass
class Versions:
    """Every version of a package since it was sent, the first one first; none while it is prepared."""

    all: list[Version] = field(default_factory=list)
    sealed: dict[uuid.UUID, tuple[PartKey, CasePart]] = field(default_factory=dict)
    """What this desk can open of them now."""


def versions_of(session: Session, desk: DeskKeys, head: Head) -> Versions:
    """The versions of a package. ``head`` was opened for this actor (``sheets.open_head``)."""
    referral, found = head.referral, Versions()
    if referral.sent_at is None or referral.status in DRAFTING:
        return found
    own = head.side is Side.REFERRING
    entries: dict[uuid.UUID, Disclosure] = {}
    for entry, wrap, part in session.execute(
        queries.packages_of(referral.id, referral.sent_at, desk.tenant_id, own=own)
    ):
        entries[entry.id] = entry
        if part is not None:
            found.sealed[part.id] = (wrap, part)
    found.all = counted(entries.values())
    return found


def of_body(referral: Referral, body: Body) -> list[Version]:
    """The same of a referral that was opened as a whole; asks nothing more."""
    if referral.sent_at is None or referral.status in DRAFTING:
        return []
    return counted(entry for entry in body.packages if entry.disclosed_at >= referral.sent_at)


def renewed(versions: list[Version]) -> list[Category]:
    """What came again in a newer version, in the order of the case."""
    again = {
        category
        for before, version in pairwise(versions)
        for category in version.brought
        if category in before.parts
    }
    return [category for category in Category if category in again]


def outdated(head: Head, versions: list[Version]) -> list[Category]:
    """What the sender's case says otherwise by now than the receiver reads; nothing for who is not the sender."""
    if head.origin is None or not versions:
        return []
    sent = versions[-1].parts
    return [
        category
        for category in Category
        if category.value in head.origin.categories
        and category in sent
        and str(sent[category]) not in head.present
    ]


def counted(disclosures: Iterable[Disclosure]) -> list[Version]:
    """Each disclosure as the whole that it made of what was there before."""
    found: list[Version] = []
    parts: dict[Category, uuid.UUID] = {}
    for number, entry in enumerate(disclosures, start=1):
        brought = [Category(c) for c in entry.categories]
        parts = parts | dict(zip(brought, map(uuid.UUID, entry.part_ids), strict=True))
        found.append(Version(number, entry.disclosed_at, brought, parts))
    return found


def compare(
    session: Session,
    actor: Actor,
    desk: DeskKeys,
    head: Head,
    versions: Versions,
    *,
    older: Version,
    newer: Version,
) -> Comparison:
    """What changed from one version to a later one, as far as this end reads both now. The reading is audited."""
    wanted = {*older.parts.values(), *newer.parts.values()} & versions.sealed.keys()
    opened = {}
    for part_id in wanted:
        wrap, part = versions.sealed[part_id]
        opened[part_id] = open_sealed(desk, wrap, part.ciphertext, category=part.category)
    if opened and head.case is not None:
        audit.record(session, actor, Action.CASE_READ, head.case.id)
    elif opened:
        audit.record(session, actor, Action.PACKAGE_READ, head.referral.id)
    found = Comparison(older, newer)
    for category in Category:
        if category in newer.parts:
            _place(found, category, opened)
    return found


def _place(found: Comparison, category: Category, opened: dict[uuid.UUID, Content]) -> None:
    then, now = found.older.parts.get(category), found.newer.parts[category]
    if now not in opened or (then is not None and then not in opened):
        found.closed.append(category)
    elif then is None:
        found.came[category] = opened[now]
    elif changes := differing(opened[then], opened[now]):
        found.changed[category] = changes
    else:
        found.same.append(category)
