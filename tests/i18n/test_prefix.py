"""The language in the path: taken out before a view, put back into every address."""

import pytest
from flask import Blueprint, Flask, render_template_string, request, url_for
from flask_babel import format_date, gettext, ngettext

from network.i18n import prefix
from network.i18n.languages import CODES
from network.i18n.prefix import PREFIX, current_language, speaking, url_for_language


def write_catalogue(folder, code, plural, singular_text, forms):
    import io

    from babel.messages.mofile import write_mo
    from babel.messages.pofile import read_po

    lines = [
        'msgid ""',
        'msgstr ""',
        '"Content-Type: text/plain; charset=utf-8\\n"',
        f'"Plural-Forms: {plural}\\n"',
        'msgid "Welcome"',
        f'msgstr "{singular_text}"',
        'msgid "%(num)d bridge"',
        'msgid_plural "%(num)d bridges"',
        *(f'msgstr[{number}] "%(num)d {form}"' for number, form in enumerate(forms)),
    ]
    target = folder / code / "LC_MESSAGES"
    target.mkdir(parents=True)
    with (target / "messages.mo").open("wb") as out:
        write_mo(out, read_po(io.StringIO("\n".join(lines)), locale=code))


@pytest.fixture
def app(tmp_path):
    write_catalogue(tmp_path, "uz", "nplurals=2; plural=(n != 1);", "Xush kelibsiz", ["koʻprik", "koʻprik"])
    write_catalogue(tmp_path, "ky", "nplurals=2; plural=(n != 1);", "Кош келиңиз", ["көпүрө", "көпүрө"])
    write_catalogue(
        tmp_path,
        "ru",
        "nplurals=3; plural=(n%10==1 && n%100!=11 ? 0 : n%10>=2 && n%10<=4 && (n%100<10 || n%100>=20) ? 1 : 2);",
        "Добро пожаловать",
        ["мост", "моста", "мостов"],
    )
    app = Flask("trial")
    app.testing = True
    prefix.register(app, translations=tmp_path)
    pages = Blueprint("pages", "pages")

    @pages.get("/")
    def home():
        return render_template_string(
            "<p>{{ _('Welcome') }} {{ language() }} {{ url_for('pages.item', number=7) }}</p>"
        )

    @pages.get("/items/<int:number>")
    def item(number):
        assert request.view_args == {"number": number}
        return " ".join(url_for_language(code) for code in CODES)

    @pages.post("/items/<int:number>/accept")
    def accept(number):
        return url_for_language("ky")

    app.register_blueprint(pages, url_prefix=PREFIX)
    app.add_url_rule(
        "/healthz", "healthz", lambda: {"language": current_language(), "ky": url_for_language("ky")}
    )
    app.register_error_handler(404, lambda _error: (gettext("Welcome"), 404))
    return app


@pytest.fixture
def client(app):
    return app.test_client()


@pytest.mark.parametrize(
    ("code", "words"),
    [
        ("en", "Welcome en"),
        ("ru", "Добро пожаловать ru"),
        ("ky", "Кош келиңиз ky"),
        ("uz", "Xush kelibsiz uz"),
        ("tg", "Welcome tg"),
    ],
)
def test_a_page_speaks_the_language_of_its_path_and_links_within_it(client, code, words):
    answer = client.get(f"/{code}/", headers={"Accept-Language": "de"})
    assert words in answer.text
    assert f"/{code}/items/7" in answer.text
    assert answer.headers["Content-Language"].split("-")[0] == code
    assert "Accept-Language" not in answer.headers.get("Vary", "")


@pytest.mark.parametrize("header", [None, "uz-Cyrl-UZ", "tg", "kk", "x" * 5000, ";q=,,*;q=zz"])
def test_the_front_door_leads_to_a_language_and_tells_caches_why(client, header):
    answer = client.get("/", headers={"Accept-Language": header} if header else {})
    assert answer.status_code == 302
    assert answer.location in {f"/{code}/" for code in CODES}
    assert "Accept-Language" in answer.headers["Vary"]
    if header == "uz-Cyrl-UZ":
        assert answer.location == "/uz/"


def test_the_default_language_is_what_the_network_says(tmp_path):
    app = Flask("trial")
    app.config["DEFAULT_LANGUAGE"] = "ky"
    prefix.register(app, translations=tmp_path)
    assert app.test_client().get("/").location == "/ky/"


@pytest.mark.parametrize(
    "path", ["/de/", "/xx/items/7", "/EN/", "/uz-Cyrl/", "/%00/", "/en_US/", "/ky/nowhere", "/klingon"]
)
def test_an_address_in_no_language_of_ours_is_not_found(client, path):
    answer = client.get(path, headers={"Accept-Language": "ky-KG"})
    assert answer.status_code == 404
    assert answer.text == "Кош келиңиз"


def test_an_error_under_a_prefix_speaks_the_language_of_the_path(client):
    assert client.get("/uz/nowhere", headers={"Accept-Language": "ky"}).text == "Xush kelibsiz"


def test_switching_the_language_keeps_page_arguments_and_query(client):
    answer = client.get(
        "/ru/items/7?country=kg&country=tj&q=%D0%9E%D1%88&lang=xx&_external=1&_scheme=javascript&number=8"
    )
    addresses = answer.text.split()
    assert [a.split("/")[1] for a in addresses] == list(CODES)
    assert addresses[2] == "/ky/items/7?country=kg&country=tj&q=%D0%9E%D1%88"


def test_after_a_post_the_switch_leads_to_the_front_page(client):
    assert client.post("/ru/items/7/accept").text == "/ky/"


def test_a_page_without_prefix_is_negotiated_and_switches_to_the_front_page(client):
    answer = client.get("/healthz", headers={"Accept-Language": "tg-TJ"})
    assert answer.json == {"language": "tg", "ky": "/ky/"}


def test_jobs_and_mails_speak_to_their_reader(app):
    with app.app_context():
        assert gettext("Welcome") == "Welcome"
        with speaking("ky"):
            assert gettext("Welcome") == "Кош келиңиз"
            with app.test_request_context():
                assert url_for("pages.item", number=3) == "/ky/items/3"
            with speaking("uz"):
                assert gettext("Welcome") == "Xush kelibsiz"
            assert gettext("Welcome") == "Кош келиңиз"
        with speaking("klingon"):
            assert current_language() == "en"
        assert gettext("Welcome") == "Welcome"
    with speaking("tg"):
        assert current_language() == "tg"
        with app.app_context():
            assert current_language() == "tg"
    assert current_language() == "en"


def test_a_mail_written_during_a_request_does_not_change_the_page(app):
    with app.test_request_context("/ru/", headers={"Accept-Language": "de"}):
        app.preprocess_request()
        assert gettext("Welcome") == "Добро пожаловать"
        with speaking("uz"):
            assert gettext("Welcome") == "Xush kelibsiz"
            assert url_for("pages.item", number=3) == "/uz/items/3"
        assert gettext("Welcome") == "Добро пожаловать"
        assert url_for("pages.item", number=3) == "/ru/items/3"


def test_russian_counts_in_three_forms(app):
    with app.app_context(), speaking("ru"):
        assert [ngettext("%(num)d bridge", "%(num)d bridges", n) for n in (1, 2, 5, 11, 21, 22, 112)] == [
            "1 мост",
            "2 моста",
            "5 мостов",
            "11 мостов",
            "21 мост",
            "22 моста",
            "112 мостов",
        ]


def test_dates_in_tables_are_never_ambiguous(app):
    from datetime import date

    with app.app_context():
        for code in CODES:
            with speaking(code):
                assert format_date(date(2026, 3, 5), "short") == "05.03.2026"
                assert "/" not in format_date(date(2026, 3, 5))
                assert "2026" in format_date(date(2026, 3, 5))
