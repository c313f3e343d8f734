"""Is this a passphrase that nobody will guess? At least fifteen characters, and not what everybody thinks of first."""

import re
import unicodedata
from collections.abc import Iterable, Iterator
from typing import Final

from network.keys.common import COMMON

SHORTEST: Final = 15
LONGEST: Final = 256
ENOUGH: Final = 8
"""What must be left when everything guessable is counted for little: see ``_worth``."""

_COMMON_WORTH: Final = 2
_OUR_NAMES: Final = ("kopuro", "köpürö", "көпүрө", "көпүро")
# Published with the demonstration network, so anybody's first guess.
_PUBLISHED: Final = ("ferghana-demo-2007", "correct horse battery staple")

_LATIN_KEYS: Final = "qwertyuiop[]asdfghjkl;'zxcvbnm,.`"
_CYRILLIC_KEYS: Final = "йцукенгшщзхъфывапролджэячсмитьбюё"
_TO_CYRILLIC_KEYS: Final = str.maketrans(_LATIN_KEYS, _CYRILLIC_KEYS)
_TO_LATIN_KEYS: Final = str.maketrans(_CYRILLIC_KEYS, _LATIN_KEYS)
_LEET: Final = str.maketrans("013457@$!", "oieastasi")
_ROWS: Final = (
    "0123456789012345",
    "abcdefghijklmnopqrstuvwxyz",
    "qwertyuiopasdfghjklzxcvbnm",
    "qazwsxedcrfvtgbyhnujmikolp",
    "1q2w3e4r5t6y7u8i9o0p",
    "1qaz2wsx3edc4rfv5tgb6yhn7ujm8ik9ol0p",
    "абвгдеёжзийклмнопрстуфхцчшщъыьэюя",
    "йцукенгшщзхъфывапролджэячсмитьбю",
)
_RUNS: Final = tuple(each for row in _ROWS for each in (row, row[::-1]))


def passphrase_fault(text: str, *, not_like: Iterable[str]) -> str | None:
    """What is wrong with a new passphrase, as a code for the page to put into words; nothing where it is good.

    ``"too_short"`` under 15 characters, ``"too_long"`` over 256, ``"common"`` when it is made of what everybody uses,
    ``"like_yours"`` when it is made of ``not_like`` (the person's name and address, the organization) or of our name.
    There are no rules of composition: four odd words are better than one with a digit and an exclamation mark.
    """
    text = unicodedata.normalize("NFC", text)
    if len(text) < SHORTEST:
        return "too_short"
    if len(text) > LONGEST:
        return "too_long"
    if _simple(text) in map(_simple, _PUBLISHED) or _worth(text, frozenset()) < ENOUGH:
        return "common"
    if _worth(text, frozenset(_names((*not_like, *_OUR_NAMES)))) < ENOUGH:
        return "like_yours"
    return None


def _worth(text: str, names: frozenset[str]) -> int:
    """How many characters one would really have to guess, in the reading that is kindest to the guesser.

    A common word counts two, a run of the keyboard or the alphabet one, a year one, a name of theirs or anything
    repeated nothing; every other letter or digit one.
    """
    return min(_worth_as_read(reading, names) for reading in _readings(text))


def _readings(text: str) -> Iterator[str]:
    """The text as typed, as typed with the other keyboard layout, and with digits read as letters."""
    folded = _fold(text)
    for reading in (folded, folded.translate(_TO_CYRILLIC_KEYS), folded.translate(_TO_LATIN_KEYS)):
        yield _simple(reading)
        yield _simple(reading.translate(_LEET))  # Before signs are dropped: some of them stand for letters.


def _worth_as_read(text: str, names: frozenset[str]) -> int:
    text = _once(text)
    worth, at, seen = 0, 0, set[str]()
    while at < len(text):
        piece, value = _piece(text, at, names)
        if piece not in seen:
            worth += value
        if len(piece) > 1:
            seen.add(piece)
        at += len(piece)
    return worth


def _piece(text: str, at: int, names: frozenset[str]) -> tuple[str, int]:
    """The longest guessable piece that begins here and what it counts."""
    run = _run(text, at)
    choices = [(run, 1), (text[at], 1), (_repeated(text, at), 1)]
    if year := re.match(r"(19|20)\d\d", text[at:]):
        choices.append((year[0], 1))
    for length in range(min(len(text) - at, 24), 2, -1):
        word = text[at : at + length]
        if word in names:
            choices.append((word, 0))
        elif word in COMMON:
            choices.append((word, _COMMON_WORTH))
    return max(choices, key=lambda choice: (len(choice[0]), -choice[1]))


def _run(text: str, at: int) -> str:
    """The same character again and again, or neighbours in an alphabet or on a keyboard: three or more."""
    best = text[at]
    same = len(text) - at - len(text[at:].lstrip(text[at]))
    if same >= 3:
        best = text[at : at + same]
    for row in _RUNS:
        length = len(best) + 1
        while length >= 2 and at + length <= len(text) and text[at : at + length] in row:
            best = text[at : at + length]
            length += 1
    return best if len(best) >= 3 else text[at]


def _repeated(text: str, at: int) -> str:
    """The longest piece from here that was typed before already; a single character where it is under four."""
    length = 4
    while at + length <= len(text) and text[at : at + length] in text[:at]:
        length += 1
    return text[at : at + length - 1] if length > 4 else text[at]


def _once(text: str) -> str:
    """One round of a text that only goes round: "abcabcabc" is "abc", whatever its length."""
    round_length = (text + text).find(text, 1)
    return text[:round_length]


def _names(texts: Iterable[str]) -> Iterator[str]:
    """The words of names and addresses, as the text is read: three letters and more."""
    for text in texts:
        folded = _fold(text)
        yield from (
            word for word in (_simple(folded), *map(_simple, re.split(r"[\W_]+", folded))) if len(word) >= 3
        )


def _fold(text: str) -> str:
    return unicodedata.normalize("NFKC", text).casefold()


def _simple(text: str) -> str:
    """Letters and digits only: spaces and signs between them make nothing harder to guess."""
    return "".join(letter for letter in _fold(text) if letter.isalnum())
