"""Files as people send them, and as nobody should: made byte by byte."""

from __future__ import annotations

import struct
import zlib


def png(
    width: int = 2, height: int = 2, *, rows: bytes | None = None, extra: bytes = b"", behind: bytes = b""
) -> bytes:
    """A picture in red, with whatever else somebody wants to smuggle along."""
    rows = rows if rows is not None else (b"\0" + b"\xff\0\0" * width) * height
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"".join(
        [
            b"\x89PNG\r\n\x1a\n",
            chunk(b"IHDR", header),
            extra,
            chunk(b"IDAT", zlib.compress(rows, 9)),
            chunk(b"IEND", b""),
            behind,
        ]
    )


def chunk(name: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))


def jpeg(width: int = 8, height: int = 8, *, extra: bytes = b"", behind: bytes = b"") -> bytes:
    """One grey block, baseline."""
    tables = _segment(0xDB, b"\0" + b"\1" * 64)
    frame = _segment(0xC0, struct.pack(">BHHB", 8, height, width, 1) + b"\1\x11\0")
    huffman = _segment(0xC4, b"\0" + b"\0" * 15 + b"\1" + b"\0") + _segment(
        0xC4, b"\x10" + b"\0" * 15 + b"\1" + b"\0"
    )
    scan = _segment(0xDA, b"\1\1\0\0\x3f\0") + b"\x00\xff\x00\x00\xff\xd0\x01"
    return b"\xff\xd8" + extra + tables + frame + huffman + scan + b"\xff\xd9" + behind


def exif(orientation: int = 6, *, gps: bytes = b"CANARY-gps") -> bytes:
    """What a telephone writes: which side is up, and where it was."""
    entry = struct.pack(">HHIHH", 0x0112, 3, 1, orientation, 0)
    return _segment(0xE1, b"Exif\0\0MM\0*" + struct.pack(">IH", 8, 1) + entry + b"\0\0\0\0" + gps)


def comment(text: bytes) -> bytes:
    return _segment(0xFE, text)


def pdf(body: bytes = b"", *, behind: bytes = b"") -> bytes:
    return (
        b"%PDF-1.7\n1 0 obj\n<< /Type /Catalog >>\nendobj\n"
        + body
        + b"\ntrailer << /Root 1 0 R >>\n%%EOF\n"
        + behind
    )


def packed_object(body: bytes) -> bytes:
    """Objects as newer documents hold them, out of sight."""
    return (
        b"2 0 obj\n<< /Type /ObjStm /N 1 /Filter /FlateDecode >>\nstream\n"
        + zlib.compress(body)
        + b"\nendstream\nendobj\n"
    )


def _segment(marker: int, body: bytes) -> bytes:
    return bytes([0xFF, marker]) + struct.pack(">H", len(body) + 2) + body
