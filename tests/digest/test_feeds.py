"""Feeds that any reader takes: valid, the same from one request to the next, and silent about what is not public."""

from __future__ import annotations

import json
import uuid
from collections.abc import Callable
from typing import Any

import feedparser
import pytest
from flask.testing import FlaskClient
from lxml import etree

from network.digest.models import ActivityKind, Visibility
from network.digest.services import activities
from network.directory import services
from network.directory.models import Visibility as Audience
from network.permissions import Role
from network.tenancy import Actor
from tests.digest.conftest import Digest, draft
from tests.directory.conftest import Directory, organization_draft
from tests.factories import Make

FORMS = ("rss", "atom", "json")
CANARY = "zorglub-canary"
A = "{http://www.w3.org/2005/Atom}"

each_form = pytest.mark.parametrize("form", FORMS)


def text(client: FlaskClient, path: str) -> str:
    response = client.get(path)
    assert response.status_code == 200, path
    return response.get_data(as_text=True)


def ids(client: FlaskClient, form: str, query: str = "", prefix: str = "/en/digest") -> list[str]:
    body = text(client, f"{prefix}/feed.{form}{query}")
    if form == "json":
        return [item["id"] for item in json.loads(body)["items"]]
    return [entry.id for entry in feedparser.parse(body).entries]


def updated(client: FlaskClient, path: str = "/en/digest/feed.atom") -> tuple[str, list[str]]:
    """Of the feed and of each entry."""
    root = etree.fromstring(text(client, path).encode())
    return root.findtext(A + "updated"), [entry.findtext(A + "updated") for entry in root.iter(A + "entry")]


@pytest.mark.parametrize("language", ["en", "ky", "uz"])
def test_atom_and_rss_are_read_without_complaint(client: FlaskClient, digest: Digest, language: str) -> None:
    digest.published(title={"en": "A < B & C", "ky": "Окутуу"})
    for form in ("rss", "atom"):
        response = client.get(f"/{language}/digest/feed.{form}")
        assert response.headers["Content-Type"] == f"application/{form}+xml; charset=utf-8"
        assert "Set-Cookie" not in response.headers
        parsed = feedparser.parse(response.data)
        assert not parsed.bozo, parsed.get("bozo_exception")
        entry = parsed.entries[0]
        assert entry.title in ("A < B & C", "Окутуу")
        assert entry.id.startswith("tag:") and entry.link.startswith("http://localhost/")
        assert {"training", "kg"} <= {tag.term for tag in entry.tags} or form == "rss"
    root = etree.fromstring(client.get(f"/{language}/digest/feed.atom").data)
    assert root.get("{http://www.w3.org/XML/1998/namespace}lang") == {"uz": "uz-Latn"}.get(language, language)
    assert root.find(f"{A}link[@rel='self']").get("href") == f"http://localhost/{language}/digest/feed.atom"


def test_the_json_feed_has_what_its_standard_asks_for(client: FlaskClient, digest: Digest) -> None:
    digest.published()
    response = client.get("/en/digest/feed.json?country=kg")
    assert response.headers["Content-Type"] == "application/feed+json; charset=utf-8"
    feed = response.get_json(force=True)
    assert feed["version"] == "https://jsonfeed.org/version/1.1"
    assert feed["feed_url"] == "http://localhost/en/digest/feed.json?country=kg"
    item = feed["items"][0]
    assert item["content_html"].startswith("<p>We met in <strong>Osh</strong>.</p>")
    assert item["date_published"] <= item["date_modified"]


@each_form
def test_two_requests_give_the_same_bytes(client: FlaskClient, digest: Digest, form: str) -> None:
    tenant = digest.make.tenant()
    for number in range(3):
        digest.published(tenant, title={"en": f"Number {number}"})
    digest.withdraw(tenant, digest.published(tenant))
    first = client.get(f"/en/digest/feed.{form}")
    second = client.get(f"/en/digest/feed.{form}")
    assert first.data == second.data and first.headers["ETag"] == second.headers["ETag"]


@each_form
def test_an_empty_feed_is_a_feed_and_does_not_move(client: FlaskClient, form: str) -> None:
    first = client.get(f"/ru/digest/feed.{form}")
    assert first.status_code == 200 and first.data == client.get(f"/ru/digest/feed.{form}").data
    if form != "json":
        assert not feedparser.parse(first.data).bozo


@each_form
def test_an_unchanged_feed_is_answered_in_a_line_and_one_query(
    client: FlaskClient, digest: Digest, form: str, count_queries: Callable[[], Any]
) -> None:
    tenant = digest.make.tenant()
    activity = digest.published(tenant)
    path = f"/en/digest/feed.{form}?category=training"
    with count_queries() as seen:
        first = client.get(path)
    assert len(seen) <= 3
    etag, modified = first.headers["ETag"], first.headers["Last-Modified"]
    with count_queries() as seen:
        again = client.get(path, headers={"If-None-Match": etag})
    assert again.status_code == 304 and not again.data and len(seen) <= 1
    assert client.get(path, headers={"If-Modified-Since": modified}).status_code == 304
    packed = client.get(path, headers={"Accept-Encoding": "gzip"})
    headers = {"Accept-Encoding": "gzip", "If-None-Match": packed.headers["ETag"]}
    assert client.get(path, headers=headers).status_code == 304
    digest.change(tenant, activity, title={"en": "Another title"})
    assert client.get(path, headers={"If-None-Match": etag}).status_code == 200


def test_the_whole_feed_with_editions_takes_three_queries(
    client: FlaskClient, digest: Digest, make: Make, count_queries: Callable[[], Any]
) -> None:
    network, tenant = make.network(), make.tenant()
    digest.published(tenant, at=digest.last_week())
    digest.withdraw(tenant, digest.published(tenant))
    edition = digest.edition(network)
    with count_queries() as seen:
        found = ids(client, "atom")
    assert len(seen) <= 3
    assert f"edition/{edition.id}" in " ".join(found)


def test_an_entry_keeps_its_id_when_title_and_language_change(client: FlaskClient, digest: Digest) -> None:
    tenant = digest.make.tenant()
    activity = digest.published(tenant)
    before = ids(client, "atom")
    digest.change(tenant, activity, title={"en": "Quite another title", "tg": "Омӯзиш"})
    assert [ids(client, form) for form in FORMS] == [before] * 3
    assert ids(client, "atom", prefix="/tg/digest") == before


def test_updated_moves_only_when_the_content_does(client: FlaskClient, digest: Digest) -> None:
    tenant = digest.make.tenant()
    old = digest.published(tenant, at=digest.last_week())
    before = updated(client)
    digest.change(tenant, old)  # The same words again.
    digest.publish(tenant, old)
    digest.draft(tenant, title={"en": "Not ready"})
    assert updated(client) == before
    digest.change(tenant, old, summary={"en": "One day more."})
    after = updated(client)
    assert after[0] > before[0] and after[1][0] > before[1][0]


@each_form
def test_control_characters_never_break_the_feed(client: FlaskClient, digest: Digest, form: str) -> None:
    # The form refuses them; an import of long ago might have let them in. PostgreSQL itself refuses NUL.
    nasty = "a\x01b\x0bc\ufffed\x1be &lt;]]> </entry>"
    digest.published(
        title={"en": nasty},
        summary={"en": nasty},
        text={"en": nasty + "\n\n# " + nasty},
        project={"en": nasty},
    )
    body = client.get(f"/en/digest/feed.{form}").data
    assert not {1, 11, 27} & set(body)
    if form == "json":
        assert json.loads(body)["items"][0]["title"] == "abcde &lt;]]> </entry>"
    else:
        etree.fromstring(body)
        parsed = feedparser.parse(body)
        assert not parsed.bozo and len(parsed.entries) == 1


@each_form
def test_nobody_finds_what_is_for_partners_or_not_published_in_a_feed(
    client: FlaskClient, digest: Digest, make: Make, form: str
) -> None:
    tenant = make.tenant()
    partners = digest.published(tenant, visibility=Visibility.PARTNERS, title={"en": f"{CANARY} partners"})
    hidden = digest.draft(tenant, text={"en": f"{CANARY} draft"})
    withdrawn = digest.published(tenant, summary={"en": f"{CANARY} withdrawn"})
    narrowed = digest.published(tenant, title={"en": f"{CANARY} narrowed"})
    assert CANARY in text(client, f"/en/digest/feed.{form}")  # It would be seen, were it there.
    digest.withdraw(tenant, withdrawn)
    digest.change(tenant, narrowed, visibility=Visibility.PARTNERS, title={"en": f"{CANARY} narrowed"})
    readers = [
        client,
        make.user(tenant, [Role.EDITOR]).client(),
        make.user(make.tenant(), [Role.EDITOR]).client(),
    ]
    for reader in readers:
        for path in ("", "?country=kg", "?category=training", "?language=en"):
            body = text(reader, f"/en/digest/feed.{form}{path}")
            assert CANARY not in body and str(partners.id) not in body and str(hidden.id) not in body


def test_a_withdrawn_entry_leaves_a_tombstone_in_every_feed(client: FlaskClient, digest: Digest) -> None:
    tenant = digest.make.tenant()
    activity = digest.published(tenant, title={"en": "Soon gone"})
    [ident] = ids(client, "atom")
    moved = client.get("/en/digest/feed.atom").headers["ETag"]
    digest.withdraw(tenant, activity)
    response = client.get("/en/digest/feed.atom", headers={"If-None-Match": moved})
    root = etree.fromstring(response.data)
    gone = root.find("{http://purl.org/atompub/tombstones/1.0}deleted-entry")
    assert gone is not None and gone.get("ref") == ident and root.find(A + "entry") is None
    assert root.findtext(A + "updated") == gone.get("when")
    for form in ("rss", "json"):
        assert ids(client, form) == [ident]
        assert "Soon gone" not in text(client, f"/en/digest/feed.{form}")
    # A filter under which it was never seen says nothing of it.
    assert ids(client, "json", "?category=seminar") == []
    assert ids(client, "json", "?country=kg") == [ident]


def test_what_comes_back_to_the_public_takes_its_tombstone_away(client: FlaskClient, digest: Digest) -> None:
    tenant = digest.make.tenant()
    activity = digest.published(tenant)
    digest.change(tenant, activity, visibility=Visibility.PARTNERS)
    assert "Withdrawn" in text(client, "/en/digest/feed.json")
    digest.change(tenant, activity)
    assert "Withdrawn" not in text(client, "/en/digest/feed.json")
    assert len(ids(client, "json")) == 1


def test_filters_narrow_and_nonsense_is_no_feed(client: FlaskClient, digest: Digest) -> None:
    tenant = digest.make.tenant()
    digest.published(tenant, title={"en": "In Osh"}, places=["KG-GO"])
    digest.published(tenant, title={"ru": "В Худжанде"}, places=["TJ-3505401"], kind=ActivityKind.SEMINAR)
    assert len(ids(client, "atom")) == 2
    for query, many in (
        ("country=tj", 1),
        ("country=TJ&category=seminar", 1),
        ("country=tj&category=training", 0),
    ):
        assert len(ids(client, "atom", f"?{query}")) == many, query
    assert len(ids(client, "rss", "?language=ru")) == 1
    for query in ("country=xx", "category=nothing", "language=tlh", "country=%00", "country=kg%27"):
        assert client.get(f"/en/digest/feed.atom?{query}").status_code == 404, query
    assert client.get("/en/digest/feed.xml").status_code == 404


def test_fifty_entries_however_many_there_are(client: FlaskClient, digest: Digest) -> None:
    tenant = digest.make.tenant()
    made = [digest.published(tenant, title={"en": f"Number {n}"}) for n in range(53)]
    digest.change(tenant, made[0], title={"en": "The first one, put right"})
    found = ids(client, "atom")
    assert len(found) == 50
    assert found[0].endswith(str(made[0].id)), "what changed comes first, so that nobody misses it"


def test_texts_say_their_own_language(client: FlaskClient, digest: Digest) -> None:
    digest.published(title={"ru": "Семинар"}, text={"ru": "Текст"})
    root = etree.fromstring(client.get("/ky/digest/feed.atom").data)
    lang = "{http://www.w3.org/XML/1998/namespace}lang"
    assert (root.get(lang), root.find(A + "entry").get(lang)) == ("ky", "ru")


def test_an_organization_has_feeds_of_its_own(
    client: FlaskClient, digest: Digest, make: Make, count_queries: Callable[[], Any]
) -> None:
    mine, other = make.tenant(), make.tenant()
    listing = Directory(digest.app, make).organization(mine)
    digest.published(mine, title={"en": "Ours"})
    digest.published(mine, title={"en": CANARY}, visibility=Visibility.PARTNERS)
    digest.published(other, title={"en": "Theirs"})
    page = client.get(f"/en/directory/organizations/{listing.slug}").text
    for form in FORMS:
        path = f"/en/directory/organizations/{listing.slug}/feed.{form}"
        assert f'href="{path}"' in page
        with count_queries() as seen:
            body = text(client, path)
        assert len(seen) <= 3
        assert "Ours" in body and "Theirs" not in body and CANARY not in body and "Green Hill" in body
        assert (
            client.get(path, headers={"If-None-Match": client.get(path).headers["ETag"]}).status_code == 304
        )
        assert ids(client, form, "?category=seminar", f"/en/directory/organizations/{listing.slug}") == []


def test_a_listing_that_is_not_public_has_no_feed(client: FlaskClient, digest: Digest, make: Make) -> None:
    tenant = make.tenant()
    hidden = Directory(digest.app, make).organization(tenant, visibility=Audience.PARTNERS)
    digest.published(tenant)
    for slug in (hidden.slug, "nothing-like-it"):
        assert client.get(f"/en/directory/organizations/{slug}/feed.atom").status_code == 404


def test_what_the_network_itself_tells_is_not_told_by_those_it_lists(
    client: FlaskClient, digest: Digest, make: Make
) -> None:
    network = make.network()
    coordinator = Actor.member(network.id, uuid.uuid4(), [Role.COORDINATOR])
    listing = Directory(digest.app, make).do(
        network, lambda s, a: services.create_organization(s, a, organization_draft()), actor=coordinator
    )
    with digest.app.database.unit_of_work(coordinator) as session:
        made = activities.create_activity(session, coordinator, draft())
        activities.publish_activity(session, coordinator, made.id)
    assert len(ids(client, "json")) == 1
    assert ids(client, "json", prefix=f"/en/directory/organizations/{listing.slug}") == []
