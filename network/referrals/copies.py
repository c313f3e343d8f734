"""A referral on paper, for the desk that received it: the data of ``sheets/record.typ``, in the language of the page.

The code of the referral and the hash of its package stand at the foot of each page, so that a sheet that is found can
be told from any other, and tells nobody else anything.
"""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import Any

from flask_babel import gettext as _

from network.referrals import labels, printing
from network.referrals.categories import Category
from network.referrals.models import Referral
from network.referrals.services.copying import Copy


def copy_sheet(
    referral: Referral, copy: Copy, *, sender: str, receiver: str, services: list[str], network: str
) -> dict[str, Any]:
    """The whole paper: what is asked, what consent says, what may be copied."""
    sent = referral.sent_at or referral.created_at
    parts = [
        printing.part(_("What is asked"), rows=_asked(referral, copy, services)),
        printing.part(_("What the person agreed to"), paragraphs=_attested(copy, receiver)),
        *(_category(category, content) for category, content in copy.parts.items()),
        printing.part(
            _("Handle with care"),
            paragraphs=[
                _(
                    "This copy stands in the ledger of the referral. When consent is withdrawn, destroy it and confirm that."
                )
            ],
        ),
    ]
    lead = _(
        "From %(sender)s to %(receiver)s, sent on %(date)s.",
        sender=sender,
        receiver=receiver,
        date=printing.day(sent),
    )
    return printing.sheet(
        _("Referral"),
        lead,
        parts,
        keeper=receiver,
        code=referral.code,
        mark=(referral.package_sha256 or b"").hex(),
        network=network,
    )


def _asked(referral: Referral, copy: Copy, services: list[str]) -> list[dict[str, str]]:
    rows = [
        _row(_("Requested"), copy.envelope.get("requested_service")),
        _row(_("Services"), "; ".join(services)),
        _row(_("Need"), copy.envelope.get("need")),
        _row(_("How urgent is it?"), labels.PRIORITIES[referral.priority]),
        *(
            _row(str(labels.FIELDS[name]), shown(name, value))
            for name, value in copy.envelope.get("hints", {}).items()
        ),
    ]
    return [row for row in rows if row["value"]]


def _attested(copy: Copy, receiver: str) -> list[str]:
    """Whether there was consent, from when until when, and what stays to be read on the screen."""
    said = copy.envelope.get("consent", {})
    names = _names(Category(one) for one in said.get("categories", []))
    lines = (
        [_("%(organization)s may read: %(categories)s.", organization=receiver, categories=names)]
        if names
        else []
    )
    if given := _day(said.get("given_at")):
        lines.append(_("Agreed on %(date)s.", date=given))
    if ends := _day(said.get("expires_at")):
        lines.append(_("Ends on %(date)s.", date=ends))
    if copy.kept_back:
        lines.append(
            _(
                "To be read on the screen alone, not to be copied: %(categories)s.",
                categories=_names(copy.kept_back),
            )
        )
    return lines


def _names(categories: Any) -> str:
    return "; ".join(str(labels.CATEGORIES[one]) for one in categories)


def _day(iso: object) -> str:
    return printing.day(datetime.datetime.fromisoformat(iso)) if isinstance(iso, str) else ""


def _category(category: Category, content: Mapping[str, Any]) -> dict[str, Any]:
    """One part: short answers as lines, long ones and those given several times as boxes."""
    rows: list[dict[str, str]] = []
    entries: list[dict[str, Any]] = []
    for name, value in content.items():
        title = str(labels.FIELDS.get(name, name))
        if isinstance(value, list) and value and isinstance(value[0], Mapping):
            for number, one in enumerate(value, 1):
                lines = [
                    f"{labels.FIELDS.get(key, key)}: {shown(key, answer)}" for key, answer in one.items()
                ]
                entries.append({"title": f"{title}, {number}", "lines": lines})
        elif isinstance(value, str) and "\n" in value:
            entries.append({"title": title, "lines": [line for line in value.split("\n") if line.strip()]})
        elif value:
            rows.append(_row(title, shown(name, value)))
    return printing.part(str(labels.CATEGORIES[category]), rows=rows, entries=entries)


def _row(name: object, value: object) -> dict[str, str]:
    return {"name": str(name), "value": str(value or "")}


def shown(name: str, value: Any) -> str:
    """An answer in the words of the page's language."""
    if isinstance(value, list):
        return "; ".join(str(labels.CHOICES.get(one, one)) for one in value)
    if name in labels.CHOSEN:
        return str(labels.CHOICES.get(value, value))
    return labels.day(str(value)) if name in labels.DAYS else str(value)
