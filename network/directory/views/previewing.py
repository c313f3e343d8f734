"""A listing as others see it, for those who keep it: the page itself, read with another's eyes."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from contextlib import contextmanager

from flask import g, render_template, url_for

from network.directory.views import reading
from network.directory.views.rooms import EDITORS, bp, own_organization, own_service
from network.tenancy import Actor, become
from network.web import allow

AUDIENCE = "<any(public, partners):audience>"


@contextmanager
def _eyes_of(audience: str) -> Iterator[None]:
    """Let the session act for somebody who is nobody in particular: a stranger, or a partner whom nothing names."""
    somebody = Actor.anonymous() if audience == "public" else Actor.member(uuid.uuid4(), uuid.uuid4(), [])
    become(g.db, somebody)
    try:
        yield
    finally:
        become(g.db, g.actor)


@bp.get(f"/organizations/<slug>/preview/{AUDIENCE}")
@allow(*EDITORS, hidden=True)
def preview_organization(slug: str, audience: str) -> str:
    """An organization as everyone, or as a partner sees it."""
    own_organization(slug)
    with _eyes_of(audience):
        html = reading.organization_html(slug, preview=audience)
    return html or _hidden(url_for(".organization_sections", slug=slug), audience)


@bp.get(f"/services/<slug>/preview/{AUDIENCE}")
@allow(*EDITORS, hidden=True)
def preview_service(slug: str, audience: str) -> str:
    """A service as everyone, or as a partner sees it."""
    own_service(slug)
    with _eyes_of(audience):
        html = reading.service_html(slug, preview=audience)
    return html or _hidden(url_for(".service_sections", slug=slug), audience)


def _hidden(back: str, audience: str) -> str:
    return render_template("directory/preview-hidden.html", back=back, preview=audience)
