"""Who opened a case that was not theirs, the safety stop at the other end, travel mode, calls to the hotline, erasure.

The previous release still runs while this migrates: add, never take away in the same step.
"""

import sqlalchemy as sa
from alembic import op

from migrations.columns import moment, owned, person, within
from migrations.words import OWN, change_policy, key_shown, protect, role

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None

CLOCK = f"{OWN} AND app_kind() = 'clock'"
"""Erasure is the clock's alone: nobody of a desk takes away what was noted about who opened what."""

ERASED = ("consent_event", "referral_origin")
"""What was never deleted before and goes with its case."""

RELEASED = "('accepted', 'scheduled', 'not_engaged', 'in_service', 'outcome_reported')"
ENVELOPE = (
    "('sent', 'received', 'acknowledged', 'info_requested', 'redirect_proposed', 'accepted', 'scheduled',"
    " 'not_engaged', 'in_service', 'outcome_reported', 'declined_pending')"
)
ENVELOPED = "('envelope', 'referral_message')"
RETURNED = "('referral_answer', 'referral_message', 'attachment')"


def upgrade() -> None:
    op.add_column("membership", moment("travelling_since", nullable=True))
    op.add_column("referral", moment("frozen_at", nullable=True))
    change_policy(
        "wraps.part_key",
        "SELECT",
        key_shown(RELEASED, ENVELOPE, ENVELOPED, RETURNED, standing=" AND r.frozen_at IS NULL"),
    )
    # Erasing a case, its clock also destroys what the other desk sealed to it.
    change_policy(
        "wraps.part_key",
        "DELETE",
        f"{OWN} OR (holder_id = app_tenant() AND app_kind() = 'clock')",
    )
    for table in ERASED:
        op.execute(f"GRANT DELETE ON {table} TO {role('app')}")
        op.execute(f"CREATE POLICY {table}_delete ON {table} FOR DELETE TO {role('app')} USING ({CLOCK})")
    op.create_table(
        "case_glass",
        *owned(),
        sa.Column("case_id", sa.Uuid(), nullable=False, index=True),
        person("user_id"),
        moment("opened_at"),
        moment("ends_at"),
        person("seen_by_id", nullable=True),
        moment("seen_at", nullable=True),
        sa.Column("ciphertext", sa.LargeBinary(), nullable=False),
        within("case_id", "case_record"),
    )
    protect("case_glass", delete=CLOCK)
    op.create_table(
        "case_look",
        *owned(),
        person("user_id"),
        sa.Column("case_id", sa.Uuid(), index=True),
        sa.Column("kind", sa.String(30), nullable=False),
        moment("at"),
        within("case_id", "case_record"),
    )
    op.create_index("ix_case_look_user_id_at", "case_look", ["user_id", "at"])
    protect("case_look", update=None, delete=CLOCK)
    op.create_table(
        "hotline_call",
        *owned(),
        person("taken_by_id"),
        person("worker_id"),
        moment("taken_at"),
        moment("callback_at", nullable=True),
        moment("called_back_at", nullable=True),
        sa.Column("case_id", sa.Uuid(), index=True),
        sa.Column("ciphertext", sa.LargeBinary(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        within("case_id", "case_record"),
    )
    protect("hotline_call", delete=CLOCK)
    op.create_table(
        "hotline_number",
        *owned(),
        sa.Column("call_id", sa.Uuid(), nullable=False),
        moment("destroy_at"),
        sa.Column("ciphertext", sa.LargeBinary(), nullable=False),
        within("call_id", "hotline_call"),
        sa.UniqueConstraint("call_id"),
    )
    protect("hotline_number", update=None)


def downgrade() -> None:
    for table in ("hotline_number", "hotline_call", "case_look", "case_glass"):
        op.drop_table(table)
    for table in ERASED:
        op.execute(f"DROP POLICY {table}_delete ON {table}")
        op.execute(f"REVOKE DELETE ON {table} FROM {role('app')}")
    change_policy("wraps.part_key", "DELETE", OWN)
    change_policy("wraps.part_key", "SELECT", key_shown(RELEASED, ENVELOPE, ENVELOPED, RETURNED))
    op.drop_column("referral", "frozen_at")
    op.drop_column("membership", "travelling_since")
