"""What a recipient without an account meets: a code field, then its one referral. Nothing else of the site opens to it."""

from __future__ import annotations

import uuid

from flask import (
    Blueprint,
    Response,
    abort,
    flash,
    g,
    make_response,
    redirect,
    render_template,
    request,
    url_for,
)
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext

from network.accounts import gate
from network.compression import keep_plain
from network.i18n.prefix import PREFIX
from network.limits import limit
from network.referrals.forms import GuestCodeForm
from network.referrals.models import GuestLink
from network.referrals.services import guest_links, receiving
from network.referrals.services.guest_links import SESSION, GuestKeys, WrongCode
from network.referrals.states import Move
from network.referrals.views import comparing, talk
from network.referrals.views import referral as referrals
from network.referrals.views.found import found_or_404
from network.referrals.views.questions import ASKING
from network.referrals.views.sheet import page
from network.tenancy import Actor, become
from network.web import EVERYONE, allow

bp = Blueprint("guest", __name__, url_prefix=f"{PREFIX}/guest")
bp.url_value_preprocessor(talk.let_files_come)
LEAVING = {"accounts.exit_now", "accounts.exit_beacon", "accounts.logout"}
"""Who leaves the site leaves the referral too."""


@bp.route("/<token>", methods=["GET", "POST"])
@allow(EVERYONE)
@limit("guest", per_address="30/minute;200/hour")
def door(token: str) -> ResponseReturnValue:
    """The code field; behind it, for half an hour, the referral. Looking at either changes nothing."""
    link = _link_or_404(token)
    if request.method == "GET":
        keys = guest_links.resume(g.db, link, _cookie())
        if keys is None:
            return _door(GuestCodeForm(), link, 200)
        return _referral(token, link, keys)
    form = GuestCodeForm()
    if not form.validate_on_submit():
        return _door(form, link, 422)
    try:
        came = guest_links.try_code(g.db, gate.app().keyring, link, token, form.code.data)
    except ValueError:
        form.code.errors = [
            _(
                "A code has 12 letters and digits, in three groups of four. Please compare it with what you were given."
            )
        ]
        return _door(form, link, 422)
    except WrongCode as wrong:
        if wrong.left:
            form.code.errors = [
                _("This code does not open it.")
                + " "
                + ngettext("%(num)s try is left.", "%(num)s tries are left.", wrong.left)
            ]
        return _door(form, link, 422, locked=not wrong.left)
    g.actor = Actor.guest(came.keys.tenant_id)
    receiving.open_referral(g.db, g.actor, link.referral_id)
    response = make_response(redirect(url_for(".door", token=token), 303))
    response.set_cookie(
        cookie_name(),
        came.cookie,
        httponly=True,
        secure=gate.app().settings.production,
        samesite="Lax",
        path="/",
        max_age=int(SESSION.total_seconds()),
    )
    return response


@bp.get(f"/<token>/<any({', '.join(m.value for m in ASKING)}):name>")
@allow(EVERYONE)
def ask_move(token: str, name: str) -> ResponseReturnValue:
    """The question that goes before a move with a reason."""
    link = enter(token)
    return referrals.ask(link.referral_id, name) if link else _again(token)


@bp.post(f"/<token>/<any({', '.join(m.value for m in Move)}):name>")
@allow(EVERYONE)
def make_move(token: str, name: str) -> ResponseReturnValue:
    """Move it, as the receiving desk of this one referral."""
    link = enter(token)
    return referrals.make(link.referral_id, name) if link else _again(token)


@bp.post("/<token>/messages")
@allow(EVERYONE)
def write_message(token: str) -> ResponseReturnValue:
    """Write to whoever referred."""
    link = enter(token)
    return talk.say(link.referral_id) if link else _again(token)


@bp.route("/<token>/files", methods=["GET", "POST"])
@allow(EVERYONE)
@limit("guest-files", per_address="30/minute;200/hour")
def attach(token: str) -> ResponseReturnValue:
    """Add a file to the one referral."""
    link = enter(token)
    return talk.add_file(link.referral_id) if link else _again(token)


@bp.get("/<token>/files/<uuid:attachment_id>")
@allow(EVERYONE)
def attachment(token: str, attachment_id: uuid.UUID) -> ResponseReturnValue:
    """Take a file of the one referral."""
    link = enter(token)
    return talk.hand_out(link.referral_id, attachment_id) if link else _again(token)


@bp.get("/<token>/compare")
@allow(EVERYONE)
def compare(token: str) -> ResponseReturnValue:
    """What changed between two versions of what was sent."""
    link = enter(token)
    return comparing.compared(link.referral_id) if link else _again(token)


@bp.post("/<token>/leave")
@allow(EVERYONE)
def leave(token: str) -> ResponseReturnValue:
    """End the half hour now."""
    _link_or_404(token)
    guest_links.leave(g.db, _cookie())
    flash(_("Closed. With link and code you can come back."))
    response = make_response(redirect(url_for(".door", token=token), 303))
    return _without_cookie(response)


def cookie_name() -> str:
    return "__Host-guest" if gate.app().settings.production else "guest"


def enter(token: str) -> GuestLink | None:
    """Become this link's guest for the request; None where the half hour is over, 404 where there is no such link."""
    link = _link_or_404(token)
    keys = guest_links.resume(g.db, link, _cookie())
    if keys is None:
        return None
    _become(token, keys)
    return link


def _become(token: str, keys: GuestKeys) -> None:
    g.actor = Actor.guest(keys.tenant_id)
    g.desk_keys, g.guest_token = keys, token
    become(g.db, g.actor)


def _link_or_404(token: str) -> GuestLink:
    keep_plain()
    link = guest_links.find(g.db, token)
    if link is None:
        abort(404)
    return link


def _referral(token: str, link: GuestLink, keys: GuestKeys) -> ResponseReturnValue:
    referral_id = link.referral_id
    _become(token, keys)
    return page(found_or_404(referral_id))


def _door(form: GuestCodeForm, link: GuestLink, status: int, *, locked: bool = False) -> ResponseReturnValue:
    shut = locked or link.locked_at is not None
    return render_template("referrals/guest-door.html", form=form, locked=shut), status


def _again(token: str) -> ResponseReturnValue:
    flash(_("Half an hour has passed. Enter the code once more."), "attention")
    return redirect(url_for(".door", token=token), 303)


def _cookie() -> str:
    return request.cookies.get(cookie_name(), "")


def _without_cookie(response: Response) -> Response:
    response.delete_cookie(
        cookie_name(), path="/", secure=gate.app().settings.production, httponly=True, samesite="Lax"
    )
    return response


@bp.after_request
def _never_kept(response: Response) -> Response:
    response.headers["Cache-Control"] = "no-store"
    response.headers["X-Robots-Tag"] = "noindex, nofollow"
    return response


@bp.after_app_request
def _leave_too(response: Response) -> Response:
    """Quick exit ends a guest's half hour as it ends a session."""
    if request.endpoint in LEAVING and _cookie():
        with gate.app().database.unit_of_work(Actor.anonymous()) as session:
            guest_links.leave(session, _cookie())
        _without_cookie(response)
    return response


__all__ = ["bp", "enter"]
