"""Bar 11: canaries typed into every confidential field are found nowhere they do not belong.

Not in other people's answers, not in PostgreSQL's files and its log of changes, not in logs, mails, feeds, exports or
audit rows, in no spelling. That the scanner finds what is there is shown first.
"""

from __future__ import annotations

import logging
import re
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg
import pyotp
import pytest
from sqlalchemy import Engine

from network.operate.logs import JsonLines
from network.outbox.delivery import Courier
from network.referrals.categories import PAGES, Category, Questions, Shape
from network.referrals.categories import Page as CasePage
from network.referrals.consent import INFORMED_QUESTIONS
from network.referrals.notes import OFTEN, ONCE, SHEETS
from network.referrals.risk import QUESTIONS
from tests.pages import Page, Visitor
from tests.prove.canaries import Scanner, compressed, disguises, files, spellings, word
from tests.prove.walk import Walk
from tests.prove.world import World, text_of
from tests.worlds import keep

pytestmark = pytest.mark.prove

PREFIX = "qzkanarejka"
SHARED = (Category.IDENTITY, Category.CONTACT, Category.HEALTH, Category.LEGAL)
"""What the client lets Khujand read."""


def written_since(url: str, data: Path, begun: str) -> Iterator[tuple[str, bytes]]:
    """The files of the test database and of the cluster, and the log of changes since that place in it."""
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("CHECKPOINT")
        told = connection.execute(
            "SELECT oid::text, pg_walfile_name(%s) FROM pg_database WHERE datname = current_database()",
            [begun],
        ).fetchone()
    assert told is not None
    yield from files(
        data / "base" / told[0], data / "base" / "pgsql_tmp", data / "global", data / "pg_stat_tmp"
    )
    for path in sorted((data / "pg_wal").glob("0*")):
        if path.name >= told[1]:
            yield str(path), path.read_bytes()


def place_in_the_log(url: str) -> str:
    with psycopg.connect(url, autocommit=True) as connection:
        row = connection.execute("SELECT pg_current_wal_insert_lsn()::text").fetchone()
    assert row is not None
    return str(row[0])


def test_the_scanner_finds_what_was_planted_in_every_disguise(superuser_url: str, cluster: Any) -> None:
    """Kept in PostgreSQL in the clear, in its files and its log of changes, and in what is compressed."""
    planted = {name: word("qzplanted") for name in disguises("")}
    begun = place_in_the_log(superuser_url)
    with psycopg.connect(superuser_url, autocommit=True) as connection:
        connection.execute("CREATE TABLE public.careless (kept bytea)")
        connection.execute("ALTER TABLE public.careless ALTER kept SET STORAGE EXTERNAL")
        for name, text in planted.items():
            connection.execute("INSERT INTO public.careless VALUES (%s)", [disguises(text)[name]])
        try:
            scanner = Scanner()
            for name, text in planted.items():
                scanner.add(text, name)
            hits = scanner.scan(written_since(superuser_url, cluster.server.data, begun))
        finally:
            connection.execute("DROP TABLE public.careless")
    assert {hit.what for hit in hits} == planted.keys()
    assert {"pg_wal" in hit.where for hit in hits} == {True, False}
    for text in ("kanarejka", "көпүрө bridge"):
        assert all(spellings(text).values())
    assert list(compressed("", b"nothing packed \x78\x9c here")) == []


# Typing.


class Typist:
    """Fills in pages as their people do, a canary of its own into every field that is typed."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.sealed, self.private = Scanner(), Scanner()
        self.of: dict[str, set[str]] = {}
        """Canaries by what they are about: who may read that, may read them."""

    def canary(self, about: str, what: str, *, sealed: bool = True, shape: str = "{}") -> str:
        text = shape.format(word(PREFIX))
        return self.keep(about, what, text, sealed=sealed)

    def keep(self, about: str, what: str, text: str, *, sealed: bool = True) -> str:
        (self.sealed if sealed else self.private).add(text, f"{about}: {what}")
        self.of.setdefault(about, set()).add(text)
        return text

    def as_(self, who: str) -> Visitor:
        return self.world.people[who].visitor()

    def write_case(self) -> tuple[str, str]:
        """A case with everything in it, its risk, consent and referral, as far as Khujand's desk. Their paths."""
        worker = self.as_("caseworker@podruga.example")
        case = worker.open("/en/referrals/cases/").submit(containing="Open a new case").path
        for questions in PAGES.values():
            self._write(worker, f"{case}/{questions.name}", questions)
        notes = self.canary("case", "risk")
        asked = {one.name: self.canary("case", one.name) for one in QUESTIONS if one.shape is Shape.TEXT}
        asked |= {"level": "high", "notes": notes}
        saved(worker.open(f"{case}/risk").submit(asked, containing="notes"))
        for kind in (*ONCE, *OFTEN):
            sheet = SHEETS[kind]
            path = f"{case}/{kind.value}" if sheet.single else f"{case}/notes/{kind.value}"
            self._fill(worker, path, sheet, "case")
        reason = {"status": "FollowUp", "reason": self.canary("case", "reason of closing")}
        saved(worker.open(f"{case}/status").submit(reason, containing="reason"))
        sought = worker.open("/en/referrals/cases/find")
        sought.submit({"words": self.canary("case", "words of a search")}, containing="words")
        recipient = str(self.world.tenants["khujand"])
        self._consent(worker, case, recipient)
        request = {
            "recipient": recipient,
            "categories": [c.value for c in SHARED],
            "requested_service": self.canary("package", "requested service"),
            "need": self.canary("package", "need"),
            "priority": "urgent",
        }
        page = worker.open(f"/en/referrals/new?case={case.rpartition('/')[2]}").submit(
            request, containing="need"
        )
        saved(page)
        referral = page.path
        press(worker, referral, "prepare", "submit")
        press(self.as_("admin@podruga.example"), referral, "approve")
        press(worker, referral, "send")
        press(self.as_("caseworker@khujand.example"), referral, "accept")
        return case, referral

    def _consent(self, worker: Visitor, case: str, recipient: str) -> None:
        """Page after page, with a canary in every line that is typed."""
        page = worker.open(f"{case}/consent")
        page = page.submit(self._lines("capacity_note"), containing="capacity_note")
        words = {"informed": list(INFORMED_QUESTIONS), **self._lines("interpreter")}
        page = page.submit(words, containing="interpreter").submit(
            {"recipients": [recipient]}, containing="recipients"
        )
        field = f"c{uuid.UUID(recipient).hex}"
        page = page.submit({field: [c.value for c in SHARED]}, containing=field)
        lines = ("witness", "safe_contact", "safe_hours", "code_word", "if_missing", "withheld")
        page = page.submit({"method": "written", **self._lines(*lines)}, containing="witness")
        saved(page.submit(containing="Record the consent"))

    def _lines(self, *names: str) -> dict[str, str]:
        return {name: self.canary("case", name) for name in names}

    def _write(self, worker: Visitor, path: str, page: CasePage) -> None:
        self._fill(worker, path, page, "package" if page.category in SHARED else "case")

    def _fill(self, worker: Visitor, path: str, page: Questions, about: str) -> None:
        """Type a canary into every question of a page."""
        prefix = "0-" if page.repeats else ""
        fields: dict[str, Any] = {}
        for one in page.fields:
            if one.shape in (Shape.LINE, Shape.TEXT, Shape.PHONE):
                fields[prefix + one.name] = self.canary(about, one.name)
            elif one.shape is Shape.CHOICE:
                fields[prefix + one.name] = one.choices[-1]  # Grown up, among others.
        saved(worker.open(path).submit(fields, containing=prefix + page.fields[0].name))

    def register(self) -> None:
        """Somebody without an account comes to an event of Podruga."""
        self.address = self.canary("registration", "address", shape="{}@example.org")
        answers = {
            "email": self.address,
            "name": self.canary("registration", "name", sealed=False),
            "consent_to_publish": "nobody",
        }
        slug = "conference-of-valley-ngos"
        found = text_of(
            self.owner,
            "SELECT slug FROM event WHERE status = 'published' AND end_at > now() AND tenant_id = :t",
            t=self.world.tenants["podruga"],
        )
        slug = next(row[0] for row in found if not row[0].startswith("secret"))
        self.event = slug
        saved(Visitor(self.world.app).open(f"/en/events/{slug}/register").submit(answers, containing="email"))

    owner: Engine

    def keep_listings(self) -> None:
        """A contact and a telephone number for colleagues alone."""
        admin = self.as_("admin@podruga.example")
        base = "/en/directory/organizations/podruga"
        for kind, fields in (
            ("contacts", ("name", "title")),
            ("phones", ("description_en",)),
        ):
            page = admin.open(f"{base}/{kind}/new")
            typed = {name: self.canary("listing", name, sealed=False) for name in fields}
            extra = {"number": "0555 731 946", "country": "KG"} if kind == "phones" else {}
            done = page.submit({**typed, **extra, "audience": "tenant"}, containing=fields[0])
            saved(done)

    def invite(self) -> None:
        """A letter to somebody who is not here yet."""
        self.invited = self.canary("invitation", "address", shape="{}@example.org")
        admin = self.as_("admin@podruga.example")
        fields = {
            "email": self.invited,
            "name": self.canary("invitation", "name", sealed=False),
            "roles": ["editor"],
            "password": self.world.people["admin@podruga.example"].passphrase,
        }
        saved(admin.open("/en/admin/members/invite").submit(fields, containing="email"))

    def prove_herself(self) -> None:
        """A new passphrase, a wrong one, a second factor, a recovery code."""
        person = self.world.people["organiser@goldengoal.example"]
        visitor = person.visitor()
        new = self.canary("secrets", "passphrase", shape="three odd words {}")
        page = visitor.open("/en/account/passphrase")
        saved(page.submit({"password": person.passphrase, "new_password": new}, containing="new_password"))
        page = visitor.open("/en/account/second-factor")
        secret = "".join(page.tree.xpath("//figcaption")[0].text_content().split())
        self.keep("secrets", "second factor", secret)
        saved(page.submit({"code": pyotp.TOTP(secret).now()}, containing="code"))
        page = visitor.open("/en/account/recovery-code").submit({"password": new}, containing="password")
        code = re.search(r"\b(?:[0-9A-Z]{4}-){8}[0-9A-Z]{4}\b", page.main)
        assert code
        self.keep("secrets", "recovery code", code[0])
        wrong = self.canary("secrets", "mistyped passphrase", shape="almost right {}")
        login = Visitor(self.world.app).open("/en/login")
        assert login.submit({"email": person.email, "password": wrong}, containing="password").status == 422

    def too_late(self, case: str) -> None:
        """A form whose session ended while it was written is kept, sealed."""
        worker = self.as_("caseworker@podruga.example")
        page = worker.open(f"{case}/health")
        with self.owner.connect() as connection:
            connection.exec_driver_sql(
                "UPDATE user_session SET last_seen_at = last_seen_at - interval '11 minutes'"
            )
        late = self.canary("case", "typed too late")
        answer = page.submit({"health_needs": late}, containing="health_needs")
        assert "unlock" in answer.path, answer.path


def saved(page: Page) -> None:
    assert page.status == 200, (page.path, page.status, page.errors(), page.main[:300])


def press(visitor: Visitor, referral: str, *moves: str) -> None:
    """Press the buttons of these moves, as the page shows them."""
    for move in moves:
        page = visitor.open(referral)
        form = next(f for f in page.forms() if (f.get("action") or "").endswith(f"/{move}"))
        data = dict(form.form_values())
        saved(visitor.post(form.get("action"), data))


# Looking.


OWN: dict[str, frozenset[str]] = {
    "caseworker@podruga.example": frozenset({"case", "package", "listing"}),
    "admin@podruga.example": frozenset({"case", "package", "listing", "invitation"}),
    "organiser@podruga.example": frozenset({"registration", "listing"}),
    "caseworker@khujand.example": frozenset({"package"}),
    "supervisor@khujand.example": frozenset({"package"}),
    "newcomer": frozenset({"listing"}),  # Of Podruga, and not let in to its desk.
}
"""What each may read; everybody else none of it. Secrets are for nobody, not even for whom they belong to."""

SOME = (
    *OWN,
    "coordinator@network.example",
    "observer@osce.example",
    "caseworker@goldengoal.example",
    "outside, every role",
    "suspended",
    None,
)
"""Who is asked in CI; ``make prove`` asks everybody."""


def answers_to(
    world: World, who: str | None, paths: list[str], *, whole: bool
) -> Iterator[tuple[str, bytes]]:
    """Everything this person is answered: pages, feeds, calendars, tables, errors."""
    visitor = world.people[who].visitor() if who else Visitor(world.app)
    walk = Walk(world.app, who or "anonymous", visitor)
    starts = ["/en/desk/", "/en/", "/en/account/"]
    walk.go(*paths, most=len(paths), each=len(paths))
    walk.go(*starts, each=4 if whole else 1, several={})
    for page in walk.pages:
        head = "\n".join(f"{k}: {v}" for k, v in page.response.headers)
        yield f"{who} GET {page.path}", head.encode() + b"\n\n" + page.response.get_data()
    for path in paths[:4]:
        response = visitor.client.post(path, data={"need": "x"})
        yield f"{who} POST {path}", response.get_data()


MACHINES = [
    *(f"/en/digest/feed.{form}" for form in ("rss", "atom", "json")),
    *(f"/en/directory/organizations/podruga/feed.{form}" for form in ("rss", "atom", "json")),
    *(
        f"/hsds/{name}"
        for name in ("", "services?full=true", "organizations?full=true", "service_at_locations?full=true")
    ),
    "/api/openapi.json",
    "/en/events.ics",
    f"/en/directory/?q={PREFIX}",
    "/metrics",
    "/healthz",
    "/readyz",
]


def test_what_is_confidential_stays_where_it_was_typed(
    world: World,
    owner_engine: Engine,
    superuser_url: str,
    superuser_connection: psycopg.Connection[Any],
    cluster: Any,
    proving: bool,
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.DEBUG)
    app, typist = world.app, Typist(world)
    begun = place_in_the_log(superuser_url)
    typist.owner = owner_engine
    mail = app.settings.instance / "mail"
    before = set(mail.glob("*.eml"))
    case, referral = typist.write_case()
    typist.register()
    typist.keep_listings()
    typist.invite()
    typist.prove_herself()
    typist.too_late(case)
    Courier(app).deliver()

    every = Scanner(typist.sealed.known | typist.private.known)
    assert len(every.known) > 45 and len(typist.sealed.known) > 40

    # Other people's answers. First that the canaries can be read where they belong.
    about_it = [
        case,
        f"{case}/health",
        f"{case}/psychological",
        referral,
        "/en/admin/audit",
        "/en/directory/organizations/podruga",
        *(f"/en/events/{typist.event}{page}" for page in ("", "/registrations", "/registrations.csv")),
    ]
    seen: dict[str, set[str]] = {}
    for who in (*world.people, None) if proving else SOME:
        if who == "organiser@goldengoal.example":
            continue  # It is she whose passphrase changed.
        own = OWN.get(who or "", frozenset())
        others = Scanner({t: w for t, w in every.known.items() if not any(t in typist.of[a] for a in own)})
        # In CI machines are nobody in particular.
        paths = about_it + (MACHINES if proving or who in (None, "outside, every role") else [])
        told = list(answers_to(world, who, paths, whole=proving))
        assert not others.scan(told), (who, others.scan(told)[:5])
        everything = b"".join(part for _where, part in told).decode("utf-8", "replace")
        seen[who or ""] = {a for a in own if any(text in everything for text in typist.of[a])}
    assert seen == {who or "": set(OWN.get(who or "", ())) for who in seen}

    # What stays behind: rows, files, the log of changes.
    rows = keep(superuser_connection)
    assert not typist.sealed.scan(rows.items()), typist.sealed.scan(rows.items())
    assert not Scanner(every.known).scan([("audit_entry", rows["public.audit_entry"])])
    hits = typist.sealed.scan(written_since(superuser_url, cluster.server.data, begun))
    hits += every.scan([("the server's own log", cluster.server.log.read_bytes())])
    assert not hits, hits[:10]

    # What goes out, and what is written about it.
    letters = {str(path): path.read_bytes() for path in set(mail.glob("*.eml")) - before}
    assert letters
    for name, letter in letters.items():
        to = "invitation" if typist.invited.encode() in letter else "registration"
        to = to if typist.invited.encode() in letter or typist.address.encode() in letter else ""
        strangers = Scanner({t: w for t, w in every.known.items() if t not in typist.of.get(to, set())})
        assert not strangers.scan(parts_of(name, letter)), strangers.scan(parts_of(name, letter))
    kept = [(name, data) for name, data in files(app.settings.instance) if not name.endswith(".eml")]
    assert not every.scan(kept), every.scan(kept)
    written = JsonLines()
    lines = [(r.name, (written.format(r) + r.getMessage() + repr(r.args)).encode()) for r in caplog.records]
    assert len(lines) > 200 and not every.scan(lines), every.scan(lines)[:10]
    size = sum(s.read for s in (typist.sealed, every)) / 2**20
    print(
        f"\nbar 11: {len(every.known)} canaries in {len(spellings('x'))} spellings, {len(letters)} letters,"
        f" {len(lines)} lines of logs, {size:.0f} MiB of files and rows: 0 hits"
    )


def parts_of(name: str, letter: bytes) -> Iterator[tuple[str, bytes]]:
    """A letter as it travels, and its parts as they are read."""
    import email
    import email.policy

    yield name, letter
    for part in email.message_from_bytes(letter, policy=email.policy.default).walk():
        content = part.get_payload(decode=True)
        if isinstance(content, bytes):
            yield f"{name} {part.get_content_type()}", content
