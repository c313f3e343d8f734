"""The words for kinds of help: ours, and vocabularies that came with imports."""

from __future__ import annotations

import uuid

from flask import Response, g

from network.api import machine, query
from network.directory import hsds, open_queries, taxonomy
from network.directory.models import Taxonomy, TaxonomyTerm
from network.directory.views.open_api import asking
from network.directory.views.open_api.answering import bp, few, not_there, public, told
from network.directory.views.open_api.schemas import (
    ITEMS,
    LISTS,
    PAGING,
    TAXONOMY_ID,
    one,
    page_of,
    uuid_query,
)
from network.web import EVERYONE, allow


@bp.get("/taxonomies")
@allow(EVERYONE)
@machine("Taxonomies: ours first", schema=page_of("Taxonomy"), parameters=PAGING, **LISTS)
@public
def taxonomies() -> Response:
    """Our own taxonomy, then those that came with imports."""
    sheet = asking.sheet()
    others = [hsds.vocabulary(row) for row in g.db.scalars(open_queries.vocabularies())]
    return few([hsds.the_taxonomy(), *others], sheet)


@bp.get("/taxonomies/<uuid:ident>")
@allow(EVERYONE)
@machine("One taxonomy", schema=one("Taxonomy"), **ITEMS)
@public
def one_taxonomy(ident: uuid.UUID) -> Response:
    """One taxonomy by its id."""
    if ident == taxonomy.TAXONOMY_ID:
        return told(hsds.the_taxonomy())
    row = g.db.scalars(open_queries.vocabularies().where(Taxonomy.id == ident)).one_or_none()
    return told(hsds.vocabulary(row)) if row is not None else not_there()


@bp.get("/taxonomy_terms")
@allow(EVERYONE)
@machine(
    "Kinds of help",
    schema=page_of("TaxonomyTerm"),
    parameters=(
        *PAGING,
        TAXONOMY_ID,
        query("top_only", "Only terms without a parent", type="boolean"),
        uuid_query("parent_id", "Only terms below this one"),
    ),
    **LISTS,
)
@public
def taxonomy_terms() -> Response:
    """Kinds of help; ours have no parents."""
    sheet = asking.sheet()
    whole, parent, top = asking.ident("taxonomy_id"), asking.ident("parent_id"), asking.yes("top_only")
    ours = whole in (None, taxonomy.TAXONOMY_ID) and parent is None
    found = [hsds.taxonomy_term(term) for term in taxonomy.TERMS.values() if ours]
    if whole != taxonomy.TAXONOMY_ID:
        found += [hsds.word(row) for row in g.db.scalars(open_queries.terms(whole, parent, top_only=top))]
    return few(found, sheet)


@bp.get("/taxonomy_terms/<uuid:ident>")
@allow(EVERYONE)
@machine("One kind of help", schema=one("TaxonomyTerm"), **ITEMS)
@public
def one_taxonomy_term(ident: uuid.UUID) -> Response:
    """One kind of help."""
    found = next((term for term in taxonomy.TERMS.values() if term.id == ident), None)
    if found is not None:
        return told(hsds.taxonomy_term(found))
    wanted = open_queries.terms(None, None, top_only=False).where(TaxonomyTerm.id == ident)
    row = g.db.scalars(wanted).one_or_none()
    return told(hsds.word(row)) if row is not None else not_there()
