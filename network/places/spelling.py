"""The name of a place for a reader whose language has none of its own: spelled as that language would, or the nearest.

A place keeps its name across a border; only the letters change. Uzbek is read in Latin letters, so a district of
Kyrgyzstan or Tajikistan without an Uzbek name is not shown in Russian: its own people's name is written letter by
letter («Чоң-Алай району», "Chong-Alay tumani"). Such a name says of itself that a rule made it. Readers of Cyrillic get
any Cyrillic name before the English one. Sources: the Uzbek Latin alphabet of 1995, the Kyrgyz of 1953, the Tajik of 1998.
"""

import re
from collections.abc import Mapping

from network.i18n.folding import OKINA, TUTUQ
from network.i18n.languages import fallbacks
from network.i18n.translated import Shown, TranslationStatus, show

_LETTERS = dict(
    zip("абвгдежзийклмнопрстуфхыэ", ["a", "b", "v", "g", "d", "e", "j", "z", "i", "y", "k", "l", "m", "n", "o", "p", "r", "s", "t", "u", "f", "x", "i", "e"], strict=True)
) | {
    "ё": "yo", "ц": "s", "ч": "ch", "ш": "sh", "щ": "sh", "ъ": TUTUQ, "ь": "", "ю": "yu", "я": "ya",
    "ң": "ng", "ө": f"o{OKINA}", "ү": "u", "ғ": f"g{OKINA}", "қ": "q", "ҳ": "h", "ҷ": "j", "ӣ": "i", "ӯ": f"o{OKINA}",
}  # fmt: skip
# Beside a broad vowel Kyrgyz speaks к and г as the Uzbek q and gʻ: Кара-Кулжа is Qara-Qulja, Коргон is Qorgʻon.
_BROAD = re.compile("(?<![еэиөү])[кг](?=[аоуы])|(?<=[аоуы])[кг](?![еэиөүяюё])")
_DEEP = {"к": "қ", "г": "ғ"}
_LOANS = {"октябрь": "oktyabr", "марказ": "markaz"}
_KINDS = {
    "району": "tumani", "ноҳияи": "tumani", "облусу": "viloyati", "вилояти": "viloyati",
    "шаары": "shahri", "шаҳри": "shahri",
}  # fmt: skip


def named(names: Mapping[str, object], language: str) -> Shown:
    """The name for a reader, and the language it is in; status ``machine`` where a rule spelled it."""
    order = fallbacks(language)
    if order[0] in names:
        return show(names, language)
    if order[0] == "uz":
        for code in ("tg", "ky"):
            if code in names:
                text = in_uzbek(str(names[code]), code)
                return Shown(text, "uz", TranslationStatus.MACHINE, "uz")
        return show({code: name for code, name in names.items() if code == "en"} or names, language)
    if order[0] != "en" and "ru" not in names:
        for code in ("ky", "tg"):
            if code in names:
                return Shown(str(names[code]), code, asked=order[0])
    return show(names, language)


def in_uzbek(name: str, language: str) -> str:
    """A Kyrgyz or Tajik name in Uzbek Latin letters, the kind of place behind it as Uzbek says it."""
    words: list[str] = []
    kinds: list[str] = []
    for word in name.split():
        (kinds if word in _KINDS else words).append(_KINDS.get(word) or _word(word, language))
    return " ".join([*words, *kinds])


def _word(word: str, language: str) -> str:
    return "-".join(_part(part, language) for part in word.split("-"))


def _part(part: str, language: str) -> str:
    low = part.lower()
    if low in _LOANS:
        made = _LOANS[low]
    else:
        if language == "ky":
            low = _BROAD.sub(lambda m: _DEEP[m.group()], low)
        # E that begins a word or follows a vowel has a sound before it; ng and gʻ share their g.
        low = re.sub("(?:^|(?<=[аеёиоуыэюяөү]))е", "йе", low).replace("ңғ", "нғ").replace("ңг", "нг")
        made = "".join(_LETTERS.get(letter, letter) for letter in re.sub("ӣ$", "ий", low))
    return made[:1].upper() + made[1:] if part[:1].isupper() else made
