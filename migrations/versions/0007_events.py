"""Events, their seats and the registrations for them.

The previous release still runs while this migrates: add, never take away in the same step.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

from migrations.columns import owned
from migrations.words import ACTING, OWN, protect

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

# Whoever acts for the tenant, and everybody else as soon as it is no draft and meant for them.
READABLE = (
    f"{ACTING} OR (status <> 'draft'"
    " AND (visibility = 'public' OR (visibility = 'partners' AND app_kind() = 'member')))"
)
# The policy of event applies inside: whoever reads about the event reads how many seats it has left.
OF_A_READABLE_EVENT = "event_id IN (SELECT event.id FROM event)"
ACTIVE = "state IN ('complete', 'pending', 'waitlisted')"


def upgrade() -> None:
    moment = sa.DateTime(timezone=True)
    op.create_table(
        "event",
        *owned(),
        sa.Column("slug", sa.String(80), nullable=False, unique=True),
        sa.Column("uid", sa.String(80), nullable=False),
        sa.Column("sequence", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(20), nullable=False),
        sa.Column("status", sa.String(20), nullable=False),
        sa.Column("visibility", sa.String(20), nullable=False),
        sa.Column("title", JSONB(), nullable=False),
        sa.Column("summary", JSONB(), nullable=False),
        sa.Column("programme", JSONB(), nullable=False),
        sa.Column("start_at", moment, nullable=False),
        sa.Column("end_at", moment, nullable=False),
        sa.Column("timezone", sa.String(40), nullable=False),
        sa.Column("place_code", sa.String(40)),
        sa.Column("country", sa.String(2)),
        sa.Column("venue", sa.String(300), nullable=False),
        sa.Column("online_url", sa.String(500)),
        sa.Column("approval", sa.Boolean(), nullable=False),
        sa.Column("opens_at", moment),
        sa.Column("closes_at", moment),
        sa.Column("created_at", moment, nullable=False),
        sa.Column("last_modified", moment, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
    )
    op.create_index("ix_event_status_start_at", "event", ["status", "start_at"])
    protect("event", select=READABLE, insert=OWN, update=OWN, delete=None)

    op.create_table(
        "event_capacity",
        sa.Column("event_id", sa.Uuid(), primary_key=True),
        sa.Column("tenant_id", sa.Uuid(), sa.ForeignKey("tenant.id"), nullable=False, index=True),
        sa.Column("registration_limit", sa.Integer()),
        sa.Column("taken", sa.Integer(), nullable=False),
        sa.Column("waiting", sa.Integer(), nullable=False),
        sa.Column("last_position", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["tenant_id", "event_id"], ["event.tenant_id", "event.id"], ondelete="CASCADE"
        ),
    )
    # A visitor who registers moves these counters; nothing else of the event is in a visitor's reach.
    protect("event_capacity", select=OF_A_READABLE_EVENT, insert=OWN, update=ACTING, delete=None)

    op.create_table(
        "registration",
        *owned(),
        sa.Column("event_id", sa.Uuid(), nullable=False),
        sa.Column("state", sa.String(20), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("email", sa.LargeBinary(), nullable=False),
        sa.Column("email_key", sa.LargeBinary(), nullable=False),
        sa.Column("name", sa.String(200), nullable=False),
        sa.Column("organization", sa.String(200), nullable=False),
        sa.Column("language", sa.String(2), nullable=False),
        sa.Column("consent_to_publish", sa.String(20), nullable=False),
        sa.Column("submission", sa.Uuid(), nullable=False),
        sa.Column("reason", sa.String(500), nullable=False),
        sa.Column("created_at", moment, nullable=False),
        sa.Column("changed_at", moment, nullable=False),
        sa.ForeignKeyConstraint(["tenant_id", "event_id"], ["event.tenant_id", "event.id"]),
    )
    op.create_index(
        "ix_registration_tenant_id_event_id_email_key",
        "registration",
        ["tenant_id", "event_id", "email_key"],
        unique=True,
        postgresql_where=sa.text(ACTIVE),
    )
    op.create_index(
        "ix_registration_event_id_state_position", "registration", ["event_id", "state", "position"]
    )
    protect("registration", select=ACTING, insert=ACTING, update=ACTING, delete=None)


def downgrade() -> None:
    op.drop_table("registration")
    op.drop_table("event_capacity")
    op.drop_table("event")
