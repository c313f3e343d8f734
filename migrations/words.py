"""The words migrations say row-level security with, so that no table forgets a part of it.

Roles carry the name of the database (docs/decisions and the contract): ``<database>_app`` serves,
``_partners`` reads one flat search table, ``_reports`` reads contributions, ``_backup`` reads everything.
"""

from alembic import op
from sqlalchemy import text

OWN = "tenant_id = app_tenant()"
"""The row belongs to the tenant that acts."""

ACTING = "tenant_id = app_acting()"
"""... or to the tenant on whose public offer a visitor acts."""


def role(kind: str) -> str:
    """The quoted name of a role of this database: ``app``, ``partners``, ``reports`` or ``backup``."""
    database = op.get_bind().execute(text("SELECT current_database()")).scalar_one()
    return '"' + f"{database}_{kind}".replace('"', '""') + '"'


def grant(table: str, verbs: str, *, to: str = "app") -> None:
    """Let a role do these things (``SELECT, INSERT`` …; a column list may follow a verb) with a table."""
    op.execute(f"GRANT {verbs} ON {table} TO {role(to)}")


def platform(table: str, verbs: str) -> None:
    """A table without a tenant policy: what app may do with it, and that it is backed up."""
    if verbs:
        grant(table, verbs)
    grant(table, "SELECT", to="backup")


def protect(
    table: str,
    *,
    select: str | None = OWN,
    insert: str | None = OWN,
    update: str | None = OWN,
    delete: str | None = OWN,
    update_check: str | None = None,
) -> None:
    """Put a table under forced row-level security and grant exactly the verbs that have a condition.

    Each argument is the SQL condition under which app may do it, or None where app may never.
    ``update_check`` is what a changed row must satisfy, where that differs from what may be changed.
    """
    name = table.replace(".", "_")
    op.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
    op.execute(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY")
    op.execute(f"CREATE POLICY {name}_owner ON {table} TO CURRENT_USER USING (true) WITH CHECK (true)")
    op.execute(f"CREATE POLICY {name}_backup ON {table} FOR SELECT TO {role('backup')} USING (true)")
    grant(table, "SELECT", to="backup")
    app = role("app")
    if select:
        grant(table, "SELECT")
        op.execute(f"CREATE POLICY {name}_select ON {table} FOR SELECT TO {app} USING ({select})")
    if insert:
        grant(table, "INSERT")
        op.execute(f"CREATE POLICY {name}_insert ON {table} FOR INSERT TO {app} WITH CHECK ({insert})")
    if update:
        grant(table, "UPDATE")
        op.execute(
            f"CREATE POLICY {name}_update ON {table} FOR UPDATE TO {app}"
            f" USING ({update}) WITH CHECK ({update_check or update})"
        )
    if delete:
        grant(table, "DELETE")
        op.execute(f"CREATE POLICY {name}_delete ON {table} FOR DELETE TO {app} USING ({delete})")


def moves(table: str, area: str, *, when: str = "true") -> None:
    """Let changes of this table move the number of an area of public pages (``network.kept``), at the commit.

    ``when`` says of which rows, with ``{row}`` for the row: before or after the change is enough.
    """
    old, new = when.format(row="OLD"), when.format(row="NEW")
    verbs = {
        "INSERT": new,
        "UPDATE": f"({old} OR {new}) AND OLD.* IS DISTINCT FROM NEW.*",
        "DELETE": old,
    }
    for verb, condition in verbs.items():
        op.execute(
            f"CREATE CONSTRAINT TRIGGER {table}_{verb.lower()}_moves AFTER {verb} ON {table}"
            f" DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN ({condition})"
            f" EXECUTE FUNCTION public_moved('{area}')"
        )


def opened(column: str) -> str:
    """One's own rows, and others' as far as they were opened: to everybody, or to members of the network."""
    return f"{OWN} OR {column} = 'public' OR ({column} = 'partners' AND app_kind() = 'member')"


def with_referral(table: str) -> str:
    """The receiving side sees a row of a referral only while it sees the referral (whose own policy applies here)."""
    return (
        "referring_id = app_tenant() OR (receiving_id = app_tenant()"
        f" AND EXISTS (SELECT 1 FROM referral r WHERE r.id = {table}.referral_id))"
    )


def key_shown(released: str, envelope: str, enveloped: str, returned: str, *, standing: str = "") -> str:
    """The invariant of the design: a wrap shows itself to the other desk exactly when the state releases it and its
    date has not passed. The date is compared here, so a late job leaks nothing.

    ``released``, ``envelope``: states; ``enveloped``, ``returned``: kinds of sealed things, each as an SQL list.
    ``standing`` is what else must hold of the referral before the receiving desk reads.
    """
    return (
        "tenant_id = app_tenant() OR (holder_id = app_tenant() AND (readable_until IS NULL OR readable_until > now())"
        " AND EXISTS (SELECT 1 FROM referral r WHERE r.id = part_key.referral_id AND ("
        f" (r.receiving_id = app_tenant(){standing} AND (r.status IN {released}"
        f" OR (part_key.sealed_kind IN {enveloped} AND r.status IN {envelope})))"
        f" OR (r.referring_id = app_tenant() AND part_key.sealed_kind IN {returned}))))"
    )


def change_policy(table: str, verb: str, condition: str) -> None:
    """Put another condition in the place of the one that ``protect`` gave to a verb other than INSERT and UPDATE."""
    name = f"{table.replace('.', '_')}_{verb.lower()}"
    op.execute(f"DROP POLICY {name} ON {table}")
    op.execute(f"CREATE POLICY {name} ON {table} FOR {verb} TO {role('app')} USING ({condition})")
