"""Organizations, their numbers in registers, people and telephones as columns."""

from __future__ import annotations

from network.directory.exchange import values as make
from network.directory.exchange.records import Raw
from network.directory.exchange.shapes.telling import Columns, Telling, languages
from network.directory.models import OrganizationKind
from network.i18n.translated import written

CHANNELS = ("voice", "sms", "whatsapp", "telegram", "imo", "fax")


def organization(telling: Telling, values: Raw) -> Columns | None:
    name = telling.texts(values, "name")
    if not name:
        telling.tell("name", "no name", "left out")
        return None
    kind = make.text(values.get("kind"))
    return {
        "name": name,
        "alternate_name": telling.texts(values, "alternate_name"),
        "description": telling.texts(values, "description"),
        "website": make.url(values.get("website") or values.get("url"), telling.tell, "website"),
        "email": make.email(values.get("email"), telling.tell),
        "year_incorporated": make.whole(
            values.get("year_incorporated"), telling.tell, "year_incorporated", 1000, 2200
        ),
        "legal_status": make.short(values.get("legal_status"), 100, "legal_status", telling.tell) or None,
        "kind": OrganizationKind(kind) if kind in set(OrganizationKind) else OrganizationKind.NGO,
        "member": make.yes(values.get("member_of_the_network")),
        "source": telling.ways.language,
    }


def identifier(telling: Telling, values: Raw) -> Columns | None:
    number = make.short(values.get("identifier"), 200, "identifier", telling.tell)
    if not number:
        telling.tell("identifier", "nothing said", "left out")
        return None
    scheme = values.get("identifier_scheme") or values.get("identifier_type") or "unknown"
    return {
        "identifier_scheme": make.short(scheme, 40, "identifier_scheme", telling.tell),
        "identifier": number,
    }


def contact(telling: Telling, values: Raw) -> Columns | None:
    mail = make.email(values.get("email"), telling.tell)
    name = make.short(values.get("name"), 200, "name", telling.tell) or mail
    if not name:
        telling.tell("name", "neither a name nor a mail address", "left out")
        return None
    titles = (make.text(values.get(field)) for field in ("title", "department"))
    title = ", ".join(one for one in titles if one and one.upper() not in ("NA", "N/A"))
    return {"name": name, "title": make.short(title, 200, "title", telling.tell), "email": mail}


def phone(telling: Telling, values: Raw) -> Columns | None:
    number = values.get("_number")
    if not number:
        telling.tell("number", "no telephone number", "left out")
        return None
    channels = make.codes(values.get("channels")) or [make.text(values.get("type")).lower() or "voice"]
    known = [one for one in channels if one in CHANNELS]
    safe = make.text(values.get("safe_to_leave_message"))
    if make.phones(make.text(values.get("number")), telling.country(values))[1:]:
        telling.tell("number", "several numbers in one field", "taken apart, one record for each")
    words = telling.texts(values, "description")
    said = make.text(values.get("number"))
    if not words and sum(c.isalpha() for c in said) > 8:
        words = dict(written({telling.ways.language: said}))
    return {
        "number": number,
        "country": telling.country(values),
        "extension": make.short(values.get("extension"), 10, "extension", telling.tell),
        "hotline": make.yes(values.get("hotline")),
        "toll_free": make.yes(values.get("toll_free")),
        "channels": known or ["voice"],
        "languages": languages(telling, values),
        "toll_free_from": [one for one in make.codes(values.get("toll_free_from")) if len(one) == 2],
        "safe_to_leave_message": safe if safe in ("yes", "no") else "unknown",
        "description": words,
    }
