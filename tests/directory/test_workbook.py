"""Editors take their listings away as a workbook and bring them back: all of it is right, or none of it is taken."""

from __future__ import annotations

import io
import zipfile
from typing import Any

import lxml.html
import openpyxl
import pytest
import xlsxwriter

from network.directory.exchange import taking
from network.directory.models import Organization, Service, Visibility
from network.permissions import Role, Unfit
from network.tenancy import Tenant
from tests.directory.conftest import Directory, admin


@pytest.fixture
def tenant(directory: Directory) -> Tenant:
    return directory.make.tenant()


@pytest.fixture
def organization(directory: Directory, tenant: Tenant) -> Any:
    made = directory.organization(tenant, name={"en": "=1+1", "ru": "Холм"}, visibility=Visibility.PUBLIC)
    directory.service(made)
    directory.organization(directory.make.tenant(), name={"en": "Somebody else's"})
    return made


@pytest.fixture
def client(directory: Directory, tenant: Tenant) -> Any:
    return directory.make.user(tenant, roles=[Role.EDITOR]).client()


def book(client: Any) -> Any:
    answer = client.get("/en/directory/workbook.xlsx")
    assert answer.status_code == 200 and "attachment" in answer.headers["Content-Disposition"]
    return openpyxl.load_workbook(io.BytesIO(answer.get_data()))


def cell(page: Any, row: int, name: str) -> Any:
    columns = {page.cell(1, column).value: column for column in range(1, page.max_column + 1)}
    return page.cell(row, columns[name])


def send(client: Any, changed: Any) -> Any:
    """Bring a workbook back, with the hidden fields of the page's form."""
    if not isinstance(changed, bytes):
        held = io.BytesIO()
        changed.save(held)
        changed = held.getvalue()
    tree = lxml.html.fromstring(client.get("/en/directory/workbook").get_data(as_text=True))
    hidden = {one.get("name"): one.get("value") for one in tree.xpath("//main//form//input[@type='hidden']")}
    return client.post(
        "/en/directory/workbook", data=hidden | {"workbook": (io.BytesIO(changed), "directory.xlsx")}
    )


def test_a_workbook_comes_back_changed_and_new_rows_are_listed(
    directory: Directory, tenant: Tenant, organization: Any, client: Any
) -> None:
    taken = book(client)
    page = taken["Organizations"]
    assert cell(page, 2, "name_en").value == "=1+1" and cell(page, 2, "name_en").data_type == "s"
    assert page.max_row == 2, "another tenant's listing is none of ours"
    cell(page, 2, "name_en").value = "Green Hill"
    cell(page, 2, "website").value = "green.example"
    cell(page, 3, "name_ky").value = "Жаңы уюм"
    services = taken["Services"]
    cell(services, 3, "organization_id").value = str(organization.id)
    cell(services, 3, "name_en").value = "New help"
    answer = send(client, taken)
    assert answer.status_code == 303, answer.get_data(as_text=True)
    rows = directory.read(admin(tenant), Organization)
    mine = {row.name.get("en", row.name.get("ky"))["text"]: row for row in rows if row.tenant_id == tenant.id}
    assert set(mine) == {"Green Hill", "Жаңы уюм"}
    assert (mine["Green Hill"].website, mine["Green Hill"].visibility) == ("https://green.example", "public")
    assert mine["Green Hill"].name["ru"]["text"] == "Холм"
    assert mine["Жаңы уюм"].visibility == Visibility.TENANT, "an editor shows nothing to more people"
    kept = {row.name["en"]["text"]: row for row in directory.read(admin(tenant), Service)}
    assert set(kept) == {"Legal advice", "New help"} and kept["Legal advice"].terms == ["legal"]
    assert kept["Legal advice"].version == 1, "what was left alone is left alone"


def test_a_wrong_row_is_named_and_nothing_is_taken(
    directory: Directory, tenant: Tenant, organization: Any, client: Any
) -> None:
    taken = book(client)
    page = taken["Organizations"]
    cell(page, 2, "name_en").value = "Changed"
    cell(page, 3, "name_en").value = "New"
    cell(page, 3, "email").value = "no mail"
    cell(page, 4, "id").value = str(directory.organization(directory.make.tenant()).id)
    cell(page, 4, "name_en").value = "Taken from somebody"
    answer = send(client, taken)
    told = answer.get_data(as_text=True)
    assert answer.status_code == 400
    assert "Organizations, row 3, column email" in told and "Organizations, row 4, column id" in told
    rows = [row for row in directory.read(admin(tenant), Organization) if row.tenant_id == tenant.id]
    assert [row.name["en"]["text"] for row in rows] == ["=1+1"]


def test_a_row_that_somebody_changed_meanwhile_is_refused(
    directory: Directory, tenant: Tenant, organization: Any, client: Any
) -> None:
    taken = book(client)
    cell(taken["Organizations"], 2, "name_en").value = "Mine"
    assert send(client, taken).status_code == 303
    again = send(client, taken)
    assert again.status_code == 400 and "row 2, column version" in again.get_data(as_text=True)


@pytest.mark.parametrize("raw", [b"", b"no workbook", b"PK\x03\x04" + b"\0" * 100])
def test_what_is_no_workbook_is_said_so(organization: Any, client: Any, raw: bytes) -> None:
    answer = send(client, raw)
    assert answer.status_code == 400 and "Nothing was taken" in answer.get_data(as_text=True)


def test_a_cell_longer_than_any_spreadsheet_keeps_is_refused(
    directory: Directory, tenant: Tenant, organization: Any, client: Any
) -> None:
    taken = book(client)
    held = io.BytesIO()
    with xlsxwriter.Workbook(held, {"in_memory": True}) as long:
        for sheet in taken.sheetnames:
            page = long.add_worksheet(sheet)
            for number, row in enumerate(taken[sheet].iter_rows(values_only=True)):
                page.write_row(number, 0, row)
        long.get_worksheet_by_name("Organizations").write_string(1, 2, "x" * 32_767)
    packed = io.BytesIO()
    with zipfile.ZipFile(held) as source, zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as target:
        for name in source.namelist():
            target.writestr(name, source.read(name).replace(b"x" * 32_767, b"x" * 2**20))
    answer = send(client, packed.getvalue())
    assert answer.status_code == 400 and "This workbook is too long." in answer.get_data(as_text=True)


def test_a_rule_that_refuses_a_row_takes_back_those_before_it(
    directory: Directory, tenant: Tenant, organization: Any, client: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_told: Any, **_how: Any) -> None:
        raise Unfit("place_unknown")

    taken = book(client)
    cell(taken["Organizations"], 2, "name_en").value = "Changed"
    cell(taken["Services"], 2, "name_en").value = "Changed"
    held = io.BytesIO()
    taken.save(held)
    monkeypatch.setattr(taking, "change_service", refuse)
    sent = {"workbook": (io.BytesIO(held.getvalue()), "directory.xlsx")}
    token = lxml.html.fromstring(client.get("/en/directory/workbook").get_data(as_text=True))
    sent |= {
        one.get("name"): one.get("value")
        for one in token.xpath("//main//form//input[@type='hidden']")
        if one.get("name") != "idempotency_key"
    }
    assert client.post("/en/directory/workbook", data=sent).status_code == 400
    [row] = [row for row in directory.read(admin(tenant), Organization) if row.tenant_id == tenant.id]
    assert row.name["en"]["text"] == "=1+1"


def test_only_those_who_keep_listings_see_it(directory: Directory, tenant: Tenant, organization: Any) -> None:
    caseworker = directory.make.user(tenant, roles=[Role.CASEWORKER]).client()
    for path in ("workbook", "workbook.xlsx"):
        assert caseworker.get(f"/en/directory/{path}").status_code == 404
