"""The demonstration's digest: five languages, true dates, inventions that say so, one edition, nobody's name."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from typing import Any

import feedparser
import pytest

from network.demo import cast as players
from network.demo import digest as demo
from network.digest import days
from network.digest.models import ActivityKind
from network.i18n.languages import CODES
from network.web import Kopuro
from tests.pages import Visitor

TEXTS: dict[str, Any] = json.loads(demo.TEXTS.read_text("utf-8"))


def every_text() -> list[tuple[str, dict[str, str]]]:
    found = [("note", TEXTS["note"]), ("invented", TEXTS["invented"]), *TEXTS["projects"].items()]
    for told in TEXTS["activities"]:
        found += [
            (f"{told['slug']} {name}", told[name]) for name in ("title", "summary", "text") if name in told
        ]
    return found


@pytest.mark.parametrize(
    ("where", "texts"), every_text(), ids=lambda value: value if isinstance(value, str) else ""
)
def test_every_text_is_there_in_five_languages_and_their_letters(where: str, texts: dict[str, str]) -> None:
    assert set(texts) == set(CODES), where
    assert not re.search(r"[ʼ'’`]", re.sub(r"maʼ|eʼ|aʼ", "", texts["uz"])), where
    assert not re.search(r"(?<=[oOgG])['’`ʼ]", texts["uz"]), where
    assert not re.search("[цщыьЦЩЫ]", texts["tg"]), where
    for code in ("ru", "ky", "tg"):
        assert re.search("[а-яё]", texts[code], re.IGNORECASE), (where, code)
    assert not re.search("[а-яё]", texts["uz"] + texts["en"], re.IGNORECASE), where


def test_what_no_document_tells_says_that_it_is_invented() -> None:
    for told in TEXTS["activities"]:
        if told.get("invented"):
            assert told["title"]["en"].startswith("Demonstration:"), told["slug"]
        else:
            assert "reached" not in told, "documents give no numbers"
            assert days.known(told.get("from", "")) and told.get("project")


def test_it_loads_and_reads_well(app: Kopuro, visitor: Callable[[], Visitor]) -> None:
    cast = players.load(app)
    assert "activities" in demo.load(app, cast)
    page = visitor().open("/ru/digest/")
    assert "В Оше начинается проект для студентов" in page.main
    [path] = page.tree.xpath("//main//a[contains(@href, '/editions/2')]/@href")
    edition = page.visitor.open(path)
    assert edition.status == 200
    for words in ("Кыргызстан", "Узбекистан", "Таджикистан", "Это демонстрация"):
        assert words in edition.main, words
    for hidden in ("учебные материалы", "черновик"):
        assert hidden not in page.html and hidden not in edition.html
    for code in CODES:
        parsed = feedparser.parse(visitor().open(f"/{code}/digest/feed.atom").response.data)
        assert not parsed.bozo and len(parsed.entries) == len(TEXTS["activities"]) - 1
    for kind in {told["kind"] for told in TEXTS["activities"]}:
        assert ActivityKind(kind)
        assert visitor().open(f"/en/digest/?category={kind}").tree.xpath("//main//h3"), kind
