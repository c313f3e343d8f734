"""Cases, their sealed parts, consent and its scope.

The previous release still runs while this migrates: add, never take away in the same step.
"""

import sqlalchemy as sa
from alembic import op

from migrations.columns import moment, owned, within
from migrations.words import OWN, platform, protect

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "case_record",
        *owned(),
        sa.Column("code", sa.String(20), nullable=False),
        sa.Column("status", sa.String(30), nullable=False),
        sa.Column("owner_id", sa.Uuid(), sa.ForeignKey("user.id"), nullable=False),
        moment("created_at"),
        moment("frozen_at", nullable=True),
        sa.Column("retention_on", sa.Date()),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.UniqueConstraint("tenant_id", "code"),
    )
    protect("case_record")
    op.create_table(
        "case_worker",
        *owned(),
        sa.Column("case_id", sa.Uuid(), nullable=False, index=True),
        sa.Column("user_id", sa.Uuid(), sa.ForeignKey("user.id"), nullable=False),
        moment("assigned_at"),
        within("case_id", "case_record"),
        sa.UniqueConstraint("case_id", "user_id"),
    )
    protect("case_worker")
    op.create_table(
        "case_part",
        *owned(),
        sa.Column("category", sa.String(30), nullable=False),
        sa.Column("ciphertext", sa.LargeBinary(), nullable=False),
        moment("created_at"),
    )
    op.create_table(
        "case_entry",
        *owned(),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("part_id", sa.Uuid(), nullable=False, index=True),
        sa.Column("category", sa.String(30), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("author_id", sa.Uuid(), sa.ForeignKey("user.id"), nullable=False),
        moment("created_at"),
        within("case_id", "case_record"),
        within("part_id", "case_part"),
        sa.UniqueConstraint("case_id", "category", "number"),
    )
    # Versions are append-only; erasure deletes, nothing changes one.
    protect("case_entry", update=None)
    op.create_table(
        "risk_assessment",
        *owned(),
        sa.Column("case_id", sa.Uuid(), nullable=False, index=True),
        sa.Column("assessed_on", sa.Date(), nullable=False),
        sa.Column("ciphertext", sa.LargeBinary(), nullable=False),
        moment("created_at"),
        within("case_id", "case_record"),
    )
    protect("risk_assessment", update=None)
    op.create_table(
        "consent_text",
        sa.Column("id", sa.Uuid(), primary_key=True),
        sa.Column("key", sa.String(40), nullable=False),
        sa.Column("version", sa.String(12), nullable=False),
        sa.Column("language", sa.String(8), nullable=False),
        sa.Column("wording", sa.Text(), nullable=False),
        sa.Column("sha256", sa.LargeBinary(), nullable=False),
        moment("approved_at"),
        sa.UniqueConstraint("key", "version", "language"),
    )
    platform("consent_text", "SELECT, INSERT")
    op.create_table(
        "consent",
        *owned(),
        sa.Column("case_id", sa.Uuid(), nullable=False, index=True),
        sa.Column("purpose", sa.String(30), nullable=False),
        sa.Column("given_by", sa.String(30), nullable=False),
        sa.Column("text_id", sa.Uuid(), sa.ForeignKey("consent_text.id"), nullable=False),
        moment("given_at"),
        moment("expires_at"),
        moment("withdrawn_at", nullable=True),
        sa.Column("ciphertext", sa.LargeBinary(), nullable=False),
        moment("created_at"),
        within("case_id", "case_record"),
    )
    protect("consent")
    op.create_table(
        "consent_scope",
        *owned(),
        sa.Column("consent_id", sa.Uuid(), nullable=False),
        sa.Column("recipient_id", sa.Uuid(), sa.ForeignKey("tenant.id"), nullable=False),
        sa.Column("category", sa.String(30), nullable=False),
        sa.Column("onward_sharing", sa.Boolean(), nullable=False),
        moment("removed_at", nullable=True),
        within("consent_id", "consent"),
        sa.UniqueConstraint("consent_id", "recipient_id", "category"),
    )
    protect("consent_scope")
    op.create_table(
        "consent_event",
        *owned(),
        sa.Column("consent_id", sa.Uuid(), nullable=False, index=True),
        sa.Column("kind", sa.String(30), nullable=False),
        moment("at"),
        sa.Column("user_id", sa.Uuid(), sa.ForeignKey("user.id")),
        within("consent_id", "consent"),
    )
    protect("consent_event", update=None, delete=None)
    op.create_table(
        "part_key",
        sa.Column("id", sa.Uuid(), primary_key=True),
        sa.Column("tenant_id", sa.Uuid(), nullable=False, index=True),
        sa.Column("holder_id", sa.Uuid(), nullable=False, index=True),
        sa.Column("epoch", sa.Integer(), nullable=False),
        sa.Column("sealed_kind", sa.String(30), nullable=False),
        sa.Column("sealed_id", sa.Uuid(), nullable=False, index=True),
        sa.Column("referral_id", sa.Uuid(), index=True),
        moment("readable_until", nullable=True),
        sa.Column("ciphertext", sa.LargeBinary(), nullable=False),
        moment("created_at"),
        sa.UniqueConstraint("sealed_id", "holder_id", "referral_id"),
        sa.UniqueConstraint("tenant_id", "id"),
        schema="wraps",
    )
    # The select policies of part_key and case_part need the referral, so they stand in the next migration.
    protect("wraps.part_key", select=OWN)
    protect("case_part", select=OWN, update=None)


def downgrade() -> None:
    op.drop_table("part_key", schema="wraps")
    for table in (
        "consent_event",
        "consent_scope",
        "consent",
        "consent_text",
        "risk_assessment",
        "case_entry",
        "case_part",
        "case_worker",
        "case_record",
    ):
        op.drop_table(table)
