"""Bar 2: PostgreSQL killed during 1,000 referral submissions by 8 retrying clients: 0 lost, 0 doubled, 0 without notice;
who asks meanwhile sees 503 with Retry-After, never a plain failure. CI submits a tenth."""

from __future__ import annotations

import os
import random
import shutil
import signal
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import psycopg
import pytest
from sqlalchemy import make_url

from network.database import Database
from network.postgres import plain, programs
from network.postgres.embedded import Cluster
from network.postgres.server import Server
from network.web import Kopuro
from tests.factories import Make
from tests.prove.serving import serving
from tests.prove.submitting import harm, judge, office, submitting

Copy = Callable[[], Server]


@pytest.fixture
def copied(cluster: Cluster) -> Iterator[Copy]:
    """A running copy of the cluster of the tests, with all that stands in it, which keeps what it acknowledged: the
    other tests need theirs alive, and it forgets with a power cut on purpose."""
    folder = cluster.server.folder.with_name(f"{cluster.server.folder.name}-copy")
    server = Server(programs.embedded(), folder)

    def copy() -> Server:
        server._own_folder(folder)
        with psycopg.connect(plain(str(cluster.superuser_url)), autocommit=True) as connection:
            connection.execute("SELECT pg_backup_start('copy', true)")
            left = shutil.ignore_patterns("postmaster.*", "pg_wal", "pg_stat_tmp")
            shutil.copytree(cluster.server.data, server.data, ignore=left)
            label = connection.execute("SELECT labelfile FROM pg_backup_stop(false)").fetchone()
            assert label is not None
            # The log of changes comes last: it must reach to the end of the copying.
            shutil.copytree(cluster.server.data / "pg_wal", server.data / "pg_wal")
        (server.data / "backup_label").write_text(label[0])
        if server.programs.user is not None:
            for path in [server.data, *server.data.rglob("*")]:
                os.chown(path, server.programs.user, -1)
        server.start()
        return server

    yield copy
    server.stop()
    shutil.rmtree(folder, ignore_errors=True)


@pytest.mark.prove
def test_whatever_becomes_of_postgresql_each_referral_is_sent_once_and_nobody_sees_a_plain_failure(
    app: Kopuro, make: Make, copied: Copy, tmp_path: Path, proving: bool
) -> None:
    count, kills = (1000, 30) if proving else (100, 4)
    chance = random.Random(2007)  # noqa: S311  A seed, so that a failure can be repeated.
    made = office(make, app.database)
    postgres = copied()
    url = make_url(app.database.engine.url).update_query_dict({"host": str(postgres.socket)})
    serving_url = url.render_as_string(hide_password=False)
    away: list[float] = []

    def kill(turn: int) -> None:
        assert postgres.process is not None
        began = time.monotonic()
        if turn % 2:
            # One of its processes: PostgreSQL ends all sessions and goes through its log.
            os.kill(chance.choice(children(postgres.process.pid)), signal.SIGKILL)
        else:
            # All of it: the launcher starts it again (``network.server._watch``).
            postgres.process.kill()
            postgres.process.wait()
            postgres.start()
        away.append(time.monotonic() - began)

    with serving(app, tmp_path / "log", workers=2, url=serving_url) as server:
        with submitting(made, server.port, count, drops=0.1) as progress:
            harm(progress, count, kills, kill)
        told = server.log.read_text()
    database = Database(serving_url)
    try:
        judge(made.at(database), count)
    finally:
        database.dispose()
    tally = made.tally
    assert tally["no answer"] == tally["hung up"] > 0, "whoever stays on the line is answered"
    assert tally["503"] > 0, "the kills met requests"
    assert tally.keys() <= {"200", "303", "503", "no answer", "hung up"}
    assert "Traceback" not in told
    print(
        f"\nbar 2: {count} referrals, {kills} kills of PostgreSQL, away {max(away):.1f} s at most:"
        f" 0 lost, 0 doubled, 0 untold; {dict(tally)}"
    )


def children(pid: int) -> list[int]:
    """The processes that this one started."""
    return [int(each) for each in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
