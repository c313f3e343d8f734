"""What needs a key and waits for the desk is done when somebody who has it looks at a list of hers."""

from __future__ import annotations

from typing import cast

from flask import current_app, g

from network.database import now
from network.referrals import queries
from network.referrals.services import contributing, tasks
from network.referrals.views.common import desk
from network.web import Kopuro


def work_off() -> None:
    """Do some of it, where anything waits: one question, and no key is opened for nothing."""
    if not g.db.scalar(queries.anything_waits(contributing.month_begins(now()))):
        return
    if not (keys := desk()).let_in:
        return
    tasks.work_off(g.db, g.actor, keys)
    contributing.contribute(g.db, g.actor, keys, cast(Kopuro, current_app).keyring)
