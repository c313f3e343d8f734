"""What people read, in their own language, by what the programme says in English: a better translation breaks nothing."""

from __future__ import annotations

from collections.abc import Callable

from flask_babel import gettext

from network.i18n.prefix import speaking
from network.web import Kopuro

Said = Callable[[object], str]


def words_of(app: Kopuro, language: str) -> Said:
    """What a label or a sentence of ours says in this language; English left over fails the journey. What counts, such
    as a plural, is given as a function."""

    def said(words: object) -> str:
        def read() -> str:
            if isinstance(words, str):
                return str(gettext(words))
            return str(words() if callable(words) else words)

        with app.app_context(), speaking(language):
            shown = read()
        with app.app_context(), speaking("en"):
            assert shown != read(), f"{shown!r} is not in {language}"
        return shown

    return said
