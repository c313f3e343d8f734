"""Hours, and days with other hours, as columns."""

from __future__ import annotations

from network.directory.exchange import values as make
from network.directory.exchange.records import Raw
from network.directory.exchange.shapes.telling import Columns, Telling


def schedule(telling: Telling, values: Raw) -> Columns | None:
    if make.text(values.get("freq")).upper() == "MONTHLY":
        telling.tell("freq", "hours by the month", "left out")
        return None
    opens, closes = (make.clock(values.get(name), telling.tell, name) for name in ("opens_at", "closes_at"))
    byday = make.days(values.get("byday"), telling.tell)
    always = make.is_always(byday, opens, closes)
    notes = telling.texts(values, "notes") or ({} if always else telling.texts(values, "description"))
    exception = make.text(values.get("exception"))
    if not (notes or always or byday or (opens and closes) or exception):
        telling.tell("", "neither hours nor words", "left out")
        return None
    if exception and not (make.text(values.get("valid_from")) or make.text(values.get("valid_to"))):
        telling.tell("valid_from", "nothing says on which days", "left out")
        return None
    return {
        "always": always,
        "byday": "" if always else byday,
        "opens_at": None if always else opens,
        "closes_at": None if always else closes,
        "timezone": make.zone(values.get("timezone"), telling.country(values)),
        "valid_from": make.day(values.get("valid_from"), telling.tell, "valid_from"),
        "valid_to": make.day(values.get("valid_to"), telling.tell, "valid_to"),
        "notes": notes,
        "_exception": exception,
    }
