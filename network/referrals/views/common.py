"""What the pages of this feature share."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from typing import Any, NoReturn

from flask import Blueprint, abort, g, redirect, request, url_for
from flask_babel import get_locale
from sqlalchemy import select
from wtforms.fields.choices import SelectChoice

from network.accounts import gate
from network.accounts.desk_keys import DeskKeys
from network.accounts.models import User
from network.forms import options
from network.i18n.prefix import PREFIX
from network.permissions import Role, Unfit
from network.referrals import labels, queries
from network.referrals.categories import Category
from network.referrals.models import Case
from network.referrals.services import cases, looks
from network.tenancy import Tenant
from network.web import allow, get_or_404, here

bp = Blueprint("referrals", __name__, url_prefix=f"{PREFIX}/referrals")

desk_only = allow(Role.CASEWORKER, hidden=True)
"""Every page here: for who may read cases; to everybody else there is no such page."""


def desk() -> DeskKeys:
    """The desk's keys of this request."""
    return gate.desk_keys()


def to_referral(referral_id: uuid.UUID) -> str:
    """The address of a referral's page for who asks: a guest's own, or the desk's."""
    if token := g.get("guest_token"):
        return url_for("guest.door", token=token)
    return url_for("referrals.referral", referral_id=referral_id)


def to_move(referral_id: uuid.UUID, name: str, *, asking: bool = False) -> str:
    """Where a move is made, or asked about first, for who asks."""
    verb = "ask_move" if asking else "make_move"
    if token := g.get("guest_token"):
        return url_for(f"guest.{verb}", token=token, name=name)
    return url_for(f"referrals.{verb}", referral_id=referral_id, name=name)


def to_talk(referral_id: uuid.UUID, verb: str, attachment_id: uuid.UUID | None = None) -> str:
    """Where messages and files go and come from, for who asks."""
    more: dict[str, Any] = {"attachment_id": attachment_id} if attachment_id else {}
    if token := g.get("guest_token"):
        return url_for(f"guest.{verb}", token=token, **more)
    return url_for(f"referrals.{verb}", referral_id=referral_id, **more)


def to_compare(referral_id: uuid.UUID, **chosen: int) -> str:
    """Where two versions of the package are compared, for who asks."""
    named: dict[str, Any] = dict(chosen)
    if token := g.get("guest_token"):
        return url_for("guest.compare", token=token, **named)
    return url_for("referrals.compare", referral_id=referral_id, **named)


def case_or_404(case_id: uuid.UUID) -> Case:
    """The case, where this person needs to know it; otherwise the answer to an id that does not exist."""
    return counted(cases.readable_case(g.db, g.actor, get_or_404(Case, case_id)))


def counted(file: Case) -> Case:
    """Count the opening of a case that is not her own: after ten in an hour the passphrase is asked for first."""
    try:
        looks.count(g.db, g.actor, file, writing=request.method == "POST")
    except looks.TooMany:
        confirm_first(here())
    return file


def confirm_first(back: str) -> NoReturn:
    """Alert, in a transaction of its own since this one ends here, and ask for the passphrase."""
    with gate.app().database.unit_of_work(g.actor) as own:
        looks.alert(own, g.actor)
    abort(redirect(url_for("referrals.confirm", next=back), 303))


def tenants(ids: Iterable[uuid.UUID]) -> dict[uuid.UUID, Tenant]:
    return {t.id: t for t in g.db.scalars(select(Tenant).where(Tenant.id.in_(set(ids))))}


def partner_choices(file: Case) -> list[SelectChoice]:
    """The organizations that the person of this case can be referred to."""
    return options((str(t.id), t.name) for t in g.db.scalars(queries.partners(file.tenant_id, file.id)))


def people(ids: Iterable[uuid.UUID | None]) -> dict[uuid.UUID, str]:
    """Names by id, of those who moved something."""
    wanted = {i for i in ids if i is not None}
    return dict(g.db.execute(select(User.id, User.name).where(User.id.in_(wanted))).all()) if wanted else {}


def words_for(unfit: Unfit) -> str:
    """What a rule that refuses says to the person."""
    message = str(labels.UNFIT[unfit.code])
    named = unfit.detail.get("categories")
    if isinstance(named, list):
        return message % {"categories": listed(Category(c) for c in named)}
    return message


def listed(categories: Iterable[Category]) -> str:
    """Categories as people name them; some names have commas of their own."""
    return "; ".join(str(labels.CATEGORIES[c]) for c in categories)


def seen_version() -> int:
    """The version the sender of this form had before her; a missing or wild one is a stale one."""
    text = request.form.get("seen", "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 9 else -1


def uuid_or_404(text: str | None) -> uuid.UUID:
    try:
        return uuid.UUID(text or "")
    except ValueError:
        abort(404)


def reader_language() -> str:
    return str(get_locale().language)
