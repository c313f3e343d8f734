"""How much of what people type is found: the questions as data, and the measuring of them against the real search.

``queries.csv`` was written before it was measured and is not fitted to the code: a line that fails stays.
"""

from __future__ import annotations

import csv
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from sqlalchemy.orm import Session

from network.directory import where
from network.directory.finding.search import search
from network.directory.finding.wishes import Wish
from network.directory.finding.words import other_keyboard
from network.directory.models import Organization, OrganizationKind, Service, Visibility
from network.directory.services import gathering, indexing, publishing
from network.i18n.languages import CODES
from network.places.finding import find

HERE = Path(__file__).parent
FIRST = 5
"""A question is answered when what was meant is among so many first results."""


@dataclass(frozen=True, slots=True)
class Question:
    """One line of ``queries.csv``."""

    query: str
    expects: str
    typed: str
    stored: str
    difficulty: str


@dataclass
class Share:
    """How many questions of a column were asked and answered."""

    asked: int = 0
    answered: int = 0

    @property
    def recall(self) -> float:
        return self.answered / self.asked if self.asked else 0.0


@dataclass
class Measured:
    """The table: in all, by languages, by difficulty; and what was not found."""

    whole: Share = field(default_factory=Share)
    languages: dict[str, Share] = field(default_factory=dict)
    difficulties: dict[str, Share] = field(default_factory=dict)
    missed: list[tuple[Question, list[str]]] = field(default_factory=list)

    def note(self, question: Question, got: list[str]) -> None:
        answered = question.expects in got
        for share in (
            self.whole,
            self.languages.setdefault(f"{question.typed} → {question.stored}", Share()),
            self.difficulties.setdefault(question.difficulty, Share()),
        ):
            share.asked += 1
            share.answered += answered
        if not answered:
            self.missed.append((question, got))


def _lines(name: str) -> Iterator[dict[str, str]]:
    with (HERE / name).open(encoding="utf-8", newline="") as file:
        yield from csv.DictReader(line for line in file if not line.startswith("# "))


def questions() -> list[Question]:
    return [Question(**line) for line in _lines("queries.csv")]


def slugs() -> set[str]:
    """Of the made-up organizations that questions may mean."""
    return {line["slug"] for line in _lines("organizations.csv")}


def measure(session: Session) -> Measured:
    """Ask every question of the search as it is, over made-up listings that the caller's transaction takes back."""
    plant(session)
    found = Measured()
    known = {place.id for place in where.all_places()}
    for question in questions():
        asked = _place if question.expects in known else _organization
        found.note(question, asked(session, question.query))
    return found


def _place(session: Session, text: str) -> list[str]:
    """Each way to a place that the page offers, best first."""
    found = [place.id for place, _alias, _rule in find(session, text, "en", limit=FIRST)]
    if not found and (other := other_keyboard(text)):
        found = [place.id for place, _alias, _rule in find(session, other, "en", limit=FIRST)]
    return found


def _organization(session: Session, text: str) -> list[str]:
    wish = Wish(text=text, kind="organization")
    return [hit.row.slug for hit in search(session, wish, "en", limit=FIRST).hits if hit.row]


# A crowd in which to find the right one: two bodies for every place, with names of the kind that is common.
_CROWD: tuple[dict[str, Callable[[dict[str, str]], str]], ...] = (
    {
        "ru": lambda names: f"Группа взаимопомощи, {names.get('ru', names['en'])}",
        "uz": lambda names: f"Oʻzaro yordam guruhi, {names.get('uz', names['en'])}",
        "tg": lambda names: f"Гурӯҳи ёрии ҳамдигар, {names.get('tg', names['en'])}",
    },
    {
        "en": lambda names: f"Women and family centre, {names['en']}",
        "ky": lambda names: f"Аялдар жана үй-бүлө борбору, {names.get('ky', names['en'])}",
    },
)


def plant(session: Session) -> int:
    """Search rows of the made-up organizations and of the crowd around them; how many organizations there are."""
    wholes = [_whole(line) for line in _lines("organizations.csv")]
    for place in where.all_places():
        if place.level > 0:
            for number, names in enumerate(_CROWD):
                slug = f"crowd-{number}-{place.id}"
                made = {code: say(place.names) for code, say in names.items()}
                wholes.append(_made(slug, place.id, made, {}, ()))
    publishing.add_public(
        session, [row for one in wholes for row in indexing.entries(one, indexing.everybody)]
    )
    return len(wholes)


def _whole(line: dict[str, str]) -> gathering.Whole:
    names = {code: line[code] for code in CODES if line[code]}
    other = dict(zip(CODES, filter(None, line["other"].split("|")), strict=False))
    return _made(line["slug"], line["place"], names, other, line["needs"].split())


def _made(
    slug: str, place_id: str, names: dict[str, str], other: dict[str, str], terms: tuple[str, ...] | list[str]
) -> gathering.Whole:
    listing = Organization(
        id=uuid.uuid4(),
        slug=slug,
        kind=OrganizationKind.NGO,
        visibility=Visibility.PUBLIC,
        name=names,
        alternate_name=other,
        description={},
        place_id=place_id,
    )
    service = Service(
        id=uuid.uuid4(),
        slug=f"{slug}-help",
        visibility=Visibility.PUBLIC,
        name={"en": "Help"},
        alternate_name={},
        description={},
        eligibility={},
        terms=list(terms),
        languages=[],
        emergency=False,
        confidential=False,
    )
    return gathering.Whole(organization=listing, services=[service] if terms else [])
