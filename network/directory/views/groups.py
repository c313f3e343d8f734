"""The forms of numbers, contacts and places of work."""

from __future__ import annotations

import uuid

from flask import abort, flash, g, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from network.directory import queries, services
from network.directory.forms import ContactForm, LocationForm, PhoneForm
from network.directory.models import Contact, Organization, Phone, Visibility
from network.directory.views.rooms import (
    EDITORS,
    Difference,
    bp,
    choices,
    keyring,
    may_widen,
    own_organization,
    submitted,
)
from network.web import allow


def _page(
    template: str, form: object, theirs: list[Difference], status: int, **context: object
) -> ResponseReturnValue:
    page = render_template(template, form=form, differences=theirs, may_widen=may_widen(), **context)
    return page, status


def _back(organization: Organization) -> ResponseReturnValue:
    return redirect(url_for(".organization", slug=organization.slug), 303)


def _group(model: type[queries.Group], organization: Organization, ident: uuid.UUID) -> queries.Group:
    statement = queries.own_group(model, ident, organization.id)
    found: queries.Group | None = g.db.scalars(statement).one_or_none()
    if found is None:
        abort(404)
    return found


@bp.route("/organizations/<slug>/phones/new", methods=["GET", "POST"])
@allow(*EDITORS, hidden=True)
def new_phone(slug: str) -> ResponseReturnValue:
    """Add a number."""
    organization = own_organization(slug)
    offered = choices(Visibility.TENANT, [organization.visibility])
    form = PhoneForm(choices=offered, services=list(g.db.scalars(queries.services_of(organization.id))))

    def save(_version: int) -> None:
        services.create_phone(g.db, g.actor, organization, form.draft())

    done, status, theirs = submitted(form, save)
    if done:
        flash(_("The number is saved."))
        return _back(organization)
    return _page("directory/edit-phone.html", form, theirs, status, organization=organization, phone=None)


@bp.route("/organizations/<slug>/phones/<uuid:phone_id>", methods=["GET", "POST"])
@allow(*EDITORS, hidden=True)
def edit_phone(slug: str, phone_id: uuid.UUID) -> ResponseReturnValue:
    """Change a number."""
    organization = own_organization(slug)
    row = _group(Phone, organization, phone_id)
    form = PhoneForm(
        choices=choices(row.audience, [organization.visibility]),
        services=list(g.db.scalars(queries.services_of(organization.id))),
        data=PhoneForm.filled(row),
    )

    def save(version: int) -> None:
        services.change_phone(g.db, g.actor, organization, row, form.draft(row.position), version=version)

    done, status, theirs = submitted(form, save, saved=lambda: PhoneForm.filled(row))
    if done:
        flash(_("The number is saved."))
        return _back(organization)
    return _page("directory/edit-phone.html", form, theirs, status, organization=organization, phone=row)


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
    offered = choices(Visibility.TENANT, [organization.visibility])
    form = ContactForm(choices=offered, services=list(g.db.scalars(queries.services_of(organization.id))))

    def save(_version: int) -> None:
        services.create_contact(g.db, g.actor, organization, form.draft())

    done, status, theirs = submitted(form, save)
    if done:
        flash(_("The contact is saved."))
        return _back(organization)
    return _page("directory/edit-contact.html", form, theirs, status, organization=organization, contact=None)


@bp.route("/organizations/<slug>/contacts/<uuid:contact_id>", methods=["GET", "POST"])
@allow(*EDITORS, hidden=True)
def edit_contact(slug: str, contact_id: uuid.UUID) -> ResponseReturnValue:
    """Change a contact."""
    organization = own_organization(slug)
    row = _group(Contact, organization, contact_id)
    form = ContactForm(
        choices=choices(row.audience, [organization.visibility]),
        services=list(g.db.scalars(queries.services_of(organization.id))),
        data=ContactForm.filled(row),
    )

    def save(version: int) -> None:
        services.change_contact(g.db, g.actor, organization, row, form.draft(), version=version)

    done, status, theirs = submitted(form, save, saved=lambda: ContactForm.filled(row))
    if done:
        flash(_("The contact is saved."))
        return _back(organization)
    return _page("directory/edit-contact.html", form, theirs, status, organization=organization, contact=row)


@bp.post("/organizations/<slug>/contacts/<uuid:contact_id>/remove")
@allow(*EDITORS, hidden=True)
def remove_contact(slug: str, contact_id: uuid.UUID) -> ResponseReturnValue:
    organization = own_organization(slug)
    services.remove_group(g.db, g.actor, organization, _group(Contact, organization, contact_id))
    flash(_("The contact is taken out of the directory."))
    return _back(organization)


@bp.route("/organizations/<slug>/locations/new", methods=["GET", "POST"])
@allow(*EDITORS, hidden=True)
def new_location(slug: str) -> ResponseReturnValue:
    """Add a place of work, its door apart."""
    organization = own_organization(slug)
    offered = choices(Visibility.TENANT, [organization.visibility])
    form = LocationForm(choices=offered, services=list(g.db.scalars(queries.services_of(organization.id))))

    def save(_version: int) -> None:
        services.create_location(g.db, g.actor, organization, form.draft(), keyring=keyring())

    at = {
        "place_unknown": "place_id",
        "wider_than_whole": "address_audience",
        "confidential_address": "address_audience",
    }
    done, status, theirs = submitted(form, save, at=at)
    if done:
        flash(_("The place is saved."))
        return _back(organization)
    return _page("directory/edit-location.html", form, theirs, status, organization=organization)
