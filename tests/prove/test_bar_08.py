"""Bar 8: whatever is typed into whatever form, and whatever is asked of whatever address, the answer is a clear page.

Never a 500, never an unescaped echo, never a word lost that can be typed again.
"""

from __future__ import annotations

import logging
import random
import re
import traceback
import unicodedata
import uuid
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlencode

import pytest
from sqlalchemy import Engine
from werkzeug.routing import Rule
from werkzeug.test import TestResponse

from network.face import QUICK_EXIT
from tests.pages import Visitor
from tests.prove import naughty, targets
from tests.prove.serving import serving
from tests.prove.walk import Found, Walk, field_values
from tests.prove.world import World, token_of

pytestmark = pytest.mark.prove

PEOPLE = (
    "admin@podruga.example",
    "caseworker@podruga.example",
    "organiser@podruga.example",
    "supervisor@khujand.example",
    "coordinator@network.example",
    "anonymous",
)
STATE = ("seen", "version", "idempotency_key", "next", "ticket", "fingerprint", "state")
"""Hidden fields by which a form knows what it was made from."""
TELEPHONES = ("number", "telephone")
UNREACHED = {
    "accounts.code",  # Only between passphrase and second factor.
    "accounts.unlock",  # Only after ten quiet minutes.
    "accounts.logout",
    "accounts.exit_beacon",
    "admin.use_recovery_sheet",  # Linked only where nobody can let one in.
    "admin.restore",
    "admin.lift_travel",
    "guest.attach",
    "guest.leave",
    "guest.make_move",
    "guest.write_message",
    "referrals.approve_override",
    "referrals.ask_elsewhere",
    "referrals.close_link",
    "referrals.confirm",
    "referrals.consent_step",
    "referrals.deletion",
    "referrals.drop_consent",
    "referrals.end_override",
    "referrals.issue_link",
    "referrals.more",
    "referrals.newer",
    "referrals.refuse",
    "referrals.review_override",
    "referrals.safety_checked",
    "referrals.seal_again",
    "referrals.send_alone",
    "referrals.take",
    "referrals.unsuitable",
    "referrals.withdraw_all",
}
"""What posts and is not found by walking; the random requests try these too.

From ``admin.lift_travel`` on: only where a referral, a consent or a journey has come to where the demonstration has
none. Their own tests type what is wrong into them.
"""


def own_addresses(world: World, owner: Engine, who: str) -> list[str]:
    """Pages about the rows of her own organization, a few of each kind."""
    found: list[str] = []
    person = world.people.get(who)
    for rule in world.app.url_map.iter_rules():
        if "GET" not in (rule.methods or ()) or not targets.parts(rule):
            continue
        if rule.endpoint in targets.LINKS:
            known = person is None and targets.parts(rule) == ["token"]
            tokens = targets.LINKS[rule.endpoint](world, owner) if known else []
            found += [
                targets.address(world.app, rule, words | {"token": token})
                for token in tokens
                for words in targets.fixed(rule)
            ]
            continue
        rows = [
            t for t in targets.targets(world, owner, rule) or [] if person and t.owner == person.tenant.id
        ]
        rows.sort(key=lambda t: t.audience != "tenant")
        for words in targets.fixed(rule):
            found += [targets.address(world.app, rule, words | t.values) for t in rows[:4]]
    return found


def visit(world: World, owner: Engine, who: str) -> tuple[Visitor, list[Found]]:
    person = world.people.get(who)
    visitor = person.visitor() if person else Visitor(world.app)
    starts = [
        "/en/desk/",
        "/en/",
        "/en/login",
        "/en/recover",
        "/en/account/",
        *own_addresses(world, owner, who),
    ]
    walk = Walk(world.app, who, visitor).go(*starts)
    for page in walk.pages:
        assert page.status < 500, f"{page.status} for {who}: {page.path}"
    return visitor, list(walk.forms())


def send(visitor: Visitor, found: Found, fields: list[tuple[str, str]]) -> TestResponse:
    """As a browser sends it, and as only programs would: halves of letters go through as bytes."""
    body = urlencode(fields, errors="surrogatepass").encode()
    return visitor.client.post(found.action, data=body, content_type="application/x-www-form-urlencoded")


@dataclass
class Judge:
    """Writes down what is wrong, so that one run tells all."""

    caplog: pytest.LogCaptureFixture
    wrong: dict[str, str] = field(default_factory=dict)

    def judge(self, response: TestResponse, what: str, *, at: str, ill: tuple[str, ...] = ()) -> None:
        if response.status_code >= 500 and at not in ill:
            self.wrong.setdefault(f"{response.status_code} at {at}: {self._why()}", what)
        if "X-Injected" in response.headers:
            self.wrong.setdefault(f"header injected at {at}", what)
        if not response.headers.get("Location", "/").startswith(("/", "http://localhost/", QUICK_EXIT)):
            self.wrong.setdefault(f"led away by {at}", what)
        if response.mimetype == "text/html":
            harm = naughty.harmful(response.get_data(as_text=True))
            if harm:
                self.wrong.setdefault(f"{harm} at {at}", what)
        self.caplog.clear()

    def _why(self) -> str:
        """Class and place of the failure, never its text."""
        for record in reversed(self.caplog.records):
            if record.exc_info and record.exc_info[1] is not None:
                frames = traceback.extract_tb(record.exc_info[2])
                ours = [f for f in frames if "/network/" in f.filename] or frames[-1:]
                return f"{type(record.exc_info[1]).__name__} in {ours[-1].filename}:{ours[-1].lineno}"
        return "?"

    def clean(self) -> None:
        assert not self.wrong, "\n".join(f"{name}\n    {what:.700}" for name, what in self.wrong.items())


@pytest.fixture
def judge(caplog: pytest.LogCaptureFixture) -> Judge:
    caplog.set_level(logging.WARNING, "kopuro.access")
    caplog.set_level(logging.DEBUG, "kopuro")
    return Judge(caplog)


def naughtily(found: Found, rng: random.Random, passphrase: str) -> list[tuple[str, str]]:
    """Something naughty into every field that is typed, and now and then into what is chosen or hidden."""
    fields: dict[str, str] = {}
    long_left = 1
    for name, value in found.fields + [(name, "") for name in found.texts]:
        if name in found.passwords:
            value = passphrase if rng.random() < 0.5 else naughty.one(rng)
        elif name in found.texts or (not name.endswith("csrf_token") and rng.random() < 0.25):
            value = naughty.one(rng)
            if len(value) > 9_000:
                value, long_left = (value if long_left else "x"), 0
        fields[name] = value
    return list(fields.items())


def lost(response: TestResponse, found: Found, sent: list[tuple[str, str]]) -> Iterator[str]:
    """What was typed and does not stand in its field on the page that came back."""
    if response.status_code not in (400, 409, 422) or response.mimetype != "text/html":
        return
    there = field_values(response.get_data(as_text=True), found.action)
    for name, value in sent:
        # A telephone number comes back as it would be dialled.
        expected = naughty.comes_back(value) if name in found.texts and name not in TELEPHONES else None
        if expected is not None and name in there and _folded(there[name]) != _folded(expected):
            yield f"{found.endpoint} lost {name}: {expected[:60]!r} became {there[name][:60]!r}"


def _folded(text: str) -> str:
    return re.sub(r"\s+", " ", unicodedata.normalize("NFC", text)).strip()


def test_no_form_breaks_loses_or_echoes_what_is_typed(
    world: World, owner_engine: Engine, proving: bool, judge: Judge
) -> None:
    rng = random.Random(20070424)  # noqa: S311  # Seeded on purpose.
    kinds: dict[Any, tuple[Visitor, Found]] = {}
    for who in PEOPLE:
        visitor, forms = visit(world, owner_engine, who)
        for form in forms:
            if form.endpoint:
                kinds.setdefault(form.kind, (visitor, form))
    posts = {r.endpoint for r in world.app.url_map.iter_rules() if "POST" in (r.methods or ())}
    reached = {found.endpoint for _visitor, found in kinds.values()}
    assert posts - reached <= UNREACHED, f"no form found for {posts - reached - UNREACHED}"
    counted: Counter[str] = Counter()
    for visitor, found in kinds.values():
        person = world.people.get(found.who)
        mine = person.passphrase if person else "seven walnuts under Arslanbob"
        if not found.texts and not found.passwords:
            continue
        tries = [[(n, v) for n, v in found.fields if n.endswith("csrf_token")]]
        tries += [naughtily(found, rng, mine) for _ in range(60 if proving else 1)]
        for sent in tries:
            response = send(visitor, found, sent)
            judge.judge(response, f"{found.who} {found.action} {sent!r}", at=found.endpoint)
            for what in lost(response, found, sent):
                judge.wrong.setdefault(" ".join(what.split()[:3]), what)
            counted["with bad input"] += 1
    for visitor, found in kinds.values():  # Buttons last: they change what the forms are about.
        stale = [(n, "999999" if n in STATE else v) for n, v in found.fields]
        for sent in (stale, found.fields, found.fields):
            what = f"{found.who} {found.action} as it stands {sent}"
            judge.judge(send(visitor, found, sent), what, at=found.endpoint)
            counted["stale or twice"] += 1
    judge.clean()
    print(f"\nbar 8: {len(kinds)} forms, {dict(counted)}: 0 × 500, 0 echoes, nothing lost")


# Requests that no form makes.

METHODS = ("GET", "GET", "GET", "POST", "POST", "HEAD", "OPTIONS", "PUT", "PATCH", "DELETE", "BREW")
QUERY = (
    "q",
    "page",
    "next",
    "after",
    "before",
    "kind",
    "country",
    "category",
    "language",
    "state",
    "case",
    "to",
    "referral",
    "for",
    "when",
    "place",
    "term",
    "speaks",
    "per_page",
    "modified_after",
    "search",
    "waiting",
)
HEADERS = (
    "Accept",
    "Accept-Encoding",
    "Accept-Language",
    "Authorization",
    "Cookie",
    "Content-Type",
    "Expect",
    "If-Match",
    "If-Modified-Since",
    "If-None-Match",
    "Origin",
    "Range",
    "Referer",
    "User-Agent",
    "X-Forwarded-For",
    "X-Forwarded-Host",
    "X-HTTP-Method-Override",
)


def anything(rng: random.Random) -> str:
    return naughty.one(rng)[:3000]


def path_for(world: World, rule: Rule, rng: random.Random, known: dict[str, list[targets.Values]]) -> str:
    """An address of this rule: sometimes with real parts, sometimes with what nobody meant."""
    real = rng.choice(known[rule.rule]) if known[rule.rule] else {}
    told = str(rule.rule)
    for part in re.finditer(r"<[^<>]*?(\w+)>", told):
        name = part[1]
        value = real.get(name) if rng.random() < 0.6 else None
        if value is None:
            choices = [str(uuid.uuid4()), "en", "feed", anything(rng), anything(rng)]
            value = "en" if name == "lang" and rng.random() < 0.9 else rng.choice(choices)
        told = told.replace(part[0], quote(value, safe="", errors="surrogatepass"), 1)
    return told


def header(text: str) -> str:
    """What can stand in a header at all; servers refuse the rest before us."""
    return re.sub(r"[\x00-\x1f\x7f]", " ", text.encode("latin-1", "replace").decode("latin-1"))[:2000]


def request_at_random(
    world: World, judge: Judge, rng: random.Random, rule: Rule, known: Any, token: str
) -> None:
    client = world.app.test_client(use_cookies=False)
    query = urlencode(
        [(rng.choice(QUERY), anything(rng)) for _ in range(rng.randrange(3))], errors="surrogatepass"
    )
    headers = {rng.choice(HEADERS): header(anything(rng)) for _ in range(rng.randrange(3))}
    if token and rng.random() < 0.8:
        headers["Cookie"] = f"session={token}"
    method, path = rng.choice(METHODS), path_for(world, rule, rng, known)
    body = urlencode([(rng.choice(QUERY + STATE), anything(rng)) for _ in range(2)], errors="surrogatepass")
    response = client.open(
        path,
        method=method,
        query_string=query,
        headers=headers,
        data=body.encode() if method not in ("GET", "HEAD") else None,
    )
    what = f"{method} {path}?{query:.300} {headers!r:.500} {body:.500}"
    judge.judge(response, what, at=rule.endpoint, ill=("readyz",))


def test_no_request_at_random_breaks_or_echoes(
    world: World, owner_engine: Engine, proving: bool, judge: Judge, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(world.app.config, "WTF_CSRF_ENABLED", False)
    rng = random.Random(20070424)  # noqa: S311  # Seeded on purpose.
    rules = sorted(world.app.url_map.iter_rules(), key=lambda r: str(r.rule))
    known = {r.rule: [t.values for t in targets.targets(world, owner_engine, r) or []] for r in rules}
    many = 20_000 if proving else 600
    tokens: list[str] = []
    for number in range(many):
        if number % 200 == 0:  # Some of these end the session; people come back.
            tokens = [token_of(p) for n, p in world.people.items() if n in PEOPLE]
        request_at_random(world, judge, rng, rules[number % len(rules)], known, rng.choice([*tokens, ""]))
    judge.clean()
    print(f"\nbar 8: {many} requests at random over {len(rules)} routes: 0 × 500, 0 echoes")


# More than anybody can have meant.

TOO_MUCH = 25 * 2**20


def in_chunks() -> Iterator[bytes]:
    for _ in range(TOO_MUCH // 2**20):
        yield b"x" * 2**20


def test_a_body_of_25_megabytes_gets_a_page_that_says_so(
    world: World, owner_engine: Engine, proving: bool, tmp_path: Path
) -> None:
    """Over a real line: whoever is still sending must be listened to, or sees no page at all."""
    person = world.people["caseworker@podruga.example"]
    cookie = f"session={token_of(person)}"
    paths = ["/en/login", "/ru/recover", "/ky/account/", "/uz/referrals/cases/", "/tg/account/kept"]
    own = own_addresses(world, owner_engine, "caseworker@podruga.example")
    routes = world.app.url_map.bind("localhost")
    paths += [path for path in own if "POST" in routes.allowed_methods(path)][: None if proving else 4]
    with serving(world.app, tmp_path / "log") as server:
        for path in paths:
            bodies: list[tuple[Any, str]] = [(b"x=" + b"y" * TOO_MUCH, ""), (in_chunks(), "")]
            bodies.append((b"--b\r\n" + b"z" * TOO_MUCH, "multipart/form-data; boundary=b"))
            for body, kind in bodies:
                answer = server.send("POST", path, body, cookie=cookie, kind=kind)
                # In chunks nobody says how much will come: the form is cut off, and then there is none.
                expected = (413,) if isinstance(body, bytes) else (413, 400)
                expected = (405,) if path.endswith("/kept") else expected  # No form, yet a page.
                assert answer.status in expected, (path, kind, answer.status, answer.text[:300])
                assert "</html>" in answer.text and "<main" in answer.text, path
        assert server.send("GET", "/en/", cookie=cookie).status == 200
        assert "Traceback" not in server.log.read_text()
