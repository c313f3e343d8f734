"""Setting up the second factor: a QR code drawn here, a secret that only this form carries."""

from __future__ import annotations

import base64
import io

from flask import flash, g, redirect, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from markupsafe import Markup

from network.accounts import gate
from network.accounts.forms import EnrolForm, form_fault
from network.accounts.models import User
from network.accounts.services import second_factor as services
from network.accounts.services.people import email_of
from network.accounts.views.rooms import accounts, after_sign_in, page
from network.keys import Keyring, Tampered
from network.limits import limit
from network.web import SIGNED_IN, allow

TICKET = "totp enrolment"


@accounts.route("/account/second-factor", methods=["GET", "POST"])
@allow(SIGNED_IN)
@limit("enrol", per_address="60/minute", per_user="60/hour")
def second_factor() -> ResponseReturnValue:
    """Show a secret to the authenticator app, and take a code as proof that it has it."""
    keyring = gate.app().keyring
    user = g.db.get_one(User, g.actor.user_id)
    if user.totp is not None:
        flash(_("Your second factor is set up already."), "info")
        return redirect(url_for("accounts.account"), 303)
    form = EnrolForm()
    secret = _secret_of(keyring, form.ticket.data) if form.is_submitted() else None
    if secret and form.validate_on_submit():
        if services.enrol(g.db, g.actor, keyring, user, secret, form.code.data):
            flash(_("From now on, signing in asks for a code from your phone."))
            return redirect(after_sign_in(), 303)
        form_fault(
            form,
            _("This code does not fit. Wait for the next one, and see that the phone's clock is right."),
            "code",
        )
    secret = secret or services.new_secret()
    form.ticket.data = _ticket(keyring, secret)
    address = services.address(secret, email_of(keyring, user), gate.app().settings.network_name)
    groups = " ".join(secret[at : at + 4] for at in range(0, len(secret), 4))
    return page("accounts/second-factor.html", form, qr=_qr(address), secret=groups)


def _ticket(keyring: Keyring, secret: str) -> str:
    """The secret on its way through the form, readable for us alone and good for this person alone."""
    return base64.urlsafe_b64encode(keyring.seal_outer(TICKET, g.actor.user_id, secret.encode())).decode()


def _secret_of(keyring: Keyring, ticket: str | None) -> str | None:
    try:
        sealed = base64.urlsafe_b64decode((ticket or "").encode("ascii", "replace"))
        return keyring.open_outer(TICKET, g.actor.user_id, sealed).decode()
    except (ValueError, Tampered):
        return None


def _qr(address: str) -> Markup:
    import segno  # Costs time to import, and few requests need it.

    drawn = io.BytesIO()
    segno.make(address, error="m").save(
        drawn,
        kind="svg",
        xmldecl=False,
        svgns=True,
        scale=5,
        border=4,
        light="#fff",
        svgclass="qr",
        lineclass=None,
    )
    return Markup(drawn.getvalue().decode())  # noqa: S704  # Drawn here, from numbers alone.
