"""Messages and files on a referral, for whoever sits at one of its two ends."""

from __future__ import annotations

import uuid
from typing import Any
from urllib.parse import quote

from flask import Response, flash, g, redirect, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from network.deeds import pressed
from network.forms import options
from network.permissions import Stale, Unfit
from network.referrals import files, labels
from network.referrals.categories import Category
from network.referrals.forms import AttachmentForm, MessageForm
from network.referrals.services import talk
from network.referrals.views.common import bp, desk, desk_only, to_referral, to_talk, words_for
from network.referrals.views.found import Found, found_or_404
from network.referrals.views.sheet import page

FORM_AROUND = 2**20
"""Bytes of an upload beside the file itself."""
UPLOADS = {"referrals.attach", "guest.attach", "referrals.add_evidence"}


def let_files_come(endpoint: str | None, _values: dict[str, Any] | None) -> None:
    """Where files are taken, a request may be as large as the largest of them; everywhere else it may not."""
    if endpoint in UPLOADS and request.method == "POST":
        request.max_content_length = files.LARGEST + FORM_AROUND


bp.url_value_preprocessor(let_files_come)


@bp.post("/<uuid:referral_id>/messages")
@desk_only
def write_message(referral_id: uuid.UUID) -> ResponseReturnValue:
    """Write to the other organization. Sent twice, a form writes one message."""
    return say(referral_id)


@bp.route("/<uuid:referral_id>/files", methods=["GET", "POST"])
@desk_only
def attach(referral_id: uuid.UUID) -> ResponseReturnValue:
    """Add a file to a referral."""
    return add_file(referral_id)


@bp.get("/<uuid:referral_id>/files/<uuid:attachment_id>")
@desk_only
def attachment(referral_id: uuid.UUID, attachment_id: uuid.UUID) -> ResponseReturnValue:
    """Take a file. It is never shown by the browser in our name."""
    return hand_out(referral_id, attachment_id)


def say(referral_id: uuid.UUID) -> ResponseReturnValue:
    """The same for a desk and a guest."""
    found = found_or_404(referral_id)
    form = MessageForm()
    if not form.validate_on_submit():
        return page(found, message=form), 422

    def act() -> str:
        talk.write_message(g.db, g.actor, desk(), referral_id, form.text.data)
        return to_referral(referral_id)

    try:
        target = pressed(act)
    except Unfit as unfit:
        form.text.errors = [*form.text.errors, words_for(unfit)]
        return page(found, message=form), 422
    except Stale:
        g.db.expire_all()
        return page(found_or_404(referral_id), stale=True), 409
    flash(_("Your message is there for the other organization."))
    return redirect(target, 303)


def add_file(referral_id: uuid.UUID) -> ResponseReturnValue:
    """The same for a desk and a guest."""
    found = found_or_404(referral_id)
    if not talk.may_talk(found.referral):
        raise Stale
    form = AttachmentForm()
    allowed = [Category(c) for c in found.categories]
    form.category.choices = options((c.value, labels.CATEGORIES[c]) for c in allowed)
    if request.method == "GET" or not form.validate_on_submit():
        return _file_page(found, form)

    with form.file.data.stream as came:
        data = came.read(files.LARGEST + 1)

    def act() -> str:
        talk.attach(
            g.db,
            g.actor,
            desk(),
            referral_id,
            category=Category(form.category.data),
            allowed=allowed,
            name=form.file.data.filename,
            data=data,
        )
        return to_referral(referral_id)

    try:
        target = pressed(act)
    except Unfit as unfit:
        field = form.category if unfit.code.startswith(("category", "consent", "country")) else form.file
        field.errors = [*field.errors, words_for(unfit)]
        return _file_page(found, form)
    flash(_("The file is there for the other organization."))
    return redirect(target, 303)


def hand_out(referral_id: uuid.UUID, attachment_id: uuid.UUID) -> ResponseReturnValue:
    """The same for a desk and a guest. All of it is checked before the first byte leaves."""
    found = found_or_404(referral_id)
    told, content = talk.take(g.db, g.actor, desk(), found.referral, attachment_id)
    response = Response(b"".join(content), content_type=told["kind"])
    if told["kind"] == files.Kind.TEXT:
        response.headers["Content-Type"] = "text/plain; charset=utf-8"
    plain = "file" + files.ENDINGS[files.Kind(told["kind"])]
    response.headers["Content-Disposition"] = (
        f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(told['name'], safe='')}"
    )
    response.headers["Content-Security-Policy"] = "sandbox; default-src 'none'"
    return response


def _file_page(found: Found, form: AttachmentForm) -> ResponseReturnValue:
    page = render_template(
        "referrals/file.html",
        referral=found.referral,
        form=form,
        to_referral=to_referral,
        to_talk=to_talk,
    )
    return page, 422 if form.errors else 200
