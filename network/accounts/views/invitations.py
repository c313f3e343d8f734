"""Inviting a member, writing the letter anew, taking it back."""

from __future__ import annotations

import uuid

from flask import flash, g, redirect, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from network.accounts import gate, policies
from network.accounts.forms import InviteForm, form_fault
from network.accounts.labels import ROLE_HINTS, ROLES, refusal
from network.accounts.models import Invitation
from network.accounts.services import joining
from network.accounts.views.members import MANAGERS, own_tenant, role_choices
from network.accounts.views.rooms import admin, page, proven
from network.i18n.prefix import current_language
from network.limits import limit
from network.permissions import Role, Unfit
from network.web import allow, get_or_404


@admin.route("/members/invite", methods=["GET", "POST"])
@allow(*MANAGERS)
@limit("invite", per_address="60/minute", per_user="60/hour")
def invite() -> ResponseReturnValue:
    """Write to a person with a link that works once."""
    tenant = own_tenant()
    form = InviteForm(data={"language": current_language()})
    form.roles.choices = role_choices(tenant)
    if form.validate_on_submit() and proven(form):
        try:
            joining.invite(
                g.db,
                g.actor,
                gate.app().keyring,
                tenant,
                email=form.email.data,
                name=form.name.data,
                language=form.language.data,
                roles=frozenset(Role(role) for role in form.roles.data),
            )
        except Unfit as error:
            form_fault(form, refusal(error), "roles" if error.code == "roles" else "email")
        else:
            flash(_("The invitation is on its way. Its link works once, for three days."))
            return redirect(url_for("admin.members"), 303)
    hints = [(ROLES[role], ROLE_HINTS[role]) for role in Role if role in policies.roles_of(tenant.kind)]
    return page("admin/invite.html", form, hints=hints)


@admin.post("/invitations/<uuid:invitation_id>/renew")
@allow(*MANAGERS)
@limit("invite", per_address="60/minute", per_user="60/hour")
def renew_invitation(invitation_id: uuid.UUID) -> ResponseReturnValue:
    """Send the letter again, with a new link."""
    joining.renew(g.db, g.actor, gate.app().keyring, get_or_404(Invitation, invitation_id))
    flash(_("A new invitation is on its way. The earlier link no longer works."))
    return redirect(url_for("admin.members"), 303)


@admin.post("/invitations/<uuid:invitation_id>/withdraw")
@allow(*MANAGERS)
def withdraw_invitation(invitation_id: uuid.UUID) -> ResponseReturnValue:
    """Take the letter back."""
    joining.withdraw(g.db, g.actor, get_or_404(Invitation, invitation_id))
    flash(_("The invitation is taken back."))
    return redirect(url_for("admin.members"), 303)
