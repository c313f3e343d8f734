"""What a listing said before: for its keepers alone, readable value by value, and given back as a new version."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from network.directory import services
from network.directory.drafts import Reach
from network.directory.models import Organization, Phone, Revision, Service, Visibility
from network.directory.services import restoring
from network.directory.upkeep import history
from network.permissions import NotThere, Refused, Role, Stale
from network.tenancy import Actor, Tenant
from tests.directory.conftest import Directory, admin, organization_draft, phone_draft, service_draft
from tests.pages import Visitor

TEXTS = st.dictionaries(st.sampled_from(["en", "ru", "ky"]), st.text("abc", min_size=1), min_size=1)
SNAPSHOTS = st.fixed_dictionaries(
    {
        "id": st.uuids().map(str),
        "version": st.integers(1, 9),
        "name": TEXTS,
        "website": st.none() | st.text("xyz"),
        "status": st.sampled_from(["active", "defunct"]),
        "visibility": st.sampled_from([v.value for v in Visibility]),
    }
)


@settings(deadline=None)
@given(SNAPSHOTS, SNAPSHOTS)
def test_differences_name_exactly_what_differs(before: dict[str, Any], after: dict[str, Any]) -> None:
    assert history.changes(before, before) == []
    found = {(change.name, change.language) for change in history.changes(before, after)}
    expected = {(name, "") for name in ("status", "visibility") if before[name] != after[name]}
    if (before["website"] or None) != (after["website"] or None):
        expected.add(("website", ""))
    for code in {*before["name"], *after["name"]}:
        if before["name"].get(code) != after["name"].get(code):
            expected.add(("name", code))
    assert found == expected


@settings(deadline=None)
@given(SNAPSHOTS)
def test_what_is_given_back_never_says_who_reads_or_whose_it_is(snapshot: dict[str, Any]) -> None:
    given_back = history.given_back(Organization(), {**snapshot, "tenant_id": "x", "slug": "y"})
    assert set(given_back) == {"name", "website", "status"}


@pytest.fixture
def tenant(directory: Directory) -> Tenant:
    return directory.make.tenant()


@pytest.fixture
def keeper(directory: Directory, tenant: Tenant) -> Visitor:
    return directory.make.user(tenant, [Role.EDITOR], name="Kanykei").visitor()


def change(directory: Directory, organization: Organization, version: int, **changes: Any) -> None:
    tenant = Tenant(id=organization.tenant_id)
    draft = organization_draft(**changes)
    directory.do(
        tenant, lambda s, a: services.change_organization(s, a, organization, draft, version=version)
    )


def test_the_keeper_reads_what_changed_by_language_and_gives_it_back(
    directory: Directory, tenant: Tenant, keeper: Visitor, visitor: Callable[[], Visitor]
) -> None:
    organization = directory.organization(tenant)
    change(directory, organization, 1, name={"en": "Hill House", "ru": "Зелёный холм"}, place_id="KG-O")
    page = keeper.open(f"/en/directory/organizations/{organization.slug}").follow("History")
    assert page.tree.xpath("//main//del/span/text()") == [
        "Green Hill",
        page.tree.xpath("//del/span/text()")[1],
    ]
    assert "Hill House" in page.main and "Name (English)" in page.main
    assert "Name (Русский)" in page.main  # In what it said at first.
    after = page.submit(containing="Restore this version")
    assert "Restored, as a new version." in after.main and "version 3" in after.main
    assert "Kanykei" in after.main
    row = directory.read(admin(tenant), Organization)[0]
    assert (row.version, row.name["en"]["text"], row.place_id) == (3, "Green Hill", "KG-GO")
    assert "Green Hill" in visitor().open(f"/en/directory/organizations/{organization.slug}").main
    assert "Green Hill" in visitor().open("/en/directory/?q=green").main
    again = page.submit(containing="Restore this version")
    assert again.status == 409


def test_a_service_and_a_number_have_their_history_where_they_belong(
    directory: Directory, tenant: Tenant, keeper: Visitor
) -> None:
    organization = directory.organization(tenant)
    service = directory.service(organization)
    phone = directory.phone(organization, service_id=service.id)
    other = directory.phone(organization, number="00020")

    def edit(session: Any, actor: Actor) -> None:
        row = session.get(Phone, phone.id)
        draft = phone_draft(number="00011", service_id=service.id)
        services.change_phone(session, actor, organization, row, draft, version=1)
        listed = session.get(Service, service.id)
        terms = service_draft(terms=["legal", "health"])
        services.change_service(session, actor, listed, terms, Reach(), version=1)

    directory.do(tenant, edit)
    page = keeper.open(f"/en/directory/history/{service.id}").main
    assert "00010" in page and "00011" in page and "Legal help, Health care" in page and "00020" not in page
    whole = keeper.open(f"/en/directory/history/{organization.id}").main
    assert other.number in whole and "00011" not in whole


def test_giving_back_never_shows_anything_to_more_people(
    directory: Directory, tenant: Tenant, visitor: Callable[[], Visitor]
) -> None:
    organization = directory.organization(tenant, description={"en": "canaryoldxfly"})
    change(directory, organization, 1, visibility=Visibility.TENANT, description={"en": "new"})
    first = next(r for r in directory.read(admin(tenant), Revision) if r.version == 1)
    assert (first.visibility, first.cause, first.listing_id) == ("public", "edit", organization.id)
    changed = directory.do(tenant, lambda s, a: restoring.restore(s, a, first, version=2))
    assert changed == ["description"]
    row = directory.read(admin(tenant), Organization)[0]
    assert row.visibility is Visibility.TENANT and row.description["en"]["text"] == "canaryoldxfly"
    for path in (f"/en/directory/organizations/{organization.slug}", "/en/directory/?q=canaryoldxfly"):
        assert "canaryoldxfly" not in visitor().open(path).main.replace("“canaryoldxfly”", "")


def test_history_is_the_keepers_alone(
    directory: Directory, tenant: Tenant, keeper: Visitor, visitor: Callable[[], Visitor]
) -> None:
    organization = directory.organization(tenant, description={"en": "canaryoldxfly"})
    change(directory, organization, 1, description={"en": "new"})
    path = f"/en/directory/history/{organization.id}"
    assert "canaryoldxfly" in keeper.open(path).main
    first = next(r for r in directory.read(admin(tenant), Revision) if r.version == 1)
    partner = directory.make.user(directory.make.tenant(), [Role.ADMIN, Role.EDITOR])
    coordinator = directory.make.user(directory.make.network(), [Role.COORDINATOR])
    colleague = directory.make.user(tenant, [Role.CASEWORKER])
    restore = f"/en/directory/history/versions/{first.id}/restore"
    for person in (partner, coordinator, colleague):
        at = person.visitor()
        assert at.open(path).status == 404
        token = (
            at.token("/en/account/") if person is colleague else at.token("/en/directory/organizations/new")
        )
        assert at.post(restore, {"csrf_token": token, "version": "2"}).status == 404
        assert "canaryoldxfly" not in at.open(f"/en/directory/organizations/{organization.slug}").html
    for person in (partner, coordinator):
        assert directory.read(person.actor, Revision) == []
        with pytest.raises((Refused, NotThere)):
            directory.do(
                person.tenant, lambda s, a: restoring.restore(s, a, first, version=2), actor=person.actor
            )
    assert directory.read(Actor.anonymous(), Revision) == []
    assert visitor().open(path, follow=False).status == 303


def test_somebody_who_was_faster_is_not_overwritten(directory: Directory, tenant: Tenant) -> None:
    organization = directory.organization(tenant)
    change(directory, organization, 1, name={"en": "Second"})
    first = next(r for r in directory.read(admin(tenant), Revision) if r.version == 1)
    change(directory, organization, 2, name={"en": "Third"})
    with pytest.raises(Stale):
        directory.do(tenant, lambda s, a: restoring.restore(s, a, first, version=2))
    assert directory.read(admin(tenant), Organization)[0].name["en"]["text"] == "Third"
