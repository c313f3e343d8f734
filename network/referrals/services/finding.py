"""Finding a case again: a sealed line for each, opened in the session, compared in memory, never asked of SQL.

Only one's own open cases are looked through. Nobody learns whether another organization knows a person, and a
colleague not whether the desk does.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy.orm import Session

from network import audit
from network.accounts.desk_keys import DeskKeys
from network.audit import Action
from network.database import uuid7
from network.i18n.folding import fold_unkept
from network.permissions import require
from network.referrals import queries
from network.referrals.categories import Category
from network.referrals.models import Case, CaseIndex
from network.referrals.models.keys import Sealed
from network.referrals.services.sealing import open_sealed, seal
from network.tenancy import Actor

AT_ONCE = 500
"""Lines that one search opens: about 0.3 ms each."""
FEWEST_DIGITS = 4
KEYWORDS = "keywords"
NAMES = ("alias", "prs_FirstName", "prs_MiddleName", "prs_SecondName")
NUMBERS = ("prs_MobilePhone", "prs_HomePhone")
LONGEST = {Category.IDENTITY.value: 320, Category.CONTACT.value: 120, KEYWORDS: 400}
"""Bytes of each piece, so that a line never grows beyond 1 KiB and tells nothing by its size."""

INDEXED = (Category.IDENTITY, Category.CONTACT)


def words_of(category: Category, content: Mapping[str, Any]) -> str:
    """What of a category one would search for: names folded, numbers as digits."""
    if category is Category.IDENTITY:
        return fold_unkept(" ".join(str(content.get(name) or "") for name in NAMES))
    return " ".join(_digits(str(content.get(name) or "")) for name in NUMBERS).strip()


def index(session: Session, desk: DeskKeys, case: Case, piece: str, words: str) -> None:
    """Write one piece of a case's line anew; the others stay. The old line goes with its key. Caller holds the lock."""
    old = session.scalars(queries.index_of(case.id)).one_or_none()
    line: dict[str, Any] = {}
    if old is not None:
        wrap = session.scalars(queries.own_keys(case.tenant_id, [old.id])).one()
        line = open_sealed(desk, wrap, old.ciphertext)
        session.delete(wrap)
        session.delete(old)
        session.flush()
    line[piece] = words.encode()[: LONGEST[piece]].decode(errors="ignore")
    if not any(line.values()):
        return
    row = uuid7()
    ciphertext, _key = seal(session, desk, Sealed.CASE_INDEX, row, line)
    session.add(CaseIndex(id=row, tenant_id=case.tenant_id, case_id=case.id, ciphertext=ciphertext))
    session.flush()


@dataclass(frozen=True, slots=True)
class Found:
    """The cases that fit, of the ``looked`` ones that were looked through, and whether there are older ones."""

    cases: list[Case]
    looked: int
    more: bool


def find_cases(session: Session, actor: Actor, desk: DeskKeys, typed: str, *, skip: int = 0) -> Found:
    """One's own open cases in which all the typed words stand, newest first. That somebody searched is audited."""
    require(actor.reads_cases)
    assert actor.tenant_id is not None  # noqa: S101  # Who reads cases is a member.
    rows = session.execute(queries.index_lines(actor, AT_ONCE + 1, skip)).all()
    audit.record(session, actor, Action.CASES_SEARCHED, actor.tenant_id)
    found = []
    for case, line, wrap in rows[:AT_ONCE]:
        content = open_sealed(desk, wrap, line.ciphertext) if line is not None and wrap is not None else {}
        if fits(typed, case.code, content):
            found.append(case)
    return Found(found, len(rows[:AT_ONCE]), len(rows) > AT_ONCE)


def fits(typed: str, code: str, line: Mapping[str, Any]) -> bool:
    """Whether a case is meant: by its code, by a number, or by words that begin like those of its line."""
    plain = typed.strip()
    if len(plain) >= FEWEST_DIGITS and plain.upper() in code.upper():
        return True
    digits = _digits(plain)
    if len(digits) >= FEWEST_DIGITS and re.fullmatch(r"[\d\s+()/.-]+", plain):
        numbers = f"{line.get(Category.CONTACT.value, '')} {line.get(KEYWORDS, '')}".split()
        return any(digits.lstrip("0") in number for number in numbers)
    wanted = fold_unkept(plain).split()
    known = f"{line.get(Category.IDENTITY.value, '')} {line.get(KEYWORDS, '')}".split()
    return bool(wanted) and all(any(word.startswith(one) for word in known) for one in wanted)


def _digits(text: str) -> str:
    return re.sub(r"\D", "", text)
