"""Which languages the network speaks, what each is called, and who is asked next when a text is missing.

The order of ``LANGUAGES`` is the order of the language switch. Names stand in their own language, because someone
who reads only Kyrgyz looks for «Кыргызча», not for "Kyrgyz".
"""

from dataclasses import dataclass
from functools import cache

from babel import Locale

DEFAULT_LANGUAGE = "en"


@dataclass(frozen=True)
class Language:
    """One language of the site.

    ``code`` stands in addresses and columns, ``tag`` in ``lang=`` attributes (BCP 47), ``locale`` is what Babel takes,
    ``fallback`` the languages to try, in turn, where a text does not exist in this one.
    """

    code: str
    name: str
    tag: str
    locale: str
    fallback: tuple[str, ...]


# People in the valley who read Kyrgyz, Uzbek or Tajik mostly read Russian too, so it comes before English.
_ALL = (
    Language("en", "English", "en", "en", ("ru", "ky", "uz", "tg")),
    Language("ru", "Русский", "ru", "ru", ("en", "ky", "uz", "tg")),
    Language("ky", "Кыргызча", "ky", "ky", ("ru", "en", "uz", "tg")),
    # Uzbek is written in Latin here; elsewhere in Cyrillic too, so the script is always named.
    Language("uz", "Oʻzbekcha", "uz-Latn", "uz_Latn", ("ru", "en", "tg", "ky")),
    Language("tg", "Тоҷикӣ", "tg", "tg", ("ru", "en", "uz", "ky")),
)

LANGUAGES: dict[str, Language] = {language.code: language for language in _ALL}
CODES: tuple[str, ...] = tuple(LANGUAGES)


def known(code: object) -> str:
    """The code of a language we speak: ``code`` itself, or the default for anything else (never an error)."""
    return code if isinstance(code, str) and code in LANGUAGES else DEFAULT_LANGUAGE


def language_of(code: object) -> Language:
    """The language with this code; English for a code nobody knows, so that a stray value never breaks a page."""
    return LANGUAGES[known(code)]


def fallbacks(code: object) -> tuple[str, ...]:
    """Every language in the order in which to look for a text for a reader of ``code``, that one first."""
    language = language_of(code)
    return (language.code, *language.fallback)


@cache
def _parsed(code: str) -> Locale:
    return Locale.parse(LANGUAGES[code].locale)


def locale_of(code: object) -> Locale:
    """The Babel locale for a language; English for an unknown code."""
    return _parsed(known(code))
