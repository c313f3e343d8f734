"""Commands answer a person: what was done in a line, and what cannot be done in a line, without a traceback."""

from __future__ import annotations

import errno

import pytest
from sqlalchemy.exc import OperationalError

from network.postgres import StartError, migrate, refusal
from network.web import Kopuro


def test_current_says_where_the_database_stands(
    served: Kopuro, owner_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("network.commands.owner_url", lambda _settings: owner_url)
    done = served.test_cli_runner().invoke(args=["db", "current"])
    assert done.output == f"{migrate.head()}, this release needs {migrate.head()}\n"
    again = served.test_cli_runner().invoke(args=["db", "upgrade"])
    assert again.output == f"The database is at {migrate.head()}.\n"
    nowhere = served.test_cli_runner().invoke(args=["db", "downgrade", "9999"])
    assert nowhere.exit_code == 1
    assert nowhere.output == "Error: Can't locate revision identified by '9999'.\n"


@pytest.mark.parametrize(
    ("refused", "line"),
    [
        (StartError("The door\nis shut."), "Error: The door is shut.\n"),
        (OSError(errno.ENOSPC, "No space left on device", "/x"), "Error: No space left on device: /x.\n"),
        (
            OperationalError("SELECT 1", {}, Exception("it failed: gone\nIs it?")),
            "Error: The database failed: it failed: gone.\n",
        ),
    ],
)
def test_what_a_command_cannot_do_is_one_line(
    served: Kopuro, monkeypatch: pytest.MonkeyPatch, refused: Exception, line: str
) -> None:
    def refuse(_settings: object) -> str:
        raise refused

    monkeypatch.setattr("network.commands.owner_url", refuse)
    done = served.test_cli_runner().invoke(args=["db", "current"])
    assert done.exit_code == 1
    assert done.output == line


def test_a_full_disk_is_named() -> None:
    full = Exception("could not extend file")
    full.sqlstate = "53100"  # type: ignore[attr-defined]
    assert refusal(full) == "the disk is full"
