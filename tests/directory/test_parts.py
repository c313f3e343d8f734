"""Parts of a listing: written, widened, narrowed with their whole, taken out; and doors that are sealed."""

from __future__ import annotations

import datetime
from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import Engine, select, text
from sqlalchemy.orm import Session

from network.directory import doors, services
from network.directory.drafts import Exceptional, Hours, LocationDraft, Opening, ProjectDraft, Reach
from network.directory.models import (
    Accessibility,
    Address,
    AudienceGrant,
    CostOption,
    Location,
    Organization,
    OrganizationIdentifier,
    Phone,
    Project,
    ProjectResult,
    ReferralRoute,
    RequiredDocument,
    Revision,
    Schedule,
    ScheduleException,
    Service,
    ServiceAtLocation,
    ServiceCapacity,
    ServiceFunding,
    Visibility,
)
from network.directory.services import opening, readers
from network.permissions import Refused, Role, Stale, Unfit
from network.tenancy import Actor
from tests.directory.conftest import Directory, admin, editor, organization_draft, service_draft

ROUTE: dict[str, Any] = {"contact": "ask for the duty desk", "next_step": {"en": "We call back."}}


def test_a_part_is_written_versioned_and_kept_as_a_revision(directory: Directory) -> None:
    tenant = directory.make.tenant()
    service = directory.service(directory.organization(tenant))
    row = directory.part(service, ReferralRoute, ROUTE, audience=Visibility.PARTNERS)
    assert len(directory.read(editor(directory.make.tenant()), ReferralRoute)) == 1
    assert directory.read(Actor.anonymous(), ReferralRoute) == []

    def change(session: Session, actor: Actor) -> bool:
        part = session.get(ReferralRoute, row.id)
        values = {"next_step": {"en": "We call back within an hour."}}
        return services.change_part(session, actor, part, values, Visibility.PARTNERS, version=1)

    assert directory.do(tenant, change, actor=editor(tenant)) is True
    with pytest.raises(Stale):
        directory.do(tenant, change)
    versions = [r.version for r in directory.read(admin(tenant), Revision) if r.subject == "referral_route"]
    assert sorted(versions) == [1, 2]


def test_a_part_is_never_wider_than_its_whole_and_only_an_admin_widens_it(directory: Directory) -> None:
    tenant = directory.make.tenant()
    service = directory.service(directory.organization(tenant), visibility=Visibility.PARTNERS)
    with pytest.raises(Unfit, match="wider_than_whole"):
        directory.part(service, ServiceCapacity, {"available": 2}, audience=Visibility.PUBLIC)
    row = directory.part(service, ServiceCapacity, {"available": 2})

    def open_it(session: Session, actor: Actor) -> bool:
        part = session.get(ServiceCapacity, row.id)
        return services.change_part(session, actor, part, {}, Visibility.PARTNERS, version=1)

    with pytest.raises(Refused):
        directory.do(tenant, open_it, actor=editor(tenant))
    assert directory.do(tenant, open_it) is True


def test_every_part_is_narrowed_with_its_listing(directory: Directory) -> None:
    tenant = directory.make.tenant()
    organization = directory.organization(tenant)
    service = directory.service(organization, Reach(opening=Opening(always=True)))
    place = directory.location(organization, place_id="KG-GO", audience=Visibility.PUBLIC)
    project = directory.do(
        tenant,
        lambda s, a: services.create_project(
            s,
            a,
            organization,
            ProjectDraft(title={"en": "Road"}, status="running", visibility=Visibility.PUBLIC),
        ),
    )
    wide = {"audience": Visibility.PUBLIC}
    directory.part(
        organization, OrganizationIdentifier, {"identifier_scheme": "KG-INN", "identifier": "1"}, **wide
    )
    directory.part(service, ReferralRoute, ROUTE, **wide)
    directory.part(service, RequiredDocument, {"document": {"en": "A passport"}}, **wide)
    directory.part(service, CostOption, {"option": {"en": "All"}}, **wide)
    directory.part(place, Accessibility, {"features": ["ramp"]}, **wide)
    directory.part(project, ProjectResult, {"title": {"en": "Met"}}, **wide)
    directory.do(
        tenant, lambda s, a: services.fund(s, a, s.get(Service, service.id), [s.get(Project, project.id)])
    )
    models = (
        OrganizationIdentifier, ReferralRoute, RequiredDocument, CostOption, Accessibility, ProjectResult,
        ServiceFunding, Schedule,
    )  # fmt: skip
    stranger = Actor.anonymous()
    assert [model for model in models if not directory.read(stranger, model)] == []
    draft = organization_draft(visibility=Visibility.TENANT)
    directory.do(tenant, lambda s, a: services.change_organization(s, a, organization, draft, version=1))
    assert [model for model in models if directory.read(stranger, model)] == []
    assert [model for model in models if directory.read(editor(directory.make.tenant()), model)] == []


def test_the_admin_picks_partners_and_an_editor_may_only_take_them_back(directory: Directory) -> None:
    tenant, named, other = (directory.make.tenant() for _ in range(3))
    service = directory.service(directory.organization(tenant))
    row = directory.part(service, ReferralRoute, ROUTE, audience=Visibility.NAMED, named=[named.id])
    assert len(directory.read(editor(named), ReferralRoute)) == 1
    assert directory.read(editor(other), ReferralRoute) == []

    def pick(*ids: Any) -> Any:
        def deed(session: Session, actor: Actor) -> bool:
            return services.name_readers(session, actor, session.get(ReferralRoute, row.id), ids)

        return deed

    with pytest.raises(Refused):
        directory.do(tenant, pick(named.id, other.id), actor=editor(tenant))
    with pytest.raises(Unfit, match="reader_unknown"):
        directory.do(tenant, pick(named.id, directory.make.network().id))
    assert directory.do(tenant, pick(), actor=editor(tenant)) is True
    assert directory.read(editor(named), ReferralRoute) == []


def test_a_part_of_a_named_listing_is_for_nobody_whom_the_listing_does_not_name(directory: Directory) -> None:
    tenant, named, other = (directory.make.tenant() for _ in range(3))
    service = directory.service(directory.organization(tenant), visibility=Visibility.NAMED)

    def name(session: Session, actor: Actor) -> None:
        services.name_readers(session, actor, session.get(Service, service.id), [named.id])

    directory.do(tenant, name)
    directory.part(service, ReferralRoute, ROUTE, audience=Visibility.NAMED, named=[named.id])
    with pytest.raises(Unfit, match="reader_not_of_whole"):
        directory.part(service, ReferralRoute, ROUTE, audience=Visibility.NAMED, named=[other.id])


def test_what_is_taken_out_leaves_no_row_and_nobody_named(directory: Directory) -> None:
    tenant, named = directory.make.tenant(), directory.make.tenant()
    service = directory.service(directory.organization(tenant))
    row = directory.part(service, ReferralRoute, ROUTE, audience=Visibility.NAMED, named=[named.id])
    directory.do(tenant, lambda s, a: services.remove_part(s, a, s.get(ReferralRoute, row.id)))
    assert directory.read(admin(tenant), ReferralRoute) == directory.read(admin(tenant), AudienceGrant) == []


def shelter(directory: Directory, tenant: Any, **changes: Any) -> tuple[Organization, Service, LocationDraft]:
    organization = directory.organization(tenant)
    service = directory.service(organization, terms=["shelter"], **changes)
    draft = LocationDraft(
        place_id="KG-GO",
        audience=Visibility.PUBLIC,
        address_1="Hidden street 5",
        latitude=40.5,
        longitude=72.8,
        address_audience=Visibility.NAMED,
        service_ids=(service.id,),
    )
    return organization, service, draft


def doors_read_by(directory: Directory, actor: Actor) -> list[str]:
    return [doors.door_of(directory.app.keyring, row).address_1 for row in directory.read(actor, Address)]


def test_the_door_of_a_confidential_service_is_sealed_and_named(
    directory: Directory, owner_engine: Engine
) -> None:
    tenant, named = directory.make.tenant(), directory.make.tenant()
    organization, _service, draft = shelter(directory, tenant, confidential=True)
    place = directory.location(organization, **{n: getattr(draft, n) for n in draft.__dataclass_fields__})
    with owner_engine.connect() as connection:
        assert "Hidden" not in str(connection.execute(text("SELECT * FROM address, revision")).all())
        assert connection.execute(text("SELECT latitude FROM address")).scalar_one() is None
    assert doors_read_by(directory, editor(tenant)) == ["Hidden street 5"]
    assert doors_read_by(directory, editor(named)) == []

    def name(session: Session, actor: Actor) -> None:
        services.name_readers(session, actor, session.scalars(select(Address)).one(), [named.id])

    directory.do(tenant, name)
    assert doors_read_by(directory, editor(named)) == ["Hidden street 5"]
    assert doors_read_by(directory, Actor.anonymous()) == []
    with pytest.raises(Unfit, match="confidential_address"):
        directory.do(
            tenant,
            lambda s, a: services.change_location(
                s,
                a,
                organization,
                place,
                replace(draft, address_audience=Visibility.PARTNERS),
                version=1,
                keyring=directory.app.keyring,
            ),
        )


def test_a_service_that_becomes_confidential_closes_the_doors_that_were_open(
    directory: Directory, owner_engine: Engine
) -> None:
    tenant = directory.make.tenant()
    organization, service, draft = shelter(directory, tenant)
    draft = replace(draft, address_audience=Visibility.PUBLIC)
    directory.location(organization, **{n: getattr(draft, n) for n in draft.__dataclass_fields__})
    assert doors_read_by(directory, Actor.anonymous()) == ["Hidden street 5"]
    wish, keyring = service_draft(confidential=True, terms=["shelter"]), directory.app.keyring
    directory.do(
        tenant,
        lambda s, a: services.change_service(s, a, service, wish, Reach(), version=1, keyring=keyring),
    )
    assert doors_read_by(directory, Actor.anonymous()) == []
    assert doors_read_by(directory, editor(tenant)) == ["Hidden street 5"]
    with owner_engine.connect() as connection:
        assert "Hidden" not in str(connection.execute(text("SELECT * FROM address")).all())


def placed(directory: Directory, organization: Organization, draft: LocationDraft) -> Location:
    row: Location = directory.location(
        organization, **{name: getattr(draft, name) for name in draft.__dataclass_fields__}
    )
    return row


def test_a_confidential_door_for_colleagues_is_for_colleagues_and_forgets_its_partners(
    directory: Directory,
) -> None:
    tenant, named = directory.make.tenant(), directory.make.tenant()
    organization, _service, draft = shelter(directory, tenant, confidential=True)
    place = placed(directory, organization, draft)

    def name(session: Session, actor: Actor) -> None:
        services.name_readers(session, actor, session.scalars(select(Address)).one(), [named.id])

    directory.do(tenant, name)
    assert doors_read_by(directory, editor(named)) == ["Hidden street 5"]
    keeper = directory.make.user(tenant, [Role.ADMIN]).visitor()
    path = f"/en/directory/organizations/{organization.slug}/locations/{place.id}"
    typed = {"address_audience": "tenant", "door_named": str(named.id)}
    assert "The place is saved." in keeper.open(path).submit(typed).main
    assert doors_read_by(directory, editor(named)) == []
    assert [row.audience for row in directory.read(admin(tenant), Address)] == [Visibility.TENANT]
    assert directory.read(admin(tenant), AudienceGrant) == []


def test_what_was_narrowed_to_colleagues_is_not_read_again_by_those_who_were_picked_before(
    directory: Directory,
) -> None:
    tenant, named = directory.make.tenant(), directory.make.tenant()
    service = directory.service(directory.organization(tenant))
    directory.part(service, ReferralRoute, ROUTE, audience=Visibility.NAMED, named=[named.id])
    draft = service_draft(visibility=Visibility.TENANT)
    directory.do(tenant, lambda s, a: services.change_service(s, a, service, draft, Reach(), version=1))
    assert directory.read(admin(tenant), AudienceGrant) == []


def test_only_an_admin_says_that_a_confidential_service_or_place_may_be_known(directory: Directory) -> None:
    tenant = directory.make.tenant()
    organization, service, draft = shelter(directory, tenant, confidential=True)
    place = placed(directory, organization, draft)
    keyring = directory.app.keyring
    open_service, open_place = service_draft(terms=["shelter"]), replace(draft, service_ids=())

    def say(session: Session, actor: Actor) -> None:
        services.change_service(session, actor, service, open_service, Reach(), version=1)

    def unlink(session: Session, actor: Actor) -> None:
        services.change_location(session, actor, organization, place, open_place, version=1, keyring=keyring)

    for deed in (say, unlink):
        with pytest.raises(Unfit, match="only_admin_opens"):
            directory.do(tenant, deed, actor=editor(tenant))
    page = directory.make.user(tenant, [Role.EDITOR]).visitor()
    refused = page.open(f"/en/directory/services/{service.slug}/edit").submit({"confidential": None})
    assert refused.status == 400
    assert "must not be known: Only an admin of your organization" in refused.main
    for deed in (say, unlink):
        directory.do(tenant, deed)
    assert [row.confidential for row in directory.read(admin(tenant), Location)] == [False]


def test_a_place_is_changed_and_taken_out_with_all_that_is_said_of_it(directory: Directory) -> None:
    tenant = directory.make.tenant()
    organization, _service, draft = shelter(directory, tenant)
    place = directory.location(organization, **{n: getattr(draft, n) for n in draft.__dataclass_fields__})
    directory.part(place, Accessibility, {"features": ["ramp"]})
    wish = replace(draft, address_1="", latitude=None, longitude=None, name={"en": "Second office"})

    def change(session: Session, actor: Actor) -> None:
        services.change_location(session, actor, organization, place, wish, version=1)

    directory.do(tenant, change)
    assert directory.read(admin(tenant), Address) == []
    assert directory.read(admin(tenant), Location)[0].name["en"]["text"] == "Second office"
    with pytest.raises(Stale):
        directory.do(tenant, change)
    directory.do(tenant, lambda s, a: services.remove_location(s, a, organization, s.get(Location, place.id)))
    assert directory.read(admin(tenant), Location) == directory.read(admin(tenant), Accessibility) == []


def test_saving_a_place_once_more_leaves_what_is_given_there_as_it_stands(directory: Directory) -> None:
    tenant = directory.make.tenant()
    organization, service, draft = shelter(directory, tenant)
    place = placed(directory, organization, draft)
    other = directory.service(organization)
    before = [row.id for row in directory.read(admin(tenant), ServiceAtLocation)]

    def given(version: int, *idents: Any) -> list[ServiceAtLocation]:
        wish = replace(draft, service_ids=idents)
        directory.do(
            tenant,
            lambda s, a: services.change_location(s, a, organization, place, wish, version=version),
        )
        return directory.read(admin(tenant), ServiceAtLocation)

    rows = {row.service_id: row.id for row in given(1, service.id, other.id)}
    assert [rows[service.id]] == before and set(rows) == {service.id, other.id}
    assert [row.id for row in given(2, other.id)] == [rows[other.id]]


def test_hours_are_written_whole_and_read_by_whoever_reads_what_keeps_them(directory: Directory) -> None:
    tenant = directory.make.tenant()
    organization = directory.organization(tenant)
    service = directory.service(organization, visibility=Visibility.PARTNERS)
    phone = directory.phone(organization, audience=Visibility.TENANT)
    nine, noon = datetime.time(9), datetime.time(12)
    told = Hours(
        weekly=(Opening(byday="MO,TU", opens_at=nine, closes_at=noon),),
        different=(Exceptional(on=datetime.date(2026, 3, 21), until=datetime.date(2026, 3, 23)),),
    )
    for keeper, model in ((service, Service), (phone, Phone)):
        deed = lambda s, a, k=keeper, m=model: services.change_hours(s, a, s.get(m, k.id), told, version=1)  # noqa: E731
        assert directory.do(tenant, deed) is True
        read = lambda s, _a, k=keeper, m=model: opening.hours_of(s, s.get(m, k.id))  # noqa: E731
        assert directory.do(tenant, read) == told
        with pytest.raises(Stale):
            directory.do(tenant, deed)
    partner = editor(directory.make.tenant())
    assert [row.service_id for row in directory.read(partner, Schedule)] == [service.id]
    assert [row.service_id for row in directory.read(partner, ScheduleException)] == [service.id]
    assert directory.read(Actor.anonymous(), Schedule) == []


def test_who_may_come_and_translations_are_sections_of_their_own(directory: Directory) -> None:
    tenant = directory.make.tenant()
    service = directory.service(directory.organization(tenant))
    answers = {
        "sex": "female",
        "minimum_age": 12,
        "maximum_age": 900,
        "nonsense": 1,
        "cross_border": "unknown",
    }
    directory.do(
        tenant,
        lambda s, a: services.describe_service(s, a, service, answers, ["phone", "by owl"], version=1),
    )
    directory.do(
        tenant,
        lambda s, a: services.translate(
            s, a, service, "ky", {"name": "Юридикалык жардам", "slug": "stolen"}, version=2
        ),
    )
    row = directory.read(admin(tenant), Service)[0]
    assert row.eligibility == {"sex": "female", "minimum_age": 12} and row.delivery == ["phone"]
    assert row.translations["name"] == {"ru": "human", "ky": "human"} and row.slug != "stolen"
    with pytest.raises(Unfit, match="language_unknown"):
        directory.do(tenant, lambda s, a: services.translate(s, a, row, "en", {"name": "x"}, version=3))


def test_a_project_knows_what_was_planned_and_what_came(directory: Directory) -> None:
    tenant = directory.make.tenant()
    organization = directory.organization(tenant)
    draft = ProjectDraft(title={"en": "Road"}, status="running", start_on="2024", end_on="2026-12")
    project = directory.do(tenant, lambda s, a: services.create_project(s, a, organization, draft))
    assert (project.actual_start, project.planned_end, project.actual_end) == ("2024", "2026-12", "")
    later = replace(draft, planned_end="2026-12", actual_start="2024", actual_end="2027-02", status="closed")
    directory.do(tenant, lambda s, a: services.change_project(s, a, organization, project, later, version=1))
    row = directory.read(admin(tenant), Project)[0]
    assert (row.start_on, row.end_on, row.status.code, row.version) == ("2024", "2027-02", 4, 2)
    with pytest.raises(Unfit, match="sector_unknown"):
        directory.do(
            tenant,
            lambda s, a: services.create_project(s, a, organization, replace(draft, sectors=["health"])),
        )


def test_picked_partners_are_the_other_members_that_are_not_paused(directory: Directory) -> None:
    tenant, other = directory.make.tenant(), directory.make.tenant()
    directory.make.network()
    found = directory.do(tenant, lambda s, _a: [one.id for one in readers.partners(s, tenant.id)])
    assert found == [other.id]
