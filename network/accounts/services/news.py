"""What is told by mail when keys change hands: a swap that nobody did must not stay unseen (security.md, curious operator)."""

from __future__ import annotations

import uuid
from enum import StrEnum

from sqlalchemy.orm import Session

from network.outbox import ADMINS, USER, enqueue

KEEPERS = "key keepers"
"""``to_kind`` of all who administer a tenant or read its cases: each gets one letter."""
KEYS_CHANGED = "accounts.keys_changed"
ACCOUNT_CHANGED = "accounts.account_changed"
PARTNER_PAUSED = "accounts.partner_paused"


class KeyNews(StrEnum):
    """What happened to the keys of a desk."""

    LET_IN = "let_in"
    NEW_KEYS = "new_keys"
    SHEET_PRINTED = "sheet_printed"
    SHEET_USED = "sheet_used"


class AccountNews(StrEnum):
    """What happened to the key of one person."""

    CHANGED = "changed"
    RECOVERED = "recovered"


def of_keys(session: Session, tenant_id: uuid.UUID, what: KeyNews) -> None:
    """Tell everybody who answers for this desk."""
    enqueue(
        session,
        kind=KEYS_CHANGED,
        tenant_id=tenant_id,
        recipient=(KEEPERS, tenant_id),
        params={"what": what.value},
    )


def of_account(session: Session, tenant_id: uuid.UUID, user_id: uuid.UUID, what: AccountNews) -> None:
    """Tell the person herself."""
    enqueue(
        session,
        kind=ACCOUNT_CHANGED,
        tenant_id=tenant_id,
        recipient=(USER, user_id),
        params={"what": what.value},
    )


def of_pause(session: Session, network_id: uuid.UUID, partner_id: uuid.UUID) -> None:
    """Tell every coordinator that one of them paused a partner."""
    enqueue(
        session,
        kind=PARTNER_PAUSED,
        tenant_id=network_id,
        recipient=(ADMINS, network_id),
        params={"partner": str(partner_id)},
    )
