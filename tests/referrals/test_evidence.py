"""What was signed: kept encrypted with the consent, taken only by who reads the case, never shown by the browser."""

from __future__ import annotations

import hashlib
import io

import pytest
from sqlalchemy import Engine, text

from network.permissions import Role
from tests.factories import Make
from tests.pages import Page
from tests.referrals.conftest import Valley

TEXT = b"CANARY-signed, by thumbprint"
PIXEL = bytes.fromhex(
    "89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c4890000000d49444154789c6360606060000000"
    "0500017a8057800000000049454e44ae426082"
)


@pytest.fixture
def path(valley: Valley) -> str:
    case = valley.case()
    consent = valley.consent(case)
    return f"/en/referrals/cases/{case.id}/consents/{consent.id}"


def keep(valley: Valley, path: str, name: str, data: bytes) -> Page:
    page = valley.caseworker.visitor().open(f"{path}/evidence")
    return page.submit({"file": (io.BytesIO(data), name)}, containing="file")


def test_what_was_signed_is_kept_encrypted_with_its_hash_and_given_back_as_it_was(
    valley: Valley, path: str, owner_engine: Engine
) -> None:
    page = keep(valley, path, "../signed CANARY-name.txt", TEXT)
    assert "The file is kept" in page.html
    mark = hashlib.sha256(TEXT).hexdigest()[:16]
    assert mark in page.main
    link = page.link("CANARY-name")
    taken = page.visitor.client.get(link)
    assert taken.data == TEXT
    assert taken.headers["Content-Disposition"].startswith("attachment")
    assert "sandbox" in taken.headers["Content-Security-Policy"]
    assert taken.headers["Cache-Control"] == "no-store"
    with owner_engine.connect() as connection:
        row = connection.execute(text("SELECT * FROM consent_evidence")).one()
        assert b"CANARY" not in row.blob + row.ciphertext
        assert row.sha256 == hashlib.sha256(row.blob).digest()
        holders = connection.execute(
            text("SELECT holder_id FROM wraps.part_key WHERE sealed_id = :id"), {"id": row.id}
        )
        assert holders.scalars().all() == [valley.osh.id]


@pytest.mark.parametrize(
    ("name", "data", "words"),
    [
        ("", b"", "Choose a file"),
        ("empty.txt", b"", ""),
        ("photo.jpg", b"MZ\x90\x00\x03\x00\xff\xfe", ""),
        ("page.html", b"<script>alert(1)</script>", ""),
        ("cut.png", PIXEL[:40], ""),
    ],
    ids=["none", "empty", "program", "markup", "cut"],
)
def test_what_is_no_picture_no_document_and_no_plain_text_is_not_kept(
    valley: Valley, path: str, owner_engine: Engine, name: str, data: bytes, words: str
) -> None:
    page = keep(valley, path, name, data)
    assert page.status == 422 and words in page.main and page.errors()["file"]
    with owner_engine.connect() as connection:
        assert connection.execute(text("SELECT count(*) FROM consent_evidence")).scalar_one() == 0


def test_a_file_that_was_changed_in_the_database_is_not_given_out(
    valley: Valley, path: str, owner_engine: Engine
) -> None:
    page = keep(valley, path, "signed.txt", TEXT)
    with owner_engine.connect() as connection:
        connection.execute(
            text("UPDATE consent_evidence SET blob = set_byte(blob, 60, get_byte(blob, 60) # 1)")
        )
    answer = page.follow("signed.txt")
    assert "somebody changed it" in answer.html and "thumbprint" not in answer.main


def test_nobody_else_takes_it(valley: Valley, path: str, make: Make) -> None:
    link = keep(valley, path, "signed.txt", TEXT).link("signed.txt")
    for person in (valley.receiver, valley.onlooker, make.user(valley.osh, [Role.CASEWORKER])):
        assert person.client().get(link).status_code == 404
