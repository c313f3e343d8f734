"""Foreign keys of the directory are looked up by the row they name, from the first row on.

(tenant_id, id) is unique in each of these tables and leads with the tenant. Before PostgreSQL has counted the rows of a
table it takes an index of the tenant alone for as good, and then reads all rows of a tenant for each that is written.
"""

from alembic import op

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None

TABLES = (
    "accessibility",
    "address",
    "attribute",
    "contact",
    "cost_option",
    "imported_record",
    "location",
    "organization",
    "organization_identifier",
    "phone",
    "project",
    "project_document",
    "project_participant",
    "project_result",
    "referral_route",
    "required_document",
    "schedule",
    "schedule_exception",
    "service",
    "service_area",
    "service_at_location",
    "service_capacity",
    "service_funding",
    "taxonomy",
    "taxonomy_term",
)


def upgrade() -> None:
    for table in TABLES:
        op.drop_index(f"ix_{table}_tenant_id", table)
    op.drop_index("ix_imported_record_tenant_id_record_id", "imported_record")
    op.create_index("ix_imported_record_record_id", "imported_record", ["record_id"])


def downgrade() -> None:
    op.drop_index("ix_imported_record_record_id", "imported_record")
    op.create_index("ix_imported_record_tenant_id_record_id", "imported_record", ["tenant_id", "record_id"])
    for table in TABLES:
        op.create_index(f"ix_{table}_tenant_id", table, ["tenant_id"])
