"""Every state of a referral, and every kind of sealed thing, in the rule of who may see a key when.

The previous release still runs while this migrates: add, never take away in the same step.
"""

from alembic import op

from migrations.words import role

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None

RELEASED = "('accepted', 'scheduled', 'not_engaged', 'in_service', 'outcome_reported')"
ENVELOPE = (
    "('sent', 'received', 'acknowledged', 'info_requested', 'redirect_proposed', 'accepted', 'scheduled',"
    " 'not_engaged', 'in_service', 'outcome_reported', 'declined_pending')"
)
ENVELOPED = "('envelope', 'referral_message')"
RETURNED = "('referral_answer', 'referral_message', 'attachment')"

FORMER_RELEASED = "('accepted', 'in_service', 'outcome_reported')"
FORMER_ENVELOPE = (
    "('sent', 'received', 'acknowledged', 'accepted', 'in_service', 'outcome_reported', 'declined_pending')"
)


def shown(released: str, envelope: str, enveloped: str, returned: str) -> str:
    """The invariant of the design: a wrap shows itself to the other desk exactly when the state releases it and its
    date has not passed. The date is compared here, so a late job leaks nothing."""
    return (
        "tenant_id = app_tenant() OR (holder_id = app_tenant() AND (readable_until IS NULL OR readable_until > now())"
        " AND EXISTS (SELECT 1 FROM referral r WHERE r.id = part_key.referral_id AND ("
        f" (r.receiving_id = app_tenant() AND (r.status IN {released}"
        f" OR (part_key.sealed_kind IN {enveloped} AND r.status IN {envelope})))"
        f" OR (r.referring_id = app_tenant() AND part_key.sealed_kind IN {returned}))))"
    )


def show(condition: str) -> None:
    op.execute("DROP POLICY wraps_part_key_select ON wraps.part_key")
    op.execute(
        f"CREATE POLICY wraps_part_key_select ON wraps.part_key FOR SELECT TO {role('app')} USING ({condition})"
    )


def upgrade() -> None:
    show(shown(RELEASED, ENVELOPE, ENVELOPED, RETURNED))


def downgrade() -> None:
    show(shown(FORMER_RELEASED, FORMER_ENVELOPE, "('envelope')", "('referral_answer')"))
