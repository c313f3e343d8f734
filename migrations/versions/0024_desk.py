"""Indexes of the inbox for millions of referrals; the clock of an obligation; what is overdue between two tenants.

The previous release still runs while this migrates: add, never take away in the same step.
"""

import sqlalchemy as sa
from alembic import op

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None

ENDED = "('cancelled', 'closed', 'declined', 'timed_out', 'transferred', 'withdrawn')"
ENDS = ("referring_id", "receiving_id")
MOMENTS = ("reminded_at", "overdue_told_at", "clock_stopped_at")


def upgrade() -> None:
    for end in ENDS:
        op.create_index(
            f"ix_referral_{end}_status",
            "referral",
            [end, "status"],
            postgresql_where=f"status NOT IN {ENDED}",
        )
        op.create_index(
            f"ix_referral_{end}_changed_at_id",
            "referral",
            [end, "changed_at", "id"],
            postgresql_where=f"status IN {ENDED}",
        )
    op.create_index("ix_referral_origin_consent_id", "referral_origin", ["consent_id"])
    op.create_index(
        "ix_consent_tenant_id_expires_at",
        "consent",
        ["tenant_id", "expires_at"],
        postgresql_where="withdrawn_at IS NULL",
    )
    for name in MOMENTS:
        op.add_column("obligation", sa.Column(name, sa.DateTime(timezone=True)))
    op.create_index(
        "ix_obligation_referring_id_due_at",
        "obligation",
        ["referring_id", "due_at"],
        postgresql_where="confirmed_at IS NULL",
    )
    op.add_column("overdue_answer", sa.Column("what", sa.String(30), nullable=False, server_default="answer"))


def downgrade() -> None:
    op.drop_column("overdue_answer", "what")
    op.drop_index("ix_obligation_referring_id_due_at", "obligation")
    for name in MOMENTS:
        op.drop_column("obligation", name)
    op.drop_index("ix_consent_tenant_id_expires_at", "consent")
    op.drop_index("ix_referral_origin_consent_id", "referral_origin")
    for end in ENDS:
        op.drop_index(f"ix_referral_{end}_changed_at_id", "referral")
        op.drop_index(f"ix_referral_{end}_status", "referral")
