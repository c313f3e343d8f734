"""Listings that look like one: what to look at, side by side, made one, told to others, taken back."""

from __future__ import annotations

import uuid
from collections import defaultdict
from collections.abc import Callable
from typing import Any

from flask import abort, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from network import deeds
from network.directory import policies
from network.directory.forms.upkeep import MergeForm, ReasonForm, merge_form
from network.directory.models import (
    Contact,
    Location,
    Merge,
    MergeState,
    Organization,
    OrganizationIdentifier,
    Phone,
    Project,
    Service,
)
from network.directory.numbers import display
from network.directory.presenting import place, shown
from network.directory.services import merging, proposing, writing
from network.directory.upkeep import duplicates, labels, queries
from network.directory.upkeep.duplicates import Pair, Sketch
from network.directory.views.rooms import EDITORS, bp
from network.i18n.folding import fold
from network.i18n.languages import CODES, LANGUAGES
from network.i18n.prefix import current_language
from network.i18n.translated import show
from network.permissions import Refused, Stale, Unfit
from network.web import allow

SHOWN = 50
BELONGING: dict[type[Any], tuple[Any, Callable[[Any], Any]]] = {
    Service: (_l("Services"), lambda row: shown(row.name)),
    Phone: (_l("Telephone"), lambda row: display(row.number)),
    Contact: (_l("Contacts"), lambda row: row.name),
    Location: (_l("Where"), lambda row: shown(row.name).text or place(row.place_id)),
    Project: (_l("Projects"), lambda row: shown(row.title)),
    OrganizationIdentifier: (_l("Register numbers"), lambda row: row.identifier),
}
"""What belongs to an organization: what the kind is called, and how one of them is."""


@bp.get("/duplicates/")
@allow(*EDITORS, hidden=True)
def find_duplicates() -> str:
    """Pairs of one's own listings, and of one's own with others', that look like one organization."""
    ours = {row.id: row for row in g.db.scalars(queries.own_organizations(g.actor.tenant_id))}
    theirs = {row.id: row for row in g.db.scalars(queries.others_organizations(g.actor.tenant_id))}
    merged = list(g.db.scalars(queries.merges(g.actor.tenant_id)))
    everybody = ours | theirs
    known = _known_of(list(everybody))
    found = duplicates.candidates(
        [_sketch(row, *known) for row in ours.values()],
        [_sketch(row, *known) for row in theirs.values()],
        apart=[frozenset((one.survivor_id, one.loser_id)) for one in merged],
    )
    done = [one for one in merged if one.state is MergeState.MERGED][:SHOWN]
    losers = {row.id: row for row in g.db.scalars(queries.by_id([one.loser_id for one in done]))}
    return render_template(
        "directory/duplicates.html",
        pairs=[_ordered(pair, everybody, ours) for pair in found[:SHOWN]],
        merged=[(one, ours.get(one.survivor_id), losers.get(one.loser_id)) for one in done],
        ours=ours,
        alike=labels.ALIKE,
    )


def _known_of(idents: list[uuid.UUID]) -> tuple[dict[Any, set[str]], dict[Any, set[tuple[str, str]]]]:
    """Numbers and identifiers of these organizations."""
    numbers: dict[Any, set[str]] = defaultdict(set)
    registers: dict[Any, set[tuple[str, str]]] = defaultdict(set)
    for ident, number in g.db.execute(queries.numbers_of(idents)):
        numbers[ident].add(number)
    for ident, scheme, identifier in g.db.execute(queries.identifiers_of(idents)):
        registers[ident].add((scheme, identifier))
    return numbers, registers


def _sketch(
    row: Organization, numbers: dict[Any, set[str]], registers: dict[Any, set[tuple[str, str]]]
) -> Sketch:
    texts = (show(one, code).text for one in (row.name, row.alternate_name) for code in CODES)
    return Sketch(
        id=row.id,
        names=frozenset(key for text in texts if (key := fold(text))),
        phones=frozenset(numbers.get(row.id, ())),
        identifiers=frozenset(registers.get(row.id, ())),
        place=row.place_id or "",
    )


def _ordered(pair: Pair, rows: dict[uuid.UUID, Organization], ours: dict[uuid.UUID, Any]) -> Any:
    """One's own first; of two of one's own the one that was listed first."""
    one, other = rows[pair.one.id], rows[pair.other.id]
    if (other.id in ours, one.created_at) > (one.id in ours, other.created_at):
        one, other = other, one
    return pair, one, other


@bp.route("/merge/<uuid:listing_id>/<uuid:other_id>", methods=["GET", "POST"])
@allow(*EDITORS, hidden=True)
def merge(listing_id: uuid.UUID, other_id: uuid.UUID) -> ResponseReturnValue:
    """Two listings side by side. Of two that one keeps one can be made; whoever keeps the other is told."""
    survivor, other = _two(listing_id, other_id)
    if other.merged_into_id == survivor.id:
        return redirect(url_for(".find_duplicates"), 303)  # The second of two clicks.
    if other.tenant_id != survivor.tenant_id:
        return _tell(survivor, other)
    differs = merging.different(survivor, other)
    may = merging.may_choose(g.actor, survivor, other)
    form = merge_form(_values(survivor, other, differs if may else []), (survivor.version, other.version))
    status = 200
    if request.method == "POST":
        status = 400
        if form.validate_on_submit():
            status = _merged(survivor, other, form, differs if may else [])
            if status == 303:
                return redirect(url_for(".find_duplicates"), 303)
            survivor, other = _two(listing_id, other_id)
            form.versions.data = f"{survivor.version}-{other.version}"
    page = render_template(
        "directory/merge.html",
        survivor=survivor,
        other=other,
        form=form,
        differs=_values(survivor, other, differs),
        coming=_coming(survivor, other),
        may=may,
        stale=status == 409,
    )
    return page, status


def _two(one: uuid.UUID, other: uuid.UUID) -> tuple[Organization, Organization]:
    """One's own listing and another that one may read, each standing for itself."""
    rows = {row.id: row for row in g.db.scalars(queries.by_id([one, other]))}
    if len(rows) < 2 or rows[one].merged_into_id or rows[other].merged_into_id not in (None, one):
        abort(404)
    if not policies.can_edit(g.actor, rows[one].tenant_id):
        abort(404)
    return rows[one], rows[other]


def _values(survivor: Organization, other: Organization, names: list[str]) -> list[tuple[str, str, str, str]]:
    """Column, what it is called, and what each of the two says."""
    return [
        (
            name,
            labels.past_label("organization", name),
            _said(name, getattr(survivor, name)),
            _said(name, getattr(other, name)),
        )
        for name in names
    ]


def _coming(survivor: Organization, other: Organization) -> list[tuple[Any, list[str]]]:
    """What comes along, by kind: what the kind is called, and the name of each."""
    return [
        (words, [str(called(row)) for row in rows])
        for model, rows in merging.coming(g.db, survivor, other).items()
        if rows
        for words, called in (BELONGING[model],)
    ]


def _said(name: str, value: Any) -> str:
    if isinstance(value, dict):
        # The reader's own language is enough to choose by; the choice is for all languages, so the others are named.
        text = show(value, current_language())
        others = [LANGUAGES[code].name for code in CODES if code in value and code != text.language]
        return f"{text} ({', '.join(others)})" if others else str(text)
    return labels.past_value(name, writing.plain(value))


def _merged(survivor: Organization, other: Organization, form: MergeForm, differs: list[str]) -> int:
    """Whether it was done (303), refused by a rule (400), or one of them was changed meanwhile (409)."""

    def act() -> str:
        choices = {name: form[name].data for name in differs}
        merging.merge(g.db, g.actor, survivor, other, choices, versions=form.read)
        return url_for(".find_duplicates")

    try:
        deeds.pressed(act)
    except Unfit as refusal:
        form.form_errors = [*form.form_errors, str(labels.UNFIT[refusal.code])]
        return 400
    except Stale:
        return 409
    flash(_("The two are one listing now. Old addresses lead to it."))
    return 303


def _tell(ours: Organization, theirs: Organization) -> ResponseReturnValue:
    """The other is kept by somebody else: they decide what becomes of theirs."""
    if not policies.can_propose(g.actor):
        abort(404)
    form = ReasonForm()
    status = 200
    if form.validate_on_submit():

        def act() -> str:
            made = proposing.propose_merge(g.db, g.actor, theirs, ours, form.reason.data)
            return url_for(".proposal", proposal_id=made.id)

        try:
            to = deeds.pressed(act)
        except Unfit as refusal:
            form.form_errors = [*form.form_errors, str(labels.UNFIT[refusal.code])]
            status = 400
        else:
            flash(_("Those who keep the other listing are told."))
            return redirect(to, 303)
    elif request.method == "POST":
        status = 400
    return render_template("directory/tell-duplicate.html", ours=ours, theirs=theirs, form=form), status


@bp.post("/merge/<uuid:listing_id>/<uuid:other_id>/apart")
@allow(*EDITORS, hidden=True)
def keep_apart(listing_id: uuid.UUID, other_id: uuid.UUID) -> ResponseReturnValue:
    """They are two: nobody is asked again."""
    one, other = _two(listing_id, other_id)
    if other.tenant_id != one.tenant_id:
        abort(404)
    merging.keep_apart(g.db, g.actor, one, other)
    flash(_("They stay two listings."))
    return redirect(url_for(".find_duplicates"), 303)


@bp.post("/merges/<uuid:merge_id>/undo")
@allow(*EDITORS, hidden=True)
def undo_merge(merge_id: uuid.UUID) -> ResponseReturnValue:
    """Two again."""
    row: Merge | None = g.db.get(Merge, merge_id)
    if row is None or not policies.can_edit(g.actor, row.tenant_id):
        abort(404)
    if row.state is not MergeState.UNDONE:
        try:
            merging.undo(g.db, g.actor, row)
        except Refused:
            abort(404)
    flash(_("They are two listings again."))
    return redirect(url_for(".find_duplicates"), 303)
