"""Who does what where: counts that are true, gaps that are said, and nothing counted that is not for everybody."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from typing import Any

import pytest
from flask.testing import FlaskClient
from hypothesis import given
from hypothesis import strategies as st

from network.directory import hxl, services, where, whowhere
from network.directory.drafts import ParticipantDraft, ProjectDraft, Reach
from network.directory.models import Organization, OrganizationKind, Visibility
from network.directory.views import whowhere as views
from network.permissions import Role
from tests.directory.conftest import Directory
from tests.pages import Page, Visitor

PATH = "/en/directory/who-does-what-where/"
DISTRICT = "KG05214000000"
"""In Batken."""


def cell(page: Page, place: str, term: str) -> str:
    """The number at this place and kind of help."""
    for row in page.tree.xpath("//table//tbody/tr"):
        cells = {td.get("data-label"): " ".join(td.text_content().split()) for td in row.xpath("td")}
        if cells["Place"] == place:
            return cells[term]
    raise AssertionError(f"no row {place}")


def test_cells_count_organizations_once_and_lead_to_them(
    directory: Directory, visitor: Callable[[], Visitor]
) -> None:
    one = directory.organization(name={"en": "One House"})
    for _again in range(2):
        directory.service(one, Reach(areas=(DISTRICT,)), terms=["legal", "shelter"])
    directory.service(directory.organization(), Reach(areas=("KG-B",)), terms=["legal"])
    page = visitor().open(PATH)
    assert cell(page, "Batken Region", "Legal help") == "2"
    assert cell(page, "Batken Region", "Safe place to stay") == "1"
    assert cell(page, "Sughd Region", "Legal help") == "0"
    inside = page.follow("Batken Region")
    name = str(where.name(DISTRICT, "en"))
    assert cell(inside, name, "Legal help") == "1"
    (link,) = inside.tree.xpath(
        f"//tr[td[1][contains(., '{name}')]]/td[@data-label='Safe place to stay']/a/@href"
    )
    assert "One House" in visitor().open(link).main


def test_the_province_stands_beside_its_districts_and_counts_each_organization_once(
    directory: Directory, visitor: Callable[[], Visitor]
) -> None:
    both = directory.organization()
    districts = [fact for fact in whowhere.units(whowhere.DISTRICT, "KG-B") if fact.kind == "district"][:2]
    directory.service(both, Reach(areas=tuple(fact.id for fact in districts)), terms=["legal"])
    directory.service(directory.organization(), Reach(areas=("KG-B",)), terms=["legal"])
    page = visitor().open(PATH + "?place=KG-B")
    first = page.tree.xpath("normalize-space(//table//tbody/tr[1]/td[1])")
    assert first == "Batken Region" and cell(page, first, "Legal help") == "2"
    assert [cell(page, str(where.name(fact.id, "en")), "Legal help") for fact in districts] == ["1", "1"]
    for place_id in ("KG-GO", "KG"):
        names = visitor().open(f"{PATH}?place={place_id}").tree.xpath("//table//tbody/tr/td[1]//text()")
        assert len(names) == len(set(names))


def test_gaps_are_said_for_districts_that_nobody_names(
    directory: Directory, visitor: Callable[[], Visitor]
) -> None:
    directory.service(directory.organization(), Reach(areas=(DISTRICT,)), terms=["legal"])
    directory.service(directory.organization(), Reach(areas=("KG",)), terms=["legal"])
    page = visitor().open(PATH + "?place=KG-B&term=legal")
    districts = len(whowhere.units(whowhere.DISTRICT, "KG-B"))
    assert f"Legal help: nobody in {districts - 1} of {districts} districts" in page.main
    assert "1 organization helps a whole country in this way" in page.main
    details = page.tree.xpath("string(//details)")
    assert str(where.name(DISTRICT, "en")) not in details.split("Kyrgyzstan:")[1] and "Kadamjai" in details
    directory.service(directory.organization(), Reach(areas=("KG-B",)), terms=["legal"])
    assert "somebody for every district" in visitor().open(PATH + "?place=KG-B&term=legal").main


def test_what_is_not_for_everybody_is_not_counted_even_for_its_keeper(directory: Directory) -> None:
    tenant = directory.make.tenant()
    organization = directory.organization(tenant)
    for audience in (Visibility.PARTNERS, Visibility.TENANT):
        directory.service(organization, Reach(areas=(DISTRICT,)), visibility=audience, terms=["legal"])
    hidden = directory.organization(tenant, visibility=Visibility.TENANT, name={"en": "Canarywxfly"})
    directory.service(hidden, Reach(areas=(DISTRICT,)), visibility=Visibility.TENANT, terms=["legal"])
    for reader in (
        directory.make.user(tenant, [Role.EDITOR]).visitor(),
        directory.make.user(directory.make.tenant(), [Role.EDITOR]).visitor(),
    ):
        assert cell(reader.open(PATH), "Batken Region", "Legal help") == "0"
        assert "Canarywxfly" not in reader.open("/en/directory/who-does-what-where.csv").html


def test_counts_follow_a_change_of_the_directory(
    directory: Directory, visitor: Callable[[], Visitor]
) -> None:
    organization = directory.organization()
    directory.service(organization, Reach(areas=("UZ-AN",)), terms=["health"])
    assert cell(visitor().open(PATH), "Andijan Region", "Health care") == "1"
    directory.service(directory.organization(), Reach(areas=("UZ-AN",)), terms=["health"])
    assert cell(visitor().open(PATH), "Andijan Region", "Health care") == "2"


def test_filters_stand_in_the_address_and_nonsense_is_passed_over(
    directory: Directory, visitor: Callable[[], Visitor]
) -> None:
    state = directory.organization(kind=OrganizationKind.GOVERNMENT)
    directory.service(state, Reach(areas=("KG-B",)), terms=["legal"])
    assert cell(visitor().open(PATH + "?kind=ngo"), "Batken Region", "All") == "0"
    assert cell(visitor().open(PATH + "?kind=government"), "Batken Region", "All") == "1"
    page = visitor().open(PATH + "?place=%00&term=canarywxfly&kind=x")
    assert page.status == 200 and cell(page, "Batken Region", "All") == "1"


def test_the_map_says_in_words_what_it_shows(directory: Directory, visitor: Callable[[], Visitor]) -> None:
    directory.service(directory.organization(), Reach(areas=("KG-B",)))
    page = visitor().open(PATH)
    (drawing,) = page.tree.xpath("//main//svg[@role='img']")
    assert drawing.xpath("string(title)") and "Batken" in drawing.text_content()
    assert not drawing.xpath(".//@style")


def table(client: FlaskClient, query: str = "") -> list[dict[str, str]]:
    answer = client.get(f"/en/directory/who-does-what-where.csv{query}")
    assert answer.status_code == 200 and answer.mimetype == "text/csv"
    rows = list(csv.reader(io.StringIO(answer.get_data(as_text=True).removeprefix("\ufeff"))))
    assert rows[1] == [tag for _words, tag in hxl.COLUMNS]
    assert all(len(row) == len(hxl.COLUMNS) for row in rows)
    return [dict(zip(rows[1], row, strict=True)) for row in rows[2:]]


def test_the_table_carries_p_codes_and_a_row_for_each_place(
    directory: Directory, client: FlaskClient
) -> None:
    organization = directory.organization(name={"en": "=cmd()"})
    directory.service(organization, Reach(areas=(DISTRICT, "UZ-AN")), terms=["legal"])
    rows = table(client)
    assert {row["#adm1+code"] for row in rows} == {"KG05000000000", "UZ03"}
    assert {row["#adm2+code"] for row in rows} == {DISTRICT, ""}
    assert {row["#org+name"] for row in rows} == {"'=cmd()"}
    assert {row["#sector+code"] for row in rows} == {"legal"}
    assert [row["#country+code"] for row in table(client, "?place=UZ-AN")] == ["UZ"]
    assert table(client, "?term=shelter") == []


def test_the_table_tells_of_projects_who_pays_and_when(directory: Directory, client: FlaskClient) -> None:
    organization = directory.organization()
    for audience, title in ((Visibility.PUBLIC, "Way home"), (Visibility.PARTNERS, "Canarywxfly")):
        draft = ProjectDraft(
            title={"en": title},
            status="running",
            start_on="2006-04",
            end_on="2007",
            places=["KG-B", "TJ-SU"],
            sectors=["15180"],
            visibility=audience,
            participants=(ParticipantDraft(role=1, name={"en": "Good Fund"}),),
        )
        directory._as_keeper(
            organization,
            lambda s, a, d=draft: services.create_project(s, a, s.get(Organization, organization.id), d),
        )
    rows = table(client)
    assert {row["#activity+name"] for row in rows} == {"Way home"}
    assert {row["#adm1+code"] for row in rows} == {"KG05000000000", "3505000"}
    assert {(row["#date+start"], row["#date+end"], row["#org+funder"]) for row in rows} == {
        ("2006-04", "2007", "Good Fund")
    }
    assert table(client, "?term=legal") == []
    page = Visitor(directory.app).open(PATH)
    assert cell(page, "Batken Region", "Projects running") == "1"
    assert cell(page, "Andijan Region", "Projects running") == "0"


def test_the_table_is_read_in_pieces_and_loses_nothing(
    directory: Directory, client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    organization = directory.organization()
    for number in range(5):
        directory.service(organization, name={"en": f"Help {number}"})
    monkeypatch.setattr(views, "BATCH", 2)
    assert sorted(row["#activity+name"] for row in table(client)) == [f"Help {n}" for n in range(5)]


def test_a_confidential_service_is_in_the_table_as_far_as_its_district(
    directory: Directory, client: FlaskClient
) -> None:
    organization = directory.organization()
    shelter = directory.service(organization, confidential=True)
    village = next(f for f in where.all_places() if f.level == 3 and where.country(f.id) == "KG")
    directory.location(
        organization, place_id=village.id, audience=Visibility.PUBLIC, service_ids=(shelter.id,)
    )
    text = client.get("/en/directory/who-does-what-where.csv").get_data(as_text=True)
    assert village.id not in text and str(where.name(village.parent_id, "en")) in text


@given(st.text(max_size=20))
def test_no_cell_is_a_formula_or_a_hashtag(cell: str) -> None:
    assert not hxl.defused(cell).lstrip().startswith(("=", "+", "-", "@", "|", "%", "#"))


def test_every_province_of_the_valley_has_its_place_on_the_map() -> None:
    from network.directory import valley

    assert {fact.id for fact in whowhere.units(whowhere.PROVINCE, None)} == set(valley.ANCHORS)
    for latitude, longitude in valley.ANCHORS.values():
        x, y = valley.point(latitude, longitude)
        assert 0 < x < valley.WIDTH and 0 < y < valley.HEIGHT


def test_the_matrix_asks_the_database_no_more_for_more_rows(
    directory: Directory, client: FlaskClient, count_queries: Any
) -> None:
    asked = []
    for _round in range(2):
        directory.service(directory.organization(), Reach(areas=("KG-B",)))
        with count_queries() as seen:
            client.get(PATH)
        asked.append(len(seen))
    assert asked[1] <= asked[0] <= 7  # The footer asks for its hotlines the first time.
