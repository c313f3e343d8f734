"""Every key there is, changed one after the other, in a process that can be killed at any of its steps."""

from __future__ import annotations

import multiprocessing
import os
import signal
import sys
import uuid
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, create_engine, event, select
from sqlalchemy.pool import NullPool

from network.accounts.desk_keys import DeskKeys
from network.accounts.models import Membership, MembershipStatus
from network.accounts.services import members, recovery, sign_in
from network.database import Database, load_models
from network.keys import Cost, Keyring, PrivateKey
from network.operate.resealing import reseal
from network.permissions import Role
from network.tenancy import Actor

COST = Cost(64, 1)
FILES = {"open", "os.rename", "os.link", "os.remove"}


@dataclass(frozen=True)
class Rotation:
    """Who changes what: the server its outer key and pepper, as ``flask keys rotate`` does, somebody her passphrase, and somebody leaves the desk."""

    url: str
    owner_url: str
    keyring: Path
    tenant_id: uuid.UUID
    keeper_id: uuid.UUID
    keeper_seed: bytes
    """Of the key holder who sees the other one off."""
    email: str
    before: str
    after: str
    """The passphrase until now, and the new one."""
    leaver_id: uuid.UUID

    @property
    def keeper(self) -> Actor:
        return Actor.member(self.tenant_id, self.keeper_id, {Role.ADMIN, Role.SUPERVISOR}, country="KG")


class Steps:
    """Counts whatever can be seen from outside: statements, commits, and what is done to the file of keys.

    The process kills itself at the step of this number.
    """

    def __init__(self, fatal: int, engines: list[Engine], folder: Path) -> None:
        self.fatal, self.count, self.folder = fatal, 0, str(folder)
        for engine in engines:
            event.listen(engine, "before_cursor_execute", self.step)
            event.listen(engine, "commit", self.step)
        sys.addaudithook(self._heard)

    def _heard(self, name: str, told: tuple[Any, ...]) -> None:
        if name in FILES and str(told[0]).startswith(self.folder):
            self.step()

    def step(self, *_told: object) -> None:
        self.count += 1
        if self.count == self.fatal:
            os.kill(os.getpid(), signal.SIGKILL)


def rotate(rotation: Rotation, database: Database, owner: Engine) -> None:
    """Do all of it, or what an earlier try left undone."""
    keyring = Keyring.load(rotation.keyring)
    keyring.add_generation()
    assert all(done.shut == 0 for _column, done in reseal(owner, keyring))
    try:
        _come_in(database, keyring, rotation, rotation.before)
    except sign_in.Wrong:
        _come_in(database, keyring, rotation, rotation.after)
    else:
        _change(database, keyring, rotation)
    with database.unit_of_work(rotation.keeper) as session:
        leaver = session.scalars(select(Membership).where(Membership.user_id == rotation.leaver_id)).one()
        if leaver.status is not MembershipStatus.REMOVED:
            desk = DeskKeys(session, rotation.keeper, PrivateKey.from_seed(rotation.keeper_seed))
            members.remove(session, rotation.keeper, leaver, desk)


def _come_in(database: Database, keyring: Keyring, rotation: Rotation, passphrase: str) -> None:
    """Whoever signs in has her key locked under the newest pepper."""
    with database.unit_of_work(Actor.anonymous()) as session:
        sign_in.sign_in(session, keyring, COST, email=rotation.email, passphrase=passphrase)


def _change(database: Database, keyring: Keyring, rotation: Rotation) -> None:
    with database.unit_of_work(Actor.anonymous()) as session:
        signed = sign_in.sign_in(session, keyring, COST, email=rotation.email, passphrase=rotation.before)
    actor = Actor.member(rotation.tenant_id, signed.user_id, {Role.CASEWORKER}, country="KG")
    with database.unit_of_work(actor) as session:
        private = sign_in.step_up(session, keyring, actor, rotation.before)
        recovery.change_passphrase(session, actor, keyring, COST, private, rotation.after)


def _main(rotation: Rotation, fatal: int, told: Any) -> None:
    load_models()
    database = Database(rotation.url, pool_size=1, max_overflow=0)
    owner = create_engine(rotation.owner_url, isolation_level="AUTOCOMMIT", poolclass=NullPool)
    steps = Steps(fatal, [database.engine, owner], rotation.keyring.parent)
    rotate(rotation, database, owner)
    told.send(steps.count)
    database.dispose()


def run(rotation: Rotation, fatal: int = 0) -> int | None:
    """In a process of its own; how many steps it took, or None where it was killed at the fatal one."""
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["tests.platform.preloaded"])
    here, there = context.Pipe(duplex=False)
    process = context.Process(target=_main, args=(rotation, fatal, there))
    process.start()
    there.close()
    process.join(60)
    if process.exitcode == -signal.SIGKILL:
        return None
    assert process.exitcode == 0, process.exitcode
    return int(here.recv())
