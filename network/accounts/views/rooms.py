"""The two blueprints, and what their views share."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, g, render_template, request
from flask_babel import gettext as _

from network.accounts import gate
from network.accounts.forms import form_fault
from network.accounts.services.sign_in import Wrong, step_up
from network.face import link
from network.forms import Form
from network.i18n.prefix import PREFIX
from network.keys import Cost, PrivateKey

accounts = Blueprint("accounts", __name__, url_prefix=PREFIX)
admin = Blueprint("admin", __name__, url_prefix=PREFIX + "/admin")

UNFIT = 422
"""What a form that must be put right is answered with."""


def page(template: str, form: Form | None = None, **context: Any) -> tuple[str, int]:
    """A page; with a form that was sent and not taken, as one to be put right."""
    status = UNFIT if form is not None and request.method == "POST" else 200
    return render_template(template, form=form, **context), status


def cost() -> Cost:
    """What deriving a key costs here."""
    settings = gate.app().settings
    return Cost(settings.kdf_memory_kib, settings.kdf_passes)


def agent() -> str:
    from network.accounts.services.sessions import agent_family

    return agent_family(request.headers.get("User-Agent", ""))


def proven(form: Any) -> PrivateKey | None:
    """The person's key, where the form's passphrase is right; else the form says that it is not."""
    try:
        return step_up(g.db, gate.app().keyring, g.actor, form.password.data)
    except Wrong:
        form_fault(form, wrong_passphrase(), "password")
        return None


def wrong_passphrase() -> str:
    return str(_("This is not your passphrase. Capital letters and the keyboard's language count."))


def after_sign_in() -> str:
    """Where to go after signing in, if nothing else was asked for."""
    return gate.safe_next(request.values.get("next"), link("desk/"))
