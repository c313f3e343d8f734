"""Bar 14: changes of keys killed at 20 points; the horizon of erasure; whoever is out is out at the next request, in all
workers. CI kills at a few points, chosen by a seed."""

from __future__ import annotations

import itertools
import random
import shutil
import uuid
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, select, text

from network.accounts import queries as accounts
from network.accounts.desk_keys import DeskKeys
from network.accounts.models import DeskEpoch, DeskKey, Membership, User, UserKey
from network.accounts.services import desk as desks
from network.accounts.services import members, partners
from network.accounts.services.people import email_of
from network.config import Settings
from network.database import Database
from network.keys import Keyring, LockedKey, PrivateKey, Tampered, decrypt_part, outer_generation
from network.permissions import Role
from network.referrals.categories import Category
from network.referrals.models import Case, Consent, PartKey
from network.referrals.models.keys import Sealed
from network.referrals.services import cases, consents
from network.referrals.services.sealing import _aad, open_key
from network.referrals.states import Status
from network.tenancy import Actor, Tenant
from network.web import Kopuro
from tests.factories import PASSPHRASE, Make, Person
from tests.platform.test_resealing import blobs
from tests.prove.line import Browser
from tests.prove.rotating import Rotation, run
from tests.prove.serving import Server, serving
from tests.referrals.conftest import WRITTEN, Valley, in_the_valley
from tests.referrals.test_retention import full, past
from tests.referrals.test_retention import run as retention
from tests.referrals.walking import begin

pytestmark = pytest.mark.prove


# Rotation.


class Keys:
    """A desk of which somebody leaves in each round, while somebody else changes her passphrase and the server its keys."""

    def __init__(self, make: Make, valley: Valley, keyring: Path, url: str, owner: Engine) -> None:
        self.make, self.valley, self.url, self.owner = make, valley, url, owner
        self.keyring = keyring
        self.case = valley.case({Category.HEALTH: WRITTEN[Category.HEALTH]}, assessed=False)
        self.member = make.user(valley.osh, [Role.CASEWORKER])
        self.phrases = (f"{PASSPHRASE} {number}" for number in itertools.count(1))
        self.present = PASSPHRASE
        self.written = 1

    def round(self) -> Iterator[Rotation]:
        """What is to be changed next; after the block it must be."""
        keeper = self.valley.supervisor
        leaver = self.make.user(self.valley.osh, [Role.CASEWORKER])
        with self.valley.database.unit_of_work(leaver.actor) as session:
            desk = DeskKeys(session, leaver.actor, leaver.private)
            self.taken_along = [desk.private(epoch) for epoch in desk.epochs]
        rotation = Rotation(
            self.url,
            self.owner.url.render_as_string(hide_password=False),
            self.keyring,
            self.valley.osh.id,
            keeper.user_id,
            keeper.private.seed,
            self.member.email,
            self.present,
            next(self.phrases),
            leaver.user_id,
        )
        generations = Keyring.load(self.keyring).generations()
        yield rotation
        self.holds(rotation, generations, done=False)
        assert run(rotation) is not None
        self.holds(rotation, generations, done=True)
        self.present = rotation.after

    def holds(self, rotation: Rotation, generations: list[int], *, done: bool) -> None:
        """Whatever was done so far: all opens to whom it should, and nothing to whom it should not."""
        keyring = Keyring.load(self.keyring)
        assert set(generations) <= set(keyring.generations()), "no generation is lost"
        with self.valley.database.unit_of_work(Actor.anonymous()) as session:
            for user in session.scalars(select(User)):
                assert "@" in email_of(keyring, user), "what the server sealed opens"
        under = {outer_generation(blob) for column in blobs(self.owner).values() for blob in column}
        assert under <= {*keyring.generations()}
        assert not done or under == {keyring.current}, "nothing stays under an older one"
        opens = [phrase for phrase in (rotation.before, rotation.after) if self.unlocks(keyring, phrase)]
        assert opens in ([[rotation.after]] if done else [[rotation.before], [rotation.after]])
        member = self.unlocks(keyring, opens[0])
        assert member is not None and member.seed == self.member.private.seed
        for person in (self.valley.caseworker, self.valley.supervisor, self.member):
            self.reads(person)
        self.left(rotation.leaver_id, done=done)

    def unlocks(self, keyring: Keyring, phrase: str) -> PrivateKey | None:
        actor = self.member.actor
        with self.valley.database.unit_of_work(actor) as session:
            locked = session.get_one(UserKey, self.member.user_id).locked
        try:
            return LockedKey.unlock(locked, phrase, keyring, self.member.user_id)
        except Tampered:
            return None

    def reads(self, person: Person) -> None:
        """Every epoch, and what was written in the first one."""
        with self.valley.database.unit_of_work(person.actor) as session:
            desk = self.valley.desk(session, person)
            epochs = session.scalars(select(DeskEpoch.epoch).where(DeskEpoch.tenant_id == self.valley.osh.id))
            assert desk.epochs == sorted(epochs)
            file = session.get_one(Case, self.case.id)
            assert cases.read_parts(session, self.valley.caseworker.actor, desk, file)

    def left(self, leaver: uuid.UUID, *, done: bool) -> None:
        """She is out with all of her keys, or in with all of them; what is written afterwards is not hers."""
        actor = self.valley.supervisor.actor
        with self.valley.database.unit_of_work(actor) as session:
            standing = session.scalars(select(Membership).where(Membership.user_id == leaver)).one()
            kept = session.scalars(select(DeskKey.epoch).where(DeskKey.user_id == leaver)).all()
            own = session.get(UserKey, leaver)
            current = session.scalars(accounts.current_epoch(self.valley.osh.id)).one()
            if standing.active:
                assert not done and own is not None
                assert len(kept) == current.epoch == len(self.taken_along)
                return
            assert own is None and not kept
            assert leaver not in desks.holders(session, self.valley.osh.id)
            assert current.epoch == len(self.taken_along) + 1, "new keys from now on"
        self.written += 1
        with self.valley.database.unit_of_work(actor) as session:
            desk = self.valley.desk(session, self.valley.supervisor)
            file = session.get_one(Case, self.case.id)
            said = {"health_needs": f"After {self.written}"}
            entry = cases.write_part(session, actor, desk, file, Category.HEALTH, said, seen=self.written - 1)
            assert entry is not None
            wrap = session.scalars(select(PartKey).where(PartKey.sealed_id == entry.part_id)).one()
            assert open_key(desk, wrap)
        for private in self.taken_along:
            with pytest.raises(Tampered):
                open_key(_Stolen(private), wrap)  # type: ignore[arg-type]


class _Stolen:
    """What somebody who left could have written down, in the place of a desk's keys."""

    def __init__(self, private: PrivateKey) -> None:
        self.private = private

    def open(self, sealed: bytes, info: bytes, _epoch: int) -> bytes:
        return self.private.open(sealed, info)


def test_a_change_of_keys_that_is_killed_anywhere_leaves_all_readable_and_ends_when_done_again(
    make: Make,
    database: Database,
    owner_engine: Engine,
    settings: Settings,
    roles: Any,
    tmp_path: Path,
    proving: bool,
) -> None:
    points = 20 if proving else 5
    copy = shutil.copy2(settings.instance / "keys" / "keyring.json", tmp_path / "keyring.json")
    keys = Keys(make, in_the_valley(make, database), copy, roles.app_url, owner_engine)
    chance = random.Random(2007)  # noqa: S311  A seed, so that a failure can be repeated.
    steps = 0
    for rotation in keys.round():
        steps = run(rotation) or 0
    assert steps > 2 * points
    each = steps / points
    fatal = [1 + int(each * point + chance.random() * each) for point in range(points)]
    for number in fatal:
        for rotation in keys.round():
            assert run(rotation, number) is None, "killed"
    print(
        f"\nbar 14: killed at {len(fatal)} of {steps} steps {fatal}: all opens, nothing to whom it should not"
    )


# Erasure.


def sealed_things(owner: Engine) -> dict[tuple[str, uuid.UUID], tuple[bytes, str]]:
    """Every ciphertext of the feature by kind and row, with its category, as an old copy of the data has them."""
    found = {}
    with owner.connect() as connection:
        for kind in Sealed:
            table, column = (
                ("referral", "envelope") if kind is Sealed.ENVELOPE else (kind.value, "ciphertext")
            )
            if connection.execute(text("SELECT to_regclass(:t)"), {"t": table}).scalar() is None:
                continue
            columns = connection.execute(
                text("SELECT column_name FROM information_schema.columns WHERE table_name = :t"), {"t": table}
            ).scalars()
            if column not in (names := set(columns)):
                continue
            category = "category" if "category" in names else "''"
            rows = connection.execute(text(f"SELECT id, {column}, {category} FROM {table}"))
            for ident, blob, words in rows:
                if blob is not None:
                    found[kind.value, ident] = (bytes(blob), words or "")
    return found


def keys_in_hand(owner: Engine, valley: Valley) -> dict[uuid.UUID, list[bytes]]:
    """Whatever key of a sealed thing any desk can open at this moment, row-level security aside."""
    holders = {
        valley.osh.id: valley.caseworker,
        valley.khujand.id: valley.receiver,
        valley.andijan.id: valley.onlooker,
    }
    found: dict[uuid.UUID, list[bytes]] = {}
    with owner.connect() as connection:
        rows = connection.execute(
            text("SELECT holder_id, epoch, sealed_kind, sealed_id, ciphertext FROM wraps.part_key")
        ).all()
    for holder_id, epoch, kind, sealed_id, blob in rows:
        person = holders[holder_id]
        with valley.database.unit_of_work(person.actor) as session:
            wrap = PartKey(
                tenant_id=holder_id,
                holder_id=holder_id,
                epoch=epoch,
                sealed_kind=Sealed(kind),
                sealed_id=sealed_id,
                ciphertext=bytes(blob),
            )
            found.setdefault(sealed_id, []).append(open_key(valley.desk(session, person), wrap))
    return found


def opened(things: dict[tuple[str, uuid.UUID], tuple[bytes, str]], keys: list[bytes]) -> set[uuid.UUID]:
    """Which of them any of the keys opens."""
    found = set()
    for (kind, ident), (blob, category) in things.items():
        for key in keys:
            try:
                decrypt_part(key, blob, **_aad(Sealed(kind), ident, category))
            except Tampered:
                continue
            found.add(ident)
            break
    return found


def test_after_retention_no_key_is_left_and_an_old_copy_of_the_data_opens_with_none_that_a_desk_holds(
    make: Make, database: Database, served: Kopuro, owner_engine: Engine
) -> None:
    make.network()
    valley = in_the_valley(make, database)
    case = full(valley, owner_engine)
    first = sealed_things(owner_engine)
    before = keys_in_hand(owner_engine, valley)
    readable = opened(first, [key for keys in before.values() for key in keys])
    assert len(readable) > 8 and len({kind for kind, ident in first if ident in readable}) > 5
    valley.sent()  # A case that stays, with keys of its own at both desks.
    past(owner_engine, case)
    assert "Osh partner: 1 erased" in retention(served)
    after = keys_in_hand(owner_engine, valley)
    assert after.keys().isdisjoint(readable), "no wrap of what was erased is left with anybody"
    assert len(after) > 8
    assert not opened(first, [key for keys in after.values() for key in keys])
    print(
        f"\nbar 14: {len(readable)} sealed things erased; {len(after)} keys left, none of which opens any of them"
    )


# Out is out.


def looks(browser: Browser, path: str) -> tuple[int, str]:
    answer = browser.once("GET", path)
    return answer.status, answer.headers.get("location", "") + answer.html


def test_whoever_is_out_is_out_at_the_next_request_whichever_worker_answers(
    app: Kopuro, make: Make, database: Database, tmp_path: Path
) -> None:
    coordinator = make.user(make.network(), [Role.COORDINATOR])
    valley = in_the_valley(make, database)
    walk = begin(valley).bring_to(Status.ACCEPTED)
    colleague = make.user(valley.osh, [Role.CASEWORKER, Role.SUPERVISOR])
    referral, case = f"/en/referrals/{walk.referral.id}", f"/en/referrals/cases/{walk.case.id}"

    def withdraw(session: Any) -> None:
        actor = valley.caseworker.actor
        consents.withdraw_consent(session, actor, session.get_one(Consent, walk.consent.id))

    def remove(session: Any) -> None:
        chosen = accounts.members(valley.osh.id).where(Membership.user_id == colleague.user_id)
        supervisor = valley.supervisor
        desk = DeskKeys(session, supervisor.actor, supervisor.private)
        members.remove(session, supervisor.actor, session.scalars(chosen).one(), desk)

    def suspend(session: Any) -> None:
        partners.suspend_partner(session, coordinator.actor, session.get_one(Tenant, valley.khujand.id))

    rounds: list[tuple[Person, str, str, Actor, Callable[[Any], None], int]] = [
        (valley.receiver, referral, "CANARY-health", valley.caseworker.actor, withdraw, 200),
        (colleague, f"{case}/health", "CANARY-health", valley.supervisor.actor, remove, 303),
        (valley.receiver, referral, walk.referral.code, coordinator.actor, suspend, 303),
    ]
    chance = random.Random(2007)  # noqa: S311  As above.
    with serving(app, tmp_path / "log", workers=2) as server:
        workers = server.workers()
        for person, path, shown, actor, deed, status in rounds:
            browser = Browser(server.port, person.token(), chance, Counter())
            for answer in each(server, workers, browser, path):
                assert answer[0] == 200 and shown in answer[1], "both have answered her before"
            with app.database.unit_of_work(actor) as session:
                deed(session)
            for answer in each(server, workers, browser, path):
                assert answer[0] == status and shown not in answer[1]
        assert server.workers() == workers
        assert "Traceback" not in server.log.read_text()


def each(server: Server, workers: list[int], browser: Browser, path: str) -> list[tuple[int, str]]:
    """What every worker answers, one after the other."""
    answers = []
    for worker in workers:
        with server.only(worker):
            answers.append(looks(browser, path))
    return answers
