"""One spelling out of many: the folded key under which a name is stored and sought.

«Ош», "Osh", "O'sh", «Ўш» and "Oʻsh" are one town. ``fold`` brings any text in Latin or Cyrillic letters (Russian, Kyrgyz,
Uzbek, Tajik) to plain lower-case Latin in which spellings that differ only by script or habit are equal; what comes
out is for comparing, never for showing. ``fold_place`` also drops what place names put around the name («район»,
"tumani", «-ская»), and ``skeleton`` the vowels: the last resort for «Фергана» and "Fargʻona".

All three are idempotent, so a stored key may be folded again without harm. Measured recall stands in
``tests/places/test_recall.py``.
"""

import re
import unicodedata
from collections.abc import Callable
from functools import lru_cache

OKINA, TUTUQ = "ʻ", "ʼ"  # U+02BB in oʻ gʻ, U+02BC for the glottal stop
_APOSTROPHES = "'`´‘’ʻʼʹ′‛ʽ＇"
_O_G = re.compile(rf"(?<=[oOgG])[{_APOSTROPHES}]")
_BETWEEN_LETTERS = re.compile(rf"(?<=[^\W\d_])[{_APOSTROPHES.replace(OKINA, '')}](?=[^\W\d_])")


def normalise_uzbek(text: str) -> str:
    """Uzbek Latin text with its two apostrophes as they should be: ʻ after o and g, ʼ elsewhere inside a word.

    Keyboards type ' ` ’ for both. Apostrophes that are not inside or right behind a word are quotation marks, and stay.
    """
    return _BETWEEN_LETTERS.sub(lambda m: m.group() if m.group() == OKINA else TUTUQ, _O_G.sub(OKINA, text))


# Letter by letter into Latin. Soft and hard signs vanish; ң is written "n" by Russian and English spellings.
_CYRILLIC = dict(zip("абвгдезийклмнопрстуфхыэ", "abvgdeziiklmnoprstufhye", strict=True)) | {
    "ё": "io", "ж": "j", "ц": "s", "ч": "ch", "ш": "sh", "щ": "sh", "ъ": "", "ь": "", "ю": "iu", "я": "ia",
    "ғ": "g", "қ": "k", "ҳ": "h", "ҷ": "j", "ӣ": "i", "ӯ": "o", "ў": "o", "ө": "o", "ү": "u", "ң": "n",
    "і": "i", "ї": "i", "є": "e", "ґ": "g", "ә": "a", "җ": "j", "һ": "h", "ұ": "u",
}  # fmt: skip
_LATIN = {
    "ı": "i",
    "ə": "a",
    "ž": "j",
    "š": "sh",
    "č": "ch",
    "ş": "sh",
    "ș": "sh",
    "ç": "ch",
    "ŝ": "sh",
    "ĵ": "j",
    "ø": "o",
    "đ": "d",
    "ł": "l",
    "æ": "a",
    "œ": "o",
}
_LETTERS = str.maketrans(_CYRILLIC | _LATIN | dict.fromkeys(_APOSTROPHES, ""))

# Groups of Latin letters that stand for one sound of ours; longer ones first.
_GROUPS = tuple(
    (re.compile(spelled), sound)
    for spelled, sound in (
        ("shch|sch", "sh"), ("tch|tsch", "ch"), ("dzh|dj|zh", "j"), ("kh|x", "h"), ("gh", "g"), ("q|c(?!h)", "k"),
        ("w", "v"), ("ts", "s"), ("ph", "f"),
        # Unstressed vowels change from language to language: Андижан, Andijon; Боткен, Баткен; Кызыл, Qizil.
        ("[ou]", "a"), ("[ey]", "i"),
        (r"(\w)\1+", r"\1"),
        # The soft consonant that Russian writes with я and ю: Сулюкта, Sulukta.
        (r"(?<=[b-df-hj-np-tv-xz])i+(?=a)", ""),
    )
)  # fmt: skip

_UNSEEN = re.compile("[\u00ad\u200b-\u200f\u2060\ufeff]")
_NO_LETTER = re.compile(r"[\W_]+")


def _plain(text: str) -> str:
    """Lower-case Latin words with single spaces between; letters of scripts we do not know stay as they are."""
    text = unicodedata.normalize("NFKC", _UNSEEN.sub("", text)).casefold()
    text = unicodedata.normalize("NFC", text).translate(_LETTERS)
    text = "".join(c for c in unicodedata.normalize("NFKD", text) if not unicodedata.combining(c))
    return _NO_LETTER.sub(" ", text).strip()


def _sounds(text: str) -> str:
    for spelled, sound in _GROUPS:
        text = spelled.sub(sound, text)
    return text


def _until_stable(text: str, step: Callable[[str], str]) -> str:
    """Repeat a step until it changes nothing. Each step shortens or simplifies, so a few rounds suffice."""
    for _ in range(20):
        again = step(text)
        if again == text:
            break
        text = again
    return text


@lru_cache(maxsize=4096)
def fold(text: str) -> str:
    """The folded key of any text: words with single spaces, [a-z0-9] where the script is one of ours.

    Empty for text without letters or digits. Upper and lower case, accents, apostrophes and hyphens do not count.
    """
    return fold_unkept(text)


def fold_unkept(text: str) -> str:
    """The same, remembered nowhere: for words of a case, which must not stay in the memory of a worker."""
    return _until_stable(text, lambda step: _sounds(_plain(step)))


# What stands around a name and says only what kind of place it is, in six ways of writing.
_WORDS_ABOUT_PLACES = """
    city town village district region oblast province county gorod selo imeni
    область области район района районе город города г село посёлок посёлка пгт rayon raion
    облус облусу району шаар шаары айыл айылы oblusu rayonu raionu shaar shaary shaari
    viloyat viloyati tuman tumani shahar shahri shahrisi qishloq qishlogʻi sh t v
    вилоят вилояти туман тумани шаҳар шаҳри қишлоқ қишлоғи
    шаҳр шаҳраки ноҳия ноҳияи деҳа деҳаи ҷамоат shahr nohiya nohiyai nohiai
"""
_KINDS_OF_PLACE = frozenset(_plain(word) for word in _WORDS_ABOUT_PLACES.split())
# Russian turns a name into an adjective: Баткен, Баткенская; Асака, Асакинский.
_ADJECTIVE = re.compile(r"(?<=..)(?:in)?sk(?:ii|iy|y|aia|aya|oi|oy|oe|oye|ogo|om|omu|uiu|uyu)$")
_LAST_VOWELS = re.compile(r"(?<=...)[ai]+$")


def without_kind(text: str) -> str:
    """The bare name, letters untouched: "Andijon tumani" gives "Andijon"; «Ферганская область» stays an adjective."""
    return " ".join(word for word in text.split() if _plain(word) not in _KINDS_OF_PLACE) or text


def _place(text: str) -> str:
    words = _plain(text).split()
    name = [word for word in words if word not in _KINDS_OF_PLACE] or words
    joined = "".join(_ADJECTIVE.sub("", word) for word in name)
    return _LAST_VOWELS.sub("", _sounds(joined))


@lru_cache(maxsize=4096)
def fold_place(text: str) -> str:
    """The folded key of a place name: one word, without «район», "tumani", adjective endings and closing vowels.

    «Джалал-Абадская область», "Jalolobod viloyati" and "Jalal-Abad" share one.
    """
    return _until_stable(text, _place)


def _bones(text: str) -> str:
    key = fold_place(text)
    return re.sub(r"(.)\1+", r"\1", key[:1] + re.sub("[ai]", "", key[1:]))


@lru_cache(maxsize=4096)
def skeleton(text: str) -> str:
    """The consonants of a place name behind its first letter: what is left when vowels disagree. Coarse: use it last."""
    return _until_stable(text, _bones)
