"""The ground of an override, which is sealed: what opens and what writes it."""

from __future__ import annotations

from sqlalchemy.orm import Session

from network.accounts.desk_keys import DeskKeys
from network.referrals import queries
from network.referrals.models import ConsentOverride
from network.referrals.overrides import Ground
from network.referrals.services.sealing import Content, open_sealed


def words_of(session: Session, desk: DeskKeys, override: ConsentOverride) -> Content:
    """Ground and reason of an override, for the desk that sent under it."""
    wrap = session.scalars(queries.own_keys(override.tenant_id, [override.id])).one()
    return open_sealed(desk, wrap, override.ciphertext)


def ground_of(session: Session, desk: DeskKeys, override: ConsentOverride) -> Ground:
    return Ground(words_of(session, desk, override)["ground"])
