"""Which cases of one desk may be of the same person, without opening any; a receiver that asks to pass something on; and
the days on which cases and calls are erased, found without reading them all.

The previous release still runs while this migrates: add, never take away in the same step.
"""

import sqlalchemy as sa
from alembic import op

from migrations.columns import moment, owned, within
from migrations.words import protect

revision = "0026"
down_revision = "0025"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "case_mark",
        *owned(),
        sa.Column("case_id", sa.Uuid(), nullable=False, index=True),
        sa.Column("category", sa.String(30), nullable=False),
        sa.Column("mark", sa.LargeBinary(), nullable=False),
        within("case_id", "case_record", ondelete="CASCADE"),
        sa.UniqueConstraint("case_id", "category", "mark"),
        sa.Index("ix_case_mark_tenant_id_mark", "tenant_id", "mark"),
    )
    protect("case_mark", update=None)
    op.add_column("referral", moment("onward_asked_at", nullable=True))
    op.create_index(
        "ix_case_record_retention_on",
        "case_record",
        ["tenant_id", "retention_on"],
        postgresql_where=sa.text("retention_on IS NOT NULL"),
    )


def downgrade() -> None:
    op.drop_index("ix_case_record_retention_on", "case_record")
    op.drop_column("referral", "onward_asked_at")
    op.drop_table("case_mark")
