"""A list put together from pieces that were made before is the list as it would be made anew."""

from __future__ import annotations

import datetime
from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import Engine, text

from network.database import now
from network.directory import services
from network.directory.models import Organization, Visibility
from network.directory.views import reading
from network.i18n.languages import CODES
from network.kept.pieces import Pieces
from network.permissions import Role
from network.web import Kopuro
from tests.directory.conftest import Directory, organization_draft
from tests.pages import Visitor

LISTS = ("directory/", "directory/?kind=service", "directory/?place=KG-GO", "directory/?q=hotline", "")


def made_anew(app: Kopuro, path: str) -> str:
    """No page is at hand; pieces may be."""
    app.extensions["kept"].forget()
    return app.test_client().get(path).get_data(as_text=True)


def test_in_every_language_the_same_page_with_pieces_and_without(demonstrated: Kopuro) -> None:
    pieces: Pieces = demonstrated.extensions["pieces"]
    without = {}
    for path in [f"/{code}/{path}" for code in CODES for path in LISTS]:
        pieces.forget()
        without[path] = made_anew(demonstrated, path)
    assert "<h3>" in without["/ky/directory/"] and len(set(without.values())) == len(without)
    for _round in range(2):
        for path, page in without.items():
            assert made_anew(demonstrated, path) == page


def test_what_changes_is_on_the_next_page(directory: Directory) -> None:
    tenant = directory.make.tenant()
    listed = directory.organization(tenant, name={"en": "Old walnut"})
    assert "Old walnut" in made_anew(directory.app, "/en/directory/")
    directory.do(
        tenant,
        lambda s, a: services.change_organization(
            s,
            a,
            s.get_one(Organization, listed.id),
            organization_draft(name={"en": "Young walnut"}),
            version=listed.version,
        ),
    )
    page = made_anew(directory.app, "/en/directory/")
    assert "Young walnut" in page and "Old walnut" not in page


def test_a_confirmation_that_ends_is_not_shown_from_memory(
    directory: Directory, owner_engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    directory.organization(name={"en": "Green Hill"})
    with owner_engine.connect() as connection:
        connection.execute(text("UPDATE search_public SET verified_until = now() + interval '1 hour'"))
    assert made_anew(directory.app, "/en/directory/").count(">Confirmed<") == 1
    monkeypatch.setattr(reading, "now", lambda: now() + datetime.timedelta(hours=2))
    assert ">Confirmed<" not in made_anew(directory.app, "/en/directory/")
    monkeypatch.undo()
    assert made_anew(directory.app, "/en/directory/").count(">Confirmed<") == 1


def test_new_hotlines_are_in_the_foot_of_the_next_page(directory: Directory) -> None:
    directory.make.network()
    help_line = directory.organization(name={"en": "Help line"})
    before = made_anew(directory.app, "/en/events/")
    directory.phone(help_line, number="+996555112233", hotline=True)
    assert "+996 555 112 233" not in before
    assert "+996 555 112 233" in made_anew(directory.app, "/en/events/")


def test_what_some_may_read_is_kept_for_nobody(directory: Directory, visitor: Callable[[], Visitor]) -> None:
    tenant = directory.make.tenant()
    directory.organization(tenant, name={"en": "Open door"})
    for audience in (Visibility.PARTNERS, Visibility.TENANT):
        directory.organization(tenant, name={"en": f"Qzcanary {audience.value}"}, visibility=audience)
    reader = directory.make.user(tenant, [Role.EDITOR]).visitor()
    read = reader.open("/en/directory/").main
    assert "Open door" in read and "Qzcanary partners" in read and "Qzcanary tenant" in read
    kept = directory.app.extensions["pieces"].known()
    assert any("Open door" in piece for piece in kept) and not any("Qzcanary" in piece for piece in kept)
    assert "Qzcanary" not in visitor().open("/en/directory/").html


def test_only_so_many_are_kept() -> None:
    pieces = Pieces(limit=3)
    for number in (1, 2, 3, 1, 4):
        pieces.piece(number, lambda number=number: f"{number}")  # type: ignore[misc]
    assert sorted(pieces.known()) == ["1", "3", "4"]
    assert pieces.piece(None, lambda: "never") == "never" and "never" not in pieces.known()


def test_only_the_rows_of_cards_that_are_not_at_hand_are_read(
    directory: Directory, count_queries: Callable[[], Any]
) -> None:
    tenant = directory.make.tenant()
    for name in ("Apricot", "Walnut"):
        directory.organization(tenant, name={"en": name})

    def asked() -> list[str]:
        with count_queries() as seen:
            made_anew(directory.app, "/en/directory/")
        return [one for one in seen if "FROM search_public" in one]

    directory.app.extensions["pieces"].forget()
    assert len(asked()) == 2
    assert len(asked()) == 1
    directory.organization(tenant, name={"en": "Mulberry"})
    names, rows = asked()
    assert "title" not in names and "title" in rows
    assert len(asked()) == 1


def test_a_listing_that_ends_while_the_list_is_made_leaves_no_empty_card(
    directory: Directory, owner_engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    tenant = directory.make.tenant()
    for name in ("Apricot", "Walnut"):
        directory.organization(tenant, name={"en": name})
    found = reading.search

    def ending(*args: Any, **values: Any) -> Any:
        hits = found(*args, **values)
        with owner_engine.connect() as connection:
            connection.execute(text("DELETE FROM search_public WHERE title->'en'->>'text' = 'Apricot'"))
        return hits

    monkeypatch.setattr(reading, "search", ending)
    directory.app.extensions["pieces"].forget()
    page = made_anew(directory.app, "/en/directory/")
    cards = page.split('<ul class="cards"')[1].split("</ul>")[0]
    assert "Walnut" in cards and "Apricot" not in cards
    assert cards.count("<li>") == cards.count("<h3>") == 1
