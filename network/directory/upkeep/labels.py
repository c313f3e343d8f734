"""What people read about confirmations, proposals, history and merging."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from network import dates
from network.database import now
from network.directory.models import Method, Phone
from network.directory.upkeep.verification import Standing, risk_of, standing
from network.i18n.prefix import current_language

METHOD = {
    # NOTE: How somebody made sure that an entry of the directory is right.
    Method.KNOWN: _l("I know it myself"),
    Method.CALL: _l("By a call"),
    Method.VISIT: _l("By a visit"),
    Method.LETTER: _l("By a letter"),
    Method.WEBSITE: _l("From their website"),
}

PART = {
    # NOTE: Parts of an entry of the directory that can be confirmed one by one.
    "about": _l("Name and what it does"),
    "reach": _l("Telephone and other ways to reach it"),
    "places": _l("Places"),
    "hours": _l("Hours and places"),
    "access": _l("Who may come, how, and what it costs"),
    "dates": _l("Dates and how it stands"),
    "partners": _l("Who takes part"),
}

UNFIT = {
    "part_unknown": _l("Choose from the answers offered."),
    "day_unfit": _l("Enter a day of the last twelve months, today at the latest."),
}


@dataclass(frozen=True, slots=True)
class Badge:
    """What stands beside a listing: words, and the kind of the tag."""

    words: str
    kind: str


def badge(row: Any, phones: Iterable[Phone] = ()) -> Badge:
    """Since when a listing is known to be right, as every reader is told. ``phones``: those this reader sees."""
    return said(standing_of(row, phones))


def standing_of(row: Any, phones: Iterable[Phone] = ()) -> Standing:
    """How a listing stands now, as far as this reader can tell from its numbers."""
    table = row.__tablename__
    mine = None if table == "organization" else row.id
    hotline = any(phone.hotline and phone.service_id == mine for phone in phones)
    if table == "service":
        hotline = hotline or "hotline" in row.terms
    risk = risk_of(table, hotline=hotline)
    return standing(risk, row.verified_at, row.created_at, now(), row.verified_how)


def said(found: Standing) -> Badge:
    """The words for a standing."""
    if not found.confirmed:
        return Badge(str(_("Not confirmed yet")), "attention" if found.doubtful else "waiting")
    day = dates.long_date(dates.local(found.since), current_language())
    if found.doubtful:
        return Badge(str(_("Not confirmed since %(day)s", day=day)), "attention")
    words = {
        Method.CALL: _("Confirmed on %(day)s by a call", day=day),
        Method.VISIT: _("Confirmed on %(day)s by a visit", day=day),
        Method.LETTER: _("Confirmed on %(day)s by a letter", day=day),
        Method.WEBSITE: _("Confirmed on %(day)s from their website", day=day),
    }
    return Badge(str(words.get(found.method or Method.KNOWN) or _("Confirmed on %(day)s", day=day)), "done")
