"""Services and what one must know to get their help, as columns."""

from __future__ import annotations

from typing import Any

from network.directory import eligibility, taxonomy
from network.directory.exchange import values as make
from network.directory.exchange.records import Raw
from network.directory.exchange.shapes.telling import Columns, Telling, languages
from network.directory.models import CapacityUnit, Status

DELIVERY = ("in_person", "phone", "online", "outreach")


def service(telling: Telling, values: Raw) -> Columns | None:
    name = telling.texts(values, "name")
    if not name:
        telling.tell("name", "no name", "left out")
        return None
    status = make.text(values.get("status")).lower() or "active"
    if status not in set(Status):
        telling.tell("status", "no status of the standard", "taken as active")
        status = "active"
    ages = {
        name: make.whole(values.get(name), telling.tell, name, 0, eligibility.OLDEST)
        for name in eligibility.AGES
    }
    told = values.get("eligibility")
    answers = (told if isinstance(told, dict) else {}) | {
        name: age for name, age in ages.items() if age is not None
    }
    fees = telling.texts(values, "fees_description") or telling.texts(values, "fees")
    return {
        "name": name,
        "alternate_name": telling.texts(values, "alternate_name"),
        "description": telling.texts(values, "description"),
        "url": make.url(values.get("url"), telling.tell, "url"),
        "email": make.email(values.get("email"), telling.tell),
        "status": Status(status),
        "application_process": telling.texts(values, "application_process"),
        "fees_description": fees,
        "eligibility_description": telling.texts(values, "eligibility_description"),
        "eligibility": eligibility.clean(answers),
        "delivery": [one for one in make.codes(values.get("delivery")) if one in DELIVERY],
        "terms": [one for one in make.codes(values.get("_terms")) if one in taxonomy.TERMS],
        "languages": languages(telling, values),
        "emergency": make.yes(values.get("emergency")),
        "confidential": make.yes(values.get("confidential")),
        "source": telling.ways.language,
    }


def area(telling: Telling, values: Raw) -> Columns | None:
    found = make.place(values.get("extent"), values.get("name"))
    if found is None:
        telling.tell("name", "a place that is none of ours", "left out")
        return None
    return {"place_id": found}


def language(telling: Telling, values: Raw) -> Columns | None:
    code = make.language(values.get("code"), values.get("name"))
    if code is None:
        telling.tell("name", "a language that nobody knows", "left out")
        return None
    return {"code": code}


def cost(telling: Telling, values: Raw) -> Columns:
    currency = make.text(values.get("currency")).upper()
    return {
        "option": telling.texts(values, "option"),
        "amount": make.amount(values.get("amount"), telling.tell, "amount"),
        "currency": currency if len(currency) == 3 else "",
        "amount_description": telling.texts(values, "amount_description"),
        "valid_from": make.day(values.get("valid_from"), telling.tell, "valid_from"),
        "valid_to": make.day(values.get("valid_to"), telling.tell, "valid_to"),
    }


def document(telling: Telling, values: Raw) -> Columns | None:
    said = telling.texts(values, "document")
    if not said:
        telling.tell("document", "nothing said", "left out")
        return None
    return {"document": said, "uri": make.url(values.get("uri"), telling.tell, "uri") or ""}


def capacity(telling: Telling, values: Raw) -> Columns | None:
    available, maximum = (
        make.whole(values.get(name), telling.tell, name, 0, 100_000) for name in ("available", "maximum")
    )
    words = telling.texts(values, "description")
    if available is None and maximum is None and not words:
        telling.tell("available", "neither numbers nor words", "left out")
        return None
    if available is not None and maximum is not None and available > maximum:
        telling.tell("maximum", "more are free than there are in all", "left out of the record")
        maximum = None
    columns = {
        "unit": _unit(telling, values.get("unit")),
        "available": available,
        "maximum": maximum,
        "description": words,
    }
    at = make.moment(values.get("updated_at") or values.get("updated"), telling.tell, "updated_at")
    return columns | ({"updated_at": at} if at is not None else {})


def _unit(telling: Telling, told: Any) -> CapacityUnit:
    """What is counted: our word for it, or an object of its own as in version 3.1."""
    named = told.get("name") if isinstance(told, dict) else told
    word = make.text(named).casefold().replace(" ", "_").removesuffix("s")
    for unit in CapacityUnit:
        if word == unit.value.removesuffix("s"):
            return unit
    telling.tell("unit", "nothing that we count", "taken as places")
    return CapacityUnit.PLACES
