"""The organization's inbox: what came, and what it sent."""

from __future__ import annotations

from flask import g, render_template

from network.compression import let_pack
from network.database import now
from network.referrals import labels, queries
from network.referrals.views.common import (
    bp,
    desk_only,
    tenants,
)


@bp.get("/")
@desk_only
def inbox() -> str:
    """What came to the organization, the most urgent first, and what it sent."""
    let_pack()
    received = g.db.scalars(queries.inbox(g.actor.tenant_id)).all()
    sent = g.db.scalars(queries.outbox(g.actor)).all()
    return render_template(
        "referrals/inbox.html",
        received=received,
        sent=sent,
        tenants=tenants([r.referring_id for r in received] + [r.receiving_id for r in sent]),
        labels=labels,
        now=now(),
    )
