"""What a suspended organization could read, without the keys: its owners can let it read again.

The previous release still runs while this migrates: add, never take away in the same step.
"""

import sqlalchemy as sa
from alembic import op

from migrations.columns import moment, owned
from migrations.words import protect

revision = "0025"
down_revision = "0024"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "paused_share",
        *owned(),
        sa.Column("holder_id", sa.Uuid(), sa.ForeignKey("tenant.id"), nullable=False),
        sa.Column("referral_id", sa.Uuid(), nullable=False, index=True),
        sa.Column("sealed_kind", sa.String(30), nullable=False),
        sa.Column("sealed_id", sa.Uuid(), nullable=False),
        moment("readable_until", nullable=True),
        moment("paused_at"),
        sa.UniqueConstraint("sealed_id", "holder_id", "referral_id"),
    )
    protect("paused_share", update=None)


def downgrade() -> None:
    op.drop_table("paused_share")
