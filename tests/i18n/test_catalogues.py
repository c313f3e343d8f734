"""The catalogues: every word is gathered, and what would trip a reader is named."""

import gettext

import pytest
from babel.messages.catalog import Catalog

from network.i18n import catalogues
from network.i18n.catalogues import TRANSLATED, compile_all, gathered, main, po_path, problems, read, write
from network.i18n.proofreading import faults

CODE = """
from flask_babel import gettext as _, lazy_gettext as _l, lazy_ngettext as _ln, pgettext
# NOTE: On a button.
send = _l("Send")
left = _ln("%(num)s day left", "%(num)s days left", 2)
state = pgettext("referral", "Open")
def hello(name): return _("Hello, %(name)s!", name=name)
"""
PAGE = """{# NOTE: The way out. #}
{{ _('Quick exit') }}{% do [].append(1) %}
{% trans %}
  Two lines,
  one sentence.
{% endtrans %}
"""


@pytest.fixture
def project(tmp_path):
    """A small product: one module, one page, and no translations yet."""
    (tmp_path / "network" / "templates").mkdir(parents=True)
    (tmp_path / "network" / "views.py").write_text(CODE)
    (tmp_path / "network" / "templates" / "page.html").write_text(PAGE)
    folder = tmp_path / "translations"
    folder.mkdir()
    (folder / "babel.cfg").write_text((catalogues.ROOT / "translations" / "babel.cfg").read_text())
    return tmp_path


@pytest.fixture
def template(project):
    return gathered(project)


def translated(template, code, **texts):
    """A catalogue with these translations; the rest as given by ``texts["rest"]``."""
    catalog = Catalog(locale=code, fuzzy=False)
    catalog.update(template, no_fuzzy_matching=True)
    for message in catalog:
        if message.id:
            message.string = texts.get(str(message.id), texts.get("rest", ""))
    return catalog


def test_words_are_gathered_from_code_and_pages_with_their_notes(template):
    ids = {message.id for message in template if message.id}
    assert ids == {
        "Send",
        ("%(num)s day left", "%(num)s days left"),
        "Open",
        "Hello, %(name)s!",
        "Quick exit",
        "Two lines, one sentence.",
    }
    assert template.get("Send").auto_comments == ["On a button."]
    assert template.get("Quick exit").auto_comments == ["The way out."]
    assert template.get("Open", context="referral") is not None
    assert template.get("Send").locations[0][0] == "network/views.py"


@pytest.fixture(scope="module")
def messages():
    """Every word of the product; to gather them takes seconds."""
    return gathered()


def test_our_own_words_can_be_gathered(messages):
    assert len(messages) > 100


def test_everything_missing_is_named_in_every_language(project):
    lines = problems(project)
    assert len(lines) == len(TRANSLATED) * 6
    assert "ky: «Send» (network/views.py) is not translated" in lines


def small(code, original, translation, plural=None):
    """The faults of one message."""
    template, catalog = Catalog(), Catalog(locale=code, fuzzy=False)
    ident = (original, plural) if plural else original
    template.add(ident, locations=[("x.py", 0)])
    catalog.add(ident, translation)
    return list(faults(code, catalog, template))


@pytest.mark.parametrize(
    ("code", "original", "translation"),
    [
        ("ru", "Send", "Отправить"),
        ("ky", "Hello, %(name)s!", "Салам, %(name)s!"),
        ("uz", "Send to %(name)s", "%(name)s ga yuborish, maʼlumot va togʻ"),
        ("tg", "100%% of <b>all</b>", "100%% аз <b>ҳама</b>"),
        ("ru", "Download PDF", "Скачать PDF-файл"),
        ("ky", "Write to us by SMS", "SMS-билдирүү жазыңыз"),
        ("ru", "See https://example.org/ky/", "См. https://example.org/ky/"),
        ("ky", "Kopuro", "Kopuro"),
        ("tg", "Use WhatsApp", "Аз WhatsApp истифода баред"),
    ],
)
def test_a_good_translation_has_no_faults(code, original, translation):
    assert small(code, original, translation) == []


@pytest.mark.parametrize(
    ("code", "original", "translation", "fault"),
    [
        ("ru", "Send", "", "is not translated"),
        ("ru", "Send it", "Send it", "is still English"),
        ("ru", "Hello, %(name)s!", "Привет!", "names nothing"),
        ("ru", "Hello, %(name)s!", "Привет, %(nane)s!", "names ['%(nane)s']"),
        ("ru", "Hello, %(name)s!", "Привет, %(name)d!", "names ['%(name)d']"),
        ("ru", "100%% sure", "100% уверены", "percent"),
        ("ru", "<b>All</b>", "Все", "tags"),
        ("ru", " and ", "и", "space"),
        ("ru", "Code", "Kод", "mixes Latin and Cyrillic letters in «Kод»"),
        ("ky", "Help", "Жардaм", "mixes"),
        ("ru", "Peace", "PACE", "Latin word «PACE»"),
        ("ky", "Consent", "Мақұлдук", "another alphabet"),
        ("tg", "Page", "Страницы", "another alphabet"),
        ("uz", "Help", "Ёрдам", "Cyrillic word"),
        ("uz", "Organization", "Tashkilot o'zi", "apostrophes"),
        ("uz", "Information", "ma’lumot", "apostrophes"),
    ],
)
def test_a_fault_is_named(code, original, translation, fault):
    found = small(code, original, translation)
    assert any(fault in line for line in found), found


def test_plural_forms_are_counted_and_each_names_the_number():
    day, days = "%(num)s day left", "%(num)s days left"
    assert (
        small("ru", day, ("Остался %(num)s день", "Осталось %(num)s дня", "Осталось %(num)s дней"), days)
        == []
    )
    assert small("ky", day, ("%(num)s күн калды", "%(num)s күн калды"), days) == []
    assert any(
        "has 2 forms, wanted 3" in line for line in small("ru", day, ("%(num)s день", "%(num)s дня"), days)
    )
    found = small("ru", day, ("Остался один день", "Осталось %(num)s дня", "Осталось %(num)s дней"), days)
    assert any("names nothing" in line for line in found), "21 is counted by the first form too"


def test_a_wrong_plural_header_and_fuzzy_entries_are_named(project, template):
    catalog = translated(template, "ru", Send="Отправить")
    catalog.get("Send").flags.add("fuzzy")
    path = po_path("ru", project)
    write(catalog, path, "ru")
    path.write_text(path.read_text().replace("nplurals=3;", "nplurals=2;"))
    lines = list(faults("ru", read("ru", project), template))
    assert any("plural header" in line for line in lines)
    assert any("fuzzy" in line for line in lines)


def test_writing_twice_gives_the_same_bytes_and_keeps_the_translation(project, template):
    path = po_path("ky", project)
    write(translated(template, "ky", Send="Жөнөтүү"), path, "ky")
    first = path.read_text()
    again = read("ky", project)
    again.update(template, no_fuzzy_matching=True)
    write(again, path, "ky")
    assert path.read_text() == first
    assert "Жөнөтүү" in first
    assert "Date" not in first


def test_compiled_catalogues_are_read_by_gettext(project, template):
    path = po_path("uz", project)
    write(translated(template, "uz", Send="Yuborish"), path, "uz")
    assert compile_all(project) == [path.with_suffix(".mo")]
    assert compile_all(project) == []
    assert gettext.translation("messages", project / "translations", ["uz"]).gettext("Send") == "Yuborish"


def test_the_command_answers_with_an_exit_status(project, capsys):
    root = ["--root", str(project)]
    assert main(["update", *root]) == 0
    assert main(["check", *root]) == 1
    assert main(["compile", *root]) == 0
    out = capsys.readouterr().out
    assert "tg: 6 messages, 6 to translate" in out
    assert "24 faults" in out
    assert "compiled translations/tg/LC_MESSAGES/messages.mo" in out
    assert (project / "translations" / "messages.pot").exists()


@pytest.mark.parametrize("code", TRANSLATED)
def test_every_translation_there_is_reads_right(code, messages):
    """What is still missing is for ``make check`` to say; what is there must not mislead anyone."""
    wrong = [line for line in faults(code, read(code), messages) if not line.endswith("is not translated")]
    assert wrong == []
