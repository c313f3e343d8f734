"""A consent that is being asked for, between the pages that ask and the rules that judge: typed words into an act, an
act into sentences."""

from __future__ import annotations

import datetime
import uuid
from collections.abc import Collection, Iterable, Mapping
from typing import Any

from flask import g
from flask_babel import gettext as _

from network.database import now
from network.dates import long_date
from network.i18n.languages import LANGUAGES
from network.i18n.prefix import current_language
from network.referrals import acts, labels, queries, wordings
from network.referrals.acts import Act, Grant, Guardianship
from network.referrals.categories import Category
from network.referrals.consent import (
    DISCLOSING,
    INFORMED_QUESTIONS,
    Access,
    Assent,
    Guardian,
    Method,
    Purpose,
)
from network.referrals.forms.consents import day_or_none
from network.referrals.models import Consent, ConsentText
from network.referrals.services.sealing import Content
from network.tenancy import Tenant

Draft = dict[str, Any]
"""What was typed so far: field name → value, as JSON keeps it."""

SEALED = (
    "method",
    "language",
    "read_aloud",
    "interpreter",
    "witness",
    "capacity_note",
    "safe_channel",
    "safe_contact",
    "safe_hours",
    "safe_message",
    "code_word",
    "if_missing",
    "withheld",
)
"""Fields of the record that are kept as they were typed."""


def plain(said: Mapping[str, Any]) -> Draft:
    """Days as text, so that JSON can hold them."""
    return {name: v.isoformat() if isinstance(v, datetime.date) else v for name, v in said.items()}


def with_days(draft: Draft) -> Draft:
    """The same with days as a form holds them."""
    days: Draft = {name: day_or_none(draft[name]) for name in ("given_on", "expires_on") if name in draft}
    return {**draft, **days}


def purpose_of(draft: Draft) -> Purpose:
    return Purpose(draft.get("purpose") or Purpose.REFERRAL)


def usual_dates(purpose: Purpose) -> Draft:
    """Given today, and as long as is usual."""
    today = now().date()
    return {"given_on": today, "expires_on": today + acts.usual(purpose)}


def guardian_of(draft: Draft) -> Guardianship | None:
    """Who decides for a child; None where the person decides herself."""
    kind = draft.get("given_by") or labels.SELF
    if kind == labels.SELF:
        return None
    return Guardianship(
        Guardian(kind),
        draft.get("guardian_relation") or "",
        draft.get("guardian_authority") or "",
        bool(draft.get("guardian_unsuitable")),
    )


def assent_of(draft: Draft) -> Assent | None:
    return Assent(draft["assent"]) if draft.get("assent") else None


def act_of(draft: Draft, offered: Collection[uuid.UUID] | None = None) -> Act:
    """The act that these answers are. With ``offered`` only organizations among those are named."""
    purpose = purpose_of(draft)
    given_at = _given_at(day_or_none(draft.get("given_on")))
    expires_on = day_or_none(draft.get("expires_on")) or (given_at + acts.usual(purpose)).date()
    grants: dict[uuid.UUID, Grant] = {}
    if purpose in DISCLOSING:
        for recipient in draft.get("recipients", []):
            said = draft.get("grants", {}).get(recipient, {})
            ident = uuid.UUID(recipient)
            if offered is None or ident in offered:
                grants[ident] = Grant(
                    frozenset(Category(c) for c in said.get("categories", [])),
                    Access.RECEIVE_COPY if said.get("copy") else Access.SEE,
                    bool(said.get("onward")),
                )
    told = set(draft.get("informed") or [])
    return Act(
        purpose=purpose,
        given_at=given_at,
        expires_at=_end_of(expires_on, given_at, purpose),
        grants=grants,
        informed={question: question in told for question in INFORMED_QUESTIONS},
        guardian=guardian_of(draft),
        assent=assent_of(draft),
        method=Method(draft["method"]) if draft.get("method") else None,
        witness=draft.get("witness") or "",
    )


def fault_of(draft: Draft, *, minor: bool) -> str | None:
    return acts.fault(act_of(draft), now(), minor=minor)


def details_of(draft: Draft) -> Content:
    """What is sealed of it."""
    told = set(draft.get("informed") or [])
    details: Content = {name: draft.get(name) or "" for name in SEALED}
    details["informed"] = {question: question in told for question in INFORMED_QUESTIONS}
    if draft.get("guardian_name"):
        details["guardian"] = {"name": draft["guardian_name"]}
    return details


def again(former: Consent, said: Content) -> Draft:
    """An earlier consent as the beginning of a new one: everything but the dates, which are asked anew."""
    guardian = said.get("guardian") or {}
    grants: dict[str, Any] = {}
    for scope in former.scopes:
        if scope.removed_at is None:
            grant = grants.setdefault(
                str(scope.recipient_id),
                {
                    "categories": [],
                    "copy": scope.access is Access.RECEIVE_COPY,
                    "onward": scope.onward_sharing,
                },
            )
            grant["categories"].append(scope.category.value)
    return {
        **{name: said.get(name, "") for name in SEALED},
        "renews": str(former.id),
        "purpose": former.purpose.value,
        "given_by": guardian.get("kind", labels.SELF),
        "guardian_name": guardian.get("name", ""),
        "guardian_relation": guardian.get("relation", ""),
        "guardian_authority": guardian.get("authority", ""),
        "recipients": list(grants),
        "grants": grants,
    }


def wordings_shown(purpose: Purpose) -> dict[str, str]:
    """What is read aloud for this purpose, by language: the newest version; that of the product before any is kept."""
    key = wordings.key_for(purpose)
    kept = {text.language: text.wording for text in g.db.scalars(queries.texts_of(key))}
    return {code: kept.get(code, wordings.TEXTS[key][code]) for code in LANGUAGES}


def text_of(draft: Draft, purpose: Purpose) -> ConsentText:
    """The wording that was read, in the language in which it was."""
    key, language = wordings.key_for(purpose), draft.get("language") or current_language()
    found = g.db.scalars(queries.consent_text(key, language)).one_or_none()
    if found is None:
        wordings.ensure(g.db)
        found = g.db.scalars(queries.consent_text(key, language)).one()
    text: ConsentText = found
    return text


def sentences(draft: Draft, tenants: Mapping[uuid.UUID, Tenant]) -> list[str]:
    """What the person decides, to be read back aloud."""
    act = act_of(draft)
    said = [
        may_read(tenants[recipient].name, grant.categories, grant.access, grant.onward)
        for recipient, grant in act.grants.items()
        if recipient in tenants and grant.categories
    ]
    # NOTE: A day follows, as in "Ends on 5 May 2027."
    said.append(_("Ends on %(date)s.", date=long_date(act.expires_at.date(), current_language())))
    if draft.get("reporting"):
        said.append(_("The person is counted in reports, without any name."))
    return said


def may_read(organization: str, categories: Iterable[Category], access: Access, onward: bool) -> str:
    """One recipient's part as a sentence."""
    chosen = frozenset(categories)
    names = "; ".join(str(labels.CATEGORIES[c]) for c in Category if c in chosen)
    words = [_("%(organization)s may read: %(categories)s.", organization=organization, categories=names)]
    if access is Access.RECEIVE_COPY:
        words.append(_("May be given a copy."))
    words.append(_("May pass it on.") if onward else _("May not pass it on."))
    return " ".join(words)


def rows(draft: Draft) -> list[dict[str, Any]]:
    """The other answers, for the page on which they are checked: question, answer, which page asks it."""
    act = act_of(draft)
    language = LANGUAGES.get(draft.get("language") or "")
    told = [labels.INFORMED[q] for q, yes in act.informed.items() if not yes]
    found: list[tuple[str, Any, str]] = [
        (_("What consent is for"), labels.PURPOSES[act.purpose], "who"),
        (_("Who decides"), labels.GUARDIANS[draft.get("given_by") or labels.SELF], "who"),
    ]
    if act.guardian is not None:
        named = [draft.get("guardian_name"), act.guardian.relation, act.guardian.authority]
        found.append((_("Guardian"), "; ".join(filter(None, named)), "who"))
        found.append((_("What the child says"), labels.ASSENTS[act.assent] if act.assent else "", "who"))
    found.append((_("Read in"), language.name if language else "", "words"))
    if draft.get("interpreter"):
        found.append((_("Interpreter, by code"), draft["interpreter"], "words"))
    found += [
        (_("Not explained yet"), "; ".join(map(str, told)) or _("Nothing"), "words"),
        (_("How it was given"), labels.METHODS[act.method] if act.method else "", "how"),
        (_("Witness"), act.witness, "how"),
        (_("Safe contact"), draft.get("safe_contact"), "how"),
    ]
    return [{"name": name, "value": value, "step": step} for name, value, step in found]


def _given_at(day: datetime.date | None) -> datetime.datetime:
    """Today means now. The valley's day begins before that of the server's clock; what is later than that is refused
    by the rule."""
    moment = now()
    if day is None or moment.date() <= day <= (moment + datetime.timedelta(hours=6)).date():
        return moment
    return datetime.datetime.combine(day, datetime.time.min, datetime.UTC)


def _end_of(day: datetime.date, given_at: datetime.datetime, purpose: Purpose) -> datetime.datetime:
    """Consent "until the 5th" holds through the 5th in all three countries, and ends with its UTC day. A term of
    exactly 12 months is not refused for the hours between now and midnight."""
    end = datetime.datetime.combine(day, datetime.time.max, datetime.UTC)
    longest = given_at + acts.longest(purpose)
    return longest if longest < end < longest + datetime.timedelta(days=1) else end
