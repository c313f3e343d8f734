"""What a source told before: its records and the rows they became, and whether its last import came to its end."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from network.database import any_of, now
from network.directory.models import ImportedRecord

MARK = "import"
"""The kind of the one record by source that says whether the last import came to its end."""
BEGUN, DONE = "begun", "done"


@dataclass(frozen=True, slots=True)
class Source:
    """A place records come from, as one tenant knows it."""

    tenant_id: uuid.UUID
    name: str

    def begin(self, session: Session) -> bool:
        """An import begins; whether the one before it was cut off."""
        return self._mark(session, BEGUN)

    def done(self, session: Session) -> None:
        """The import came to its end."""
        self._mark(session, DONE)

    def told(self, session: Session, kind: str, idents: Iterable[str]) -> dict[str, ImportedRecord]:
        """Of these records those that it told before, by their id there."""
        wanted = self._records(kind).where(any_of(ImportedRecord.external_id, idents))
        return {row.external_id: row for row in session.scalars(wanted)}

    def organizations(self, session: Session) -> list[uuid.UUID]:
        """Every organization that came from it."""
        wanted = self._records("organization").with_only_columns(ImportedRecord.record_id)
        return list(session.scalars(wanted))

    def _records(self, kind: str) -> Select[ImportedRecord]:
        return select(ImportedRecord).where(
            ImportedRecord.tenant_id == self.tenant_id,
            ImportedRecord.source == self.name,
            ImportedRecord.kind == kind,
        )

    def _mark(self, session: Session, state: str) -> bool:
        """Write how far it came; whether it stood at the beginning."""
        known = session.scalars(self._records(MARK)).one_or_none()
        if known is None:
            known = ImportedRecord(
                tenant_id=self.tenant_id,
                source=self.name,
                kind=MARK,
                external_id="",
                record_id=self.tenant_id,
                digest=DONE,
            )
            session.add(known)
        cut = known.digest == BEGUN
        known.digest, known.imported_at = state, now()
        return cut
