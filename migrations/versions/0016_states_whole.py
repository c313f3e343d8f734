"""Every state of a referral, and every kind of sealed thing, in the rule of who may see a key when.

The previous release still runs while this migrates: add, never take away in the same step.
"""

from migrations.words import change_policy, key_shown

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


def upgrade() -> None:
    change_policy("wraps.part_key", "SELECT", key_shown(RELEASED, ENVELOPE, ENVELOPED, RETURNED))


def downgrade() -> None:
    change_policy(
        "wraps.part_key",
        "SELECT",
        key_shown(FORMER_RELEASED, FORMER_ENVELOPE, "('envelope')", "('referral_answer')"),
    )
