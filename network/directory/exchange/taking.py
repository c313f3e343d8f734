"""A workbook taken in: every row is judged first, and nothing is written until all of them are right."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from network.directory.drafts import OrganizationDraft, Reach, ServiceDraft
from network.directory.exchange import values as make
from network.directory.exchange.workbook import Line
from network.directory.models import Organization, OrganizationKind, Service, Status
from network.directory.policies import can_create
from network.directory.services import (
    change_organization,
    change_service,
    create_organization,
    create_service,
)
from network.directory.texts import only
from network.i18n.languages import CODES
from network.keys import Keyring
from network.permissions import require
from network.tenancy import Actor

LONGEST = {"name": 200, "description": 5000}


@dataclass(frozen=True, slots=True)
class Wrong:
    """A cell that cannot be taken; ``code`` is one of ``labels.WORKBOOK``."""

    sheet: str
    row: int
    column: str
    code: str


class NotTaken(Exception):
    """Some rows are wrong, so none was taken."""

    def __init__(self, wrong: Sequence[Wrong]) -> None:
        super().__init__(f"{len(wrong)} wrong cells")
        self.wrong = list(wrong)


def kept(session: Session, tenant_id: uuid.UUID) -> tuple[list[Organization], list[Service]]:
    """What a tenant keeps, in the order in which it was listed; those aside that were merged into others."""
    organizations = session.scalars(
        select(Organization)
        .where(Organization.tenant_id == tenant_id, Organization.merged_into_id.is_(None))
        .order_by(Organization.created_at, Organization.id)
    ).all()
    services = session.scalars(
        select(Service)
        .where(Service.tenant_id == tenant_id)
        .options(selectinload(Service.areas))
        .order_by(Service.created_at, Service.id)
    ).all()
    return list(organizations), list(services)


def take(session: Session, actor: Actor, lines: Sequence[Line], keyring: Keyring) -> tuple[int, int]:
    """Write what differs; how many are new and how many changed. Raises :class:`NotTaken`, and then wrote nothing."""
    require(can_create(actor) and actor.tenant_id is not None)
    assert actor.tenant_id is not None  # noqa: S101  # Required above.
    organizations, services = kept(session, actor.tenant_id)
    there: dict[str, dict[uuid.UUID, Any]] = {
        "Organizations": {row.id: row for row in organizations},
        "Services": {row.id: row for row in services},
    }
    wrong = [fault for line in lines for fault in _judged(line, there)] + list(_twice(lines))
    if wrong:
        raise NotTaken(wrong)
    new = changed = 0
    for line in lines:
        before = there[line.sheet].get(_uuid(line.cells["id"]) or uuid.UUID(int=0))
        told = (_organization if line.sheet == "Organizations" else _service)(line, before)
        if before is None:
            new += 1
            if isinstance(told, OrganizationDraft):
                create_organization(session, actor, told)
            else:
                whole = there["Organizations"][uuid.UUID(line.cells["organization_id"])]
                create_service(session, actor, whole, told, Reach())
        elif isinstance(told, OrganizationDraft):
            changed += change_organization(session, actor, before, told, version=before.version)
        else:
            reach = Reach(areas=tuple(area.place_id for area in before.areas), keep_hours=True)
            changed += change_service(
                session, actor, before, told, reach, version=before.version, keyring=keyring
            )
    return new, changed


def _judged(line: Line, there: dict[str, dict[uuid.UUID, Any]]) -> list[Wrong]:
    found: list[Wrong] = []

    def wrong(column: str, code: str) -> None:
        found.append(Wrong(line.sheet, line.row, column, code))

    before = None
    if line.cells["id"]:
        before = there[line.sheet].get(_uuid(line.cells["id"]) or uuid.UUID(int=0))
        if before is None:
            wrong("id", "unknown_id")
        elif line.cells.get("version", "") != str(before.version):
            wrong("version", "stale")
    if not line.texts["name"]:
        wrong("name_en", "no_name")
    for name, longest in LONGEST.items():
        for code, text in line.texts[name].items():
            if len(text) > longest:
                wrong(f"{name}_{code}", "too_long")
    if line.cells.get("status") and line.cells["status"] not in set(Status):
        wrong("status", "no_choice")
    address = "website" if line.sheet == "Organizations" else "url"
    make.url(line.cells.get(address), lambda *_told: wrong(address, "no_address"), address)
    make.email(line.cells.get("email"), lambda *_told: wrong("email", "no_mail"))
    if line.sheet == "Services" and _uuid(line.cells["organization_id"]) not in there["Organizations"]:
        wrong("organization_id", "unknown_id")
    elif (
        line.sheet == "Services"
        and before
        and str(before.organization_id) != line.cells["organization_id"].lower()
    ):
        wrong("organization_id", "moved")
    return found


def _twice(lines: Sequence[Line]) -> list[Wrong]:
    seen: set[str] = set()
    found = []
    for line in lines:
        ident = line.cells["id"].lower()
        if ident and ident in seen:
            found.append(Wrong(line.sheet, line.row, "id", "twice"))
        seen.add(ident)
    return found


def _uuid(told: str) -> uuid.UUID | None:
    try:
        return uuid.UUID(told)
    except ValueError:
        return None


def _plain(texts: Any) -> dict[str, str]:
    return {code: found.text for code in CODES if (found := only(texts, code)) is not None}


def _quiet(*_told: str) -> None:
    """What was judged before is not told again."""


def _status(line: Line, before: Any) -> Status:
    if line.cells.get("status"):
        return Status(line.cells["status"])
    return before.status if before is not None else Status.ACTIVE


def _source(line: Line, before: Any) -> str:
    return str(before.source) if before is not None else next(iter(line.texts["name"]))


def _organization(line: Line, before: Organization | None) -> OrganizationDraft:
    given: dict[str, Any] = {
        "name": line.texts["name"],
        "description": line.texts["description"],
        "website": make.url(line.cells.get("website"), _quiet, "website"),
        "email": make.email(line.cells.get("email"), _quiet),
        "status": _status(line, before),
        "source": _source(line, before),
        "kind": before.kind if before else OrganizationKind.NGO,
    }
    if before is not None:
        given["alternate_name"] = _plain(before.alternate_name)
        same = ("member", "visibility", "registered_on", "year_incorporated", "legal_status", "place_id")
        given |= {name: getattr(before, name) for name in same}
    return OrganizationDraft(**given)


def _service(line: Line, before: Service | None) -> ServiceDraft:
    given: dict[str, Any] = {
        "name": line.texts["name"],
        "description": line.texts["description"],
        "url": make.url(line.cells.get("url"), _quiet, "url"),
        "email": make.email(line.cells.get("email"), _quiet),
        "status": _status(line, before),
        "source": _source(line, before),
    }
    if before is not None:
        texts = ("alternate_name", "eligibility_description", "application_process", "fees_description")
        given |= {name: _plain(getattr(before, name)) for name in texts}
        given |= {name: list(getattr(before, name)) for name in ("terms", "languages")}
        given |= {name: getattr(before, name) for name in ("visibility", "emergency", "confidential")}
    return ServiceDraft(**given)
