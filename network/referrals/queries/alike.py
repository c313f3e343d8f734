"""What is asked of SQL about cases that may be of one person."""

from __future__ import annotations

import uuid
from collections.abc import Collection

from sqlalchemy import Select, select

from network.referrals.models import Case, CaseMark
from network.referrals.queries.cases import known_to
from network.tenancy import Actor

MOST = 20
"""So many are shown; a name that more cases share says nothing."""


def marked_alike(case_id: uuid.UUID, actor: Actor, marks: Collection[bytes]) -> Select[Case, bool]:
    """The desk's other cases under any of these marks, the newest first, each with whether this person may know it."""
    found = select(CaseMark.case_id).where(CaseMark.tenant_id == actor.tenant_id, CaseMark.mark.in_(marks))
    return (
        select(Case, known_to(actor).label("known"))
        .where(Case.tenant_id == actor.tenant_id, Case.id != case_id, Case.id.in_(found))
        .order_by(Case.created_at.desc(), Case.id)
        .limit(MOST)
    )


__all__ = ["marked_alike"]
