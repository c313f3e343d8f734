"""Whether the serving connection is safe to serve from: asked at every start, answered by the catalog."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from sqlalchemy import Connection, Engine, text

from network.postgres import StartError

RIGHTS = text("""
    SELECT current_user, r.rolsuper, r.rolbypassrls, pg_has_role(r.oid, d.datdba, 'MEMBER'),
           EXISTS (SELECT FROM pg_roles s WHERE (s.rolsuper OR s.rolbypassrls) AND pg_has_role(r.oid, s.oid, 'MEMBER'))
    FROM pg_roles r, pg_database d WHERE r.rolname = current_user AND d.datname = current_database()""")

TABLES = text("""
    SELECT n.nspname, c.relname, c.relrowsecurity AND c.relforcerowsecurity,
           EXISTS (SELECT FROM pg_policy p WHERE p.polrelid = c.oid), pg_has_role(c.relowner, 'MEMBER')
    FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
    WHERE c.relkind IN ('r', 'p') AND n.nspname <> 'information_schema' AND n.nspname NOT LIKE 'pg\\_%'""")

LOGGING = {"log_error_verbosity": "terse", "log_min_error_statement": "panic"}


def check(serving: Engine, owned: Iterable[str] = ()) -> list[str]:
    """Refuse to serve from a login or a database that would let rows through; return what to warn of.

    ``owned`` are the tables that must be under forced row-level security, as "table" or "schema.table".
    Raises StartError with one line.
    """
    with serving.connect() as connection:
        _judge_login(connection)
        _judge_tables(connection, frozenset(owned))
        if not connection.execute(text("SELECT show_trgm('Баткен')")).scalar_one():
            raise StartError(
                "The database cannot search Cyrillic: it must be made with the locale C.UTF-8 (docs/deploy.md)."
            )
        return list(_warnings(connection))


def _judge_login(connection: Connection) -> None:
    user, is_super, bypasses, owns, inherits = connection.execute(RIGHTS).one()
    for fault, name in (
        (is_super, "is a superuser"),
        (bypasses, "passes row-level security"),
        (owns, "owns the database"),
        (inherits, "may become a superuser or pass row-level security"),
    ):
        if fault:
            raise StartError(
                f"Kopuro does not serve as {user}, which {name}: rows of one tenant would reach another."
            )


def _judge_tables(connection: Connection, owned: frozenset[str]) -> None:
    found = set()
    for schema, table, forced, has_policy, is_owner in connection.execute(TABLES):
        name = table if schema == "public" else f"{schema}.{table}"
        found.add(name)
        if is_owner:
            raise StartError(f"Kopuro does not serve as a login that owns the table {name}.")
        if (has_policy or name in owned) and not forced:
            raise StartError(
                f"The table {name} is not under forced row-level security: Kopuro does not serve from it."
            )
    if missing := sorted(owned - found):
        raise StartError(f"The table {missing[0]} is missing: run `flask --app wsgi db upgrade`.")


def _warnings(connection: Connection) -> Iterator[str]:
    for name, wanted in LOGGING.items():
        is_now = connection.execute(text("SELECT current_setting(:name)"), {"name": name}).scalar_one()
        if is_now != wanted:
            yield f"PostgreSQL has {name} = {is_now}; its log may show row values: set {name} = {wanted} there."
