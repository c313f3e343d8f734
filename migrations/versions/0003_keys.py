"""Keys: wrapped ones in a schema of their own, without foreign keys out.

The previous release still runs while this migrates: add, never take away in the same step.
"""

import sqlalchemy as sa
from alembic import op

from migrations.words import OWN, platform, protect, role

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)
WRAPS = "wraps"

# Neither coordinators nor observers nor timed jobs ever touch the private half of a desk.
MEMBER = f"{OWN} AND app_kind() = 'member'"


def upgrade() -> None:
    op.execute("CREATE SCHEMA wraps")
    for kind in ("app", "backup"):
        op.execute(f"GRANT USAGE ON SCHEMA wraps TO {role(kind)}")

    op.create_table(
        "user_key",
        sa.Column("user_id", sa.Uuid(), primary_key=True),
        sa.Column("public_key", sa.LargeBinary(), nullable=False),
        sa.Column("locked", sa.LargeBinary(), nullable=False),
        sa.Column("recovery_salt", sa.LargeBinary(), nullable=False),
        sa.Column("recovery_wrap", sa.LargeBinary(), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        schema=WRAPS,
    )
    platform("wraps.user_key", "SELECT, INSERT, UPDATE, DELETE")

    op.create_table(
        "desk_epoch",
        sa.Column("id", sa.Uuid(), primary_key=True),
        sa.Column("tenant_id", sa.Uuid(), nullable=False, index=True),
        sa.Column("epoch", sa.Integer(), nullable=False),
        sa.Column("public_key", sa.LargeBinary(), nullable=False),
        sa.Column("signing_public", sa.LargeBinary(), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("stale_at", MOMENT),
        sa.UniqueConstraint("tenant_id", "epoch"),
        sa.UniqueConstraint("tenant_id", "id"),
        schema=WRAPS,
    )
    # Public halves are public: whoever refers to a desk seals to them.
    protect("wraps.desk_epoch", select="true", insert=MEMBER, update=MEMBER, delete=None)

    op.create_table(
        "desk_key",
        sa.Column("id", sa.Uuid(), primary_key=True),
        sa.Column("tenant_id", sa.Uuid(), nullable=False, index=True),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("epoch", sa.Integer(), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.Column("endorsement", sa.LargeBinary(), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.UniqueConstraint("tenant_id", "user_id", "epoch"),
        sa.UniqueConstraint("tenant_id", "id"),
        schema=WRAPS,
    )
    protect("wraps.desk_key", select=MEMBER, insert=MEMBER, update=None, delete=MEMBER)

    for name in ("signing_seed", "sheet_wrap"):
        op.create_table(
            name,
            sa.Column("id", sa.Uuid(), primary_key=True),
            sa.Column("tenant_id", sa.Uuid(), nullable=False, index=True),
            sa.Column("epoch", sa.Integer(), nullable=False),
            sa.Column("sealed", sa.LargeBinary(), nullable=False),
            sa.UniqueConstraint("tenant_id", "epoch"),
            sa.UniqueConstraint("tenant_id", "id"),
            schema=WRAPS,
        )
        protect(f"wraps.{name}", select=MEMBER, insert=MEMBER, update=None, delete=MEMBER)

    op.create_table(
        "sheet_key",
        sa.Column("id", sa.Uuid(), primary_key=True),
        sa.Column("tenant_id", sa.Uuid(), nullable=False, index=True),
        sa.Column("public_key", sa.LargeBinary(), nullable=False),
        sa.Column("salt", sa.LargeBinary(), nullable=False),
        sa.Column("wrapped", sa.LargeBinary(), nullable=False),
        sa.Column("epoch", sa.Integer(), nullable=False),
        sa.Column("endorsement", sa.LargeBinary(), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("used_at", MOMENT),
        sa.UniqueConstraint("tenant_id"),
        sa.UniqueConstraint("tenant_id", "id"),
        schema=WRAPS,
    )
    protect("wraps.sheet_key", select=MEMBER, insert=MEMBER, update=MEMBER, delete=MEMBER)


def downgrade() -> None:
    for name in ("sheet_key", "sheet_wrap", "signing_seed", "desk_key", "desk_epoch", "user_key"):
        op.drop_table(name, schema=WRAPS)
    op.execute("DROP SCHEMA wraps")
