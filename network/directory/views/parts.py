"""The forms of the parts of a listing: one view for all kinds, as ``forms.KINDS`` names them."""

from __future__ import annotations

import uuid
from typing import Any

from flask import abort, flash, g, redirect, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from network.directory import policies, services
from network.directory.forms import KINDS
from network.directory.forms.parts import Kind
from network.directory.models import Location, Organization, Part, Project, Service, Visibility, narrower_of
from network.directory.services import readers
from network.directory.services.parts import WHOLES, whole_of
from network.directory.views.rooms import EDITORS, bp, choices, may_widen, page, partners, submitted
from network.web import allow

AT = {"reader_unknown": "named", "reader_not_of_whole": "named"}


def _kind(word: str) -> Kind:
    return KINDS.get(word) or abort(404)


def _own(model: Any, ident: uuid.UUID) -> Any:
    """A row that one's own tenant keeps; another's and none look the same."""
    found = g.db.get(model, ident)
    if found is None or not policies.can_edit(g.actor, found.tenant_id):
        abort(404)
    return found


def listing_of(whole: Any) -> Organization | Service:
    """The listing on whose page a row is shown."""
    if isinstance(whole, Organization | Service):
        return whole
    found: Organization = g.db.get_one(Organization, whole.organization_id)
    return found


def address_of(listing: Organization | Service) -> str:
    """Where the sections of a listing stand."""
    ending = "service_sections" if isinstance(listing, Service) else "organization_sections"
    return url_for(f".{ending}", slug=listing.slug)


def section_page(
    form: Any, theirs: Any, status: int, title: Any, listing: Organization | Service, **shown: Any
) -> ResponseReturnValue:
    """One section of a listing with its form; ``shown`` is what else its template reads."""
    return page(
        "directory/edit-section.html",
        form,
        theirs,
        status,
        title=title,
        listing=listing,
        back=address_of(listing),
        **shown,
    )


@bp.route("/parts/<kind>/of/<uuid:whole_id>", methods=["GET", "POST"])
@allow(*EDITORS, hidden=True)
def new_part(kind: str, whole_id: uuid.UUID) -> ResponseReturnValue:
    """Add a part to a listing, a place of work or a project."""
    wanted = _kind(kind)
    whole: Organization | Service | Location | Project = _own(WHOLES[f"{wanted.whole}_id"], whole_id)
    limit = readers.whole_audience(whole)
    first = narrower_of(wanted.default, limit) if may_widen() else Visibility.TENANT
    form = wanted.form(
        choices=choices(Visibility.TENANT, [limit], named=True),
        partners=partners(),
        data={"audience": first.value},
    )

    def save(_version: int) -> None:
        audience = Visibility(form.audience.data)
        services.create_part(g.db, g.actor, whole, wanted.form.MODEL, form.values(), audience, form.readers())

    done, status, theirs = submitted(form, save, at=AT)
    if done:
        flash(_("Saved."))
        return redirect(address_of(listing_of(whole)), 303)
    return section_page(form, theirs, status, wanted.add, listing_of(whole), remove="")


@bp.route("/parts/<kind>/<uuid:part_id>", methods=["GET", "POST"])
@allow(*EDITORS, hidden=True)
def edit_part(kind: str, part_id: uuid.UUID) -> ResponseReturnValue:
    """Change a part, and who may see it."""
    wanted = _kind(kind)
    row: Part = _own(wanted.form.MODEL, part_id)
    whole = whole_of(g.db, row)

    def filled() -> dict[str, Any]:
        named = [str(one) for one in readers.readers_of(g.db, row)]
        return wanted.form.filled(row) | {"named": named}

    offered = choices(row.audience, [readers.whole_audience(whole)], named=True)
    form = wanted.form(choices=offered, partners=partners(), data=filled())

    def save(version: int) -> None:
        services.change_part(
            g.db,
            g.actor,
            row,
            form.values(),
            Visibility(form.audience.data),
            form.readers(),
            version=version,
        )

    done, status, theirs = submitted(form, save, saved=filled, at=AT)
    if done:
        flash(_("Saved."))
        return redirect(address_of(listing_of(whole)), 303)
    remove = url_for(".remove_part", kind=kind, part_id=part_id)
    return section_page(form, theirs, status, wanted.change, listing_of(whole), remove=remove)


@bp.post("/parts/<kind>/<uuid:part_id>/remove")
@allow(*EDITORS, hidden=True)
def remove_part(kind: str, part_id: uuid.UUID) -> ResponseReturnValue:
    """Take a part out of the directory."""
    row: Part = _own(_kind(kind).form.MODEL, part_id)
    back = address_of(listing_of(whole_of(g.db, row)))
    services.remove_part(g.db, g.actor, row)
    flash(_("Taken out."))
    return redirect(back, 303)
