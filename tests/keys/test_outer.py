"""The keyring: its file is kept well, old generations stay readable, nothing opens in another place."""

import json
import os
import pickle
import uuid
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from network.keys import Keyring, KeysError, Tampered, outer_generation

ROW = uuid.uuid4()


@given(secret=st.binary(max_size=200), purpose=st.text(max_size=10))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_what_is_sealed_opens_in_its_place(keyring, secret, purpose) -> None:
    blob = keyring.seal_outer(purpose, ROW, secret)
    assert keyring.open_outer(purpose, ROW, blob) == secret
    assert len(blob) == len(secret) + 33
    for other_purpose, row in ((purpose + "x", ROW), (purpose, uuid.uuid4()), (purpose, str(ROW))):
        with pytest.raises(Tampered):
            keyring.open_outer(other_purpose, row, blob)


def test_no_byte_can_be_changed_and_no_cut_opens(keyring) -> None:
    keyring.add_generation()
    blob = keyring.seal_outer("totp", ROW, b"seed")
    for at in range(len(blob)):
        altered = bytearray(blob)
        altered[at] ^= 2
        with pytest.raises(Tampered):
            keyring.open_outer("totp", ROW, bytes(altered))
        with pytest.raises(Tampered):
            keyring.open_outer("totp", ROW, blob[:at])


def test_old_generations_stay_readable_until_forgotten(keyring) -> None:
    old = keyring.seal_outer("mail", ROW, b"a@b.example")
    assert keyring.add_generation() == keyring.current == 2
    new = keyring.seal_outer("mail", ROW, b"a@b.example")
    assert (outer_generation(old), outer_generation(new)) == (1, 2)
    assert keyring.open_outer("mail", ROW, old) == keyring.open_outer("mail", ROW, new)
    assert keyring.pepper(1) != keyring.pepper(2)
    keyring.forget_generation(1)
    assert keyring.generations() == [2]
    with pytest.raises(Tampered):
        keyring.open_outer("mail", ROW, old)
    with pytest.raises(KeysError):
        keyring.pepper(1)
    assert Keyring.load(keyring._path).open_outer("mail", ROW, new) == b"a@b.example"


def test_the_current_generation_is_never_forgotten(keyring) -> None:
    for number in (1, 7):
        with pytest.raises(KeysError):
            keyring.forget_generation(number)


def test_a_running_worker_reads_what_a_newer_generation_sealed(keyring) -> None:
    worker = Keyring.load(keyring._path)
    keyring.add_generation()
    blob = keyring.seal_outer("mail", ROW, b"x")
    assert worker.current == 1
    assert worker.open_outer("mail", ROW, blob) == b"x"
    assert worker.current == 2


def test_a_number_is_never_given_twice_by_two_processes(keyring) -> None:
    rings = [Keyring.load(keyring._path) for _ in range(4)]
    with ThreadPoolExecutor(4) as pool:
        assert sorted(pool.map(Keyring.add_generation, rings)) == [2, 3, 4, 5]
    assert Keyring.load(keyring._path).generations() == [1, 2, 3, 4, 5]


def test_look_up_codes_are_the_same_in_every_generation_and_process(keyring) -> None:
    code = keyring.mac("address", "aigul@podruga.example")
    keyring.add_generation()
    assert keyring.mac("address", "aigul@podruga.example") == code
    assert Keyring.load(keyring._path).mac("address", "aigul@podruga.example") == code
    assert len(code) == 32
    others = {
        keyring.mac("link", "aigul@podruga.example"),
        keyring.mac("address", "aigul@", "podruga.example"),
    }
    assert code not in others and len(others) == 2


def test_two_servers_have_nothing_in_common(keyring, tmp_path: Path) -> None:
    other = Keyring.create(tmp_path / "other.json")
    assert other.mac("address", "a") != keyring.mac("address", "a")
    assert other.pepper(1) != keyring.pepper(1)
    with pytest.raises(Tampered):
        other.open_outer("mail", ROW, keyring.seal_outer("mail", ROW, b"x"))


def test_the_file_is_its_owners_alone_and_nothing_is_left_beside_it(tmp_path: Path) -> None:
    before = os.umask(0)
    try:
        ring = Keyring.create(tmp_path / "keyring.json")
        ring.add_generation()
    finally:
        os.umask(before)
    assert {each.name for each in tmp_path.iterdir()} == {"keyring.json", "keyring.json.lock"}
    assert {each.stat().st_mode & 0o777 for each in tmp_path.iterdir()} == {0o600}


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o620, 0o666])
def test_a_file_that_others_can_read_is_refused_with_the_remedy(keyring, mode) -> None:
    keyring._path.chmod(mode)
    with pytest.raises(KeysError, match="chmod 600"):
        Keyring.load(keyring._path)


def test_a_keyring_is_never_overwritten(keyring) -> None:
    before = keyring._path.read_bytes()
    with pytest.raises(KeysError, match="never overwritten"):
        Keyring.create(keyring._path)
    assert keyring._path.read_bytes() == before


def test_many_processes_starting_at_once_share_one_keyring(tmp_path: Path) -> None:
    with ThreadPoolExecutor(8) as pool:
        rings = list(pool.map(Keyring.load_or_create, [tmp_path / "keyring.json"] * 16))
    assert len({ring.pepper(1) for ring in rings}) == 1


@pytest.mark.parametrize(
    "change",
    [
        {"format": 2},
        {"current": 9},
        {"current": "1"},
        {"current": True},
        {"lookup": "00"},
        {"lookup": "zz" * 32},
        {"lookup": None},
        {"generations": []},
        {"generations": {"1": {"pepper": "00" * 32}}},
        {"generations": {"one": {"pepper": "00" * 32, "outer": "00" * 32}}},
    ],
    ids=str,
)
def test_a_damaged_file_is_one_clear_line_that_quotes_nothing(keyring, change) -> None:
    document = json.loads(keyring._path.read_text())
    secret = document["generations"]["1"]["pepper"]
    keyring._path.write_text(json.dumps({**document, **change}))
    with pytest.raises(KeysError, match="damaged") as refusal:
        Keyring.load(keyring._path)
    assert secret not in str(refusal.value) and "\n" not in str(refusal.value)


@pytest.mark.parametrize("text", ["", "[]", "null", "{", "\ufffe"])
def test_a_file_of_something_else_is_refused(keyring, text) -> None:
    keyring._path.write_text(text)
    with pytest.raises(KeysError, match="damaged"):
        Keyring.load(keyring._path)


def test_a_missing_file_or_folder_is_one_clear_line(tmp_path: Path) -> None:
    with pytest.raises(KeysError, match="cannot be read"):
        Keyring.load(tmp_path / "none.json")
    with pytest.raises(KeysError, match="cannot be written"):
        Keyring.create(tmp_path / "none" / "keyring.json")


def test_a_keyring_does_not_slip_into_logs_or_queues(keyring) -> None:
    assert keyring.pepper(1).hex() not in repr(keyring) + repr(keyring._content)
    with pytest.raises(TypeError):
        pickle.dumps(keyring)
