"""What is found, by whom: the flat search tables, written anew for an organization after each change.

Each table gets what its readers may see and the next wider table does not say already;
``tests/directory/test_finding`` proves with canaries that no word goes further.
"""

from __future__ import annotations

import uuid
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import cast as as_type
from sqlalchemy import delete, exists, func, literal, not_, select, text
from sqlalchemy.dialects.postgresql import TSQUERY, insert
from sqlalchemy.orm import Session

from network.database import run_raw, uuid7
from network.directory.finding import words
from network.directory.models import (
    Organization,
    SearchPartners,
    SearchPublic,
    SearchTenant,
    SearchWord,
)
from network.directory.services import gathering, indexing
from network.i18n.folding import skeleton

TOGETHER = 50
"""Organizations that are written in one go where there are many."""


def publish(session: Session, organization_id: uuid.UUID, *, public: bool) -> None:
    """Write what is found of an organization, by its keeper's session. ``public``: whether anything public changed."""
    publish_some(session, {organization_id: public})


def publish_some(session: Session, public: Mapping[uuid.UUID, bool]) -> None:
    """As ``publish``, for many organizations with as few statements: by id, whether anything public of it changed."""
    session.flush()
    shown = [ident for ident, changed in public.items() if changed]
    if shown:
        _one_by_one(session)
    kept = gathering.gather(session, public)
    wholes = [kept[ident] for ident in public if ident in kept]
    if shown:
        said = [indexing.entries(kept[ident], indexing.everybody) for ident in shown if ident in kept]
        _write_public(session, shown, [values for some in said for values in some])
    session.execute(delete(SearchPartners).where(SearchPartners.organization_id.in_(public)))
    session.execute(delete(SearchTenant).where(SearchTenant.organization_id.in_(public)))
    # With their ids, because PostgreSQL then need not answer: that makes a row much cheaper to write.
    of_partners: list[gathering.Values] = []
    of_tenants: list[gathering.Values] = []
    for whole in wholes:
        everybody = indexing.entries(whole, indexing.everybody)
        partners = indexing.entries(whole, indexing.partners)
        of_partners += ({"id": uuid7(), **values} for values in _beyond(partners, everybody))
        of_tenants += _for_tenants(whole, everybody, partners)
    _write(session, SearchPartners, of_partners)
    _write(session, SearchTenant, of_tenants)


def _write(session: Session, model: Any, rows: list[gathering.Values]) -> None:
    """Rows at once. With their nulls, because those without the same columns would each be a statement of its own."""
    if rows:
        session.execute(insert(model).execution_options(render_nulls=True), rows)


def publish_all(session: Session, tenant_id: uuid.UUID) -> int:
    """Write everything that a tenant keeps anew; the number of organizations."""
    kept = session.scalars(select(Organization.id).where(Organization.tenant_id == tenant_id)).all()
    for first in range(0, len(kept), TOGETHER):
        publish_some(session, dict.fromkeys(kept[first : first + TOGETHER], True))
        session.expunge_all()
    return len(kept)


def _one_by_one(session: Session) -> None:
    """Hold the others who change something public until this one is done.

    Else one could take a word out of the vocabulary that another is just saying.
    """
    run_raw(session, text("SELECT pg_advisory_xact_lock(hashtext('directory words'))"))


def _beyond(entries: Iterable[gathering.Values], wider: Iterable[gathering.Values]) -> list[gathering.Values]:
    """What the wider audience does not find in the same way."""
    known = {values["subject_id"]: values for values in wider}
    return [values for values in entries if known.get(values["subject_id"]) != values]


def _for_tenants(
    whole: gathering.Whole, everybody: list[gathering.Values], partners: list[gathering.Values]
) -> Iterable[gathering.Values]:
    """A row for each tenant that finds more than its like: the keeper, whose coordinators are no partners, and the named."""
    keeper = whole.organization.tenant_id
    for values in _beyond(indexing.entries(whole, indexing.keeper), everybody):
        yield {"id": uuid7(), **values, "tenant_id": keeper, "reader_id": keeper}
    for reader_id, granted in whole.named.items():
        for values in _beyond(indexing.entries(whole, indexing.reader(granted)), partners):
            yield {"id": uuid7(), **values, "tenant_id": keeper, "reader_id": reader_id}


def _write_public(
    session: Session, organization_ids: Sequence[uuid.UUID], entries: list[gathering.Values]
) -> None:
    of_it = SearchPublic.organization_id.in_(organization_ids)
    before = _vocabulary(session.scalars(select(SearchPublic.lexemes).where(of_it)))
    session.execute(delete(SearchPublic).where(of_it))
    after = add_public(session, entries, known=before)
    if gone := before - after:
        session.execute(delete(SearchWord).where(SearchWord.word.in_(gone), not_(_said_elsewhere())))


def add_public(
    session: Session, entries: list[gathering.Values], *, known: Collection[str] = frozenset()
) -> set[str]:
    """Write rows that everybody finds, and the words of them that are not known yet; all words of these rows."""
    if not entries:
        return set()
    _write(session, SearchPublic, entries)
    said = _vocabulary(values["lexemes"] for values in entries)
    if learned := said.difference(known):
        session.execute(
            insert(SearchWord).on_conflict_do_nothing(),
            [{"word": word, "bones": skeleton(word)} for word in sorted(learned)],
        )
    return said


def _vocabulary(lexemes: Iterable[str]) -> set[str]:
    return {word for one in lexemes for word in words.vocabulary(one)}


def _said_elsewhere() -> Any:
    """Whether a word of the vocabulary still stands in anything public."""
    signs = (words.NAME, words.OTHER, words.PLACE, words.NEED)
    parts: list[Any] = []
    for sign in signs:
        parts += [literal(f"'{sign}" if not parts else f"' | '{sign}"), SearchWord.word]
    asked = as_type(func.concat(*parts, literal("'")), TSQUERY)
    return exists().where(SearchPublic.lexemes.op("@@", is_comparison=True)(asked))
