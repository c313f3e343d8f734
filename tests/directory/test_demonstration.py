"""The directory of the demonstration tells what the documents tell, in five languages, and marks what is invented."""

from __future__ import annotations

import re
from collections.abc import Callable

from sqlalchemy import select

from network.directory.models import Address, Organization, Phone, Project, Service
from network.i18n.languages import CODES
from network.tenancy import Actor
from network.web import Kopuro
from tests.pages import Visitor

NAMED_IN_THE_DOCUMENTS = ("Abdraimov", "Абдраимов", "Bouyjou", "Буйжу")
CYRILLIC, LATIN = re.compile("[а-яё]", re.I), re.compile("[a-z]", re.I)


def test_everybody_reads_the_demonstration_in_their_language(
    demonstrated: Kopuro, visitor: Callable[[], Visitor]
) -> None:
    with demonstrated.database.unit_of_work(Actor.anonymous()) as session:
        paths = [f"organizations/{row.slug}" for row in session.scalars(select(Organization))]
        paths += [f"services/{row.slug}" for row in session.scalars(select(Service))]
        titles = [row.title for row in session.scalars(select(Project))]
        texts = [row.description for row in session.scalars(select(Service))] + titles
        numbers = list(session.scalars(select(Phone)))
        assert session.scalars(select(Address)).all() == []
    assert len(paths) == 13 + 9 and len(titles) == 6
    for text in texts:
        assert set(text) == set(CODES)
    assert {phone.number for phone in numbers} == {"00010", "00020", "00030"}
    for phone in numbers:
        assert "demonstration number" in phone.description["en"]["text"]
    reader = visitor()
    for language in CODES:
        for path in paths[:3] + paths[-3:]:
            page = reader.open(f"/{language}/directory/{path}")
            assert page.status == 200
            assert not any(name in page.html for name in NAMED_IN_THE_DOCUMENTS)


TYPED = (
    ("en", "podruga", "Podruga"),
    ("ru", "подруга", "Подруга"),
    ("ru", "Ош", "Подруга"),
    ("uz", "Xoʻjand", "Xoʻjanddagi hamkor"),
    ("uz", "Худжанд", "Xoʻjanddagi hamkor"),
    ("tg", "Leninabad", "Шарик дар Хуҷанд"),
    ("ky", "Боткен", "Жамааттык топ"),
    ("en", "Isfana", "Community group, Razzakov"),
    ("en", "00010", "Stop! Traffic! Osh!"),
    ("ky", "баш калка", "Баш калкалоочу жай"),
    ("en", "OSCE", "OSCE Osh Field Office"),
)


def test_what_readers_type_finds_what_they_mean(demonstrated: Kopuro, visitor: Callable[[], Visitor]) -> None:
    for language, question, answer in TYPED:
        page = visitor().open(f"/{language}/directory/", query_string={"q": question})
        assert answer in page.main, (language, question)


def test_podrugas_page_tells_its_projects_with_funders_and_dates(
    demonstrated: Kopuro, visitor: Callable[[], Visitor]
) -> None:
    page = visitor().open("/en/directory/organizations/podruga")
    for words in (
        "21 November 2001",
        "30 staff and 5 volunteers",
        "since 2002",
        "June 2003 – July 2004",
        "Embassy of the United States",
        "Southern Migration Service",
    ):
        assert words in page.main, words
    assert "desk@podruga.example" not in page.html
    office = visitor().open("/en/directory/organizations/osce-osh-field-office")
    assert "24 April 2007 – January 2008" in office.main
    assert "Funded by: Government of France" in office.main


def test_texts_are_in_the_script_of_their_language(demonstrated: Kopuro) -> None:
    with demonstrated.database.unit_of_work(Actor.anonymous()) as session:
        rows = [*session.scalars(select(Organization)), *session.scalars(select(Service))]
    for row in rows:
        for code, entry in row.description.items():
            words = re.sub(r"«?“?Stop! Traffic! Osh!”?»?|Golden Goal|«Подруга»|[“”«»]", "", entry["text"])
            foreign = CYRILLIC if code in ("en", "uz") else LATIN
            assert not foreign.search(words), (row.slug, code)
            assert code != "uz" or not re.search("['’`‘]", entry["text"]), row.slug
