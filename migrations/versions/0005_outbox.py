"""Mail that waits, timed work, the lease of the clock, rate limits, and deeds that were done once.

The previous release still runs while this migrates: add, never take away in the same step.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

from migrations.words import grant, platform, role

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    moment = sa.DateTime(timezone=True)
    op.create_table(
        "outbox_message",
        sa.Column("id", sa.Uuid(), primary_key=True),
        sa.Column("tenant_id", sa.Uuid(), sa.ForeignKey("tenant.id"), index=True),
        sa.Column("kind", sa.String(60), nullable=False),
        sa.Column("to_kind", sa.String(40), nullable=False),
        sa.Column("to_id", sa.Uuid(), nullable=False, index=True),
        sa.Column("params", JSONB(), nullable=False),
        sa.Column("language", sa.String(2), nullable=False),
        sa.Column("created_at", moment, nullable=False),
        sa.Column("not_before", moment, nullable=False),
        sa.Column("dedupe_key", sa.String(200), unique=True),
        sa.Column("claimed_until", moment),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("sent_at", moment),
        sa.Column("failed_at", moment),
        sa.Column("last_error", sa.String(80)),
    )
    op.create_index(
        "ix_outbox_message_not_before",
        "outbox_message",
        ["not_before"],
        postgresql_where=sa.text("sent_at IS NULL AND failed_at IS NULL"),
    )
    platform("outbox_message", "SELECT, INSERT, UPDATE, DELETE")

    op.create_table(
        "due",
        sa.Column("id", sa.Uuid(), primary_key=True),
        sa.Column("tenant_id", sa.Uuid(), sa.ForeignKey("tenant.id"), index=True),
        sa.Column("kind", sa.String(60), nullable=False),
        sa.Column("subject_id", sa.Uuid(), nullable=False),
        sa.Column("due_at", moment, nullable=False),
        sa.Column("claimed_until", moment),
        sa.Column("retry_at", moment),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("done_at", moment),
        sa.UniqueConstraint("kind", "subject_id", "due_at"),
    )
    op.create_index("ix_due_due_at", "due", ["due_at"], postgresql_where=sa.text("done_at IS NULL"))
    platform("due", "SELECT, INSERT, UPDATE, DELETE")

    op.create_table(
        "lease",
        sa.Column("name", sa.String(40), primary_key=True),
        sa.Column("holder", sa.String(120), nullable=False),
        sa.Column("until", moment, nullable=False),
    )
    platform("lease", "SELECT, INSERT, UPDATE, DELETE")

    # Unlogged: a crash forgets the counts and nothing else, and no write reaches the WAL.
    op.create_table(
        "rate_limit",
        sa.Column("key", sa.String(200), primary_key=True),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.Column("expires_at", moment, nullable=False, index=True),
        prefixes=["UNLOGGED"],
    )
    platform("rate_limit", "SELECT, INSERT, UPDATE, DELETE")

    op.create_table(
        "deed",
        sa.Column("key", sa.LargeBinary(), primary_key=True),
        sa.Column("result", sa.String(500), nullable=False),
        sa.Column("at", moment, nullable=False, index=True),
    )
    platform("deed", "SELECT, INSERT, UPDATE, DELETE")

    # /readyz compares the database with the release that serves it.
    grant("alembic_version", "SELECT")


def downgrade() -> None:
    op.execute(f"REVOKE SELECT ON alembic_version FROM {role('app')}")
    for table in ("deed", "rate_limit", "lease", "due", "outbox_message"):
        op.drop_table(table)
