"""Partners picked one by one on the forms of a listing, its services, numbers, contacts and places; and what goes with them."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from network.directory import services
from network.directory.drafts import Opening, ParticipantDraft, ProjectDraft, Reach
from network.directory.models import (
    AudienceGrant,
    Contact,
    Location,
    Organization,
    Phone,
    ProjectParticipant,
    Schedule,
    Service,
    ServiceArea,
    ServiceAtLocation,
    Visibility,
)
from network.permissions import Role
from network.tenancy import Actor, Tenant
from tests.directory.conftest import Directory, admin, editor, organization_draft
from tests.pages import Visitor


@pytest.fixture
def three(directory: Directory) -> tuple[Tenant, Tenant, Tenant]:
    """Who keeps the listing, who is picked, who is not."""
    return directory.make.tenant(), directory.make.tenant(), directory.make.tenant()


@pytest.fixture
def desk(directory: Directory, three: tuple[Tenant, Tenant, Tenant]) -> Visitor:
    return directory.make.user(three[0], [Role.ADMIN]).visitor()


FORMS: dict[str, tuple[Any, str, str, dict[str, Any]]] = {
    "organization": (Organization, "visibility", "/en/directory/organizations/new", {"name_en": "Canary"}),
    "service": (Service, "visibility", "/services/new", {"name_en": "Canary"}),
    "phone": (Phone, "audience", "/phones/new", {"number": "0077", "country": "KG"}),
    "contact": (Contact, "audience", "/contacts/new", {"name": "Canary", "country": "KG"}),
    "location": (Location, "audience", "/locations/new", {"place_id": "KG-GO"}),
}


@pytest.mark.parametrize("kind", FORMS)
def test_an_admin_picks_the_partners_on_every_form_and_takes_them_back(
    kind: str, directory: Directory, three: tuple[Tenant, Tenant, Tenant], desk: Visitor
) -> None:
    keeper, picked, other = three
    model, who, ending, typed = FORMS[kind]
    whole = None if kind == "organization" else directory.organization(keeper)
    path = ending if whole is None else f"/en/directory/organizations/{whole.slug}{ending}"
    page = desk.open(path).submit({**typed, who: "named", "named": [str(picked.id)]})
    assert page.status == 200 and not page.errors(), page.errors()
    (row,) = (one for one in directory.read(admin(keeper), model) if one != whole)
    assert row.id in {one.id for one in directory.read(editor(picked), model)}
    assert row.id not in {one.id for one in directory.read(editor(other), model)}
    change = {
        "organization": lambda: f"organizations/{row.slug}/edit",
        "service": lambda: f"services/{row.slug}/edit",
    }.get(kind, lambda: f"organizations/{whole.slug}/{kind}s/{row.id}")()  # type: ignore[union-attr]
    form = desk.open(f"/en/directory/{change}")
    assert form.tree.xpath("//input[@name='named'][@checked]/@value") == [str(picked.id)]
    colleague = directory.make.user(keeper, [Role.EDITOR]).visitor()
    refused = colleague.open(f"/en/directory/{change}").submit({"named": [str(picked.id), str(other.id)]})
    assert refused.status == 403
    assert directory.read(editor(other), model) in ([], [whole])
    assert colleague.open(f"/en/directory/{change}").submit({"named": None}).status == 200
    assert row.id not in {one.id for one in directory.read(editor(picked), model)}


def test_whoever_is_no_partner_is_refused_at_the_field_and_what_was_typed_stays(
    directory: Directory, three: tuple[Tenant, Tenant, Tenant], desk: Visitor
) -> None:
    organization = directory.organization(three[0])
    network = directory.make.network()
    path = f"/en/directory/organizations/{organization.slug}/phones/new"
    page = desk.open(path).submit({"number": "0077", "audience": "named", "named": [str(network.id)]})
    assert page.status == 400 and page.values("number")["number"] == "0077"
    assert directory.read(admin(three[0]), Phone) == []


def test_a_part_is_picked_for_nobody_whom_its_listing_is_not_for(
    directory: Directory, three: tuple[Tenant, Tenant, Tenant], desk: Visitor
) -> None:
    keeper, picked, other = three
    organization = named_organization(directory, keeper, picked)
    for ending, typed in (("services", {"name_en": "X"}), ("phones", {"number": "0077"})):
        who = "visibility" if ending == "services" else "audience"
        path = f"/en/directory/organizations/{organization.slug}/{ending}/new"
        page = desk.open(path).submit({**typed, who: "named", "named": [str(other.id)]})
        assert page.status == 400 and "named" in page.errors(), page.main
    path = f"/en/directory/organizations/{organization.slug}/locations/new"
    page = desk.open(path).submit({"place_id": "KG-GO", "audience": "named", "named": [str(other.id)]})
    assert page.status == 400 and list(page.errors()) == ["named"]


def named_organization(directory: Directory, keeper: Tenant, *picked: Tenant) -> Organization:
    organization = directory.organization(keeper, visibility=Visibility.NAMED)
    pick(directory, keeper, organization, *picked)
    return organization


def pick(directory: Directory, keeper: Tenant, row: Any, *picked: Tenant, whole: Any = None) -> None:
    directory.do(
        keeper,
        lambda s, a: services.name_readers(
            s, a, s.get(type(row), row.id), [one.id for one in picked], whole=whole
        ),
    )


def test_hours_areas_and_whether_it_is_given_at_a_place_are_read_with_the_service(
    directory: Directory, three: tuple[Tenant, Tenant, Tenant]
) -> None:
    keeper, picked, other = three
    organization = directory.organization(keeper)
    reach = Reach(areas=("KG-O",), opening=Opening(always=True))
    service = directory.service(organization, reach, visibility=Visibility.NAMED)
    place = directory.location(
        organization, place_id="KG-GO", audience=Visibility.NAMED, service_ids=(service.id,)
    )
    followers = (Schedule, ServiceArea)
    pick(directory, keeper, service, picked, other)
    for model in followers:
        assert len(directory.read(editor(picked), model)) == 1
    assert directory.read(editor(picked), ServiceAtLocation) == []
    pick(directory, keeper, place, picked)
    assert len(directory.read(editor(picked), ServiceAtLocation)) == 1
    assert directory.read(editor(other), ServiceAtLocation) == []
    told = directory.make.user(picked).visitor().open(f"/en/directory/services/{service.slug}").main
    assert "Round the clock" in told and "Osh" in told
    assert "Legal advice" in directory.make.user(other).visitor().open("/en/directory/?q=legal").main
    pick(directory, keeper, service)
    for model in (*followers, ServiceAtLocation):
        assert directory.read(editor(picked), model) == directory.read(editor(other), model) == []
    assert "Legal advice" not in directory.make.user(other).visitor().open("/en/directory/?q=legal").main


def test_whoever_is_taken_out_of_a_listing_is_out_of_all_its_parts(
    directory: Directory, three: tuple[Tenant, Tenant, Tenant]
) -> None:
    keeper, picked, other = three
    organization = named_organization(directory, keeper, picked, other)
    service = directory.service(organization, visibility=Visibility.NAMED)
    phone = directory.phone(organization, audience=Visibility.NAMED, service_id=service.id)
    pick(directory, keeper, service, picked, other)
    pick(directory, keeper, phone, picked, other)
    assert directory.read(editor(other), Phone) and directory.read(editor(other), Service)
    pick(directory, keeper, organization, picked)
    for model in (Organization, Service, Phone):
        assert directory.read(editor(other), model) == []
        assert len(directory.read(editor(picked), model)) == 1


def test_a_listing_that_is_narrowed_to_some_partners_leaves_no_part_with_another(
    directory: Directory, three: tuple[Tenant, Tenant, Tenant]
) -> None:
    keeper, picked, other = three
    organization = directory.organization(keeper, visibility=Visibility.PARTNERS)
    phone = directory.phone(organization, audience=Visibility.NAMED)
    pick(directory, keeper, phone, picked, other)
    assert directory.read(editor(other), Phone)
    draft = organization_draft(visibility=Visibility.NAMED)
    directory.do(keeper, lambda s, a: services.change_organization(s, a, organization, draft, version=1))
    assert directory.read(editor(other), Phone) == directory.read(editor(picked), Phone) == []
    assert directory.read(admin(keeper), AudienceGrant) == []


def test_a_keeper_sees_the_page_as_one_partner_does_and_nothing_that_this_partner_keeps_for_itself(
    directory: Directory, three: tuple[Tenant, Tenant, Tenant], desk: Visitor
) -> None:
    keeper, picked, other = three
    organization = directory.organization(keeper)
    phone = directory.phone(organization, number="0077", audience=Visibility.NAMED)
    pick(directory, keeper, phone, picked)
    service = directory.service(organization, visibility=Visibility.NAMED)
    pick(directory, keeper, service, picked)
    theirs = directory.organization(picked, name={"en": "Canary"}, visibility=Visibility.TENANT)
    draft = ProjectDraft(
        title={"en": "Road"},
        status="running",
        visibility=Visibility.PARTNERS,
        participants=(ParticipantDraft(role=1, name={"en": "Somebody"}),),
    )
    directory.do(
        keeper,
        lambda s, a: services.create_project(s, a, s.get(Organization, organization.id), draft),
    )

    def join(session: Session, _actor: Actor) -> None:
        one = session.scalars(select(ProjectParticipant)).one()
        one.participant_tenant_id, one.participant_id = picked.id, theirs.id

    directory.do(keeper, join)
    base = f"/en/directory/organizations/{organization.slug}"
    reader = directory.make.user(picked).visitor().open(base)
    assert "0077" in reader.main and "Canary" in reader.html
    sections = desk.open(f"{base}/sections")
    page = sections.submit({"who": str(picked.id)}, containing="who")
    assert f"As {picked.name} sees it" in page.main and "0077" in page.main and "Legal advice" in page.main
    assert "Road" in page.main and "Canary" not in page.html
    assert "0077" not in sections.submit({"who": str(other.id)}, containing="who").main
    of_service = f"/en/directory/services/{service.slug}/preview/partner?who="
    assert "Legal advice" in desk.open(f"{of_service}{picked.id}").main
    assert "does not exist" in desk.open(f"{of_service}{other.id}").main
    for nobody in ("", "x", str(keeper.id), str(directory.make.network().id)):
        assert desk.open(f"{base}/preview/partner?who={nobody}").status == 404
    stranger = directory.make.user(other, [Role.ADMIN]).visitor()
    assert stranger.open(f"{base}/preview/partner?who={picked.id}").status == 404
