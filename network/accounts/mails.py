"""The letters of accounts, and where a person, an invited one and the people of a desk are reached."""

from __future__ import annotations

import uuid
from collections.abc import Iterable

from flask import url_for
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from network.accounts import policies, queries
from network.accounts.models import Invitation, User
from network.accounts.services import joining, news
from network.accounts.services.joining import INVITATION, INVITED
from network.accounts.services.people import email_of
from network.database import now
from network.dates import long_date
from network.i18n.prefix import current_language
from network.outbox import ADMINS, DESK, USER, Context, Mail, OutboxMessage, Reach, reaches, renders, spreads
from network.permissions import Role
from network.tenancy import Tenant


@reaches(USER)
def member(session: Session, user_id: uuid.UUID, context: Context) -> Reach | None:
    """A person with an account and a living membership."""
    user = session.get(User, user_id)
    if user is None:
        return None
    return Reach(email_of(context.keyring, user), user.language)


@spreads(DESK)
def desk(session: Session, tenant_id: uuid.UUID) -> Iterable[tuple[str, uuid.UUID]]:
    """Those of a tenant who read cases. The clock sees no keys, so it goes by their roles."""
    for membership in session.scalars(queries.members(tenant_id)):
        if membership.active and policies.reads_cases(membership.held) and not membership.travelling_since:
            yield USER, membership.user_id


@spreads(ADMINS)
def admins(session: Session, tenant_id: uuid.UUID) -> Iterable[tuple[str, uuid.UUID]]:
    """Those who administer a tenant; of the network, its coordinators."""
    for membership in session.scalars(queries.members(tenant_id)):
        if membership.active and not {Role.ADMIN, Role.COORDINATOR}.isdisjoint(membership.held):
            yield USER, membership.user_id


@spreads(news.KEEPERS)
def keepers(session: Session, tenant_id: uuid.UUID) -> Iterable[tuple[str, uuid.UUID]]:
    """Those who answer for a desk's keys: each once, although she may administer and read cases."""
    yield from dict.fromkeys([*admins(session, tenant_id), *desk(session, tenant_id)])


@reaches(INVITED)
def invited(session: Session, invitation_id: uuid.UUID, context: Context) -> Reach | None:
    """Whom an invitation goes to, as long as it can be answered."""
    found = session.get(Invitation, invitation_id)
    if found is None or found.accepted_at or found.withdrawn_at or found.expires_at <= now():
        return None
    return Reach(joining.address_of(context.keyring, found), found.language)


@renders(INVITATION)
def invitation(session: Session, message: OutboxMessage, context: Context) -> Mail | None:
    """The one-time link. It names neither the organization nor what it does: the mailbox may be read by others."""
    found = session.get(Invitation, message.to_id)
    reach = context.reach(session, *message.recipient)
    if found is None or reach is None or message.params.get("issue") != found.issue:
        return None
    link = url_for("accounts.join", token=joining.link_token(context.keyring, found), _external=True)
    until = long_date(found.expires_at, current_language())
    text = _(
        "You are invited to Kopuro.\n\n"
        "This link works once, until %(day)s:\n\n%(link)s\n\n"
        "If you do not know what this is about, do nothing: without the link nothing happens.",
        day=until,
        link=link,
    )
    return Mail(to=reach.address, subject=_("Invitation to Kopuro"), text=text)


@renders(news.KEYS_CHANGED)
def keys_changed(session: Session, message: OutboxMessage, context: Context) -> Mail | None:
    """That the keys of a desk changed, and how. No name, and no link deeper than the front door."""
    reach = context.reach(session, *message.recipient)
    if reach is None:
        return None
    what = {
        news.KeyNews.LET_IN: _("A colleague was let in."),
        news.KeyNews.NEW_KEYS: _("Somebody left. New keys were made."),
        news.KeyNews.SHEET_PRINTED: _("A new recovery sheet was printed. Earlier sheets no longer work."),
        news.KeyNews.SHEET_USED: _("The recovery sheet was used."),
    }[news.KeyNews(message.params["what"])]
    return _about_keys(reach, what, context)


@renders(news.ACCOUNT_CHANGED)
def account_changed(session: Session, message: OutboxMessage, context: Context) -> Mail | None:
    """That a person's own passphrase is another one now."""
    reach = context.reach(session, *message.recipient)
    if reach is None:
        return None
    what = {
        news.AccountNews.CHANGED: _("Your passphrase was changed."),
        news.AccountNews.RECOVERED: _("A new passphrase was set with your recovery code."),
    }[news.AccountNews(message.params["what"])]
    return _about_keys(reach, what, context)


@renders(news.PARTNER_PAUSED)
def partner_paused(session: Session, message: OutboxMessage, context: Context) -> Mail | None:
    """To every coordinator, so that no one pauses a partner unseen. Which partners there are is public."""
    reach = context.reach(session, *message.recipient)
    partner = session.get(Tenant, uuid.UUID(message.params["partner"]))
    if reach is None or partner is None:
        return None
    return _about_keys(reach, _("A coordinator paused this partner: %(name)s.", name=partner.name), context)


def _about_keys(reach: Reach, what: str, context: Context) -> Mail:
    # NOTE: this mail may be read by somebody who must not know what Kopuro is for.
    advice = _("If you do not know why, call your colleagues today.")
    text = f"{what}\n\n{advice}\n\n{context.settings.base_url}/\n"
    return Mail(to=reach.address, subject=_("Something changed in Kopuro"), text=text)
