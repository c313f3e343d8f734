"""Text and JSON out of files of any size, whatever encoding they claim: read in pieces, faults told, never fatal."""

from __future__ import annotations

import codecs
import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, BinaryIO

PIECE = 1 << 16
LONGEST = 64 << 20
"""Characters of one thing of a list; what is longer is no record."""


def _stray(error: UnicodeError) -> tuple[str, int]:
    """Bytes that are no UTF-8 are read as Windows-1252, which is what they mostly are."""
    assert isinstance(error, UnicodeDecodeError)  # noqa: S101  # It is registered for decoding alone.
    return error.object[error.start : error.end].decode("cp1252", "replace"), error.end


codecs.register_error("kopuro-stray", _stray)


def decoded(raw: bytes) -> tuple[str, bool]:
    """The text, and whether all of it was UTF-8."""
    try:
        return raw.decode("utf-8"), True
    except UnicodeDecodeError:
        return raw.decode("utf-8", "kopuro-stray"), False


def encoding_of(stream: BinaryIO) -> str:
    """By its first bytes; UTF-8 where they say nothing."""
    start = stream.read(4)
    stream.seek(0)
    if start.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16"
    return "utf-8-sig"


def lines(path: Path, told: Callable[[int, str], None]) -> Iterator[str]:
    """Lines of a text file with their ends; ``told(line, what)`` for those with broken letters."""
    with path.open("rb") as stream:
        if encoding_of(stream) == "utf-16":
            with path.open(encoding="utf-16", errors="replace", newline="") as text:
                yield from (line.replace("\0", "") for line in text)
            return
        for number, raw in enumerate(stream, 1):
            text_, clean = decoded(raw.removeprefix(codecs.BOM_UTF8) if number == 1 else raw)
            if not clean:
                told(number, "letters that are no UTF-8")
            if "\0" in text_:
                told(number, "a null character")
                text_ = text_.replace("\0", "")
            yield text_


class _Buffer:
    """Characters of a file, read as they are needed."""

    def __init__(self, stream: BinaryIO, told: Callable[[int, str], None]) -> None:
        self._stream, self._told = stream, told
        encoding = encoding_of(stream)
        self._decoder = codecs.getincrementaldecoder(encoding)("strict")
        self._lenient = False
        self.text, self.ended = "", False

    def more(self, size: int = PIECE) -> None:
        piece = self._stream.read(size)
        self.ended = not piece
        state = self._decoder.getstate()
        try:
            self.text += self._decoder.decode(piece, final=self.ended)
        except UnicodeDecodeError:
            if not self._lenient:
                self._lenient = True
                self._told(0, "letters that are no UTF-8")
            self._decoder.setstate(state)
            self._decoder.errors = "kopuro-stray"
            self.text += self._decoder.decode(piece, final=self.ended)

    def skip(self, signs: str) -> str:
        """The next character that is none of these, left where it is; empty at the end."""
        while True:
            self.text = self.text.lstrip(signs)
            if self.text or self.ended:
                return self.text[:1]
            self.more()


def things(path: Path, told: Callable[[int, str], None]) -> Iterator[tuple[int, Any]]:
    """The things of a JSON file with their numbers: of a list, of a page of an API, of lines, or the one thing it is.

    ``told(number, what)`` for what could not be read; what came before it is kept.
    """
    decoder = json.JSONDecoder()
    with path.open("rb") as stream:
        buffer = _Buffer(stream, told)
        listed = buffer.skip(" \t\r\n\ufeff") == "["
        if listed:
            buffer.text = buffer.text[1:]
        number = 0
        while buffer.skip(" \t\r\n,") not in ("", "]"):
            number += 1
            thing = _next(decoder, buffer)
            if thing is None:
                told(number, "this is no JSON")
                if listed or not _next_line(buffer):
                    return
                continue
            yield from _inside(number, thing[0])


def _next(decoder: json.JSONDecoder, buffer: _Buffer) -> tuple[Any] | None:
    """The next thing; None where there is none to be made of what comes."""
    size = PIECE
    while True:
        try:
            thing, end = decoder.raw_decode(buffer.text)
        except (json.JSONDecodeError, RecursionError) as error:
            broken = isinstance(error, RecursionError) or error.pos < len(buffer.text) - PIECE
            if buffer.ended or broken or len(buffer.text) > LONGEST:
                return None
            buffer.more(size)
            size = min(size * 2, 4 << 20)
            continue
        if end == len(buffer.text) and not buffer.ended and not isinstance(thing, dict | list | str):
            buffer.more()  # A number may go on.
            continue
        buffer.text = buffer.text[end:]
        return (thing,)


def _next_line(buffer: _Buffer) -> bool:
    while "\n" not in buffer.text and not buffer.ended:
        buffer.text = ""
        buffer.more()
    _line, found, buffer.text = buffer.text.partition("\n")
    return bool(found)


ENVELOPES = ("contents", "services", "organizations", "data", "results", "items")


def _inside(number: int, thing: Any) -> Iterator[tuple[int, Any]]:
    """What a page of an API holds, or the thing itself."""
    if isinstance(thing, dict) and "id" not in thing and "name" not in thing:
        for name in ENVELOPES:
            if isinstance(thing.get(name), list):
                yield from enumerate(thing[name], 1)
                return
    yield number, thing
