"""The forms of numbers, contacts and places of work."""

from __future__ import annotations

import uuid

from flask import abort, flash, g, redirect, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from network.directory import doors, queries, services
from network.directory.doors import Door
from network.directory.forms import ContactForm, LocationForm, PhoneForm
from network.directory.models import Contact, Location, Organization, Phone, Service, Visibility
from network.directory.services import readers
from network.directory.views.rooms import (
    EDITORS,
    bp,
    choices,
    keyring,
    own_location,
    own_organization,
    page,
    partners,
    picked,
    submitted,
)
from network.permissions import Unfit
from network.web import allow


def _back(organization: Organization) -> ResponseReturnValue:
    return redirect(url_for(".organization", slug=organization.slug), 303)


def _group(model: type[queries.Group], organization: Organization, ident: uuid.UUID) -> queries.Group:
    statement = queries.own_group(model, ident, organization.id)
    found: queries.Group | None = g.db.scalars(statement).one_or_none()
    if found is None:
        abort(404)
    return found


AT = {"reader_unknown": "named", "reader_not_of_whole": "named"}


def _name(row: Phone | Contact, organization: Organization, form: PhoneForm | ContactForm) -> None:
    """Say which partners may see a number or contact, where they are picked one by one."""
    whole = g.db.get_one(Service, row.service_id) if row.service_id else organization
    services.name_readers(g.db, g.actor, row, form.readers(), whole=whole)


@bp.route("/organizations/<slug>/phones/new", methods=["GET", "POST"])
@allow(*EDITORS, hidden=True)
def new_phone(slug: str) -> ResponseReturnValue:
    """Add a number."""
    organization = own_organization(slug)
    form = PhoneForm(
        choices=choices(Visibility.TENANT, [organization.visibility], named=True),
        partners=partners(),
        services=list(g.db.scalars(queries.services_of(organization.id))),
    )

    def save(_version: int) -> None:
        row = services.create_phone(g.db, g.actor, organization, form.draft())
        _name(row, organization, form)

    done, status, theirs = submitted(form, save, at=AT)
    if done:
        flash(_("The number is saved."))
        return _back(organization)
    return page("directory/edit-phone.html", form, theirs, status, organization=organization, phone=None)


@bp.route("/organizations/<slug>/phones/<uuid:phone_id>", methods=["GET", "POST"])
@allow(*EDITORS, hidden=True)
def edit_phone(slug: str, phone_id: uuid.UUID) -> ResponseReturnValue:
    """Change a number."""
    organization = own_organization(slug)
    row = _group(Phone, organization, phone_id)

    def filled() -> dict[str, object]:
        return PhoneForm.filled(row) | picked(row)

    form = PhoneForm(
        choices=choices(row.audience, [organization.visibility], named=True),
        partners=partners(),
        services=list(g.db.scalars(queries.services_of(organization.id))),
        data=filled(),
    )

    def save(version: int) -> None:
        services.change_phone(g.db, g.actor, organization, row, form.draft(row), version=version)
        _name(row, organization, form)

    done, status, theirs = submitted(form, save, saved=filled, at=AT)
    if done:
        flash(_("The number is saved."))
        return _back(organization)
    return page("directory/edit-phone.html", form, theirs, status, organization=organization, phone=row)


@bp.post("/organizations/<slug>/phones/<uuid:phone_id>/remove")
@allow(*EDITORS, hidden=True)
def remove_phone(slug: str, phone_id: uuid.UUID) -> ResponseReturnValue:
    organization = own_organization(slug)
    services.remove_group(g.db, g.actor, organization, _group(Phone, organization, phone_id))
    flash(_("The number is taken out of the directory."))
    return _back(organization)


@bp.route("/organizations/<slug>/contacts/new", methods=["GET", "POST"])
@allow(*EDITORS, hidden=True)
def new_contact(slug: str) -> ResponseReturnValue:
    """Add a contact."""
    organization = own_organization(slug)
    form = ContactForm(
        choices=choices(Visibility.TENANT, [organization.visibility], named=True),
        partners=partners(),
        services=list(g.db.scalars(queries.services_of(organization.id))),
    )

    def save(_version: int) -> None:
        row = services.create_contact(g.db, g.actor, organization, form.draft())
        _name(row, organization, form)

    done, status, theirs = submitted(form, save, at=AT)
    if done:
        flash(_("The contact is saved."))
        return _back(organization)
    return page("directory/edit-contact.html", form, theirs, status, organization=organization, contact=None)


@bp.route("/organizations/<slug>/contacts/<uuid:contact_id>", methods=["GET", "POST"])
@allow(*EDITORS, hidden=True)
def edit_contact(slug: str, contact_id: uuid.UUID) -> ResponseReturnValue:
    """Change a contact."""
    organization = own_organization(slug)
    row = _group(Contact, organization, contact_id)

    def filled() -> dict[str, object]:
        return ContactForm.filled(row) | picked(row)

    form = ContactForm(
        choices=choices(row.audience, [organization.visibility], named=True),
        partners=partners(),
        services=list(g.db.scalars(queries.services_of(organization.id))),
        data=filled(),
    )

    def save(version: int) -> None:
        services.change_contact(g.db, g.actor, organization, row, form.draft(), version=version)
        _name(row, organization, form)

    done, status, theirs = submitted(form, save, saved=filled, at=AT)
    if done:
        flash(_("The contact is saved."))
        return _back(organization)
    return page("directory/edit-contact.html", form, theirs, status, organization=organization, contact=row)


@bp.post("/organizations/<slug>/contacts/<uuid:contact_id>/remove")
@allow(*EDITORS, hidden=True)
def remove_contact(slug: str, contact_id: uuid.UUID) -> ResponseReturnValue:
    organization = own_organization(slug)
    services.remove_group(g.db, g.actor, organization, _group(Contact, organization, contact_id))
    flash(_("The contact is taken out of the directory."))
    return _back(organization)


AT_LOCATION = {
    "place_unknown": "place_id",
    "wider_than_whole": "address_audience",
    "confidential_address": "address_audience",
    "only_admin_opens": "services",
    "reader_unknown": "door_named",
    "reader_not_of_whole": "door_named",
}


@bp.route("/organizations/<slug>/locations/new", methods=["GET", "POST"])
@allow(*EDITORS, hidden=True)
def new_location(slug: str) -> ResponseReturnValue:
    """Add a place of work, its door apart."""
    organization = own_organization(slug)
    offered = choices(Visibility.TENANT, [organization.visibility], named=True)
    form = LocationForm(
        choices=offered,
        partners=partners(),
        services=list(g.db.scalars(queries.services_of(organization.id))),
    )

    def save(_version: int) -> None:
        row = services.create_location(g.db, g.actor, organization, form.draft(), keyring=keyring())
        _name_place(row, organization, form)

    done, status, theirs = submitted(form, save, at=AT_LOCATION)
    if done:
        flash(_("The place is saved."))
        return _back(organization)
    return page(
        "directory/edit-location.html", form, theirs, status, organization=organization, location=None
    )


@bp.route("/organizations/<slug>/locations/<uuid:location_id>", methods=["GET", "POST"])
@allow(*EDITORS, hidden=True)
def edit_location(slug: str, location_id: uuid.UUID) -> ResponseReturnValue:
    """Change a place of work, its door, and what is given there."""
    organization = own_organization(slug)
    row = own_location(organization, location_id)

    def filled() -> dict[str, object]:
        address = g.db.scalars(queries.door(row.id)).first()
        door = doors.door_of(keyring(), address) if address else Door()
        given = g.db.scalars(queries.given_at(row.id))
        shown = LocationForm.filled(row, address, door, given)
        readers_now = readers.readers_of(g.db, address) if address else ()
        return shown | picked(row) | {"door_named": [str(one) for one in readers_now]}

    before = g.db.scalars(queries.door(row.id)).first()
    door = doors.door_of(keyring(), before) if before else Door()
    widest = max(
        (row.audience, before.audience if before else Visibility.TENANT), key=list(Visibility)[::-1].index
    )
    form = LocationForm(
        choices=choices(widest, [organization.visibility], named=True),
        partners=partners(),
        services=list(g.db.scalars(queries.services_of(organization.id))),
        place_id=row.place_id,
        data=filled(),
    )

    def save(version: int) -> None:
        services.change_location(
            g.db, g.actor, organization, row, form.draft(door), version=version, keyring=keyring()
        )
        _name_place(row, organization, form)

    done, status, theirs = submitted(form, save, saved=filled, at=AT_LOCATION)
    if done:
        flash(_("The place is saved."))
        return _back(organization)
    return page("directory/edit-location.html", form, theirs, status, organization=organization, location=row)


@bp.post("/organizations/<slug>/locations/<uuid:location_id>/remove")
@allow(*EDITORS, hidden=True)
def remove_location(slug: str, location_id: uuid.UUID) -> ResponseReturnValue:
    organization = own_organization(slug)
    services.remove_location(g.db, g.actor, organization, own_location(organization, location_id))
    flash(_("The place is taken out of the directory."))
    return _back(organization)


def _name_place(row: Location, organization: Organization, form: LocationForm) -> None:
    """Say which partners may know the place, and which its door, where they are picked one by one."""
    try:
        services.name_readers(g.db, g.actor, row, form.readers(), whole=organization)
    except Unfit as refusal:
        raise Unfit(refusal.code, at="named") from None
    address = g.db.scalars(queries.door(row.id)).first()
    if address is not None:
        chosen = form.readers("door_named") if form.address_audience.data == Visibility.NAMED.value else ()
        services.name_readers(g.db, g.actor, address, chosen, whole=row)
