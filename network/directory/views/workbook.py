"""What a tenant keeps as a workbook: taken away, changed at leisure, and brought back."""

from __future__ import annotations

from flask import Response, abort, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from network import deeds
from network.directory import labels, policies
from network.directory.exchange import taking, workbook
from network.directory.views.rooms import EDITORS, bp, keyring
from network.permissions import Stale, Unfit
from network.web import allow

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
SHOWN = 50
"""Wrong cells that are named at once."""


@bp.get("/workbook.xlsx")
@allow(*EDITORS, hidden=True)
def workbook_file() -> Response:
    """The workbook."""
    if not policies.can_create(g.actor):
        abort(404)
    answer = Response(workbook.written(*taking.kept(g.db, g.actor.tenant_id)), mimetype=XLSX)
    answer.headers["Content-Disposition"] = 'attachment; filename="directory.xlsx"'
    return answer


@bp.route("/workbook", methods=["GET", "POST"])
@allow(*EDITORS, hidden=True)
def workbook_page() -> ResponseReturnValue:
    """Take it away or bring it back. Nothing of it is taken until every row is right."""
    if not policies.can_create(g.actor):
        abort(404)
    wrong: list[taking.Wrong] = []
    refusal = None
    if request.method == "POST":
        sent = request.files.get("workbook")
        raw = sent.read() if sent else b""
        done = ""
        try:
            lines = workbook.read(raw) if raw else []
            done = _take(lines, raw) if raw else ""
            refusal = None if raw else labels.WORKBOOK["no_file"]
        except taking.NotTaken as error:
            wrong = error.wrong
        except Stale:
            refusal = labels.WORKBOOK["stale"]
        except Unfit as error:
            refusal = labels.WORKBOOK.get(error.code) or labels.UNFIT.get(
                error.code, labels.WORKBOOK["workbook_unreadable"]
            )
        if done:
            flash(
                _(
                    "The workbook was taken. New: %(new)s. Changed: %(changed)s.",
                    new=done.split("/")[0],
                    changed=done.split("/")[1],
                )
            )
            return redirect(url_for(".workbook_page"), 303)
    html = render_template(
        "directory/workbook.html",
        wrong=wrong[:SHOWN],
        more=max(0, len(wrong) - SHOWN),
        refusal=refusal,
        words=labels.WORKBOOK,
    )
    return html, 400 if wrong or refusal else 200


def _take(lines: list[workbook.Line], raw: bytes) -> str:
    """Take it once, however often it is sent; how many are new and how many changed."""

    def act() -> str:
        return "/".join(map(str, taking.take(g.db, g.actor, lines, keyring())))

    # A row that a rule refuses takes back those before it, with a key of the form or without.
    return deeds.pressed(act, content=raw)
