"""The wordings in which people are asked, for the coordinator who lets them be used. They tell of nobody."""

from __future__ import annotations

from flask import Blueprint, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from network.i18n.languages import LANGUAGES
from network.i18n.prefix import PREFIX
from network.permissions import Role, Stale, Unfit
from network.referrals import labels, queries
from network.referrals.forms import wording_form
from network.referrals.services import texts
from network.referrals.views.common import people
from network.referrals.wordings import FIRST, TEXTS, VERSION
from network.web import allow

bp = Blueprint("wordings", __name__, url_prefix=f"{PREFIX}/consent-wordings")


@bp.get("/")
@allow(Role.COORDINATOR)
def index() -> str:
    """Which wordings there are, in which version."""
    newest = {key: texts.present(g.db, key).get(FIRST) for key in TEXTS}
    return render_template(
        "referrals/wordings.html",
        newest=newest,
        first=VERSION,
        people=people(text.approved_by_id for text in newest.values() if text),
        labels=labels,
    )


@bp.route("/<any(referral, general, reporting):name>", methods=["GET", "POST"])
@allow(Role.COORDINATOR)
def wording(name: str) -> ResponseReturnValue:
    """Change a wording in five languages at once: a new version, and the old one is kept."""
    newest = texts.present(g.db, name)
    version = newest[FIRST].version if FIRST in newest else VERSION
    said = {code: newest[code].wording if code in newest else TEXTS[name][code] for code in LANGUAGES}
    form = wording_form()(data={**said, "seen": version})
    stale = False
    if request.method == "POST" and form.validate_on_submit():
        typed = {code: form[code].data for code in LANGUAGES}
        try:
            with g.db.begin_nested():
                following = texts.approve_wording(
                    g.db, g.actor, name, typed, major=form.change.data == "major", seen=form.seen.data
                )
        except Unfit as unfit:
            for code in unfit.detail.get("languages", ()):  # type: ignore[attr-defined]  # A list of codes.
                form[code].errors = [*form[code].errors, str(labels.UNFIT[unfit.code])]
        except Stale:
            stale, form.seen.data = True, version
        else:
            flash(_("Version %(version)s is used from now on.", version=following))
            return redirect(url_for(".index"), 303)
    history = [t for t in g.db.scalars(queries.texts_of(name)) if t.language == FIRST]
    page = render_template(
        "referrals/wording.html",
        name=name,
        version=version,
        form=form,
        said=said,
        stale=stale,
        history=history[::-1],
        people=people(t.approved_by_id for t in history),
        labels=labels,
    )
    return page, 409 if stale else 422 if form.errors else 200
