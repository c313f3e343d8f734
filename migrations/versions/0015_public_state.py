"""Numbers that move with every change of something public, so that pages can be kept until the next one.

The previous release still runs while this migrates, and moves the numbers too: triggers do, not the program.
"""

import sqlalchemy as sa
from alembic import op

from migrations.words import moves, platform

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None

AREAS = {"event": "events", "activity": "digest", "tombstone": "digest"}
"""Of tables with a column that says who reads a row; what is not named here is of the directory."""

# At the commit, once for each area: the row is locked for a moment only, whatever else the transaction does.
MOVED = """
CREATE FUNCTION public_moved() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF current_setting('app.moved_' || TG_ARGV[0], true) IS DISTINCT FROM 'yes' THEN
        INSERT INTO public.public_state AS state (area, number, changed_at)
        VALUES (TG_ARGV[0], 1, clock_timestamp())
        ON CONFLICT (area) DO UPDATE SET number = state.number + 1, changed_at = clock_timestamp();
        PERFORM set_config('app.moved_' || TG_ARGV[0], 'yes', true);
    END IF;
    RETURN NULL;
END $$
"""


def _told_apart() -> list[tuple[str, str]]:
    """Every table whose rows say who may read them, and the column that says it."""
    columns = sa.text(
        "SELECT c.table_name, c.column_name FROM information_schema.columns c"
        " JOIN information_schema.tables t USING (table_schema, table_name)"
        " WHERE c.table_schema = 'public' AND c.column_name IN ('visibility', 'audience')"
        " AND t.table_type = 'BASE TABLE' ORDER BY 1, 2"
    )
    return [(table, column) for table, column in op.get_bind().execute(columns)]


def upgrade() -> None:
    op.create_table(
        "public_state",
        sa.Column("area", sa.String(20), primary_key=True),
        sa.Column("number", sa.BigInteger(), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
    )
    platform("public_state", "SELECT, INSERT, UPDATE")
    op.execute(MOVED)
    for table, column in _told_apart():
        moves(table, AREAS.get(table, "directory"), when=f"{{row}}.{column} = 'public'")
    # What says it in another way, or is public as a whole.
    moves("edition", "digest", when="{row}.state = 'published'")
    moves("event_capacity", "events")
    moves("registration", "events", when="{row}.consent_to_publish = 'all'")
    moves("search_public", "directory")
    moves("directory_tombstone", "directory")
    moves("tenant", "network")
    op.drop_table("directory_state")  # Its one number is among these.


def downgrade() -> None:
    op.create_table(
        "directory_state",
        sa.Column("id", sa.Integer(), primary_key=True, autoincrement=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
    )
    platform("directory_state", "SELECT, INSERT, UPDATE")
    op.execute("DROP FUNCTION public_moved() CASCADE")
    op.drop_table("public_state")
