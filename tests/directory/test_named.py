"""The audience that is picked tenant by tenant: through the mapper and through PostgreSQL alone."""

from __future__ import annotations

import uuid

import pytest
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from network.database import run_raw
from network.directory.models import AudienceGrant, Organization, Phone, Service, Visibility
from network.permissions import Role
from network.tenancy import Actor, ForeignTenant, Tenant
from tests.directory.conftest import Directory, admin, editor


@pytest.fixture
def three(directory: Directory) -> tuple[Tenant, Tenant, Tenant]:
    """Who keeps the listing, who is named, who is not."""
    return directory.make.tenant(), directory.make.tenant(), directory.make.tenant()


def name_reader(directory: Directory, keeper: Tenant, row: Organization | Phone, reader: Tenant) -> None:
    def deed(session: Session, _actor: Actor) -> None:
        session.add(
            AudienceGrant(
                tenant_id=keeper.id,
                subject_table=row.__tablename__,
                subject_id=row.id,
                reader_id=reader.id,
            )
        )

    directory.do(keeper, deed)


def numbers(directory: Directory, actor: Actor) -> tuple[set[str], set[str]]:
    """What is read through the mapper, and what PostgreSQL alone lets through."""
    with directory.app.database.unit_of_work(actor) as session:
        mapped = set(session.scalars(select(Phone.number)))
        raw = {row.number for row in run_raw(session, text("SELECT number FROM phone"))}
    return mapped, raw


def test_a_named_row_is_read_by_its_keeper_and_the_tenants_named_and_nobody_else(
    directory: Directory, three: tuple[Tenant, Tenant, Tenant]
) -> None:
    keeper, named, other = three
    organization = directory.organization(keeper)
    phone = directory.phone(organization, number="0077", audience=Visibility.NAMED)
    assert numbers(directory, admin(named)) == (set(), set())
    name_reader(directory, keeper, phone, named)
    for actor in (admin(keeper), editor(named)):
        assert numbers(directory, actor) == ({"0077"}, {"0077"})
    observer = Actor.member(named.id, uuid.uuid4(), [Role.OBSERVER])
    for actor in (admin(other), observer, Actor.anonymous(), Actor.clock(other.id)):
        assert numbers(directory, actor) == (set(), set()), actor.kind


def test_being_named_for_one_row_opens_no_other(
    directory: Directory, three: tuple[Tenant, Tenant, Tenant]
) -> None:
    keeper, named, _other = three
    organization = directory.organization(keeper)
    phone = directory.phone(organization, number="0077", audience=Visibility.NAMED)
    directory.phone(organization, number="0088", audience=Visibility.NAMED)
    directory.phone(organization, number="0099", audience=Visibility.TENANT)
    name_reader(directory, keeper, phone, named)
    assert numbers(directory, admin(named)) == ({"0077"}, {"0077"})


def test_a_grant_counts_only_while_the_row_says_named(
    directory: Directory, three: tuple[Tenant, Tenant, Tenant]
) -> None:
    keeper, named, _other = three
    organization = directory.organization(keeper)
    phone = directory.phone(organization, number="0077", audience=Visibility.TENANT)
    name_reader(directory, keeper, phone, named)
    assert numbers(directory, admin(named)) == (set(), set())


def test_nobody_names_themselves_for_a_row_of_another_tenant(
    directory: Directory, three: tuple[Tenant, Tenant, Tenant]
) -> None:
    keeper, _named, other = three
    organization = directory.organization(keeper)
    phone = directory.phone(organization, number="0077", audience=Visibility.NAMED)
    name_reader(directory, other, phone, other)
    assert numbers(directory, admin(other)) == (set(), set())
    with pytest.raises(ForeignTenant), directory.app.database.unit_of_work(admin(other)) as session:
        session.add(
            AudienceGrant(tenant_id=keeper.id, subject_table="phone", subject_id=phone.id, reader_id=other.id)
        )
        session.flush()


def test_a_whole_listing_may_be_for_named_partners(
    directory: Directory, three: tuple[Tenant, Tenant, Tenant]
) -> None:
    keeper, named, other = three
    organization = directory.organization(keeper, visibility=Visibility.NAMED)
    directory.service(organization, visibility=Visibility.NAMED)
    name_reader(directory, keeper, organization, named)
    assert len(directory.read(admin(named), Organization)) == 1
    assert directory.read(admin(named), Service) == []
    assert directory.read(admin(other), Organization) == []
