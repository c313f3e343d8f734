"""Digest.

The previous release still runs while this migrates: add, never take away in the same step.
"""

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    pass


def downgrade() -> None:
    pass
