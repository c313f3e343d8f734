"""Who opened a case that was not theirs, the safety stop at the other end, travel mode, calls to the hotline, erasure.

The previous release still runs while this migrates: add, never take away in the same step.
"""

import sqlalchemy as sa
from alembic import op

from migrations.words import OWN, protect, role

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


def shown(standing: str) -> str:
    """The invariant of the design, as in migration 0016. ``standing`` is what else must hold of the referral: while
    its case is stopped for safety, the receiving desk reads nothing of it."""
    return (
        "tenant_id = app_tenant() OR (holder_id = app_tenant() AND (readable_until IS NULL OR readable_until > now())"
        " AND EXISTS (SELECT 1 FROM referral r WHERE r.id = part_key.referral_id AND ("
        f" (r.receiving_id = app_tenant(){standing} AND (r.status IN {RELEASED}"
        f" OR (part_key.sealed_kind IN {ENVELOPED} AND r.status IN {ENVELOPE})))"
        f" OR (r.referring_id = app_tenant() AND part_key.sealed_kind IN {RETURNED}))))"
    )


def replace(name: str, verb: str, condition: str) -> None:
    op.execute(f"DROP POLICY {name} ON wraps.part_key")
    op.execute(f"CREATE POLICY {name} ON wraps.part_key FOR {verb} TO {role('app')} USING ({condition})")


def moment(name: str, *, nullable: bool = False) -> sa.Column[object]:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=nullable)


def owned() -> tuple[sa.Column[object], sa.Column[object]]:
    return (
        sa.Column("id", sa.Uuid(), primary_key=True),
        sa.Column("tenant_id", sa.Uuid(), sa.ForeignKey("tenant.id"), nullable=False, index=True),
    )


def within(key: str, table: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(["tenant_id", key], [f"{table}.tenant_id", f"{table}.id"])


def person(name: str, *, nullable: bool = False) -> sa.Column[object]:
    return sa.Column(name, sa.Uuid(), sa.ForeignKey("user.id"), nullable=nullable)


def upgrade() -> None:
    op.add_column("membership", moment("travelling_since", nullable=True))
    op.add_column("referral", moment("frozen_at", nullable=True))
    replace("wraps_part_key_select", "SELECT", shown(" AND r.frozen_at IS NULL"))
    # Erasing a case, its clock also destroys what the other desk sealed to it.
    replace(
        "wraps_part_key_delete",
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
        sa.UniqueConstraint("tenant_id", "id"),
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
        sa.UniqueConstraint("tenant_id", "id"),
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
        sa.UniqueConstraint("tenant_id", "id"),
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
        sa.UniqueConstraint("tenant_id", "id"),
    )
    protect("hotline_number", update=None)


def downgrade() -> None:
    for table in ("hotline_number", "hotline_call", "case_look", "case_glass"):
        op.drop_table(table)
    for table in ERASED:
        op.execute(f"DROP POLICY {table}_delete ON {table}")
        op.execute(f"REVOKE DELETE ON {table} FROM {role('app')}")
    replace("wraps_part_key_delete", "DELETE", OWN)
    replace("wraps_part_key_select", "SELECT", shown(""))
    op.drop_column("referral", "frozen_at")
    op.drop_column("membership", "travelling_since")
