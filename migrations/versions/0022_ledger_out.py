"""Files that leave and come in, copies of packages in the ledger, anonymous contributions.

The previous release still runs while this migrates: add, never take away in the same step.
"""

import sqlalchemy as sa
from alembic import op

from migrations.columns import moment, owned, within
from migrations.words import grant, platform, protect, role

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None

COUNTED = (
    "month, from_country, to_country, sex, age_band, exploitation, service, outcome, answered_within, override,"
    " contributor"
)
"""What reports read: all but the id and the owner's link."""
SENDER = "referring_id = app_tenant()"
COPIED = (
    f"{SENDER} OR (copied_as IS NOT NULL AND receiving_id = app_tenant()"
    " AND EXISTS (SELECT 1 FROM referral r WHERE r.id = disclosure.referral_id AND r.receiving_id = app_tenant()))"
)
"""The sender writes the ledger; the receiver adds only that it took a copy away."""


def sealed() -> sa.Column[object]:
    return sa.Column("ciphertext", sa.LargeBinary(), nullable=False)


def author() -> sa.Column[object]:
    return sa.Column("author_id", sa.Uuid(), sa.ForeignKey("user.id"), nullable=False)


def upgrade() -> None:
    op.add_column("disclosure", sa.Column("copied_as", sa.String(30)))
    op.execute(f"ALTER POLICY disclosure_insert ON disclosure TO {role('app')} WITH CHECK ({COPIED})")
    op.create_table(
        "case_export",
        *owned(),
        sa.Column("case_id", sa.Uuid(), nullable=False, index=True),
        sa.Column("form", sa.String(30), nullable=False),
        sa.Column("categories", sa.ARRAY(sa.String(30)), nullable=False),
        author(),
        moment("at"),
        sealed(),
        within("case_id", "case_record", ondelete="CASCADE"),
    )
    protect("case_export", update=None)
    op.create_table(
        "case_import",
        *owned(),
        author(),
        moment("created_at", index=True),
        moment("confirmed_at", nullable=True),
        moment("done_at", nullable=True),
        sealed(),
    )
    protect("case_import")
    op.create_table(
        "imported_case",
        *owned(),
        sa.Column("case_id", sa.Uuid(), nullable=False, index=True),
        sa.Column("import_id", sa.Uuid(), nullable=False, index=True),
        sa.Column("mark", sa.LargeBinary(), nullable=False),
        within("case_id", "case_record", ondelete="CASCADE"),
        sa.UniqueConstraint("tenant_id", "mark"),
    )
    protect("imported_case", update=None)
    op.create_table(
        "desk_secret",
        *owned(),
        sealed(),
        moment("created_at"),
        sa.UniqueConstraint("tenant_id"),
    )
    protect("desk_secret", update=None, delete=None)
    op.create_table(
        "contribution",
        sa.Column("id", sa.Uuid(), primary_key=True),
        sa.Column("month", sa.String(7), nullable=False),
        sa.Column("from_country", sa.String(2), nullable=False),
        sa.Column("to_country", sa.String(2), nullable=False),
        sa.Column("sex", sa.String(30), nullable=False),
        sa.Column("age_band", sa.String(10), nullable=False),
        sa.Column("exploitation", sa.String(40), nullable=False),
        sa.Column("service", sa.String(60), nullable=False),
        sa.Column("outcome", sa.String(30), nullable=False),
        sa.Column("answered_within", sa.String(10), nullable=False),
        sa.Column("override", sa.Boolean(), nullable=False),
        sa.Column("contributor", sa.LargeBinary(), nullable=False),
        sa.Column("link", sa.LargeBinary(), nullable=False, unique=True),
    )
    platform("contribution", "SELECT, INSERT, DELETE")
    grant("contribution", f"SELECT ({COUNTED})", to="reports")


def downgrade() -> None:
    for table in ("contribution", "desk_secret", "imported_case", "case_import", "case_export"):
        op.drop_table(table)
    op.execute(f"ALTER POLICY disclosure_insert ON disclosure TO {role('app')} WITH CHECK ({SENDER})")
    op.drop_column("disclosure", "copied_as")
