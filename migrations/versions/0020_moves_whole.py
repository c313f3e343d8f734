"""Clocks, attempts, redirection and hand-over of referrals; overdue answers for the coordinator.

The previous release still runs while this migrates: add, never take away in the same step.
"""

import sqlalchemy as sa
from alembic import op

from migrations.columns import owned
from migrations.words import protect

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None

MOMENTS = (
    "clock_from",
    "clock_stopped_at",
    "asked_at",
    "first_attempt_at",
    "last_attempt_at",
    "handover_proposed_at",
)
MARKS = ("acknowledge_mark", "answer_mark")
COUNTS = ("declines_returned", "attempts")


def upgrade() -> None:
    for name in MOMENTS:
        op.add_column("referral", sa.Column(name, sa.DateTime(timezone=True)))
    for name in MARKS:
        op.add_column("referral", sa.Column(name, sa.String(30)))
    for name in COUNTS:
        op.add_column("referral", sa.Column(name, sa.Integer(), nullable=False, server_default="0"))
    op.add_column("referral_origin", sa.Column("reopens_id", sa.Uuid()))
    op.add_column("referral_origin", sa.Column("safety_checked_at", sa.DateTime(timezone=True)))
    op.create_foreign_key(
        "fk_referral_origin_tenant_id_reopens_id",
        "referral_origin",
        "referral",
        ["tenant_id", "reopens_id"],
        ["referring_id", "id"],
    )
    op.add_column("disclosure", sa.Column("purpose", sa.String(30)))
    op.create_table(
        "overdue_answer",
        *owned(),
        sa.Column("referring_id", sa.Uuid(), sa.ForeignKey("tenant.id"), nullable=False),
        sa.Column("receiving_id", sa.Uuid(), sa.ForeignKey("tenant.id"), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
    )
    # Written by the clock of the one that waits; read by the network alone.
    protect("overdue_answer", insert="referring_id = app_tenant()", update=None)


def downgrade() -> None:
    op.drop_table("overdue_answer")
    op.drop_column("disclosure", "purpose")
    op.drop_constraint("fk_referral_origin_tenant_id_reopens_id", "referral_origin", type_="foreignkey")
    op.drop_column("referral_origin", "safety_checked_at")
    op.drop_column("referral_origin", "reopens_id")
    for name in (*COUNTS, *MARKS, *MOMENTS):
        op.drop_column("referral", name)
