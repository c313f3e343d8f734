"""Alphabetical order in five languages, as a key to store: PostgreSQL here has no ICU, and code points put Ң Ү Ө Ғ Қ last.

``sort_key(name, "ky")`` is ASCII and tab; a text column holding it sorts right in collation C.
Sources: the alphabets as taught (Kyrgyz of 1953, Tajik of 1998, Uzbek Latin of 1995, Uzbek Cyrillic of 1940).
"""

import re
import unicodedata
from functools import cache, lru_cache

from network.i18n.folding import normalise_uzbek
from network.i18n.languages import known

_LATIN = "a b c d e f g h i j k l m n o p q r s t u v w x y z"
_RUSSIAN = "а б в г д е ж з и й к л м н о п р с т у ф х ц ч ш щ ъ ы ь э ю я"
_KYRGYZ = "а б в г д е ж з и й к л м н ң о ө п р с т у ү ф х ц ч ш щ ъ ы ь э ю я"
_TAJIK = "а б в г ғ д е ё ж з и ӣ й к қ л м н о п р с т у ӯ ф х ҳ ц ч ҷ ш щ ъ ы ь э ю я"
# Ў Қ Ғ Ҳ close the Uzbek alphabet in Cyrillic, as Oʻ Gʻ Sh Ch Ng do in Latin; c and w occur in foreign names only.
_UZBEK = "a b c d e f g h i j k l m n o p q r s t u v w x y z oʻ gʻ sh ch ng"
_UZBEK_CYRILLIC = "а б в г д е ё ж з и й к л м н о п р с т у ф х ц ч ш щ ъ ы ь э ю я ў қ ғ ҳ"

# The reader's own script first, the other after it.
_ALPHABETS: dict[str, tuple[str, str]] = {
    "en": (_LATIN, _KYRGYZ),
    "ru": (_RUSSIAN, _LATIN),
    "ky": (_KYRGYZ, _LATIN),
    "uz": (_UZBEK, _UZBEK_CYRILLIC),
    "tg": (_TAJIK, _LATIN),
}
# A letter that is not of the alphabet sorts as the one it is made from.
_ELSEWHERE = {
    "ё": "е",
    "ң": "н",
    "ө": "о",
    "ү": "у",
    "ғ": "г",
    "қ": "к",
    "ҳ": "х",
    "ҷ": "ч",
    "ӣ": "и",
    "ӯ": "у",
    "ў": "у",
    "і": "и",
    "ı": "i",
}


class _Codes(dict[str, str]):
    """The code of each letter of an alphabet; of other characters, once they were met."""

    def __missing__(self, character: str) -> str:
        found = _code(character, self)
        if len(self) < _MOST_CODES:
            self[character] = found
        return found


_MOST_CODES = 2000
"""So many characters are remembered; texts of the world have more."""


@cache
def _ranks(language: str) -> tuple[_Codes, re.Pattern[str]]:
    """The code of each letter (two ASCII characters), and a pattern that finds letters, longest first."""
    letters = " ".join(_ALPHABETS[language]).split()
    codes = _Codes(
        (letter, chr(ord("a") + rank // 26) + chr(ord("a") + rank % 26))
        for rank, letter in enumerate(letters)
    )
    found = re.compile("|".join(sorted(codes, key=len, reverse=True)) + "|.", re.DOTALL)
    # The tutuq belgisi and the hyphen of Kara-Suu have no place of their own, but they do part S from H in Isʼhoq.
    codes.update(dict.fromkeys("ʼ'’`", ""))
    return codes, found


def _code(character: str, codes: dict[str, str]) -> str:
    if character in codes:
        return codes[character]
    if character.isspace() or not character.isalnum():
        return " "
    if character.isdecimal():
        return f"0{unicodedata.decimal(character)}"
    plain = _ELSEWHERE.get(character) or unicodedata.normalize("NFD", character)[0]
    return codes.get(plain) or f"z{ord(character):06x}"


@lru_cache(maxsize=8192)
def sort_key(text: str, language: str) -> str:
    """A key whose byte order is the alphabetical order of ``language``; an unknown language sorts as English.

    Case, accents and punctuation only decide between names that are otherwise equal.
    """
    language = known(language)
    codes, letters = _ranks(language)
    folded = unicodedata.normalize("NFC", unicodedata.normalize("NFKC", text).casefold())
    if language == "uz":
        folded = normalise_uzbek(folded)
    primary = "".join(map(codes.__getitem__, letters.findall(folded)))
    tie = text.encode("unicode_escape").decode("ascii").replace("\t", " ")
    return f"{re.sub(' +', ' ', primary).strip()}\t{tie}"
