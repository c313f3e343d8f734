"""What is found: one index over words and filters, the vocabulary for slips, and what members find beyond what is public.

``search_partners`` is read by the role of that name alone, which a member's request takes for one query; ``search_tenant``
holds what only some tenants may find, a row for each of them, below a policy that asks for the reader first. Both, like
``search_public``, are written anew from the listings by ``flask directory reindex``.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import INT4MULTIRANGE, JSONB, TSTZMULTIRANGE, TSVECTOR

from migrations.words import OWN, grant, platform, protect
from network.places.loading import load_places

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

LANGUAGES = ("en", "ru", "ky", "uz", "tg")
NEW = ("subject_id", "page", "confidential", "district", "minimum_age", "maximum_age", "lexemes", "week", "closed", "extra",
       "verified_until")  # fmt: skip


def _new() -> tuple[sa.Column, ...]:
    return (
        sa.Column("subject_id", sa.Uuid(), nullable=False),
        sa.Column("page", sa.String(20), nullable=False),
        sa.Column("confidential", sa.Boolean(), nullable=False),
        sa.Column("district", sa.String(24)),
        sa.Column("minimum_age", sa.Integer()),
        sa.Column("maximum_age", sa.Integer()),
        sa.Column("lexemes", TSVECTOR(), nullable=False),
        sa.Column("week", INT4MULTIRANGE()),
        sa.Column("closed", TSTZMULTIRANGE()),
        sa.Column("extra", TSTZMULTIRANGE()),
        sa.Column("verified_until", sa.DateTime(timezone=True)),
    )


def _whole() -> tuple[sa.Column, ...]:
    return (
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
        sa.Column("sort_keys", JSONB(), nullable=False),
        *_new(),
    )


def _index(table: str) -> None:
    # Written at once: what waits in a list of its own would be read through by every search.
    op.create_index(
        f"ix_{table}_lexemes",
        table,
        ["lexemes"],
        postgresql_using="gin",
        postgresql_with={"fastupdate": "off"},
    )
    for language in LANGUAGES:
        order = sa.text(f"(sort_keys ->> '{language}') COLLATE \"C\"")
        op.create_index(f"ix_{table}_in_order_{language}", table, [order, "subject_id"])


def upgrade() -> None:
    # Nothing is lost: every row of this table is made from the listings, and no release has gone out with it yet.
    op.execute("DELETE FROM search_public")
    op.drop_index("ix_search_public_keys", "search_public")
    op.drop_index("ix_search_public_places", "search_public")
    op.drop_column("search_public", "keys")
    for column in _new():
        op.add_column("search_public", column)
    _index("search_public")

    op.create_table("search_partners", *_whole())
    _index("search_partners")
    platform("search_partners", "INSERT, DELETE")
    # To take out the rows of a listing it is enough to see whose they are; the words are for the role of partners alone.
    grant("search_partners", "SELECT (organization_id)")
    grant("search_partners", "SELECT", to="partners")

    op.create_table(
        "search_tenant",
        *_whole(),
        sa.Column("tenant_id", sa.Uuid(), sa.ForeignKey("tenant.id"), nullable=False, index=True),
        sa.Column("reader_id", sa.Uuid(), sa.ForeignKey("tenant.id"), nullable=False, index=True),
        sa.UniqueConstraint("tenant_id", "id"),
    )
    protect("search_tenant", select=f"{OWN} OR reader_id = app_tenant()", update=None)

    op.create_table(
        "search_word",
        sa.Column("word", sa.String(80), primary_key=True),
        sa.Column("bones", sa.String(80), nullable=False, index=True),
    )
    op.create_index(
        "ix_search_word_word",
        "search_word",
        ["word"],
        postgresql_using="gin",
        postgresql_ops={"word": "gin_trgm_ops"},
    )
    platform("search_word", "SELECT, INSERT, DELETE")
    # Former names that the file of places has learned since they were loaded.
    load_places(op.get_bind())


def downgrade() -> None:
    for table in ("search_word", "search_tenant", "search_partners"):
        op.drop_table(table)
    op.execute("DELETE FROM search_public")
    for language in LANGUAGES:
        op.drop_index(f"ix_search_public_in_order_{language}", "search_public")
    op.drop_index("ix_search_public_lexemes", "search_public")
    for column in NEW:
        op.drop_column("search_public", column)
    op.add_column("search_public", sa.Column("keys", sa.Text(), nullable=False))
    op.create_index(
        "ix_search_public_keys",
        "search_public",
        ["keys"],
        postgresql_using="gin",
        postgresql_ops={"keys": "gin_trgm_ops"},
    )
    op.create_index("ix_search_public_places", "search_public", ["places"], postgresql_using="gin")
