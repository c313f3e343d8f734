"""Importing an address book: records a second, and whether memory stays flat."""

from __future__ import annotations

import json
import os
import tempfile
import time
from pathlib import Path

from sqlalchemy import select

from network.directory.exchange import bringing
from network.directory.exchange.records import Report
from network.tenancy import Actor, Tenant
from network.web import Kopuro

SERVICES = int(os.environ.get("KOPURO_BENCH_SERVICES", "5000"))
"""How many services are imported; 50,000 is what docs/performance speaks of."""


def measured(app: Kopuro) -> tuple[float, float]:
    """Records a second, and the memory of the process at the end over that after a quarter of the way."""
    with app.database.unit_of_work(Actor.anonymous()) as session:
        tenant_id = session.scalars(select(Tenant.id).where(Tenant.slug == "khujand")).one()
    held: list[int] = []
    report = Report()
    with tempfile.TemporaryDirectory() as folder:
        order = bringing.Order(path=_book(Path(folder), SERVICES), tenant_id=tenant_id)
        began = time.perf_counter()
        bringing.bring(
            app.database, Actor.clock(tenant_id), order, report, lambda _read: held.append(_resident())
        )
        rate = report.read / (time.perf_counter() - began)
    return rate, held[-1] / held[len(held) // 4]


def _resident() -> int:
    """Pages of memory that this process holds; 1 where the system does not tell."""
    try:
        return int(Path("/proc/self/statm").read_text("ascii").split()[1])
    except OSError:
        return 1


def _book(folder: Path, services: int) -> Path:
    """Organizations with five services, a number and a place each."""
    path = folder / "book.json"
    with path.open("w", encoding="utf-8") as file:
        file.write("[")
        for number in range(services // 5):
            file.write(("," if number else "") + json.dumps(_organization(number)))
        file.write("]")
    return path


def _organization(number: int) -> dict[str, object]:
    place = {"id": f"l{number}", "location_type": "physical", "external_identifier": "KG06242000000"}
    hours = {"freq": "WEEKLY", "byday": "MO,TU", "opens_at": "09:00", "closes_at": "17:00", "timezone": 6}
    services = [
        {
            "id": f"s{number}/{one}",
            "name": f"Legal advice {number} {one}",
            "description": "A lawyer listens and explains.",
            "status": "active",
            "languages": [{"code": "ky"}, {"code": "ru"}],
            "schedules": [hours],
            "service_at_locations": [{"id": f"x{number}/{one}", "location_id": f"l{number}"}],
        }
        for one in range(5)
    ]
    phones = [{"id": f"p{number}", "number": f"+996312{number % 1_000_000:06d}"}]
    told = {"id": f"o{number}", "name": f"Organization {number}", "description": "Helps people on the move."}
    return told | {"phones": phones, "locations": [place], "services": services}
