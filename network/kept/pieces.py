"""Pieces of pages that are alike on many: made once for each language, and put into every page that has them.

A page whose directory changed is made anew, but hardly anything on it changed. ``{% call piece(key) %}…{% endcall %}`` in a
template keeps what stands between under its key, which must say all that it depends on but the language. What one reader
may see and another not has no place here: a piece is for everybody who reads the page.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable

from flask import Flask, has_request_context, request
from markupsafe import Markup

from network.i18n.prefix import current_language
from network.kept.store import Store

LETTERS = 4 * 2**20
"""What all pieces of a process may hold together: some four thousand cards."""


class Pieces:
    """What this process knows."""

    def __init__(self, limit: int = LETTERS) -> None:
        self._store: Store[Markup] = Store(limit, weigh=len)

    def piece(self, key: Hashable | None, caller: Callable[[], Markup]) -> Markup:
        """What ``caller`` writes, from memory where it was written under this key before; None keeps nothing."""
        if key is None:
            return caller()
        whole = (key, current_language(), request.script_root if has_request_context() else "")
        made = self._store.find(whole)
        if made is None:
            made = caller()
            self._store.keep(whole, made)
        return made

    def known(self) -> list[Markup]:
        """Everything kept, for those who want to see what is not."""
        return self._store.all()

    def forget(self) -> None:
        self._store.forget()


def register(app: Flask) -> None:
    """Give templates ``piece``; tests and ``flask demo load`` empty it as they do every memory of the process."""
    pieces = app.extensions["pieces"] = Pieces()
    app.extensions.setdefault("forget", []).append(pieces.forget)
    app.jinja_env.globals["piece"] = pieces.piece
