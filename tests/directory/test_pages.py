"""The directory as readers and editors meet it: found, read, changed, and never shown to the wrong people."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import text

from network.directory.drafts import Opening, Reach
from network.directory.models import Organization, Phone, Visibility
from network.permissions import Role
from network.tenancy import Tenant
from tests.directory.conftest import Directory, admin
from tests.pages import Visitor

LANGUAGES = ("en", "ru", "ky", "uz", "tg")
NASTY = "<script>alert(1)</script>'\"><img src=x onerror=alert(1)>{{7*7}}"


@pytest.fixture
def keeper(directory: Directory) -> Callable[..., Visitor]:
    """Somebody of this tenant at a browser."""

    def at_browser(tenant: Tenant, *roles: Role) -> Visitor:
        return directory.make.user(tenant, list(roles or [Role.ADMIN])).visitor()

    return at_browser


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_page_reads_in_every_language(
    directory: Directory, visitor: Callable[[], Visitor], language: str
) -> None:
    organization = directory.organization()
    service = directory.service(
        organization, Reach(areas=("KG-O",), opening=Opening(byday="MO,TU,WE,TH,FR")), emergency=True
    )
    directory.phone(organization, hotline=True, service_id=service.id)
    reader = visitor()
    for path in ("", f"organizations/{organization.slug}", f"services/{service.slug}"):
        page = reader.open(f"/{language}/directory/{path}")
        assert page.status == 200
        assert "00010" in page.main or path.startswith("organizations")
        assert ("Green Hill" if language == "en" else "Зелёный холм") in page.html
        assert "Set-Cookie" not in page.response.headers


def test_a_page_costs_few_questions_however_much_it_shows(
    directory: Directory, visitor: Callable[[], Visitor], count_queries: Any
) -> None:
    organization = directory.organization()
    for number in range(4):
        service = directory.service(
            organization, Reach(areas=("KG-O", "KG-B")), name={"en": f"Help {number}"}
        )
        directory.phone(organization, service_id=service.id)
        directory.location(
            organization, place_id="KG-GO", audience=Visibility.PUBLIC, service_ids=(service.id,)
        )
        directory.phone(organization, hotline=True)
    reader = visitor()
    reader.open("/en/")  # The hotlines of the footer are known from here on.
    for path in ("?q=green", "", f"organizations/{organization.slug}", f"services/{service.slug}"):
        with count_queries() as seen:
            assert reader.open(f"/en/directory/{path}").status == 200
        assert len(seen) <= 6, (path, len(seen), seen)


@pytest.mark.parametrize("question", ["Ош", "osh", "Oʻsh", "Ўш"])
def test_a_reader_finds_by_place_in_any_script(
    directory: Directory, visitor: Callable[[], Visitor], question: str
) -> None:
    directory.organization()
    page = visitor().open("/en/directory/", query_string={"q": question})
    assert "Green Hill" in page.main
    assert "Found by its place" in page.main
    assert "Everything in Osh, Kyrgyzstan" in page.main


@pytest.mark.parametrize(
    "query",
    [
        {"q": "nothing like it"},
        {"q": "x" * 5000},
        {"q": NASTY},
        {"q": "\x00"},
        {"kind": "sorcery", "place": "XX", "term": "'", "speaks": "%"},
        {"after": "x~y"},
        {"after": "~" * 400},
        {"after": "\x00~018f0000-0000-7000-8000-000000000000"},
        {"place": "KG-B", "term": "shelter", "speaks": "tg", "kind": "service"},
    ],
)
def test_any_question_gets_an_answer(
    directory: Directory, visitor: Callable[[], Visitor], query: dict[str, str]
) -> None:
    directory.organization()
    page = visitor().open("/en/directory/", query_string=query)
    assert page.status == 200
    assert "<script>alert" not in page.html
    assert "onerror=alert(1)>" not in page.html


def test_filters_narrow_the_list(directory: Directory, visitor: Callable[[], Visitor]) -> None:
    organization = directory.organization()
    directory.service(organization)
    directory.service(organization, name={"en": "A doctor"}, terms=["health"], languages=["uz"])
    reader = visitor()

    def titles(**query: str) -> list[str]:
        page = reader.open("/en/directory/", query_string=query)
        return [title.text_content() for title in page.tree.xpath("//main//h3")]

    assert titles() == ["Green Hill"]
    assert titles(kind="service") == ["A doctor", "Legal advice"]
    assert titles(kind="service", term="health") == titles(kind="service", speaks="uz") == ["A doctor"]
    assert titles(place="KG-B") == titles(term="shelter") == []
    assert titles(place="KG-GO", kind="organization", q="doctor") == ["Green Hill"]


def test_an_empty_result_says_what_to_do(visitor: Callable[[], Visitor]) -> None:
    assert "Nobody is listed yet" in visitor().open("/en/directory/").main
    page = visitor().open("/en/directory/", query_string={"q": "doctor"})
    assert "Nothing was found" in page.main
    assert "hotlines below" in page.main


def test_the_list_goes_on_in_the_order_of_the_alphabet(
    directory: Directory, visitor: Callable[[], Visitor]
) -> None:
    tenant = directory.make.tenant()
    names = [f"Group {number:02}" for number in range(20)]
    for name in reversed(names):
        directory.organization(tenant, name={"en": name})
    reader = visitor()
    first = reader.open("/en/directory/")
    second = reader.open(first.link("Next page"))

    def titles(page: Any) -> list[str]:
        return [title.text_content() for title in page.tree.xpath("//main//h3")]

    assert titles(first) + titles(second) == names


def test_what_is_not_there_and_what_is_not_for_the_reader_look_the_same(
    directory: Directory, visitor: Callable[[], Visitor]
) -> None:
    hidden = directory.organization(visibility=Visibility.TENANT)
    service = directory.service(hidden, visibility=Visibility.TENANT)
    reader = visitor()
    for path in (f"organizations/{hidden.slug}", f"services/{service.slug}"):
        there = reader.open(f"/en/directory/{path}")
        missing = reader.open(f"/en/directory/{path}x")
        assert there.status == missing.status == 404
        assert there.html.replace(path, "") == missing.html.replace(path + "x", "")


def test_a_text_in_another_language_than_the_readers_says_so(
    directory: Directory, visitor: Callable[[], Visitor]
) -> None:
    organization = directory.organization(description={"ru": "Помогаем всем."})
    service = directory.service(organization, description={"ru": "Помогаем всем."})
    for path in (f"organizations/{organization.slug}", f"services/{service.slug}"):
        page = visitor().open(f"/en/directory/{path}")
        assert "This text is not there in your language yet." in page.main
        assert page.tree.xpath("//main//p[@lang='ru']"), "and is spoken in its own"
        assert "not there in your language" not in visitor().open(f"/ru/directory/{path}").html
        russian = visitor().open(f"/ru/directory/{path}")
        assert not russian.tree.xpath("//main//p[@lang]")


def test_field_groups_are_shown_to_whom_they_are_meant(
    directory: Directory, visitor: Callable[[], Visitor], keeper: Callable[..., Visitor]
) -> None:
    tenant = directory.make.tenant()
    organization = directory.organization(tenant)
    numbers = {Visibility.PUBLIC: "00010", Visibility.PARTNERS: "00012", Visibility.TENANT: "00013"}
    for audience, number in numbers.items():
        directory.phone(organization, number=number, audience=audience)
    network = directory.make.network()
    readers = {
        "stranger": (visitor(), {"00010"}),
        "observer": (keeper(network, Role.OBSERVER), {"00010"}),
        "partner": (keeper(directory.make.tenant(), Role.EDITOR), {"00010", "00012"}),
        "colleague": (keeper(tenant, Role.EDITOR), {"00010", "00012", "00013"}),
    }
    for who, (reader, expected) in readers.items():
        html = reader.open(f"/en/directory/organizations/{organization.slug}").html
        assert {number for number in numbers.values() if number in html} == expected, who


def test_a_confidential_service_shows_its_district_and_no_door(
    directory: Directory, visitor: Callable[[], Visitor]
) -> None:
    organization = directory.organization()
    shelter = directory.service(
        organization, name={"en": "A safe house"}, confidential=True, terms=["shelter"]
    )
    directory.phone(organization)
    directory.location(
        organization,
        place_id="gn:1528339",
        audience=Visibility.PUBLIC,
        address_1="Hidden street 5",
        service_ids=(shelter.id,),
    )
    page = visitor().open(f"/en/directory/services/{shelter.slug}")
    assert "Osh" in page.main
    assert "Hidden street" not in page.html
    assert "told to those who need it" in page.main
    assert "00010" in page.main, "a service without a number of its own is reached by the organization's"
    assert "safe house" not in page.title.lower(), "the history of a browser says who, never what for"


def test_what_people_wrote_is_shown_as_they_wrote_it_and_does_nothing(
    directory: Directory, visitor: Callable[[], Visitor], keeper: Callable[..., Visitor]
) -> None:
    tenant = directory.make.tenant()
    organization = directory.organization(
        tenant,
        name={"en": NASTY},
        description={"en": NASTY},
        alternate_name={"en": NASTY},
        legal_status="<b>x",
    )
    service = directory.service(organization, name={"en": NASTY}, description={"en": NASTY})
    directory.phone(organization, hotline=True, description={"en": NASTY}, hours={"en": NASTY})
    paths = ("", f"organizations/{organization.slug}", f"services/{service.slug}")
    forms = (f"organizations/{organization.slug}/edit", f"services/{service.slug}/edit")
    for reader, pages in ((visitor(), paths), (keeper(tenant), paths + forms)):
        for path in pages:
            html = reader.open(f"/en/directory/{path}").html
            assert "<script>alert" not in html
            assert "<img src=x" not in html
            assert "{{7*7}}" in html


def test_an_editor_lists_an_organization_its_service_and_its_number(
    directory: Directory, visitor: Callable[[], Visitor], keeper: Callable[..., Visitor]
) -> None:
    admin_at_desk = keeper(directory.make.tenant())
    page = admin_at_desk.open("/en/directory/organizations/new").submit(
        {"name_ky": "Жашыл дөбө", "kind": "ngo", "place_id": "KG-GO", "visibility": "public"},
        containing="name_ky",
    )
    assert page.status == 200
    assert "Жашыл дөбө" in page.main
    assert page.path == "/en/directory/organizations/jashyl-dobo"
    page = page.follow("Add a service").submit(
        {
            "name_en": "Legal advice",
            "terms": ["legal"],
            "visibility": "public",
            "days": ["MO", "TU"],
            "opens_at": "09:00",
            "closes_at": "17:00",
            "areas": ["KG-O"],
        },
        containing="name_en",
    )
    assert "Monday, Tuesday, 09:00–17:00" in page.main
    page = page.follow("Add a number").submit(
        {"number": "0 312 12 34 56", "country": "KG", "audience": "public", "hotline": "y"},
        containing="number",
    )
    assert "+996 312 123 456" in page.main
    for reader in (visitor(), admin_at_desk):
        html = reader.open("/en/directory/", query_string={"q": "жашыл"}).main
        assert "Жашыл дөбө" in html and "+996 312 123 456" in html
    assert (
        directory.read(directory.make.user(directory.make.tenant()).actor, Phone)[0].number == "+996312123456"
    )


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"name_en": ""}, "name_en"),
        ({"name_en": "x" * 201}, "name_en"),
        ({"website": "javascript:alert(1)"}, "website"),
        ({"email": "nobody"}, "email"),
        ({"year_incorporated": "99999999999999999999"}, "year_incorporated"),
        ({"year_incorporated": "old"}, "year_incorporated"),
        ({"registered_on": "31.02.2001"}, "registered_on"),
        ({"kind": "sorcery"}, "kind"),
        ({"visibility": "everyone"}, "visibility"),
        ({"place_id": "XX"}, "place_id"),
        ({"name_en": "a\x00b"}, "name_en"),
    ],
)
def test_wrong_answers_are_said_at_their_field_and_nothing_typed_is_lost(
    directory: Directory, keeper: Callable[..., Visitor], fields: dict[str, str], field: str
) -> None:
    tenant = directory.make.tenant()
    organization = directory.organization(tenant)
    form = keeper(tenant).open(f"/en/directory/organizations/{organization.slug}/edit")
    page = form.submit({"name_ru": "", "description_ky": "Бул жоголбойт"} | fields, containing="name_en")
    assert page.status == 400
    assert field in page.errors() or any(
        field in link for link in page.tree.xpath("//*[@role='alert']//a/@href")
    )
    assert "Бул жоголбойт" in page.html
    assert directory.read(admin(tenant), Organization)[0].version == 1


@pytest.mark.parametrize("number", ["", "abc", "1", "++996", "+996 1", "12345678901234567890"])
def test_what_is_no_number_is_said_at_the_number(
    directory: Directory, keeper: Callable[..., Visitor], number: str
) -> None:
    tenant = directory.make.tenant()
    organization = directory.organization(tenant)
    form = keeper(tenant).open(f"/en/directory/organizations/{organization.slug}/phones/new")
    page = form.submit({"number": number, "description_en": "Night desk"}, containing="number")
    assert page.status == 400
    assert "number" in page.errors()
    assert "Night desk" in page.html


def test_two_colleagues_at_one_listing_lose_neither_text(
    directory: Directory, keeper: Callable[..., Visitor]
) -> None:
    tenant = directory.make.tenant()
    organization = directory.organization(tenant)
    one, other = keeper(tenant), keeper(tenant)
    path = f"/en/directory/organizations/{organization.slug}/edit"
    mine, theirs = one.open(path), other.open(path)
    assert theirs.submit({"description_en": "Their words"}, containing="name_en").status == 200
    page = mine.submit({"description_en": "My words"}, containing="name_en")
    assert page.status == 409
    assert "Their words" in page.main and "My words" in page.html
    assert "A colleague was faster" in page.main
    assert directory.read(admin(tenant), Organization)[0].description["en"]["text"] == "Their words"
    assert page.submit(containing="name_en").status == 200
    assert directory.read(admin(tenant), Organization)[0].description["en"]["text"] == "My words"


def test_two_colleagues_at_one_service_or_number_lose_neither_text(
    directory: Directory, keeper: Callable[..., Visitor]
) -> None:
    tenant = directory.make.tenant()
    organization = directory.organization(tenant)
    service = directory.service(organization, Reach(opening=Opening(always=True)))
    phone = directory.phone(organization)
    for path, box in (
        (f"services/{service.slug}/edit", "description_en"),
        (f"organizations/{organization.slug}/phones/{phone.id}", "hours_en"),
    ):
        mine, theirs = (keeper(tenant).open(f"/en/directory/{path}") for _ in range(2))
        assert theirs.submit({box: "Their words"}, containing="version").status == 200
        page = mine.submit({box: "My words"}, containing="version")
        assert page.status == 409
        assert "Their words" in page.main and "My words" in page.html


@pytest.mark.parametrize("version", ["", "-1", "abc", "99999999999999", "²"])
def test_a_version_that_was_never_ours_is_an_old_one(
    directory: Directory, keeper: Callable[..., Visitor], version: str
) -> None:
    tenant = directory.make.tenant()
    organization = directory.organization(tenant)
    form = keeper(tenant).open(f"/en/directory/organizations/{organization.slug}/edit")
    assert form.submit({"version": version, "name_en": "New"}, containing="name_en").status == 409


def test_the_forms_of_another_tenant_are_not_there(
    directory: Directory, keeper: Callable[..., Visitor]
) -> None:
    organization = directory.organization()
    service = directory.service(organization)
    phone = directory.phone(organization)
    other = directory.make.tenant()
    own = directory.organization(other, name={"en": "Own"})
    reader = keeper(other)
    for path in (
        f"organizations/{organization.slug}/edit",
        f"organizations/{organization.slug}/services/new",
        f"organizations/{organization.slug}/phones/new",
        f"organizations/{organization.slug}/contacts/new",
        f"organizations/{organization.slug}/locations/new",
        f"organizations/{organization.slug}/phones/{phone.id}",
        f"organizations/{own.slug}/phones/{phone.id}",
        f"services/{service.slug}/edit",
    ):
        assert reader.open(f"/en/directory/{path}").status == 404, path
        token = reader.token(f"/en/directory/organizations/{own.slug}/edit")
        assert reader.post(f"/en/directory/{path}", {"csrf_token": token, "name_en": "x"}).status == 404, path
    for role in (Role.CASEWORKER, Role.ORGANISER):
        colleague = keeper(directory.make.tenant(), role)
        assert colleague.open(f"/en/directory/organizations/{organization.slug}/edit").status == 404


def test_an_editor_is_not_offered_what_only_an_admin_may_open(
    directory: Directory, keeper: Callable[..., Visitor]
) -> None:
    tenant = directory.make.tenant()
    organization = directory.organization(tenant, visibility=Visibility.TENANT)
    form = keeper(tenant, Role.EDITOR).open(f"/en/directory/organizations/{organization.slug}/edit")
    assert "Only an admin of your organization" in form.main
    page = form.submit({"visibility": "public"}, containing="name_en")
    assert page.status == 400
    assert directory.read(admin(tenant), Organization)[0].visibility is Visibility.TENANT
    assert form.submit({"name_en": "Quiet Hill"}, containing="name_en").status == 200


def test_the_coordinator_keeps_those_who_are_no_members(
    directory: Directory, keeper: Callable[..., Visitor], visitor: Callable[[], Visitor]
) -> None:
    desk = keeper(directory.make.network(), Role.COORDINATOR)
    page = desk.open("/en/directory/organizations/new").submit(
        {"name_en": "Province administration", "kind": "government", "visibility": "public"},
        containing="name_en",
    )
    assert page.status == 200
    assert "Province administration" in visitor().open("/en/directory/").main


def test_hotlines_stand_on_every_page_and_outlive_the_database(
    directory: Directory, visitor: Callable[[], Visitor], owner_engine: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    organization = directory.organization()
    directory.phone(organization, hotline=True, toll_free=True, description={"en": "Day and night"})
    directory.phone(organization, hotline=True, number="00014", audience=Visibility.PARTNERS)
    directory.phone(organization, number="00015")
    reader = visitor()
    for path in ("/en/", "/en/directory/", "/en/nothing-here", "/tg/events/"):
        html = reader.open(path).html
        assert 'href="tel:00010"' in html, path
        assert "tel:00014" not in html and "tel:00015" not in html, path
    keeper = directory.app.extensions["hotlines"]
    keeper.next_at = 0.0
    with owner_engine.connect() as connection:
        connection.execute(text("ALTER TABLE phone RENAME TO phone_away"))
        try:
            assert 'href="tel:00010"' in reader.open("/en/nothing-here").html
        finally:
            connection.execute(text("ALTER TABLE phone_away RENAME TO phone"))


def test_a_number_that_was_taken_out_is_gone_from_page_and_search(
    directory: Directory, keeper: Callable[..., Visitor], visitor: Callable[[], Visitor]
) -> None:
    tenant = directory.make.tenant()
    organization = directory.organization(tenant)
    phone = directory.phone(organization, hotline=True, number="00019")
    assert "00019" in visitor().open("/en/directory/").main
    page = keeper(tenant).open(f"/en/directory/organizations/{organization.slug}/phones/{phone.id}")
    assert page.submit(containing="Take this number out").status == 200
    assert "00019" not in visitor().open("/en/directory/").main
    assert "Green Hill" not in visitor().open("/en/directory/?q=00019").main
