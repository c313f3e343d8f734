"""The desk: what waits for me today, the most urgent and oldest first, and nothing else."""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from flask import Blueprint, g, render_template, url_for
from flask_login import current_user

from network.database import now
from network.desk import labels, queries
from network.events.models import Event, EventStatus
from network.i18n.prefix import PREFIX, current_language
from network.i18n.translated import Shown, show
from network.permissions import Role
from network.tenancy import Actor
from network.web import SIGNED_IN, allow

bp = Blueprint("desk", __name__, url_prefix=f"{PREFIX}/desk")
blueprints = [bp]

ALARMING = {"callbacks", "emergency", "override", "stop", "urgent", "unconfirmed", "opened"}
"""What comes before everything else."""
TIMED = {"callbacks", "emergency", "override", "stop", "urgent", "routine", "ending", "editions"}
"""Where the earliest day is said: somebody else waits for it, or a right ends."""
EVENTS_SHOWN = 3


@dataclass(frozen=True, slots=True)
class Waiting:
    """One number on the desk, and where it leads."""

    name: str
    n: int
    url: str
    due: datetime.datetime | None = None

    @property
    def label(self) -> str:
        return labels.WAITING[self.name](self.n)

    def alarming(self, at: datetime.datetime) -> bool:
        return self.name in ALARMING or (self.name == "routine" and self.due is not None and self.due < at)

    def rank(self, at: datetime.datetime) -> tuple[bool, int]:
        return not self.alarming(at), list(labels.WAITING).index(self.name)


@bp.get("/")
@allow(SIGNED_IN)
def index() -> str:
    """What waits for whoever is signed in, by what she is in the network."""
    at = now()
    actor: Actor = g.actor
    people = g.db.execute(queries.people_waiting(actor, at, at.date())).one()
    events = _own_events(actor, at)
    items = sorted(
        [
            *_personal(actor, people),
            *_cases(actor, at),
            *_organising(actor, events, at),
            *_telling(actor),
            *_keeping(people),
            *_coordinating(actor),
        ],
        key=lambda item: item.rank(at),
    )
    return render_template(
        "desk/index.html",
        items=items,
        now=at,
        timed=TIMED,
        tenant_name=current_user.tenant_name,
        outside=bool(people.outside) and actor.reads_cases,
        sheet_missing=actor.reads_cases and not people.sheet and not people.outside,
        events=_next(events),
        overdue=_overdue(actor, at),
        labels=labels,
        observer=actor.holds(Role.OBSERVER, Role.COORDINATOR),
    )


def _personal(actor: Actor, people: Any) -> Iterator[Waiting]:
    if people.kept:
        yield Waiting("kept", people.kept, url_for("accounts.kept_forms"))
    if actor.reads_cases and people.callbacks:
        yield Waiting("callbacks", people.callbacks, url_for("referrals.call_list"), people.callbacks_due)
    if actor.reads_cases and people.erasing:
        yield Waiting("erasing", people.erasing, url_for("referrals.kept_cases"))
    if actor.reads_cases and people.opened:
        yield Waiting("opened", people.opened, url_for("referrals.openings"))
    if actor.reads_cases and people.newcomers and not people.outside:
        yield Waiting("newcomers", people.newcomers, url_for("admin.newcomers"))


def _cases(actor: Actor, at: datetime.datetime) -> Iterator[Waiting]:
    """Counts and dates alone: what a case says is not even asked for."""
    if not actor.reads_cases:
        return
    row = g.db.execute(queries.referrals_waiting(actor)).one()._mapping
    for name in queries.REFERRALS:
        if row[name]:
            yield Waiting(name, row[name], _referrals(name, row[f"{name}_ids"]), row[f"{name}_due"])
    ending = g.db.execute(queries.consents_ending(actor, at, at.date())).one()
    if ending.n:
        one = len(set(ending.cases)) == 1
        url = url_for("referrals.case", case_id=ending.cases[0]) if one else url_for("referrals.case_list")
        yield Waiting("ending", ending.n, url, ending.due)
    if ending.reminders:
        yield Waiting("reminders", ending.reminders, url_for("referrals.reminders"))


def _referrals(name: str, ids: list[Any]) -> str:
    """A single one is opened at once, several are listed."""
    if len(ids) == 1:
        return url_for("referrals.referral", referral_id=ids[0])
    wanted: dict[str, Any] = queries.REFERRALS[name]
    return url_for("referrals.inbox", **wanted)


def _own_events(actor: Actor, at: datetime.datetime) -> list[Event]:
    return list(g.db.scalars(queries.own_events(actor, at))) if actor.holds(Role.ORGANISER) else []


def _next(events: list[Event]) -> list[tuple[Event, Shown]]:
    """Those that are announced, with their titles in the reader's language."""
    shown = [event for event in events if event.announced][:EVENTS_SHOWN]
    return [(event, show(event.title, current_language())) for event in shown]


def _organising(actor: Actor, events: list[Event], at: datetime.datetime) -> Iterator[Waiting]:
    if not actor.holds(Role.ORGANISER):
        return
    waiting = g.db.execute(queries.registrations_waiting(actor, at)).all()
    if waiting:
        slug, _n, since = waiting[0]
        yield Waiting(
            "registrations",
            sum(n for _s, n, _m in waiting),
            url_for("events.registrations", slug=slug),
            since,
        )
    if drafts := [e for e in events if e.status is EventStatus.DRAFT]:
        url = url_for("events.page", slug=drafts[0].slug) if len(drafts) == 1 else url_for("events.index")
        yield Waiting("event_drafts", len(drafts), url)


def _telling(actor: Actor) -> Iterator[Waiting]:
    """An editor's drafts."""
    if actor.holds(Role.EDITOR) and (slugs := g.db.scalars(queries.activity_drafts(actor)).all()):
        one = len(slugs) == 1
        url = url_for("digest.activity", slug=slugs[0]) if one else url_for("digest.index")
        yield Waiting("activity_drafts", len(slugs), url)


def _keeping(people: Any) -> Iterator[Waiting]:
    """Corrections that partners propose, and listings of the directory that somebody should make sure of."""
    for name, endpoint in (
        ("proposals", "directory.proposals"),
        ("confirm", "directory.to_confirm"),
        ("grants", "directory.ending_grants"),
    ):
        if n := people._mapping.get(name):
            yield Waiting(name, n, url_for(endpoint))


def _overdue(actor: Actor, at: datetime.datetime) -> list[Any]:
    """Between which partners something is overdue: for the coordinator alone."""
    if not actor.holds(Role.COORDINATOR):
        return []
    return list(g.db.execute(queries.overdue_between(actor, at)).all())


def _coordinating(actor: Actor) -> Iterator[Waiting]:
    if not actor.holds(Role.COORDINATOR):
        return
    if editions := g.db.execute(queries.open_editions(actor)).all():
        slug, due = editions[0]
        yield Waiting("editions", len(editions), url_for("digest.note", slug=slug), due)
    if n := g.db.scalar(queries.partners_without_desk()):
        yield Waiting("partners", n, url_for("admin.network"))
