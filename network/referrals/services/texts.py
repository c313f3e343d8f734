"""The wordings of consent and their versions. What was read to somebody once is kept for ever."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping

from sqlalchemy.orm import Session

from network import audit
from network.audit import Action
from network.database import now
from network.permissions import Role, Stale, Unfit, require
from network.referrals import queries, wordings
from network.referrals.models import ConsentText
from network.tenancy import Actor


def present(session: Session, key: str) -> dict[str, ConsentText]:
    """The newest version of a wording, by language."""
    return {text.language: text for text in session.scalars(queries.texts_of(key))}


def approve_wording(
    session: Session, actor: Actor, key: str, texts: Mapping[str, str], *, major: bool, seen: str
) -> str:
    """The coordinator lets a new version be read to people, in all five languages at once. Returns its number.

    With ``major`` the meaning changed: consents that were given live to their end, and a renewal uses the new one.
    Raises :class:`Stale` where ``seen`` is not the present version; :class:`Unfit` ``wording_unchanged``, with the
    languages that say the same as before: none may where the meaning changed, not all where it did not.
    """
    require(actor.holds(Role.COORDINATOR))
    wordings.ensure(session)
    newest = present(session, key)
    version = newest[wordings.FIRST].version
    if seen != version:
        raise Stale
    same = [language for language, text in newest.items() if texts[language].strip() == text.wording]
    if same and (major or len(same) == len(newest)):
        raise Unfit("wording_unchanged", languages=same)
    following = wordings.next_version(version, major=major)
    moment = now()
    session.add_all(
        ConsentText(
            key=key,
            version=following,
            language=language,
            wording=wording.strip(),
            sha256=hashlib.sha256(wording.strip().encode()).digest(),
            approved_at=moment,
            approved_by_id=actor.user_id,
        )
        for language, wording in texts.items()
    )
    session.flush()
    audit.record(session, actor, Action.WORDING_APPROVED, None, wording=key, version=following)
    return following
