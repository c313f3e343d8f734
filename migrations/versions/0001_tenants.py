"""Tenants.

The previous release still runs while this migrates: add, never take away in the same step.
"""

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    pass


def downgrade() -> None:
    pass
