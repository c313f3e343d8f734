"""Reading the digest: the list, an activity, and what strangers, members and observers see of it."""

from __future__ import annotations

import datetime
from collections.abc import Callable
from typing import Any

import pytest
from flask.testing import FlaskClient

from network.database import now
from network.digest.models import ActivityKind, Visibility
from network.permissions import Role
from tests.digest.conftest import Digest
from tests.factories import Make
from tests.pages import Visitor

CANARY = "zorglub-canary"


def test_an_empty_digest_says_so_and_offers_its_feeds(visitor: Callable[[], Visitor]) -> None:
    page = visitor().open("/en/digest/")
    assert page.status == 200 and "Nothing is told yet" in page.main
    for kind, form in (("atom+xml", "atom"), ("rss+xml", "rss"), ("feed+json", "json")):
        [href] = page.tree.xpath(f"//link[@rel='alternate'][@type='application/{kind}']/@href")
        assert href == f"/en/digest/feed.{form}"


def test_a_list_narrowed_by_its_address_offers_the_feed_of_just_this(
    visitor: Callable[[], Visitor], digest: Digest
) -> None:
    digest.published(title={"en": "Lawyers"}, kind=ActivityKind.TRAINING)
    digest.published(title={"en": "Stations"}, kind=ActivityKind.INFORMATION_CAMPAIGN, places=["UZ03401"])
    page = visitor().open("/en/digest/?country=uz")
    assert "Stations" in page.main and "Lawyers" not in page.main
    assert page.tree.xpath("//link[@type='application/atom+xml']/@href") == [
        "/en/digest/feed.atom?country=uz"
    ]
    assert "Nothing fits" in visitor().open("/en/digest/?country=uz&category=training").main
    assert "Nothing fits" in visitor().open("/en/digest/?country=zz").main


def test_pages_of_ten_lead_to_each_other(visitor: Callable[[], Visitor], digest: Digest) -> None:
    tenant = digest.make.tenant()
    for n in range(13):
        digest.published(tenant, title={"en": f"Number {n:02}."})
    first = visitor().open("/en/digest/")
    assert "Number 12." in first.main and "Number 02." not in first.main
    second = first.follow("Older")
    assert "Number 02." in second.main and "Number 03." not in second.main
    assert visitor().open("/en/digest/?before=nonsense").status == 200


@pytest.mark.parametrize("language", ["en", "ru", "ky", "uz", "tg"])
def test_public_pages_set_no_cookie_and_ask_little_of_the_database(
    client: FlaskClient, digest: Digest, make: Make, count_queries: Callable[[], Any], language: str
) -> None:
    network = make.network()
    activity = digest.published(at=digest.last_week())
    edition = digest.edition(network)
    for path in ("", f"activities/{activity.slug}", f"editions/{edition.slug}", "?country=kg"):
        with count_queries() as seen:
            response = client.get(f"/{language}/digest/{path}")
        assert response.status_code == 200, path
        assert "Set-Cookie" not in response.headers and "csrf" not in response.text
        assert response.headers["Cache-Control"] == "no-cache"
        assert len(seen) <= 6, (path, seen)


def test_an_activity_tells_what_when_where_and_how_many(
    visitor: Callable[[], Visitor], digest: Digest
) -> None:
    tenant = digest.make.tenant("Podruga")
    activity = digest.published(
        tenant, happened_from="2003-06", happened_to="2004-07", project={"en": "Supported by the OSCE"}
    )
    page = visitor().open(f"/en/digest/activities/{activity.slug}")
    for words in ("Training of lawyers", "Podruga", "June 2003 – July 2004", "Osh", "Supported by the OSCE"):
        assert words in page.main, words
    assert "20: Women 12 · Men 8" in page.main
    assert "2003-жыл, июнь" in visitor().open(f"/ky/digest/activities/{activity.slug}").main


def test_small_numbers_of_people_are_not_told_apart(visitor: Callable[[], Visitor], digest: Digest) -> None:
    few = digest.published(reached={"women": 30, "girls": 2})
    page = visitor().open(f"/en/digest/activities/{few.slug}")
    assert "32" in page.main and "30" not in page.main and "Girls" not in page.main
    hardly_any = digest.published(reached={"women": 4})
    assert "People reached" not in visitor().open(f"/en/digest/activities/{hardly_any.slug}").main


def test_markdown_cannot_carry_a_script(
    visitor: Callable[[], Visitor], client: FlaskClient, digest: Digest
) -> None:
    evil = (
        "<script>alert(1)</script><img src=x onerror=alert(2)>\n\n[click](javascript:alert(3)) "
        "[data](data:text/html;base64,xx) ![p](https://tracker.example/p.png)\n\n<iframe src=//evil.example>\n\n"
        "[fine](https://osce.example/) # <svg onload=alert(4)>"
    )
    activity = digest.published(
        title={"en": "<script>alert(5)</script>"}, summary={"en": "<b onmouseover=x>s</b>"}, text={"en": evil}
    )
    page = visitor().open(f"/en/digest/activities/{activity.slug}")
    main = page.tree.xpath("//main")[0]
    assert not main.xpath(".//script | .//img | .//iframe | .//svg | .//b")
    assert not main.xpath(".//@*[starts-with(name(), 'on')]")
    links = main.xpath(".//a[@href]/@href")
    assert "https://osce.example/" in links and not [x for x in links if x.startswith(("javascript", "data"))]
    for form in ("rss", "atom", "json"):
        response = client.get(f"/en/digest/feed.{form}")
        assert response.status_code == 200
        body = response.text
        assert "<script" not in body and "<img" not in body.replace("&lt;img", ""), form


def test_partners_read_what_is_for_partners_and_strangers_and_observers_do_not(
    digest: Digest, make: Make, visitor: Callable[[], Visitor]
) -> None:
    network, tenant, partner = make.network(), make.tenant(), make.tenant()
    activity = digest.published(
        tenant, visibility=Visibility.PARTNERS, title={"en": CANARY}, at=digest.last_week()
    )
    edition = digest.edition(network)
    member = make.user(partner, [Role.EDITOR]).visitor()
    assert CANARY in member.open("/en/digest/").main
    assert CANARY in member.open(f"/en/digest/activities/{activity.slug}").main
    for reader in (
        visitor(),
        make.user(network, [Role.OBSERVER]).visitor(),
        make.user(network, [Role.COORDINATOR]).visitor(),
    ):
        assert CANARY not in reader.open("/en/digest/").html
        assert reader.open(f"/en/digest/activities/{activity.slug}").status == 404
    for reader in (visitor(), member):
        assert CANARY not in reader.open(f"/en/digest/editions/{edition.slug}").html


def test_a_withdrawn_activity_is_gone_with_its_words(
    digest: Digest, make: Make, visitor: Callable[[], Visitor]
) -> None:
    network, tenant = make.network(), make.tenant("Podruga")
    activity = digest.published(tenant, title={"en": CANARY}, at=digest.last_week())
    edition = digest.edition(network)
    assert CANARY in visitor().open(f"/en/digest/editions/{edition.slug}").main
    digest.withdraw(tenant, activity)
    page = visitor().open(f"/en/digest/activities/{activity.slug}")
    assert page.status == 410 and CANARY not in page.main and "Podruga took this text back" in page.main
    assert CANARY not in visitor().open("/en/digest/").html
    assert CANARY not in visitor().open(f"/en/digest/editions/{edition.slug}").html
    assert CANARY not in make.user(make.tenant(), [Role.EDITOR]).visitor().open("/en/digest/").html


def test_what_was_only_for_partners_leaves_no_tombstone_for_strangers(
    digest: Digest, make: Make, visitor: Callable[[], Visitor]
) -> None:
    tenant = make.tenant()
    activity = digest.published(tenant, visibility=Visibility.PARTNERS)
    digest.withdraw(tenant, activity)
    assert visitor().open(f"/en/digest/activities/{activity.slug}").status == 404
    member = make.user(make.tenant(), [Role.CASEWORKER]).visitor()
    assert member.open(f"/en/digest/activities/{activity.slug}").status == 410


def test_addresses_of_nothing_are_404(visitor: Callable[[], Visitor]) -> None:
    for path in ("activities/nothing", "activities/%00", "activities/UPPER", "editions/1999-week-01"):
        assert visitor().open(f"/en/digest/{path}").status == 404, path


def test_a_text_in_another_language_says_so(visitor: Callable[[], Visitor], digest: Digest) -> None:
    activity = digest.published(title={"ru": "Обучение"}, summary={}, text={"ru": "Текст"})
    page = visitor().open(f"/tg/digest/activities/{activity.slug}")
    assert page.tree.xpath("//h1/@lang") == ["ru"]


def test_scheduled_activities_are_nowhere_before_their_time(
    visitor: Callable[[], Visitor], digest: Digest
) -> None:
    tenant = digest.make.tenant()
    activity = digest.draft(tenant, title={"en": CANARY})
    digest.publish(tenant, activity, at=now() + datetime.timedelta(hours=1))
    assert CANARY not in visitor().open("/en/digest/").html
    assert visitor().open(f"/en/digest/activities/{activity.slug}").status == 404
