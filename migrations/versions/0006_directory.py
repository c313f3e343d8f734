"""The directory: organizations, services, their field groups, projects, and what is searched.

The previous release still runs while this migrates: add, never take away in the same step.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

from migrations.columns import owned, within
from migrations.words import opened, platform, protect

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)
LISTINGS = ("organization", "service", "project")
FIELD_GROUPS = (
    "phone", "contact", "location", "address", "service_at_location", "schedule", "service_area", "project_participant"
)  # fmt: skip


def upgrade() -> None:
    op.execute("CREATE EXTENSION IF NOT EXISTS pg_trgm")
    op.create_table(
        "organization",
        *owned(),
        sa.Column("slug", sa.String(80), nullable=False, unique=True),
        sa.Column("kind", sa.String(20), nullable=False),
        sa.Column("member", sa.Boolean(), nullable=False),
        sa.Column("status", sa.String(20), nullable=False),
        sa.Column("source", sa.String(2), nullable=False),
        sa.Column("name", JSONB(), nullable=False),
        sa.Column("alternate_name", JSONB(), nullable=False),
        sa.Column("description", JSONB(), nullable=False),
        sa.Column("website", sa.String(300)),
        sa.Column("email", sa.String(254)),
        sa.Column("registered_on", sa.Date()),
        sa.Column("year_incorporated", sa.Integer()),
        sa.Column("legal_status", sa.String(100)),
        sa.Column("place_id", sa.String(24)),
        sa.Column("visibility", sa.String(20), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("last_modified", MOMENT, nullable=False),
    )
    op.create_table(
        "service",
        *owned(),
        sa.Column("organization_id", sa.Uuid(), nullable=False, index=True),
        sa.Column("slug", sa.String(80), nullable=False, unique=True),
        sa.Column("status", sa.String(20), nullable=False),
        sa.Column("source", sa.String(2), nullable=False),
        sa.Column("name", JSONB(), nullable=False),
        sa.Column("description", JSONB(), nullable=False),
        sa.Column("eligibility_description", JSONB(), nullable=False),
        sa.Column("application_process", JSONB(), nullable=False),
        sa.Column("fees_description", JSONB(), nullable=False),
        sa.Column("terms", JSONB(), nullable=False),
        sa.Column("languages", JSONB(), nullable=False),
        sa.Column("emergency", sa.Boolean(), nullable=False),
        sa.Column("confidential", sa.Boolean(), nullable=False),
        sa.Column("visibility", sa.String(20), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("last_modified", MOMENT, nullable=False),
        within("organization_id", "organization"),
    )
    op.create_table(
        "phone",
        *owned(),
        sa.Column("organization_id", sa.Uuid(), nullable=False, index=True),
        sa.Column("service_id", sa.Uuid(), index=True),
        sa.Column("number", sa.String(20), nullable=False),
        sa.Column("country", sa.String(2), nullable=False),
        sa.Column("hotline", sa.Boolean(), nullable=False),
        sa.Column("toll_free", sa.Boolean(), nullable=False),
        sa.Column("channels", JSONB(), nullable=False),
        sa.Column("languages", JSONB(), nullable=False),
        sa.Column("description", JSONB(), nullable=False),
        sa.Column("hours", JSONB(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("audience", sa.String(20), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("last_modified", MOMENT, nullable=False),
        within("service_id", "service"),
        within("organization_id", "organization"),
    )
    op.create_index("ix_phone_country", "phone", ["country"], postgresql_where=sa.text("hotline"))
    op.create_table(
        "contact",
        *owned(),
        sa.Column("organization_id", sa.Uuid(), nullable=False, index=True),
        sa.Column("service_id", sa.Uuid(), index=True),
        sa.Column("name", sa.String(200), nullable=False),
        sa.Column("title", sa.String(200), nullable=False),
        sa.Column("email", sa.String(254)),
        sa.Column("telephone", sa.String(20)),
        sa.Column("audience", sa.String(20), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("last_modified", MOMENT, nullable=False),
        within("organization_id", "organization"),
        within("service_id", "service"),
    )
    op.create_table(
        "location",
        *owned(),
        sa.Column("organization_id", sa.Uuid(), nullable=False, index=True),
        sa.Column("location_type", sa.String(20), nullable=False),
        sa.Column("name", JSONB(), nullable=False),
        sa.Column("place_id", sa.String(24), nullable=False),
        sa.Column("audience", sa.String(20), nullable=False),
        within("organization_id", "organization"),
    )
    op.create_table(
        "address",
        *owned(),
        sa.Column("location_id", sa.Uuid(), nullable=False, index=True),
        sa.Column("address_1", sa.String(300), nullable=False),
        sa.Column("postal_code", sa.String(12), nullable=False),
        sa.Column("audience", sa.String(20), nullable=False),
        within("location_id", "location"),
    )
    op.create_table(
        "service_at_location",
        *owned(),
        sa.Column("service_id", sa.Uuid(), nullable=False, index=True),
        sa.Column("location_id", sa.Uuid(), nullable=False, index=True),
        sa.Column("description", JSONB(), nullable=False),
        sa.Column("audience", sa.String(20), nullable=False),
        within("service_id", "service"),
        within("location_id", "location"),
    )
    op.create_table(
        "schedule",
        *owned(),
        sa.Column("service_id", sa.Uuid(), nullable=False, index=True),
        sa.Column("always", sa.Boolean(), nullable=False),
        sa.Column("byday", sa.String(20), nullable=False),
        sa.Column("opens_at", sa.Time()),
        sa.Column("closes_at", sa.Time()),
        sa.Column("timezone", sa.String(40), nullable=False),
        sa.Column("notes", JSONB(), nullable=False),
        sa.Column("audience", sa.String(20), nullable=False),
        within("service_id", "service"),
    )
    op.create_table(
        "service_area",
        *owned(),
        sa.Column("service_id", sa.Uuid(), nullable=False, index=True),
        sa.Column("place_id", sa.String(24), nullable=False),
        sa.Column("audience", sa.String(20), nullable=False),
        within("service_id", "service"),
    )
    op.create_table(
        "project",
        *owned(),
        sa.Column("organization_id", sa.Uuid(), nullable=False, index=True),
        sa.Column("status", sa.String(20), nullable=False),
        sa.Column("source", sa.String(2), nullable=False),
        sa.Column("title", JSONB(), nullable=False),
        sa.Column("description", JSONB(), nullable=False),
        sa.Column("start_on", sa.String(10), nullable=False),
        sa.Column("end_on", sa.String(10), nullable=False),
        sa.Column("places", JSONB(), nullable=False),
        sa.Column("visibility", sa.String(20), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("last_modified", MOMENT, nullable=False),
        within("organization_id", "organization"),
    )
    op.create_table(
        "project_participant",
        *owned(),
        sa.Column("project_id", sa.Uuid(), nullable=False, index=True),
        sa.Column("role", sa.SmallInteger(), nullable=False),
        sa.Column("name", JSONB(), nullable=False),
        sa.Column("participant_tenant_id", sa.Uuid()),
        sa.Column("participant_id", sa.Uuid()),
        sa.Column("audience", sa.String(20), nullable=False),
        within("participant_id", "organization", tenant="participant_tenant_id"),
        within("project_id", "project"),
    )
    op.create_table(
        "revision",
        *owned(),
        sa.Column("subject", sa.String(40), nullable=False),
        sa.Column("subject_id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("user_id", sa.Uuid()),
        sa.Column("snapshot", JSONB(), nullable=False),
        sa.UniqueConstraint("tenant_id", "subject_id", "version"),
    )
    op.create_table(
        "search_public",
        sa.Column("id", sa.Uuid(), primary_key=True),
        sa.Column("kind", sa.String(20), nullable=False),
        sa.Column("organization_id", sa.Uuid(), nullable=False, index=True),
        sa.Column("slug", sa.String(80), nullable=False),
        sa.Column("title", JSONB(), nullable=False),
        sa.Column("summary", JSONB(), nullable=False),
        sa.Column("organization_name", JSONB(), nullable=False),
        sa.Column("organization_kind", sa.String(20), nullable=False),
        sa.Column("hotlines", JSONB(), nullable=False),
        sa.Column("emergency", sa.Boolean(), nullable=False),
        sa.Column("place_id", sa.String(24)),
        sa.Column("places", JSONB(), nullable=False),
        sa.Column("languages", JSONB(), nullable=False),
        sa.Column("terms", JSONB(), nullable=False),
        sa.Column("names_key", sa.Text(), nullable=False),
        sa.Column("places_key", sa.Text(), nullable=False),
        sa.Column("keys", sa.Text(), nullable=False),
        sa.Column("sort_keys", JSONB(), nullable=False),
    )
    op.create_index(
        "ix_search_public_keys",
        "search_public",
        ["keys"],
        postgresql_using="gin",
        postgresql_ops={"keys": "gin_trgm_ops"},
    )
    op.create_index("ix_search_public_places", "search_public", ["places"], postgresql_using="gin")
    op.create_table(
        "directory_state",
        sa.Column("id", sa.Integer(), primary_key=True, autoincrement=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("changed_at", MOMENT, nullable=False),
    )

    for table in LISTINGS:
        # Listings are withdrawn by status and visibility, never deleted: others point at them.
        protect(table, select=opened("visibility"), delete=None)
    for table in FIELD_GROUPS:
        protect(table, select=opened("audience"))
    protect("revision", update=None, delete=None)
    platform("search_public", "SELECT, INSERT, DELETE")
    platform("directory_state", "SELECT, INSERT, UPDATE")


def downgrade() -> None:
    for table in (
        "directory_state", "search_public", "revision", "project_participant", "project", "service_area", "schedule",
        "service_at_location", "address", "location", "contact", "phone", "service", "organization",
    ):  # fmt: skip
        op.drop_table(table)
