"""From rows to what templates say: texts in the reader's language, periods, hours."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Mapping
from decimal import Decimal
from functools import lru_cache

from babel.dates import format_skeleton
from babel.numbers import format_decimal
from flask_babel import gettext as _

from network import dates
from network.database import now
from network.directory import hours as opening
from network.directory import labels, numbers, where
from network.directory.finding import words
from network.directory.finding.search import Hit
from network.directory.finding.wishes import Matched
from network.directory.models import (
    CostOption,
    Organization,
    Phone,
    Project,
    Schedule,
    ScheduleException,
    Service,
    ServiceCapacity,
)
from network.i18n.countries import country_name
from network.i18n.languages import LANGUAGES, locale_of
from network.i18n.prefix import current_language
from network.i18n.translated import Shown, show
from network.places.data import PlaceFact


def shown(texts: Mapping[str, object] | None) -> Shown:
    """The text in the reader's language, or in the next they can probably read."""
    return show(texts, current_language())


def place(place_id: str | None) -> str:
    """``Nookat District, Osh Region, Kyrgyzstan``; empty for an unknown place."""
    language = current_language()
    names = [str(where.name(one, language)) for one in where.line(place_id)]
    return ", ".join(dict.fromkeys(names))


def place_choices(deepest: int, *, besides: str | None = None) -> list[tuple[str, str]]:
    """Every place down to this level, by country, for a list to choose from; and one more, whatever its level."""
    return list(_place_choices(deepest, besides, current_language()))


@lru_cache(maxsize=256)
def _place_choices(deepest: int, besides: str | None, language: str) -> tuple[tuple[str, str], ...]:
    wanted = (fact for fact in where.all_places() if fact.level <= deepest or fact.id == besides)
    choices = [(fact.id, place(fact.id)) for fact in wanted]
    order = {code: number for number, code in enumerate(("KG", "UZ", "TJ"))}
    return tuple(
        sorted(
            choices,
            key=lambda choice: (
                order.get(where.country(choice[0]) or "", 9),
                _level(choice[0]) > 0,
                where.sort_key(choice[0], language),
            ),
        )
    )


def by_country(
    lines: Iterable[tuple[Phone, Organization]],
) -> list[tuple[str, list[tuple[Phone, Organization]]]]:
    """Hotlines under the country in which they can be called; what is open now, and what is always, before the rest."""
    at = now()
    found: dict[str, list[tuple[Phone, Organization]]] = {}
    for phone, organization in lines:
        found.setdefault(phone.country, []).append((phone, organization))
    for some in found.values():
        # In the order of the footer, but for those that nobody answers at this hour.
        some.sort(key=lambda one: opening.open_at(one[0].schedules, one[0].schedule_exceptions, at) is False)
    order = {code: number for number, code in enumerate(("KG", "UZ", "TJ"))}
    return sorted(found.items(), key=lambda one: (order.get(one[0], 9), one[0]))


def districts() -> list[tuple[str, list[PlaceFact]]]:
    """Every country with its districts and cities, in the order of the reader's alphabet."""
    language = current_language()
    found: dict[str, list[PlaceFact]] = {code: [] for code in ("KG", "UZ", "TJ")}
    for fact in where.all_places():
        if fact.kind in ("district", "city"):
            found.setdefault(fact.country, []).append(fact)
    return [
        (code, sorted(facts, key=lambda fact: (where.sort_key(fact.id, language), fact.kind)))
        for code, facts in found.items()
    ]


def why(hit: Hit, text: str) -> str:
    """Which rule found it, for a reader who cannot see it from the name; empty where it is plain."""
    asked, row = words.asked(text), hit.row
    if row is None:
        return ""
    if hit.rule in (Matched.EXACT, Matched.NAME):
        title = shown(row.title)
        if not _has(str(title), asked):
            for code in LANGUAGES:
                other = show(row.title, code)
                if other.text and _has(other.text, asked):
                    # NOTE: Why a result is there: its name in another language is what was typed.
                    return str(_("Its name is also %(name)s", name=other.text))
        return ""
    if hit.rule is Matched.PLACE and (older := _older(row.places, asked)):
        # NOTE: Why a result is there: its place was called so before, or is spelled so elsewhere.
        return str(_("Found by its place, also called %(name)s", name=older))
    return str(labels.MATCHED.get(hit.rule, ""))


def _has(text: str, asked: list[str]) -> bool:
    """Whether each of these folded words begins a word of a text."""
    known = words.of_name(text)
    return all(any(one.startswith(word) for one in known) for word in asked)


def _older(place_ids: list[str], asked: list[str]) -> str:
    """The former or other name of one of these places that was typed, where no present name was."""
    for place_id in place_ids:
        found = where.place(place_id)
        if found and not any(_has(name, [word]) for word in asked for name in found.names.values()):
            for alias in found.aliases:
                if any(_has(alias, [word]) for word in asked):
                    return alias
    return ""


def tongue(code: str) -> str:
    """A language by its own name, where we speak it."""
    return LANGUAGES[code].name if code in LANGUAGES else code


def partial(day: str) -> str:
    """``2003``, ``June 2003`` or ``24 April 2007``: as exact as it is known."""
    language = current_language()
    try:
        parts = [int(part) for part in day.split("-")]
        if len(parts) == 1:
            return day
        if len(parts) == 2:
            month = datetime.date(parts[0], parts[1], 1)
            return str(format_skeleton("yMMMM", month, locale=locale_of(language)))
        return dates.long_date(datetime.date(*parts), language)
    except ValueError:
        return day


def period(project: Project) -> str:
    """From when to when, for a sentence."""
    start, end = partial(project.start_on), partial(project.end_on)
    if start and not end:
        # NOTE: Said of a project that goes on: "since 2002".
        return str(_("since %(start)s", start=start))
    # An en dash needs no word of any language.
    return start if start == end else f"{start} – {end}".strip(" –")


def hours(schedule: Schedule) -> str:
    """``Round the clock``, or the days and from when to when."""
    if schedule.always:
        return str(_("Round the clock, every day"))
    days = [str(labels.DAYS[day]) for day in schedule.byday.split(",") if day in labels.DAYS]
    said = ", ".join(days)
    if days == [str(word) for word in labels.DAYS.values()]:
        said = _("Every day")
    elif schedule.byday == "MO,TU,WE,TH,FR":
        # NOTE: The two names are of days of the week.
        said = _("%(first)s to %(last)s", first=days[0], last=days[-1])
    if schedule.opens_at and schedule.closes_at:
        return f"{said}, {schedule.opens_at:%H:%M}–{schedule.closes_at:%H:%M}"
    return said


def district(place_id: str | None) -> str:
    """The place as far as its district: what is said where the exact one must not be known."""
    found = where.place(place_id)
    while found is not None and found.level > 2:
        found = where.place(found.parent_id)
    return place(found.id) if found else ""


def standing(service: Service | Phone, moment: datetime.datetime | None = None) -> str:
    """Whether it is open now, and until or from when; empty where nobody told enough."""
    found = opening.standing(service.schedules, service.schedule_exceptions, moment or now())
    if found.open is None:
        return ""
    if found.open:
        # NOTE: The time is like 17:00.
        until = _("Open now, until %(time)s", time=f"{found.until:%H:%M}") if found.until else _("Open now")
        return str(until)
    # NOTE: The day and time are like "Monday, 24.04.2007, 09:00".
    return str(_("Closed now, opens %(when)s", when=_when(found.next)) if found.next else _("Closed now"))


def _when(moment: datetime.datetime) -> str:
    day = labels.DAYS[opening.DAYS[moment.weekday()]]
    return f"{day}, {dates.short_date(moment.date())}, {moment:%H:%M}"


def differing(service: Service) -> list[str]:
    """The days of the next weeks on which the hours differ."""
    lines = []
    for one in opening.upcoming(service.schedule_exceptions, now().date()):
        days = dates.short_date(one.on) + (f"–{dates.short_date(one.until)}" if one.until else "")
        open_then = one.opens_at and one.closes_at and not one.closed
        hours = f"{one.opens_at:%H:%M}–{one.closes_at:%H:%M}" if open_then else _("closed")
        why = shown(one.notes).text if isinstance(one, ScheduleException) else ""
        lines.append(f"{days}: {hours}" + (f" ({why})" if why else ""))
    return lines


def eligible(service: Service) -> list[str]:
    """What was answered about who may come, as questions and answers; what is not known is not said."""
    answers, lines = service.eligibility, []
    for name, (question, offered) in labels.ELIGIBILITY.items():
        if answers.get(name) in offered:
            lines.append(f"{question} {offered[answers[name]]}")
    youngest, oldest = answers.get("minimum_age"), answers.get("maximum_age")
    if youngest is not None and oldest is not None:
        lines.insert(1, str(_("From %(youngest)s to %(oldest)s years old", youngest=youngest, oldest=oldest)))
    elif youngest is not None:
        lines.insert(1, str(_("From the age of %(age)s", age=youngest)))
    elif oldest is not None:
        lines.insert(1, str(_("Up to the age of %(age)s", age=oldest)))
    if spoken := answers.get("languages_needed"):
        names = ", ".join(tongue(code) for code in spoken)
        lines.append(str(_("Only for people who speak: %(languages)s", languages=names)))
    return lines


def room(one: ServiceCapacity) -> str:
    """``Beds: 3 free of 12 (24.04.2007)``: how much room there is, and when somebody looked."""
    unit, day = labels.UNITS[one.unit], dates.short_date(one.updated_at)
    if one.available is None and one.maximum is None:
        said = str(unit)
    elif one.maximum is None:
        said = _("%(unit)s: %(free)s free", unit=unit, free=one.available)
    elif one.available is None:
        said = f"{unit}: {one.maximum}"
    else:
        said = _("%(unit)s: %(free)s free of %(all)s", unit=unit, free=one.available, all=one.maximum)
    more = shown(one.description).text
    return f"{said} ({day})" + (f". {more}" if more else "")


def cost(one: CostOption) -> str:
    """``Pensioners: 200 KGS``; an amount of nothing is free."""
    whom, more = shown(one.option).text, shown(one.amount_description).text
    amount = ""
    if one.amount is not None:
        amount = (
            f"{one.amount.normalize():f} {one.currency}".strip() if one.amount else str(_("free of charge"))
        )
    return ": ".join(filter(None, (whom, ", ".join(filter(None, (amount, more))))))


def display(number: str) -> str:
    return numbers.display(number)


def sector(code: str) -> str:
    """What a sector of the OECD DAC is about; the code itself where we have no words for it."""
    return str(labels.SECTORS[code]) if code in labels.SECTORS else code


def amount(value: Decimal, currency: str) -> str:
    """A sum of money as the reader's language writes it, whole units where there is nothing behind the point."""
    digits = 0 if value == value.to_integral() else 2
    words = format_decimal(value, format=f"#,##0.{'0' * digits}", locale=locale_of(current_language()))
    return f"{words} {currency}".strip()


def country(code: str) -> str:
    return country_name(code, current_language())


def _level(place_id: str) -> int:
    found = where.place(place_id)
    return found.level if found else 9
