"""Telling what was done: writing it down, publishing, changing, withdrawing."""

from __future__ import annotations

import datetime
import secrets
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy.orm import Session

from network import audit
from network.audit import Action
from network.database import now, uuid7
from network.digest import days, policies, queries
from network.digest.models import Activity, ActivityKind, ActivityState, Reached, Tombstone, Visibility
from network.directory.slugs import slug_of
from network.i18n.translated import rewritten, show, written
from network.permissions import NotThere, Stale, Unfit, require
from network.scheduler import cancel, plan
from network.tenancy import Actor

PUBLISH = "digest.publish"
"""The kind of work that publishes an activity at its moment."""

TEXTS = ("title", "summary", "text", "project")
COLUMNS = ("kind", "visibility", "happened_from", "happened_to", "places", "reached")
MOST_PLACES = 10
MOST_REACHED = 10_000_000


@dataclass(frozen=True, kw_only=True)
class Draft:
    """Everything about an activity that its author decides. Texts by language code."""

    kind: ActivityKind
    visibility: Visibility = Visibility.PUBLIC
    title: Mapping[str, str]
    summary: Mapping[str, str] = field(default_factory=dict)
    text: Mapping[str, str] = field(default_factory=dict)
    project: Mapping[str, str] = field(default_factory=dict)
    happened_from: str = ""
    happened_to: str = ""
    places: list[str] = field(default_factory=list)
    reached: Mapping[str, int] = field(default_factory=dict)


def check(draft: Draft) -> None:
    """The rules that need no database. Raises Unfit with the name of the rule."""
    if not any(text.strip() for text in draft.title.values()):
        raise Unfit("title_missing")
    for name in ("happened_from", "happened_to"):
        if not days.known(getattr(draft, name)):
            raise Unfit(f"{name}_unknown")
    if draft.happened_to and not days.in_order(draft.happened_from, draft.happened_to):
        raise Unfit("end_before_start")
    if len(draft.places) > MOST_PLACES:
        raise Unfit("too_many_places", most=MOST_PLACES)
    if any(who not in set(Reached) or not 0 <= count <= MOST_REACHED for who, count in draft.reached.items()):
        raise Unfit("reached_unknown")


def _countries(session: Session, places: list[str]) -> list[str]:
    found = {row.id: row.country for row in session.execute(queries.countries_of(places))} if places else {}
    if len(found) != len(set(places)):
        raise Unfit("place_unknown")
    return sorted(set(found.values()))


def _wanted(session: Session, draft: Draft) -> dict[str, Any]:
    wanted: dict[str, Any] = {name: getattr(draft, name) for name in COLUMNS}
    wanted["places"] = list(dict.fromkeys(draft.places))
    wanted["reached"] = {str(who): count for who, count in draft.reached.items() if count}
    wanted["countries"] = _countries(session, wanted["places"])
    return wanted


def create_activity(session: Session, actor: Actor, draft: Draft, *, slug: str | None = None) -> Activity:
    """Write an activity down as a draft, which only its own organization sees."""
    require(policies.can_write(actor))
    check(draft)
    at = now()
    activity = Activity(
        id=uuid7(), tenant_id=actor.tenant_id, slug=slug or _slug(draft), created_at=at, updated_at=at
    )
    for name, value in _wanted(session, draft).items():
        setattr(activity, name, value)
    for name in TEXTS:
        setattr(activity, name, written(getattr(draft, name)))
    session.add(activity)
    session.flush()
    audit.record(session, actor, Action.ACTIVITY_CREATED, activity.id)
    return activity


def _slug(draft: Draft) -> str:
    # The ending keeps one tenant from learning, by a name that is taken, of another's draft.
    return f"{slug_of(show(draft.title, 'en').text, otherwise='activity')}-{secrets.token_hex(3)}"


def _held(session: Session, actor: Actor, activity_id: uuid.UUID, version: int | None = None) -> Activity:
    activity = session.scalars(queries.locked(actor.tenant_id, activity_id)).one_or_none()
    if activity is None:
        raise NotThere
    require(policies.can_edit(actor, activity))
    if version is not None and activity.version != version:
        raise Stale
    return activity


def change_activity(
    session: Session, actor: Actor, activity_id: uuid.UUID, draft: Draft, *, version: int
) -> Activity:
    """Replace what an activity says. Saying the same again changes nothing, so ``updated_at`` stays.

    Raises Stale where it changed since ``version`` or was withdrawn, Unfit where a rule refuses.
    """
    check(draft)
    activity = _held(session, actor, activity_id, version)
    if activity.state is ActivityState.WITHDRAWN:
        raise Stale
    before = activity.visibility
    changed = _apply(activity, draft, _wanted(session, draft))
    if not changed:
        return activity
    activity.version += 1
    activity.updated_at = max(now(), activity.updated_at)
    if activity.published and activity.visibility is not before:
        _told_to_others(session, activity, before)
    audit.record(session, actor, Action.ACTIVITY_CHANGED, activity.id, fields=" ".join(sorted(changed)))
    return activity


def _apply(activity: Activity, draft: Draft, wanted: dict[str, Any]) -> set[str]:
    source = show(activity.title, "en").language
    for name in TEXTS:
        wanted[name] = rewritten(getattr(activity, name), getattr(draft, name), source)
    changed = {name for name, value in wanted.items() if getattr(activity, name) != value}
    for name in changed:
        setattr(activity, name, wanted[name])
    return changed


def _told_to_others(session: Session, activity: Activity, before: Visibility) -> None:
    """From the public to partners is a withdrawal for the public; the way back takes it back."""
    if before is Visibility.PUBLIC:
        _bury(session, activity, before)
        return
    tombstone = session.scalars(queries.tombstone_of(activity.id)).one_or_none()
    if tombstone is not None:
        session.delete(tombstone)


def _bury(session: Session, activity: Activity, known_to: Visibility) -> None:
    if session.scalars(queries.tombstone_of(activity.id)).one_or_none() is not None:
        return  # The public heard already that it is gone.
    session.add(
        Tombstone(
            tenant_id=activity.tenant_id,
            activity_id=activity.id,
            address=queries.address_of(activity.slug),
            kind=activity.kind,
            countries=activity.countries,
            visibility=known_to,
            withdrawn_at=now(),
        )
    )


def publish_activity(
    session: Session,
    actor: Actor,
    activity_id: uuid.UUID,
    *,
    at: datetime.datetime | None = None,
    version: int | None = None,
) -> Activity:
    """Let its readers have it, now or ``at`` a moment to come; again changes nothing.

    A moment that is past is when it was published elsewhere. Raises Stale where it was withdrawn.
    """
    activity = _held(session, actor, activity_id, version)
    if activity.published:
        return activity
    if activity.state is ActivityState.WITHDRAWN:
        raise Stale
    moment = at or now()
    cancel(session, PUBLISH, activity.id)
    activity.version += 1
    if moment > now():
        activity.state, activity.publish_at = ActivityState.SUBMITTED, moment
        plan(session, activity.tenant_id, PUBLISH, activity.id, moment)
        audit.record(session, actor, Action.ACTIVITY_SCHEDULED, activity.id)
        return activity
    activity.state, activity.publish_at = ActivityState.PUBLISHED, None
    activity.published_at = activity.updated_at = moment
    audit.record(session, actor, Action.ACTIVITY_PUBLISHED, activity.id)
    return activity


def publish_due(session: Session, actor: Actor, activity_id: uuid.UUID) -> None:
    """The clock at the moment: publish what still waits for it."""
    activity = session.scalars(queries.locked(actor.tenant_id, activity_id)).one_or_none()
    waits = activity is not None and activity.state is ActivityState.SUBMITTED
    if waits and activity is not None and activity.publish_at is not None and activity.publish_at <= now():
        publish_activity(session, actor, activity_id)


def withdraw_activity(
    session: Session, actor: Actor, activity_id: uuid.UUID, *, version: int | None = None
) -> Activity:
    """Take it back. What waits for its moment becomes a draft again; what was published is gone for good."""
    activity = _held(session, actor, activity_id, version)
    if activity.state is ActivityState.WITHDRAWN:
        return activity
    cancel(session, PUBLISH, activity.id)
    activity.version += 1
    activity.publish_at = None
    if activity.state is ActivityState.SUBMITTED:
        activity.state = ActivityState.DRAFT
    else:
        if activity.published:
            _bury(session, activity, activity.visibility)
        activity.state = ActivityState.WITHDRAWN
    audit.record(session, actor, Action.ACTIVITY_WITHDRAWN, activity.id)
    return activity
