"""The admin's page: who belongs here, with which roles, and whether they may come in."""

from __future__ import annotations

import uuid

from flask import flash, g, redirect, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from network.accounts import gate, policies, queries
from network.accounts.forms import PassphraseForm, RolesForm, form_fault
from network.accounts.labels import ROLE_HINTS, ROLES, STATUS, refusal
from network.accounts.models import Membership, MembershipStatus
from network.accounts.services import desk as desks
from network.accounts.services import members as services
from network.accounts.services.people import email_of
from network.accounts.views.rooms import admin, page, proven
from network.database import now
from network.forms import Form, options
from network.limits import limit
from network.permissions import NotThere, Role, Unfit
from network.tenancy import Tenant
from network.web import allow

MANAGERS = (Role.ADMIN, Role.COORDINATOR)
PAUSE, END = "pause", "end"
"""Prefixes of the smaller forms on a member's page, so that no two fields of a page have the same name."""


@admin.get("/")
@allow(*MANAGERS)
def index() -> ResponseReturnValue:
    """The way into everything that is administered."""
    return redirect(url_for("admin.members"), 303)


@admin.get("/members")
@allow(*MANAGERS)
def members() -> ResponseReturnValue:
    """Everyone who belongs here, and who is invited."""
    keyring, tenant = gate.app().keyring, own_tenant()
    rows = g.db.scalars(queries.members(tenant.id)).all()
    holders = desks.holders(g.db, tenant.id) if g.actor.is_partner else set()
    return page(
        "admin/members.html",
        tenant=tenant,
        rows=[(m, email_of(keyring, m.user), [ROLES[r] for r in sorted(m.held)]) for m in rows],
        status=STATUS,
        holders=holders,
        reads_cases={m.user_id for m in rows if policies.reads_cases(m.held)},
        invitations=g.db.scalars(queries.open_invitations(tenant.id, now())).all(),
        role_names=ROLES,
        nag=nags(tenant, holders),
    )


def nags(tenant: Tenant, holders: set[uuid.UUID]) -> bool:
    """Whether the desk hangs by one person: no sheet in the safe, and fewer than two who hold the key."""
    if (
        not g.actor.is_partner
        or len(holders) >= 2
        or not g.db.scalars(queries.first_epoch(tenant.id)).first()
    ):
        return False
    return g.db.scalars(queries.sheet(tenant.id)).one_or_none() is None


def own_tenant() -> Tenant:
    found: Tenant = g.db.get_one(Tenant, g.actor.tenant_id)
    return found


def member_of(membership_id: uuid.UUID) -> Membership:
    """A living membership of one's own tenant; any other looks like none."""
    query = queries.members(g.actor.tenant_id).where(Membership.id == membership_id)
    found: Membership | None = g.db.scalars(query).one_or_none()
    if found is None:
        raise NotThere
    return found


@admin.route("/members/<uuid:membership_id>", methods=["GET", "POST"])
@allow(*MANAGERS)
@limit("step-up", per_address="60/minute", per_user="40/hour")
def member(membership_id: uuid.UUID) -> ResponseReturnValue:
    """One member: her roles to change, her access to pause or end."""
    membership, tenant = member_of(membership_id), own_tenant()
    form = RolesForm(data={"roles": membership.roles})
    form.roles.choices = role_choices(tenant)
    if form.validate_on_submit() and proven(form):
        try:
            roles = frozenset(Role(role) for role in form.roles.data)
            services.change_roles(g.db, g.actor, tenant, membership, roles, gate.desk_keys_or_none())
        except Unfit as error:
            form_fault(form, refusal(error), "roles")
        else:
            flash(_("The roles are changed."))
            return redirect(url_for("admin.members"), 303)
    return _member_page(form, membership, None)


def _member_page(form: Form, membership: Membership, sent: Form | None) -> ResponseReturnValue:
    """The page of a member; ``sent`` is the one of its smaller forms that came back with something wrong."""
    smaller = [PassphraseForm(prefix=prefix, formdata=None) for prefix in (PAUSE, END)]
    pausing, ending = (sent if sent is not None and sent._prefix == f._prefix else f for f in smaller)
    return page(
        "admin/member.html",
        form,
        membership=membership,
        pausing=pausing,
        ending=ending,
        myself=membership.user_id == g.actor.user_id,
        suspended=membership.status is MembershipStatus.SUSPENDED,
        hints=[(ROLES[Role(v)], ROLE_HINTS[Role(v)]) for v in sorted(policies.roles_of(own_tenant().kind))],
        email=email_of(gate.app().keyring, membership.user),
    )


def role_choices(tenant: Tenant) -> list[object]:
    """The roles this tenant can give, in the order of responsibility."""
    possible = policies.roles_of(tenant.kind)
    return [*options([(role.value, ROLES[role]) for role in Role if role in possible])]


@admin.post("/members/<uuid:membership_id>/suspend")
@allow(*MANAGERS)
def suspend(membership_id: uuid.UUID) -> ResponseReturnValue:
    return _change(membership_id, "suspend")


@admin.post("/members/<uuid:membership_id>/restore")
@allow(*MANAGERS)
def restore(membership_id: uuid.UUID) -> ResponseReturnValue:
    return _change(membership_id, "restore")


@admin.post("/members/<uuid:membership_id>/remove")
@allow(*MANAGERS)
@limit("step-up", per_address="60/minute", per_user="40/hour")
def remove(membership_id: uuid.UUID) -> ResponseReturnValue:
    return _change(membership_id, "remove")


def _change(membership_id: uuid.UUID, verb: str) -> ResponseReturnValue:
    """Pause, give back or end a membership, each after the passphrase."""
    membership, tenant = member_of(membership_id), own_tenant()
    sent = PassphraseForm(prefix=END if verb == "remove" else PAUSE)
    if sent.validate_on_submit() and proven(sent):
        try:
            if verb == "remove":
                services.remove(g.db, g.actor, membership, gate.desk_keys_or_none())
                flash(_("The membership has ended. Sessions and keys are gone."))
            elif verb == "suspend":
                services.suspend(g.db, g.actor, membership)
                flash(_("Access is paused."))
            else:
                services.restore(g.db, g.actor, membership)
                flash(_("Access is given back."))
        except Unfit as error:
            flash(refusal(error), "danger")
            return redirect(url_for("admin.member", membership_id=membership_id), 303)
        return redirect(url_for("admin.members"), 303)
    form = RolesForm(formdata=None, data={"roles": membership.roles})
    form.roles.choices = role_choices(tenant)
    return _member_page(form, membership, sent)
