"""The history of a listing, for those who keep it: what changed, when, by whom, and the way back."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from typing import Any

from flask import abort, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from network.accounts import queries as accounts
from network.directory import policies
from network.directory.models import Revision
from network.directory.services import restoring
from network.directory.upkeep import history, labels, queries
from network.directory.views.rooms import EDITORS, bp, keyring
from network.directory.views.upkeep.verifying import kept_listing, name_of, page_of
from network.permissions import Unfit
from network.web import allow


@dataclass(frozen=True, slots=True)
class Past:
    """One version as the page shows it."""

    revision: Revision
    changes: list[history.Change]
    who: str
    first: bool
    current: int | None
    """The version of the row now, the last one where it was taken out; None where it cannot be given back, or is this
    one."""


@bp.get("/history/<uuid:listing_id>")
@allow(*EDITORS, hidden=True)
def listing_history(listing_id: uuid.UUID) -> str:
    """Every version of a listing and of what belongs to it, the latest first."""
    listing = kept_listing(listing_id)
    revisions = list(g.db.scalars(queries.revisions(listing.id)))
    people = {
        one.id: one.name for one in g.db.scalars(accounts.users({r.user_id for r in revisions if r.user_id}))
    }
    return render_template(
        "directory/history.html",
        listing=listing,
        name=name_of(listing),
        back=page_of(listing),
        past=_past(revisions, people),
        causes=labels.CAUSE,
        subjects=labels.SUBJECT,
        value=labels.past_value,
        field=labels.past_label,
    )


def _past(revisions: list[Revision], people: dict[Any, str]) -> list[Past]:
    """Each version with what differs from the one before it."""
    earlier: dict[uuid.UUID, dict[str, Any]] = {}
    rows: dict[uuid.UUID, Any] = {}
    found: list[Past] = []
    last = {one.subject_id: one.version for one in reversed(revisions)}
    closed = _closed(revisions)
    for one in reversed(revisions):
        before = earlier.get(one.subject_id)
        says = _says(one, before or {}, closed)
        earlier[one.subject_id] = {**(before or {}), **says}
        if one.subject_id not in rows:
            rows[one.subject_id] = restoring.row_of(g.db, one)
        now = rows[one.subject_id]
        differs = history.changes(before, says) if before is not None else []
        if before is None and one.version == 1:
            differs = history.changes(None, says)
        if now is not None:
            current = now.version if now.version != one.version else None
        else:
            current = last[one.subject_id] if one.subject in restoring.TAKEN_OUT else None
        found.append(Past(one, differs, people.get(one.user_id, ""), before is None, current))
    return found[::-1]


def _closed(revisions: list[Revision]) -> set[uuid.UUID]:
    """Places of which no door is told: they must not be known, or once must not have been."""
    places = {one.subject_id: one for one in revisions if one.subject == "location"}
    return {
        ident
        for ident, one in places.items()
        if restoring.secret(g.db.scalars(restoring.versions_of(one)), restoring.row_of(g.db, one))
    }


def _says(one: Revision, before: dict[str, Any], closed: set[uuid.UUID]) -> dict[str, Any]:
    """What a version says: beside its columns the hours, where it keeps them, and the words of the door."""
    says = dict(one.snapshot)
    if "schedules" not in says and "schedules" in before:
        says["schedules"] = before["schedules"]
    if one.subject == "location" and one.subject_id not in closed:
        if "door" not in says:
            return says | {name: before[name] for name in ("address_1", "postal_code") if name in before}
        door = restoring.past_door(keyring(), one)
        says["address_1"] = door.address_1 if door else ""
        says["postal_code"] = door.postal_code if door else ""
    return says


@bp.post("/history/versions/<uuid:revision_id>/restore")
@allow(*EDITORS, hidden=True)
def restore(revision_id: uuid.UUID) -> ResponseReturnValue:
    """Give an old version back, as a new one."""
    revision: Revision | None = g.db.get(Revision, revision_id)
    if revision is None or not policies.can_edit(g.actor, revision.tenant_id):
        abort(404)
    typed = request.form.get("version", "")
    version = int(typed) if typed.isascii() and typed.isdigit() and len(typed) < 9 else 0
    try:
        with g.db.begin_nested():
            changed = restoring.restore(g.db, g.actor, revision, version=version, keyring=keyring())
    except Unfit as refusal:
        flash(str(labels.UNFIT[refusal.code]), "info")
        return redirect(_history_of(revision), 303)
    flash(_("Restored, as a new version.") if changed else _("It already says that."))
    return redirect(_history_of(revision), 303)


def _history_of(revision: Revision) -> str:
    """The page on which a version stands: what is said of a place belongs to the organization that works there."""
    listing_id = revision.listing_id or revision.subject_id
    place = g.db.scalars(queries.place_version(listing_id)).first()
    return url_for(".listing_history", listing_id=place.listing_id if place is not None else listing_id)
