"""Tenants, the audit chain, and the functions every policy speaks with.

The previous release still runs while this migrates: add, never take away in the same step.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

from migrations.columns import owned
from migrations.words import ACTING, OWN, platform, protect

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

# Plain SQL functions, so that the planner inlines them and the index on tenant_id serves.
FUNCTIONS = {
    "app_tenant": ("uuid", "nullif(current_setting('app.tenant', true), '')::uuid"),
    "app_visited": ("uuid", "nullif(current_setting('app.visited', true), '')::uuid"),
    "app_user": ("uuid", "nullif(current_setting('app.user', true), '')::uuid"),
    "app_kind": ("text", "coalesce(nullif(current_setting('app.kind', true), ''), 'nobody')"),
    "app_acting": (
        "uuid",
        "coalesce(nullif(current_setting('app.tenant', true), ''),"
        " nullif(current_setting('app.visited', true), ''))::uuid",
    ),
}


def upgrade() -> None:
    for name, (kind, body) in FUNCTIONS.items():
        op.execute(
            f"CREATE FUNCTION {name}() RETURNS {kind} LANGUAGE sql STABLE PARALLEL SAFE AS $$ SELECT {body} $$"
        )

    op.create_table(
        "tenant",
        sa.Column("id", sa.Uuid(), primary_key=True),
        sa.Column("kind", sa.String(20), nullable=False),
        sa.Column("slug", sa.String(80), nullable=False, unique=True),
        sa.Column("name", sa.String(200), nullable=False),
        sa.Column("code", sa.String(8), nullable=False, unique=True),
        sa.Column("country", sa.String(2)),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("suspended_at", sa.DateTime(timezone=True)),
        sa.Column("demonstration", sa.Boolean(), nullable=False),
    )
    platform("tenant", "SELECT, INSERT, UPDATE")

    op.create_table(
        "audit_head",
        sa.Column("tenant_id", sa.Uuid(), sa.ForeignKey("tenant.id"), primary_key=True),
        sa.Column("sequence", sa.BigInteger(), nullable=False),
        sa.Column("hash", sa.LargeBinary(), nullable=False),
    )
    protect("audit_head", select=ACTING, insert=ACTING, update=ACTING, delete=None)

    op.create_table(
        "audit_entry",
        *owned(),
        sa.Column("sequence", sa.BigInteger(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("actor_kind", sa.String(20), nullable=False),
        sa.Column("user_id", sa.Uuid()),
        sa.Column("action", sa.String(60), nullable=False),
        sa.Column("subject_id", sa.Uuid(), index=True),
        sa.Column("detail", JSONB(), nullable=False),
        sa.Column("previous", sa.LargeBinary(), nullable=False),
        sa.Column("hash", sa.LargeBinary(), nullable=False),
        sa.UniqueConstraint("tenant_id", "sequence"),
    )
    # Append-only: app may add and read, never change or delete.
    protect("audit_entry", select=OWN, insert=ACTING, update=None, delete=None)


def downgrade() -> None:
    op.drop_table("audit_entry")
    op.drop_table("audit_head")
    op.drop_table("tenant")
    for name in FUNCTIONS:
        op.execute(f"DROP FUNCTION {name}()")
