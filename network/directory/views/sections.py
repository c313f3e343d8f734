"""A listing section by section, for those who keep it: what is told, to whom, and what is still missing."""

from __future__ import annotations

import uuid
from typing import Any

from flask import abort, flash, g, redirect, render_template
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from network.directory import labels, policies, queries, services, texts
from network.directory.forms import (
    KIND_OF,
    EligibilityForm,
    PreviewForm,
    ProjectForm,
    hours_form,
    translation_form,
)
from network.directory.models import Organization, Phone, Project, Service, Visibility
from network.directory.services import opening, readers, unfinished
from network.directory.services.opening import Keeper
from network.directory.texts import TranslationStatus
from network.directory.views.parts import address_of, listing_of, section_page
from network.directory.views.rooms import (
    EDITORS,
    bp,
    choices,
    named,
    own_location,
    own_organization,
    own_project,
    own_service,
    page,
    partners,
    submitted,
)
from network.i18n.languages import CODES, LANGUAGES
from network.web import allow


@bp.get("/organizations/<slug>/sections")
@allow(*EDITORS, hidden=True)
def organization_sections(slug: str) -> str:
    """All that is told of an organization."""
    statement = queries.whole_listing(named(slug), g.actor.tenant_id)
    row: Organization | None = g.db.scalars(statement).unique().one_or_none()
    if row is None or not policies.can_edit(g.actor, row.tenant_id):
        abort(404)
    return render_template("directory/organization-sections.html", organization=row, **_common(row))


@bp.get("/services/<slug>/sections")
@allow(*EDITORS, hidden=True)
def service_sections(slug: str) -> str:
    """All that is told of a service."""
    row = own_service(slug)
    statement = queries.service_page(row.slug).execution_options(populate_existing=True)
    row = g.db.scalars(statement).unique().one()
    return render_template("directory/service-sections.html", service=row, **_common(row))


def _common(row: Organization | Service) -> dict[str, Any]:
    """What both pages say: what lacks which language, and what somebody began and put aside."""
    begun = unfinished.sections(g.db)
    return {
        "kind_of": lambda part: KIND_OF[type(part)],
        "languages_of": _languages(row),
        "one_partner": PreviewForm(partners=partners()),
        "begun": lambda url: url.split("/", 2)[2] in begun,
    }


def _languages(row: Organization | Service | Project) -> list[tuple[str, str, bool, bool]]:
    """Each other language: code, its name, whether something lacks it, whether something is no longer trusted."""
    found = []
    for code in CODES:
        if code == row.source:
            continue
        lacks = any(code in texts.missing(getattr(row, name), row.source) for name in row.TEXTS)
        statuses = {texts.statuses(getattr(row, name), row.source).get(code) for name in row.TEXTS}
        doubtful = bool(statuses & {TranslationStatus.OUTDATED, TranslationStatus.MACHINE})
        found.append((code, LANGUAGES[code].name, lacks, doubtful))
    return found


@bp.route("/services/<slug>/who-may-come", methods=["GET", "POST"])
@allow(*EDITORS, hidden=True)
def eligibility(slug: str) -> ResponseReturnValue:
    """Who may come, and how help is given."""
    row = own_service(slug)
    form = EligibilityForm(data=EligibilityForm.filled(row))

    def save(version: int) -> None:
        services.describe_service(
            g.db, g.actor, row, form.answers(), form.delivery.data or [], version=version
        )

    done, status, theirs = submitted(form, save, saved=lambda: EligibilityForm.filled(row))
    if done:
        flash(_("Saved."))
        return redirect(address_of(row), 303)
    return section_page(form, theirs, status, _("Who may come"), row)


@bp.route("/services/<slug>/hours", methods=["GET", "POST"])
@allow(*EDITORS, hidden=True)
def service_hours(slug: str) -> ResponseReturnValue:
    """When a service is open."""
    row = own_service(slug)
    return _hours(row, row)


@bp.route("/organizations/<slug>/phones/<uuid:phone_id>/hours", methods=["GET", "POST"])
@allow(*EDITORS, hidden=True)
def phone_hours(slug: str, phone_id: uuid.UUID) -> ResponseReturnValue:
    """When somebody answers a number."""
    organization = own_organization(slug)
    row = g.db.scalars(queries.own_group(Phone, phone_id, organization.id)).one_or_none()
    return _hours(row or abort(404), organization)


@bp.route("/organizations/<slug>/locations/<uuid:location_id>/hours", methods=["GET", "POST"])
@allow(*EDITORS, hidden=True)
def location_hours(slug: str, location_id: uuid.UUID) -> ResponseReturnValue:
    """When a place of work is open."""
    organization = own_organization(slug)
    return _hours(own_location(organization, location_id), organization)


def _hours(keeper: Keeper, listing: Organization | Service) -> ResponseReturnValue:
    told = opening.hours_of(g.db, keeper)
    make = hours_form(told)
    form = make(data=make.filled(told, keeper.version))

    def save(version: int) -> None:
        services.change_hours(g.db, g.actor, keeper, form.hours(), version=version)

    def saved() -> dict[str, Any]:
        return make.filled(opening.hours_of(g.db, keeper), keeper.version)

    done, status, theirs = submitted(form, save, saved=saved, at={"too_many_hours": "always"})
    if done:
        flash(_("Saved."))
        return redirect(address_of(listing), 303)
    return page(
        "directory/edit-hours.html",
        form,
        theirs,
        status,
        keeper=keeper,
        listing=listing,
        back=address_of(listing),
    )


LANGUAGE = "<any(" + ",".join(CODES) + "):language>"


@bp.route(f"/organizations/<slug>/translate/{LANGUAGE}", methods=["GET", "POST"])
@allow(*EDITORS, hidden=True)
def translate_organization(slug: str, language: str) -> ResponseReturnValue:
    """An organization in one language."""
    return _translate(own_organization(slug), language)


@bp.route(f"/services/<slug>/translate/{LANGUAGE}", methods=["GET", "POST"])
@allow(*EDITORS, hidden=True)
def translate_service(slug: str, language: str) -> ResponseReturnValue:
    """A service in one language."""
    return _translate(own_service(slug), language)


@bp.route(f"/projects/<uuid:project_id>/translate/{LANGUAGE}", methods=["GET", "POST"])
@allow(*EDITORS, hidden=True)
def translate_project(project_id: uuid.UUID, language: str) -> ResponseReturnValue:
    """A project in one language."""
    return _translate(own_project(project_id), language)


def _translate(row: Organization | Service | Project, language: str) -> ResponseReturnValue:
    if language == row.source:
        abort(404)
    make = translation_form(row, language, labels.COLUMNS)

    def filled() -> dict[str, Any]:
        there = {name: texts.only(getattr(row, name), language) for name in row.TEXTS}
        return {"version": row.version, **{name: one.text if one else "" for name, one in there.items()}}

    form = make(data=filled())

    def save(version: int) -> None:
        wordings = {name: form[name].data or "" for name in row.TEXTS if name in form}
        status = TranslationStatus(form.status.data)
        services.translate(g.db, g.actor, row, language, wordings, version=version, status=status)

    done, status, theirs = submitted(form, save, saved=filled, at={"language_unknown": "status"})
    listing = listing_of(row)
    if done:
        flash(_("Saved."))
        return redirect(address_of(listing), 303)
    rows = [
        (
            form[name],
            texts.said(getattr(row, name), row.source),
            texts.statuses(getattr(row, name), row.source).get(language),
        )
        for name in row.TEXTS
        if name in form
    ]
    return page(
        "directory/edit-translation.html",
        form,
        theirs,
        status,
        rows=rows,
        into=LANGUAGES[language],
        listing=listing,
        back=address_of(listing),
    )


@bp.route("/organizations/<slug>/projects/new", methods=["GET", "POST"])
@allow(*EDITORS, hidden=True)
def new_project(slug: str) -> ResponseReturnValue:
    """List a project of an organization."""
    organization = own_organization(slug)
    form = ProjectForm(
        choices=choices(Visibility.TENANT, [organization.visibility], named=True), partners=partners()
    )

    def save(_version: int) -> None:
        made = services.create_project(g.db, g.actor, organization, form.draft(None))
        services.name_readers(g.db, g.actor, made, form.readers(), whole=organization)

    done, status, theirs = submitted(form, save, at=AT_PROJECT)
    if done:
        flash(_("Saved."))
        return redirect(address_of(organization), 303)
    return section_page(form, theirs, status, _("Add a project"), organization)


AT_PROJECT = {
    "place_unknown": "places",
    "sector_unknown": "sectors",
    "reader_unknown": "named",
    "reader_not_of_whole": "named",
}


@bp.route("/projects/<uuid:project_id>/edit", methods=["GET", "POST"])
@allow(*EDITORS, hidden=True)
def edit_project(project_id: uuid.UUID) -> ResponseReturnValue:
    """Change a project and who takes part in it."""
    row = own_project(project_id)
    organization: Organization = g.db.get_one(Organization, row.organization_id)

    def filled() -> dict[str, Any]:
        fresh = own_project(row.id)
        return ProjectForm.filled(fresh) | {"named": [str(one) for one in readers.readers_of(g.db, row)]}

    offered = choices(row.visibility, [organization.visibility], named=True)
    form = ProjectForm(choices=offered, partners=partners(), data=filled())

    def save(version: int) -> None:
        services.change_project(g.db, g.actor, organization, row, form.draft(row), version=version)
        services.name_readers(g.db, g.actor, row, form.readers(), whole=organization)

    done, status, theirs = submitted(form, save, saved=filled, at=AT_PROJECT)
    if done:
        flash(_("Saved."))
        return redirect(address_of(organization), 303)
    return section_page(form, theirs, status, _("Change the project"), organization, project=row)
