"""Editing that a tired person finishes: a listing section by section, put aside and gone on with, seen as others see it."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import Engine, text

from network.directory.models import (
    Accessibility,
    Location,
    OrganizationIdentifier,
    Phone,
    Project,
    ProjectDocument,
    ProjectResult,
    ReferralRoute,
    Visibility,
)
from network.directory.services import unfinished
from network.permissions import Role
from network.tenancy import Actor
from tests.directory.conftest import Directory, admin
from tests.pages import Visitor

LANGUAGES = ("en", "ru", "ky", "uz", "tg")


@pytest.fixture
def kept(directory: Directory) -> tuple[Any, Any, Visitor]:
    """An organization and its service, and its admin at a browser."""
    tenant = directory.make.tenant()
    organization = directory.organization(tenant)
    service = directory.service(organization)
    return organization, service, directory.make.user(tenant, [Role.ADMIN]).visitor()


def test_the_sections_of_a_service_are_filled_in_one_by_one_and_read_by_those_they_are_for(
    kept: tuple[Any, Any, Visitor], directory: Directory, visitor: Callable[[], Visitor]
) -> None:
    _organization, service, desk = kept
    page = desk.open(f"/en/directory/services/{service.slug}").follow("All that is told")
    page = page.follow("Add a way in for partners").submit(
        {"contact": "Ask for the duty desk", "next_step_en": "We call back.", "response_hours": "2"}
    )
    assert "A colleague calls" in page.main
    page = page.follow("Say how much room there is").submit({"available": "3", "maximum": "12"})
    assert "Beds: 3 free of 12" in page.main
    page = page.follow("Add a paper to bring").submit({"document_en": "A birth certificate"})
    page = page.follow("Add what it costs").submit({"option_en": "Pensioners", "amount": "0"})
    assert "A birth certificate" in page.main and "Pensioners: free of charge" in page.main
    page = desk.open(f"/en/directory/services/{service.slug}/who-may-come").submit(
        {"sex": "female", "minimum_age": "18", "delivery": ["phone", "online"]}
    )
    assert page.status == 200, page.main
    assert "For women and girls" in page.main
    stranger = visitor().open(f"/en/directory/services/{service.slug}").main
    assert "For women and girls" in stranger and "A birth certificate" in stranger
    assert "By telephone" in stranger and "duty desk" not in stranger and "free of 12" not in stranger
    partner = directory.make.user(directory.make.tenant()).visitor()
    told = partner.open(f"/en/directory/services/{service.slug}").main
    assert "duty desk" in told and "within 2 hours" in told and "3 free of 12" in told


def test_partners_are_picked_one_by_one_on_the_form(
    kept: tuple[Any, Any, Visitor], directory: Directory
) -> None:
    _organization, service, desk = kept
    named, other = directory.make.tenant(), directory.make.tenant()
    path = f"/en/directory/parts/way-in/of/{service.id}"
    page = desk.open(path).submit({"contact": "Only you", "audience": "named", "named": [str(named.id)]})
    assert page.status == 200, page.main
    for tenant, sees in ((named, True), (other, False)):
        reader = directory.make.user(tenant).visitor()
        assert ("Only you" in reader.open(f"/en/directory/services/{service.slug}").main) is sees
    row = directory.read(admin(named), ReferralRoute)[0]
    form = desk.open(f"/en/directory/parts/way-in/{row.id}")
    assert form.values("contact")["named"] == str(named.id)
    form.submit({"named": None}, containing="contact")
    assert directory.read(admin(named), ReferralRoute) == []


def test_a_wrong_answer_is_named_at_its_field_and_nothing_typed_is_lost(
    kept: tuple[Any, Any, Visitor],
) -> None:
    _organization, service, desk = kept
    page = desk.open(f"/en/directory/parts/capacity/of/{service.id}").submit(
        {"available": "9", "maximum": "3", "description_en": "Ground floor"}
    )
    assert page.status == 400 and "More cannot be free" in page.main and "Ground floor" in page.html
    page = desk.open(f"/en/directory/parts/cost/of/{service.id}").submit({"amount": "20"})
    assert page.status == 400 and "Choose the currency" in page.main


def test_a_part_that_was_changed_meanwhile_shows_both_and_is_taken_out_in_one_tap(
    kept: tuple[Any, Any, Visitor], directory: Directory
) -> None:
    _organization, service, desk = kept
    row = directory.part(service, ReferralRoute, {"contact": "first"}, audience=Visibility.PARTNERS)
    path = f"/en/directory/parts/way-in/{row.id}"
    mine, theirs = desk.open(path), desk.open(path)
    assert theirs.submit({"contact": "theirs"}, containing="contact").status == 200
    page = mine.submit({"contact": "mine"}, containing="contact")
    assert page.status == 409 and "theirs" in page.main
    assert page.submit(containing="contact").status == 200
    assert directory.read(admin(directory.make.tenant()), ReferralRoute)[0].contact == "mine"
    desk.open(path).submit(containing="Take this out")
    assert directory.read(admin(directory.make.tenant()), ReferralRoute) == []


def test_hours_with_a_break_and_a_feast_are_typed_and_read(
    kept: tuple[Any, Any, Visitor], directory: Directory, visitor: Callable[[], Visitor]
) -> None:
    organization, service, desk = kept
    week = ["MO", "TU", "WE", "TH", "FR"]
    page = desk.open(f"/en/directory/services/{service.slug}/hours").submit(
        {
            "days_0": week, "opens_0": "09:00", "closes_0": "12:00",
            "days_1": week, "opens_1": "13:00", "closes_1": "17:00",
            "on_0": "21.03.2099", "to_0": "23.03.2099", "closed_0": "y", "why_0": "Nooruz",
        }
    )  # fmt: skip
    assert page.status == 200
    told = visitor().open(f"/en/directory/services/{service.slug}").main
    assert "09:00–12:00" in told and "13:00–17:00" in told and ("Open now" in told or "Closed now" in told)
    page = desk.open(f"/en/directory/services/{service.slug}/hours")
    assert page.values("days_0")["why_0"] == "Nooruz"
    # The form of the service leaves alone what it cannot show.
    page = desk.open(f"/en/directory/services/{service.slug}/edit")
    assert "opens_at" not in page.values("name_en")
    assert page.submit({"description_en": "New words"}, containing="name_en").status == 200
    assert "13:00–17:00" in visitor().open(f"/en/directory/services/{service.slug}").main
    phone = directory.phone(organization)
    path = f"/en/directory/organizations/{organization.slug}/phones/{phone.id}/hours"
    assert desk.open(path).submit({"always": "y"}).status == 200


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"days_0": ["MO"], "opens_0": "09:00"}, "from when until when"),
        ({"opens_0": "09:00", "closes_0": "10:00"}, "Choose the days"),
        ({"on_0": "21.03.2099"}, "Say that it is closed"),
        ({"on_0": "21.03.2099", "to_0": "20.03.2099", "closed_0": "y"}, "before the first"),
        ({"closed_0": "y", "why_0": "Nooruz"}, "on which day"),
        ({"on_0": "9999-12-31", "closed_0": "y"}, "from 2000 to 2099"),
    ],
)
def test_hours_that_make_no_sense_are_asked_again(
    kept: tuple[Any, Any, Visitor], typed: dict[str, Any], said: str
) -> None:
    _organization, service, desk = kept
    page = desk.open(f"/en/directory/services/{service.slug}/hours").submit(typed)
    assert page.status == 400 and said in page.main


def test_what_is_put_aside_is_there_again_for_the_one_who_typed_it_and_nobody_else(
    kept: tuple[Any, Any, Visitor], directory: Directory, owner_engine: Engine
) -> None:
    organization, _service, desk = kept
    path = f"/en/directory/organizations/{organization.slug}/locations/new"
    page = desk.open(path).submit({"address_1": "Secret lane 7", "place_id": ""}, containing="Put aside")
    assert "Nobody else sees it" in page.html
    assert desk.open(f"/ru{path[3:]}").values("address_1")["address_1"] == "Secret lane 7"
    with owner_engine.connect() as connection:
        assert "Secret" not in str(connection.execute(text("SELECT * FROM section_draft")).all())
    with directory.app.database.unit_of_work(admin_like(directory, organization)) as session:
        assert unfinished.sections(session) == frozenset()
    assert "Put aside" in desk.open(f"/en/directory/organizations/{organization.slug}/sections").main
    page = desk.open(path).submit({"place_id": "KG-GO"}, containing="address_1")
    assert page.status == 200, page.main
    assert desk.open(path).values("address_1")["address_1"] == ""
    desk.open(path).submit({"address_1": "Other"}, containing="Put aside")
    desk.open(path).submit(containing="Throw away")
    assert desk.open(path).values("address_1")["address_1"] == ""


def admin_like(directory: Directory, organization: Any) -> Any:
    """Another admin of the same tenant."""
    return Actor.member(organization.tenant_id, uuid.uuid4(), [Role.ADMIN])


def test_a_keeper_sees_the_page_with_the_eyes_of_everyone_and_of_partners(
    kept: tuple[Any, Any, Visitor], directory: Directory
) -> None:
    organization, _service, desk = kept
    for audience in Visibility:
        directory.phone(organization, number=f"00{list(Visibility).index(audience)}77", audience=audience)
    hidden = directory.service(organization, visibility=Visibility.PARTNERS)
    base = f"/en/directory/organizations/{organization.slug}/preview"
    assert [number in desk.open(f"{base}/public").main for number in ("0077", "0177", "0277", "0377")] == [
        True, False, False, False,
    ]  # fmt: skip
    assert [number in desk.open(f"{base}/partners").main for number in ("0077", "0177", "0277", "0377")] == [
        True, True, False, False,
    ]  # fmt: skip
    assert "does not exist" in desk.open(f"/en/directory/services/{hidden.slug}/preview/public").main
    assert "Add a number" not in desk.open(f"{base}/partners").main
    other = directory.make.user(directory.make.tenant(), [Role.ADMIN]).visitor()
    assert other.open(f"{base}/public").status == 404


def test_a_translation_is_made_beside_its_source_and_outdated_when_that_changes(
    kept: tuple[Any, Any, Visitor], directory: Directory, visitor: Callable[[], Visitor]
) -> None:
    organization, _service, desk = kept
    path = f"/en/directory/organizations/{organization.slug}/translate/ky"
    page = desk.open(path)
    assert "Helps people on the move." in page.main
    page = page.submit({"name": "Жашыл дөбө", "description": "Жолдогуларга жардам.", "status": "machine"})
    assert page.status == 200
    told = visitor().open(f"/ky/directory/organizations/{organization.slug}")
    assert "Жолдогуларга жардам." in told.main
    row = directory.read(admin_like(directory, organization), type(organization))[0]
    assert row.translations["description"] == {"ky": "machine"}
    form = desk.open(f"/en/directory/organizations/{organization.slug}/edit")
    form.submit({"description_en": "Helps people on every road."}, containing="name_en")
    row = directory.read(admin_like(directory, organization), type(organization))[0]
    assert row.translations["description"] == {"ky": "outdated"}
    assert desk.open(f"/en/directory/organizations/{organization.slug}/translate/en").status == 404


def test_places_are_changed_their_door_kept_apart_and_taken_out(
    kept: tuple[Any, Any, Visitor], directory: Directory, visitor: Callable[[], Visitor]
) -> None:
    organization, _service, desk = kept
    shelter = directory.service(organization, name={"en": "House"}, confidential=True, terms=["shelter"])
    named = directory.make.tenant()
    page = desk.open(f"/en/directory/organizations/{organization.slug}/locations/new").submit(
        {
            "place_id": "gn:1528339", "audience": "public", "address_1": "Hidden lane 5",
            "address_audience": "named", "door_named": [str(named.id)], "services": [str(shelter.id)],
        }
    )  # fmt: skip
    assert page.status == 200, page.main
    reader = directory.make.user(named).visitor()
    page_of = f"/en/directory/organizations/{organization.slug}"
    assert "Hidden lane" in reader.open(page_of).main
    assert "Hidden lane" in reader.open(f"/en/directory/services/{shelter.slug}").main
    for other in (visitor(), directory.make.user(directory.make.tenant()).visitor()):
        assert "Hidden" not in other.open(page_of).html
        assert "Hidden" not in other.open(f"/en/directory/services/{shelter.slug}").html
    row = directory.read(admin(named), Location)[0]
    path = f"{page_of}/locations/{row.id}"
    form = desk.open(path)
    assert form.values("address_1")["address_1"] == "Hidden lane 5"
    wide = form.submit({"address_audience": "partners"}, containing="address_1")
    assert wide.status == 400 and "stays among colleagues" in wide.main
    assert form.submit({"name_en": "Back office"}, containing="address_1").status == 200
    page = desk.open(f"/en/directory/parts/access/of/{row.id}").submit({"features": ["ramp", "lift"]})
    assert page.status == 200 and len(directory.read(admin(named), Accessibility)) == 1
    assert "A ramp, A lift" in reader.open(page_of).main, "who may know the door reads how to get in"
    assert "A ramp" not in visitor().open(page_of).main, "a stranger reads of such a place its district alone"
    desk.open(path).submit(containing="Take this place out")
    assert directory.read(admin(named), Location) == []


def test_a_project_is_listed_changed_and_gets_documents_and_results(
    kept: tuple[Any, Any, Visitor], directory: Directory
) -> None:
    organization, _service, desk = kept
    page = desk.open(f"/en/directory/organizations/{organization.slug}/projects/new").submit(
        {
            "title_en": "Safe road", "visibility": "public", "actual_start": "04.2026", "planned_end": "2027",
            "sectors": "15180, 15190", "budget": "25000", "currency": "USD", "role_0": "1", "who_0": "OSCE",
        }
    )  # fmt: skip
    assert page.status == 200 and "Safe road" in page.main, page.main
    project = directory.read(admin(directory.make.tenant()), Project)[0]
    assert (project.start_on, project.end_on, project.sectors) == ("2026-04", "2027", ["15180", "15190"])
    edit = desk.open(f"/en/directory/projects/{project.id}/edit")
    assert edit.values("title_en")["who_0"] == "OSCE"
    wrong = edit.submit({"actual_end": "soon", "sectors": "health"}, containing="title_en")
    assert wrong.status == 400 and "Enter a year" in wrong.main and "soon" in wrong.html
    assert edit.submit({"status": "suspended"}, containing="title_en").status == 200
    for kind, typed in (
        ("project-document", {"title_en": "Report", "url": "https://example.org/report.pdf"}),
        ("result", {"title_en": "People met", "achieved": "200"}),
    ):
        assert desk.open(f"/en/directory/parts/{kind}/of/{project.id}").submit(typed).status == 200
    stranger = admin(directory.make.tenant())
    assert len(directory.read(stranger, ProjectDocument)) == len(directory.read(stranger, ProjectResult)) == 1
    ky = desk.open(f"/en/directory/projects/{project.id}/translate/ky").submit({"title": "Коопсуз жол"})
    assert ky.status == 200


def test_a_new_project_is_for_the_partners_picked_with_it_and_nobody_else(
    kept: tuple[Any, Any, Visitor], directory: Directory
) -> None:
    organization, _service, desk = kept
    picked, other = directory.make.tenant(), directory.make.tenant()
    page = desk.open(f"/en/directory/organizations/{organization.slug}/projects/new").submit(
        {"title_en": "Quiet help", "visibility": "named", "named": [str(picked.id)]}, containing="title_en"
    )
    assert page.status == 200, page.main
    assert len(directory.read(admin(picked), Project)) == 1
    assert directory.read(admin(other), Project) == []


def test_identifiers_and_what_a_number_tells_are_written(
    kept: tuple[Any, Any, Visitor], directory: Directory, visitor: Callable[[], Visitor]
) -> None:
    organization, _service, desk = kept
    page = desk.open(f"/en/directory/parts/identifier/of/{organization.id}").submit(
        {"identifier_scheme": "KG-INN", "identifier": "01234567890123", "audience": "public"}
    )
    assert (
        page.status == 200
        and len(directory.read(admin(directory.make.tenant()), OrganizationIdentifier)) == 1
    )
    page = desk.open(f"/en/directory/organizations/{organization.slug}/phones/new").submit(
        {
            "number": "+996 555 123 456", "audience": "public", "toll_free": "y",
            "toll_free_from": ["KG", "UZ"], "safe_to_leave_message": "no",
        }
    )  # fmt: skip
    assert page.status == 200
    phone = directory.read(admin(directory.make.tenant()), Phone)[0]
    assert phone.toll_free_from == ["KG", "UZ"]
    told = visitor().open(f"/en/directory/organizations/{organization.slug}").main
    assert "01234567890123" in told and "Do not leave a message there." in told


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_pages_for_keepers_read_in_every_language(
    kept: tuple[Any, Any, Visitor], directory: Directory, language: str
) -> None:
    organization, service, desk = kept
    directory.part(service, ReferralRoute, {"contact": "desk"})
    for path in (
        f"organizations/{organization.slug}/sections",
        f"services/{service.slug}/sections",
        f"services/{service.slug}/hours",
        f"services/{service.slug}/who-may-come",
        f"organizations/{organization.slug}/projects/new",
    ):
        assert desk.open(f"/{language}/directory/{path}").status == 200, path


def test_nonsense_in_the_address_of_a_part_is_no_page(kept: tuple[Any, Any, Visitor]) -> None:
    organization, service, desk = kept
    for path in (
        f"parts/owl/of/{service.id}",
        f"parts/way-in/of/{organization.id}",
        f"parts/way-in/{service.id}",
        f"services/{service.slug}/translate/de",
        f"organizations/{organization.slug}/preview/tenant",
    ):
        assert desk.open(f"/en/directory/{path}").status == 404, path


def test_a_form_opens_in_the_writers_own_language_and_says_there_what_is_missing(
    kept: tuple[Any, Any, Visitor],
) -> None:
    organization, service, desk = kept
    page = desk.open(f"/ru/directory/services/{service.slug}/edit")
    order = [page.html.index(f'id="name_{code}"') for code in ("ru", "en", "ky", "uz", "tg")]
    assert order == sorted(order)
    texts = page.tree.xpath("//main//details[.//*[starts-with(@id, 'name_')]]")
    assert [one.get("open") is not None for one in texts] == [True, False, False, False, False]
    written = texts[1].xpath(".//*[@id='name_en']")[0].get("value")
    assert written and written[:30] in texts[1].xpath("string(summary)")
    page = desk.open(f"/ru/directory/organizations/{organization.slug}/services/new").submit({"url": ""})
    assert page.status == 400 and "name_ru" in page.errors()


def test_who_may_not_pick_partners_is_not_asked_which_ones(
    directory: Directory,
) -> None:
    tenant, _other = directory.make.tenant(), directory.make.tenant()
    service = directory.service(directory.organization(tenant))
    path = f"/en/directory/parts/way-in/of/{service.id}"
    for role, asked in ((Role.ADMIN, True), (Role.EDITOR, False)):
        page = directory.make.user(tenant, [role]).visitor().open(path)
        assert page.status == 200 and ('name="named"' in page.html) is asked
