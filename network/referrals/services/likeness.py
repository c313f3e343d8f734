"""Whether another case of the same desk may be of the same person: marks are compared, no case is opened for it.

Inside one tenant only. Which case it is learns who may read it; anybody else only that a supervisor should be asked.
"""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy.orm import Session

from network import audit
from network.accounts.desk_keys import DeskKeys
from network.audit import Action
from network.referrals import alike, queries
from network.referrals.models import Case
from network.referrals.services import marks
from network.referrals.services.cases import readable_case
from network.referrals.services.sealing import open_sealed
from network.tenancy import Actor


@dataclass(frozen=True, slots=True)
class Alike:
    """The cases that this reader may know, and whether there are more."""

    known: list[Case]
    others: bool

    def __bool__(self) -> bool:
        return bool(self.known) or self.others


def others(session: Session, actor: Actor, desk: DeskKeys, case: Case) -> Alike:
    """The desk's other cases that may be of the person of this one. That somebody looked is audited where any was found."""
    readable_case(session, actor, case)
    told = alike.Signs()
    for entry, part, wrap in session.execute(queries.opened_parts(case.id, case.tenant_id)):
        if entry.category in alike.MARKED:
            content = open_sealed(desk, wrap, part.ciphertext, category=entry.category)
            told |= alike.signs(entry.category, content)
    if not told.sought:
        return Alike([], others=False)
    secret = marks.secret_of(session, desk)
    sought = [marks.mark(secret, marks.SAME_PERSON, *sign) for sign in sorted(told.sought)]
    rows = session.execute(queries.marked_alike(case.id, actor, sought)).all()
    found = Alike([other for other, known in rows if known], others=any(not known for _other, known in rows))
    if found:
        audit.record(session, actor, Action.CASES_SEARCHED, case.id)
    return found
