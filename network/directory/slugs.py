"""The part of a listing's address that people can read, from a name in any of our scripts."""

from __future__ import annotations

import re
import secrets
import unicodedata
from functools import lru_cache

_LATIN = dict(
    zip("абвгдезийклмнопрстуфхыэңөүғқҳӣӯў", "abvgdeziyklmnoprstufhyenouqqhiuo", strict=True)
) | {"ё": "yo", "ж": "j", "ц": "ts", "ч": "ch", "ш": "sh", "щ": "sh", "ю": "yu", "я": "ya", "ҷ": "j", "ғ": "gh", "ъ": "", "ь": ""}  # fmt: skip
_LONGEST = 60


@lru_cache(maxsize=4096)
def slug_of(name: str, *, otherwise: str) -> str:
    """At most 60 of [a-z0-9-]; ``otherwise`` where the name has no letter that we can write so."""
    lower = unicodedata.normalize("NFC", name).lower()
    latin = "".join(_LATIN.get(c, c) for c in lower)
    plain = "".join(c for c in unicodedata.normalize("NFKD", latin) if not unicodedata.combining(c))
    words = re.sub(r"[^a-z0-9]+", "-", re.sub(r"[ʻʼ'’`]", "", plain)).strip("-")
    return words[:_LONGEST].strip("-") or otherwise


def another(slug: str) -> str:
    """The same with an ending of its own, for a name that is taken, by whomever."""
    return f"{slug}-{secrets.token_hex(3)}"
