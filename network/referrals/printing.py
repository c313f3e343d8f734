"""What is printed for the person herself: her consent, and who received what. In the language of the page.

A paper is found in a pocket: neither says what the help is for, and neither names anybody but the organizations.
"""

from __future__ import annotations

import datetime
import uuid
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from flask_babel import gettext as _

from network import dates
from network.i18n.languages import LANGUAGES
from network.i18n.prefix import current_language
from network.referrals import labels
from network.referrals.categories import Category
from network.referrals.consent import GivenBy
from network.referrals.models import CaseExport, Consent, ConsentText, Disclosure, Obligation, Referral
from network.referrals.services.sealing import Content
from network.referrals.states import Status

SHEET = "record"


@dataclass(frozen=True, slots=True)
class Received:
    """One line of the ledger: who received what, when, and what became of it."""

    disclosure: Disclosure
    referral: Referral
    organization: str
    consented_at: datetime.datetime | None
    owed: Sequence[Obligation]


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the ledger as it is read: when, to whom or as what, the sentences, and what it is found again by."""

    at: datetime.datetime
    title: str
    sentences: list[str]
    foot: str = ""
    mark: str = ""
    referral_id: uuid.UUID | None = None


def part(heading: str = "", **held: Any) -> dict[str, Any]:
    """One part of a sheet; what it does not hold is empty."""
    empty: dict[str, Any] = {
        "paragraphs": [],
        "quote": "",
        "lang": "",
        "rows": [],
        "entries": [],
        "signatures": [],
    }
    return {"heading": heading, **empty, **held}


def sheet(
    title: str, lead: str, parts: Iterable[dict[str, Any]], *, keeper: str, code: str, mark: str, network: str
) -> dict[str, Any]:
    """The data of ``sheets/record.typ``."""
    language = current_language()
    return {
        "title": title,
        "lead": lead,
        "lang": LANGUAGES[language].tag.partition("-")[0],
        "network": network,
        "keeper": keeper,
        "day": day(datetime.datetime.now(datetime.UTC)),
        "code": code,
        "mark": mark,
        # NOTE: The number of a page of a printed book, and how many there are.
        "page_of": _("Page %(page)s of %(pages)s", page="{page}", pages="{pages}"),
        "parts": list(parts),
    }


def consent_sheet(
    given: Consent,
    said: Content,
    text: ConsentText,
    sentences: Sequence[str],
    *,
    keeper: str,
    code: str,
    network: str,
) -> dict[str, Any]:
    """Consent as it was given: what was read, what was decided, how to take it back, room to sign."""
    own = text.language == current_language()
    guarded = given.given_by is GivenBy.GUARDIAN
    told: dict[str, bool] = said.get("informed", {})
    parts = [
        part(
            _("What was read aloud"),
            quote=text.wording,
            lang="" if own else LANGUAGES[text.language].tag.partition("-")[0],
        ),
        part(
            _("What was decided"),
            paragraphs=[
                str(labels.PURPOSES[given.purpose]) + ".",
                *sentences,
                _("Ends on %(date)s.", date=day(given.ends_at)),
            ],
        ),
        part(
            _("What was explained and understood?"),
            paragraphs=[str(labels.INFORMED[question]) for question, yes in told.items() if yes],
        ),
        part(
            _("To take it back"),
            paragraphs=[
                _(
                    "Call us, or send a message, at any time, and say the code at the foot of this page."
                    " No reason is needed. From that moment nobody else can read anything."
                )
            ],
        ),
        part(
            signatures=[
                _("Guardian") if guarded else _("The person, by signature or thumbprint"),
                _("Witness"),
                # NOTE: Under a line to sign on: who works for the organization.
                _("For the organization"),
            ]
        ),
    ]
    lead = _("Given on %(date)s, to %(organization)s.", date=day(given.given_at), organization=keeper)
    return sheet(_("Consent"), lead, parts, keeper=keeper, code=code, mark=text.sha256.hex(), network=network)


def lines(received: Iterable[Received], taken: Iterable[tuple[CaseExport, str]] = ()) -> list[Line]:
    """The whole ledger, the newest first: what went to others here, and what was taken away as a file. ``taken`` says of
    each file for whom it was, or nothing where that is not to be read."""
    found = [
        Line(
            one.disclosure.disclosed_at,
            one.organization,
            what(one),
            f"{one.referral.code} · {one.disclosure.package_sha256.hex()[:32]}",
            one.disclosure.package_sha256.hex(),
            one.referral.id,
        )
        for one in received
    ]
    for entry, told_to in taken:
        names = "; ".join(str(labels.CATEGORIES[Category(c)]) for c in entry.categories)
        said = [_("Was taken away: %(categories)s.", categories=names)]
        if told_to:
            # NOTE: what a colleague wrote when the file was made: for whom it is, and why.
            said.append(_("For whom and why: %(words)s", words=told_to))
        found.append(Line(entry.at, _("A file (%(form)s)", form=labels.FILE_FORMS[entry.form]), said))
    return sorted(found, key=lambda line: line.at, reverse=True)


def ledger_sheet(ledger: Sequence[Line], *, keeper: str, code: str, network: str) -> dict[str, Any]:
    """Who received what, when, under which consent, and what became of it."""
    entries = [
        {
            "title": f"{line.title}, {day(line.at)}",
            "lines": [*line.sentences, *([line.foot] if line.foot else [])],
        }
        for line in ledger
    ]
    parts = [part(entries=entries, paragraphs=[] if entries else [_("Nobody has received anything.")])]
    lead = _("Everything that left %(organization)s, the newest first.", organization=keeper)
    mark = next((line.mark for line in ledger if line.mark), "")
    return sheet(_("Who received what"), lead, parts, keeper=keeper, code=code, mark=mark, network=network)


def what(line: Received) -> list[str]:
    """One disclosure in sentences."""
    names = "; ".join(str(labels.CATEGORIES[Category(c)]) for c in line.disclosure.categories)
    if line.disclosure.copied_as is not None:
        return [
            _("A copy was printed there: %(categories)s.", categories=names)
            if names
            else _("A copy of the request was printed there.")
        ]
    said = [_("Was sent: %(categories)s.", categories=names)]
    if line.consented_at is not None:
        said.append(_("Under the consent of %(date)s.", date=day(line.consented_at)))
    else:
        said.append(_("Without consent, because of danger or an order; somebody else looked at it again."))
    taken = [c for owed in line.owed for c in owed.categories]
    if taken:
        names = "; ".join(str(labels.CATEGORIES[c]) for c in Category if c.value in taken)
        said.append(_("Taken back since: %(categories)s.", categories=names))
    ended = line.disclosure.stopped_at or line.disclosure.stop_requested_at
    if line.referral.status is Status.TRANSFERRED:
        said.append(
            # NOTE: Read to the person: her whole case went to another organization, as she had agreed.
            _(
                "The case was handed over: what the person agreed to hand over stands in a case of that organization now."
            )
        )
    elif ended is None:
        said.append(_("It is read there, as far as the referral was accepted."))
    else:
        said.append(_("Since %(date)s it can no longer be read there.", date=day(ended)))
    for owed in line.owed:
        if owed.confirmed_at is not None and owed.ground is not None:
            said.append(f"{day(owed.confirmed_at)}: {labels.STOP_GROUNDS[owed.ground]}.")
        else:
            said.append(_("They must confirm by %(date)s that they deleted it.", date=day(owed.due_at)))
    return said


def day(moment: datetime.datetime) -> str:
    return dates.long_date(moment.date(), current_language())


def by_disclosure(obligations: Iterable[Obligation]) -> Mapping[Any, list[Obligation]]:
    """What is owed, by what it is owed for."""
    found: dict[Any, list[Obligation]] = {}
    for obligation in obligations:
        found.setdefault(obligation.disclosure_id, []).append(obligation)
    return found
