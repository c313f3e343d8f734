"""Pages that are kept: the same for every stranger, never older than what they show, and never a member's."""

from __future__ import annotations

import datetime
import gzip
import hashlib
import json
import re
import uuid
from base64 import b64encode
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

import brotli
import pytest
from flask import Flask, template_rendered
from flask.testing import FlaskClient
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine, text

from network.directory import services
from network.directory.models import Organization, Visibility
from network.events.models import ConsentToPublish
from network.events.services import planning, registering
from network.face import STATIC
from network.kept import pages
from network.kept.store import Kept, Store
from network.kept.style import LATER, Rule, Sheet, source
from network.tenancy import Actor, TenantKind
from network.web import Kopuro
from tests.digest.conftest import Digest, digest
from tests.directory.conftest import Directory, directory, organization_draft
from tests.events.conftest import Events, answers, events, organiser
from tests.factories import Make

__all__ = ["digest", "directory", "events"]


STYLE = re.compile(rb"<style>(.*?)</style>", re.DOTALL)
UNPACK = {None: bytes, "gzip": gzip.decompress, "br": brotli.decompress}


@pytest.fixture
def drawn(app: Kopuro) -> Iterator[list[str]]:
    """The templates that were rendered meanwhile."""
    names: list[str] = []

    def note(_app: Flask, template: Any, **_context: Any) -> None:
        names.append(str(template.name))

    with template_rendered.connected_to(note, app):
        yield names


@pytest.fixture
def addresses(directory: Directory, events: Events, digest: Digest) -> list[str]:
    """One page of every kind, with something on it."""
    organization = directory.organization()
    service = directory.service(organization)
    directory.phone(organization, hotline=True)
    event, activity = events.published(), digest.published()
    edition = digest.edition(digest.make.network())
    return [
        "/en/",
        "/ky/pages/privacy",
        "/ru/directory/",
        f"/uz/directory/organizations/{organization.slug}",
        f"/tg/directory/services/{service.slug}",
        "/en/events/",
        f"/ky/events/{event.slug}",
        "/ru/digest/",
        f"/uz/digest/activities/{activity.slug}",
        "/tg/digest/editions/",
        f"/en/digest/editions/{edition.slug}",
        "/en/digest/feed.atom",
        f"/ky/directory/organizations/{organization.slug}/feed.rss",
        "/ru/events.ics",
        f"/uz/events/{event.slug}.ics",
        "/hsds/services",
    ]


def test_a_page_is_made_once_for_all_strangers_and_costs_one_question(
    app: Kopuro, addresses: list[str], drawn: list[str], count_queries: Callable[[], Any]
) -> None:
    for address in addresses:
        first = app.test_client().get(address)
        assert first.status_code == 200 and first.headers["ETag"].startswith("W/"), address
        drawn.clear()
        with count_queries() as seen:
            second = app.test_client().get(address)
            packed = app.test_client().get(address, headers={"Accept-Encoding": "gzip"})
        assert second.data == first.data, address
        assert (packed.headers["Content-Encoding"] == "gzip" and len(packed.data) < len(first.data)) or (
            len(first.data) < 600
        )
        assert (drawn, len(seen) <= 2) == ([], True), (address, seen)


def test_whoever_asks_again_and_takes_brotli_gets_the_least_bytes(
    client: FlaskClient, addresses: list[str]
) -> None:
    for address in addresses:
        made = client.get(address, headers={"Accept-Encoding": "gzip, br"})
        zipped = client.get(address, headers={"Accept-Encoding": "gzip"})
        small = client.get(address, headers={"Accept-Encoding": "gzip, br"})
        plain = client.get(address, headers={"Accept-Encoding": "br;q=0, gzip;q=0"})
        assert made.headers["Content-Encoding"] == "gzip" and made.data == zipped.data, address
        assert small.headers["Content-Encoding"] == "br" and len(small.data) < len(zipped.data), address
        assert "Content-Encoding" not in plain.headers
        assert gzip.decompress(zipped.data) == plain.data, address
        assert STYLE.sub(b"", brotli.decompress(small.data)) == STYLE.sub(b"", plain.data), address
        assert int(small.headers["Content-Length"]) == len(small.data)
        assert small.headers["ETag"] == zipped.headers["ETag"] == plain.headers["ETag"]
        assert "Accept-Encoding" in _words(small.headers["Vary"]), address


def test_each_answer_carries_the_policy_of_the_style_it_has_and_who_has_it_already_gets_none(
    app: Kopuro, client: FlaskClient, addresses: list[str]
) -> None:
    """A browser takes the headers of a 304 over those of the page it has, whichever of the two that is."""
    whole, fitted = app.extensions["face"].style.encode(), 0
    for address in addresses:
        for packing in ("gzip, br", "gzip", "gzip, br", "", "gzip"):
            asked = {"Accept-Encoding": packing}
            answer = client.get(address, headers=asked)
            body = UNPACK[answer.headers.get("Content-Encoding")](answer.data)
            style = STYLE.search(body)
            if style is None:
                assert answer.headers["Content-Security-Policy"] == app.extensions["face"].policy, address
                continue
            digest = b64encode(hashlib.sha256(style[1]).digest()).decode()
            policy = answer.headers["Content-Security-Policy"]
            assert f"style-src 'sha256-{digest}';" in policy, (address, packing)
            head = client.head(address, headers=asked)
            assert head.headers["Content-Length"] and (
                answer.headers.get("Content-Encoding") != "br"
                or head.headers["Content-Security-Policy"] == policy
            )
            if answer.headers.get("Content-Encoding") == "br":
                fitted += 1
                assert len(style[1]) < 0.8 * len(whole), address
            else:
                assert style[1] == whole, address
            for tag in (answer.headers["ETag"], "*"):
                known = client.get(address, headers={**asked, "If-None-Match": tag})
                assert (known.status_code, "Content-Security-Policy" in known.headers) == (304, False), tag
    assert fitted >= 10


def test_only_our_own_sheet_is_fitted_and_a_page_without_it_is_sent_as_it_is() -> None:
    sheet = Sheet(".a{color:red}.b{color:blue}")
    for style in (b"", b"<style>.a{color:red}</style>"):
        page = b"<!doctype html><title>T</title>%s<p class=b>Words" % style
        kept = Kept.of(page, (), sheet)
        assert (brotli.decompress(kept.smallest), kept.style_source) == (page, None)
    kept = Kept.of(b"<title>T</title><style>%s</style><p class=b>Words" % sheet.text.encode(), (), sheet)
    assert (
        brotli.decompress(kept.smallest) == b"<title>T</title><style>.b{color:blue}</style><p class=b>Words"
    )
    assert kept.style_source == source(".b{color:blue}")


@pytest.mark.parametrize(
    ("rule", "page"),
    [
        ("main>.row :not(.gone){x:y}", "<main><i class='a row'></i></main>"),
        ("a:is(.b,:not(.c)):hover::after{x:y}", "<a>"),
        (".tasks li+li{x:y}", "<ul class=tasks><li>"),
        ("#help h2{x:y}", "<section id=help><h2>"),
        ("[rel=next]::after{x:y}", "<a rel=next>"),
        ("table.data tbody td[data-label]{x:y}", "<table class=data><td data-label=A>"),
        ("@media print{.top{x:y}}", "<header class=top>"),
    ],
)
def test_a_rule_stays_with_what_it_asks_for_and_leaves_without(rule: str, page: str) -> None:
    sheet = Sheet(f":root{{--a:b}}{rule}@font-face{{x:y}}*,::before{{x:y}}")
    assert sheet.for_page(page.encode()) == sheet.text
    without = sheet.for_page(b"<em>")
    assert without == sheet.text.replace(rule, "")


def test_of_a_list_of_selectors_those_stay_that_can_match() -> None:
    assert Sheet(".a,.b:is(.c,.d),.e{x:y}").for_page(b"<p class='b e'>") == ".b:is(.c,.d),.e{x:y}"


def test_our_sheet_is_read_whole_and_kept_whole_where_everything_is(app: Kopuro) -> None:
    """Also what the script puts on a page: a class or attribute it sets has rules on every page."""
    sheet = app.extensions["face"].sheet
    everything = frozenset().union(*(asked for rule in _all(sheet.rules) for _text, asked in rule.selectors))
    assert "".join(rule.kept(everything) for rule in sheet.rules) == sheet.text
    script = (STATIC / "network.js").read_text("utf-8")
    classes = set(re.findall(r"className = '([\w-]+)'", script))
    attributes = set(re.findall(r"setAttribute\('([\w-]+)'", script))
    assert classes == {"gone", "unseen"} and attributes == {"role"} and "classList" not in script
    assert {f".{name}" for name in classes} | {f"[{name}" for name in attributes} | {"[hidden"} <= LATER
    assert set(re.findall(r"createElement\('(\w+)'", script)) <= LATER


def _all(rules: Iterable[Rule]) -> list[Rule]:
    return [each for rule in rules for each in (rule, *_all(rule.rules))]


@pytest.mark.parametrize(
    "changed",
    [
        "network/views.py",
        "network/templates/page.html",
        "network/static/network.css",
        "network/static/network.js",
        "network/static/icon.svg",
        "network/places/places.csv",
        "translations/ky/LC_MESSAGES/messages.mo",
    ],
)
def test_another_release_makes_other_pages(
    app: Kopuro, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, changed: str
) -> None:
    file = tmp_path / changed
    file.parent.mkdir(parents=True)
    file.write_text("As it was.")
    monkeypatch.setattr(pages, "ROOT", tmp_path)
    before = pages.release(app)
    assert pages.release(app) == before
    file.write_text("As it is now.")
    assert pages.release(app) != before


def test_what_no_person_reads_in_one_piece_is_packed_quickly() -> None:
    body = json.dumps([str(uuid.uuid5(uuid.NAMESPACE_DNS, str(n))) for n in range(8000)]).encode()
    long = Kept.of(body, ())
    assert brotli.decompress(long.smallest) == body and long.smallest is long.smallest
    assert len(long.smallest) > len(brotli.compress(body, quality=11)), "at its best it would be smaller"


def test_who_has_the_page_is_answered_in_a_line(
    app: Kopuro, client: FlaskClient, addresses: list[str], drawn: list[str], count_queries: Callable[[], Any]
) -> None:
    for address in addresses:
        first = client.get(address, headers={"Accept-Encoding": "gzip"})
        app.extensions["kept"].forget()  # Another process, or one that was started anew.
        drawn.clear()
        for method in ("GET", "HEAD"):
            with count_queries() as seen:
                again = client.open(address, method=method, headers={"If-None-Match": first.headers["ETag"]})
            assert (again.status_code, again.data, drawn, len(seen) <= 1) == (304, b"", [], True), address
            for name in ("ETag", "Vary", "Cache-Control"):
                assert _words(again.headers[name]) == _words(first.headers[name]), (address, name)
        assert {"Cookie", "Accept-Encoding"} <= _words(first.headers["Vary"]), address
        assert client.get(address, headers={"If-None-Match": 'W/"made-up", "other"'}).status_code == 200


def _words(header: str) -> set[str]:
    return {word.strip() for word in header.split(",")}


def test_head_says_of_a_kept_page_what_get_says(client: FlaskClient, addresses: list[str]) -> None:
    for address in addresses:
        for packing in ({}, {"Accept-Encoding": "gzip"}):
            made, head = client.get(address, headers=packing), client.head(address, headers=packing)
            kept = client.get(address, headers=packing)
            assert head.data == b""
            assert len(kept.data) == int(kept.headers["Content-Length"])
            for name, value in made.headers.items():
                if name not in ("Vary", "Content-Length", "Date"):
                    assert head.headers[name] == kept.headers[name] == value, (address, name)
            assert head.headers["Content-Length"] == kept.headers["Content-Length"], address
            assert (
                _words(head.headers["Vary"]) == _words(kept.headers["Vary"]) == _words(made.headers["Vary"])
            )


def test_what_is_not_there_is_never_unchanged(client: FlaskClient) -> None:
    for address in ("/en/directory/organizations/nobody", "/en/events/nothing", "/en/digest/activities/no"):
        for known in ("*", 'W/"00000000000000000000000000000000"'):
            assert client.get(address, headers={"If-None-Match": known}).status_code == 404


def test_a_listing_that_is_narrowed_is_gone_at_once_for_who_has_it_and_for_who_has_not(
    directory: Directory, app: Kopuro
) -> None:
    tenant = directory.make.tenant()
    organization = directory.organization(tenant, name={"en": "Canary House"})
    addresses = [f"/en/directory/organizations/{organization.slug}", "/en/directory/", "/hsds/organizations"]
    known = [app.test_client().get(address).headers["ETag"] for address in addresses]
    narrowed = organization_draft(name={"en": "Canary House"}, visibility=Visibility.PARTNERS)
    directory.do(tenant, lambda s, a: services.change_organization(s, a, organization, narrowed, version=1))
    for address, tag in zip(addresses, known, strict=True):
        for headers in ({}, {"If-None-Match": tag}):
            answer = app.test_client().get(address, headers=headers)
            assert answer.status_code == (404 if organization.slug in address else 200)
            assert "Canary House" not in answer.text


def test_a_change_by_any_hand_shows_at_once_and_one_that_is_taken_back_moves_nothing(
    directory: Directory, client: FlaskClient, owner_engine: Engine
) -> None:
    """Written past this process, as another process or an operator would."""
    organization = directory.organization()
    address = f"/en/directory/organizations/{organization.slug}"
    tag = client.get(address).headers["ETag"]
    rename = text("UPDATE organization SET name = CAST(:name AS jsonb) WHERE id = :id")
    with owner_engine.connect().execution_options(isolation_level="READ COMMITTED") as connection:
        connection.execute(rename, {"name": '{"en": "Never"}', "id": organization.id})
        connection.rollback()
        assert client.get(address, headers={"If-None-Match": tag}).status_code == 304
        connection.execute(rename, {"name": '{"en": "Written elsewhere"}', "id": organization.id})
        connection.commit()
    assert "Written elsewhere" in client.get(address, headers={"If-None-Match": tag}).text


def test_what_members_alone_may_read_moves_no_page_of_strangers(
    directory: Directory, client: FlaskClient
) -> None:
    organization = directory.organization()
    known = {"If-None-Match": client.get("/en/directory/").headers["ETag"]}
    directory.phone(organization, audience=Visibility.PARTNERS)
    directory.organization(visibility=Visibility.TENANT)
    with directory.app.database.unit_of_work(Actor.anonymous()) as session:
        assert session.get(Organization, organization.id)
    # A new tenant is named on pages; the listings for few were made under one.
    fresh = client.get("/en/directory/")
    directory.phone(organization, audience=Visibility.TENANT)
    assert client.get("/en/directory/", headers={"If-None-Match": fresh.headers["ETag"]}).status_code == 304
    assert known["If-None-Match"].startswith("W/")


def test_events_digest_seats_and_names_show_at_once(
    events: Events, digest: Digest, client: FlaskClient
) -> None:
    make = events.make
    tenant = make.tenant()
    event, activity = events.published(tenant, registration_limit=1), digest.published(tenant)
    page, story = f"/en/events/{event.slug}", f"/en/digest/activities/{activity.slug}"

    def unchanged(address: str, before: Any) -> bool:
        return client.get(address, headers={"If-None-Match": before.headers["ETag"]}).status_code == 304

    before, told = client.get(page), client.get(story)
    visitor = Actor.visitor(tenant.id)
    with events.app.database.unit_of_work(visitor) as session:
        wish = answers(name="Canary Visitor", consent_to_publish=ConsentToPublish.ALL)
        registering.register(session, visitor, events.app.keyring, event.id, wish)
    assert not unchanged(page, before) and unchanged(story, told)
    assert "Canary Visitor" in client.get(page).text
    with events.app.database.unit_of_work(organiser(tenant)) as session:
        planning.cancel_event(session, organiser(tenant), event.id)
    assert "Canary Visitor" in before.text or not unchanged(page, before)
    digest.withdraw(tenant, activity)
    assert client.get(story, headers={"If-None-Match": told.headers["ETag"]}).status_code == 410


def test_the_hotlines_and_the_banner_around_a_page_are_as_new_as_the_page(
    directory: Directory, client: FlaskClient, owner_engine: Engine
) -> None:
    tenant = directory.make.tenant()
    organization = directory.organization(tenant)
    assert "00010" not in client.get("/en/pages/privacy").text
    phone = directory.phone(organization, hotline=True)
    assert "00010" in client.get("/en/pages/privacy").text
    with owner_engine.connect() as connection:
        connection.execute(text("UPDATE phone SET audience = 'tenant' WHERE id = :id"), {"id": phone.id})
        assert "00010" not in client.get("/en/pages/privacy").text
        assert "made up" not in client.get("/en/pages/privacy").text
        connection.execute(text("UPDATE tenant SET demonstration = true"))
    assert "made up" in client.get("/en/pages/privacy").text


def test_a_members_page_is_neither_kept_nor_made_of_what_is_kept(
    directory: Directory, app: Kopuro, make: Make
) -> None:
    organization = directory.organization()
    directory.phone(organization, number="00077", audience=Visibility.PARTNERS)
    member = make.user(make.tenant(kind=TenantKind.MEMBER)).client()
    for path in (f"/en/directory/organizations/{organization.slug}", "/en/directory/", "/en/events/", "/en/"):
        app.extensions["kept"].forget()
        seen = member.get(path)
        assert app.extensions["kept"].taken == 0, "a member's page was kept"
        assert "ETag" not in seen.headers and seen.headers["Cache-Control"] == "no-store"
        stranger = app.test_client().get(path)
        assert "00077" not in stranger.text and "Sign out" not in stranger.text
        again = member.get(path, headers={"If-None-Match": stranger.headers["ETag"]})
        assert again.status_code == 200 and "Sign out" in again.text
        assert ("00077" in again.text) == ("00077" in seen.text) == (organization.slug in path)


def test_whoever_sends_the_cookie_of_a_session_gets_a_page_of_their_own(
    client: FlaskClient, app: Kopuro
) -> None:
    tag = client.get("/en/").headers["ETag"]
    client.set_cookie("session", "one that ended long ago")
    answer = client.get("/en/", headers={"If-None-Match": tag})
    assert answer.status_code == 200 and "ETag" not in answer.headers


def test_a_word_left_from_the_page_before_is_for_one_reader(client: FlaskClient, app: Kopuro) -> None:
    tag = client.get("/en/").headers["ETag"]
    with client.session_transaction() as session:
        session["_flashes"] = [("success", "Canary word")]
    answer = client.get("/en/", headers={"If-None-Match": tag})
    assert "Canary word" in answer.text and answer.headers["Cache-Control"] == "no-store"
    assert "Canary word" not in app.test_client().get("/en/").text
    assert client.get("/en/").headers["ETag"] == tag


def test_words_that_somebody_looks_for_are_not_kept(client: FlaskClient, app: Kopuro) -> None:
    for address in ("/en/directory/?q=shelter", "/hsds/services?search=shelter"):
        assert client.get(address).status_code == 200
        assert app.extensions["kept"].taken == 0, address


def test_each_address_language_and_host_has_pages_of_its_own(client: FlaskClient, events: Events) -> None:
    events.published()
    tags = {
        client.get(address, base_url=base).headers["ETag"]
        for address in ("/en/events.ics", "/ky/events.ics", "/en/events.ics?x=1")
        for base in ("http://localhost", "http://elsewhere.example", "https://localhost")
    }
    assert len(tags) == 9
    assert b"elsewhere" not in client.get("/en/events.ics").data
    spoken = {
        client.get("/hsds/taxonomies", headers={"Accept-Language": code}).headers["ETag"]
        for code in ("ru", "uz")
    }
    assert len(spoken) == 2


def test_a_page_that_shows_the_clock_is_made_anew_after_its_time(
    client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    import time

    from network.kept import pages

    began = time.time() // 300 * 300
    tags = []
    for moment in (began, began + 299, began + 301):
        monkeypatch.setattr(pages.time, "time", lambda moment=moment: moment)
        tags.append(client.get("/en/events/").headers["ETag"])
    assert tags[0] == tags[1] != tags[2]


@settings(suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(st.lists(st.tuples(st.sampled_from("abcdefgh"), st.integers(0, 4000)), max_size=40))
def test_a_store_never_takes_more_than_it_may_and_gives_back_what_it_was_given(
    given_pages: list[tuple[str, int]],
) -> None:
    store, last = Store(limit=6000), dict[str, bytes]()
    for tag, size in given_pages:
        body = uuid.uuid4().bytes * (size // 16)
        last[tag] = body
        store.keep(tag, Kept.of(body, ()))
        assert store.taken <= store.limit
    held = {tag: store.find(tag) for tag in last}
    assert sum(page.size for page in held.values() if page) == store.taken
    assert all(page is None or page.body == last[tag] for tag, page in held.items())
    store.forget()
    assert store.taken == 0 and store.find("a") is None


def test_the_moment_of_the_last_change_is_told(client: FlaskClient, directory: Directory) -> None:
    before = datetime.datetime.now(datetime.UTC) - datetime.timedelta(seconds=2)
    directory.organization()
    told = client.get("/hsds/organizations").last_modified
    assert told is not None and told >= before.replace(microsecond=0)
