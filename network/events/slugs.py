"""The part of an event's address that people can read, from a title in any of our scripts."""

from __future__ import annotations

import re
import unicodedata

_LATIN = dict(zip("абвгдезийклмнопрстуфхыэңөүғқҳӣӯў", "abvgdeziyklmnoprstufhyenouqqhiuo", strict=True)) | {
    "ё": "yo",
    "ж": "j",
    "ц": "ts",
    "ч": "ch",
    "ш": "sh",
    "щ": "sh",
    "ю": "yu",
    "я": "ya",
    "ҷ": "j",
    "ғ": "gh",
    "ъ": "",
    "ь": "",
}
_LONGEST = 60


def slug_of(title: str) -> str:
    """At most 60 of [a-z0-9-]; "event" where the title has no letter that we can write so."""
    lower = unicodedata.normalize("NFC", title).lower()
    latin = "".join(_LATIN.get(c, c) for c in lower)
    plain = "".join(c for c in unicodedata.normalize("NFKD", latin) if not unicodedata.combining(c))
    words = re.sub(r"[^a-z0-9]+", "-", re.sub(r"[ʻʼ'’`]", "", plain)).strip("-")
    return words[:_LONGEST].strip("-") or "event"
