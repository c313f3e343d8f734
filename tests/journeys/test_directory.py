"""The shared directory as people use it: a hotline found in two taps, a correction proposed and taken, a listing
confirmed, in Uzbek and Tajik."""

from __future__ import annotations

from functools import cache

import pytest
from babel.support import NullTranslations, Translations
from playwright.sync_api import expect
from sqlalchemy import select

from network.config import REPOSITORY
from network.directory.drafts import Opening, Reach
from network.directory.models import Proposal, Visibility
from network.permissions import Role
from tests.directory.conftest import Directory
from tests.factories import Make
from tests.journeys.conftest import DESK, VILLAGE, Sit, Way

LANGUAGES = pytest.mark.parametrize("language", ["uz", "tg"])


@cache
def catalogue(language: str) -> NullTranslations:
    return Translations.load(str(REPOSITORY / "translations"), [language])


def said(language: str, words: str) -> str:
    """These words as the page shows them to a reader of the language."""
    return catalogue(language).ugettext(words)


@pytest.fixture
def directory(app: object, make: Make) -> Directory:
    return Directory(make.app, make)


@LANGUAGES
def test_a_stranger_finds_the_hotline_of_a_shelter_in_two_taps_without_script(
    sit: Sit, directory: Directory, make: Make, language: str
) -> None:
    tenant = make.tenant(country="UZ")
    keeper = directory.organization(tenant, name={"en": "Safe House", "uz": "Omon uy", "tg": "Хонаи амн"})
    shelter = directory.service(
        keeper,
        Reach(areas=("UZ-AN",), opening=Opening(always=True)),
        name={"en": "Shelter", "uz": "Boshpana", "tg": "Паноҳгоҳ"},
        terms=["shelter"],
        confidential=True,
    )
    directory.phone(keeper, number="+998712345678", country="UZ", hotline=True, service_id=shelter.id)
    directory.location(
        keeper,
        place_id="UZ-AN",
        audience=Visibility.TENANT,
        address_1="CANARY-street 5",
        service_ids=(shelter.id,),
    )
    directory.app.extensions["hotlines"].forget()
    stranger = sit(VILLAGE)
    stranger.open(f"/{language}/")
    call = stranger.page.locator("a[href='tel:+998712345678']")
    assert call.count() > 0, "the first page shows whom to call: one tap to read, one to ring"
    stranger.page.get_by_role("link", name=said(language, "Find help now")).first.click()  # The first tap …
    expect(call.first).to_be_visible()  # … and the second one rings.
    stranger.fits()
    stranger.open(f"/{language}/directory/services/{shelter.slug}")
    stranger.sees_nothing_of("CANARY")
    stranger.fits()


@pytest.mark.parametrize(("language", "way"), [("uz", VILLAGE), ("tg", DESK)], ids=["uz", "tg"])
def test_a_partner_proposes_a_correction_and_the_keeper_takes_it(
    sit: Sit, directory: Directory, make: Make, language: str, way: Way
) -> None:
    keepers, others = make.tenant(), make.tenant(country="TJ")
    listing = directory.organization(keepers, name={language: "Yashil tepa", "en": "Green Hill"})
    editor = make.user(keepers, [Role.EDITOR])
    partner = sit(way, make.user(others, [Role.CASEWORKER]))
    page = f"/{language}/directory/organizations/{listing.slug}"
    partner.open(page)
    partner.click(said(language, "Propose a correction"))
    partner.page.locator(f"main [name='organization_{listing.id.hex}_name_{language}']").fill("Yangi tepa")
    partner.page.locator("main [name=reason]").fill("I called on Monday.")
    partner.fits()
    partner.click(said(language, "Propose"))
    partner.sees("Yangi tepa", "I called on Monday.")
    partner.fits()
    with directory.app.database.unit_of_work(editor.actor) as session:
        proposal = session.scalars(select(Proposal)).one()
    keeper = sit(way, editor)
    keeper.open(page)
    keeper.sees("Yashil tepa")
    keeper.open(f"/{language}/directory/proposals/")
    keeper.page.locator(f"main a[href$='/proposals/{proposal.id}']").click()
    keeper.sees("Yashil tepa", "Yangi tepa", "I called on Monday.")
    keeper.page.locator("main [type=radio][value=accepted]").first.check()
    keeper.fits()
    keeper.click(said(language, "Save my answer"))
    keeper.open(page)
    keeper.sees("Yangi tepa")
    keeper.sees_nothing_of("Yashil tepa")
    partner.open(f"/{language}/directory/proposals/")
    partner.fits()


def test_an_editor_confirms_with_one_tap_and_everybody_sees_it(
    sit: Sit, directory: Directory, make: Make
) -> None:
    way = VILLAGE
    tenant = make.tenant()
    listing = directory.organization(tenant)
    page = f"/tg/directory/organizations/{listing.slug}"
    editor, reader = sit(way, make.user(tenant, [Role.EDITOR])), sit(way)
    badge = reader.page.locator("main .tag").first
    reader.open(page)
    before = badge.inner_text()
    editor.open(page)
    editor.fits()
    editor.click(said("tg", "No change, still right"))
    expect(editor.page.locator("main .tag").first).not_to_have_text(before)
    reader.open(page)
    expect(badge).not_to_have_text(before)
    reader.fits()
    editor.open("/tg/directory/confirm/")
    editor.sees(said("tg", "Nothing waits to be confirmed"))


def test_two_listings_of_one_organization_become_one_and_two_again(
    sit: Sit, directory: Directory, make: Make
) -> None:
    tenant = make.tenant()
    names = {"en": "Green Hill", "uz": "Yashil tepa"}
    stays, goes = (directory.organization(tenant, name=names, place_id="KG-GO") for _ in range(2))
    editor, reader = sit(VILLAGE, make.user(tenant, [Role.ADMIN, Role.EDITOR])), sit(VILLAGE)
    editor.open("/uz/directory/duplicates/")
    editor.fits()
    editor.click(said("uz", "Look at both"))
    editor.sees("Yashil tepa")
    editor.fits()
    editor.click(said("uz", "Merge"))
    editor.fits()
    places = {f"/uz/directory/organizations/{one.slug}" for one in (stays, goes)}
    ends = set()
    for path in places:
        reader.open(path)
        reader.sees("Yashil tepa")
        ends.add(reader.path)
    assert len(ends) == 1 and ends < places, "the old address leads to the listing that stayed"
    editor.open("/uz/directory/duplicates/")
    editor.click(said("uz", "Make them two again"))
    for path in places:
        reader.open(path)
        assert reader.path == path


def test_the_device_chooses_the_nearest_line_and_a_refusal_is_told(sit: Sit) -> None:
    andijan = {"latitude": 40.78, "longitude": 72.34}
    willing = sit(DESK, permissions=["geolocation"], geolocation=andijan)
    willing.open("/uz/directory/near")
    willing.click(said("uz", "Let this device choose"))
    willing.page.wait_for_url("**/directory/?*near=y*")
    assert "UZ03" in willing.path, "a district or city of Andijan"
    refusing = sit(DESK)
    refusing.open("/uz/directory/near")
    told = refusing.page.locator("[data-nowhere]")
    expect(told).to_have_text("")
    refusing.click(said("uz", "Let this device choose"))
    expect(told).to_have_text(said("uz", "This device does not say where it is. Choose a line of the list."))
    expect(refusing.page.locator("[data-nearest] button")).to_be_hidden()
    assert refusing.path == "/uz/directory/near"


def test_whoever_hangs_up_a_poster_prints_it_in_tajik(sit: Sit, directory: Directory, make: Make) -> None:
    tenant = make.tenant(country="TJ")
    organization = directory.organization(tenant, name={"tg": "Хонаи амн", "en": "Safe House"})
    directory.phone(organization, number="+992372212121", country="TJ", hotline=True)
    directory.app.extensions["hotlines"].forget()
    reader = sit(VILLAGE)
    reader.open("/tg/directory/")
    reader.page.locator("a[href*='/directory/print/']").first.click()
    reader.fits()
    address = reader.page.locator("main a[href*='poster.pdf']").first.get_attribute("href")
    assert address
    sheet = reader.page.request.get(reader.address + address)
    assert sheet.status == 200 and sheet.body()[:5] == b"%PDF-"
