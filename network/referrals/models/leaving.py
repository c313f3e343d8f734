"""What leaves a desk as a file and what comes in as one; what is counted without a name."""

from __future__ import annotations

import uuid
from enum import StrEnum

from sqlalchemy import ForeignKey, LargeBinary, String, UniqueConstraint
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column

from network.database import Moment, PrimaryKey, now
from network.referrals.models.words import one_of, within
from network.tenancy import PlatformOwned, TenantOwned


class FileForm(StrEnum):
    """As what kind of file a case or a package was taken away."""

    JSON = "json"
    CSV = "csv"
    PDF = "pdf"


class CaseExport(TenantOwned):
    """The ledger of files: that a case left as one, which categories, by whom. For whom and why is sealed."""

    __tablename__ = "case_export"
    __table_args__ = (within("tenant_id", "case_id", "case_record", ondelete="CASCADE"),)

    id: Mapped[PrimaryKey]
    case_id: Mapped[uuid.UUID] = mapped_column(index=True)
    form: Mapped[FileForm] = mapped_column(one_of(FileForm))
    categories: Mapped[list[str]] = mapped_column(ARRAY(String(30)))
    author_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("user.id"))
    at: Mapped[Moment] = mapped_column(default=now)
    ciphertext: Mapped[bytes] = mapped_column(LargeBinary)


class CaseImport(TenantOwned):
    """A file of cases that somebody brought: its rows, sealed to the desk until it is forgotten."""

    __tablename__ = "case_import"

    id: Mapped[PrimaryKey]
    author_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("user.id"))
    created_at: Mapped[Moment] = mapped_column(default=now, index=True)
    confirmed_at: Mapped[Moment | None]
    """When its author said, after a look at the report, that the rows shall become cases."""
    done_at: Mapped[Moment | None]
    ciphertext: Mapped[bytes] = mapped_column(LargeBinary)


class ImportedCase(TenantOwned):
    """That a row became a case. ``mark`` is an HMAC of the row under the desk's secret: the same row comes in once."""

    __tablename__ = "imported_case"
    __table_args__ = (
        within("tenant_id", "case_id", "case_record", ondelete="CASCADE"),
        UniqueConstraint("tenant_id", "mark"),
    )

    id: Mapped[PrimaryKey]
    case_id: Mapped[uuid.UUID] = mapped_column(index=True)
    import_id: Mapped[uuid.UUID] = mapped_column(index=True)
    """Of an import that may have been forgotten meanwhile."""
    mark: Mapped[bytes] = mapped_column(LargeBinary)


class DeskSecret(TenantOwned):
    """A random key of one desk that outlives its epochs: what is marked with it only this desk finds again."""

    __tablename__ = "desk_secret"
    __table_args__ = (UniqueConstraint("tenant_id"),)

    id: Mapped[PrimaryKey]
    ciphertext: Mapped[bytes] = mapped_column(LargeBinary)
    created_at: Mapped[Moment] = mapped_column(default=now)


class Contribution(PlatformOwned):
    """What one referral that ended adds to the reports: no name, no code, no moment.

    Readable to whoever holds the server (docs/security.md). ``link`` is an HMAC under a key that only the referring
    desk can open, so that only it can find the row and take it back.
    """

    __tablename__ = "contribution"
    reason = "Reports add up all tenants' rows; none of them names its tenant, and only its desk can find it again."
    verbs = frozenset({"SELECT", "INSERT", "DELETE"})

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=uuid.uuid4)
    """Version 4: the ids of the house begin with a time."""
    month: Mapped[str] = mapped_column(String(7))
    """In which the referral ended, as ``2026-11``."""
    from_country: Mapped[str] = mapped_column(String(2))
    to_country: Mapped[str] = mapped_column(String(2))
    sex: Mapped[str] = mapped_column(String(30))
    age_band: Mapped[str] = mapped_column(String(10))
    exploitation: Mapped[str] = mapped_column(String(40))
    service: Mapped[str] = mapped_column(String(60))
    outcome: Mapped[str] = mapped_column(String(30))
    answered_within: Mapped[str] = mapped_column(String(10))
    override: Mapped[bool]
    contributor: Mapped[bytes] = mapped_column(LargeBinary)
    """HMAC of the tenant and the year under the server's key: reports must not tell on one organization."""
    link: Mapped[bytes] = mapped_column(LargeBinary, unique=True)
