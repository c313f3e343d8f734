"""Every sealed note of a case, its index line, its legal hold; what waits for a signed-in desk.

The previous release still runs while this migrates: add, never take away in the same step.
"""

import sqlalchemy as sa
from alembic import op

from migrations.columns import moment, owned, within
from migrations.words import protect

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("case_record", moment("legal_hold_at", nullable=True))
    op.create_table(
        "case_note",
        *owned(),
        sa.Column("case_id", sa.Uuid(), nullable=False, index=True),
        sa.Column("thread_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("author_id", sa.Uuid(), sa.ForeignKey("user.id"), nullable=False),
        sa.Column("remind_on", sa.Date(), index=True),
        sa.Column("ciphertext", sa.LargeBinary(), nullable=False),
        moment("created_at"),
        within("case_id", "case_record"),
        sa.UniqueConstraint("thread_id", "number"),
    )
    # Append-only, as versions of parts are; erasure alone deletes.
    protect("case_note", update=None)
    op.create_table(
        "case_index",
        *owned(),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("ciphertext", sa.LargeBinary(), nullable=False),
        moment("created_at"),
        within("case_id", "case_record"),
        sa.UniqueConstraint("case_id"),
    )
    # A new line is a new row with a new key; the old one goes with its key.
    protect("case_index", update=None)
    op.create_table(
        "desk_task",
        *owned(),
        sa.Column("kind", sa.String(30), nullable=False),
        sa.Column("subject_id", sa.Uuid(), nullable=False),
        moment("created_at"),
        sa.Column("done_at", sa.DateTime(timezone=True), index=True),
    )
    protect("desk_task")


def downgrade() -> None:
    for table in ("desk_task", "case_index", "case_note"):
        op.drop_table(table)
    op.drop_column("case_record", "legal_hold_at")
