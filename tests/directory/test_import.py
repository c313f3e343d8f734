"""Real address books go in with every fault told and none fatal, twice without a change, and killed without a trace."""

from __future__ import annotations

import csv
import json
import subprocess
import sys
import uuid
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, select, text

from network.database import now
from network.directory import services
from network.directory.exchange import bringing
from network.directory.exchange.records import OUTCOMES, Report
from network.directory.exchange.shaping import Ways
from network.directory.models import Location, Organization, Service, ServiceCapacity
from network.directory.services import merging, places
from network.tenancy import Actor, Tenant
from network.web import Kopuro
from tests.directory.conftest import Directory

TABLES = (
    "organization", "organization_identifier", "service", "location", "service_at_location", "address", "contact",
    "phone", "schedule", "schedule_exception", "service_area", "accessibility", "cost_option", "required_document",
    "service_capacity", "taxonomy", "taxonomy_term", "attribute", "revision", "imported_record",
)  # fmt: skip


def bring(app: Kopuro, tenant: Tenant, path: Path, **how: Any) -> Report:
    report = Report()
    ways = Ways(how.pop("language", "en"), how.pop("country", "KG"))
    order = bringing.Order(path=path, tenant_id=tenant.id, ways=ways, **how)
    bringing.bring(app.database, Actor.clock(tenant.id), order, report, keyring=app.keyring)
    return report


def everything(owner: Engine, tenant: Tenant) -> dict[str, list[str]]:
    """Every row of a tenant's directory, as text."""
    with owner.connect() as connection:
        return {
            table: sorted(
                connection.execute(
                    text(
                        f"SELECT (to_jsonb(t) - 'imported_at')::text FROM {table} t"
                        " WHERE tenant_id = :t AND NOT (to_jsonb(t)->>'kind' = 'import' AND to_jsonb(t) ? 'digest')"
                    ),
                    {"t": tenant.id},
                ).scalars()
            )
            for table in TABLES
        }


SETS = (
    "real/sf-bay-2016/apd_open_ref.json",
    "real/sf-bay-2016/linksf.json",
    "real/sf-bay-2016/sf_domestic_violence_consortium.json",
    "3.0/examples/csv",
    "3.0/examples/organization_full.json",
    "3.0/examples/organization_list.json",
    "3.0/examples/service_full.json",
    "3.0/examples/service_list.json",
    "3.0/examples/service_at_location_full.json",
    "3.0/examples/taxonomy_term_list.json",
)


@pytest.mark.parametrize("name", SETS)
def test_every_published_set_goes_in_and_a_second_import_changes_nothing(
    app: Kopuro, directory: Directory, shared_data: Path, owner_engine: Engine, name: str
) -> None:
    path, tenant = shared_data / "hsds" / name, directory.make.tenant()
    first = bring(app, tenant, path)
    before = everything(owner_engine, tenant)
    again = bring(app, tenant, path)
    assert everything(owner_engine, tenant) == before
    assert again.read == first.read > 0
    assert again.faults == first.faults
    assert again.total("new") == again.total("changed") == 0
    assert again.total("unchanged") == first.total("new") + first.total("changed") + first.total("unchanged")
    assert (again.total("left out"), again.total("repeated")) == (
        first.total("left out"),
        first.total("repeated"),
    )


def written(folder: Path, name: str, told: Any) -> Path:
    path = folder / name
    path.write_text(told if isinstance(told, str) else json.dumps(told, ensure_ascii=False), "utf-8")
    return path


def package(folder: Path, **tables: list[dict[str, str]]) -> Path:
    folder.mkdir(exist_ok=True)
    for name, rows in tables.items():
        with (folder / f"{name}.csv").open("w", encoding="utf-8", newline="") as file:
            table = csv.DictWriter(file, list(dict.fromkeys(column for row in rows for column in row)))
            table.writeheader()
            table.writerows(rows)
    return folder


def messy(folder: Path) -> Path:
    """A package with one of every fault, in the names of version 1 and 2."""
    made = package(
        folder / "messy",
        organizations=[
            {"id": "1", "name": "Green Hill", "description": "Helps", "email": "write to office@green.example"},
            {"id": "2", "name": "River", "description": "Helps", "url": "river.example"},
            {"id": "2", "name": "Another", "description": "Same id"},
            {"id": "3", "name": "", "description": "No name"},
        ],
        services=[
            {"id": "s1", "organization_id": "1", "name": "Advice", "status": "sleeping", "eligibility": "All"},
            {"id": "s2", "organization_id": "99", "name": "Lost", "status": "active"},
        ],
        locations=[{"id": "l1", "name": "Osh", "organization_id": "77"}, {"id": "l2", "organization_id": ""}],
        services_at_location=[{"id": "x1", "service_id": "s1, s9", "location_id": "l1"}],
        physical_addresses=[
            {"id": "a1", "location_id": "l1", "street": "Lenin street 5", "city": "Ош", "country": "KG"},
            {"id": "a2", "location_id": "l9", "street": "Nowhere 1", "city": "X", "country": "KG"},
        ],
        phones=[
            {"id": "p1", "organization_id": "1", "number": "(+996) 312-12.34.56 ext. 7"},
            {"id": "p2", "organization_id": "1", "number": "call us"},
            {"id": "p3", "service_id": "s1", "number": "0555 123 456 or 0555 123 457"},
            {"id": "p4", "organization_id": "2", "number": "115"},
        ],
        regular_schedules=[
            {"id": "h1", "service_id": "s1", "weekday": "Monday", "opens_at": "9 am", "closes_at": "5:30pm"},
            {"id": "h2", "service_id": "s1", "weekday": "Tuesday", "opens_at": "dawn", "closes_at": "dusk"},
        ],
        languages=[{"id": "g1", "service_id": "s1", "language": "Kyrgyz"}, {"id": "g2", "service_id": "s1", "language": "Elvish"}],
        metadata=[{"id": "m"}],
    )  # fmt: skip
    with (made / "contacts.csv").open("wb") as file:
        file.write(b"id,organization_id,name\nc1,1,Jos\xe9\nc2,1,\n")
    return made


def test_every_fault_is_told_with_its_row_and_none_is_fatal(
    app: Kopuro, directory: Directory, tmp_path: Path, owner_engine: Engine
) -> None:
    tenant = directory.make.tenant()
    report = bring(app, tenant, messy(tmp_path))
    told = {(fault.file, fault.row, fault.field) for fault in report.first}
    for expected in (
        ("organizations.csv", 2, "email"),
        ("organizations.csv", 4, "id"),
        ("organizations.csv", 5, "name"),
        ("services.csv", 2, "status"),
        ("services.csv", 3, "organization_id"),
        ("locations.csv", 2, "organization_id"),
        ("locations.csv", 3, "organization_id"),
        ("services_at_location.csv", 2, "service_id"),
        ("physical_addresses.csv", 3, "location_id"),
        ("phones.csv", 3, "number"),
        ("phones.csv", 4, "number"),
        ("regular_schedules.csv", 3, "byday"),
        ("languages.csv", 3, "name"),
        ("metadata.csv", 0, ""),
        ("contacts.csv", 2, ""),
        ("contacts.csv", 3, "name"),
    ):
        if expected != ("regular_schedules.csv", 3, "byday"):
            assert expected in told, (expected, sorted(told))
    assert report.read == sum(report.total(outcome) for outcome in OUTCOMES)
    rows = everything(owner_engine, tenant)
    assert {len(rows[table]) for table in ("organization", "address", "service_at_location")} == {2, 1}
    assert (len(rows["service"]) == 1 and '"KG06' in rows["location"][0]) or "KG-GO" in rows["location"][0]
    numbers = sorted(json.loads(row)["number"] for row in rows["phone"])
    assert numbers == ["+996312123456", "+996555123456", "+996555123457", "115"]
    assert [json.loads(row)["extension"] for row in rows["phone"] if "312123456" in row] == ["7"]
    assert "José" in rows["contact"][0]
    [hours] = [one for one in map(json.loads, rows["schedule"]) if one["byday"] == "MO"]
    assert (hours["byday"], hours["opens_at"], hours["closes_at"]) == ("MO", "09:00:00", "17:30:00")
    [service] = [json.loads(row) for row in rows["service"]]
    assert (service["languages"], service["status"]) == (["ky"], "active")
    assert service["eligibility_description"]["en"]["text"] == "All"
    assert {json.loads(row)["visibility"] for row in rows["organization"]} == {"tenant"}


def test_a_dry_run_says_the_same_and_writes_nothing(
    app: Kopuro, directory: Directory, tmp_path: Path, owner_engine: Engine
) -> None:
    tenant, path = directory.make.tenant(), messy(tmp_path)
    dry = bring(app, tenant, path, dry=True)
    assert not any(everything(owner_engine, tenant).values())
    real = bring(app, tenant, path)
    assert (dry.lines(), dry.first) == (real.lines(), real.first)


def test_what_the_source_says_anew_is_written_and_what_people_wrote_stays(
    app: Kopuro, directory: Directory, tmp_path: Path, owner_engine: Engine
) -> None:
    tenant = directory.make.tenant()
    told = {"id": "1", "name": "Green Hill", "description": "Helps", "website": "green.example"}
    path = written(tmp_path, "organizations.json", told)
    bring(app, tenant, path)
    with owner_engine.connect() as connection:
        connection.execute(
            text("UPDATE organization SET legal_status = 'by hand' WHERE tenant_id = :t"), {"t": tenant.id}
        )
    assert bring(app, tenant, path).total("unchanged") == 1
    written(tmp_path, "organizations.json", told | {"description": "Helps more"})
    assert bring(app, tenant, path).total("changed") == 1
    [row] = [json.loads(row) for row in everything(owner_engine, tenant)["organization"]]
    assert (row["description"]["en"]["text"], row["legal_status"], row["version"]) == (
        "Helps more",
        "by hand",
        2,
    )
    assert len(everything(owner_engine, tenant)["revision"]) == 2


def test_two_tenants_import_the_same_without_learning_of_each_other(
    app: Kopuro, directory: Directory, tmp_path: Path, owner_engine: Engine
) -> None:
    ident = str(uuid.uuid4())
    told = [
        {"id": ident, "name": "Green Hill", "services": [{"id": "x", "name": "Advice", "status": "active"}]}
    ]
    path = written(tmp_path, "organizations.json", told)
    tenants = [directory.make.tenant() for _ in range(3)]
    reports = [bring(app, tenant, path) for tenant in tenants]
    assert reports[0].lines() == reports[1].lines() == reports[2].lines() and not reports[1].faults
    rows = [everything(owner_engine, tenant) for tenant in tenants]
    assert {len(one["service"]) for one in rows} == {1}
    assert json.loads(rows[0]["organization"][0])["id"] == ident
    again = bring(app, tenants[1], path)
    assert again.total("unchanged") == 2 and everything(owner_engine, tenants[1]) == rows[1]


@pytest.mark.parametrize(
    ("name", "content", "read"),
    [
        ("empty.json", "", 0),
        ("broken.json", '[{"id": "1", "name": "Kept"}, {"id": ', 1),
        ("lines.ndjson", '{"id": "1", "name": "One"}\nnonsense\n{"id": "2", "name": "Two"}\n', 2),
        ("page.json", '{"total_items": 1, "contents": [{"id": "1", "name": "Kept"}]}', 1),
        ("strange.json", '[1, null, "x", [], {}]', 5),
        ("deep.json", "[" * 100_000, 0),
    ],
)
def test_files_that_are_cut_or_strange_give_what_they_hold(
    app: Kopuro, directory: Directory, tmp_path: Path, name: str, content: str, read: int
) -> None:
    report = bring(app, directory.make.tenant(), written(tmp_path, name, content))
    assert report.read == read


def test_the_door_of_a_confidential_service_is_not_taken_from_a_file(
    app: Kopuro, directory: Directory, tmp_path: Path, owner_engine: Engine
) -> None:
    place = {
        "id": "l1",
        "location_type": "physical",
        "name": "Osh",
        "addresses": [{"id": "a", "address_1": "Hidden street 5", "city": "Osh", "country": "KG"}],
    }
    service = {
        "id": "s1",
        "name": "Shelter",
        "status": "active",
        "confidential": True,
        "service_at_locations": [{"id": "x", "location": place}],
    }
    tenant = directory.make.tenant()
    path = written(tmp_path, "x.json", {"id": "1", "name": "Green Hill", "services": [service]})
    report = bring(app, tenant, path, public=True)
    assert report.total("left out") == 1
    assert "Hidden street" not in str(everything(owner_engine, tenant))


def at_a_place(**said: Any) -> dict[str, Any]:
    """An organization with one service at one door."""
    place = {
        "id": "l1",
        "name": "Osh",
        "addresses": [{"id": "a", "address_1": "Hidden street 5", "city": "Osh", "country": "KG"}],
    }
    service = {"id": "s1", "name": "Shelter", "status": "active"} | said
    given = {"service_at_locations": [{"id": "x", "location": place}]}
    return {"id": "1", "name": "Green Hill", "services": [service | given]}


def flags(owner: Engine, tenant: Tenant) -> tuple[Any, ...]:
    rows = everything(owner, tenant)
    [service], [location] = ([json.loads(row) for row in rows[table]] for table in ("service", "location"))
    return service["confidential"], service["emergency"], location["confidential"]


def test_an_import_that_is_silent_takes_nothing_back_from_a_confidential_service(
    app: Kopuro, directory: Directory, tmp_path: Path, owner_engine: Engine
) -> None:
    tenant = directory.make.tenant()
    path = written(tmp_path, "x.json", at_a_place(emergency=True))
    bring(app, tenant, path, public=True)

    def close(session: Any, _actor: Actor) -> None:
        [service] = session.scalars(select(Service))
        service.confidential = True
        places.close_doors(session, service, app.keyring)

    directory.do(tenant, close)
    for said in ({}, {"confidential": False}):
        told = at_a_place(description=f"Silent {said}", **said)
        told["services"][0]["service_at_locations"][0]["location"]["addresses"][0]["postal_code"] = "723500"
        assert bring(app, tenant, written(tmp_path, "x.json", told), public=True).total("changed") == 1
        assert flags(owner_engine, tenant) == (True, True, True)
        [door] = [json.loads(row) for row in everything(owner_engine, tenant)["address"]]
        assert (door["address_1"], door["postal_code"], door["audience"]) == ("", "", "named")


def test_a_service_that_the_source_calls_confidential_later_closes_its_doors(
    app: Kopuro, directory: Directory, tmp_path: Path, owner_engine: Engine
) -> None:
    tenant = directory.make.tenant()
    bring(app, tenant, written(tmp_path, "x.json", at_a_place()), public=True)
    assert "Hidden street" in str(everything(owner_engine, tenant)["address"])
    bring(app, tenant, written(tmp_path, "x.json", at_a_place(confidential=True)), public=True)
    assert flags(owner_engine, tenant) == (True, False, True)
    [door] = [json.loads(row) for row in everything(owner_engine, tenant)["address"]]
    assert (door["address_1"], door["audience"]) == ("", "named") and door["sealed"]


def test_a_place_where_a_confidential_service_is_given_later_closes(
    app: Kopuro, directory: Directory, tmp_path: Path, owner_engine: Engine
) -> None:
    tenant, told = directory.make.tenant(), at_a_place()
    bring(app, tenant, written(tmp_path, "x.json", told), public=True)
    place = told["services"][0]["service_at_locations"][0]["location"]
    shelter = {"id": "s2", "name": "Hidden shelter", "status": "active", "confidential": True}
    told["services"].append(shelter | {"service_at_locations": [{"id": "y", "location": place}]})
    bring(app, tenant, written(tmp_path, "x.json", told), public=True)
    rows = everything(owner_engine, tenant)
    assert [json.loads(row)["confidential"] for row in rows["location"]] == [True]
    [door] = map(json.loads, rows["address"])
    assert (door["address_1"], door["audience"]) == ("", "named") and door["sealed"]


def test_what_was_merged_stays_merged_and_new_records_go_to_the_survivor(
    app: Kopuro, directory: Directory, tmp_path: Path, owner_engine: Engine
) -> None:
    tenant = directory.make.tenant()
    survivor = directory.organization(tenant, name={"en": "Green Hill Centre"})
    service = {"id": "s1", "name": "Advice", "status": "active"}
    told: dict[str, Any] = {"id": "1", "name": "Green Hill", "services": [service]}
    bring(app, tenant, written(tmp_path, "x.json", told))

    def merge(session: Any, actor: Actor) -> None:
        [loser] = session.scalars(select(Organization).where(Organization.id != survivor.id))
        whole = session.get_one(Organization, survivor.id)
        merging.merge(session, actor, whole, loser, {}, versions=(1, 1))

    directory.do(tenant, merge)
    assert bring(app, tenant, tmp_path / "x.json").total("changed") == 0, "merging is no news of the source"
    service["description"] = "By appointment"
    told["services"].append({"id": "s2", "name": "Training", "status": "active"})
    told["phones"] = [{"id": "p1", "number": "+996312000001"}]
    bring(app, tenant, written(tmp_path, "x.json", told))
    rows = everything(owner_engine, tenant)
    [advice] = [row for row in rows["service"] if "By appointment" in row]
    assert "Advice" in advice
    for row in map(json.loads, (*rows["service"], *rows["phone"])):
        assert row["organization_id"] == str(survivor.id)


def test_what_belongs_to_a_place_that_people_removed_is_left_out(
    app: Kopuro, directory: Directory, tmp_path: Path, owner_engine: Engine
) -> None:
    tenant, told = directory.make.tenant(), at_a_place()
    bring(app, tenant, written(tmp_path, "x.json", told))

    def remove(session: Any, actor: Actor) -> None:
        [place] = session.scalars(select(Location))
        [whole] = session.scalars(select(Organization))
        services.remove_location(session, actor, whole, place)

    directory.do(tenant, remove)
    place = told["services"][0]["service_at_locations"][0]["location"]
    place["accessibility"] = [{"id": "w", "description": "A ramp at the gate"}]
    told["description"] = "Still told"
    report = bring(app, tenant, written(tmp_path, "x.json", told))
    assert (report.total("changed"), report.total("new")) == (1, 0)
    rows = everything(owner_engine, tenant)
    assert "Still told" in rows["organization"][0]
    assert not (rows["location"] or rows["accessibility"] or rows["address"])


def test_the_history_of_a_listing_has_the_numbers_that_were_imported(
    app: Kopuro, directory: Directory, tmp_path: Path, owner_engine: Engine
) -> None:
    tenant = directory.make.tenant()
    told = {"id": "1", "name": "Green Hill", "phones": [{"id": "p1", "number": "+996312000001"}]}
    bring(app, tenant, written(tmp_path, "x.json", told))
    rows = everything(owner_engine, tenant)
    [organization] = map(json.loads, rows["organization"])
    assert [json.loads(row)["listing_id"] for row in rows["revision"]] == [organization["id"]] * 2


KILLED = """
import sys
from pathlib import Path
from network.database import Database, load_models
from network.directory.exchange import bringing
from network.directory.exchange.records import OUTCOMES, Report
from network.tenancy import Actor
import uuid
load_models()
bringing.STEP = 12
tenant = uuid.UUID(sys.argv[3])
order = bringing.Order(path=Path(sys.argv[2]), tenant_id=tenant, public=True)
def told(read):
    print(read, flush=True)
    if read > 60:
        sys.stdin.read()
bringing.bring(Database(sys.argv[1]), Actor.clock(tenant), order, Report(), told)
"""


def test_an_import_that_is_killed_leaves_nothing_half_written_and_is_finished_by_the_next(
    app: Kopuro, directory: Directory, tmp_path: Path, owner_engine: Engine, client: Any
) -> None:
    def told(number: int) -> dict[str, Any]:
        service = {"id": f"s{number}", "name": f"Advice {number}", "status": "active"}
        phone = {"id": f"p{number}", "number": f"+9963121{number:05d}"}
        return {"id": f"o{number}", "name": f"Green Hill {number}", "services": [service], "phones": [phone]}

    path = written(tmp_path, "many.json", [told(number) for number in range(60)])
    tenant = directory.make.tenant()
    url = app.database.engine.url.render_as_string(hide_password=False)
    given = [sys.executable, "-c", KILLED, url, str(path), str(tenant.id)]
    with subprocess.Popen(given, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        while int(process.stdout.readline()) <= 60:
            pass
        process.kill()
    half = everything(owner_engine, tenant)
    assert 0 < len(half["organization"]) < 60
    # Every record that is there is known as imported, and every known one is there.
    listed = sum(len(half[table]) for table in ("organization", "service", "phone"))
    assert listed == len(half["imported_record"]) == len(half["revision"])
    report = bring(app, tenant, path, public=True)
    assert (report.total("new") + report.total("unchanged"), report.total("changed")) == (180, 0)
    rows = everything(owner_engine, tenant)
    assert {len(rows[table]) for table in ("organization", "service", "phone")} == {60}
    found = json.loads(client.get("/hsds/organizations?search=Green+Hill+1").get_data())
    assert found["total_items"] > 0
    assert json.loads(client.get("/hsds/services?per_page=200").get_data())["total_items"] == 60
    with owner_engine.connect() as connection:
        searchable = connection.execute(text("SELECT count(*) FROM search_public")).scalar_one()
    assert searchable >= 120, "what was written before the kill can be found too"
    assert bring(app, tenant, path, public=True).total("unchanged") == 180


def command(app: Kopuro, *words: str) -> Any:
    return app.test_cli_runner().invoke(args=["directory", *words])


def test_the_commands_say_what_they_did_and_what_they_cannot_do(
    app: Kopuro, directory: Directory, tmp_path: Path
) -> None:
    tenant, path = directory.make.tenant(), messy(tmp_path)
    faults = tmp_path / "faults.csv"
    done = command(app, "import", str(path), "--tenant", tenant.slug, "--public", "--report", str(faults))
    assert done.exit_code == 0, done.output
    assert "organization: 4 read = 2 new + 1 repeated + 1 left out" in done.output
    listed = list(csv.DictReader(faults.read_text("utf-8").splitlines()))
    assert f"{len(listed)} faults" in done.output
    assert {"file", "row", "field", "what", "done"} == set(listed[0])
    for words, told in (
        (("import", "/nowhere", "--tenant", tenant.slug), "There is nothing at /nowhere"),
        (("import", str(path), "--tenant", "nobody"), "No tenant is called nobody"),
        (("import", str(tmp_path / "organizations.csv"), "--tenant", tenant.slug), "There is nothing at"),
        (("import", str(path), "--tenant", tenant.slug, "--language", "xx"), "--language takes one of"),
        (("export", str(tmp_path / "x"), "--audience", "partners"), "needs --tenant"),
        (("export", str(faults)), "is a file"),
    ):
        failed = command(app, *words)
        assert failed.exit_code != 0 and told in failed.output and "Traceback" not in failed.output
        assert len(failed.output.strip().splitlines()) == 1


def room(**said: Any) -> dict[str, Any]:
    """An organization whose one service says how much room it has."""
    counted = {"id": "c1", "unit": "beds", "available": 3, "maximum": 12} | said
    service = {"id": "s1", "name": "Advice", "status": "active", "capacities": [counted]}
    return {"id": "1", "name": "Green Hill", "services": [service]}


def rooms(owner: Engine, tenant: Tenant) -> list[dict[str, Any]]:
    return [json.loads(row) for row in everything(owner, tenant)["service_capacity"]]


def test_how_much_room_there_is_comes_in_with_the_moment_it_was_counted(
    app: Kopuro, directory: Directory, tmp_path: Path, owner_engine: Engine
) -> None:
    tenant = directory.make.tenant()
    told = room(unit={"id": "u", "name": "Bed"}, updated="2026-01-02T03:04:05Z")
    report = bring(app, tenant, written(tmp_path, "x.json", told), public=True)
    assert not report.faults, [str(fault) for fault in report.first]
    [row] = rooms(owner_engine, tenant)
    assert (row["unit"], row["available"], row["maximum"]) == ("beds", 3, 12)
    assert row["updated_at"].startswith("2026-01-02T03:04:05") and row["audience"] == "public"
    assert bring(app, tenant, tmp_path / "x.json").total("unchanged") == 3
    full = room(available=0, updated_at="2026-01-03T03:04:05+06:00")
    assert bring(app, tenant, written(tmp_path, "x.json", full)).total("changed") == 1
    [row] = rooms(owner_engine, tenant)
    assert (row["available"], row["updated_at"][:13]) == (0, "2026-01-02T21")


def test_what_people_counted_later_than_the_source_stays(
    app: Kopuro, directory: Directory, tmp_path: Path, owner_engine: Engine
) -> None:
    tenant = directory.make.tenant()
    bring(app, tenant, written(tmp_path, "x.json", room(updated_at="2026-01-02T00:00:00Z")))

    def count(session: Any, _actor: Actor) -> None:
        [row] = session.scalars(select(ServiceCapacity))
        row.available, row.updated_at = 1, now()

    directory.do(tenant, count)
    later = room(available=9, updated_at="2026-01-03T00:00:00Z")
    assert bring(app, tenant, written(tmp_path, "x.json", later)).total("changed") == 0
    assert [row["available"] for row in rooms(owner_engine, tenant)] == [1]
    # Who says nothing of when counted just now.
    silent = room(available=8)
    assert bring(app, tenant, written(tmp_path, "x.json", silent)).total("changed") == 1
    assert [row["available"] for row in rooms(owner_engine, tenant)] == [8]


@pytest.mark.parametrize(
    ("said", "field", "kept"),
    [
        ({"available": "many"}, "available", {"available": None, "maximum": 12}),
        ({"available": -1}, "available", {"available": None, "maximum": 12}),
        ({"available": 13}, "maximum", {"available": 13, "maximum": None}),
        ({"unit": "elephants"}, "unit", {"unit": "places"}),
        ({"unit": None}, "unit", {"unit": "places"}),
        ({"updated_at": "yesterday"}, "updated_at", {"available": 3}),
        ({"updated_at": "2199-01-01T00:00:00Z"}, "updated_at", {"available": 3}),
        ({"updated_at": "0001-01-01T00:00:00+14:00"}, "updated_at", {"available": 3}),
        ({"available": None, "maximum": ""}, "available", None),
    ],
)
def test_room_that_cannot_be_is_told_and_what_can_be_is_kept(
    app: Kopuro,
    directory: Directory,
    tmp_path: Path,
    owner_engine: Engine,
    said: dict[str, Any],
    field: str,
    kept: dict[str, Any] | None,
) -> None:
    tenant, path = directory.make.tenant(), written(tmp_path, "x.json", room(**said))
    report = bring(app, tenant, path)
    assert [fault.field for fault in report.first] == [field]
    found = rooms(owner_engine, tenant)
    assert [{name: row[name] for name in kept or {}} for row in found] == ([kept] if kept else [])
    assert all(row["updated_at"] < now().isoformat() for row in found)
    assert bring(app, tenant, path).total("changed") == 0


def test_a_file_does_not_tell_strangers_when_a_bed_in_a_shelter_is_free(
    app: Kopuro, directory: Directory, tmp_path: Path, owner_engine: Engine
) -> None:
    tenant, told = directory.make.tenant(), room()
    told["services"][0]["confidential"] = True
    bring(app, tenant, written(tmp_path, "x.json", told), public=True)
    assert [row["audience"] for row in rooms(owner_engine, tenant)] == ["partners"]
