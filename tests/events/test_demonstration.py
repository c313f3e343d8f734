"""The events that everybody sees who tries Kopuro."""

from __future__ import annotations

import json
import re
from collections.abc import Callable

import pytest

from network.database import now
from network.demo import cast
from network.demo import events as demo
from network.events import presenting, queries
from network.i18n.languages import CODES
from network.tenancy import Actor
from network.web import Kopuro
from tests.pages import Visitor

TOLD = json.loads(demo.TEXTS.read_text("utf-8"))


def test_the_demonstration_has_events_to_come_and_past_in_every_language(
    app: Kopuro, visitor: Callable[[], Visitor]
) -> None:
    assert "100 seats" in demo.load(app, cast.load(app))
    with app.database.unit_of_work(Actor.anonymous()) as session:
        coming = list(session.scalars(queries.upcoming(queries.announced(), now())))
        past = list(session.scalars(queries.past(queries.announced(), now())))
        shown = presenting.present(session, coming + past, "tg")
    assert len(coming) >= 4 and len(past) >= 2
    assert not [one.event.slug for one in shown if not one.place and one.event.place_code]
    assert all(event.start_at.weekday() < 5 for event in coming + past)
    for code in CODES:
        for told in TOLD:
            if told.get("visibility") != "partners":
                page = visitor().open(f"/{code}/events/{told['slug']}")
                assert page.status == 200
                assert told["title"][code] in page.main
                assert not page.tree.xpath("//main//h1[@lang]"), "shown in the reader's own language"
    conference = visitor().open("/en/events/conference-of-ferghana-valley-ngos")
    assert "100 seats are free" in conference.main


@pytest.mark.parametrize("told", TOLD, ids=lambda told: told["slug"])
def test_every_text_is_there_in_five_languages_and_in_its_own_letters(
    told: dict[str, dict[str, str]],
) -> None:
    for name in ("title", "summary", "programme"):
        texts = told[name]
        assert set(texts) in (set(CODES), set()), name
        for code, text in texts.items():
            foreign = "[a-zA-Z]" if code in ("ru", "ky", "tg") else "[а-яА-Я]"
            assert not re.search(foreign, text), (name, code)
        assert not re.search("['’`]", texts.get("uz", ""))
        assert not re.search("[цщыь]", texts.get("tg", ""))
