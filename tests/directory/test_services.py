"""Who may change what, and that no part is ever shown to more people than the whole."""

from __future__ import annotations

import uuid
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import select

from network.directory import services
from network.directory.drafts import ContactDraft, Opening, Reach
from network.directory.finding.search import search
from network.directory.finding.wishes import Matched, Wish
from network.directory.models import (
    Contact,
    Organization,
    Phone,
    Revision,
    Schedule,
    SearchPublic,
    Service,
    ServiceArea,
    Visibility,
)
from network.directory.paper import queries as contents
from network.permissions import Refused, Role, Stale, Unfit
from network.tenancy import Actor
from tests.directory.conftest import Directory, admin, editor, organization_draft, phone_draft, service_draft

STRANGER = Actor.anonymous()


def partner(directory: Directory) -> Actor:
    return editor(directory.make.tenant())


def test_each_audience_reads_its_rows_and_no_more(directory: Directory) -> None:
    tenant = directory.make.tenant()
    for visibility in Visibility:
        directory.organization(tenant, visibility=visibility, name={"en": visibility.value})
    observer = Actor.member(directory.make.network().id, uuid.uuid4(), [Role.OBSERVER])

    def seen(actor: Actor) -> set[str]:
        return {row.visibility.value for row in directory.read(actor, Organization)}

    assert seen(STRANGER) == seen(observer) == {"public"}
    assert seen(partner(directory)) == {"public", "partners"}
    assert seen(editor(tenant)) == {"public", "partners", "named", "tenant"}


def test_only_an_admin_widens_who_may_read(directory: Directory) -> None:
    tenant = directory.make.tenant()
    organization = directory.organization(tenant, visibility=Visibility.TENANT)
    wide = organization_draft(visibility=Visibility.PARTNERS)
    with pytest.raises(Refused):
        directory.do(
            tenant,
            lambda s, a: services.change_organization(s, a, organization, wide, version=1),
            actor=editor(tenant),
        )
    with pytest.raises(Refused):
        directory.do(tenant, lambda s, a: services.create_organization(s, a, wide), actor=editor(tenant))
    assert directory.do(
        tenant, lambda s, a: services.change_organization(s, a, organization, wide, version=1)
    )
    narrow = organization_draft(visibility=Visibility.TENANT)
    assert directory.do(
        tenant,
        lambda s, a: services.change_organization(s, a, organization, narrow, version=2),
        actor=editor(tenant),
    )


def test_nobody_edits_for_another_tenant(directory: Directory) -> None:
    organization = directory.organization()
    other = directory.make.tenant()
    with pytest.raises(Refused):
        directory.do(
            other,
            lambda s, a: services.change_organization(
                s, a, organization, organization_draft(name={"en": "Mine now"}), version=1
            ),
        )
    for roles in ([Role.CASEWORKER], [Role.ORGANISER], [Role.SUPERVISOR]):
        actor = Actor.member(organization.tenant_id, uuid.uuid4(), roles)
        with pytest.raises(Refused):
            directory.do(
                other,
                lambda s, a: services.change_organization(
                    s, a, organization, organization_draft(), version=1
                ),
                actor=actor,
            )


def test_a_change_made_on_an_older_version_is_refused(directory: Directory) -> None:
    tenant = directory.make.tenant()
    organization = directory.organization(tenant)

    def change(name: str, version: int) -> None:
        draft = organization_draft(name={"en": name})
        directory.do(
            tenant, lambda s, a: services.change_organization(s, a, organization, draft, version=version)
        )

    change("First", 1)
    with pytest.raises(Stale):
        change("Second", 1)
    (row,) = directory.read(admin(tenant), Organization)
    assert (row.name["en"]["text"], row.version) == ("First", 2)
    revisions = directory.read(admin(tenant), Revision)
    assert sorted(r.version for r in revisions) == [1, 2]
    assert {r.snapshot["name"]["en"]["text"] for r in revisions} == {"Green Hill", "First"}


def test_a_translation_is_marked_when_its_source_changed(directory: Directory) -> None:
    tenant = directory.make.tenant()
    organization = directory.organization(tenant)
    draft = organization_draft(name={"en": "Green Mountain", "ru": "Зелёный холм"})
    directory.do(tenant, lambda s, a: services.change_organization(s, a, organization, draft, version=1))
    (row,) = directory.read(admin(tenant), Organization)
    assert row.name["ru"] == {"text": "Зелёный холм", "status": "outdated"}


def test_a_narrowed_listing_takes_everything_of_it_along(directory: Directory) -> None:
    tenant = directory.make.tenant()
    organization = directory.organization(tenant)
    service = directory.service(organization, Reach(areas=("KG-GO",), opening=Opening(always=True)))
    directory.phone(organization)
    directory.phone(organization, service_id=service.id, number="00011")
    assert len(directory.read(STRANGER, Phone)) == 2
    draft = organization_draft(visibility=Visibility.PARTNERS)
    directory.do(tenant, lambda s, a: services.change_organization(s, a, organization, draft, version=1))
    for model in (Organization, Service, Phone, Schedule, ServiceArea, SearchPublic):
        assert directory.read(STRANGER, model) == [], model
    assert len(directory.read(partner(directory), Phone)) == 2
    # Opening the listing again opens nothing else: each part is decided by name.
    directory.do(
        tenant, lambda s, a: services.change_organization(s, a, organization, organization_draft(), version=2)
    )
    assert len(directory.read(STRANGER, Organization)) == 1
    assert directory.read(STRANGER, Phone) == directory.read(STRANGER, Service) == []


def test_no_part_is_wider_than_its_whole(directory: Directory) -> None:
    organization = directory.organization(visibility=Visibility.PARTNERS)
    for part in (directory.phone, directory.service):
        with pytest.raises(Unfit, match="wider_than_whole"):
            part(organization)  # type: ignore[operator]
    public = directory.organization()
    hidden = directory.service(public, visibility=Visibility.TENANT)
    with pytest.raises(Unfit, match="wider_than_whole"):
        directory.phone(public, service_id=hidden.id)


def test_the_door_of_a_confidential_service_stays_among_colleagues(directory: Directory) -> None:
    organization = directory.organization()
    shelter = directory.service(organization, confidential=True, terms=["shelter"])
    open_door = {
        "place_id": "KG-GO",
        "audience": Visibility.PUBLIC,
        "address_1": "Hidden street 5",
        "address_audience": Visibility.PARTNERS,
        "service_ids": (shelter.id,),
    }
    with pytest.raises(Unfit, match="confidential_address"):
        directory.location(organization, **open_door)
    directory.location(organization, **(open_door | {"address_audience": Visibility.TENANT}))


def test_contacts_are_for_colleagues_unless_an_admin_says_otherwise(directory: Directory) -> None:
    tenant = directory.make.tenant()
    organization = directory.organization(tenant)

    def add(session: object, actor: Actor) -> Contact:
        return services.create_contact(session, actor, organization, ContactDraft(name="Duty desk"))  # type: ignore[arg-type]

    directory.do(tenant, add, actor=editor(tenant))
    assert directory.read(STRANGER, Contact) == directory.read(partner(directory), Contact) == []
    assert len(directory.read(editor(tenant), Contact)) == 1


def test_two_listings_of_one_name_get_addresses_of_their_own(directory: Directory) -> None:
    first = directory.organization(visibility=Visibility.TENANT)
    second = directory.organization()
    assert first.slug == "green-hill"
    assert second.slug.startswith("green-hill-")


def test_what_is_unknown_is_refused_by_name(directory: Directory) -> None:
    organization = directory.organization()
    with pytest.raises(Unfit, match="place_unknown"):
        directory.organization(place_id="XX-1")
    with pytest.raises(Unfit, match="place_unknown"):
        directory.service(organization, Reach(areas=("XX-1",)))
    with pytest.raises(Unfit, match="term_unknown"):
        directory.service(organization, terms=["sorcery"])


def found(directory: Directory, text: str, **wish: str) -> list[tuple[str, Matched]]:
    with directory.app.database.unit_of_work(STRANGER) as session:
        hits = search(session, Wish(text=text, **wish), "en", limit=20).hits
        return [(hit.row.slug, hit.rule) for hit in hits]


@pytest.mark.parametrize("spelled", ["Osh", "Ош", "O'sh", "Oʻsh", "Ўш", "Ӯш", "OSH", "  osh  "])
def test_a_town_is_found_in_every_script(directory: Directory, spelled: str) -> None:
    directory.organization()
    directory.organization(name={"en": "Far away"}, place_id="TJ-3505401")
    assert found(directory, spelled) == [("green-hill", Matched.PLACE)]


@pytest.mark.parametrize(
    ("spelled", "rule"),
    [
        ("Green Hill", Matched.EXACT),
        ("hill green", Matched.NAME),
        ("зеленый", Matched.NAME),
        ("gree", Matched.NAME),
        ("greem hill", Matched.SIMILAR),
        ("people on the move", Matched.TEXT),
        ("green osh", Matched.PLACE),
    ],
)
def test_a_result_says_by_which_rule_it_was_found(directory: Directory, spelled: str, rule: Matched) -> None:
    directory.organization()
    assert found(directory, spelled) == [("green-hill", rule)]


@pytest.mark.parametrize(
    "nothing", ["", "   ", "%", "_", "!!!", "elephantine", "green elephant", "\\", "% green"]
)
def test_signs_that_mean_something_to_sql_mean_nothing(directory: Directory, nothing: str) -> None:
    directory.organization()
    expected = {"": 1, "   ": 1, "% green": 1}.get(nothing, 0)
    assert len(found(directory, nothing)) == expected


def test_filters_narrow_and_a_province_holds_its_districts(directory: Directory) -> None:
    organization = directory.organization()
    directory.service(organization, Reach(areas=("KG06242000000",)))
    assert [slug for slug, _ in found(directory, "", kind="service")] == ["legal-advice"]
    assert [slug for slug, _ in found(directory, "", kind="service", place_id="KG-O")] == ["legal-advice"]
    assert found(directory, "", kind="service", place_id="KG-B") == []
    assert [slug for slug, _ in found(directory, "", term="legal", kind="service")] == ["legal-advice"]
    assert found(directory, "", term="shelter") == []
    assert found(directory, "", speaks="tg") == []
    assert next(slug for slug, _ in found(directory, "юридическая", speaks="ky")) == "legal-advice"


def test_the_audience_of_the_state_number_is_what_is_public(directory: Directory) -> None:
    def number() -> int:
        with directory.app.database.unit_of_work(STRANGER) as session:
            row = session.scalars(contents.state()).one_or_none()
            return row.number if row else 0

    organization = directory.organization()
    before = number()
    directory.phone(organization, audience=Visibility.PARTNERS, number="00012")
    directory.service(organization, visibility=Visibility.TENANT)
    assert number() == before
    directory.phone(organization)
    assert number() == before + 1


def test_drafts_that_change_nothing_leave_no_version(directory: Directory) -> None:
    tenant = directory.make.tenant()
    organization = directory.organization(tenant)
    service = directory.service(organization)
    phone = directory.phone(organization)

    def again(session: object, actor: Actor) -> list[bool]:
        s = session
        return [
            services.change_organization(s, actor, organization, organization_draft(), version=1),  # type: ignore[arg-type]
            services.change_service(s, actor, service, service_draft(), Reach(), version=1),  # type: ignore[arg-type]
            services.change_phone(s, actor, organization, phone, phone_draft(), version=1),  # type: ignore[arg-type]
        ]

    assert directory.do(tenant, again) == [False, False, False]
    assert len(directory.read(admin(tenant), Revision)) == 3
    with directory.app.database.unit_of_work(admin(tenant)) as session:
        assert session.scalars(select(Service)).one().version == 1


def test_of_many_changes_to_one_version_one_is_kept(directory: Directory) -> None:
    tenant = directory.make.tenant()
    organization = directory.organization(tenant)

    def change(number: int) -> str:
        draft = organization_draft(name={"en": f"Hill {number}"})
        try:
            directory.do(
                tenant, lambda s, a: services.change_organization(s, a, organization, draft, version=1)
            )
        except Stale:
            return ""
        return draft.name["en"]

    with ThreadPoolExecutor(6) as pool:
        kept = [name for name in pool.map(change, range(12)) if name]
    (row,) = directory.read(admin(tenant), Organization)
    assert kept == [row.name["en"]["text"]]
    assert [r.title["en"]["text"] for r in directory.read(STRANGER, SearchPublic)] == kept


def test_many_numbers_added_at_once_are_all_found_and_none_twice(directory: Directory) -> None:
    organization = directory.organization()

    def add(number: int) -> None:
        directory.phone(organization, number=f"0005{number}", hotline=True)

    with ThreadPoolExecutor(6) as pool:
        list(pool.map(add, range(12)))
    (row,) = [row for row in directory.read(STRANGER, SearchPublic) if row.kind == "organization"]
    assert sorted(row.hotlines) == sorted(f"0005{number}" for number in range(12))
