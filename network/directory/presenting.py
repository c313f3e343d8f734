"""From rows to what templates say: texts in the reader's language, periods, hours."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from decimal import Decimal

from babel.dates import format_skeleton
from babel.numbers import format_decimal
from flask_babel import gettext as _

from network import dates
from network.directory import labels, numbers, where
from network.directory.finding import words
from network.directory.finding.search import Hit
from network.directory.finding.wishes import Matched
from network.directory.models import Project, Schedule
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
    language = current_language()
    wanted = (fact for fact in where.all_places() if fact.level <= deepest or fact.id == besides)
    choices = [(fact.id, place(fact.id)) for fact in wanted]
    order = {code: number for number, code in enumerate(("KG", "UZ", "TJ"))}
    return sorted(
        choices,
        key=lambda choice: (
            order.get(where.country(choice[0]) or "", 9),
            _level(choice[0]) > 0,
            where.sort_key(choice[0], language),
        ),
    )


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
    asked = words.asked(text)
    if hit.rule in (Matched.EXACT, Matched.NAME):
        title = shown(hit.row.title)
        if not _has(str(title), asked):
            for code in LANGUAGES:
                other = show(hit.row.title, code)
                if other.text and _has(other.text, asked):
                    # NOTE: Why a result is there: its name in another language is what was typed.
                    return str(_("Its name is also %(name)s", name=other.text))
        return ""
    if hit.rule is Matched.PLACE and (older := _older(hit.row.places, asked)):
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
