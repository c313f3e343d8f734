"""What strangers may read moves the numbers of kept pages: read from the catalog, so that no new table is forgotten."""

from __future__ import annotations

from sqlalchemy import Engine, text
from sqlalchemy.dialects import postgresql

from network.tenancy import Actor
from network.web import Kopuro
from tests.house.catalog import owned, platform, table_of

SHOWN_BY_NO_PAGE = {
    "agreement",
    "consent_text",
    "contribution",  # Reports for members, observers and coordinators.
    "deed",
    "desk_epoch",
    "due",
    "guest_link",
    "guest_session",
    "kept_form",
    "lease",
    "outbox_message",
    "place",  # Places change with releases alone.
    "place_name",
    "public_state",
    "rate_limit",
    "search_partners",  # Not for strangers.
    "search_word",  # Shown by no page, and written with the rows that it is of.
    "user",
    "user_key",
    "user_session",
}
"""Tables that no public page shows though whoever asks may read them, or that only a release changes."""


def test_whatever_strangers_read_moves_a_number(served: Kopuro, owner_engine: Engine) -> None:
    with owner_engine.connect() as connection:
        found = connection.execute(
            text(
                "SELECT c.relname, t.tgname FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid"
                " JOIN pg_proc p ON p.oid = t.tgfoid WHERE p.proname = 'public_moved' AND t.tgenabled = 'O'"
            )
        ).all()
    moving = {(table, name.removeprefix(f"{table}_")) for table, name in found}
    wanted = {table_of(cls).name for cls in owned() if not _closed(cls)}
    wanted |= {table_of(cls).name for cls in platform()}
    for table in sorted(wanted - SHOWN_BY_NO_PAGE):
        for verb in ("insert", "update", "delete"):
            assert (table, f"{verb}_moves") in moving, f"add moves({table!r}, …) to a migration"


def _closed(cls: type) -> bool:
    """Whether strangers read none of its rows."""
    condition = cls.in_scope(Actor.anonymous())  # type: ignore[attr-defined]
    return str(condition.compile(dialect=postgresql.dialect())) == "false"
