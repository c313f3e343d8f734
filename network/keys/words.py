"""Six words that two people read to each other by phone, to be sure that nobody stands between them.

They are made of syllables and mean nothing in any of our languages, for a reason: the two may use Kopuro in different
languages and scripts, and the same key must sound the same to both. Every word is two open syllables of sounds that all
five languages have. The vowels are a, i, u alone, since o and e change where Russian does not stress them.
"""

import itertools
from functools import cache
from typing import Final

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.kdf.pbkdf2 import PBKDF2HMAC

WORDS: Final = 6
BITS_PER_WORD: Final = 10
STRETCHING_ROUNDS: Final = 10_000
CYRILLIC_LANGUAGES: Final = frozenset({"ru", "ky", "tg"})

_CONSONANTS: Final = ("b", "d", "g", "k", "l", "m", "n", "r", "s", "t", "sh", "ch")
_VOWELS: Final = ("a", "i", "u")
_CYRILLIC: Final = dict(zip((*_CONSONANTS, *_VOWELS), "бдгклмнрстшчаиу", strict=True))

# Beginnings that are rude, hurtful or frightening in one of the languages, or in English; nobody should have to say
# them to a colleague.
_UNSPEAKABLE: Final = """
bich bita biti bitu chuch chuma chur dik dur gad gana gasi gita gu kach kal kuchi kul kuna kuni kunu kus kut luli lulu mani
mina mini minu mud muta nig nuda nudi raka raki shita shiti shitu sik sisa sisu sucha suchi suk tita titu
"""


@cache
def _list() -> tuple[tuple[str, ...], ...]:
    """1,024 words, each as its four sounds. The order is for ever: it is what two people compare."""
    unspeakable = tuple(_UNSPEAKABLE.split())
    syllables = tuple(itertools.product(_CONSONANTS, _VOWELS))
    words = (first + second for first, second in itertools.product(syllables, syllables) if first != second)
    decent = (word for word in words if not "".join(word).startswith(unspeakable))
    return tuple(itertools.islice(decent, 2**BITS_PER_WORD))


def word_list(language: str) -> tuple[str, ...]:
    """The 1,024 words in the script of ``language``."""
    if language in CYRILLIC_LANGUAGES:
        return tuple("".join(_CYRILLIC[sound] for sound in word) for word in _list())
    return tuple("".join(word) for word in _list())


def six_words(key: bytes, language: str) -> list[str]:
    """Six of the words for a public key: 60 bits, Cyrillic for ``ru``, ``ky``, ``tg``, Latin for the rest.

    Ten thousand rounds of PBKDF2 stand before them, so that finding another key with the same six words costs 2^73
    hashes and the making of as many keys, while showing them costs a few milliseconds.
    """
    stretched = PBKDF2HMAC(hashes.SHA256(), 8, b"kopuro six words", STRETCHING_ROUNDS).derive(key)
    number = int.from_bytes(stretched, "big")
    words = word_list(language)
    return [words[number >> BITS_PER_WORD * place & 2**BITS_PER_WORD - 1] for place in range(WORDS)]
