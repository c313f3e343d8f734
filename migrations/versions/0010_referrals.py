"""Referrals between two tenants, what was disclosed with them, and who may see a key when.

The previous release still runs while this migrates: add, never take away in the same step.
"""

import sqlalchemy as sa
from alembic import op

from migrations.columns import moment, of_referral, owned, two_party
from migrations.words import OWN, platform, protect, role, with_referral

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

DRAFTING = "('draft', 'ready', 'approval_pending')"
ENVELOPE = (
    "('sent', 'received', 'acknowledged', 'accepted', 'in_service', 'outcome_reported', 'declined_pending')"
)
RELEASED = "('accepted', 'in_service', 'outcome_reported')"

ENDS = "app_tenant() IN (referring_id, receiving_id)"
"""The actor sits on one of the two ends."""

REFERRAL = (
    "referring_id = app_tenant() OR"
    f" (receiving_id = app_tenant() AND status NOT IN {DRAFTING} AND sent_at IS NOT NULL)"
)


# The invariant of the design, in SQL: a wrap shows itself to a receiving desk exactly when the state releases it and
# its consent, or the 14 days after its expiry, still holds. The dates are compared here, so a late job leaks nothing.
WRAP = (
    "tenant_id = app_tenant() OR (holder_id = app_tenant() AND (readable_until IS NULL OR readable_until > now())"
    " AND EXISTS (SELECT 1 FROM referral r WHERE r.id = part_key.referral_id AND ("
    f" (r.receiving_id = app_tenant() AND (r.status IN {RELEASED}"
    f" OR (part_key.sealed_kind = 'envelope' AND r.status IN {ENVELOPE})))"
    " OR (r.referring_id = app_tenant() AND part_key.sealed_kind = 'referral_answer'))))"
)
PART = (
    "tenant_id = app_tenant() OR EXISTS (SELECT 1 FROM wraps.part_key k"
    " WHERE k.sealed_id = case_part.id AND k.holder_id = app_tenant())"
)


def upgrade() -> None:
    op.create_table(
        "agreement",
        sa.Column("id", sa.Uuid(), primary_key=True),
        sa.Column("first_id", sa.Uuid(), sa.ForeignKey("tenant.id")),
        sa.Column("second_id", sa.Uuid(), sa.ForeignKey("tenant.id")),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_until", sa.Date()),
    )
    platform("agreement", "SELECT, INSERT, UPDATE")
    op.create_table(
        "referral",
        *two_party(),
        sa.Column("code", sa.String(20), nullable=False),
        sa.Column("status", sa.String(30), nullable=False),
        sa.Column("priority", sa.String(30), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        moment("created_at"),
        moment("changed_at"),
        moment("sent_at", nullable=True),
        moment("acknowledge_due_at", nullable=True),
        moment("answer_due_at", nullable=True),
        moment("consent_expires_at", nullable=True),
        sa.Column("envelope", sa.LargeBinary()),
        sa.Column("package_sha256", sa.LargeBinary()),
        sa.Column("signature", sa.LargeBinary()),
        sa.Column("signature_epoch", sa.Integer()),
        sa.Column("worker_id", sa.Uuid(), sa.ForeignKey("user.id")),
        sa.UniqueConstraint("referring_id", "code"),
    )
    # What the receiver changed may be a state it no longer sees (withdrawn drafts never left), so the check is looser.
    protect(
        "referral",
        select=REFERRAL,
        insert="referring_id = app_tenant()",
        update=REFERRAL,
        update_check=ENDS,
        delete=None,
    )
    op.create_table(
        "referral_origin",
        *owned(),
        sa.Column("referral_id", sa.Uuid(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=False, index=True),
        sa.Column("consent_id", sa.Uuid()),
        sa.Column("categories", sa.ARRAY(sa.String(30)), nullable=False),
        sa.Column("author_id", sa.Uuid(), sa.ForeignKey("user.id"), nullable=False),
        sa.Column("approved_by_id", sa.Uuid(), sa.ForeignKey("user.id")),
        moment("approved_at", nullable=True),
        sa.Column("approved_sha256", sa.LargeBinary()),
        sa.ForeignKeyConstraint(["tenant_id", "referral_id"], ["referral.referring_id", "referral.id"]),
        sa.ForeignKeyConstraint(["tenant_id", "case_id"], ["case_record.tenant_id", "case_record.id"]),
        sa.ForeignKeyConstraint(["tenant_id", "consent_id"], ["consent.tenant_id", "consent.id"]),
        sa.UniqueConstraint("referral_id"),
    )
    protect("referral_origin", delete=None)
    op.create_table(
        "referral_event",
        *two_party(),
        sa.Column("referral_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("move", sa.String(30), nullable=False),
        sa.Column("before", sa.String(30), nullable=False),
        sa.Column("after", sa.String(30), nullable=False),
        moment("at"),
        sa.Column("by_tenant_id", sa.Uuid(), sa.ForeignKey("tenant.id"), nullable=False),
        sa.Column("user_id", sa.Uuid(), sa.ForeignKey("user.id")),
        of_referral(),
        sa.UniqueConstraint("referral_id", "number"),
    )
    op.create_table(
        "referral_answer",
        *two_party(),
        sa.Column("referral_id", sa.Uuid(), nullable=False, index=True),
        sa.Column("move", sa.String(30), nullable=False),
        sa.Column("ciphertext", sa.LargeBinary(), nullable=False),
        moment("at"),
        of_referral(),
    )
    # Append-only on both sides; each row is written as the tenant that acts.
    for table in ("referral_event", "referral_answer"):
        protect(table, select=with_referral(table), insert=with_referral(table), update=None, delete=None)
    op.create_table(
        "disclosure",
        *two_party(),
        sa.Column("referral_id", sa.Uuid(), nullable=False, index=True),
        sa.Column("categories", sa.ARRAY(sa.String(30)), nullable=False),
        sa.Column("part_ids", sa.ARRAY(sa.String(36)), nullable=False),
        sa.Column("package_sha256", sa.LargeBinary(), nullable=False),
        moment("disclosed_at"),
        moment("stop_requested_at", nullable=True),
        moment("stopped_at", nullable=True),
        of_referral(),
    )
    op.create_table(
        "obligation",
        *two_party(),
        sa.Column("referral_id", sa.Uuid(), nullable=False, index=True),
        sa.Column("disclosure_id", sa.Uuid(), nullable=False),
        moment("notified_at"),
        moment("due_at"),
        moment("confirmed_at", nullable=True),
        sa.Column("ground", sa.String(30)),
        sa.ForeignKeyConstraint(
            ["referring_id", "disclosure_id"], ["disclosure.referring_id", "disclosure.id"]
        ),
        sa.UniqueConstraint("disclosure_id"),
    )
    # The sender writes the ledger, the receiver confirms in it.
    for table in ("disclosure", "obligation"):
        shown = with_referral(table)
        protect(table, select=shown, insert="referring_id = app_tenant()", update=shown, delete=None)

    app = role("app")
    op.execute(f"ALTER POLICY wraps_part_key_select ON wraps.part_key TO {app} USING ({WRAP})")
    op.execute(f"ALTER POLICY case_part_select ON case_part TO {app} USING ({PART})")


def downgrade() -> None:
    app = role("app")
    op.execute(f"ALTER POLICY wraps_part_key_select ON wraps.part_key TO {app} USING ({OWN})")
    op.execute(f"ALTER POLICY case_part_select ON case_part TO {app} USING ({OWN})")
    for table in (
        "obligation",
        "disclosure",
        "referral_answer",
        "referral_event",
        "referral_origin",
        "referral",
        "agreement",
    ):
        op.drop_table(table)
