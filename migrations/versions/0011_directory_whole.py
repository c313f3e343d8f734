"""What the directory says in full, in the words of HSDS and IATI; and the audience of tenants picked one by one.

The previous release still runs while this migrates: new columns that must be filled have a default in the database.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

from migrations.columns import owned, within
from migrations.words import OWN, opened, protect, role

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)
LISTINGS = ("organization", "service", "project")
FIELD_GROUPS = (
    "phone", "contact", "location", "address", "service_at_location", "schedule", "service_area", "project_participant"
)  # fmt: skip
NEW_GROUPS = (
    "organization_identifier", "referral_route", "service_capacity", "required_document", "cost_option",
    "service_funding", "accessibility", "schedule_exception", "project_document", "project_result",
    "taxonomy", "taxonomy_term", "attribute",
)  # fmt: skip
HOURS_OF = {"service_id": "service", "phone_id": "phone", "location_id": "location"}
FOLLOWS = {
    "schedule": HOURS_OF,
    "schedule_exception": HOURS_OF,
    "service_area": {"service_id": "service"},
    "project_participant": {"project_id": "project"},
}
"""Tables whose rows are read by whoever is named for what they belong to."""
READERS = f"{OWN} OR (reader_id = app_tenant() AND app_kind() = 'member')"
MINE = f"{OWN} AND user_id = app_user()"


def _group() -> tuple[sa.schema.SchemaItem, ...]:
    return (*owned(), sa.Column("audience", sa.String(20), nullable=False))


def _part() -> tuple[sa.schema.SchemaItem, ...]:
    return (
        *_group(),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("last_modified", MOMENT, nullable=False),
    )


def _of(table: str) -> tuple[sa.schema.SchemaItem, ...]:
    """The column that says what a row is a part of, and its foreign key."""
    column = f"{table}_id"
    return (sa.Column(column, sa.Uuid(), nullable=False, index=True), within(column, table))


def _text(name: str) -> sa.Column[object]:
    return sa.Column(name, JSONB(), nullable=False)


def _line(name: str, length: int) -> sa.Column[object]:
    return sa.Column(name, sa.String(length), nullable=False)


def _readable(table: str, column: str) -> str:
    """... or opened to this reader by name. The pair, so that nobody grants themselves another tenant's row."""
    granted = (
        "SELECT g.tenant_id, g.subject_id FROM audience_grant g"
        " WHERE g.reader_id = app_tenant() AND g.subject_table"
    )
    named = " OR ".join(
        f"({table}.tenant_id, {table}.{key}) IN ({granted} = '{subject}')"
        for key, subject in {"id": table, **FOLLOWS.get(table, {})}.items()
    )
    return f"{opened(column)} OR ({column} = 'named' AND app_kind() = 'member' AND ({named}))"


def _columns() -> None:
    """What tables that are there already say besides."""
    empty, nothing, none = sa.text("'{}'"), sa.text("'[]'"), sa.text("''")
    one, now = sa.text("1"), sa.text("now()")
    op.add_column("organization", sa.Column("merged_into_tenant_id", sa.Uuid()))
    op.add_column("organization", sa.Column("merged_into_id", sa.Uuid()))
    op.create_foreign_key(
        "fk_organization_merged_into_tenant_id_merged_into_id", "organization", "organization",
        ["merged_into_tenant_id", "merged_into_id"], ["tenant_id", "id"],
    )  # fmt: skip
    added = {
        "service": [
            sa.Column("alternate_name", JSONB(), nullable=False, server_default=empty),
            sa.Column("url", sa.String(300)),
            sa.Column("email", sa.String(254)),
            sa.Column("eligibility", JSONB(), nullable=False, server_default=empty),
            sa.Column("delivery", JSONB(), nullable=False, server_default=nothing),
        ],
        "phone": [
            sa.Column("extension", sa.String(10), nullable=False, server_default=none),
            sa.Column("toll_free_from", JSONB(), nullable=False, server_default=nothing),
            sa.Column("safe_to_leave_message", sa.String(20), nullable=False, server_default="unknown"),
        ],
        "location": [
            sa.Column("confidential", sa.Boolean(), nullable=False, server_default=sa.false()),
            sa.Column("transportation", JSONB(), nullable=False, server_default=empty),
            sa.Column("version", sa.Integer(), nullable=False, server_default=one),
            sa.Column("created_at", MOMENT, nullable=False, server_default=now),
            sa.Column("last_modified", MOMENT, nullable=False, server_default=now),
        ],
        "address": [
            sa.Column("latitude", sa.Float()),
            sa.Column("longitude", sa.Float()),
            sa.Column("sealed", sa.LargeBinary()),
        ],
        "schedule": [
            sa.Column("phone_id", sa.Uuid(), index=True),
            sa.Column("location_id", sa.Uuid(), index=True),
            sa.Column("valid_from", sa.Date()),
            sa.Column("valid_to", sa.Date()),
        ],
        "project": [
            sa.Column("planned_start", sa.String(10), nullable=False, server_default=none),
            sa.Column("planned_end", sa.String(10), nullable=False, server_default=none),
            sa.Column("actual_start", sa.String(10), nullable=False, server_default=none),
            sa.Column("actual_end", sa.String(10), nullable=False, server_default=none),
            sa.Column("iati_identifier", sa.String(100), nullable=False, server_default=none),
            sa.Column("sectors", JSONB(), nullable=False, server_default=nothing),
            sa.Column("budget", sa.Numeric(16, 2)),
            sa.Column("currency", sa.String(3), nullable=False, server_default=none),
        ],
    }
    for table, columns in added.items():
        for column in columns:
            op.add_column(table, column)
    op.alter_column("schedule", "service_id", nullable=True)
    for table in ("phone", "location"):
        op.create_foreign_key(
            f"fk_schedule_tenant_id_{table}_id", "schedule", table,
            ["tenant_id", f"{table}_id"], ["tenant_id", "id"],
        )  # fmt: skip


def _tables() -> None:
    op.create_table(
        "audience_grant",
        *owned(),
        _line("subject_table", 40),
        sa.Column("subject_id", sa.Uuid(), nullable=False, index=True),
        sa.Column("reader_id", sa.Uuid(), sa.ForeignKey("tenant.id"), nullable=False, index=True),
        sa.UniqueConstraint("tenant_id", "subject_table", "subject_id", "reader_id"),
    )
    op.create_table(
        "section_draft",
        *owned(),
        sa.Column("user_id", sa.Uuid(), sa.ForeignKey("user.id"), nullable=False, index=True),
        _line("section", 200),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.Column("saved_at", MOMENT, nullable=False),
        sa.UniqueConstraint("tenant_id", "user_id", "section"),
    )
    op.create_table(
        "organization_identifier",
        *_part(),
        *_of("organization"),
        _line("identifier_scheme", 40),
        _line("identifier", 200),
    )
    op.create_index(
        "ix_organization_identifier_identifier_scheme_identifier",
        "organization_identifier",
        ["identifier_scheme", "identifier"],
    )
    op.create_table(
        "referral_route",
        *_part(),
        *_of("service"),
        _line("method", 20),
        _line("contact", 300),
        _text("next_step"),
        sa.Column("response_hours", sa.Integer()),
        _text("documents"),
        _text("complaints"),
    )
    op.create_table(
        "service_capacity",
        *_part(),
        *_of("service"),
        _line("unit", 20),
        sa.Column("available", sa.Integer()),
        sa.Column("maximum", sa.Integer()),
        _text("description"),
        sa.Column("updated_at", MOMENT, nullable=False),
    )
    op.create_table(
        "required_document",
        *_part(),
        *_of("service"),
        _text("document"),
        _line("uri", 300),
    )
    op.create_table(
        "cost_option",
        *_part(),
        *_of("service"),
        _text("option"),
        sa.Column("amount", sa.Numeric(14, 2)),
        _line("currency", 3),
        _text("amount_description"),
        sa.Column("valid_from", sa.Date()),
        sa.Column("valid_to", sa.Date()),
    )
    op.create_table(
        "service_funding",
        *_group(),
        *_of("service"),
        *_of("project"),
        sa.UniqueConstraint("tenant_id", "service_id", "project_id"),
    )
    op.create_table(
        "accessibility",
        *_part(),
        *_of("location"),
        _text("features"),
        _text("description"),
    )
    op.create_table(
        "schedule_exception",
        *_group(),
        *(sa.Column(f"{table}_id", sa.Uuid(), index=True) for table in ("service", "phone", "location")),
        *(within(f"{table}_id", table) for table in ("service", "phone", "location")),
        sa.Column("on", sa.Date(), nullable=False),
        sa.Column("until", sa.Date()),
        sa.Column("closed", sa.Boolean(), nullable=False),
        sa.Column("opens_at", sa.Time()),
        sa.Column("closes_at", sa.Time()),
        _text("notes"),
    )
    op.create_table(
        "project_document",
        *_part(),
        *_of("project"),
        _text("title"),
        _line("url", 300),
        _line("language", 2),
    )
    op.create_table(
        "project_result",
        *_part(),
        *_of("project"),
        _text("title"),
        _text("description"),
        _line("target", 100),
        _line("achieved", 100),
        _line("on", 10),
    )
    op.create_table(
        "taxonomy",
        *_group(),
        _line("name", 200),
        _text("description"),
        _line("uri", 300),
        _line("edition", 50),
    )
    op.create_table(
        "taxonomy_term",
        *_group(),
        sa.Column("taxonomy_id", sa.Uuid(), index=True),
        sa.Column("parent_id", sa.Uuid()),
        _line("code", 80),
        _text("name"),
        _text("description"),
        _line("uri", 300),
        within("taxonomy_id", "taxonomy"),
        within("parent_id", "taxonomy_term"),
    )
    op.create_table(
        "attribute",
        *_group(),
        _line("link_entity", 40),
        sa.Column("link_id", sa.Uuid(), nullable=False, index=True),
        _line("link_type", 80),
        sa.Column("term_tenant_id", sa.Uuid()),
        sa.Column("taxonomy_term_id", sa.Uuid(), index=True),
        _line("value", 300),
        within("taxonomy_term_id", "taxonomy_term", tenant="term_tenant_id"),
    )


def _reading(table: str, condition: str) -> None:
    """Who reads a table that is there already."""
    op.execute(f"DROP POLICY {table}_select ON {table}")
    op.execute(f"CREATE POLICY {table}_select ON {table} FOR SELECT TO {role('app')} USING ({condition})")


def upgrade() -> None:
    _columns()
    _tables()
    protect("audience_grant", select=READERS, update=None)
    protect("section_draft", select=MINE, insert=MINE, update=MINE, delete=MINE)
    for table in NEW_GROUPS:
        protect(table, select=_readable(table, "audience"))
    for table in LISTINGS:
        _reading(table, _readable(table, "visibility"))
    for table in FIELD_GROUPS:
        _reading(table, _readable(table, "audience"))


def downgrade() -> None:
    for tables, column in ((LISTINGS, "visibility"), (FIELD_GROUPS, "audience")):
        for table in tables:
            _reading(table, opened(column))
            # The release before knows no named audience: what it had opened closes.
            op.execute(f"UPDATE {table} SET {column} = 'tenant' WHERE {column} = 'named'")
    op.execute("UPDATE project SET status = 'closed' WHERE status NOT IN ('planned', 'running', 'closed')")
    op.execute("DELETE FROM schedule WHERE service_id IS NULL")
    op.execute("DELETE FROM address WHERE sealed IS NOT NULL")
    for table in ("attribute", "taxonomy_term", "taxonomy"):
        op.drop_table(table)
    for table in NEW_GROUPS[:-3]:
        op.drop_table(table)
    op.drop_table("section_draft")
    op.drop_table("audience_grant")
    op.alter_column("schedule", "service_id", nullable=False)
    for table, columns in {
        "organization": ("merged_into_tenant_id", "merged_into_id"),
        "service": ("alternate_name", "url", "email", "eligibility", "delivery"),
        "phone": ("extension", "toll_free_from", "safe_to_leave_message"),
        "location": ("confidential", "transportation", "version", "created_at", "last_modified"),
        "address": ("latitude", "longitude", "sealed"),
        "schedule": ("phone_id", "location_id", "valid_from", "valid_to"),
        "project": (
            "planned_start", "planned_end", "actual_start", "actual_end",
            "iati_identifier", "sectors", "budget", "currency",
        ),
    }.items():  # fmt: skip
        for column in columns:
            op.drop_column(table, column)
