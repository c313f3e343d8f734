"""Bar 9: every route, every method, everybody who has nothing to look for there, with the ids of others.

Nothing is read: the answer is the answer to an id that does not exist, byte for byte. Nothing is written: the rows of
the others are the same afterwards. That the ids are real is shown first: whoever may, gets in with them.
"""

from __future__ import annotations

import hashlib
import random
import re
import uuid
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote, urljoin

import lxml.html
import pytest
from sqlalchemy import Engine, text
from werkzeug.routing import Rule
from werkzeug.test import TestResponse

from network.web import Kopuro
from tests.factories import Person
from tests.prove import targets
from tests.prove.matrix import MATRIX
from tests.prove.targets import Target, Values, address
from tests.prove.world import AMONG_PARTNERS, SECRET, STRANGERS, World, token_of

pytestmark = pytest.mark.prove

NETWORK = ("coordinator@network.example", "observer@osce.example")
ENDS_SESSIONS = {"accounts.logout", "accounts.exit_now", "accounts.exit_beacon", "accounts.end_session"}
AWAY = {"REMOTE_ADDR": "203.0.113.9"}
"""From elsewhere: on the machine itself operators are asked for nothing."""
UUID = re.compile(r"[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}")
TOKEN = re.compile(r'(name="csrf_token"[^>]*value=")[^"]*')


def rules(app: Kopuro) -> list[Rule]:
    return sorted(
        (r for r in app.url_map.iter_rules() if r.endpoint != "static"), key=lambda r: (r.endpoint, r.rule)
    )


def methods(rule: Rule) -> list[str]:
    return sorted((rule.methods or set()) & {"GET", "POST", "PUT", "PATCH", "DELETE"})


# The matrix.


def test_every_route_has_its_line_in_the_matrix_and_keeps_to_it(served: Kopuro) -> None:
    endpoints = {rule.endpoint for rule in rules(served)}
    assert endpoints == MATRIX.keys(), "tests/prove/matrix.py and the routes differ"
    for endpoint, line in MATRIX.items():
        access = served.access_of(endpoint)
        assert ({str(who) for who in access.who}, access.hidden) == (set(line.who), line.hidden), endpoint


def test_every_part_of_an_address_has_real_ids_to_be_tried_with(world: World, owner_engine: Engine) -> None:
    for rule in rules(world.app):
        found = targets.targets(world, owner_engine, rule)
        assert found is not None, f"{rule.rule}: tests/prove/targets.py does not say whose rows these are"
        if targets.parts(rule) and rule.endpoint not in targets.NOBODYS:
            assert found, f"{rule.rule}: the demonstration network has no such row"


# The deed.


@dataclass
class Attempt:
    """One person at all doors that are not hers."""

    world: World
    owner: Engine
    name: str
    person: Person | None
    never: tuple[str, ...]
    token: str = ""
    asked: Counter[str] = field(default_factory=Counter)
    nothing: dict[Any, tuple[Any, ...]] = field(default_factory=dict)

    def enter(self) -> None:
        self.token = token_of(self.person) if self.person else ""

    def ask(self, method: str, path: str, body: dict[str, Any]) -> TestResponse:
        client = self.world.app.test_client()
        if self.token:
            client.set_cookie("session", self.token)
        self.asked[method] += 1
        return client.open(path, method=method, data=body if method != "GET" else None, environ_base=AWAY)

    def answer(self, rule: Rule, method: str, values: Values, body: dict[str, Any]) -> tuple[Any, ...]:
        """Status, where it leads and the whole text, without what differs between any two answers."""
        path = address(self.world.app, rule, values)
        response = self.ask(method, path, body)
        told = response.get_data().decode(errors="replace")  # A sheet of paper is no text.
        assert response.status_code < 500, f"{response.status_code} for {self.name}: {method} {path}"
        assert not any(word in told for word in self.never), f"{self.name} read a secret: {method} {path}"
        if rule.endpoint in ENDS_SESSIONS:
            self.enter()
        return (
            response.status_code,
            plain(response.headers.get("Location", ""), values),
            plain(told, values),
        )

    def as_if_nothing_were_there(self, rule: Rule, method: str, at: Values, body: dict[str, Any]) -> None:
        """The same answer for this target as for one that does not exist."""
        nowhere = targets.nowhere(rule)
        # Whatever is no id stays as it is, such as the form of a feed: the page names its own address.
        key = (rule.rule, method, tuple(sorted((k, v) for k, v in at.items() if k not in nowhere)), *body)
        if key not in self.nothing:
            elsewhere = at | nowhere
            self.nothing[key] = self.answer(rule, method, elsewhere, body)
        told, nothing = self.answer(rule, method, at, body), self.nothing[key]
        assert told == nothing, (
            f"{self.name} can tell that {method} {rule.rule} {at} is there: {told[:2]} {nothing[:2]}"
        )


def plain(told: str, values: Values) -> str:
    for name in values.keys() & {"slug", "token"}:
        told = told.replace(f"/{values[name]}", "/X").replace(f"/{quote(values[name])}", "/X")
    return UUID.sub("X", TOKEN.sub(r"\1", told))


def owners_of(world: World, target: Target) -> list[Person]:
    turned_away = {id(world.people[name]) for name in STRANGERS}
    people = [p for p in world.people.values() if p.tenant.id == target.owner and id(p) not in turned_away]
    return people + [world.people[name] for name in NETWORK]


def opened(world: World, rule: Rule, at: Values, target: Target) -> TestResponse | None:
    """What its own people get at this address, so that the ids are known to be real."""
    access = world.app.access_of(rule.endpoint)
    for person in owners_of(world, target):
        if access.admits(person.actor):
            client = world.app.test_client()
            client.set_cookie("session", token_of(person))
            response = client.get(address(world.app, rule, at))
            assert response.status_code < 500, f"{response.status_code} at {rule.rule} {at}"
            if response.status_code not in (403, 404):
                return response
    return None


def stolen_form(response: TestResponse | None, path: str) -> dict[str, Any]:
    """What its rightful reader would send from this page: the stranger sends the same."""
    body: dict[str, Any] = {}
    if response is not None and response.status_code == 200 and response.mimetype == "text/html":
        for form in lxml.html.fromstring(response.get_data(as_text=True)).xpath("//main//form"):
            if urljoin(path, form.get("action") or path).partition("?")[0] == path:
                for name, value in form.form_values():
                    body.setdefault(name, value)
    return body


GENERIC = {
    "seen": "1",
    "version": "1",
    "reason": "error",
    "outcome": "provided",
    "ground": "deleted",
    "roles": "editor",
}


def with_passphrases(body: dict[str, Any], person: Person | None) -> dict[str, Any]:
    mine = person.passphrase if person else "seven walnuts under Arslanbob"
    proof = dict.fromkeys(("password", "pause-password", "end-password"), mine)
    return GENERIC | body | proof | {"idempotency_key": str(uuid.uuid4())}


def others(world: World, person: Person | None, target: Target, foreign: str, name: str) -> bool:
    """Whether this row is nothing to this reader."""
    if foreign == "read":
        return (name in STRANGERS and target.audience != "public") or not target.readable_by(person)
    if foreign == "network" and name == NETWORK[0]:
        return False
    return foreign == "link" or name in STRANGERS or person is None or person.tenant.id != target.owner


def chosen(found: list[Target], rng: random.Random, *, whole: bool) -> list[Target]:
    """In CI of each owner and audience one row, in ``make prove`` all of them."""
    if whole:
        return found
    rng.shuffle(found)
    return list({(t.owner, t.audience): t for t in found}.values())[:3]


def rows_of_others(owner: Engine, but: Iterable[uuid.UUID]) -> dict[str, str]:
    """A digest of each table, without the rows of these people and tenants themselves."""
    found: dict[str, str] = {}
    with owner.connect() as connection:
        names = connection.execute(
            text(
                "SELECT c.table_schema, c.table_name, array_agg(c.column_name::text)"
                " FROM information_schema.columns c WHERE c.table_schema IN ('public', 'wraps')"
                " AND c.table_name NOT IN ('deed', 'rate_limit', 'lease', 'alembic_version', 'place', 'place_name')"
                " GROUP BY 1, 2"
            )
        ).all()
        mine = [str(ident) for ident in but]
        for schema, table, columns in names:
            keys = [c for c in columns if c in ("tenant_id", "referring_id", "user_id", "author_id")]
            keys += ["id"] if table in ("tenant", "user") else []
            narrowed = (
                " AND ".join(f"coalesce(t.\"{c}\"::text, '') <> ALL(CAST(:mine AS text[]))" for c in keys)
                or "true"
            )
            rows = connection.execute(
                text(f'SELECT t::text FROM {schema}."{table}" t WHERE {narrowed} ORDER BY 1'),
                {"mine": mine} if keys else {},
            ).scalars()
            found[table] = hashlib.sha256("\n".join(rows).encode()).hexdigest()
    return found


def whoever_has_nothing_to_look_for(world: World) -> dict[str, Person | None]:
    outside = {name: p for name, p in world.people.items() if name.startswith("outside")}
    return {
        "anonymous": None,
        **outside,
        **{name: world.people[name] for name in (*NETWORK, *STRANGERS)},
    }


NOT_THIS_FAR = {"referrals.deletion", "referrals.override", "referrals.take_copy"}
"""Pages of states in which none of the world's referrals is; who is not meant for them is tried on them all the same."""


def test_nobody_reads_or_writes_a_row_of_others(
    world: World, owner_engine: Engine, proving: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(world.app.config, "WTF_CSRF_ENABLED", False)
    rng = random.Random(20070424)  # noqa: S311  # Seeded on purpose: the same sample for everybody.
    doors, got_in = [], set()
    for rule in rules(world.app):
        for target in chosen(targets.targets(world, owner_engine, rule) or [], rng, whole=proving):
            for words in targets.fixed(rule):
                at = words | target.values
                seen = opened(world, rule, at, target) if "GET" in methods(rule) else None
                if seen is not None or "GET" not in methods(rule) or MATRIX[rule.endpoint].foreign == "link":
                    got_in.add(rule.endpoint)
                doors.append((rule, target, at, stolen_form(seen, address(world.app, rule, at))))
    shut = {rule.endpoint for rule, *_ in doors} - got_in - NOT_THIS_FAR
    assert not shut, f"with some of these ids nobody gets in at all: {shut}"
    open_rules = [rule for rule in rules(world.app) if not targets.parts(rule)]
    asked: Counter[str] = Counter()
    for name, person in whoever_has_nothing_to_look_for(world).items():
        never = (SECRET,) if name.startswith("outside") else (SECRET, AMONG_PARTNERS)
        attempt = Attempt(world, owner_engine, name, person, never)
        attempt.enter()
        me = [person.user_id, person.tenant.id] if person and name not in STRANGERS else []
        me += [person.user_id] if person else []
        before = rows_of_others(owner_engine, me)
        # In CI everybody stands before some of the doors, whoever holds most and whoever holds nothing before more.
        share = 1 if proving else 3 if name in ("anonymous", "outside, every role") else 12
        for rule, target, at, body in rng.sample(doors, len(doors) // share):
            if others(world, person, target, MATRIX[rule.endpoint].foreign, name):
                for method in methods(rule):
                    sent = with_passphrases(body, person) if method == "POST" else {}
                    attempt.as_if_nothing_were_there(rule, method, at, sent)
        for rule in rng.sample(open_rules, len(open_rules) // share):
            for words in targets.fixed(rule):
                for method in methods(rule):
                    attempt.answer(rule, method, words, with_passphrases({}, person))
        after = rows_of_others(owner_engine, me)
        changed = [table for table in before if before[table] != after[table]]
        assert not changed, f"{name} changed rows of others in {changed}"
        asked += attempt.asked
    print(f"\nbar 9: {len(doors)} doors, {dict(asked)} requests, 0 reads, 0 writes")
