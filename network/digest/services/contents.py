"""What an edition holds, as JSON, so that it stays as it was published. Only what everybody may read gets in.

``{"activities": [{id, slug, kind, title, summary, happened_from, happened_to, places, countries, organization}],
"events": [{id, slug, kind, title, start_at, timezone, place}], "listings": [{id, slug, name, fresh}]}``: texts by
language, moments as ISO 8601. The ids let a page leave out what was withdrawn since.
"""

from __future__ import annotations

import datetime
from typing import Any

from sqlalchemy.orm import Session

from network.digest import queries
from network.digest.models import Activity
from network.directory.models import Organization
from network.events.models import Event

AHEAD = datetime.timedelta(weeks=8)
"""How far an edition looks ahead for events."""

MOST = 100
"""Entries of a section at most."""


def contents(session: Session, first: datetime.datetime, end: datetime.datetime) -> dict[str, Any]:
    """What happened from ``first`` to just before ``end``, and what was coming then."""
    activities = session.execute(queries.published_between(first, end).limit(MOST)).all()
    return {
        "activities": [_activity(activity, organization) for activity, organization in activities],
        "events": [
            _event(event) for event in session.scalars(queries.events_between(end, end + AHEAD).limit(MOST))
        ],
        "listings": [
            _listing(listing, first)
            for listing in session.scalars(queries.listings_between(first, end).limit(MOST))
        ],
    }


def _activity(activity: Activity, organization: str) -> dict[str, Any]:
    return {
        "id": str(activity.id),
        "slug": activity.slug,
        "kind": activity.kind.value,
        "title": activity.title,
        "summary": activity.summary,
        "happened_from": activity.happened_from,
        "happened_to": activity.happened_to,
        "places": activity.places,
        "countries": activity.countries,
        "organization": organization,
    }


def _event(event: Event) -> dict[str, Any]:
    return {
        "id": str(event.id),
        "slug": event.slug,
        "kind": event.kind.value,
        "title": event.title,
        "start_at": event.start_at.isoformat(),
        "timezone": event.timezone,
        "place": event.place_code,
    }


def _listing(listing: Organization, first: datetime.datetime) -> dict[str, Any]:
    return {
        "id": str(listing.id),
        "slug": listing.slug,
        "name": listing.name,
        "fresh": listing.created_at >= first,
    }
