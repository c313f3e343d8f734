"""Each reader finds what is meant for them, and no word, number, place or hour of anything else."""

from __future__ import annotations

import datetime
import logging
import uuid
from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import Engine, select, text
from sqlalchemy.exc import DBAPIError

from network.directory import presenting, queries, services
from network.directory.drafts import Opening, Reach
from network.directory.finding.search import search
from network.directory.finding.wishes import Matched, Wish
from network.directory.models import (
    AudienceGrant,
    Schedule,
    SearchPartners,
    SearchPublic,
    SearchTenant,
    SearchWord,
    Service,
    Visibility,
)
from network.directory.services import publishing
from network.permissions import Role
from network.tenancy import Actor, Tenant
from tests.directory.conftest import Directory, admin, organization_draft
from tests.pages import Visitor

STRANGER = Actor.anonymous()
SUNDAY_NIGHT = datetime.datetime(2026, 11, 22, 20, 0, tzinfo=datetime.UTC)  # Monday two o'clock in Bishkek.


def found(directory: Directory, actor: Actor, words: str = "", **wish: Any) -> set[str]:
    with directory.app.database.unit_of_work(actor) as session:
        return {hit.row.slug for hit in search(session, Wish(text=words, **wish), "en", limit=50).hits}


def coordinator(network: Tenant) -> Actor:
    return Actor.member(network.id, uuid.uuid4(), [Role.COORDINATOR])


@pytest.mark.parametrize("audience", [Visibility.PARTNERS, Visibility.NAMED, Visibility.TENANT])
def test_a_word_of_a_narrow_listing_is_found_by_its_readers_alone(
    directory: Directory, owner_engine: Engine, audience: Visibility
) -> None:
    tenant, named, other = (directory.make.tenant() for _ in range(3))
    network = directory.make.network()
    hidden = directory.organization(
        tenant, name={"en": "Qzcanary house"}, visibility=audience, place_id="KG-GO"
    )
    if audience is Visibility.NAMED:
        grant(directory, tenant, hidden.id, named)
    readers = {
        "stranger": STRANGER,
        "coordinator": coordinator(network),
        "partner": admin(other),
        "named": admin(named),
        "keeper": admin(tenant),
    }
    may = {
        Visibility.PARTNERS: {"partner", "named", "keeper"},
        Visibility.NAMED: {"named", "keeper"},
        Visibility.TENANT: {"keeper"},
    }[audience]
    for typed in ("qzcanary", "qzcanery", "osh house", "Qzcanary house"):
        finds = {who for who, actor in readers.items() if hidden.slug in found(directory, actor, typed)}
        assert finds == may, typed
    assert {
        who for who, actor in readers.items() if hidden.slug in found(directory, actor, kind="organization")
    } == may
    with owner_engine.connect() as connection:
        for table in (
            "search_public",
            "search_word",
            *(["search_partners"] if audience is not Visibility.PARTNERS else []),
        ):
            assert "canar" not in str(connection.execute(text(f"SELECT * FROM {table}")).all()), table


def grant(directory: Directory, keeper: Tenant, subject_id: uuid.UUID, reader: Tenant) -> None:
    def write(session: Any, _actor: Actor) -> None:
        session.add(
            AudienceGrant(
                tenant_id=keeper.id, subject_table="organization", subject_id=subject_id, reader_id=reader.id
            )
        )
        publishing.publish(session, subject_id, public=False)

    directory.do(keeper, write)


def test_a_number_for_partners_finds_its_public_listing_for_partners_alone(directory: Directory) -> None:
    tenant, other = directory.make.tenant(), directory.make.tenant()
    organization = directory.organization(tenant)
    directory.phone(organization, number="+996555123456", audience=Visibility.PARTNERS)
    for typed in ("0555123456", "+996 555 123 456", "555123"):
        assert organization.slug in found(directory, admin(other), typed)
        assert found(directory, STRANGER, typed) == set()
        assert found(directory, coordinator(directory.make.network()), typed) == set()


def test_the_serving_login_itself_cannot_read_what_partners_search(directory: Directory) -> None:
    directory.organization(visibility=Visibility.PARTNERS)
    with directory.app.database.unit_of_work(STRANGER) as session, pytest.raises(DBAPIError) as refused:
        session.scalars(select(SearchPartners)).all()
    assert getattr(refused.value.orig, "sqlstate", None) == "42501"


def test_a_members_search_gives_the_role_of_partners_back(directory: Directory) -> None:
    with directory.app.database.unit_of_work(admin(directory.make.tenant())) as session:
        search(session, Wish(text="osh"), "en", limit=5)
        role = session.connection().execute(text("SELECT current_user")).scalar_one()
        assert role.endswith("_app")


def test_what_is_narrowed_is_gone_from_every_wider_search_and_from_the_vocabulary(
    directory: Directory,
) -> None:
    tenant = directory.make.tenant()
    organization = directory.organization(tenant, name={"en": "Qzcanary house"})
    assert "kzkanari" in {row.word for row in directory.read(STRANGER, SearchWord)}
    draft = organization_draft(name={"en": "Qzcanary house"}, visibility=Visibility.TENANT)
    directory.do(tenant, lambda s, a: services.change_organization(s, a, organization, draft, version=1))
    assert directory.read(STRANGER, SearchPublic) == []
    assert directory.read(STRANGER, SearchWord) == []
    assert directory.read(admin(directory.make.tenant()), SearchTenant) == []
    assert found(directory, admin(tenant), "qzcanary") == {organization.slug}


def test_hotlines_and_projects_are_found_in_the_same_box(directory: Directory) -> None:
    organization = directory.organization()
    directory.phone(organization, hotline=True, description={"en": "Trust line", "ru": "Телефон доверия"})
    assert found(directory, STRANGER, "телефон доверия", kind="hotline") == {organization.slug}
    assert found(directory, STRANGER, "trust lin") == {organization.slug}
    assert found(directory, STRANGER, "trust line", kind="project") == set()


def test_an_older_name_of_a_place_finds_what_is_there_and_the_page_says_so(
    directory: Directory, visitor: Callable[[], Visitor]
) -> None:
    directory.organization(place_id="TJ-3505401")
    page = visitor().open("/en/directory/", query_string={"q": "Ленинабад"})
    assert "Green Hill" in page.main
    assert "also called" in page.main
    assert "/en/directory/?place=TJ-3505401" in page.html


def test_the_place_leads_to_all_that_is_in_the_district(
    directory: Directory, visitor: Callable[[], Visitor]
) -> None:
    directory.organization(name={"en": "In the district"}, place_id="KG06242000000")
    page = visitor().open("/en/directory/", query_string={"q": "наукат"})
    there = visitor().open(next(h for h in page.tree.xpath("//main//a/@href") if "place=KG06242" in h))
    assert "In the district" in there.main


def test_the_wrong_keyboard_is_understood(directory: Directory, visitor: Callable[[], Visitor]) -> None:
    directory.organization()
    page = visitor().open("/en/directory/", query_string={"q": "ptk`ysq"})
    assert "Green Hill" in page.main
    assert "зелёный" in page.main


def test_filters_by_sex_age_and_hour_leave_out_only_what_is_known_not_to_fit(directory: Directory) -> None:
    tenant = directory.make.tenant()
    organization = directory.organization(tenant)
    directory.service(organization, name={"en": "For anybody"})
    directory.service(
        organization,
        Reach(opening=Opening(byday="MO", opens_at=datetime.time(1), closes_at=datetime.time(3))),
        name={"en": "Women at night"},
    )

    def narrow(session: Any, _actor: Actor) -> None:
        service = session.scalars(select(Service).where(Service.slug == "women-at-night")).one()
        service.eligibility = {"sex": "female", "minimum_age": 18, "maximum_age": 60}
        publishing.publish(session, organization.id, public=True)

    directory.do(tenant, narrow)
    directory.service(organization, Reach(opening=Opening(always=True)), name={"en": "Day and night"})

    def services_for(**wish: Any) -> set[str]:
        return found(directory, STRANGER, kind="service", **wish)

    everything = {"for-anybody", "women-at-night", "day-and-night"}
    assert services_for(sex="female") == services_for(age=18) == services_for(age=60) == everything
    assert (
        services_for(sex="male")
        == services_for(age=17)
        == services_for(age=61)
        == everything - {"women-at-night"}
    )
    assert services_for(open_at=SUNDAY_NIGHT) == {"women-at-night", "day-and-night"}
    later = SUNDAY_NIGHT + datetime.timedelta(hours=1)
    assert services_for(open_at=later) == {"day-and-night"}


def test_near_is_ordered_by_the_centres_of_districts_and_never_tells_of_a_confidential_door(
    directory: Directory, visitor: Callable[[], Visitor]
) -> None:
    for name, place in (("Far", "TJ-3505401"), ("Next door", "KG06226000000"), ("Here", "KG-GO")):
        made = directory.organization(name={"en": name}, place_id=place)
        directory.service(made, name={"en": f"{name} help"})
        directory.service(made, name={"en": f"{name} shelter"}, confidential=True, terms=["shelter"])
    page = visitor().open("/en/directory/?place=KG-GO&near=y&kind=service")
    titles = [title.text_content() for title in page.tree.xpath("//main//h3")]
    assert titles[0] in ("Here help", "Here shelter")
    assert "Next door help" in titles and "Far help" not in titles
    assert "Next door shelter" not in titles, "a distance would tell where it is"
    assert page.main.count("km away") == 1


def test_the_place_of_a_confidential_service_is_searched_by_its_district_alone(
    directory: Directory, owner_engine: Engine
) -> None:
    organization = directory.organization(place_id="KG-O")
    shelter = directory.service(organization, name={"en": "A safe house"}, confidential=True)
    directory.location(
        organization, place_id="gn:1528339", audience=Visibility.PUBLIC, service_ids=(shelter.id,)
    )
    for row in directory.read(STRANGER, SearchPublic):
        assert "gn:1528339" not in str((row.places, row.lexemes, row.place_id)), row.kind
    assert shelter.slug in found(directory, STRANGER, place_id="KG-O")


def test_one_chooses_where_one_is_without_script_and_without_telling_anybody(
    directory: Directory, visitor: Callable[[], Visitor]
) -> None:
    directory.organization(place_id="KG06242000000")
    page = visitor().open("/en/directory/near")
    assert page.response.headers["Permissions-Policy"].count("geolocation=(self)") == 1
    assert "geolocation=()" in visitor().open("/en/").response.headers["Permissions-Policy"]
    there = visitor().open(next(h for h in page.tree.xpath("//main//a/@href") if "KG06242" in h))
    assert "Green Hill" in there.main


def test_what_strangers_type_is_kept_nowhere(
    directory: Directory,
    visitor: Callable[[], Visitor],
    owner_engine: Engine,
    caplog: pytest.LogCaptureFixture,
) -> None:
    directory.organization()
    caplog.set_level(logging.DEBUG)
    typed = "qzsecretword"
    page = visitor().open("/en/directory/", query_string={"q": typed})
    assert page.status == 200
    assert "Cookie" in page.response.headers["Vary"] and "Set-Cookie" not in page.response.headers
    assert "ETag" not in page.response.headers, "an answer that is kept would keep the question"
    assert typed not in caplog.text
    with owner_engine.connect() as connection:
        tables = (
            connection.execute(
                text(
                    "SELECT quote_ident(schemaname) || '.' || quote_ident(tablename) FROM pg_tables"
                    " WHERE schemaname IN ('public', 'wraps')"
                )
            )
            .scalars()
            .all()
        )
        for table in tables:
            assert typed not in str(connection.execute(text(f"SELECT * FROM {table}")).all()), table
    store = directory.app.extensions["kept"]
    assert not any(typed.encode() in one.body for one in store.all())


def test_reindexing_changes_nothing_that_is_found(directory: Directory) -> None:
    tenant = directory.make.tenant()
    organization = directory.organization(tenant)
    directory.service(organization)
    directory.organization(tenant, name={"en": "For partners"}, visibility=Visibility.PARTNERS)

    def rows() -> list[tuple[Any, ...]]:
        return sorted((row.subject_id, row.lexemes) for row in directory.read(STRANGER, SearchPublic))

    before = rows()
    printed = directory.app.test_cli_runner().invoke(args=["directory", "reindex"]).output
    assert "2 organizations" in printed
    assert rows() == before
    assert found(directory, admin(directory.make.tenant()), "for partners") == {"for-partners"}


def test_the_list_goes_on_where_it_stopped_whoever_reads(directory: Directory) -> None:
    tenant, other = directory.make.tenant(), directory.make.tenant()
    for number in range(7):
        audience = (Visibility.PUBLIC, Visibility.PARTNERS)[number % 2]
        directory.organization(tenant, name={"en": f"Group {number}"}, visibility=audience)
    with directory.app.database.unit_of_work(admin(other)) as session:
        seen, after = [], None
        for _page in range(4):
            page = search(session, Wish(kind="organization"), "en", limit=2, after=after)
            seen += [hit.row.title["en"]["text"] for hit in page.hits]
            after = (page.hits[-1].key, page.hits[-1].row.subject_id)
    assert seen == [f"Group {number}" for number in range(7)]
    assert not page.more


def test_the_api_finds_by_any_written_word(directory: Directory) -> None:
    organization = directory.organization()
    with directory.app.database.unit_of_work(STRANGER) as session:
        assert session.scalars(queries.search(Wish(text="холм", kind="organization"))).all() == [
            organization.id
        ]
        assert session.scalars(queries.search(Wish(text="!!"))).all() == []


def test_rules_are_told_apart(directory: Directory) -> None:
    organization = directory.organization(alternate_name={"en": "GHF"})
    directory.service(organization)
    with directory.app.database.unit_of_work(STRANGER) as session:
        for typed, rule in (
            ("ghf", Matched.EXACT),
            ("адвокат ош", Matched.NEED),
            ("green people", Matched.TEXT),
            ("grean hill", Matched.SIMILAR),
            ("green hill somewhere", Matched.PARTLY),
        ):
            hits = search(session, Wish(text=typed, kind="organization"), "en", limit=5).hits
            assert [hit.rule for hit in hits] == [rule], typed


def test_the_hotlines_of_a_country_stand_together_and_those_that_are_answered_now_come_first(
    directory: Directory, visitor: Callable[[], Visitor], monkeypatch: pytest.MonkeyPatch
) -> None:
    tenant = directory.make.tenant()
    organization = directory.organization(tenant)
    closed = directory.phone(organization, number="00011", hotline=True, position=1)
    always = directory.phone(organization, number="00012", hotline=True, position=2)
    directory.phone(organization, number="00013", hotline=True, audience=Visibility.PARTNERS)

    def hours(session: Any, _actor: Actor) -> None:
        night = {"byday": "MO", "opens_at": datetime.time(1), "closes_at": datetime.time(1, 30)}
        for phone, given in ((closed, night), (always, {"always": True})):
            session.add(Schedule(tenant_id=tenant.id, phone_id=phone.id, audience=Visibility.PUBLIC, **given))

    directory.do(tenant, hours)
    monkeypatch.setattr(presenting, "now", lambda: SUNDAY_NIGHT)
    home = visitor().open("/en/")
    assert "#help" in home.html and 'href="tel:00012"' in home.html, "two taps without script"
    page = visitor().open("/en/directory/help")
    numbers = [
        link.removeprefix("tel:") for link in page.tree.xpath("//main//a/@href") if link.startswith("tel:")
    ]
    assert numbers == ["00012", "00011"]
    assert "Open now" in page.main and "Closed now" in page.main
    assert "00013" not in page.html


def test_a_place_that_a_confidential_service_shares_is_found_by_its_district_alone(
    directory: Directory,
) -> None:
    tenant = directory.make.tenant()
    organization = directory.organization(tenant)
    shelter = directory.service(organization, confidential=True, visibility=Visibility.TENANT)
    advice, open_door = directory.service(organization), directory.service(organization)
    for offered in ((shelter.id, advice.id), (open_door.id,)):
        directory.location(
            organization, place_id="gn:1528339", audience=Visibility.PUBLIC, service_ids=offered
        )
    for reader in (STRANGER, admin(tenant)):
        here = found(directory, reader, place_id="gn:1528339", kind="service")
        assert open_door.slug in here and advice.slug not in here
        assert advice.slug in found(directory, reader, place_id="KG-O", kind="service")
