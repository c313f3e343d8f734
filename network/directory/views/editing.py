"""The forms of organizations and services, for those who keep them."""

from __future__ import annotations

from flask import abort, flash, g, redirect, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from network.directory import policies, queries, services
from network.directory.forms import OrganizationForm, ServiceForm
from network.directory.models import Organization, Service, Visibility
from network.directory.views.rooms import (
    EDITORS,
    bp,
    choices,
    keyring,
    own_organization,
    own_service,
    page,
    partners,
    picked,
    submitted,
)
from network.web import allow

AT = {
    "place_unknown": "place_id",
    "term_unknown": "terms",
    "language_unknown": "status",
    "reader_unknown": "named",
}
AT_SERVICE = {
    "place_unknown": "areas",
    "term_unknown": "terms",
    "language_unknown": "status",
    "only_admin_opens": "confidential",
    "reader_unknown": "named",
    "reader_not_of_whole": "named",
}


@bp.route("/organizations/new", methods=["GET", "POST"])
@allow(*EDITORS)
def new_organization() -> ResponseReturnValue:
    """List an organization. Who may not widen lists it for colleagues first."""
    if not policies.can_create(g.actor):
        abort(404)
    form = OrganizationForm(choices=choices(Visibility.TENANT, named=True), partners=partners())
    made: list[Organization] = []

    def save(_version: int) -> None:
        made.append(services.create_organization(g.db, g.actor, form.draft(None)))
        services.name_readers(g.db, g.actor, made[0], form.readers())

    done, status, theirs = submitted(form, save, at=AT)
    if done:
        flash(_("The organization is in the directory."))
        return redirect(url_for(".organization", slug=made[0].slug), 303)
    return page("directory/edit-organization.html", form, theirs, status, organization=None)


@bp.route("/organizations/<slug>/edit", methods=["GET", "POST"])
@allow(*EDITORS, hidden=True)
def edit_organization(slug: str) -> ResponseReturnValue:
    """Change a listing. What a colleague saved meanwhile is shown beside what was typed."""
    row = own_organization(slug)

    def filled() -> dict[str, object]:
        return OrganizationForm.filled(row) | picked(row)

    form = OrganizationForm(choices=choices(row.visibility, named=True), partners=partners(), data=filled())

    def save(version: int) -> None:
        services.change_organization(g.db, g.actor, row, form.draft(row), version=version)
        services.name_readers(g.db, g.actor, row, form.readers())

    done, status, theirs = submitted(form, save, saved=filled, at=AT)
    if done:
        flash(_("Saved."))
        return redirect(url_for(".organization", slug=row.slug), 303)
    return page("directory/edit-organization.html", form, theirs, status, organization=row)


@bp.route("/organizations/<slug>/services/new", methods=["GET", "POST"])
@allow(*EDITORS, hidden=True)
def new_service(slug: str) -> ResponseReturnValue:
    """List a service of an organization."""
    organization = own_organization(slug)
    form = ServiceForm(
        choices=choices(Visibility.TENANT, [organization.visibility], named=True), partners=partners()
    )
    made: list[Service] = []

    def save(_version: int) -> None:
        made.append(services.create_service(g.db, g.actor, organization, form.draft(None), form.reach()))
        services.name_readers(g.db, g.actor, made[0], form.readers(), whole=organization)

    done, status, theirs = submitted(form, save, at=AT_SERVICE)
    if done:
        flash(_("The service is in the directory."))
        return redirect(url_for(".service", slug=made[0].slug), 303)
    return page("directory/edit-service.html", form, theirs, status, organization=organization, service=None)


def _more_than_one_line(row: Service) -> bool:
    """Whether the hours say more than the form of the service can: then they are changed on a page of their own."""
    return len(row.schedules) > 1 or any(one.valid_from or one.valid_to for one in row.schedules)


@bp.route("/services/<slug>/edit", methods=["GET", "POST"])
@allow(*EDITORS, hidden=True)
def edit_service(slug: str) -> ResponseReturnValue:
    """Change a service."""
    row = own_service(slug)
    organization = row.organization  # Kept: a row that was locked and read again no longer knows it.
    form = ServiceForm(
        choices=choices(row.visibility, [organization.visibility], named=True),
        partners=partners(),
        keep_hours=_more_than_one_line(row),
        data=ServiceForm.filled(row) | picked(row),
    )

    def save(version: int) -> None:
        services.change_service(
            g.db, g.actor, row, form.draft(row), form.reach(), version=version, keyring=keyring()
        )
        services.name_readers(g.db, g.actor, row, form.readers(), whole=organization)

    def saved() -> dict[str, object]:
        # The row was locked and read again; its hours and areas are read with it.
        fresh = g.db.scalars(
            queries.own_service(row.slug, row.tenant_id).execution_options(populate_existing=True)
        ).one()
        return ServiceForm.filled(fresh) | picked(fresh)

    done, status, theirs = submitted(form, save, saved=saved, at=AT_SERVICE)
    if done:
        flash(_("Saved."))
        return redirect(url_for(".service", slug=row.slug), 303)
    return page("directory/edit-service.html", form, theirs, status, organization=organization, service=row)
