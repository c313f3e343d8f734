"""The front page: who helps now, what comes next, in the reader's language, for everyone and without a trace."""

from __future__ import annotations

import gzip
from collections.abc import Callable
from typing import Any

import pytest

from network.digest.models import Visibility
from network.events.models import EventVisibility
from network.i18n.languages import CODES
from network.tenancy import Actor, Tenant
from network.web import Kopuro
from tests.digest.conftest import Digest
from tests.events.conftest import Events
from tests.factories import Make
from tests.pages import Visitor


@pytest.fixture
def events(app: Kopuro, make: Make) -> Events:
    return Events(app, make)


@pytest.fixture
def digest(app: Kopuro, make: Make) -> Digest:
    return Digest(app, make)


def test_the_front_page_shows_what_comes_next_in_the_readers_language(
    events: Events, visitor: Callable[[], Visitor]
) -> None:
    events.published()
    page = visitor().open("/ky/")
    assert page.status == 200
    assert "Өрөөндүн конференциясы" in page.main
    assert page.tree.get("lang") == "ky"


def test_a_title_in_another_language_says_so(events: Events, visitor: Callable[[], Visitor]) -> None:
    events.published(title={"ru": "Круглый стол"})
    found = visitor().open("/tg/").tree.xpath("//main//a[@lang='ru']")
    assert [a.text_content() for a in found] == ["Круглый стол"]


def test_the_front_page_knows_nothing_of_drafts_and_closed_meetings(
    events: Events, make: Make, visitor: Callable[[], Visitor]
) -> None:
    tenant = make.tenant()
    events.draft(tenant, title={"en": "A draft of Monday"})
    events.published(tenant, title={"en": "A closed meeting"}, visibility=EventVisibility.PARTNERS)
    events.over(tenant, title={"en": "Long past"})
    page = visitor().open("/en/")
    for hidden in ("A draft of Monday", "A closed meeting", "Long past"):
        assert hidden not in page.html
    assert "No event is announced" in page.main


def test_the_front_page_tells_what_was_done_and_nothing_that_is_for_partners(
    digest: Digest, visitor: Callable[[], Visitor]
) -> None:
    digest.published()
    digest.published(title={"en": "Among ourselves"}, visibility=Visibility.PARTNERS)
    digest.draft(title={"en": "Not yet told"})
    page = visitor().open("/ky/")
    assert "Юристтерди окутуу" in page.main
    assert "Among ourselves" not in page.html and "Not yet told" not in page.html
    feeds = page.tree.xpath("//link[@rel='alternate' and contains(@type, 'xml')]/@href")
    assert feeds and all("/ky/digest/feed" in url for url in feeds)


def test_reading_leaves_no_cookie_and_may_be_revalidated(
    events: Events, visitor: Callable[[], Visitor]
) -> None:
    response = visitor().open("/en/").response
    assert "Set-Cookie" not in response.headers
    assert "no-store" not in response.headers["Cache-Control"]


@pytest.mark.parametrize("code", CODES)
def test_the_front_page_fits_the_first_packet_of_a_slow_line(
    events: Events, visitor: Callable[[], Visitor], code: str
) -> None:
    for number in range(4):
        events.published(title={"en": f"Conference {number}", "ru": f"Конференция {number}"})
    response = visitor().open(f"/{code}/", headers={"Accept-Encoding": "gzip"}).response
    assert response.headers["Content-Encoding"] == "gzip"
    assert len(response.data) <= 14 * 1024
    assert b"Conference 3" not in gzip.decompress(response.data)  # Three at most.


def test_headers_hold_the_page_to_its_own_style_and_origin(
    events: Events, visitor: Callable[[], Visitor]
) -> None:
    headers = visitor().open("/en/").response.headers
    assert headers["Content-Security-Policy"].startswith("default-src 'none'; style-src 'sha256-")
    assert headers["Referrer-Policy"] == "same-origin"


@pytest.mark.parametrize("code", CODES)
def test_a_page_that_is_not_there_is_a_page_in_the_readers_language(
    events: Events, visitor: Callable[[], Visitor], code: str
) -> None:
    page = visitor().open(f"/{code}/no-such-page")
    assert page.status == 404
    assert page.tree.get("lang", "").startswith(code)
    assert page.tree.xpath("//a[@data-quick-exit]") and page.tree.xpath("//*[@id='help']")


def test_the_front_page_asks_the_database_little_however_much_there_is(
    events: Events, digest: Digest, visitor: Callable[[], Visitor], count_queries: Any
) -> None:
    """What says who asks, two for events and their organisers, one for their places, two for the digest."""
    for _ in range(5):
        events.published(place_code="KG-GO")
        digest.published()
    reader = visitor()
    reader.open("/en/")  # The hotlines of the footer are read once a minute.
    with count_queries() as asked:
        assert reader.open("/en/").status == 200
    assert len(asked) <= 6, asked


@pytest.mark.parametrize("path", ["/en/", "/en/events/", "/en/login", "/en/no-such-page"])
def test_every_page_of_the_demonstration_says_that_it_is_one(
    app: Kopuro, make: Make, visitor: Callable[[], Visitor], path: str
) -> None:
    tenant = make.tenant()
    assert not visitor().open(path).tree.xpath("//*[@class='demo']")
    with app.database.unit_of_work(Actor.anonymous()) as session:
        session.get_one(Tenant, tenant.id).demonstration = True
    for forget in app.extensions["forget"]:
        forget()  # A minute goes by.
    assert "Enter nothing real" in visitor().open(path).tree.xpath("//*[@class='demo']")[0].text_content()
