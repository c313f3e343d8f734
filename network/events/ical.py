"""Events as iCalendar (RFC 5545, RFC 5546), in a form that calendars take updates from."""

from __future__ import annotations

import datetime
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from network.events.models import Event, EventStatus, EventVisibility
from network.events.zones import ZONES
from network.i18n.translated import show

if TYPE_CHECKING:
    from icalendar import Event as Entry
    from icalendar import Timezone

PUBLISH, REQUEST, CANCEL = "PUBLISH", "REQUEST", "CANCEL"
MIMETYPE = "text/calendar"

_STATUS = {
    EventStatus.DRAFT: "TENTATIVE",
    EventStatus.PUBLISHED: "CONFIRMED",
    EventStatus.POSTPONED: "TENTATIVE",
    EventStatus.CANCELLED: "CANCELLED",
}
# The three countries changed their clocks for the last time in August 2005.
_SINCE = datetime.datetime(2006, 1, 1)  # noqa: DTZ001  A VTIMEZONE tells its beginning in local time (RFC 5545, 3.6.5).


@dataclass(frozen=True, kw_only=True)
class Invitee:
    """To whose calendar an entry goes by mail. Addresses are bare, without ``mailto:``."""

    name: str
    email: str
    organizer: str
    organizer_email: str
    changed_at: datetime.datetime
    """When the person's own registration changed last: of two letters about one state of the event the later one counts."""


def calendar(
    entries: Iterable[Entry], *, method: str = PUBLISH, name: str = "", product: str = "Kopuro"
) -> bytes:
    """A whole calendar file, with the three time zones of the valley."""
    from icalendar import Calendar

    made = Calendar()
    made.add("prodid", f"-//{product}//EN")
    made.add("version", "2.0")
    made.add("method", method)
    if name:
        made.add("x-wr-calname", name)
    for zone in ZONES:
        made.add_component(_timezone(zone))
    for entry in entries:
        made.add_component(entry)
    return bytes(made.to_ical())


def entry(
    event: Event,
    language: str,
    *,
    url: str,
    place: str = "",
    invitee: Invitee | None = None,
    online: bool = False,
    cancelled: bool = False,
) -> Entry:
    """One event for a reader of ``language``. ``online`` adds where to join: only for who holds a seat.

    ``cancelled`` takes it out of one person's calendar, as after a withdrawal.
    """
    from icalendar import Event as Entry
    from icalendar import vCalAddress, vText

    made = Entry()
    made.add("uid", event.uid)
    # It is the same file until the event changes, so the stamp is the change's, not the moment of asking.
    stamp = event.last_modified if invitee is None else max(event.last_modified, invitee.changed_at)
    made.add("dtstamp", _utc(stamp))
    made.add("created", _utc(event.created_at))
    made.add("last-modified", _utc(event.last_modified))
    made.add("sequence", event.sequence)
    zone = ZoneInfo(event.timezone)
    made.add("dtstart", event.start_at.astimezone(zone))
    made.add("dtend", event.end_at.astimezone(zone))
    title, summary = show(event.title, language), show(event.summary, language)
    made.add("summary", vText(title.text, params={"LANGUAGE": title.tag}))
    parts = [summary.text, url]
    if online and event.online_url:
        parts.append(event.online_url)
        made.add("conference", event.online_url, parameters={"VALUE": "URI"})
    made.add(
        "description", vText("\n\n".join(part for part in parts if part), params={"LANGUAGE": summary.tag})
    )
    where = ", ".join(part for part in (event.venue, place) if part)
    if where:
        made.add("location", where)
    made.add("url", url)
    made.add("categories", [event.kind.value.upper()])
    made.add("class", "PUBLIC" if event.visibility is EventVisibility.PUBLIC else "PRIVATE")
    made.add("status", "CANCELLED" if cancelled else _STATUS[event.status])
    if invitee is not None:
        organizer = vCalAddress(f"mailto:{invitee.organizer_email}")
        organizer.params["CN"] = vText(invitee.organizer)
        made["organizer"] = organizer
        attendee = vCalAddress(f"mailto:{invitee.email}")
        attendee.params.update(
            {"CN": vText(invitee.name), "PARTSTAT": vText("ACCEPTED"), "RSVP": vText("FALSE")}
        )
        made.add("attendee", attendee, encode=False)
    return made


def _utc(moment: datetime.datetime) -> datetime.datetime:
    return moment.astimezone(datetime.UTC).replace(microsecond=0)


@cache
def _timezone(name: str) -> Timezone:
    from icalendar import Timezone, TimezoneStandard

    offset = ZoneInfo(name).utcoffset(_SINCE) or datetime.timedelta()
    standard = TimezoneStandard()
    standard.add("dtstart", _SINCE)
    standard.add("tzoffsetfrom", offset)
    standard.add("tzoffsetto", offset)
    standard.add("tzname", f"+{offset.seconds // 3600:02}")
    made = Timezone()
    made.add("tzid", name)
    made.add_component(standard)
    return made
