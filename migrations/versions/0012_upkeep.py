"""How listings are kept right: verification, proposals, history, merging.

The previous release still runs while this migrates: add, never take away in the same step.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

from migrations.columns import owned, two_party
from migrations.words import protect

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)
LISTINGS = ("organization", "service", "project")
ENDS = "app_tenant() IN (referring_id, receiving_id)"
"""Who proposes, and who keeps the listing."""


def upgrade() -> None:
    for table in LISTINGS:
        op.add_column(table, sa.Column("verified_at", MOMENT))
        op.add_column(table, sa.Column("verified_how", sa.String(20)))
        op.add_column(table, sa.Column("reminded", sa.Integer(), nullable=False, server_default="0"))
    op.add_column("revision", sa.Column("cause", sa.String(20), nullable=False, server_default="edit"))
    op.add_column("revision", sa.Column("visibility", sa.String(20)))
    op.add_column("revision", sa.Column("listing_id", sa.Uuid()))
    op.create_index("ix_revision_listing_id", "revision", ["listing_id"])
    op.create_table(
        "verification",
        *owned(),
        sa.Column("subject", sa.String(20), nullable=False),
        sa.Column("subject_id", sa.Uuid(), nullable=False, index=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("user_id", sa.Uuid()),
        sa.Column("method", sa.String(20), nullable=False),
        sa.Column("parts", JSONB(), nullable=False),
    )
    protect("verification", update=None, delete=None)
    op.create_table(
        "proposal",
        *two_party(),
        sa.Column("kind", sa.String(20), nullable=False),
        sa.Column("subject", sa.String(20), nullable=False),
        sa.Column("subject_id", sa.Uuid(), nullable=False),
        sa.Column("other_id", sa.Uuid()),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("author_id", sa.Uuid(), sa.ForeignKey("user.id"), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("state", sa.String(20), nullable=False),
        sa.Column("answer", sa.Text(), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("decided_at", MOMENT),
        sa.Column("decided_by", sa.Uuid()),
    )
    op.create_index(
        "ix_proposal_subject_id_author_id",
        "proposal",
        ["subject_id", "author_id"],
        unique=True,
        postgresql_where=sa.text("state = 'pending'"),
    )
    protect("proposal", select=ENDS, insert="referring_id = app_tenant()", update=ENDS, delete=None)
    op.create_table(
        "proposal_field",
        *two_party(),
        sa.Column("proposal_id", sa.Uuid(), nullable=False, index=True),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("row_table", sa.String(20), nullable=False),
        sa.Column("row_id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(40), nullable=False),
        sa.Column("language", sa.String(2), nullable=False),
        sa.Column("old", JSONB(), nullable=False),
        sa.Column("new", JSONB(), nullable=False),
        sa.Column("decision", sa.String(20)),
        sa.ForeignKeyConstraint(["referring_id", "proposal_id"], ["proposal.referring_id", "proposal.id"]),
    )
    protect(
        "proposal_field",
        select=ENDS,
        insert="referring_id = app_tenant()",
        update="receiving_id = app_tenant()",
        delete=None,
    )
    op.create_table(
        "merge",
        *owned(),
        sa.Column("survivor_id", sa.Uuid(), nullable=False, index=True),
        sa.Column("loser_id", sa.Uuid(), nullable=False, index=True),
        sa.Column("state", sa.String(20), nullable=False),
        sa.Column("choices", JSONB(), nullable=False),
        sa.Column("before", JSONB(), nullable=False),
        sa.Column("moved", JSONB(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Uuid()),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("undone_at", MOMENT),
        sa.ForeignKeyConstraint(["tenant_id", "survivor_id"], ["organization.tenant_id", "organization.id"]),
        sa.ForeignKeyConstraint(["tenant_id", "loser_id"], ["organization.tenant_id", "organization.id"]),
    )
    protect("merge", delete=None)


def downgrade() -> None:
    for table in ("merge", "proposal_field", "proposal", "verification"):
        op.drop_table(table)
    op.drop_index("ix_revision_listing_id", "revision")
    op.drop_column("revision", "listing_id")
    op.drop_column("revision", "visibility")
    op.drop_column("revision", "cause")
    for table in LISTINGS:
        for column in ("reminded", "verified_how", "verified_at"):
            op.drop_column(table, column)
