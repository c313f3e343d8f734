"""The blueprints, and what every page of the directory begins with."""

from __future__ import annotations

import re
import uuid
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, cast

from flask import Blueprint, abort, current_app, flash, g, redirect, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from werkzeug.datastructures import MultiDict

from network.directory import doors, labels, policies, presenting, queries, where
from network.directory.models import Location, Organization, Project, Service, Visibility
from network.directory.services import readers, unfinished
from network.forms import Form
from network.i18n.languages import LANGUAGES
from network.i18n.prefix import PREFIX, own_first
from network.keys import Keyring
from network.permissions import Role, Stale, Unfit
from network.web import Kopuro

bp = Blueprint("directory", __name__, url_prefix=PREFIX + "/directory")

EDITORS = (Role.EDITOR, Role.ADMIN, Role.COORDINATOR)
"""Who may open a form of the directory; whether for this listing is asked again with the listing in hand."""

bp.context_processor(
    lambda: {
        "labels": labels,
        "shown": presenting.shown,
        "place_name": presenting.place,
        "tongue": presenting.tongue,
        "tongues": own_first(),
        "period": presenting.period,
        "hours": presenting.hours,
        "country": presenting.country,
        "display": presenting.display,
        "where": where,
        "door": lambda address: doors.door_of(keyring(), address),
        "district_name": presenting.district,
        "eligible": presenting.eligible,
        "standing": presenting.standing,
        "differing": presenting.differing,
        "room": presenting.room,
        "cost": presenting.cost,
    }
)


def named(slug: str) -> str:
    """A name that could be one of ours; anything else never reaches the database."""
    if not re.fullmatch(r"[a-z0-9-]{1,80}", slug):
        abort(404)
    return slug


def own_organization(slug: str) -> Organization:
    """A listing that one's own tenant keeps. Another's looks like none, even where everybody reads its page."""
    found: Organization | None = g.db.scalars(
        queries.own_organization(named(slug), g.actor.tenant_id)
    ).one_or_none()
    if found is None or not policies.can_edit(g.actor, found.tenant_id):
        abort(404)
    return found


def own_location(organization: Organization, ident: uuid.UUID) -> Location:
    """A place of work of a listing that one's own tenant keeps."""
    found: Location | None = g.db.scalars(queries.own_location(ident, organization.id)).one_or_none()
    if found is None:
        abort(404)
    return found


def own_project(ident: uuid.UUID) -> Project:
    """A project that one's own tenant keeps."""
    found: Project | None = g.db.scalars(queries.own_project(ident, g.actor.tenant_id)).unique().one_or_none()
    if found is None or not policies.can_edit(g.actor, found.tenant_id):
        abort(404)
    return found


def own_service(slug: str) -> Service:
    """A service that one's own tenant keeps."""
    found: Service | None = g.db.scalars(queries.own_service(named(slug), g.actor.tenant_id)).one_or_none()
    if found is None or not policies.can_edit(g.actor, found.tenant_id):
        abort(404)
    return found


def keyring() -> Keyring:
    return cast(Kopuro, current_app).keyring


def may_widen() -> bool:
    keeper: uuid.UUID | None = g.actor.tenant_id
    return keeper is not None and policies.can_widen(g.actor, keeper)


@dataclass(frozen=True, slots=True)
class Difference:
    """One field in which what was typed and what was saved meanwhile differ."""

    field: str
    label: str
    language: str | None
    saved: str


def differences(typed: Form, saved: Mapping[str, Any]) -> list[Difference]:
    """Where a colleague's saved values differ from what is in the form."""
    found = []
    for field in typed:
        if field.name not in saved or field.name == "version":
            continue
        theirs = saved[field.name]
        if _plain(field.data) != _plain(theirs):
            code = field.name.rpartition("_")[2]
            language = code if code in LANGUAGES else None
            found.append(Difference(field.id, str(field.label.text), language, _said(field, theirs)))
    return found


def _plain(value: Any) -> Any:
    """Empty is empty, however a form or a column writes it."""
    return sorted(value) if isinstance(value, list | tuple) else (value if value not in ("", False) else None)


def _said(field: Any, value: Any) -> str:
    """A value as people read it: the words of a choice, not its code."""
    if isinstance(value, bool):
        return str(_("Yes") if value else _("No"))
    words = {str(choice.value): str(choice.label) for choice in getattr(field, "choices", None) or []}
    if isinstance(value, list | tuple):
        return ", ".join(words.get(str(one), str(one)) for one in value)
    return words.get(str(value), str(value)) if value not in (None, "") else ""


def submitted(
    form: Any,
    save: Callable[[int], Any],
    *,
    saved: Callable[[], Mapping[str, Any]] | None = None,
    at: Mapping[str, str] | None = None,
) -> tuple[bool, int, list[Difference]]:
    """Try to save a posted form: whether it was, with which status the page comes back, and what a colleague saved.

    ``save`` takes the version that the form was read at; ``saved`` gives the row's present values for a conflict; ``at``
    names the field at which the rule of an :class:`Unfit` is said (else the first field).
    """
    if request.method != "POST":
        _go_on(form)
        return False, 200, []
    if "keep" in request.form or "discard" in request.form:
        _put_aside()
        return False, KEPT, []
    if not form.validate_on_submit():
        return False, 400, []
    try:
        # What a rule refuses half-way leaves nothing behind.
        with g.db.begin_nested():
            save(version_of(form))
    except Unfit as refusal:
        first = "visibility" if "visibility" in form else "audience"
        field = form[str(refusal.detail.get("at") or (at or {}).get(refusal.code, first))]
        field.errors = [*field.errors, str(labels.UNFIT[refusal.code])]
        return False, 400, []
    except Stale:
        if saved is None:
            raise
        now = saved()
        theirs = differences(form, now)
        # What is typed wins if it is sent again: the reader has seen both.
        form.version.data = now["version"]
        return False, 409, theirs
    unfinished.forget(g.db, section())
    return True, 303, []


KEPT = 303
"""The form was put aside, or what was put aside thrown away: the page comes back."""


def section() -> str:
    """Which form this is, in every language of the site."""
    return request.path.split("/", 2)[2]


def _go_on(form: Any) -> None:
    """Fill in what this person typed before and put aside."""
    typed = unfinished.kept(g.db, keyring(), section()) if g.actor.signed_in else None
    g.put_aside = typed is not None
    if typed is not None:
        form.process(MultiDict([(name, one) for name, values in typed.items() for one in values]))


def _put_aside() -> None:
    aside = {"csrf_token", "idempotency_key", "keep", "discard"}
    if "discard" in request.form:
        unfinished.forget(g.db, section())
        flash(_("Thrown away."))
        return
    typed = {name: values for name, values in request.form.lists() if name not in aside}
    if unfinished.keep(g.db, g.actor, keyring(), section(), typed):
        flash(_("Put aside for you. Nobody else sees it."))
    else:
        flash(_("This is too long to be put aside."))


def page(
    template: str, form: object, theirs: list[Difference], status: int, **context: object
) -> ResponseReturnValue:
    """A form as it comes back: asked for, refused with its reasons, or put aside."""
    if status == KEPT:
        return redirect(request.path, KEPT)
    html = render_template(template, form=form, differences=theirs, may_widen=may_widen(), **context)
    return html, status


def version_of(form: Any) -> int:
    """The version the form was read at; what is no number was never one of ours."""
    typed = str(form.version.data or "") if "version" in form else ""
    return int(typed) if typed.isascii() and typed.isdigit() and len(typed) < 9 else 0


def choices(
    before: Visibility, whole: Iterable[Visibility] = (), *, named: bool = False
) -> list[tuple[str, Any]]:
    """The audiences this reader may choose for something that has ``before``, within those of its whole."""
    from network.directory.forms import audiences
    from network.directory.models import wider

    offered = audiences(before, may_widen(), named=named)
    return [
        (value, words)
        for value, words in offered
        if value == before.value or not any(wider(Visibility(value), limit) for limit in whole)
    ]


def partners() -> list[tuple[str, str]]:
    """The partners that can be picked one by one."""
    return [(str(tenant.id), tenant.name) for tenant in readers.partners(g.db, g.actor.tenant_id)]


def picked(row: Any) -> dict[str, list[str]]:
    """The partners that are picked for a row, as its form has them."""
    return {"named": sorted(str(one) for one in readers.readers_of(g.db, row))}
