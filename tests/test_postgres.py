"""The database server, its logins, and the self-check: on the embedded PostgreSQL and on Debian's 15."""

from __future__ import annotations

import dataclasses
import json
import os
import signal
import stat
import subprocess
import sys
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path

import psycopg
import pytest
from sqlalchemy import create_engine

from network.config import REPOSITORY, Settings
from network.postgres import StartError, embedded, migrate, plain, programs, roles, selfcheck
from network.postgres.embedded import Cluster
from network.postgres.server import reason

NewDatabase = Callable[[], str]


@pytest.fixture(scope="module", params=["embedded", "debian 15"])
def each_cluster(request: pytest.FixtureRequest) -> Iterator[Cluster]:
    if request.param == "embedded":
        yield request.getfixturevalue("cluster")
        return
    binaries = programs.debian(15)
    if binaries is None:
        pytest.skip("LOUD: no PostgreSQL 15 of Debian's here; nothing was tested on it")
    with embedded.temporary(binaries) as running:
        yield running


@pytest.fixture
def new_database(each_cluster: Cluster) -> NewDatabase:
    return lambda: each_cluster.create_database(f"k{uuid.uuid4().hex[:12]}")


@pytest.fixture
def here(settings: Settings, tmp_path: Path) -> Settings:
    """Settings of an installation of its own."""
    return dataclasses.replace(settings, instance=tmp_path / "instance")


def ask(url: str, question: str) -> list[tuple[object, ...]]:
    with psycopg.connect(plain(url)) as connection:
        return connection.execute(question.encode()).fetchall()


def runs(pid: int) -> bool:
    """Whether a process still does anything: one that ended may wait for its parent as a name without a body."""
    told = subprocess.run(["ps", "-o", "stat=", "-p", str(pid)], capture_output=True, text=True)
    return bool(told.stdout.strip()) and not told.stdout.startswith("Z")


def test_set_up_makes_logins_that_pass_no_policy(new_database: NewDatabase, here: Settings) -> None:
    made = roles.prepare(new_database(), here)
    database = ask(made.owner_url, "SELECT current_database()")[0][0]
    rows = ask(
        made.owner_url,
        "SELECT rolname, rolcanlogin, rolinherit FROM pg_roles WHERE rolname LIKE current_database() || '\\_%'"
        " AND NOT rolsuper AND NOT rolbypassrls AND NOT rolcreaterole AND NOT rolcreatedb ORDER BY 1",
    )
    assert rows == [
        (f"{database}_app", True, False),
        (f"{database}_backup", True, False),
        (f"{database}_partners", False, True),
        (f"{database}_reports", True, False),
    ]
    for kind, url in (("app", made.app_url), ("reports", made.reports_url), ("backup", made.backup_url)):
        assert ask(url, "SELECT current_user") == [(f"{database}_{kind}",)]


def test_app_takes_the_partners_role_only_by_asking(new_database: NewDatabase, here: Settings) -> None:
    made = roles.prepare(new_database(), here)
    with psycopg.connect(plain(made.owner_url)) as owner:
        partners = str(owner.execute("SELECT current_database() || '_partners'").fetchone()[0])  # type: ignore[index]
        owner.execute("CREATE TABLE for_partners (word text)")
        owner.execute(f"GRANT SELECT ON for_partners TO {partners}".encode())
    with psycopg.connect(plain(made.app_url)) as app:
        with pytest.raises(psycopg.errors.InsufficientPrivilege), app.transaction():
            app.execute("SELECT word FROM for_partners")
        with app.transaction():
            app.execute(f"SET LOCAL ROLE {partners}".encode())
            app.execute("SELECT word FROM for_partners")
        assert app.execute("SELECT current_user").fetchone() != (partners,)


def test_set_up_repeats_without_changing_a_password(new_database: NewDatabase, here: Settings) -> None:
    first = roles.prepare(new_database(), here)
    assert roles.kept(first.owner_url, here) == first
    again = roles.prepare(first.owner_url, here)
    assert again == first


def test_passwords_are_kept_for_their_owner_alone(new_database: NewDatabase, here: Settings) -> None:
    roles.prepare(new_database(), here)
    kept = here.instance / "keys" / "roles.json"
    assert stat.S_IMODE(kept.stat().st_mode) == 0o600
    assert stat.S_IMODE(kept.parent.stat().st_mode) == 0o700


def test_lost_passwords_are_made_anew(new_database: NewDatabase, here: Settings) -> None:
    first = roles.prepare(new_database(), here)
    (here.instance / "keys" / "roles.json").unlink()
    assert roles.kept(first.owner_url, here) is None
    second = roles.prepare(first.owner_url, here)
    assert second.app_url != first.app_url
    ask(second.app_url, "SELECT 1")
    with pytest.raises(psycopg.OperationalError):
        ask(first.app_url, "SELECT 1")


def test_the_extensions_are_there_and_find_cyrillic(new_database: NewDatabase, here: Settings) -> None:
    made = roles.prepare(new_database(), here)
    found = {row[0] for row in ask(made.owner_url, "SELECT extname FROM pg_extension")}
    assert set(roles.EXTENSIONS) <= found
    assert ask(made.app_url, "SELECT show_trgm('Баткен') <> '{}'") == [(True,)]


def test_nobody_but_our_logins_enters_the_database(new_database: NewDatabase, here: Settings) -> None:
    mine, other = roles.prepare(new_database(), here), roles.prepare(new_database(), here)
    elsewhere = str(ask(other.owner_url, "SELECT current_database()")[0][0])
    database = str(ask(mine.owner_url, "SELECT current_database()")[0][0])
    with pytest.raises(psycopg.OperationalError, match="permission denied"):
        ask(mine.app_url.replace(f"/{database}?", f"/{elsewhere}?"), "SELECT 1")


def test_a_superuser_is_refused_in_one_line(each_cluster: Cluster, here: Settings) -> None:
    with pytest.raises(StartError, match="postgres is a superuser") as told:
        roles.prepare(str(each_cluster.superuser_url), here)
    assert "\n" not in str(told.value)


def test_an_owner_that_cannot_make_roles_is_told_what_is_missing(
    each_cluster: Cluster, new_database: NewDatabase, here: Settings
) -> None:
    url = new_database()
    owner = str(ask(url, "SELECT current_user")[0][0])
    with psycopg.connect(plain(str(each_cluster.superuser_url)), autocommit=True) as connection:
        connection.execute(f"ALTER ROLE {owner} NOCREATEROLE".encode())
    with pytest.raises(StartError, match="may not create roles"):
        roles.prepare(url, here)


def test_a_login_that_does_not_own_the_database_is_refused(
    each_cluster: Cluster, new_database: NewDatabase, here: Settings
) -> None:
    url, other = new_database(), new_database()
    database, stranger = (str(ask(u, "SELECT current_user")[0][0]) for u in (url, other))
    with pytest.raises(StartError, match=f"{stranger} does not own the database {database}"):
        roles.prepare(other.replace(f"/{stranger}?", f"/{database}?"), here)


def test_roles_made_by_hand_are_used_as_they_are(
    each_cluster: Cluster, new_database: NewDatabase, here: Settings
) -> None:
    url = new_database()
    name = str(ask(url, "SELECT current_user")[0][0])
    with psycopg.connect(plain(str(each_cluster.superuser_url)), autocommit=True) as connection:
        for kind in ("app", "reports", "backup"):
            connection.execute(f"CREATE ROLE {name}_{kind} LOGIN NOINHERIT PASSWORD 'by hand'".encode())
        connection.execute(f"CREATE ROLE {name}_partners".encode())
        connection.execute(f"GRANT {name}_partners TO {name}_app".encode())
        connection.execute(f"ALTER ROLE {name} NOCREATEROLE".encode())
    by_hand = {
        f"database_{kind}_url": url.replace(url.split("//")[1].split("@")[0], f"{name}_{kind}:by%20hand")
        for kind in ("app", "reports", "backup")
    }
    with_urls = dataclasses.replace(here, database_url=url, **by_hand)
    made = roles.prepare(url, with_urls)
    assert made.app_url == by_hand["database_app_url"]
    assert not (here.instance / "keys" / "roles.json").exists()
    swapped = dataclasses.replace(with_urls, database_app_url=by_hand["database_reports_url"])
    with pytest.raises(StartError, match=r"^DATABASE_APP_URL signs in as"):
        roles.prepare(url, swapped)


@pytest.mark.parametrize(
    "url",
    [
        "postgresql+psycopg://kopuro:secret@127.0.0.1:1/kopuro",
        "postgresql+psycopg://kopuro:secret@no-such-host.invalid/kopuro",
        "postgresql+psycopg://kopuro:secret@/kopuro?host=/nowhere",
    ],
)
def test_a_database_out_of_reach_is_one_line_without_the_password(url: str, here: Settings) -> None:
    with pytest.raises(StartError, match=r"^DATABASE_URL: ") as told:
        roles.prepare(url, here)
    assert "\n" not in str(told.value)
    assert "secret" not in str(told.value)


def test_the_whole_schema_migrates_up_and_down_and_serves(new_database: NewDatabase, here: Settings) -> None:
    made = roles.prepare(new_database(), here)
    assert migrate.current(made.owner_url) is None
    steps: list[str] = []
    migrate.upgrade(made.owner_url, tell=steps.append)
    assert migrate.current(made.owner_url) == migrate.head()
    assert len(steps) == int(migrate.head())
    serving = create_engine(made.app_url)
    # A cluster made by us sets what the warnings ask for; both servers here are.
    assert selfcheck.check(serving, ["tenant_of_nobody"][:0]) == []
    with pytest.raises(StartError, match="no_such_table is missing"):
        selfcheck.check(serving, ["no_such_table"])
    serving.dispose()
    migrate.downgrade(made.owner_url, "base")
    assert migrate.current(made.owner_url) is None


def test_the_self_check_refuses_a_login_that_would_see_everything(
    each_cluster: Cluster, new_database: NewDatabase, here: Settings
) -> None:
    made = roles.prepare(new_database(), here)
    for url, fault in (
        (made.owner_url, "owns the database"),
        (str(each_cluster.superuser_url), "is a superuser"),
    ):
        engine = create_engine(url)
        with pytest.raises(StartError, match=fault):
            selfcheck.check(engine)
        engine.dispose()
    name = str(ask(made.owner_url, "SELECT current_user")[0][0])
    with psycopg.connect(plain(str(each_cluster.superuser_url)), autocommit=True) as connection:
        connection.execute(f"ALTER ROLE {name}_app BYPASSRLS".encode())
    engine = create_engine(made.app_url)
    with pytest.raises(StartError, match="passes row-level security"):
        selfcheck.check(engine)
    with psycopg.connect(plain(str(each_cluster.superuser_url)), autocommit=True) as connection:
        connection.execute(f"ALTER ROLE {name}_app NOBYPASSRLS; CREATE ROLE {name}_strong BYPASSRLS".encode())
        connection.execute(f"GRANT {name}_strong TO {name}_app".encode())
    with pytest.raises(StartError, match="may become a superuser"):
        selfcheck.check(engine)
    engine.dispose()


def test_the_self_check_refuses_a_table_whose_owner_would_slip_through(
    new_database: NewDatabase, here: Settings
) -> None:
    made = roles.prepare(new_database(), here)
    serving = create_engine(made.app_url)
    with psycopg.connect(plain(made.owner_url), autocommit=True) as owner:
        owner.execute("CREATE TABLE secret (id int)")
        assert selfcheck.check(serving) == []
        with pytest.raises(StartError, match="secret is not under forced"):
            selfcheck.check(serving, ["secret"])
        owner.execute("CREATE POLICY p ON secret USING (true)")
        owner.execute("ALTER TABLE secret ENABLE ROW LEVEL SECURITY")
        with pytest.raises(StartError, match="secret is not under forced"):
            selfcheck.check(serving)
        owner.execute("ALTER TABLE secret FORCE ROW LEVEL SECURITY")
        assert selfcheck.check(serving, ["secret"]) == []
    serving.dispose()


def test_the_self_check_warns_of_a_log_that_shows_rows(
    each_cluster: Cluster, new_database: NewDatabase, here: Settings
) -> None:
    made = roles.prepare(new_database(), here)
    name = str(ask(made.owner_url, "SELECT current_user")[0][0])
    with psycopg.connect(plain(str(each_cluster.superuser_url)), autocommit=True) as connection:
        connection.execute(f"ALTER ROLE {name}_app SET log_error_verbosity = 'verbose'".encode())
    serving = create_engine(made.app_url)
    (warning,) = selfcheck.check(serving)
    assert "log_error_verbosity = verbose" in warning
    serving.dispose()


def test_the_server_shows_no_row_in_its_log(each_cluster: Cluster, new_database: NewDatabase) -> None:
    with psycopg.connect(plain(new_database()), autocommit=True) as connection:
        connection.execute("CREATE TABLE t (name text PRIMARY KEY)")
        connection.execute("INSERT INTO t VALUES ('canary-in-a-row')")
        with pytest.raises(psycopg.errors.UniqueViolation):
            connection.execute("INSERT INTO t VALUES (%s)", ["canary-in-a-row"])
    log = each_cluster.server.log.read_text()
    assert "duplicate key" in log
    assert "canary" not in log


@pytest.fixture
def home(here: Settings) -> Iterator[Path]:
    """Where the embedded server of ``here`` keeps its data; root's lies outside the test's folder."""
    import shutil

    yield embedded.home(here)
    shutil.rmtree(embedded.home(here), ignore_errors=True)


def test_an_installation_keeps_no_superuser_that_can_sign_in(here: Settings, home: Path) -> None:
    with embedded.start(here) as cluster:
        assert cluster.ours
        rows = ask(cluster.owner_url, "SELECT rolname FROM pg_roles WHERE rolcanlogin AND rolname !~ '^pg_'")
        assert rows == [("kopuro",)]
        assert ask(cluster.owner_url, "SHOW listen_addresses") == [("",)]
        assert stat.S_IMODE(cluster.server.socket.stat().st_mode) == 0o700
        ask(roles.prepare(cluster.owner_url, here).app_url, "SELECT 1")
    with embedded.start(here) as cluster:
        assert ask(cluster.owner_url, "SELECT count(*) FROM pg_roles WHERE rolname = 'kopuro_app'") == [(1,)]


def test_a_second_process_joins_and_leaves_the_server_running(here: Settings, home: Path) -> None:
    script = (
        "import sys; from pathlib import Path; from network.config import Settings; from network.postgres import embedded\n"
        "with embedded.start(Settings(instance=Path(sys.argv[1]))) as c: print(c.ours)"
    )
    with embedded.start(here, owning=True) as cluster:
        told = subprocess.run(
            [sys.executable, "-c", script, str(here.instance)], cwd=REPOSITORY, capture_output=True, text=True
        )
        assert told.stdout == "False\n", told.stderr
        ask(cluster.owner_url, "SELECT 1")
        with pytest.raises(StartError, match="already runs from this folder"):
            embedded.start(here, owning=True)


def test_a_killed_starter_leaves_no_server_and_the_next_start_keeps_the_data(
    here: Settings, home: Path
) -> None:
    script = (
        "import sys; from pathlib import Path; from network.config import Settings; from network.postgres import embedded\n"
        "c = embedded.start(Settings(instance=Path(sys.argv[1])), owning=True); print(c.server.process.pid, flush=True); sys.stdin.read()"
    )
    starter = subprocess.Popen(
        [sys.executable, "-c", script, str(here.instance)],
        cwd=REPOSITORY,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    with starter:
        assert starter.stdout is not None
        postgres = int(starter.stdout.readline())
        os.kill(starter.pid, signal.SIGKILL)
    with embedded.start(here) as cluster:  # Waits for the left-over server to end.
        assert cluster.ours
        assert not runs(postgres)
        ask(cluster.owner_url, "SELECT 1")


def test_data_whose_keys_are_gone_is_kept_aside(here: Settings, home: Path) -> None:
    with embedded.start(here):
        pass
    (here.instance / "keys" / "postgres.json").unlink()
    with embedded.start(here) as cluster:
        ask(cluster.owner_url, "SELECT 1")
        assert len(list(home.glob("data.2*"))) == 1


def test_data_of_another_major_version_is_refused_in_one_line(here: Settings, home: Path) -> None:
    with embedded.start(here) as cluster:
        marker = cluster.server.data / "PG_VERSION"
    marker.write_text("17\n")
    with pytest.raises(StartError, match="PostgreSQL 17's"):
        embedded.start(here)


def test_a_long_path_gets_a_short_socket(settings: Settings, tmp_path: Path) -> None:
    from network.postgres.server import Server

    deep = tmp_path / ("d" * 90)
    assert len(str(Server(programs.embedded(), deep).socket)) < 90


def test_a_full_disk_is_told_as_such() -> None:
    assert (
        reason('initdb: error: could not write to file "x": No space left on device\n') == "the disk is full"
    )
    assert reason("creating directory ... ok\nFATAL:  bad\nchild died") == "FATAL:  bad"
    assert json.dumps(reason("")) == '"it ended without a word"'
