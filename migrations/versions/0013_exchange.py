"""Records that came from elsewhere, and those that are gone.

Tombstones are written by triggers: whatever withdraws a public row (a page, a merge, a command, a statement over many
rows at once), copies elsewhere learn of it. The functions run with the rights of whoever changes the row.
"""

import sqlalchemy as sa
from alembic import op

from migrations.columns import owned
from migrations.words import platform, protect

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)

# A listing that is merged into another is withdrawn with a word on where it went. The column is read by name from the
# row as JSON, so that this works whichever release made the table.
LISTING = """
CREATE FUNCTION note_withdrawn_listing() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    was jsonb := to_jsonb(OLD);
    told jsonb := CASE WHEN TG_OP = 'DELETE' THEN '{}'::jsonb ELSE to_jsonb(NEW) END;
    shown boolean := told->>'visibility' = 'public' AND told->>'merged_into_id' IS NULL;
BEGIN
    IF was->>'visibility' = 'public' AND was->>'merged_into_id' IS NULL AND NOT coalesce(shown, false) THEN
        INSERT INTO directory_tombstone (id, kind, organization_id, replaced_by, position, gone_at)
        VALUES (OLD.id, TG_TABLE_NAME, coalesce((was->>'organization_id')::uuid, OLD.id),
                (told->>'merged_into_id')::uuid, OLD.created_at, now())
        ON CONFLICT (id) DO UPDATE SET gone_at = now(), replaced_by = EXCLUDED.replaced_by;
    ELSIF coalesce(shown, false) THEN
        DELETE FROM directory_tombstone WHERE id = OLD.id;
    END IF;
    RETURN NULL;
END $$
"""

AT_LOCATION = """
CREATE FUNCTION note_withdrawn_at_location() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP <> 'INSERT' AND OLD.audience = 'public' AND (TG_OP = 'DELETE' OR NEW.audience <> 'public') THEN
        INSERT INTO directory_tombstone (id, kind, organization_id, position, gone_at)
        VALUES (OLD.id, 'service_at_location',
                (SELECT organization_id FROM service WHERE id = OLD.service_id), now(), now())
        ON CONFLICT (id) DO UPDATE SET gone_at = now();
    ELSIF TG_OP <> 'DELETE' AND NEW.audience = 'public' THEN
        DELETE FROM directory_tombstone WHERE id = NEW.id;
    END IF;
    RETURN NULL;
END $$
"""

# A place of work that is no longer public takes with it that services are given there.
LOCATION = """
CREATE FUNCTION note_withdrawn_location() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.audience = 'public' THEN
        INSERT INTO directory_tombstone (id, kind, organization_id, position, gone_at)
        SELECT id, 'service_at_location', OLD.organization_id, now(), now()
        FROM service_at_location WHERE location_id = OLD.id AND audience = 'public'
        ON CONFLICT (id) DO UPDATE SET gone_at = now();
    ELSIF NEW.audience = 'public' THEN
        DELETE FROM directory_tombstone WHERE id IN
            (SELECT id FROM service_at_location WHERE location_id = NEW.id AND audience = 'public');
    END IF;
    RETURN NULL;
END $$
"""


def upgrade() -> None:
    op.create_table(
        "directory_tombstone",
        sa.Column("id", sa.Uuid(), primary_key=True),
        sa.Column("kind", sa.String(30), nullable=False),
        sa.Column("organization_id", sa.Uuid()),
        sa.Column("replaced_by", sa.Uuid()),
        sa.Column("position", MOMENT, nullable=False),
        sa.Column("gone_at", MOMENT, nullable=False),
    )
    op.create_index("ix_directory_tombstone_kind_gone_at", "directory_tombstone", ["kind", "gone_at"])
    platform("directory_tombstone", "SELECT, INSERT, UPDATE, DELETE")
    op.create_table(
        "imported_record",
        *owned(),
        sa.Column("source", sa.String(100), nullable=False),
        sa.Column("kind", sa.String(30), nullable=False),
        sa.Column("external_id", sa.String(300), nullable=False),
        sa.Column("record_id", sa.Uuid(), nullable=False),
        sa.Column("digest", sa.String(64), nullable=False),
        sa.Column("imported_at", MOMENT, nullable=False),
        sa.UniqueConstraint("tenant_id", "source", "kind", "external_id"),
    )
    op.create_index("ix_imported_record_tenant_id_record_id", "imported_record", ["tenant_id", "record_id"])
    protect("imported_record")
    for table in ("organization", "service"):
        op.create_index(
            f"ix_{table}_created_at_id",
            table,
            ["created_at", "id"],
            postgresql_where=sa.text("visibility = 'public'"),
        )
    for function in (LISTING, AT_LOCATION, LOCATION):
        op.execute(function)
    for table in ("organization", "service"):
        op.execute(
            f"CREATE TRIGGER withdrawn AFTER UPDATE OR DELETE ON {table}"
            " FOR EACH ROW EXECUTE FUNCTION note_withdrawn_listing()"
        )
    op.execute(
        "CREATE TRIGGER withdrawn AFTER INSERT OR UPDATE OF audience OR DELETE ON service_at_location"
        " FOR EACH ROW EXECUTE FUNCTION note_withdrawn_at_location()"
    )
    op.execute(
        "CREATE TRIGGER withdrawn AFTER UPDATE OF audience ON location FOR EACH ROW"
        " WHEN (OLD.audience IS DISTINCT FROM NEW.audience) EXECUTE FUNCTION note_withdrawn_location()"
    )


def downgrade() -> None:
    for table in ("organization", "service", "service_at_location", "location"):
        op.execute(f"DROP TRIGGER withdrawn ON {table}")
    for function in ("listing", "at_location", "location"):
        op.execute(f"DROP FUNCTION note_withdrawn_{function}()")
    for table in ("organization", "service"):
        op.drop_index(f"ix_{table}_created_at_id", table_name=table)
    op.drop_table("imported_record")
    op.drop_table("directory_tombstone")
