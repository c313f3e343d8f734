"""The printed directory: from rows to the data of ``sheets/book.typ``, grouped by place, in one language.

A confidential service stands there with its numbers and its district alone, for whatever readers: paper gets lost.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from flask_babel import gettext as _
from flask_babel import ngettext

from network import dates
from network.directory import labels, numbers, presenting, where
from network.directory.models import Location, Organization, Phone, ReferralRoute, Service, Status
from network.directory.paper.queries import Readers
from network.i18n.collation import sort_key
from network.i18n.languages import LANGUAGES
from network.i18n.prefix import current_language

Said = dict[str, Any]
"""One line of an entry: ``{label, text, lang}``; ``lang`` empty where it is the book's own language."""

ORDER = {code: number for number, code in enumerate(("KG", "UZ", "TJ"))}
LONGEST = 700
"""Letters of a description on paper."""


def stamp(readers: Readers, tenant: str) -> str:
    """What stands on every page, so that nobody passes on what was not meant for others."""
    if readers is Readers.PARTNERS:
        return str(_("For partners of the network only. Do not pass on."))
    if readers is Readers.COLLEAGUES:
        # NOTE: Stamped on each page of a printed directory. %(tenant)s is the name of an organization.
        return str(_("Only for colleagues of %(tenant)s. Do not pass on.", tenant=tenant))
    return str(_("For everyone"))


def book_data(
    rows: Iterable[Organization],
    readers: Readers,
    place_id: str | None,
    *,
    network: str,
    tenant: str,
    address: str,
    day: datetime.date,
) -> dict[str, Any]:
    """The whole book, ready to be set."""
    language = current_language()
    chapters = _chapters(rows, language)
    organizations = sum(len(entries) for _name, entries in chapters)
    return {
        "title": _("Directory"),
        "network": network,
        "lang": LANGUAGES[language].tag.partition("-")[0],
        "place": presenting.place(place_id),
        "stamp": stamp(readers, tenant),
        "closed": readers is not Readers.EVERYONE,
        "day": dates.long_date(day, language),
        "count": ngettext("%(num)s organization", "%(num)s organizations", organizations),
        "contents": _("Contents"),
        # NOTE: In a printed book. It may have changed since; the address of the site follows.
        "newer": _("Numbers change. What is true today stands here:"),
        "address": address,
        # NOTE: The number of a page of a printed book, and how many there are.
        "page_of": _("Page %(page)s of %(pages)s", page="{page}", pages="{pages}"),
        "chapters": [
            {"name": name, "entries": [_organization(row) for row in entries]} for name, entries in chapters
        ],
    }


def _chapters(rows: Iterable[Organization], language: str) -> list[tuple[str, list[Organization]]]:
    """By province, those of Kyrgyzstan first; in each by the alphabet of the book's language."""
    chapters: dict[str, list[Organization]] = {}
    for row in rows:
        line = where.line(row.place_id)
        chapters.setdefault(line[-2] if len(line) > 1 else (line[0] if line else ""), []).append(row)
    for entries in chapters.values():
        entries.sort(key=lambda row: sort_key(presenting.shown(row.name).text, language))

    def order(place_id: str) -> tuple[int, int, str]:
        found = where.place(place_id)
        if found is None:
            return (99, 0, "")
        return (ORDER.get(found.country, 9), found.level, where.sort_key(place_id, language))

    return [
        (presenting.place(place_id) or _("Other places"), chapters[place_id])
        for place_id in sorted(chapters, key=order)
    ]


def _say(label: str, texts: Mapping[str, object] | None, longest: int = LONGEST) -> Iterator[Said]:
    shown = presenting.shown(texts)
    if shown.text.strip():
        yield _line(label, _cut(shown.text, longest), shown.language)


def _line(label: str, text: str, language: str = "") -> Said:
    own = not language or language == current_language()
    return {"label": label, "text": text, "lang": "" if own else LANGUAGES[language].tag.partition("-")[0]}


def _cut(text: str, longest: int) -> str:
    text = " ".join(text.split())
    return text if len(text) <= longest else text[: longest - 1].rsplit(" ", 1)[0].rstrip(" ,.;") + "…"


def _organization(row: Organization) -> dict[str, Any]:
    name = presenting.shown(row.name)
    hidden = {
        at.location_id for service in row.services if service.confidential for at in service.at_locations
    }
    meta = [str(labels.KIND[row.kind])]
    if row.status is not Status.ACTIVE:
        meta.append(str(labels.STATUS[row.status]))
    return {
        **_line("", name.text, name.language),
        "meta": " · ".join(meta),
        "phones": [_phone(phone) for phone in row.phones if phone.service_id is None],
        "lines": [
            *_say("", row.alternate_name),
            *_say("", row.description),
            *([_line(_("Seat"), presenting.place(row.place_id))] if row.place_id else []),
            *(_location(one) for one in row.locations if not one.confidential and one.id not in hidden),
            *_contacts(row),
            *([_line(_("Website"), row.website)] if row.website else []),
            *([_line(_("Email"), row.email)] if row.email else []),
        ],
        "services": [_service(one) for one in row.services if one.status is not Status.DEFUNCT],
    }


def _phone(phone: Phone) -> dict[str, str]:
    words = [_("Hotline")] if phone.hotline else []
    words += filter(None, (presenting.shown(phone.description).text, presenting.shown(phone.hours).text))
    if phone.toll_free:
        words.append(_("free of charge"))
    return {"number": numbers.display(phone.number), "says": _cut(" · ".join(words), 160)}


def _location(row: Location) -> Said:
    doors = [one.address_1 for one in row.addresses if one.address_1]
    name = presenting.shown(row.name)
    return _line(_("Where"), " · ".join(filter(None, (name.text, *doors, presenting.place(row.place_id)))))


def _contacts(row: Organization) -> Iterator[Said]:
    for one in row.contacts:
        words = (one.name, one.title, one.email, numbers.display(one.telephone) if one.telephone else "")
        yield _line(_("Contact"), " · ".join(filter(None, words)))


def _service(row: Service) -> dict[str, Any]:
    name = presenting.shown(row.name)
    kinds = [str(labels.TERMS[term]) for term in row.terms if term in labels.TERMS]
    if row.emergency:
        kinds.append(_("Helps at once"))
    if row.status is not Status.ACTIVE:
        kinds.append(str(labels.STATUS[row.status]))
    hours = "; ".join(presenting.hours(one) for one in row.schedules)
    tongues = ", ".join(presenting.tongue(code) for code in row.languages)
    areas = "; ".join(presenting.place(one.place_id) for one in row.areas)
    return {
        **_line("", name.text, name.language),
        "meta": ", ".join(kinds),
        "phones": [_phone(phone) for phone in row.phones],
        "lines": [
            *_say("", row.description),
            *_say(_("Who may come"), row.eligibility_description, 300),
            *_say(_("How to get it"), row.application_process, 300),
            *_say(_("What it costs"), row.fees_description, 200),
            *([_line(_("Open"), hours)] if hours else []),
            *([_line(_("Languages spoken"), tongues)] if tongues else []),
            *([_line(_("For people of"), areas)] if areas else []),
            *_at(row),
            *(said for route in row.referral_routes for said in _route(route)),
        ],
    }


def _at(row: Service) -> Iterator[Said]:
    """Where a service is given; of a confidential one its district, and how the rest is told."""
    places = [at.location for at in row.at_locations if at.location is not None]
    if row.confidential:
        district = next((presenting.place(_district(one.place_id)) for one in places), "")
        told = _("The address is told to those who need it, by telephone.")
        yield _line(_("Where"), f"{district}. {told}" if district else told)
        return
    for one in places:
        if one.confidential:
            yield _line(_("Where"), presenting.place(_district(one.place_id)))
            continue
        words = (presenting.shown(one.name).text, presenting.place(one.place_id))
        yield _line(_("Where"), " · ".join(filter(None, words)))


def _district(place_id: str) -> str | None:
    """The district a place lies in; a place above districts stays what it is."""
    return next((one for one in where.line(place_id) if (where.place(one) or _TOP).level <= 2), None)


def _route(row: ReferralRoute) -> Iterator[Said]:
    """How partners bring somebody there; in the public's book there is none."""
    if row.contact:
        # NOTE: Whom a partner organization calls or writes to, to bring somebody to a service.
        yield _line(_("To refer somebody"), row.contact)
    yield from _say(_("What happens next"), row.next_step, 300)


_TOP = where.all_places()[0]
