"""The names of every province, district and town in all our languages, for installations that loaded places without them.

Listings are found by the new spellings as soon as they are written again, or by ``flask directory reindex``.
"""

from alembic import op

from network.places.loading import load_places

revision = "0027"
down_revision = "0026"
branch_labels = None
depends_on = None


def upgrade() -> None:
    load_places(op.get_bind())


def downgrade() -> None:
    """More names than before hurt nobody: the table's shape is the same."""
