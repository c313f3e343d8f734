"""What people type finds what they mean: the bars of the shared directory, over questions that stand in the open."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from network.directory import recall, where
from network.tenancy import Actor
from network.web import Kopuro

# What the first sketch of the folded key reached, and with the best fuzzy hit; each column must be better.
SKETCH = {"ru → uz": 0.61, "uz_Cyrl → uz": 0.98, "en → uz": 0.89}
FUZZY = 0.88
LEAST = 5
"""Questions that make a column; fewer say nothing of it."""


class Back(Exception):
    """Takes the measured rows back."""


@pytest.fixture(scope="module")
def measured(served: Kopuro) -> Iterator[recall.Measured]:
    found: list[recall.Measured] = []
    with pytest.raises(Back), served.database.unit_of_work(Actor.anonymous()) as session:
        found.append(recall.measure(session))
        raise Back
    yield found[0]


def test_at_least_three_hundred_questions_name_what_is_there() -> None:
    asked = recall.questions()
    assert len({one.query for one in asked}) >= 300
    known = {place.id for place in where.all_places()} | recall.slugs()
    assert {one.expects for one in asked} <= known
    assert {one.typed for one in asked} == {"ru", "ky", "uz", "uz_Cyrl", "tg", "en"}


def test_what_is_meant_is_among_the_first_five(measured: recall.Measured) -> None:
    missed = [(question.query, question.expects, got) for question, got in measured.missed]
    assert measured.whole.recall >= 0.97, missed


def test_every_column_is_better_than_the_first_sketch(measured: recall.Measured) -> None:
    for name, bar in SKETCH.items():
        assert measured.languages[name].recall > bar, name
    columns: dict[str, Any] = measured.languages | measured.difficulties
    for name, share in columns.items():
        if share.asked >= LEAST and name != "keyboard":
            assert share.recall > FUZZY, name


def test_the_command_prints_the_table_and_leaves_nothing_behind(
    app: Kopuro, monkeypatch: pytest.MonkeyPatch, measured: recall.Measured
) -> None:
    monkeypatch.setattr(recall, "measure", lambda _session: measured)
    printed = app.test_cli_runner().invoke(args=["directory", "recall", "--missed"]).output
    assert "ru → uz" in printed and "in all" in printed and "older name" in printed
    assert all(question.query in printed for question, _got in measured.missed)
