"""Pieces of pages that are alike on many: made once for each language, and put into every page that has them.

A page whose directory changed is made anew, but hardly anything on it changed. ``{% call piece(key) %}…{% endcall %}`` in a
template keeps what stands between under its key, which must say all that it depends on but the language. What one reader
may see and another not has no place here: a piece is for everybody who reads the page.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable

from flask import Flask, has_request_context, request
from markupsafe import Markup

from network.i18n.prefix import current_language

PIECES = 4000
"""How many a process keeps, those unread longest go first: of a kilobyte each, four megabytes."""


class Pieces:
    """What this process knows."""

    def __init__(self, limit: int = PIECES) -> None:
        self.limit = limit
        self._made: OrderedDict[Hashable, Markup] = OrderedDict()
        self._turn = threading.Lock()

    def piece(self, key: Hashable | None, caller: Callable[[], Markup]) -> Markup:
        """What ``caller`` writes, from memory where it was written under this key before; None keeps nothing."""
        if key is None:
            return caller()
        whole = (key, current_language(), request.script_root if has_request_context() else "")
        with self._turn:
            known = self._made.get(whole)
            if known is not None:
                self._made.move_to_end(whole)
                return known
        made = caller()
        with self._turn:
            self._made[whole] = made
            while len(self._made) > self.limit:
                self._made.popitem(last=False)
        return made

    def known(self) -> list[Markup]:
        """Everything kept, for those who want to see what is not."""
        with self._turn:
            return list(self._made.values())

    def forget(self) -> None:
        with self._turn:
            self._made.clear()


def register(app: Flask) -> None:
    """Give templates ``piece``; tests and ``flask demo load`` empty it as they do every memory of the process."""
    pieces = app.extensions["pieces"] = Pieces()
    app.extensions.setdefault("forget", []).append(pieces.forget)
    app.jinja_env.globals["piece"] = pieces.piece
