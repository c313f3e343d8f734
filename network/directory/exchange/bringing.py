"""Records written as rows of one tenant: in steps that are whole or not there, so that an import can be cut and run again.

A record is known by (source, kind, its id there). Who says the same again changes nothing, whatever people wrote in the
meantime; who says something else changes the row and leaves a revision, as an editor would.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from network import audit
from network.audit import Action
from network.database import Database, any_of, now
from network.directory import taxonomy
from network.directory.exchange import reading
from network.directory.exchange.belonging import MODELS
from network.directory.exchange.planting import Planter
from network.directory.exchange.records import Fault, Record, Report
from network.directory.exchange.rows import Row, in_order, write
from network.directory.exchange.scratch import Scratch
from network.directory.exchange.shaping import Shaped, Shaper, Ways, spread
from network.directory.exchange.sources import Source
from network.directory.hsds.standard import OBJECTS
from network.directory.models import Organization, Visibility
from network.directory.policies import can_create
from network.directory.services import publishing
from network.keys import Keyring
from network.permissions import require
from network.tenancy import Actor

STEP = 2000
"""Records that are written together."""

_NAMESPACE = uuid.UUID("5f1c3a0e-3f6e-5b7a-9a51-2c6d7be1f0aa")
"""Made once; ids of records whose source has none of ours are derived from it, the same at every import."""

ORDER = [*OBJECTS, "unknown"]

OURS = {str(taxonomy.TAXONOMY_ID), *(str(term.id) for term in taxonomy.TERMS.values())}
"""Words of our own that come back with an export: they are no records."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """What to import, for whom, and how it is read."""

    path: Path
    tenant_id: uuid.UUID
    source: str = ""
    public: bool = False
    dry: bool = False
    ways: Ways = field(default_factory=Ways)


class _Undone(Exception):
    """Nothing of a dry run stays."""


def bring(
    database: Database,
    actor: Actor,
    order: Order,
    report: Report,
    progress: Callable[[int], None] = lambda _n: None,
    *,
    keyring: Keyring | None = None,
) -> None:
    """Import what lies at a path. Raises :class:`network.directory.exchange.reading.Unreadable`.

    Doors of services that the source calls confidential are sealed with ``keyring``.
    """
    require(can_create(actor) and actor.tenant_id == order.tenant_id)
    scratch = Scratch()
    try:
        _Bringing(database, actor, order, report, scratch, progress, keyring).all()
    finally:
        scratch.close()


def id_of(source: str, kind: str, ident: str) -> uuid.UUID:
    """The id of a row: that of the record where it is a UUID, else one derived from (source, kind, id)."""
    try:
        return uuid.UUID(ident)
    except ValueError:
        return uuid.uuid5(_NAMESPACE, f"{source}/{kind}/{ident}")


class _Bringing:
    """One import."""

    def __init__(
        self,
        database: Database,
        actor: Actor,
        order: Order,
        report: Report,
        scratch: Scratch,
        progress: Callable[[int], None],
        keyring: Keyring | None,
    ) -> None:
        self.database, self.actor, self.order = database, actor, order
        self.report, self.scratch, self.progress, self.keyring = report, scratch, progress, keyring
        self.source = Source(order.tenant_id, (order.source or reading.source_of(order.path))[:100])
        self.shaper = Shaper(report, order.ways)
        self._whole: Session | None = None

    def all(self) -> None:
        if not self.order.dry:
            self._steps()
            return
        try:
            with self.database.unit_of_work(self.actor) as self._whole:
                self._steps()
                raise _Undone
        except _Undone:
            self._whole = None

    @contextmanager
    def _session(self) -> Iterator[Session]:
        """A transaction for one step; the one of the whole run where it is dry."""
        if self._whole is not None:
            yield self._whole
            self._whole.flush()
            self._whole.expunge_all()
            return
        with self.database.unit_of_work(self.actor) as session:
            yield session

    def _steps(self) -> None:
        with self._session() as session:
            cut = self.source.begin(session)
        batch: list[Record] = []
        for group in reading.records(self.order.path, self.scratch, self.report.fault):
            said = [record for record in group if record.id not in OURS]
            batch += (one for record in said for one in spread(record, self.order.ways.country))
            if len(batch) >= STEP:
                self._step(batch)
                batch = []
        self._step(batch)
        self._tell_unplaced()
        self._publish(everything=cut)
        with self._session() as session:
            self.source.done(session)
            audit.record(
                session,
                self.actor,
                Action.DIRECTORY_IMPORTED,
                self.order.tenant_id,
                source=self.source.name,
                new=self.report.total("new"),
                changed=self.report.total("changed"),
            )

    def _step(self, batch: Sequence[Record]) -> None:
        if not batch:
            return
        with self._session() as session:
            planter = Planter(
                session,
                self.actor,
                self.order.tenant_id,
                self.source.name,
                self.scratch,
                public=self.order.public,
                keyring=self.keyring,
            )
            for kind in sorted({record.kind for record in batch}, key=_rank):
                self._of_kind(session, planter, kind, [one for one in batch if one.kind == kind])
        self.progress(self.report.read)

    def _of_kind(self, session: Session, planter: Planter, kind: str, records: list[Record]) -> None:
        shaped = [one for record in records if (one := self._shaped(record)) is not None]
        if not shaped:
            return
        planter.belongings.look_up(shaped)
        known = self.source.told(session, kind, [one.record.id for one in shaped])
        fresh: list[tuple[Shaped, uuid.UUID, str]] = []
        for one in shaped:
            gone = planter.belongings.settle(one, self.shaper)
            if gone:
                self.report.count(kind, "left out")
                continue
            digest = planter.digest(one)
            before = known.get(one.record.id)
            if before is None:
                fresh.append((one, id_of(self.source.name, kind, one.record.id), digest))
            elif before.digest == digest:
                self.report.count(kind, "unchanged")
            else:
                before.digest, before.imported_at = digest, now()
                self.report.count(kind, "changed" if planter.rewrite(one, before.record_id) else "unchanged")
        self._new(session, planter, kind, fresh)

    def _shaped(self, record: Record) -> Shaped | None:
        digest = record.digest
        before = self.scratch.first(record.kind, record.id, digest)
        if before is not None:
            self.report.count(record.kind, "repeated")
            if before != digest:
                self.report.fault(
                    Fault(
                        record.file,
                        record.row,
                        "id",
                        "an id that came before says something else",
                        "the first was kept",
                    )
                )
            return None
        made = self.shaper.shape(record)
        if made is None:
            self.report.count(record.kind, "left out")
        return made

    def _new(
        self, session: Session, planter: Planter, kind: str, fresh: list[tuple[Shaped, uuid.UUID, str]]
    ) -> None:
        """Records that this source never told before; some may be rows of ours already, from an export of our own."""
        there = planter.own_rows(kind, [ident for _, ident, _ in fresh])
        rows: list[Row] = []
        for one, ident, _digest in fresh:
            if ident in there:
                self.report.count(kind, "changed" if planter.rewrite(one, ident) else "unchanged")
            else:
                made = planter.plant(one, ident)
                self.report.count(kind, "new" if made is not False else "unchanged")
                if isinstance(made, Row):
                    rows.append(made)
        if rows:
            moved = self._insert(session, planter, rows)
            planter.close_doors(rows)
            planter.keep_revisions(rows)
        else:
            moved = {}
        planter.remember([(one, moved.get(ident, ident), digest) for one, ident, digest in fresh])

    @staticmethod
    def _insert(session: Session, planter: Planter, rows: list[Row]) -> dict[uuid.UUID, uuid.UUID]:
        """Write rows together; one by one where an id or slug is taken by a row that this tenant must not learn of."""
        try:
            with session.begin_nested():
                write(session, in_order(rows))
            return {}
        except IntegrityError:
            pass
        moved: dict[uuid.UUID, uuid.UUID] = {}
        for row in rows:
            before = row.id
            for attempt in range(3):
                try:
                    with session.begin_nested():
                        write(session, [row])
                    break
                except IntegrityError:
                    if attempt == 2:
                        raise
                    planter.step_aside(row, attempt)
            if row.id != before:
                moved[before] = row.id
        return moved

    def _tell_unplaced(self) -> None:
        for (kind, name), number in sorted(self.report.unplaced.items()):
            self.report.fault(
                Fault(
                    self.order.path.name,
                    0,
                    f"{kind}.{name}",
                    f"{number} values of a field we do not keep",
                    "left out",
                )
            )

    def _publish(self, *, everything: bool) -> None:
        """What can be found by searching is written anew for every organization that was touched."""
        touched = self._of_source() if everything else map(uuid.UUID, self.scratch.touched())
        for some in _together(touched):
            with self._session() as session:
                there = session.execute(
                    select(Organization.id, Organization.visibility).where(any_of(Organization.id, some))
                )
                publishing.publish_some(
                    session, {ident: visibility is Visibility.PUBLIC for ident, visibility in there}
                )

    def _of_source(self) -> list[uuid.UUID]:
        with self._session() as session:
            return self.source.organizations(session)


def _rank(kind: str) -> int:
    return ORDER.index(kind) if kind in ORDER else len(ORDER)


def _together(things: Iterable[uuid.UUID]) -> Iterator[list[uuid.UUID]]:
    some: list[uuid.UUID] = []
    for one in things:
        some.append(one)
        if len(some) == publishing.TOGETHER:
            yield some
            some = []
    if some:
        yield some


__all__ = ["MODELS", "Order", "bring", "id_of"]
