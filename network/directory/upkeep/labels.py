"""What people read about confirmations, proposals, history and merging."""

from __future__ import annotations

import datetime
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from network import dates
from network.database import now
from network.directory import labels as directory
from network.directory import numbers, presenting
from network.directory.models import Decision, Method, Phone, ProposalState, Status
from network.directory.upkeep.duplicates import Alike
from network.directory.upkeep.verification import Standing, risk_of, standing
from network.i18n.languages import LANGUAGES
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

FIELDS = {
    "organization name": _l("Name"),
    "organization alternate_name": _l("Other names, short forms"),
    "organization description": _l("What it does"),
    "organization website": _l("Website"),
    "organization email": _l("Email for everyone who reads this listing"),
    "organization status": _l("How it stands"),
    "service name": _l("Name of the service"),
    "service description": _l("What is done"),
    "service alternate_name": _l("Other names, short forms"),
    "service url": _l("Website"),
    "service email": _l("Email"),
    "service eligibility_description": _l("Who may come"),
    "service application_process": _l("How to get it"),
    "service fees_description": _l("What it costs"),
    "service status": _l("How it stands"),
    "phone number": _l("Number"),
    "phone hours": _l("When somebody answers"),
    "contact name": _l("Name of the person or desk"),
    "contact title": _l("Function"),
    "contact email": _l("Email"),
    "contact telephone": _l("Telephone"),
    "address address_1": _l("Street and house"),
    "address postal_code": _l("Postal code"),
    "hours open_days": _l("Open on"),
    "hours opens_at": _l("Opens at"),
    "hours closes_at": _l("Closes at"),
}
"""What people call a column, by table and column."""

PAST = {
    "visibility": _l("Who may read it"),
    "audience": _l("Who may read it"),
    "name": _l("Name"),
    "title": _l("Title"),
    "description": _l("What it does"),
    "kind": _l("Kind"),
    "status": _l("How it stands"),
    "place_id": _l("Place"),
    "places": _l("Places"),
    "registered_on": _l("Registered on"),
    "year_incorporated": _l("Founded in the year"),
    "legal_status": _l("Legal form"),
    "terms": _l("Kind of help"),
    "languages": _l("Languages spoken"),
    "emergency": _l("Helps at once, without an appointment"),
    "confidential": _l("Where it is must not be known"),
    "hotline": _l("Hotline"),
    "toll_free": _l("The call costs nothing"),
    "channels": _l("How to reach it"),
    "country": _l("Country"),
    "start_on": _l("Begins"),
    "end_on": _l("Ends"),
    "budget": _l("Budget"),
    "schedules": _l("When it is open"),
    "address_1": _l("Street and house"),
    "postal_code": _l("Postal code"),
    "transportation": _l("How to get there"),
    "method": _l("The way in"),
    "contact": _l("Whom to call or write to"),
    "next_step": _l("What happens next"),
    "response_hours": _l("Somebody answers within so many hours"),
    "documents": _l("Papers that are needed"),
    "complaints": _l("Where to turn if something goes wrong"),
    "unit": _l("What is counted"),
    "available": _l("Free now"),
    "maximum": _l("In all"),
    "document": _l("What to bring"),
    "uri": _l("Where it can be had"),
    "option": _l("For whom"),
    "amount": _l("What it costs"),
    "currency": _l("Currency"),
    "amount_description": _l("What to know about it"),
    "valid_from": _l("Valid from"),
    "valid_to": _l("Until"),
    "features": _l("What there is"),
    "identifier_scheme": _l("Name of the register"),
    "identifier": _l("Number in the register"),
    "target": _l("Aim, such as “200 people”"),
    "achieved": _l("Reached"),
    "on": _l("Counted in"),
    "url": _l("Where it stands on the web"),
}
"""What a column is called where it is the same in every table."""

SUBJECT = {
    "organization": _l("Organization"),
    "service": _l("Service"),
    "project": _l("Project"),
    "phone": _l("Telephone"),
    "contact": _l("Contact"),
    "location": _l("Place"),
    "organization_identifier": _l("Register numbers"),
    "referral_route": _l("The way in for partners"),
    "service_capacity": _l("Room"),
    "required_document": _l("What to bring"),
    "cost_option": _l("What it costs"),
    "accessibility": _l("Who can get in and about"),
    "project_document": _l("Document"),
    "project_result": _l("Result"),
}

GROUPS = {"address": _l("The door"), "hours": _l("When it is open")}
"""What a group of values is called that is no row of its own to people."""

CAUSE = {
    # NOTE: Why an entry of the directory was changed.
    "proposal": _l("Proposed correction"),
    "restore": _l("Restored"),
    "merge": _l("Merged"),
    "import": _l("Imported"),
    "remove": _l("Taken out"),
}

OPEN_ON = {"always": _l("Open round the clock, every day"), **directory.DAYS}
"""Answers to when something is open."""

PROPOSAL_STATE = {
    # NOTE: How far a proposed correction is.
    ProposalState.PENDING: _l("Waits for an answer"),
    ProposalState.DECIDED: _l("Answered"),
    ProposalState.WITHDRAWN: _l("Taken back"),
}
DECISION = {
    Decision.ACCEPTED: _l("Accepted"),
    Decision.REJECTED: _l("Not accepted"),
}

ALIKE = {
    # NOTE: Why two entries of the directory look like one and the same organization.
    Alike.IDENTIFIER: _l("Same number in a register"),
    Alike.NAME: _l("Names alike"),
    Alike.PHONE: _l("Same telephone"),
    Alike.PLACE: _l("Same place"),
}

UNFIT = {
    "not_these": _l("These two cannot be merged: one of them stands for another already."),
    "nothing_new": _l("Nothing is different yet. Change what is wrong."),
    "must_be_there": _l("This cannot be left empty."),
    "one_pending": _l("Your last proposal for this listing still waits for its answer."),
    "whole_gone": _l("The place it belonged to was taken out. Restore the place first."),
    "half_hours": _l("Say from when and until when, or leave both empty."),
    "undecided": _l("Say yes or no to each of them."),
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


def field_label(table: str, name: str, language: str = "") -> str:
    """What people call a value: ``Name (Русский)``."""
    words = str(FIELDS.get(f"{table} {name}") or name)
    return f"{words} ({LANGUAGES[language].name})" if language in LANGUAGES else words


def value_words(name: str, value: str) -> str:
    """A value as people read it: the words of a choice, not its code; a number in groups."""
    if name == "status" and value in set(Status):
        return str(directory.STATUS[Status(value)])
    if name == "open_days":
        return ", ".join(str(OPEN_ON[code]) for code in value.split(",") if code in OPEN_ON)
    return numbers.display(value) if name in ("number", "telephone") else value


def past_label(table: str, name: str, language: str = "") -> str:
    """What people call a value of an old version."""
    words = str(FIELDS.get(f"{table} {name}") or PAST.get(name) or _("Another detail"))
    return f"{words} ({LANGUAGES[language].name})" if language in LANGUAGES else words


def past_value(name: str, value: Any) -> str:
    """A value of an old version as people read it."""
    if value is None or value == "" or value == [] or value == {}:
        return ""
    if isinstance(value, bool):
        return str(_("Yes") if value else _("No"))
    if name == "schedules":
        return _hours(value)
    if isinstance(value, list):
        return ", ".join(past_value(name, one) for one in value)
    if isinstance(value, dict):
        return "; ".join(f"{key}: {past_value('', one)}" for key, one in value.items())
    if name in ("place_id", "places"):
        return presenting.place(str(value)) or str(value)
    if name == "languages":
        return presenting.tongue(str(value))
    words = _CHOICES.get(name, {})
    return str(words[value]) if value in words else value_words(name, str(value))


def _hours(kept: Any) -> str:
    """Hours of an old version in one line."""
    lines = []
    for one in kept["weekly"]:
        if one["always"]:
            lines.append(str(_("Round the clock, every day")))
            continue
        days = ", ".join(str(directory.DAYS[day]) for day in one["byday"].split(",") if day in directory.DAYS)
        lines.append(" ".join(filter(None, (days, _from_to(one)))))
    for one in kept["different"]:
        day = dates.short_date(datetime.date.fromisoformat(one["on"]))
        until = f"–{dates.short_date(datetime.date.fromisoformat(one['until']))}" if one["until"] else ""
        lines.append(f"{day}{until}: {_('closed') if one['closed'] else _from_to(one)}")
    return "; ".join(lines)


def _from_to(one: Any) -> str:
    return f"{one['opens_at'][:5]}–{one['closes_at'][:5]}" if one["opens_at"] and one["closes_at"] else ""


_CHOICES: dict[str, dict[Any, Any]] = {
    "visibility": dict(directory.VISIBILITY.items()),
    "audience": dict(directory.VISIBILITY.items()),
    "terms": dict(directory.TERMS.items()),
    "channels": dict(directory.CHANNELS.items()),
    "kind": dict(directory.KIND.items()),
    "method": dict(directory.METHODS.items()),
    "unit": dict(directory.UNITS.items()),
    "features": dict(directory.ACCESS.items()),
    "identifier_scheme": dict(directory.SCHEMES.items()),
    "status": {**dict(directory.STATUS.items()), **dict(directory.PROJECT_STATUS.items())},
}
