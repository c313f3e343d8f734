"""The words for kinds of help: our own taxonomy, and vocabularies that came with imports."""

from __future__ import annotations

import uuid

from network.directory import taxonomy
from network.directory.hsds.words import LANGUAGE, Json, filled, part, said
from network.directory.models import Taxonomy, TaxonomyTerm


def attribute(owner: uuid.UUID, code: str) -> Json:
    """That a service is of this kind."""
    return {
        "id": part(owner, "term", code),
        "link_id": str(owner),
        "link_entity": "service",
        "link_type": "service_type",
        "taxonomy_term_id": str(taxonomy.TERMS[code].id),
        "taxonomy_term": taxonomy_term(taxonomy.TERMS[code]),
    }


def the_taxonomy() -> Json:
    return {
        "id": str(taxonomy.TAXONOMY_ID),
        "name": taxonomy.TAXONOMY_NAME,
        "description": taxonomy.TAXONOMY_DESCRIPTION,
        "version": "1",
    }


def taxonomy_term(term: taxonomy.Term) -> Json:
    return {
        "id": str(term.id),
        "code": term.code,
        "name": term.name,
        "description": term.description,
        "taxonomy": taxonomy.TAXONOMY_NAME,
        "taxonomy_id": str(taxonomy.TAXONOMY_ID),
        "language": LANGUAGE,
    }


def vocabulary(row: Taxonomy) -> Json:
    """A vocabulary that came with an import."""
    told = filled(id=str(row.id), name=row.name, uri=row.uri, version=row.edition)
    return told | {"description": said(row.description)}


def word(row: TaxonomyTerm) -> Json:
    """A term of such a vocabulary."""
    told = filled(
        id=str(row.id),
        code=row.code,
        name=said(row.name),
        parent_id=str(row.parent_id) if row.parent_id else None,
        taxonomy_id=str(row.taxonomy_id) if row.taxonomy_id else None,
        term_uri=row.uri,
        language=LANGUAGE,
    )
    return told | {"description": said(row.description)}
