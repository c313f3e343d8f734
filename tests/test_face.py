"""The face: light, honest about what it loads, the same help on every page, and no style or script but its own."""

from __future__ import annotations

import gzip
import hashlib
import re
from base64 import b64encode
from collections.abc import Iterator
from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any

import lxml.html
import pytest
from flask import Flask, g, render_template, render_template_string
from wtforms import (
    BooleanField,
    FileField,
    PasswordField,
    RadioField,
    SelectField,
    StringField,
    TextAreaField,
)

from network import face, forms
from network.config import Settings
from network.home.views import PAGES, blueprints
from network.i18n import prefix
from network.i18n.languages import CODES
from network.tenancy import Actor
from network.web import ERROR_PAGES

HOTLINES = [
    {
        "country": "kg",
        "name": "Kyrgyzstan",
        "numbers": [{"label": "Free, round the clock", "display": "189", "tel": "189"}],
    }
]
MOMENT = datetime(2007, 5, 14, 4, 0, 0, 123456, tzinfo=UTC)


@pytest.fixture(scope="module")
def bare() -> Flask:
    """Languages, face and home without a database: whatever fails behind it, a page must still be drawn."""
    app = Flask("network", static_folder=None)
    app.secret_key = "only-for-this-test"
    prefix.register(app)
    face.register(app)
    for blueprint in blueprints:
        app.register_blueprint(blueprint)
    app.before_request(lambda: setattr(g, "actor", Actor.anonymous()))
    app.context_processor(lambda: {"hotlines": HOTLINES})
    return app


class Kinds(forms.Form):
    """A field of every kind."""

    class Meta(forms.Form.Meta):
        csrf = False

    name = StringField("Name", [forms.required()], description="Any name will do.")
    story = TextAreaField("Story", [forms.required()])
    secret = PasswordField("Passphrase", [forms.required()])
    country = SelectField(
        "Country", [forms.required()], choices=forms.options([("kg", "Kyrgyzstan")], prompt="Choose")
    )
    safe = RadioField("Is it safe?", choices=forms.options([("y", "Yes"), ("n", "No")]))
    needs = forms.ChoicesField(
        "Needs", choices=forms.options([("s", "Shelter")]), validators=[forms.required()]
    )
    agreed = BooleanField("Agreed", [forms.required()])
    paper = FileField("Paper", [forms.required()])


class Search(forms.QueryForm):
    """What a list can be narrowed by."""

    q = StringField("Search")
    country = SelectField("Country", choices=forms.options([("kg", "Kyrgyzstan")], prompt="All"))


def drawn(body: str, **context: Any) -> Any:
    page = '{% extends "layout.html" %}{% import "components.html" as c %}{% block title %}T{% endblock %}'
    html = render_template_string(page + "{% block main %}" + body + "{% endblock %}", **context)
    return lxml.html.fromstring(html)


@pytest.fixture
def asked(bare: Flask) -> Iterator[None]:
    with bare.test_request_context("/en/", method="POST", data={"name": '"><script>x</script>'}):
        bare.preprocess_request()
        yield


def test_the_policy_admits_the_style_that_stands_in_the_page_and_no_other(bare: Flask) -> None:
    html = bare.test_client().get("/en/pages/privacy").get_data(as_text=True)
    styles = re.findall(r"<style>(.*?)</style>", html, re.DOTALL)
    assert len(styles) == 1
    digest = b64encode(hashlib.sha256(styles[0].encode()).digest()).decode()
    policy = bare.extensions["face"].policy
    assert f"style-src 'sha256-{digest}'" in policy
    assert "unsafe" not in policy and "http" not in policy and "*" not in policy


def test_the_style_sheet_stays_within_its_budget(bare: Flask) -> None:
    assert len(gzip.compress(bare.extensions["face"].style.encode(), 9)) <= 7 * 1024


@pytest.mark.parametrize(
    ("code", "set_to", "called"),
    [
        ("en", Settings.network_name, "Ferghana Valley Network"),
        ("tg", Settings.network_name, "Шабакаи водии Фарғона"),
        ("tg", "Мост", "Мост"),
    ],
)
def test_the_network_is_called_as_its_operator_said_or_in_the_language_of_the_page(
    bare: Flask, monkeypatch: pytest.MonkeyPatch, code: str, set_to: str, called: str
) -> None:
    monkeypatch.setattr(bare, "settings", SimpleNamespace(network_name=set_to), raising=False)
    page = bare.test_client().get(f"/{code}/pages/privacy").get_data(as_text=True)
    assert f" – {called}</title>" in page and f"</svg>{called}</a>" in page


def test_type_keeps_to_the_scale(bare: Flask) -> None:
    """Every size and weight more is a face that a phone asks for before it paints (decision 0004)."""
    style = re.sub(r"@media \(min-width.*?\}\}|@media \(max-width.*?\}\}", "", bare.extensions["face"].style)
    assert set(re.findall(r"font-size:([^;}]+)", style)) == {
        ".875rem",
        "1rem",
        "1.13rem",
        "1.3rem",
        "1.75rem",
    }
    assert set(re.findall(r"font-weight:([^;}]+)", bare.extensions["face"].style)) == {"400", "700"}


def test_the_script_stays_within_its_budget(bare: Flask) -> None:
    served = bare.extensions["face"].files[bare.extensions["face"].names["network.js"]]
    assert len(served.body) <= 6 * 1024


@pytest.mark.parametrize("path", ["/en/pages/privacy", "/tg/pages/quick-exit"])
def test_a_public_page_is_light_and_asks_for_three_files_at_most(bare: Flask, path: str) -> None:
    html = bare.test_client().get(path).get_data(as_text=True)
    tree = lxml.html.fromstring(html)
    fetched = tree.xpath("//script/@src | //img/@src | //link[@rel='icon' or @rel='stylesheet']/@href")
    assert len(gzip.compress(html.encode(), 6)) <= 14 * 1024
    assert len(fetched) <= 2 and all(url.startswith("/static/") for url in fetched)
    assert not tree.xpath("//script[not(@src)]")


def test_static_files_may_be_kept_for_ever_because_their_names_change(bare: Flask) -> None:
    client = bare.test_client()
    with bare.test_request_context():
        url = bare.extensions["face"].url("network.js")
    found = client.get(url, headers={"Accept-Encoding": "gzip"})
    assert found.headers["Cache-Control"] == "public, max-age=31536000, immutable"
    assert gzip.decompress(found.data) == client.get(url).data
    assert client.get("/static/network.js").status_code == 404
    assert client.get("/static/../face.py").status_code == 404


@pytest.mark.parametrize("code", CODES)
@pytest.mark.parametrize("status", ERROR_PAGES)
def test_every_error_page_speaks_every_language_and_still_shows_who_helps(
    bare: Flask, code: str, status: int
) -> None:
    with bare.test_request_context(f"/{code}/x"):
        bare.preprocess_request()
        tree = lxml.html.fromstring(render_template(f"errors/{status}.html", failure=""))
    assert tree.get("lang", "").startswith(code)
    assert tree.xpath("//a[@href='tel:189']") and tree.xpath("//a[@href='#help']")
    assert tree.xpath("//main//h1") and tree.xpath("//a[@data-quick-exit]")
    assert len(tree.xpath("//nav[@class='tongues']//a[@lang]")) == len(CODES)


@pytest.mark.parametrize("status", ERROR_PAGES)
def test_an_error_page_is_drawn_with_nothing_behind_it(bare: Flask, status: int) -> None:
    with bare.test_request_context("/en/x"):
        html = render_template(f"errors/{status}.html", hotlines=[])
    assert "/en/directory/" in html


@pytest.mark.parametrize("name", PAGES)
@pytest.mark.parametrize("code", CODES)
def test_the_pages_about_the_site_are_there_in_every_language(bare: Flask, code: str, name: str) -> None:
    response = bare.test_client().get(f"/{code}/pages/{name}")
    assert response.status_code == 200
    assert "Set-Cookie" not in response.headers


def test_quick_exit_works_as_a_plain_link_that_leaks_nothing(bare: Flask) -> None:
    tree = lxml.html.fromstring(bare.test_client().get("/ky/pages/privacy").get_data(as_text=True))
    (exit_link,) = tree.xpath("//a[@data-quick-exit]")
    assert exit_link.get("href") == "/ky/exit"
    assert {"noreferrer", "nofollow"} <= set(exit_link.get("rel").split())
    assert exit_link.get("data-quick-exit").startswith("https://")


def test_a_field_of_every_kind_ties_its_error_to_its_control(asked: None) -> None:
    form = Kinds()
    assert not form.validate()
    tree = drawn("{{ c.form_start(form) }}{% for f in form %}{{ c.field(f) }}{% endfor %}</form>", form=form)
    summary = tree.xpath("//div[@role='alert']//a/@href")
    assert len(summary) == 7  # The name is there.
    for target in summary:
        assert tree.xpath(f"//main//*[@id='{target[1:]}']"), target
    for name in ("story", "secret", "country", "safe", "needs", "agreed", "paper"):
        holders = tree.xpath(f"//main//*[@name='{name}' and @aria-invalid='true']")
        assert holders, name
        described = holders[0].get("aria-describedby").split()
        assert f"{name}-error" in described
        assert all(tree.xpath(f"//*[@id='{ident}']") for ident in described)


def test_only_what_can_be_left_empty_is_called_optional(asked: None) -> None:
    class Choice(Kinds):
        sure = SelectField("Sure", choices=forms.options([("a", "A")]))
        maybe = SelectField("Maybe", choices=forms.options([("a", "A")], prompt="Any"))

    form = Choice()
    tree = drawn("{{ c.field(form.sure) }}{{ c.field(form.maybe) }}{{ c.field(form.name) }}", form=form)
    asked_for = [" ".join(label.text_content().split()) for label in tree.xpath("//main//label")]
    assert asked_for == ["Sure", "Maybe (optional)", "Name"]


def test_what_was_typed_comes_back_escaped(asked: None) -> None:
    form = Kinds()
    form.validate()
    tree = drawn("{{ c.field(form.name) }}", form=form)
    assert tree.xpath("//input[@name='name']/@value") == ['"><script>x</script>']
    assert not tree.xpath("//main//script")


def test_a_form_keeps_its_idempotency_key_when_it_comes_back(bare: Flask) -> None:
    key = "0191d3f0-0000-4000-8000-000000000001"
    with bare.test_request_context("/en/", method="POST", data={"idempotency_key": key}):
        bare.preprocess_request()
        assert drawn("{{ c.idempotency() }}").xpath("//input[@name='idempotency_key']/@value") == [key]
    with bare.test_request_context("/en/", method="POST", data={"idempotency_key": "'; drop"}):
        bare.preprocess_request()
        (made,) = drawn("{{ c.idempotency() }}").xpath("//input[@name='idempotency_key']/@value")
        assert len(made) == 36 and made != key


def test_every_component_can_be_drawn(asked: None) -> None:
    tree = drawn(
        """{% call c.page_header('H', 'L', kicker='K') %}{{ c.link_button('/x', 'New') }}{% endcall %}
        {{ c.breadcrumbs([('/a', 'A'), ('/b', 'B')]) }}{{ c.steps(['One', 'Two'], 2) }}
        {{ c.task_list([{'name': 'Consent', 'url': '/c', 'hint': 'h', 'kind': 'done', 'status': 'Done'},
                        {'name': 'Send', 'kind': 'waiting', 'status': 'Cannot start yet'}]) }}
        {{ c.summary_list([{'name': 'N', 'value': 'V', 'url': '/n'}, {'name': 'E', 'value': ''}]) }}
        {% call c.table('Cap', ['A']) %}<tr><td data-label="A">1</td></tr>{% endcall %}
        {% call c.notice('attention', 'T') %}<p>words</p>{% endcall %}{{ c.empty('No', 'text', '/x', 'Do') }}
        {{ c.pages('/newer', '/older') }}{% call c.details('More') %}x{% endcall %}
        {{ c.story([{'when': at, 'words': 'Sent', 'who': 'Podruga'}]) }}
        {% call c.cards() %}{% call c.card('Card', '/x', meta='m') %}<p>b</p>{% endcall %}{{ c.card('Bare') }}{% endcall %}
        {{ c.counts([{'n': 2, 'label': 'waiting', 'url': '/w', 'kind': 'attention'}]) }}
        {{ c.phone({'display': '189', 'tel': '189'}, 'free') }}{{ c.moment(at, 'Asia/Tashkent') }}{{ c.day(at) }}
        {{ c.prose('one\n\ntwo\nlines', 'ru') }}{{ c.narrow(search, '/s') }}
        {{ c.print_header('P', 'n') }}{{ c.hr() }}{{ c.button('B', 'danger', 'deed', 'go') }}
        {{ c.post_button('/p', 'Post', idempotent=true, version=3) }}""",
        at=MOMENT,
        search=Search(),
    )
    words = " ".join(tree.xpath("//main")[0].text_content().split())
    for expected in (
        "Step 2 of 2",
        "Done",
        "Nothing",
        "14.05.2007",
        "14 May 2007, 09:00 (Andijan, Khujand) · 10:00 (Osh)",
    ):
        assert expected in words
    assert "2007-05-14T04:00:00+00:00" in tree.xpath("//main//time/@datetime")
    assert tree.xpath("//form[@action='/p']//input[@name='version']/@value") == ["3"]


def test_no_template_carries_a_style_or_a_handler_of_its_own(bare: Flask) -> None:
    """The policy would switch them off in silence."""
    assert bare.jinja_loader is not None
    for name in bare.jinja_loader.list_templates():
        if name.endswith(".html"):
            source = bare.jinja_loader.get_source(bare.jinja_env, name)[0]
            assert not re.search(r"\sstyle=|\son(click|submit|change|load|input)=", source), name
            assert "<style" not in source or name == "layout.html", name
            assert "<script" not in source or name == "layout.html", name


def test_only_those_who_read_cases_are_shown_the_way_to_them(bare: Flask) -> None:
    from uuid import uuid4

    from network.permissions import Role

    def doors(*roles: Role) -> set[str]:
        with bare.test_request_context("/en/"):
            bare.preprocess_request()
            g.actor = Actor.member(uuid4(), uuid4(), roles)
            return {place.url for place in face.member_navigation()}

    assert "/en/referrals/" in doors(Role.CASEWORKER)
    for outsider in (Role.COORDINATOR, Role.OBSERVER, Role.ADMIN, Role.ORGANISER, Role.EDITOR):
        assert "/en/referrals/" not in doors(outsider)
        assert "/en/desk/" in doors(outsider)  # What waits for her, which is never a case.
