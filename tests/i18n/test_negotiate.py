"""Which language a stranger is answered in."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from network.i18n.languages import CODES, LANGUAGES, fallbacks, locale_of
from network.i18n.negotiate import negotiate


@pytest.mark.parametrize(
    ("header", "language"),
    [
        (None, "en"),
        ("", "en"),
        ("tg", "tg"),
        ("ky-KG,ky;q=0.9,ru;q=0.8,en;q=0.7", "ky"),
        ("uz-Cyrl-UZ", "uz"),
        ("uz_UZ", "uz"),
        ("UZ-latn-uz;q=1.000", "uz"),
        ("kk-KZ,kk;q=0.9", "ru"),
        ("kk,en;q=0.8", "ru"),
        ("de,fr;q=0.9,ru;q=0.1", "ru"),
        ("de-DE,de;q=0.9", "en"),
        ("*", "en"),
        ("*;q=0.1,tg;q=0.5", "tg"),
        ("tg;q=nonsense", "tg"),
        ("tg;q=nonsense,ky;q=0.2", "ky"),
        ("tg;q=2,ky;q=0.2", "ky"),
        ("ru;q=0.5,ky;q=0.5", "ru"),
        ("en;q=0,ru;q=0", "ky"),
        ("en;q=0", "ru"),
        (";;;,,,;q=", "en"),
        ("кыргызча", "en"),
        ("\x00\ud800", "en"),
        ("zz," * 50_000 + "ky", "en"),
        ("ky," + "x" * 1_000_000, "ky"),
    ],
)
def test_a_reader_gets_the_nearest_language_we_speak(header, language):
    assert negotiate(header) == language


@given(st.text(), st.text(max_size=3))
def test_no_text_breaks_the_negotiation(header, default):
    assert negotiate(header, default) in LANGUAGES


@given(
    st.lists(
        st.tuples(
            st.sampled_from([*CODES, "de", "*", "uz-Cyrl-UZ"]),
            st.sampled_from(["", ";q=0", ";q=0.3", ";q=x"]),
        )
    )
)
def test_a_refused_language_is_never_given_while_another_is_left(wishes):
    header = ",".join(tag + q for tag, q in wishes)
    refused = {tag[:2] for tag, q in wishes if q == ";q=0"} & set(CODES)
    if len(refused) < len(CODES):
        assert negotiate(header) not in refused


def test_every_language_falls_back_over_all_others_and_has_a_locale():
    for code in CODES:
        assert fallbacks(code)[0] == code
        assert sorted(fallbacks(code)) == sorted(CODES)
        assert locale_of(code).language == code
    for code in ("ky", "uz", "tg"):
        assert fallbacks(code)[1:3] == ("ru", "en")
    assert fallbacks("klingon") == fallbacks("en")
