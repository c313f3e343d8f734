"""Names and questions as lexemes of one index: PostgreSQL's text search without its parsers, which know none of our languages.

A lexeme is a folded word behind a sign for what it is a word of; a row also holds its filters as lexemes, so that one
index answers «a shelter in Batken that speaks Uzbek» by intersection. Pure.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from functools import cache, lru_cache

from network.i18n.folding import fold

NAME, OTHER, PLACE, NEED, TEXT = "0", "1", "2", "3", "4"
KNOWN = NAME + OTHER + PLACE + NEED
EVERYWHERE = KNOWN + TEXT
WHOLE, DIGITS, FILTER = "x", "#", "="
LONGEST = 60
"""Letters of a word that are kept."""
MOST = 8
"""Words of a question that are looked for; nobody types more to find a doctor."""

_YO = str.maketrans("ёЁ", "еЕ")

# What stands around a name and is as often left out: kinds of places and of bodies, and small words.
_FILLERS = """
    city town village district region oblast province county gorod selo the of for in and near
    область обл области района район районе р-н рн города город городе г село пос посёлок ул в во на и для по из или где
    облусу облус району шаары шаар айылы айыл жана үчүн боюнча
    viloyati viloyat tumani tuman shahri shahar shahrida va uchun boʻyicha
    вилояти вилоят тумани туман шаҳри шаҳар ва учун бўйича
    шаҳри шаҳраки ноҳияи ноҳия деҳаи дар барои оид
    оф оо нпо нко ооо общественный фонд коомдук фонду кф бирикмеси нотижорат ташкилоти ҷамъиятӣ
    ngo npo foundation jamoat fondi nnt ннт тҷ та
"""


@cache
def _fillers() -> frozenset[str]:
    return frozenset(word for spelled in _FILLERS.split() for word in fold(spelled).split())


def phrase(text: str) -> list[list[str]]:
    """The folded words of a text, those that hyphens join together in one list."""
    return [words for part in text.split() if (words := fold(part).split())]


def asked(text: str) -> list[str]:
    """The words of a question, without those that say nothing where others say more."""
    words = list(dict.fromkeys(fold(text).split()))
    telling = [word for word in words if word not in _fillers()]
    return (telling or words)[:MOST]


@lru_cache(maxsize=2048)
def of_text(text: str) -> frozenset[str]:
    """Each word of a text, and each compound as one word."""
    found: set[str] = set()
    for spelled in {text, text.translate(_YO)}:
        for words in phrase(spelled):
            found.update(words)
            if len(words) > 1:
                found.add(fold("".join(words)))
    return frozenset(word[:LONGEST] for word in found if word)


@lru_cache(maxsize=2048)
def of_name(text: str) -> frozenset[str]:
    """As ``of_text``; a short name as one word too: «Эне-Бала» is typed «энебала», "Oq yoʻl" «oqyol»."""
    whole = joined(text)
    short = 1 < len(fold(text).split()) < 4
    return of_text(text) | ({whole[:LONGEST]} if short and whole else set())


def joined(text: str) -> str:
    """All of it as one word."""
    return fold("".join(fold(text).split()))


def lexemes(
    *,
    names: Iterable[str],
    others: Iterable[str] = (),
    places: Iterable[str] = (),
    needs: Iterable[str] = (),
    texts: Iterable[str] = (),
    numbers: Iterable[str] = (),
    filters: Iterable[str] = (),
) -> str:
    """All that a row is found by, as PostgreSQL reads a tsvector."""
    names, others = list(names), list(others)
    found = {WHOLE + whole[:LONGEST] for name in [*names, *others] if (whole := joined(name))}
    for sign, spelled, split in (
        (NAME, names, of_name),
        (OTHER, others, of_name),
        (PLACE, places, of_name),
        (NEED, needs, of_text),
        (TEXT, texts, of_text),
    ):
        found.update(sign + word for text in spelled for word in split(text))
    found.update(DIGITS + tail for number in numbers for tail in _tails(number))
    found.update(FILTER + one for one in filters)
    return " ".join(_quoted(one) for one in sorted(found))


def _tails(number: str) -> set[str]:
    """A number with and without the code of its country, as people dial it."""
    digits = re.sub(r"\D", "", number)
    return {digits, digits.lstrip("0"), digits[3:] if len(digits) > 9 else digits} - {""}


def _quoted(lexeme: str) -> str:
    return "'" + lexeme.replace("\\", "\\\\").replace("'", "''") + "'"


_LEXEME = re.compile(r"'((?:[^']|'')+)'")


def vocabulary(lexemes_text: str) -> set[str]:
    """The words of names, places and kinds of help in a tsvector: what a slip may have been meant for."""
    known = (found.group(1) for found in _LEXEME.finditer(lexemes_text))
    return {
        one[1:]
        for one in known
        if one[0] in (NAME, OTHER, PLACE, NEED) and len(one) > 3 and one[1:].isalpha()
    }


def query(words: Sequence[str], signs: str, *, likes: dict[str, list[str]] | None = None) -> str:
    """Rows that have all these words behind any of these signs, as PostgreSQL reads a tsquery; also in two or as one."""
    variants = [list(words)]
    if 1 < len(words) < 5:
        for first in range(len(words) - 1):
            pair = fold(words[first] + words[first + 1])
            variants.append([*words[:first], pair, *words[first + 2 :]])
        if len(words) > 2:
            variants.append([fold("".join(words))])
    return " | ".join(
        "(" + " & ".join(_any(word, signs, likes or {}) for word in one) + ")" for one in variants
    )


def _any(word: str, signs: str, likes: dict[str, list[str]]) -> str:
    """One word behind any of these signs: its beginning, or a word like it. A single letter is no beginning."""
    beginning = ":*" if len(word) > 1 else ""
    found = [_quoted(sign + word[:LONGEST]) + beginning for sign in signs]
    found += [_quoted(sign + like) for like in likes.get(word, []) for sign in signs]
    return "(" + " | ".join(found) + ")"


def whole(text: str) -> str:
    """Rows of which this is a whole name."""
    return _quoted(WHOLE + joined(text)[:LONGEST])


def digits(number: str) -> str:
    """Rows with a number that begins so."""
    return _quoted(DIGITS + number) + ":*"


def filtered(query_text: str, filters: Iterable[str]) -> str:
    """The same, of the rows that have all these filters."""
    return " & ".join(
        [*([f"({query_text})"] if query_text else []), *(_quoted(FILTER + one) for one in filters)]
    )


_QWERTY = "qwertyuiop[]asdfghjkl;'zxcvbnm,.`"
_RUSSIAN = "йцукенгшщзхъфывапролджэячсмитьбюё"
_TO_RUSSIAN = str.maketrans(_QWERTY, _RUSSIAN)
_TO_LATIN = str.maketrans(_RUSSIAN, _QWERTY)


def other_keyboard(text: str) -> str:
    """What would stand there, had the other keyboard been on: «ji» for «ош». Empty where that makes no words."""
    text = text.strip().casefold()
    if re.fullmatch(r"[\x20-\x7e]+", text) and re.search("[a-z]", text):
        typed = text.translate(_TO_RUSSIAN)
        return typed if re.search("[аеёиоуыэюя]", typed) else ""
    if re.fullmatch(r"[а-яё \-]+", text):
        typed = text.translate(_TO_LATIN)
        return typed if re.search("[aeiou]", typed) and re.fullmatch(r"[a-z \-']+", typed) else ""
    return ""
