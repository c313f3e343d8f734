"""Activities, what remains of withdrawn ones, and editions.

The previous release still runs while this migrates: add, never take away in the same step.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

from migrations.columns import owned
from migrations.words import OWN, protect

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

# Coordinators and observers count as the public (network.tenancy.Actor.is_partner).
MEANT_FOR_READER = "(visibility = 'public' OR (visibility = 'partners' AND app_kind() = 'member'))"


def upgrade() -> None:
    moment = sa.DateTime(timezone=True)
    op.create_table(
        "activity",
        *owned(),
        sa.Column("slug", sa.String(80), nullable=False, unique=True),
        sa.Column("kind", sa.String(30), nullable=False),
        sa.Column("title", JSONB(), nullable=False),
        sa.Column("summary", JSONB(), nullable=False),
        sa.Column("text", JSONB(), nullable=False),
        sa.Column("project", JSONB(), nullable=False),
        sa.Column("happened_from", sa.String(10), nullable=False),
        sa.Column("happened_to", sa.String(10), nullable=False),
        sa.Column("places", JSONB(), nullable=False),
        sa.Column("countries", JSONB(), nullable=False),
        sa.Column("reached", JSONB(), nullable=False),
        sa.Column("visibility", sa.String(30), nullable=False),
        sa.Column("state", sa.String(30), nullable=False),
        sa.Column("publish_at", moment),
        sa.Column("published_at", moment),
        sa.Column("created_at", moment, nullable=False),
        sa.Column("updated_at", moment, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
    )
    op.create_index(
        "ix_activity_state_visibility_published_at", "activity", ["state", "visibility", "published_at"]
    )
    op.create_index(
        "ix_activity_state_visibility_updated_at", "activity", ["state", "visibility", "updated_at"]
    )
    op.create_index("ix_activity_tenant_id_state", "activity", ["tenant_id", "state"])
    protect(
        "activity", select=f"{OWN} OR (state = 'published' AND {MEANT_FOR_READER})", insert=OWN, delete=None
    )

    op.create_table(
        "tombstone",
        *owned(),
        sa.Column("activity_id", sa.Uuid(), nullable=False),
        sa.Column("address", sa.String(64), nullable=False, index=True),
        sa.Column("kind", sa.String(30), nullable=False),
        sa.Column("countries", JSONB(), nullable=False),
        sa.Column("visibility", sa.String(30), nullable=False),
        sa.Column("withdrawn_at", moment, nullable=False),
        sa.UniqueConstraint("tenant_id", "activity_id"),
        sa.ForeignKeyConstraint(["tenant_id", "activity_id"], ["activity.tenant_id", "activity.id"]),
    )
    protect("tombstone", select=f"{OWN} OR {MEANT_FOR_READER}")

    op.create_table(
        "edition",
        *owned(),
        sa.Column("slug", sa.String(80), nullable=False, unique=True),
        sa.Column("kind", sa.String(30), nullable=False),
        sa.Column("period_from", sa.Date(), nullable=False),
        sa.Column("period_to", sa.Date(), nullable=False),
        sa.Column("state", sa.String(30), nullable=False),
        sa.Column("publish_at", moment, nullable=False),
        sa.Column("published_at", moment),
        sa.Column("updated_at", moment, nullable=False),
        sa.Column("note", JSONB(), nullable=False),
        sa.Column("content", JSONB(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.UniqueConstraint("tenant_id", "kind", "period_from"),
    )
    protect("edition", select=f"{OWN} OR state = 'published'", insert=OWN, delete=None)


def downgrade() -> None:
    for table in ("edition", "tombstone", "activity"):
        op.drop_table(table)
