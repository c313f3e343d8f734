"""Corrections: proposed by whoever reads a listing and knows better, decided field by field by whoever keeps it."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from flask import abort, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy import select

from network import deeds
from network.accounts import queries as accounts
from network.directory import policies
from network.directory.forms.upkeep import decision_form, decision_key, proposal_form, proposed_value
from network.directory.models import (
    Contact,
    Decision,
    Organization,
    Phone,
    Proposal,
    ProposalField,
    ProposalKind,
    ProposalState,
    Service,
)
from network.directory.services import proposing
from network.directory.upkeep import fields, labels, queries
from network.directory.views.rooms import bp, keyring
from network.directory.views.upkeep.verifying import name_of, page_of
from network.i18n.prefix import current_language
from network.permissions import Stale, Unfit
from network.tenancy import Tenant
from network.web import SIGNED_IN, allow

Subject = Organization | Service

bp.context_processor(lambda: {"may_propose": lambda: policies.can_propose(g.actor)})


def readable_listing(ident: uuid.UUID) -> Subject:
    """A listing that this reader may see, whoever keeps it."""
    found: Subject | None = None
    for model in (Organization, Service):
        found = found or g.db.scalars(select(model).where(model.id == ident)).one_or_none()
    if found is None or not policies.can_propose(g.actor):
        abort(404)
    return found


@bp.route("/propose/<uuid:listing_id>", methods=["GET", "POST"])
@allow(SIGNED_IN)
def propose(listing_id: uuid.UUID) -> ResponseReturnValue:
    """What a listing says, as far as this reader sees it, to be corrected."""
    listing = readable_listing(listing_id)
    waiting = g.db.scalars(queries.pending(listing.id, g.actor.user_id)).one_or_none()
    if waiting is not None and request.method == "GET":
        flash(str(labels.UNFIT["one_pending"]), "info")
        return redirect(url_for(".proposal", proposal_id=waiting.id), 303)
    languages = [current_language()]
    slots = list(fields.slots(proposing.rows_of(g.db, listing), languages))
    form = proposal_form(slots)
    status = 200

    def act() -> str:
        changes = {slot.key: proposed_value(form, slot) for slot in slots}
        made = proposing.propose(g.db, g.actor, listing, changes, form.reason.data, languages=languages)
        return url_for(".proposal", proposal_id=made.id)

    if form.validate_on_submit():
        try:
            typed = "\0".join(str(form[slot.key].data) for slot in slots).encode()
            to = deeds.pressed(act, content=typed)
        except Unfit as refusal:
            form.form_errors = [*form.form_errors, str(labels.UNFIT[refusal.code])]
            status = 400
        else:
            flash(_("Your proposal is with those who keep this listing. You will hear from them."))
            return redirect(to, 303)
    elif request.method == "POST":
        status = 400
    page = render_template(
        "directory/propose.html",
        listing=listing,
        name=name_of(listing),
        back=page_of(listing),
        form=form,
        slots=slots,
        about=_about,
        here=current_language(),
    )
    return page, status


def _about(slot: fields.Slot) -> str:
    """Which part of a listing a value is of, where there may be several of its kind: a number, a contact, a door."""
    row = slot.row
    if isinstance(row, Phone):
        return f"{_('Telephone')} {labels.value_words('number', row.number)}"
    if isinstance(row, Contact):
        return f"{_('Contact')}: {row.name}"
    return str(labels.GROUPS.get(row.__tablename__, ""))


@bp.get("/proposals/")
@allow(SIGNED_IN)
def proposals() -> str:
    """What waits for the keepers of one's own tenant, and what one proposed oneself."""
    tenant_id = g.actor.tenant_id
    keeps = tenant_id is not None and policies.can_edit(g.actor, tenant_id)
    ours = list(g.db.scalars(queries.proposals_to(tenant_id))) if keeps else []
    mine = list(g.db.scalars(queries.proposals_of(g.actor.user_id)))
    return render_template(
        "directory/proposals.html",
        ours=ours,
        mine=mine,
        names=_names([*ours, *mine]),
        states=labels.PROPOSAL_STATE,
        tenants=_tenants({one.referring_id for one in ours}),
        keeps=keeps,
    )


@bp.route("/proposals/<uuid:proposal_id>", methods=["GET", "POST"])
@allow(SIGNED_IN)
def proposal(proposal_id: uuid.UUID) -> ResponseReturnValue:
    """One proposal: for its author to follow, for the keeper to decide."""
    row, keeper = _shown(proposal_id)
    asked, subject, rows = _present(row)
    form = None
    if keeper and row.state is ProposalState.PENDING:
        form = decision_form(asked, proposing.fingerprint(asked, rows))
    status = 200
    if request.method == "POST":
        if form is None:
            flash(_("It was answered or taken back meanwhile."), "info")
            return redirect(url_for(".proposal", proposal_id=row.id), 303)
        status = 400
        if form.validate_on_submit():
            status = _decided(row, asked, form)
            if status == 303:
                return redirect(url_for(".proposals"), 303)
            # The listing was changed while the page was open: what it says now, beside the answers chosen.
            asked, subject, rows = _present(row)
            form.seen.data = proposing.fingerprint(asked, rows)
    page = render_template(
        "directory/proposal.html",
        proposal=row,
        values=[_value(one, rows) for one in asked],
        form=form,
        keeper=keeper,
        mine=row.author_id == g.actor.user_id,
        name=name_of(subject) if subject is not None else None,
        back=page_of(subject) if subject is not None else None,
        other=_other(row),
        states=labels.PROPOSAL_STATE,
        decisions=labels.DECISION,
        author=_person(row.author_id) if keeper else "",
        tenants=_tenants({row.referring_id}),
        duplicate=row.kind is ProposalKind.DUPLICATE,
        stale=status == 409,
    )
    return page, status


def _present(row: Proposal) -> tuple[list[ProposalField], Subject | None, dict[uuid.UUID, Any]]:
    """What is proposed, and what the listing says now, as far as this reader may see it."""
    asked = list(g.db.scalars(queries.proposal_fields(row.id)))
    subject = proposing.subject_of(g.db, row)
    rows = {one.id: one for one in proposing.rows_of(g.db, subject)} if subject is not None else {}
    return asked, subject, rows


def _decided(row: Proposal, asked: list[ProposalField], form: Any) -> int:
    """Whether the answer was written (303), or the listing changed meanwhile (409)."""
    decisions = {one.id: Decision(form[decision_key(one)].data) for one in asked}
    try:
        with g.db.begin_nested():
            accepted = proposing.decide(
                g.db,
                g.actor,
                row,
                decisions,
                answer=form.answer.data or "",
                seen=form.seen.data or "-",
                keyring=keyring(),
            )
    except Stale:
        return 409
    except Unfit as refusal:
        form.form_errors = [*form.form_errors, str(labels.UNFIT[refusal.code])]
        return 400
    if row.kind is ProposalKind.DUPLICATE:
        flash(_("Saved."))
    else:
        flash(_("Saved. The listing says it now.") if accepted else _("Saved. The listing stays as it is."))
    return 303


@bp.post("/proposals/<uuid:proposal_id>/withdraw")
@allow(SIGNED_IN)
def withdraw_proposal(proposal_id: uuid.UUID) -> ResponseReturnValue:
    """Take one's own proposal back."""
    row, _keeper = _shown(proposal_id)
    if row.author_id != g.actor.user_id:
        abort(404)
    if row.state is ProposalState.PENDING:
        proposing.withdraw(g.db, g.actor, row)
        flash(_("Your proposal is taken back."))
    return redirect(url_for(".proposals"), 303)


@dataclass(frozen=True, slots=True)
class Value:
    """One value of a proposal as a page shows it. What the reader may no longer read is left out."""

    row: ProposalField
    key: str
    label: str
    old: str | None
    now: str | None
    new: str

    @property
    def changed(self) -> bool:
        """Whether the listing says something else by now than when the proposal was made."""
        return self.now is not None and self.now != self.old


def _value(one: ProposalField, rows: dict[uuid.UUID, Any]) -> Value:
    there = rows.get(one.row_id)
    current = None if there is None else fields.value_of(there, one.name, one.language)
    return Value(
        row=one,
        key=decision_key(one),
        label=labels.field_label(one.row_table, one.name, one.language),
        old=None if there is None else labels.value_words(one.name, str(one.old)),
        now=None if current is None else labels.value_words(one.name, current),
        new=labels.value_words(one.name, str(one.new)),
    )


def _shown(proposal_id: uuid.UUID) -> tuple[Proposal, bool]:
    """A proposal of one's own, or for listings one keeps; and whether it is the latter."""
    row: Proposal | None = g.db.get(Proposal, proposal_id)
    if row is None:
        abort(404)
    keeper = policies.can_edit(g.actor, row.receiving_id)
    if not keeper and row.author_id != g.actor.user_id:
        abort(404)
    return row, keeper


def _other(row: Proposal) -> Organization | None:
    """The listing said to be the same, as far as this reader may see it."""
    found: Organization | None = g.db.get(Organization, row.other_id) if row.other_id else None
    return found


def _names(rows: Iterable[Proposal]) -> dict[uuid.UUID, Any]:
    """The names of listings by id, as far as this reader may see them."""
    wanted = {one.subject_id for one in rows}
    found: dict[uuid.UUID, Any] = {}
    for model in (Organization, Service) if wanted else ():
        for listing in g.db.scalars(select(model).where(model.id.in_(wanted))):
            found[listing.id] = listing.name
    return found


def _tenants(idents: set[uuid.UUID]) -> dict[uuid.UUID, str]:
    rows = g.db.scalars(select(Tenant).where(Tenant.id.in_(idents))) if idents else ()
    return {tenant.id: tenant.name for tenant in rows}


def _person(ident: uuid.UUID) -> str:
    return next((user.name for user in g.db.scalars(accounts.users({ident}))), "")
