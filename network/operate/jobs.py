"""The end of each record of deeds leaves the house daily: who could change the whole database cannot change a mailbox."""

from __future__ import annotations

import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from network.audit import AuditEntry, AuditHead
from network.operate.mails import HEAD
from network.outbox import ADMINS, enqueue
from network.scheduler import Due, periodic

DAY = datetime.timedelta(days=1)


@periodic("audit.heads", cron="20 2 * * *", timezone="Asia/Bishkek", each_tenant=True)
def mail_head(session: Session, due: Due) -> None:
    """To the administrators of the tenant, on days on which anything was recorded."""
    head = session.scalars(select(AuditHead)).one_or_none()
    if head is None or due.tenant_id is None:
        return
    if not session.scalars(select(AuditEntry.id).where(AuditEntry.at > due.due_at - DAY).limit(1)).first():
        return
    enqueue(
        session,
        kind=HEAD,
        tenant_id=due.tenant_id,
        recipient=(ADMINS, due.tenant_id),
        params={"sequence": head.sequence, "hash": head.hash.hex()},
        dedupe_key=f"{HEAD}/{due.tenant_id}/{head.sequence}",
    )
