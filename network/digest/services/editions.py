"""Editions: opened when a week is over, held open for the coordinator's note, published on time, once."""

from __future__ import annotations

import datetime
import uuid
from collections.abc import Mapping

from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from network import audit
from network.audit import Action
from network.database import now, uuid7
from network.digest import policies, queries
from network.digest.models import Edition, EditionKind, EditionState
from network.digest.services.contents import contents
from network.i18n.translated import rewritten, show
from network.permissions import NotThere, Refused, Stale, require
from network.places.clocks import timezone_of
from network.scheduler import cancel, plan
from network.tenancy import Actor, TenantKind

PUBLISH = "digest.edition.publish"
"""The kind of work that publishes an edition at its hour."""

HOUR = datetime.time(18)
"""When an edition is published on the day after its period, on the clock of Osh: a working day for the note."""

WEEK = datetime.timedelta(days=7)
CLOCK = timezone_of("KG")


def week_of(day: datetime.date) -> datetime.date:
    """The Monday of the week of a day."""
    return day - datetime.timedelta(days=day.weekday())


def last_week(at: datetime.datetime) -> datetime.date:
    """The Monday of the last week that was over at a moment, as people in Osh see it."""
    return week_of(at.astimezone(CLOCK).date()) - WEEK


def bounds(edition: Edition) -> tuple[datetime.datetime, datetime.datetime]:
    """When its period begins, and when the next one does."""
    first = datetime.datetime.combine(edition.period_from, datetime.time(), CLOCK)
    return first, first + WEEK


def _require_network(session: Session, actor: Actor) -> None:
    require(policies.can_compile(actor))
    if session.scalar(queries.tenant_kind(actor.tenant_id)) is not TenantKind.NETWORK:
        raise Refused  # Members have activities; editions are the network's.


def open_edition(session: Session, actor: Actor, monday: datetime.date) -> Edition:
    """The edition of the week that begins on this day: made the first time, found each other time."""
    _require_network(session, actor)
    year, week, _day = monday.isocalendar()
    publish_at = datetime.datetime.combine(monday + WEEK, HOUR, CLOCK).astimezone(datetime.UTC)
    at = now()
    made = session.scalars(
        insert(Edition)
        .values(
            id=uuid7(),
            tenant_id=actor.tenant_id,
            slug=f"{year}-week-{week:02}",
            kind=EditionKind.WEEKLY,
            period_from=monday,
            period_to=monday + WEEK - datetime.timedelta(days=1),
            state=EditionState.OPEN,
            publish_at=publish_at,
            updated_at=at,
            note={},
            content={},
            version=1,
        )
        .on_conflict_do_nothing(index_elements=["tenant_id", "kind", "period_from"])
        .returning(Edition.id)
    ).one_or_none()
    found = session.scalars(queries.edition_of(actor.tenant_id, EditionKind.WEEKLY, monday)).one()
    if made is not None:
        found.content = contents(session, *bounds(found))
        plan(session, actor.tenant_id, PUBLISH, found.id, publish_at)
        audit.record(session, actor, Action.EDITION_OPENED, found.id)
    return found


def publish_edition(
    session: Session, actor: Actor, edition_id: uuid.UUID, *, at: datetime.datetime | None = None
) -> bool:
    """Freeze what it holds and let everybody read it. True the first time; each other time nothing happens.

    ``at`` is when it was published, for a week of long ago; otherwise now.
    """
    _require_network(session, actor)
    edition = session.scalars(queries.locked_edition(actor.tenant_id, edition_id)).one_or_none()
    if edition is None:
        raise NotThere
    if edition.published:
        return False
    cancel(session, PUBLISH, edition.id)
    edition.content = contents(session, *bounds(edition))
    edition.state = EditionState.PUBLISHED
    edition.published_at = edition.updated_at = at or now()
    edition.version += 1
    audit.record(session, actor, Action.EDITION_PUBLISHED, edition.id)
    return True


def write_note(
    session: Session, actor: Actor, edition_id: uuid.UUID, note: Mapping[str, str], *, version: int
) -> Edition:
    """The coordinator's own words, until the edition is published and after.

    Raises Stale where a colleague changed them since ``version``.
    """
    edition = session.scalars(queries.locked_edition(actor.tenant_id, edition_id)).one_or_none()
    if edition is None:
        raise NotThere
    require(policies.can_note(actor, edition))
    if edition.version != version:
        raise Stale
    wanted = rewritten(edition.note, note, show(edition.note, "en").language)
    if wanted == edition.note:
        return edition
    edition.note = wanted
    edition.version += 1
    edition.updated_at = now()
    audit.record(session, actor, Action.EDITION_NOTED, edition.id)
    return edition
