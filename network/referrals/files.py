"""What a file is, seen from its content: which kinds are taken, and pictures written anew without what they tell beside.

No session and no request. Nothing is decoded here: pictures are taken apart and put together again from the pieces that
a picture needs, so that no place, time, name, thumbnail, comment or second file behind the last byte goes along.
"""

from __future__ import annotations

import re
import struct
import unicodedata
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

LARGEST = 20 * 2**20
"""Bytes of a file."""
MOST_PIXELS = 50_000_000
"""More than a telephone takes; a picture that says it is larger only wants to fill a memory."""
LONGEST_NAME = 100
MOST_INFLATED = 64 * 2**20
"""Bytes that the packed parts of a document may have when they are unpacked."""


class Kind(StrEnum):
    """What is taken, by the type it is handed out with."""

    PDF = "application/pdf"
    JPEG = "image/jpeg"
    PNG = "image/png"
    TEXT = "text/plain"


ENDINGS = {Kind.PDF: ".pdf", Kind.JPEG: ".jpg", Kind.PNG: ".png", Kind.TEXT: ".txt"}


class Unwelcome(ValueError):
    """A file that is not taken; ``code`` says why: ``file_empty`` · ``file_large`` · ``file_kind`` · ``file_pixels`` ·
    ``file_active`` (a document that does something by itself) · ``file_damaged``."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True, slots=True)
class Taken:
    """A file as it is kept."""

    name: str
    kind: Kind
    data: bytes


def examine(name: str, data: bytes) -> Taken:
    """The file as it may be kept. What its name and its sender's browser say it is, counts for nothing."""
    if not data:
        raise Unwelcome("file_empty")
    if len(data) > LARGEST:
        raise Unwelcome("file_large")
    kind = sniff(data)
    if kind is Kind.JPEG:
        data = jpeg_anew(data)
    elif kind is Kind.PNG:
        data = png_anew(data)
    elif kind is Kind.PDF:
        check_pdf(data)
    return Taken(bare_name(name, kind), kind, data)


def sniff(data: bytes) -> Kind:
    """By the first bytes; plain text is what is readable as such and is no markup."""
    if data.startswith(b"%PDF-"):
        return Kind.PDF
    if data.startswith(b"\xff\xd8\xff"):
        return Kind.JPEG
    if data.startswith(PNG):
        return Kind.PNG
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise Unwelcome("file_kind") from None
    if text.lstrip().startswith("<") or any(
        unicodedata.category(letter) == "Cc" and letter not in "\t\r\n\f" for letter in text
    ):
        raise Unwelcome("file_kind")
    return Kind.TEXT


def bare_name(name: str, kind: Kind) -> str:
    """The last part of a path, without what cannot be seen or would turn the text, with the ending of what it is."""
    last = re.split(r"[\\/]", unicodedata.normalize("NFC", name))[-1]
    seen = "".join(" " if letter.isspace() else letter for letter in last)
    seen = "".join(
        letter for letter in seen if unicodedata.category(letter)[0] != "C" and letter not in '<>:"|?*'
    )
    stem = re.sub(r"(\.[A-Za-z0-9]{1,5})+$", "", seen).strip(" .")[:LONGEST_NAME].strip(" .")
    return (stem or "file") + ENDINGS[kind]


# JPEG

FRAMES = {0xC0, 0xC1, 0xC2}
"""Baseline, extended and progressive: what browsers show."""
NEEDED = {0xDB, 0xC4, 0xDD} | FRAMES
"""Tables and frame; the scans come apart. All that says more than the picture (APPn, comments) is left out."""
ADOBE = b"Adobe"


def jpeg_anew(data: bytes) -> bytes:
    """The same picture from its own pieces. Of its EXIF only which side is up is kept, written anew."""
    kept: list[bytes] = []
    turned, frames, scans = 1, 0, 0
    for marker, body in _jpeg_segments(data):
        if marker == 0xE1 and body.startswith(b"Exif\0\0"):
            turned = _orientation(body[6:])
        elif marker == 0xEE and body.startswith(ADOBE) and len(body) == 12:
            kept.append(_segment(marker, body))  # Says how colours are to be read.
        elif marker in FRAMES:
            if len(body) < 6:
                raise Unwelcome("file_damaged")
            _check_pixels(*struct.unpack(">HH", body[1:5]))
            frames += 1
            kept.append(_segment(marker, body))
        elif marker in NEEDED:
            kept.append(_segment(marker, body))
        elif marker == 0xDA:
            scans += 1
            kept.append(b"\xff\xda" + body)
        elif 0xC0 <= marker <= 0xCF:
            raise Unwelcome("file_kind")  # Lossless and arithmetic: no browser shows them.
    if frames != 1 or not scans:
        raise Unwelcome("file_damaged")
    jfif = _segment(0xE0, b"JFIF\0\x01\x01\0\0\x01\0\x01\0\0")
    side_up = b"" if turned == 1 else _segment(0xE1, _exif(turned))
    return b"".join([b"\xff\xd8", jfif, side_up, *kept, b"\xff\xd9"])


def _jpeg_segments(data: bytes) -> Iterator[tuple[int, bytes]]:
    """Each marker with its body; of a scan the header with its length and all that follows up to the next marker."""
    at = 2
    while True:
        if at + 4 > len(data) and data[at : at + 2] != b"\xff\xd9":
            raise Unwelcome("file_damaged")
        if data[at] != 0xFF:
            raise Unwelcome("file_damaged")
        while data[at + 1] == 0xFF:  # Filling.
            at += 1
            if at + 1 >= len(data):
                raise Unwelcome("file_damaged")
        marker = data[at + 1]
        if marker == 0xD9:
            return
        if marker in (0x00, 0x01) or 0xD0 <= marker <= 0xD8:
            raise Unwelcome("file_damaged")
        (length,) = struct.unpack(">H", data[at + 2 : at + 4])
        end = at + 2 + length
        if length < 2 or end > len(data):
            raise Unwelcome("file_damaged")
        if marker != 0xDA:
            yield marker, data[at + 4 : end]
            at = end
            continue
        found = _NEXT_MARKER.search(data, end)
        if found is None:
            raise Unwelcome("file_damaged")
        yield marker, data[at + 2 : found.start()]
        at = found.start()


_NEXT_MARKER = re.compile(rb"\xff+[^\x00\xd0-\xd7\xff]", re.DOTALL)
"""What ends the data of a scan: any marker but those that only restart it."""


def _segment(marker: int, body: bytes) -> bytes:
    return bytes([0xFF, marker]) + struct.pack(">H", len(body) + 2) + body


def _orientation(tiff: bytes) -> int:
    """Which side is up, from an EXIF block; 1 (as it stands) where it cannot be read."""
    order = {b"II*\0": "<", b"MM\0*": ">"}.get(tiff[:4])
    try:
        if order is None:
            return 1
        (first,) = struct.unpack(order + "I", tiff[4:8])
        (count,) = struct.unpack(order + "H", tiff[first : first + 2])
        for number in range(min(count, 100)):
            entry = tiff[first + 2 + 12 * number : first + 14 + 12 * number]
            tag, kind = struct.unpack(order + "HH", entry[:4])
            if (tag, kind) == (0x0112, 3):
                (value,) = struct.unpack(order + "H", entry[8:10])
                return int(value) if 1 <= value <= 8 else 1
    except struct.error:
        return 1
    return 1


def _exif(turned: int) -> bytes:
    entry = struct.pack(">HHIHH", 0x0112, 3, 1, turned, 0)
    return b"Exif\0\0MM\0*" + struct.pack(">IH", 8, 1) + entry + b"\0\0\0\0"


# PNG

PNG = b"\x89PNG\r\n\x1a\n"
CHUNKS = (b"IHDR", b"PLTE", b"tRNS", b"IDAT", b"IEND")
SAMPLES = {0: 1, 2: 3, 3: 1, 4: 2, 6: 4}
"""Colour type → samples of a pixel."""


def png_anew(data: bytes) -> bytes:
    """The same picture from the five chunks a picture needs; it unpacks to as much as its size says, and no more."""
    kept, packed, header = [PNG], zlib.decompressobj(), b""
    unpacked, most = 0, 0
    for name, body in _png_chunks(data):
        if name not in CHUNKS:
            continue
        if not header:
            if name != b"IHDR" or len(body) != 13:
                raise Unwelcome("file_damaged")
            header, most = body, _png_size(body)
        elif name == b"IHDR":
            raise Unwelcome("file_damaged")
        if name == b"IDAT":
            unpacked += _inflated(packed, body, most - unpacked)
        kept.append(_chunk(name, body))
    if not packed.eof or packed.unused_data or not unpacked:
        raise Unwelcome("file_damaged")
    return b"".join(kept)


def _png_size(header: bytes) -> int:
    """How many bytes the picture may unpack to: its rows, each with a byte before it, once more for interlacing."""
    sizes: tuple[int, int, int, int] = struct.unpack(">IIBB", header[:10])
    width, height, depth, colour = sizes
    if colour not in SAMPLES or depth not in (1, 2, 4, 8, 16):
        raise Unwelcome("file_damaged")
    _check_pixels(width, height)
    row = (width * SAMPLES[colour] * depth + 7) // 8 + 1
    return row * height + 16 * (width + height)


def _png_chunks(data: bytes) -> Iterator[tuple[bytes, bytes]]:
    at = len(PNG)
    while at + 12 <= len(data):
        (length,) = struct.unpack(">I", data[at : at + 4])
        name, body = data[at + 4 : at + 8], data[at + 8 : at + 8 + length]
        check = data[at + 8 + length : at + 12 + length]
        if len(check) != 4 or struct.unpack(">I", check)[0] != zlib.crc32(name + body):
            break
        yield name, body
        if name == b"IEND":
            return
        at += 12 + length
    raise Unwelcome("file_damaged")


def _inflated(packed: zlib._Decompress, body: bytes, most: int) -> int:
    """How much comes out; what comes out is thrown away at once, a piece at a time."""
    found = 0
    try:
        while body and not packed.eof:
            found += len(packed.decompress(body, 65536))
            body = packed.unconsumed_tail
            if found > most:
                raise Unwelcome("file_pixels")
    except zlib.error:
        raise Unwelcome("file_damaged") from None
    return found


def _chunk(name: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))


def _check_pixels(width: int, height: int) -> None:
    if not width or not height:
        raise Unwelcome("file_damaged")
    if width * height > MOST_PIXELS:
        raise Unwelcome("file_pixels")


# PDF

ACTIVE = re.compile(
    rb"/(JavaScript|JS|Launch|EmbeddedFiles?|RichMedia|XFA|SubmitForm|ImportData|GoToE)(?![A-Za-z])"
)
"""What a document needs to do something by itself or to carry another file."""
OBJECTS = re.compile(rb"/Type\s*/ObjStm(?:[^s]|s(?!tream))*stream\r?\n", re.DOTALL)


def check_pdf(data: bytes) -> None:
    """A document from its first to its last byte, that only shows itself."""
    end = data.rfind(b"%%EOF")
    if end < 0 or data[end + 5 :].strip(b"\r\n\t \0"):
        raise Unwelcome("file_damaged")  # Nothing stands behind its end: no archive, no second document.
    if ACTIVE.search(_plain_names(data)):
        raise Unwelcome("file_active")
    left = MOST_INFLATED
    for found in OBJECTS.finditer(data):
        packed, body, out = zlib.decompressobj(), data[found.end() :], b""
        try:
            out = packed.decompress(body, left + 1)
        except zlib.error:
            continue  # Packed another way or not at all; then its names stood in the open.
        left -= len(out)
        if left < 0:
            raise Unwelcome("file_damaged")
        if ACTIVE.search(_plain_names(out)):
            raise Unwelcome("file_active")


def _plain_names(data: bytes) -> bytes:
    """Names may be written with codes: ``/J#61vaScript``."""
    return re.sub(rb"#([0-9A-Fa-f]{2})", lambda m: bytes([int(m.group(1), 16)]), data)
