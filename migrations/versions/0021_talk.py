"""Messages and files on a referral, the rules of an agreement, and recipients without accounts.

The previous release still runs while this migrates: add, never take away in the same step.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

from migrations.columns import moment, of_referral, owned, person, two_party, within
from migrations.words import moves, platform, protect, with_referral

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None


def said() -> tuple[sa.schema.SchemaItem, ...]:
    """What one desk says to the other about a referral, sealed."""
    return (
        *two_party(),
        sa.Column("referral_id", sa.Uuid(), nullable=False, index=True),
        sa.Column("by_tenant_id", sa.Uuid(), sa.ForeignKey("tenant.id"), nullable=False),
        person("user_id", nullable=True),
        sa.Column("ciphertext", sa.LargeBinary(), nullable=False),
        moment("at"),
        of_referral(),
    )


def counted(when: str) -> None:
    """Which tenants move the number of public pages."""
    for verb in ("insert", "update", "delete"):
        op.execute(f"DROP TRIGGER tenant_{verb}_moves ON tenant")
    moves("tenant", "network", when=when)


def upgrade() -> None:
    # That a guest was named must not show in what strangers keep of public pages.
    counted("{row}.kind <> 'guest'")
    op.add_column(
        "agreement", sa.Column("rules", JSONB(), nullable=False, server_default=sa.text("'{}'::jsonb"))
    )
    op.create_table("referral_message", *said())
    op.create_table(
        "attachment",
        *said(),
        sa.Column("category", sa.String(30), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
    )
    # Append-only on both sides; each row is written as the tenant that acts.
    for table in ("referral_message", "attachment"):
        shown = with_referral(table)
        written = f"({shown}) AND by_tenant_id = app_tenant()"
        protect(table, select=shown, insert=written, update=None, delete=None)
    op.create_table(
        "guest",
        *owned(),
        sa.Column("case_id", sa.Uuid(), nullable=False, index=True),
        sa.Column("guest_id", sa.Uuid(), sa.ForeignKey("tenant.id"), nullable=False),
        sa.Column("organization_id", sa.Uuid(), nullable=False),
        person("named_by_id"),
        moment("created_at"),
        within("case_id", "case_record"),
        sa.UniqueConstraint("guest_id"),
    )
    protect("guest", update=None)
    op.create_table(
        "guest_link",
        sa.Column("id", sa.Uuid(), primary_key=True),
        sa.Column("guest_id", sa.Uuid(), nullable=False),
        sa.Column("referring_id", sa.Uuid(), nullable=False),
        sa.Column("referral_id", sa.Uuid(), nullable=False, index=True),
        sa.Column("epoch", sa.Integer(), nullable=False),
        sa.Column("token_hash", sa.LargeBinary(), nullable=False),
        sa.Column("public_key", sa.LargeBinary(), nullable=False),
        sa.Column("locked", sa.LargeBinary(), nullable=False),
        sa.Column("failures", sa.Integer(), nullable=False),
        moment("locked_at", nullable=True),
        sa.Column("views", sa.Integer(), nullable=False),
        moment("viewed_at", nullable=True),
        moment("expires_at"),
        moment("created_at"),
        sa.UniqueConstraint("guest_id"),
        sa.UniqueConstraint("token_hash"),
        schema="wraps",
    )
    platform("wraps.guest_link", "SELECT, INSERT, UPDATE, DELETE")
    op.create_table(
        "guest_session",
        sa.Column("id", sa.Uuid(), primary_key=True),
        sa.Column("token_hash", sa.LargeBinary(), nullable=False),
        sa.Column("link_id", sa.Uuid(), nullable=False, index=True),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        moment("created_at", index=True),
        sa.UniqueConstraint("token_hash"),
    )
    platform("guest_session", "SELECT, INSERT, UPDATE, DELETE")


def downgrade() -> None:
    counted("true")
    op.drop_table("guest_session")
    op.drop_table("guest_link", schema="wraps")
    for table in ("guest", "attachment", "referral_message"):
        op.drop_table(table)
    op.drop_column("agreement", "rules")
