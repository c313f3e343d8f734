"""Guardians, evidence, overrides and the renewal of consent.

The previous release still runs while this migrates: add, never take away in the same step.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import ARRAY

from migrations.columns import moment, owned, person, within
from migrations.words import protect

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("consent_text", person("approved_by_id", nullable=True))
    for column in (
        moment("refused_at", nullable=True),
        moment("superseded_at", nullable=True),
        sa.Column("supersedes_id", sa.Uuid()),
        sa.Column("guardian_consent_ends_on", sa.Date()),
    ):
        op.add_column("consent", column)
    op.create_foreign_key(
        "fk_consent_tenant_id_supersedes_id",
        "consent",
        "consent",
        ["tenant_id", "supersedes_id"],
        ["tenant_id", "id"],
    )
    op.add_column("consent_scope", sa.Column("access", sa.String(30), nullable=False, server_default="see"))
    op.add_column("consent_event", sa.Column("ciphertext", sa.LargeBinary()))
    # After a narrowing one disclosure can owe a deletion more than once: each time of other categories.
    op.drop_constraint("uq_obligation_disclosure_id", "obligation")
    op.create_index("ix_obligation_disclosure_id", "obligation", ["disclosure_id"])
    op.add_column(
        "obligation", sa.Column("categories", ARRAY(sa.String(30)), nullable=False, server_default="{}")
    )
    op.add_column(
        "referral_origin", sa.Column("sent_alone", sa.Boolean(), nullable=False, server_default=sa.false())
    )
    op.create_table(
        "consent_draft",
        *owned(),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        person("author_id"),
        sa.Column("ciphertext", sa.LargeBinary(), nullable=False),
        moment("changed_at"),
        within("case_id", "case_record", ondelete="CASCADE"),
        sa.UniqueConstraint("case_id", "author_id"),
    )
    protect("consent_draft")
    op.create_table(
        "consent_evidence",
        *owned(),
        sa.Column("consent_id", sa.Uuid(), nullable=False, index=True),
        sa.Column("ciphertext", sa.LargeBinary(), nullable=False),
        sa.Column("blob", sa.LargeBinary(), nullable=False),
        sa.Column("sha256", sa.LargeBinary(), nullable=False),
        moment("added_at"),
        within("consent_id", "consent", ondelete="CASCADE"),
    )
    protect("consent_evidence", update=None)
    op.create_table(
        "consent_override",
        *owned(),
        sa.Column("referral_id", sa.Uuid(), nullable=False),
        person("requested_by_id"),
        moment("requested_at"),
        sa.Column("alone", sa.Boolean(), nullable=False),
        moment("approve_by", nullable=True),
        person("approved_by_id", nullable=True),
        moment("approved_at", nullable=True),
        moment("informed_at", nullable=True),
        moment("review_due_at", nullable=True),
        person("reviewed_by_id", nullable=True),
        moment("reviewed_at", nullable=True),
        sa.Column("review", sa.String(30)),
        moment("ended_at", nullable=True),
        sa.Column("ciphertext", sa.LargeBinary(), nullable=False),
        within("referral_id", "referral", owner="referring_id", ondelete="CASCADE"),
        sa.UniqueConstraint("referral_id"),
    )
    protect("consent_override")


def downgrade() -> None:
    for table in ("consent_override", "consent_evidence", "consent_draft"):
        op.drop_table(table)
    op.drop_column("referral_origin", "sent_alone")
    op.execute("DELETE FROM obligation WHERE categories <> '{}'")
    op.drop_column("obligation", "categories")
    op.drop_index("ix_obligation_disclosure_id", "obligation")
    op.create_unique_constraint("uq_obligation_disclosure_id", "obligation", ["disclosure_id"])
    op.drop_column("consent_event", "ciphertext")
    op.drop_column("consent_scope", "access")
    op.drop_constraint("fk_consent_tenant_id_supersedes_id", "consent")
    for column in ("guardian_consent_ends_on", "supersedes_id", "superseded_at", "refused_at"):
        op.drop_column("consent", column)
    op.drop_column("consent_text", "approved_by_id")
