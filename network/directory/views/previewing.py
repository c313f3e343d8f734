"""A listing as others see it, for those who keep it: the page itself, read with another's eyes."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from flask import abort, g, render_template, request, url_for
from flask_babel import gettext as _
from sqlalchemy.orm.attributes import set_committed_value

from network.directory.models import Organization, Visibility
from network.directory.views import reading
from network.directory.views.rooms import EDITORS, bp, own_organization, own_service, partners
from network.tenancy import Actor, become
from network.web import allow

AUDIENCE = "<any(public, partners, partner):audience>"
"""Everyone; a partner whom nothing names; the partner that ``who`` in the address names by its id."""


@dataclass(frozen=True, slots=True)
class Eyes:
    """With whose eyes a page is read."""

    actor: Actor
    words: str


def _eyes(audience: str) -> Eyes:
    """Somebody who is nobody in particular: a stranger, or someone at a partner without any role."""
    if audience == "public":
        return Eyes(Actor.anonymous(), _("As everyone sees it"))
    if audience == "partners":
        return Eyes(Actor.member(uuid.uuid4(), uuid.uuid4(), []), _("As partners see it"))
    name = dict(partners()).get(request.args.get("who", "")) or abort(404)
    tenant_id = uuid.UUID(request.args["who"])
    # NOTE: %(name)s is a partner organization: a page as the people who work there see it.
    return Eyes(Actor.member(tenant_id, uuid.uuid4(), []), _("As %(name)s sees it", name=name))


@contextmanager
def _acting(eyes: Eyes) -> Iterator[None]:
    """Let the session read for somebody else. The page itself is made for its reader: its frame tells of her own work."""
    become(g.db, eyes.actor)
    try:
        yield
    finally:
        become(g.db, g.actor)


@bp.get(f"/organizations/<slug>/preview/{AUDIENCE}")
@allow(*EDITORS, hidden=True)
def preview_organization(slug: str, audience: str) -> str:
    """An organization as everyone, as partners, or as one of them sees it."""
    own_organization(slug)
    eyes = _eyes(audience)
    with _acting(eyes):
        row = reading.organization_row(slug)
    if row is None:
        return _hidden(url_for(".organization_sections", slug=slug), eyes)
    _forget_theirs(row, eyes)
    return reading.show_organization(row, preview=eyes.words)


@bp.get(f"/services/<slug>/preview/{AUDIENCE}")
@allow(*EDITORS, hidden=True)
def preview_service(slug: str, audience: str) -> str:
    """A service as everyone, as partners, or as one of them sees it."""
    own_service(slug)
    eyes = _eyes(audience)
    with _acting(eyes):
        row = reading.service_row(slug)
    if row is None:
        return _hidden(url_for(".service_sections", slug=slug), eyes)
    return reading.show_service(row, preview=eyes.words)


def _forget_theirs(row: Organization, eyes: Eyes) -> None:
    """What a partner keeps for itself is on the page that it sees, and on nobody's preview of it."""
    for project in row.projects:
        for one in project.participants:
            whose = one.organization
            if (
                whose is not None
                and whose.tenant_id == eyes.actor.tenant_id
                and whose.visibility not in (Visibility.PUBLIC, Visibility.PARTNERS)
            ):
                set_committed_value(one, "organization", None)


def _hidden(back: str, eyes: Eyes) -> str:
    return render_template("directory/preview-hidden.html", back=back, preview=eyes.words)
