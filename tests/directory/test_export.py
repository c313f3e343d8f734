"""What leaves as files is what its readers may read, valid for those who check it, and comes back in as it was."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine

from network.directory.drafts import Opening, Reach
from network.directory.models import CapacityUnit, ServiceCapacity, Visibility
from network.tenancy import Tenant
from network.web import Kopuro
from tests.directory.conftest import Directory
from tests.directory.judging import judge
from tests.directory.test_import import bring, command, everything

__all__ = ["judge"]
HIDDEN = "canary-of-colleagues"
PARTNERS = "canary-of-partners"


@pytest.fixture
def kept(directory: Directory) -> Tenant:
    """A tenant with a listing that says something to each audience."""
    tenant = directory.make.tenant()
    organization = directory.organization(
        tenant, website="https://green.example", email="office@green.example"
    )
    service = directory.service(
        organization, Reach(areas=("KG-O",), opening=Opening(byday="MO,TU", opens_at=None, closes_at=None))
    )
    beds = {"unit": CapacityUnit.BEDS, "available": 0, "maximum": 12, "description": {"en": "Women only"}}
    directory.part(service, ServiceCapacity, beds, audience=Visibility.PUBLIC)
    hidden = {"unit": CapacityUnit.PLACES, "available": 3, "description": {"en": HIDDEN}}
    directory.part(service, ServiceCapacity, hidden, audience=Visibility.TENANT)
    directory.phone(organization, service_id=service.id, hotline=True, number="115")
    directory.phone(
        organization, number="+996312123456", audience=Visibility.PARTNERS, description={"en": PARTNERS}
    )
    directory.phone(
        organization, number="+996312123457", audience=Visibility.TENANT, description={"en": HIDDEN}
    )
    directory.location(
        organization,
        place_id="KG06242000000",
        audience=Visibility.PUBLIC,
        address_1="Lenin street 5",
        address_audience=Visibility.PUBLIC,
        service_ids=(service.id,),
    )
    directory.service(organization, name={"en": PARTNERS}, visibility=Visibility.PARTNERS)
    directory.service(organization, name={"en": HIDDEN}, visibility=Visibility.TENANT)
    directory.organization(tenant, name={"en": HIDDEN}, visibility=Visibility.TENANT)
    directory.organization(tenant, name={"en": PARTNERS}, visibility=Visibility.PARTNERS)
    directory.organization(directory.make.tenant(), name={"en": "Somebody else"})
    return tenant


def text_of(path: Path) -> str:
    files = path.rglob("*") if path.is_dir() else [path]
    return "".join(file.read_text("utf-8") for file in files if file.is_file())


@pytest.mark.parametrize("name", ["all.json", "all.ndjson", "package"])
def test_an_export_holds_what_its_audience_may_read_and_nothing_else(
    app: Kopuro, kept: Tenant, tmp_path: Path, name: str
) -> None:
    done = command(app, "export", str(tmp_path / f"public-{name}"))
    assert done.exit_code == 0, done.output
    public = text_of(tmp_path / f"public-{name}")
    assert "Green Hill" in public and "Somebody else" in public
    assert HIDDEN not in public and PARTNERS not in public and "+996312" not in public
    path = tmp_path / f"partners-{name}"
    done = command(app, "export", str(path), "--audience", "partners", "--tenant", kept.slug)
    assert done.exit_code == 0, done.output
    partners = text_of(path)
    assert PARTNERS in partners and "+996312123456" in partners
    assert HIDDEN not in partners and "+996312123457" not in partners and "Somebody else" not in partners


def test_the_exported_json_validates(
    app: Kopuro, kept: Tenant, tmp_path: Path, judge: Callable[[str, Any], None]
) -> None:
    command(app, "export", str(tmp_path / "all.json"))
    told = json.loads((tmp_path / "all.json").read_text("utf-8"))
    assert len(told) == 2
    for one in told:
        judge("organization", one)
        for service in one.get("services", []):
            judge("service", service)


@pytest.mark.filterwarnings("ignore")
def test_the_exported_package_is_valid(app: Kopuro, kept: Tenant, tmp_path: Path, monkeypatch: Any) -> None:
    from frictionless import Package, system

    command(app, "export", str(tmp_path / "package"))
    with system.use_context(trusted=True):
        report = Package(str(tmp_path / "package" / "datapackage.json")).validate()
    assert report.valid, report.flatten(["title", "note"])[:5]
    assert (tmp_path / "package" / "service_at_location.csv").exists()


@pytest.mark.parametrize("name", ["all.json", "package"])
def test_what_was_exported_comes_in_again_as_it_was(
    app: Kopuro, directory: Directory, kept: Tenant, tmp_path: Path, owner_engine: Engine, name: str
) -> None:
    path = tmp_path / name
    command(app, "export", str(path), "--tenant", kept.slug)
    before = everything(owner_engine, kept)
    home = bring(app, kept, path)
    assert (home.total("new"), home.total("changed"), home.total("left out")) == (0, 0, 0), home.lines()
    after = everything(owner_engine, kept)
    assert {**after, "imported_record": []} == {**before, "imported_record": []}
    other = directory.make.tenant()
    report = bring(app, other, path, public=True)
    assert report.total("left out") == 0, [str(fault) for fault in report.first]
    rows = everything(owner_engine, other)
    assert not report.faults, [str(fault) for fault in report.first]
    assert [len(rows[table]) for table in ("organization", "service", "phone", "location", "address")] == [
        1
    ] * 5
    [phone], [service] = map(json.loads, rows["phone"]), map(json.loads, rows["service"])
    assert (phone["number"], phone["hotline"], phone["country"]) == ("115", True, "KG")
    assert (service["terms"], service["languages"]) == (["legal"], ["ky", "ru"])
    assert [json.loads(row)["place_id"] for row in rows["location"]] == ["KG06242000000"]
    [room], [ours, _hidden] = (
        [json.loads(row) for row in sorted(told["service_capacity"], key=lambda row: HIDDEN in row)]
        for told in (rows, before)
    )
    for name in ("unit", "available", "maximum", "description", "updated_at"):
        assert room[name] == ours[name], name


@pytest.mark.filterwarnings("ignore")
def test_every_published_set_goes_in_by_the_command_and_all_of_them_leave_as_a_valid_package(
    app: Kopuro, directory: Directory, shared_data: Path, tmp_path: Path, owner_engine: Engine, proving: bool
) -> None:
    """Every file of the standard's examples and of real directories where bars are proven, a few otherwise."""
    from frictionless import Package, system

    folder = shared_data / "hsds"
    found = [*folder.glob("real/*/*.json"), *folder.glob("3.0/examples/*.json"), folder / "3.0/examples/csv"]
    sets = sorted(found, key=str) if proving else [folder / "3.0/examples/csv"]
    read: Counter[str] = Counter()
    for number, path in enumerate(sets):
        tenant = directory.make.tenant()
        words = ("import", str(path), "--tenant", tenant.slug, "--public", "--source", f"set {number}")
        first, before = command(app, *words), everything(owner_engine, tenant)
        again = command(app, *words)
        assert first.exit_code == again.exit_code == 0, (path.name, first.output, again.output)
        assert everything(owner_engine, tenant) == before, path.name
        for turn, done in enumerate((first.output, again.output)):
            for total, parts in re.findall(r"^\w+: (\d+) read = (.*)$", done, re.MULTILINE):
                counts = re.findall(r"(\d+) ([a-z ]+?)(?: \+ |$)", parts)
                assert int(total) == sum(int(count) for count, _ in counts), (path.name, done)
                if turn == 0:
                    read.update({outcome: int(count) for count, outcome in counts})
        assert not re.search(r"\d (new|changed)\b", again.output), (path.name, again.output)
    told = command(app, "export", str(tmp_path / "package"))
    assert told.exit_code == 0, told.output
    with system.use_context(trusted=True):
        report = Package(str(tmp_path / "package" / "datapackage.json")).validate()
    assert report.valid, report.flatten(["title", "note"])[:5]
    assert read["new"] > 10
    print(f"\n{len(sets)} sets: {dict(read)}; {told.output.strip()}")
