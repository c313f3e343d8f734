"""The coordinator's note of an edition."""

from __future__ import annotations

from flask import abort, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from network import deeds
from network.digest import policies, queries
from network.digest.forms import NoteForm, of_edition
from network.digest.models import Edition
from network.digest.services import editions
from network.digest.views.reading import edition_title
from network.digest.views.rooms import Difference, bp, differences, named, version
from network.permissions import Role, Stale
from network.web import allow


def _own_or_404(slug: str) -> Edition:
    found: Edition | None = g.db.scalars(queries.edition_by_slug(named(slug))).one_or_none()
    if found is None or not policies.can_note(g.actor, found):
        abort(404)
    return found


def _page(form: NoteForm, edition: Edition, different: list[Difference] | None = None) -> str:
    return render_template(
        "digest/note.html",
        form=form,
        edition=edition,
        title=edition_title(edition),
        differences=different or [],
    )


@bp.route("/editions/<slug>/note", methods=["GET", "POST"])
@allow(Role.COORDINATOR, hidden=True)
def note(slug: str) -> ResponseReturnValue:
    """Write the note. Where a colleague was faster, both texts are shown and nothing is lost."""
    edition = _own_or_404(slug)
    form = NoteForm(data=of_edition(edition))
    if request.method == "GET":
        return _page(form, edition)
    if not form.validate_on_submit():
        return _page(form, edition), 400

    def act() -> str:
        read_at = version(form.version.data)
        editions.write_note(g.db, g.actor, edition.id, form.texts(), version=read_at)
        return url_for(".edition", slug=slug)

    typed = repr([form.version.data, sorted(form.texts().items())]).encode()
    try:
        to = deeds.pressed(act, content=typed)
    except Stale:
        edition = _own_or_404(slug)
        saved = NoteForm(formdata=None, data=of_edition(edition))
        form.version.data, form.version.raw_data = str(edition.version), None
        return _page(form, edition, differences(form, saved)), 409
    flash(_("Your note was saved."))
    return redirect(to, 303)
