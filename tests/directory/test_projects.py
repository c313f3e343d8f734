"""Projects: found by place, subject and time; and nobody who keeps a service is surprised when its grant ends."""

from __future__ import annotations

import datetime
import uuid
from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from network.database import now
from network.directory import grants, services
from network.directory.drafts import ParticipantDraft, ProjectDraft
from network.directory.models import Organization, Project, Service, ServiceFunding, Visibility
from network.directory.services import granting
from network.outbox import OutboxMessage
from network.permissions import Role
from network.tenancy import Actor, Tenant
from tests.directory.conftest import Directory
from tests.pages import Visitor

LIST = "/en/directory/projects/"


def project(directory: Directory, organization: Organization, **changes: Any) -> Project:
    given: dict[str, Any] = {
        "title": {"en": "Way home"},
        "status": "running",
        "visibility": Visibility.PUBLIC,
    }

    def deed(session: Session, actor: Actor) -> Project:
        whole = session.get(Organization, organization.id)
        assert whole is not None
        return services.create_project(session, actor, whole, ProjectDraft(**(given | changes)))

    made: Project = directory._as_keeper(organization, deed)
    return made


def fund(directory: Directory, service: Service, *paying: Project) -> None:
    def deed(session: Session, actor: Actor) -> None:
        row = session.get(Service, service.id)
        assert row is not None
        services.fund(session, actor, row, paying)

    directory._as_keeper(service, deed)  # type: ignore[arg-type]


def in_days(days: int) -> str:
    return (now().date() + datetime.timedelta(days=days)).isoformat()


def titles(visitor: Visitor, query: str = "") -> list[str]:
    page = visitor.open(LIST + query)
    assert page.status == 200
    return [" ".join(h.text_content().split()) for h in page.tree.xpath("//main//ul[@class='cards']/li/h3")]


def test_projects_are_found_by_place_subject_and_time(
    directory: Directory, visitor: Callable[[], Visitor]
) -> None:
    organization = directory.organization()
    project(directory, organization, title={"en": "In Batken"}, places=["KG-B"], sectors=["15180"])
    project(
        directory,
        organization,
        title={"en": "In Khujand"},
        places=["TJ-SU"],
        status="closed",
        sectors=["15190"],
    )
    project(directory, organization, title={"en": "At its seat"}, status="planned")
    reader = visitor()
    assert set(titles(reader)) == {"In Batken", "In Khujand", "At its seat"}
    assert set(titles(reader, "?place=KG")) == {"In Batken", "At its seat"}
    assert titles(reader, "?place=KG-B") == ["In Batken"]
    assert titles(reader, "?sector=15190") == ["In Khujand"]
    assert titles(reader, "?when=running") == ["In Batken"]
    assert titles(reader, "?when=over&place=TJ") == ["In Khujand"]
    assert len(titles(reader, "?place=XX&sector=%00&when=never&after=~x")) == 3


def test_the_list_goes_on_where_it_stopped(
    directory: Directory, visitor: Callable[[], Visitor], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("network.directory.views.projects.PAGE", 2)
    organization = directory.organization()
    for year in range(2001, 2006):
        project(directory, organization, title={"en": f"Of {year}"}, start_on=str(year))
    reader, seen = visitor(), []
    page = reader.open(LIST)
    for _page in range(3):
        seen += [h.text_content().strip() for h in page.tree.xpath("//main//h3")]
        older = page.tree.xpath("//a[@rel='next']/@href")
        if older:
            page = reader.open(older[0])
    assert seen == [f"Of {year}" for year in range(2005, 2000, -1)]


def test_a_project_says_who_pays_what_when_and_where(
    directory: Directory, visitor: Callable[[], Visitor]
) -> None:
    from decimal import Decimal

    organization = directory.organization()
    service = directory.service(organization)
    row = project(
        directory,
        organization,
        start_on="2006-04",
        end_on="2007-04-24",
        places=["KG-B"],
        sectors=["15180", "99810"],
        budget=Decimal(12500),
        currency="EUR",
        participants=(ParticipantDraft(role=1, name={"en": "Good Fund"}),),
    )
    fund(directory, service, row)
    page = visitor().open(f"{LIST}{row.id}")
    for words in (
        "Good Fund",
        "April 2006 – 24 April 2007",
        "Batken Region",
        "Ending violence against women and girls",
        "99810",
        "12,500 EUR",
        "Legal advice",
    ):
        assert words in page.main, words
    assert page.title.startswith("Green Hill")


def test_a_hidden_project_is_no_page_and_pays_for_nothing_that_can_be_seen(
    directory: Directory, visitor: Callable[[], Visitor]
) -> None:
    tenant = directory.make.tenant()
    organization = directory.organization(tenant)
    service = directory.service(organization)
    own = directory.make.user(tenant, [Role.EDITOR]).visitor()
    partner = directory.make.user(directory.make.tenant(), [Role.EDITOR]).visitor()
    for audience, readers in ((Visibility.PARTNERS, (own, partner)), (Visibility.TENANT, (own,))):
        row = project(directory, organization, title={"en": "Canarywxfly"}, visibility=audience)
        fund(directory, service, row)
        for reader in (own, partner, visitor()):
            allowed = reader in readers
            assert (reader.open(f"{LIST}{row.id}").status == 200) == allowed
            if not allowed:
                assert "Canarywxfly" not in reader.open(f"/en/directory/services/{service.slug}").html
    assert "Canarywxfly" not in visitor().open(LIST).html
    assert visitor().open(f"{LIST}{uuid.uuid4()}").status == 404


def test_a_keeper_says_which_grants_pay_and_others_cannot(
    directory: Directory, visitor: Callable[[], Visitor]
) -> None:
    tenant = directory.make.tenant()
    organization = directory.organization(tenant)
    service = directory.service(organization)
    row = project(directory, organization)
    path = f"/en/directory/services/{service.slug}/funding"
    keeper = directory.make.user(tenant, [Role.EDITOR]).visitor()
    for _twice in range(2):
        page = keeper.open(path).submit({"projects": str(row.id)})
        assert page.status == 200 and "Saved." in page.main
    assert keeper.open(path).values("projects")["projects"] == str(row.id)
    foreign = project(directory, directory.organization())
    page = keeper.open(path)
    assert page.submit({"projects": str(foreign.id)}).status == 400
    keeper.open(path).submit({"projects": None})
    assert "projects" not in keeper.open(path).values("projects")
    stranger = directory.make.user(directory.make.tenant(), [Role.ADMIN]).visitor()
    assert stranger.open(path).status == 404


def test_a_grant_beyond_those_offered_is_not_taken_away(directory: Directory) -> None:
    organization = directory.organization()
    service = directory.service(organization)
    old, new = project(directory, organization), project(directory, organization)
    fund(directory, service, old, new)

    def deed(session: Session, actor: Actor) -> None:
        row = session.get_one(Service, service.id)
        services.fund(session, actor, row, [], offered=[session.get_one(Project, new.id)])

    directory._as_keeper(service, deed)
    actor = Actor.member(organization.tenant_id, uuid.uuid4(), [Role.ADMIN])
    assert [row.project_id for row in directory.read(actor, ServiceFunding)] == [old.id]


ENDS = [(85, True), (20, True), (0, True), (-10, True), (95, False), (-60, False)]


@pytest.mark.parametrize(("days", "told"), ENDS)
def test_a_service_whose_grant_ends_stands_on_the_desk_before_the_day(
    directory: Directory, days: int, told: bool
) -> None:
    tenant = directory.make.tenant()
    organization = directory.organization(tenant)
    service = directory.service(organization)
    fund(directory, service, project(directory, organization, end_on=in_days(days)))
    keeper = directory.make.user(tenant, [Role.EDITOR]).visitor()
    desk = keeper.open("/en/desk/")
    assert ("service whose grant comes to its end" in desk.main) == told
    assert ("Legal advice" in keeper.open(f"{LIST}ending").main) == told
    other = directory.make.user(directory.make.tenant(), [Role.EDITOR]).visitor()
    assert "Legal advice" not in other.open(f"{LIST}ending").main
    assert "grant" not in other.open("/en/desk/").main


def letters(directory: Directory, tenant: Tenant) -> list[OutboxMessage]:
    with directory.app.database.unit_of_work(Actor.clock(tenant.id)) as session:
        return [
            one
            for one in session.scalars(select(OutboxMessage))
            if (one.dedupe_key or "").startswith(f"directory.grant/{tenant.id}/")
        ]


def test_the_keepers_get_one_neutral_letter_at_each_warning_and_no_more(directory: Directory) -> None:
    tenant = directory.make.tenant()
    organization = directory.organization(tenant)
    for name in ("One", "Two"):
        service = directory.service(organization, name={"en": name})
        fund(directory, service, project(directory, organization, end_on=in_days(80)))

    def morning(day: datetime.date) -> int:
        with directory.app.database.unit_of_work(Actor.clock(tenant.id)) as session:
            return granting.remind(session, tenant.id, day)

    today = now().date()
    sent = [morning(today + datetime.timedelta(days=days)) for days in (-20, 0, 0, 1, 49, 50, 50, 79, 81)]
    assert sent == [0, 1, 0, 0, 0, 1, 0, 0, 0]
    for letter in letters(directory, tenant):
        assert letter.kind == "notice" and letter.params == {} and letter.to_kind == "listing keepers"


def test_the_clock_tells_each_tenant_of_its_own_grants(directory: Directory) -> None:
    from network.scheduler.plans import HANDLERS, PERIODIC

    assert "directory.grants" in HANDLERS and PERIODIC["directory.grants"].each_tenant


@pytest.mark.parametrize("end", ["2026", "2026-02", "2026-02-31", "2026-13-45", "someday"])
def test_an_inexact_or_senseless_day_breaks_no_page(directory: Directory, end: str) -> None:
    tenant = directory.make.tenant()
    organization = directory.organization(tenant)
    fund(directory, directory.service(organization), project(directory, organization, end_on=end))
    keeper = directory.make.user(tenant, [Role.EDITOR]).visitor()
    assert keeper.open("/en/desk/").status == 200
    assert keeper.open(f"{LIST}ending").status == 200
    assert keeper.open(LIST).status == 200


def test_the_end_of_a_year_or_month_is_its_last_day(directory: Directory) -> None:
    tenant = directory.make.tenant()
    organization = directory.organization(tenant)
    for number, end in enumerate(("2027", "2027-12", "2027-12-31")):
        service = directory.service(organization, name={"en": f"Help {number}"})
        fund(directory, service, project(directory, organization, end_on=end))
    with directory.app.database.unit_of_work(Actor.clock(tenant.id)) as session:
        for day, n in ((datetime.date(2027, 10, 1), 0), (datetime.date(2027, 10, 3), 3)):
            assert len(session.execute(grants.ending(tenant.id, day)).all()) == n
            assert session.scalars(grants.ending_count(tenant.id, day)).one() == n
