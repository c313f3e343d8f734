"""Accounts: people, memberships, invitations, sessions.

The previous release still runs while this migrates: add, never take away in the same step.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

from migrations.columns import owned
from migrations.words import OWN, platform, protect

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "user",
        sa.Column("id", sa.Uuid(), primary_key=True),
        sa.Column("name", sa.String(200), nullable=False),
        sa.Column("language", sa.String(2), nullable=False),
        sa.Column("email", sa.LargeBinary(), nullable=False),
        sa.Column("email_key", sa.LargeBinary(), nullable=False, unique=True),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("totp", sa.LargeBinary()),
        sa.Column("totp_step", sa.Integer()),
    )
    platform('"user"', "SELECT, INSERT, UPDATE")

    op.create_table(
        "membership",
        *owned(),
        sa.Column("user_id", sa.Uuid(), sa.ForeignKey("user.id"), nullable=False),
        sa.Column("roles", JSONB(), nullable=False),
        sa.Column("status", sa.String(20), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("ended_at", MOMENT),
        sa.UniqueConstraint("tenant_id", "user_id"),
    )
    op.create_index(
        op.f("ix_membership_user_id"),
        "membership",
        ["user_id"],
        unique=True,
        postgresql_where=sa.text("status <> 'removed'"),
    )
    # A person reads her own place wherever it is: signing in asks before the tenant is known.
    protect("membership", select=f"{OWN} OR user_id = app_user()", delete=None)

    op.create_table(
        "invitation",
        *owned(),
        sa.Column("email", sa.LargeBinary(), nullable=False),
        sa.Column("email_key", sa.LargeBinary(), nullable=False, index=True),
        sa.Column("name", sa.String(200), nullable=False),
        sa.Column("language", sa.String(2), nullable=False),
        sa.Column("roles", JSONB(), nullable=False),
        sa.Column("founding", sa.Boolean(), nullable=False),
        sa.Column("issue", sa.Integer(), nullable=False),
        sa.Column("token_hash", sa.LargeBinary(), nullable=False, unique=True),
        sa.Column("invited_by", sa.Uuid(), sa.ForeignKey("user.id")),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("expires_at", MOMENT, nullable=False),
        sa.Column("accepted_at", MOMENT),
        sa.Column("withdrawn_at", MOMENT),
    )
    founding = "(founding AND app_kind() = 'coordinator')"
    protect(
        "invitation",
        select=f"{OWN} OR {founding} OR (app_kind() = 'visitor' AND tenant_id = app_visited())",
        insert=f"{OWN} OR {founding}",
        update=f"{OWN} OR {founding}",
        delete=None,
    )

    op.create_table(
        "user_session",
        sa.Column("id", sa.Uuid(), primary_key=True),
        sa.Column("token_hash", sa.LargeBinary(), nullable=False, unique=True),
        sa.Column("user_id", sa.Uuid(), sa.ForeignKey("user.id"), nullable=False, index=True),
        sa.Column("tenant_id", sa.Uuid(), sa.ForeignKey("tenant.id"), nullable=False, index=True),
        sa.Column("state", sa.String(20), nullable=False),
        sa.Column("sealed", sa.LargeBinary()),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("agent", sa.String(40), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("last_seen_at", MOMENT, nullable=False, index=True),
    )
    platform("user_session", "SELECT, INSERT, UPDATE, DELETE")

    op.create_table(
        "kept_form",
        sa.Column("id", sa.Uuid(), primary_key=True),
        sa.Column("user_id", sa.Uuid(), sa.ForeignKey("user.id"), nullable=False, index=True),
        sa.Column("session_id", sa.Uuid(), nullable=False, unique=True),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.Column("expires_at", MOMENT, nullable=False),
    )
    platform("kept_form", "SELECT, INSERT, UPDATE, DELETE")


def downgrade() -> None:
    for name in ("kept_form", "user_session", "invitation", "membership", "user"):
        op.drop_table(name)
