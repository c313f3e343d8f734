"""Forms: what was typed is clean or is told apart at its field, and every message is in our own words."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import flask_wtf
import pytest
import wtforms
from flask import Flask
from flask_babel import Babel
from werkzeug.datastructures import MultiDict
from wtforms import (
    EmailField,
    FieldList,
    FormField,
    IntegerField,
    PasswordField,
    RadioField,
    StringField,
    TextAreaField,
)

from network import forms


class Part(forms.Form):
    class Meta(forms.Form.Meta):
        csrf = False

    street = StringField("Street", [forms.required()])


class Everything(forms.Form):
    class Meta(forms.Form.Meta):
        csrf = False

    name = StringField("Name", [forms.required("Enter a name."), forms.length(max=20)])
    free = StringField("Nickname")
    story = TextAreaField("Story")
    email = EmailField("Email", validators=[forms.optional(), forms.email()])
    secret = PasswordField("Passphrase")
    age = IntegerField("Age", [forms.optional(), forms.between(0, 120)])
    safe = RadioField("Is it safe to call?", choices=forms.options([("y", "Yes"), ("n", "No")]))
    needs = forms.ChoicesField("Needs", choices=forms.options([("s", "Shelter"), ("l", "Lawyer")]))
    site = StringField("Site", [forms.optional(), forms.web_address()])
    parts = FieldList(FormField(Part))


@pytest.fixture(scope="module")
def bare() -> Flask:
    """Languages and a secret, nothing else: forms need no database."""
    app = Flask("network")
    app.secret_key = "only-for-this-test"
    Babel(app)
    return app


@pytest.fixture
def post(bare: Flask) -> Iterator[object]:
    def fill(**fields: object) -> Everything:
        sent = MultiDict({"name": "Aigul", "safe": "y"} | fields)
        form = Everything(formdata=sent)
        form.validate()
        return form

    with bare.test_request_context("/", method="POST"):
        yield fill


def test_text_is_kept_in_one_form_without_blanks_around_it(post) -> None:
    form = post(name="  Кере́мет  ", story="first\r\nsecond\rthird ", free="a\tb\nc")
    assert form.name.data == "Кере́мет"
    assert form.story.data == "first\nsecond\nthird"
    assert form.free.data == "a b c"


@pytest.mark.parametrize("naughty", ["a\0b", "\x1b[31m", "\x07", "\ud800", "\x9f"])
@pytest.mark.parametrize("field", ["name", "free", "story", "email", "site"])
def test_what_the_database_cannot_hold_is_a_message_at_its_field(post, field: str, naughty: str) -> None:
    form = post(**{field: naughty})
    assert "cannot be kept" in str(form[field].errors[0])


def test_marks_that_turn_text_around_are_dropped(post) -> None:
    assert post(name="\u202eAigul\u2066\ufeff").name.data == "Aigul"


def test_joiners_that_scripts_need_stay(post) -> None:
    assert post(name="क\u200dष").name.data == "क\u200dष"


def test_a_passphrase_is_taken_as_it_is(post) -> None:
    assert post(secret="  two blanks around  ").secret.data == "  two blanks around  "


def test_every_text_has_a_limit_even_where_its_form_forgot_one(post) -> None:
    form = post(free="x" * (forms.LINE + 1), story="x" * (forms.TEXT + 1), secret="x" * (forms.LINE + 1))
    assert form.free.errors and form.story.errors and form.secret.errors
    assert not post(free="x" * forms.LINE, story="x" * forms.TEXT).errors


def test_no_text_is_cut_in_silence_by_the_browser(post) -> None:
    assert "maxlength" not in str(post().name())


def test_numbers_have_bounds_before_they_reach_a_column(post) -> None:
    assert post(age=str(2**70)).age.errors
    assert post(age="9" * 5000).age.errors
    assert post(age="12").age.data == 12


def test_blanks_alone_are_nothing(post) -> None:
    assert post(name=" \u3000\n ").name.errors == ["Enter a name."]


@pytest.mark.parametrize("address", ["caseworker@podruga.example", "айгүл@мисал.кг", ""])
def test_addresses_people_have_are_accepted(post, address: str) -> None:
    assert not post(email=address).errors


@pytest.mark.parametrize("address", ["x", "a@b", "a b@example.org", "a@example.org\nBcc: b@example.org", "@"])
def test_what_is_no_address_is_refused(post, address: str) -> None:
    assert post(email=address).email.errors


@pytest.mark.parametrize(
    "address", ["javascript:alert(1)", "https://", "ftp://example.org", "example.org", "https://a b.org"]
)
def test_only_full_web_addresses_are_accepted(post, address: str) -> None:
    assert post(site=address).site.errors


def test_the_summary_names_the_question_and_leads_to_its_first_control(post) -> None:
    form = post(name="", safe="maybe", needs="x", **{"parts-0-street": ""})
    assert form.summary_errors == [
        ("name", "Name: Enter a name."),
        ("safe-0", "Is it safe to call? Choose one of the answers offered."),
        ("needs-0", "Needs: Choose from the answers offered."),
        ("parts-0-street", "Street: Fill this in."),
    ]


def test_a_number_of_hundreds_of_digits_is_refused_at_its_field(bare: Flask) -> None:
    for typed in ("9" * 400, "-" + "9" * 400, "9" * 5000):
        with bare.test_request_context(method="POST"):
            form = Everything(MultiDict({"name": "Aigul", "age": typed}))
            assert not form.validate()
            assert form.age.errors and form.age.errors[0].startswith("Enter a")


def test_a_hidden_number_that_was_not_sent_back_is_no_failure(bare: Flask) -> None:
    class Versioned(Part):
        version = wtforms.HiddenField()

    with bare.test_request_context(method="POST"):
        form = Versioned(MultiDict({"street": "Lenin 1"}), data={"version": 3})
        assert form.validate() and form.version.data == 3


def test_a_search_form_reads_the_address_and_carries_no_token(bare: Flask) -> None:
    class Search(forms.QueryForm):
        q = StringField("Search")

    with bare.test_request_context("/?q=%20shelter%00"):
        form = Search()
        assert "csrf_token" not in form
        assert not form.validate()
    with bare.test_request_context("/?q=%20shelter"):
        form = Search()
        assert form.validate() and form.q.data == "shelter"


def test_every_message_that_our_fields_can_utter_is_in_our_words() -> None:
    """Read from the libraries themselves, so that a new release cannot speak English to a Tajik reader."""
    used = ["validators.py", "choices.py", "datetime.py", "numeric.py", "core.py", "session.py", "csrf.py"]
    ours = "equal to|character|Number must|Date must|field name|IP address|Mac address|secret key|Provide|provide|SECRET_KEY|Cannot|must"
    uttered: set[str] = set()
    for package in (wtforms, flask_wtf):
        for path in Path(str(package.__file__)).parent.rglob("*.py"):
            if path.name in used:
                found = re.findall(r'(?:gettext|ValidationError)\(\s*"([^"]+)"', path.read_text())
                uttered |= {words for words in found if not re.search(ours, words) or words in forms.MESSAGES}
    assert len(uttered) > 20
    assert uttered - set(forms.MESSAGES) == set()
