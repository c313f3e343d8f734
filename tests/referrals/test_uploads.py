"""Which files are taken: by what is in them, never by what they say they are, and pictures without what they tell beside."""

from __future__ import annotations

import io
import tracemalloc
import zipfile
import zlib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from network.referrals.files import LARGEST, Kind, Unwelcome, bare_name, examine
from tests.referrals.pictures import chunk, comment, exif, jpeg, packed_object, pdf, png


def archive() -> bytes:
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as made:
        made.writestr("bomb", b"\0" * 10_000_000)
    return held.getvalue()


SVG = b'<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'
POISONED = {
    "nothing": (b"", "file_empty"),
    "too large": (b"%PDF-" + b"0" * LARGEST, "file_large"),
    "an SVG": (SVG, "file_kind"),
    "an SVG called a picture": (b"\xef\xbb\xbf  " + SVG, "file_kind"),
    "a page": (b"<!doctype html><script>alert(1)</script>", "file_kind"),
    "an archive that unpacks to much": (archive(), "file_kind"),
    "a program": (b"MZ\x90\0" + b"\0" * 60, "file_kind"),
    "a picture of another kind": (b"GIF89a\1\0\1\0", "file_kind"),
    "text with what no text has": (b"hello\0world", "file_kind"),
    "a PNG that floods": (png(60_000, 60_000, rows=b""), "file_pixels"),
    "a JPEG that floods": (jpeg(60_000, 60_000), "file_pixels"),
    "a small PNG that unpacks to much": (png(2, 2, rows=b"\0" * 40_000_000), "file_pixels"),
    "a PNG without an end": (png()[:-12], "file_damaged"),
    "a PNG with a wrong sum": (png().replace(b"IDAT", b"IDAT\0", 1), "file_damaged"),
    "a PNG with two heads": (png(extra=chunk(b"IHDR", b"\0" * 13)), "file_damaged"),
    "a PNG of nothing": (png(0, 2), "file_damaged"),
    "a JPEG without an end": (jpeg()[:-2], "file_damaged"),
    "a JPEG without a picture": (b"\xff\xd8\xff\xd9", "file_damaged"),
    "a JPEG cut short": (jpeg()[:20], "file_damaged"),
    "a document with an archive behind it": (pdf(behind=archive()), "file_damaged"),
    "a document without an end": (b"%PDF-1.7\nhello", "file_damaged"),
    "a document with a program": (pdf(b"<< /S /JavaScript /JS (app.alert) >>"), "file_active"),
    "a document with a program spelt with codes": (pdf(b"<< /S /J#61vaScript >>"), "file_active"),
    "a document with a program out of sight": (pdf(packed_object(b"<< /S /JavaScript >>")), "file_active"),
    "a document that opens a program": (pdf(b"<< /S /Launch /F (cmd.exe) >>"), "file_active"),
    "a document with a file in it": (pdf(b"<< /Type /EmbeddedFile >>"), "file_active"),
    "a document that unpacks to much": (pdf(packed_object(b"\0" * 70_000_000)), "file_damaged"),
}


@pytest.mark.parametrize("name", POISONED)
def test_a_poisoned_file_is_refused(name: str) -> None:
    data, code = POISONED[name]
    with pytest.raises(Unwelcome) as refused:
        examine("harmless.jpg", data)
    assert refused.value.code == code


GOOD = {
    "a document": (pdf(packed_object(b"<< /Title (Report) >>")), Kind.PDF),
    "a photograph": (jpeg(), Kind.JPEG),
    "a drawing": (png(), Kind.PNG),
    "a note": ("Өмүрбек, ул. Ленина 5\r\nтел. 103".encode(), Kind.TEXT),
}


@pytest.mark.parametrize("name", GOOD)
def test_what_people_send_is_taken_whatever_they_call_it(name: str) -> None:
    data, kind = GOOD[name]
    taken = examine("what.exe", data)
    assert taken.kind is kind and not taken.name.endswith(".exe")


def test_a_photograph_tells_nothing_but_its_picture_and_which_side_is_up() -> None:
    whole = jpeg(extra=exif(6) + comment(b"CANARY-comment"), behind=archive() + b"CANARY-behind")
    taken = examine("IMG_2007.JPG", whole)
    assert b"CANARY" not in taken.data and b"PK" not in taken.data
    assert b"Exif\0\0MM\0*" in taken.data and examine("x", taken.data).data == taken.data
    assert len(taken.data) < len(jpeg()) + 80 and b"Exif" not in examine("x", jpeg(extra=exif(1))).data


def test_a_drawing_tells_nothing_but_its_picture() -> None:
    beside = (
        chunk(b"tEXt", b"Author\0CANARY-author") + chunk(b"eXIf", b"CANARY-gps") + chunk(b"zzZz", b"CANARY")
    )
    taken = examine("x.png", png(extra=beside, behind=b"CANARY" + archive()))
    assert taken.data == png()


def test_looking_at_a_bomb_takes_no_memory() -> None:
    bomb = png(7000, 7000, rows=b"\0" * 150_000_000)
    tracemalloc.start()
    with pytest.raises(Unwelcome):
        examine("x.png", bomb)
    _now, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 5 * 2**20, peak


NAMES = [
    ("../../../etc/passwd", "passwd.pdf"),
    ("C:\\Users\\Nur\\рапорт.docx", "рапорт.pdf"),
    ("report.pdf.exe", "report.pdf"),
    ("\u202egpj.exe", "gpj.pdf"),
    ("a\nb\r\nSet-Cookie: x", "a b  Set-Cookie x.pdf"),
    ("....", "file.pdf"),
    ("", "file.pdf"),
    ('"; filename="x', "; filename=x.pdf"),
    ("ў" * 300, "ў" * 100 + ".pdf"),
]


@pytest.mark.parametrize(("typed", "kept"), NAMES)
def test_a_name_is_the_last_part_of_a_path_with_the_ending_of_what_it_is(typed: str, kept: str) -> None:
    assert bare_name(typed, Kind.PDF) == kept


@settings(max_examples=300, deadline=None)
@given(
    st.binary(max_size=400),
    st.sampled_from([b"", b"%PDF-1.7", b"\xff\xd8\xff", jpeg(), png(), pdf()]),
    st.text(),
)
def test_no_bytes_whatever_are_more_than_refused(rest: bytes, begin: bytes, name: str) -> None:
    for data in (begin + rest, begin[: len(rest)] + rest + begin[len(rest) :]):
        try:
            taken = examine(name, data)
        except Unwelcome:
            continue
        assert "/" not in taken.name and "\\" not in taken.name and taken.name.isprintable()
        assert examine(taken.name, taken.data).data == taken.data


def test_the_pieces_the_tests_are_made_of_are_real() -> None:
    assert zlib.decompress(zlib.compress(b"x")) == b"x" and zipfile.is_zipfile(io.BytesIO(archive()))
