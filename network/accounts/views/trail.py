"""The tenant's audit trail, from the newest down."""

from __future__ import annotations

from flask import g, request, url_for
from flask.typing import ResponseReturnValue

from network.accounts import labels, queries
from network.accounts.views.members import MANAGERS
from network.accounts.views.rooms import admin, page
from network.web import allow

PAGE = 50


@admin.get("/audit")
@allow(*MANAGERS)
def audit() -> ResponseReturnValue:
    """Who did what when. The trail can be read and never changed."""
    before = request.args.get("before", "")
    limit = int(before) if before.isascii() and before.isdigit() and len(before) < 18 else None
    rows = g.db.scalars(queries.trail(limit, PAGE + 1)).all()
    names = {
        user.id: user.name
        for user in g.db.scalars(queries.users({row.user_id for row in rows if row.user_id}))
    }
    older = url_for("admin.audit", before=rows[PAGE - 1].sequence) if len(rows) > PAGE else None
    return page("admin/audit.html", rows=rows[:PAGE], names=names, words=labels.action, older=older)
