"""The poster and the card: whom to call, in five languages, on paper that everybody can read and nobody is betrayed by."""

from __future__ import annotations

import io
import os
import re
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient
from hypothesis import given
from hypothesis import strategies as st
from pypdf import PdfReader

from network.directory.models import Visibility
from network.directory.paper.hotlines import Lines, qr, sheet_data
from network.directory.paper.letters import COVERED, printable
from network.directory.paper.press import Press, TooLong
from network.i18n.languages import CODES
from tests.directory.conftest import Directory
from tests.pages import Visitor

LETTERS = "ҢҮӨңүө ҒӢҚӮҲҶғӣқӯҳҷ oʻ gʻ ʼ"


def read(body: bytes) -> PdfReader:
    return PdfReader(io.BytesIO(body))


def words(body: bytes) -> str:
    return " ".join(" ".join(page.extract_text() for page in read(body).pages).split())


def hotline(directory: Directory, country: str = "KG", number: str = "00011", **changes: Any) -> Any:
    tenant = directory.make.tenant(country=country)
    organization = directory.organization(tenant, name={"en": f"Line of {country}"})
    return directory.phone(organization, number=number, country=country, hotline=True, **changes)


@pytest.mark.parametrize("name", ["poster", "card"])
@pytest.mark.parametrize("language", CODES)
def test_the_sheet_says_whom_to_call_in_each_language(
    directory: Directory, client: FlaskClient, name: str, language: str
) -> None:
    hotline(directory, description={language: LETTERS}, toll_free=True)
    answer = client.get(f"/{language}/directory/print/{name}.pdf?country=KG")
    assert answer.status_code == 200 and answer.mimetype == "application/pdf"
    said = words(answer.data)
    assert "00011" in said
    for letters in LETTERS.split():
        assert letters in said
    catalog: Any = read(answer.data).trailer["/Root"]
    assert catalog["/Lang"].partition("-")[0] == language
    assert catalog["/MarkInfo"]["/Marked"] and "/StructTreeRoot" in catalog


def test_one_font_of_the_house_is_inside_and_no_other(directory: Directory, client: FlaskClient) -> None:
    hotline(directory, description={"ky": LETTERS})
    pages: Any = read(client.get("/ky/directory/print/poster.pdf?country=KG").data).pages
    fonts = {
        str(font.get_object()["/BaseFont"]) for page in pages for font in page["/Resources"]["/Font"].values()
    }
    assert fonts and all(re.fullmatch(r"/[A-Z]{6}\+NotoSans-(Regular|Bold)", font) for font in fonts)


def test_a_sheet_shows_the_readers_country_and_another_when_asked(
    directory: Directory, client: FlaskClient
) -> None:
    for country, number in (("KG", "00011"), ("UZ", "00022"), ("TJ", "00033")):
        hotline(directory, country, number)
    assert "00022" in words(client.get("/uz/directory/print/poster.pdf").data)
    assert "00011" not in words(client.get("/uz/directory/print/poster.pdf").data)
    assert "00033" in words(client.get("/uz/directory/print/poster.pdf?country=TJ").data)
    everywhere = words(client.get("/uz/directory/print/poster.pdf?country=all").data)
    assert all(number in everywhere for number in ("00011", "00022", "00033"))
    assert "00011" in words(client.get("/ky/directory/print/poster.pdf?country=%00").data)


def test_hidden_numbers_are_on_no_sheet_even_for_their_keeper(directory: Directory) -> None:
    from network.permissions import Role

    tenant = directory.make.tenant()
    organization = directory.organization(tenant)
    directory.phone(organization, number="00011", hotline=True)
    for number, audience in (("00077", Visibility.TENANT), ("00078", Visibility.PARTNERS)):
        directory.phone(organization, number=number, hotline=True, audience=audience)
    keeper = directory.make.user(tenant, [Role.EDITOR]).client()
    said = words(keeper.get("/en/directory/print/poster.pdf?country=KG").data)
    assert "00011" in said and "00077" not in said and "00078" not in said


def test_a_country_without_hotlines_has_no_sheet(directory: Directory, client: FlaskClient) -> None:
    assert client.get("/en/directory/print/card.pdf?country=TJ").status_code == 404


def test_a_sheet_is_set_once_and_again_when_a_number_changes(
    directory: Directory, client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    hotline(directory)
    first = client.get("/en/directory/print/card.pdf?country=KG")
    monkeypatch.setattr(Press, "pdf", lambda *_a, **_k: pytest.fail("set twice"))
    same = client.get("/en/directory/print/card.pdf?country=KG")
    assert same.data == first.data
    kept = {"If-None-Match": first.headers["ETag"]}
    assert client.get("/en/directory/print/card.pdf?country=KG", headers=kept).status_code == 304
    monkeypatch.undo()
    hotline(directory, number="00012")
    assert "00012" in words(client.get("/en/directory/print/card.pdf?country=KG", headers=kept).data)


def test_a_name_that_looks_like_typesetting_is_printed_as_it_is(
    directory: Directory, client: FlaskClient
) -> None:
    hotline(directory, description={"en": '#panic() $x$ *b* "q" @y // z'})
    assert '#panic() $x$ *b* "q" @y' in words(client.get("/en/directory/print/poster.pdf?country=KG").data)


def test_every_letter_we_call_printable_is_in_the_font() -> None:
    press = Press()
    every = "".join(map(chr, range(0x20, 0x2600)))
    data = sample()
    data["headline"] = data["lines"][0]["label"] = printable(every)
    try:
        assert press.pdf("card", data, at=0).startswith(b"%PDF")
    finally:
        press.close()


@given(st.text(max_size=60))
def test_what_is_printed_has_letters_of_the_font_alone_and_loses_none_of_ours(typed: str) -> None:
    made = printable({"a": [typed, "ҢҮӨ ҒӢҚӮҲҶ oʻ gʻ"], "n": 1})
    assert made["a"][1] == "ҢҮӨ ҒӢҚӮҲҶ oʻ gʻ" and made["n"] == 1
    assert re.fullmatch(f"[{COVERED}]*", made["a"][0])


@pytest.mark.parametrize(
    "typed",
    [
        "中文",
        "🙂 ﷽",
        "a\u0080b\u202ec\u200d",
        "\ud800".encode("utf-16", "surrogatepass").decode("utf-16", "replace"),
        "ﬁ ｆ \u2028",
    ],
)
def test_strange_letters_spoil_no_sheet(directory: Directory, client: FlaskClient, typed: str) -> None:
    organization = directory.organization(name={"en": f"House {typed}"})
    directory.phone(organization, number="00011", hotline=True)
    for path in ("poster.pdf?country=KG", "directory.pdf"):
        answer = client.get(f"/en/directory/print/{path}")
        assert answer.status_code == 200 and "House" in words(answer.data)


def test_very_long_names_and_many_numbers_stay_on_one_page(directory: Directory, client: FlaskClient) -> None:
    for number in range(6):
        hotline(directory, number=f"+99655512345{number}", description={"en": "long words " * 30})
    for name in ("poster", "card"):
        answer = client.get(f"/en/directory/print/{name}.pdf?country=KG")
        assert len(read(answer.data).pages) == 1


def test_ten_cards_are_on_a_page(directory: Directory, client: FlaskClient) -> None:
    hotline(directory)
    body = client.get("/en/directory/print/card.pdf?country=KG").data
    assert words(body).count("00011") == 10


def sample() -> dict[str, Any]:
    lines = [Lines("KG", (("00011", "x"),))]
    return sheet_data("card", lines, "en", network="N", base_url="http://x", day="1")


def test_the_press_gives_up_and_works_again() -> None:
    press = Press()
    data: dict[str, Any] = {"qr": "", "title": "x"}
    try:
        with pytest.raises(TooLong):
            press.pdf("poster", data, at=0, seconds=0)
        whole = sample()
        assert press.pdf("card", whole, at=0).startswith(b"%PDF")
        child = press._child
        assert child is not None
        os.kill(child.pid, 9)
        child.wait()
        assert press.pdf("card", whole, at=0).startswith(b"%PDF")
    finally:
        press.close()


def test_the_page_of_paper_offers_every_language_and_is_linked(directory: Directory, visitor: Any) -> None:
    hotline(directory)
    reader: Visitor = visitor()
    page = reader.open("/ky/directory/print/")
    assert page.status == 200
    for code in CODES:
        for name in ("poster", "card"):
            assert f"/{code}/directory/print/{name}.pdf?country=KG" in page.html
    assert "/en/directory/print/" in reader.open("/en/").html


def test_while_one_sheet_is_set_another_reader_is_asked_to_come_again(
    directory: Directory, client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("network.directory.paper.press.PATIENCE", 0.01)
    hotline(directory)
    press: Press = directory.app.extensions["press"]
    with press._turn:
        answer = client.get("/en/directory/print/poster.pdf?country=KG")
    assert answer.status_code == 503 and answer.headers["Retry-After"]
    assert client.get("/en/directory/print/poster.pdf?country=KG").status_code == 200


def test_the_compositor_goes_when_its_parent_goes_and_starts_with_nothing_of_it() -> None:
    press = Press()
    try:
        press.png("card", sample(), at=0)
        child = press._child
        assert child is not None and child.stdin is not None
        environment = Path(f"/proc/{child.pid}/environ")
        if environment.exists():
            assert b"DATABASE" not in environment.read_bytes() and b"SECRET" not in environment.read_bytes()
        child.stdin.close()
        assert child.wait(timeout=120) == 0
    finally:
        press.close()


@pytest.mark.parametrize("language", ("en", "ru", "ky", "uz", "tg"))
def test_the_code_on_paper_leads_to_who_answers_now(
    language: str, directory: Directory, client: FlaskClient
) -> None:
    phone = hotline(directory)
    with client.application.test_request_context(f"/{language}/"):
        data = sheet_data(
            "poster",
            [Lines("KG", (("00011", "x"),))],
            language,
            network="N",
            base_url="https://x.example",
            day="1",
        )
    address = f"https://x.example/{language}/directory/help"
    assert data["qr"] == qr(address) and address in data["qr_says"]
    answer = client.get(address.removeprefix("https://x.example"))
    assert answer.status_code == 200 and phone.number in answer.get_data(as_text=True)
