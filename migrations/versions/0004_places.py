"""Places of the valley and the spellings they are found by, with their rows.

The previous release still runs while this migrates: add, never take away in the same step.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

from migrations.words import platform
from network.places.data import name_rows, place_rows

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    # Trusted since PostgreSQL 13: the owner of the database may create it.
    op.execute("CREATE EXTENSION IF NOT EXISTS pg_trgm")
    place = op.create_table(
        "place",
        sa.Column("id", sa.String(24), primary_key=True),
        sa.Column("country", sa.String(2), nullable=False),
        sa.Column("level", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(20), nullable=False),
        sa.Column("parent_id", sa.String(24), sa.ForeignKey("place.id"), index=True),
        sa.Column("pcode", sa.String(20), unique=True),
        sa.Column("iso", sa.String(10)),
        sa.Column("names", JSONB(), nullable=False),
        sa.Column("unsourced", JSONB(), nullable=False),
        sa.Column("sort_keys", JSONB(), nullable=False),
        sa.Column("latitude", sa.Float()),
        sa.Column("longitude", sa.Float()),
    )
    platform("place", "SELECT")
    name = op.create_table(
        "place_name",
        sa.Column("place_id", sa.String(24), sa.ForeignKey("place.id"), primary_key=True),
        sa.Column("folded", sa.String(120), primary_key=True),
        sa.Column("text", sa.String(120), nullable=False),
        sa.Column("language", sa.String(8)),
        sa.Column("key", sa.String(120), nullable=False, index=True),
        sa.Column("skeleton", sa.String(120), nullable=False, index=True),
    )
    platform("place_name", "SELECT")
    _fill(place, place_rows())
    _fill(name, name_rows())


def _fill(table: sa.Table, rows: list[dict[str, object]]) -> None:
    """Only the columns of this migration: a later one may teach the facts new ones."""
    columns = table.columns.keys()
    op.bulk_insert(table, [{column: row[column] for column in columns} for row in rows])
    written = op.get_bind().execute(sa.select(sa.func.count()).select_from(table)).scalar_one()
    if written != len(rows):
        raise RuntimeError(f"{table.name}: {written} rows written of {len(rows)}")


def downgrade() -> None:
    op.drop_table("place_name")
    op.drop_table("place")
    # The extension stays: other tables may have come to use it.
