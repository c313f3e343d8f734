"""A user's key: one derivation proves the passphrase and opens the key."""

import dataclasses
import uuid
from pathlib import Path

import pytest

from network.keys import Cost, Keyring, LockedKey, PrivateKey, Tampered, burn
from network.keys import passphrases as passphrases_module
from tests.keys.conftest import CHEAP

PASSPHRASE = "four blue kettles sing"


@pytest.fixture
def owner() -> uuid.UUID:
    return uuid.uuid4()


@pytest.fixture
def private() -> PrivateKey:
    return PrivateKey.generate()


@pytest.fixture
def locked(private: PrivateKey, keyring: Keyring, owner: uuid.UUID) -> bytes:
    return LockedKey.lock(private, PASSPHRASE, keyring, CHEAP, owner)


def test_the_right_passphrase_opens_the_key(locked, private, keyring, owner) -> None:
    assert LockedKey.unlock(locked, PASSPHRASE, keyring, owner).seed == private.seed
    assert len(locked) == 185


def test_the_same_letters_typed_on_another_device_open_it_too(private, keyring, owner) -> None:
    composed, decomposed = "мой синий чайник поёт", "мои\u0306 синии\u0306 чаи\u0306ник пое\u0308т"
    assert composed != decomposed
    locked = LockedKey.lock(private, composed, keyring, CHEAP, owner)
    assert LockedKey.unlock(locked, decomposed, keyring, owner).seed == private.seed


@pytest.mark.parametrize(
    "typed", ["", "four blue kettles", "Four blue kettles sing", PASSPHRASE + " ", "\ud800", "\0"]
)
def test_a_wrong_passphrase_is_refused(typed, locked, keyring, owner) -> None:
    with pytest.raises(Tampered):
        LockedKey.unlock(locked, typed, keyring, owner)


def test_a_key_copied_to_another_person_does_not_open(locked, keyring) -> None:
    with pytest.raises(Tampered):
        LockedKey.unlock(locked, PASSPHRASE, keyring, uuid.uuid4())


def test_another_server_cannot_open_it(locked, owner, tmp_path: Path) -> None:
    elsewhere = Keyring.create(tmp_path / "elsewhere.json")
    with pytest.raises(Tampered):
        LockedKey.unlock(locked, PASSPHRASE, elsewhere, owner)


def test_no_byte_can_be_changed(locked, keyring, owner) -> None:
    for at in range(len(locked)):
        altered = bytearray(locked)
        altered[at] ^= 1
        with pytest.raises(Tampered):
            LockedKey.unlock(bytes(altered), PASSPHRASE, keyring, owner)


@pytest.mark.parametrize("cost", [Cost(2**31, 1), Cost(64, 65), Cost(4, 1), Cost(64, 0)])
def test_a_forged_cost_is_refused_before_any_work(cost, locked, keyring, owner, monkeypatch) -> None:
    forged = locked[:5] + cost.memory_kib.to_bytes(4, "big") + cost.passes.to_bytes(2, "big") + locked[11:]
    monkeypatch.setattr(passphrases_module, "Argon2id", None)
    with pytest.raises(Tampered):
        LockedKey.unlock(forged, PASSPHRASE, keyring, owner)


def test_a_lowered_cost_is_refused(private, keyring, owner) -> None:
    locked = LockedKey.lock(private, PASSPHRASE, keyring, Cost(128, 2), owner)
    forged = locked[:5] + (64).to_bytes(4, "big") + (1).to_bytes(2, "big") + locked[11:]
    with pytest.raises(Tampered):
        LockedKey.unlock(forged, PASSPHRASE, keyring, owner)


def test_every_cut_of_it_is_refused(locked, keyring, owner) -> None:
    for length in range(len(locked)):
        with pytest.raises(Tampered):
            LockedKey.unlock(locked[:length], PASSPHRASE, keyring, owner)


def test_locking_twice_gives_nothing_alike(private, keyring, owner) -> None:
    first = LockedKey.lock(private, PASSPHRASE, keyring, CHEAP, owner)
    second = LockedKey.lock(private, PASSPHRASE, keyring, CHEAP, owner)
    assert first[11:27] != second[11:27]
    assert first[32:] != second[32:]


def test_an_old_generation_stays_readable_and_asks_to_be_wrapped_again(
    locked, private, keyring, owner
) -> None:
    assert not LockedKey.needs_rewrap(locked, keyring)
    keyring.add_generation()
    assert LockedKey.needs_rewrap(locked, keyring)
    opened = LockedKey.unlock(locked, PASSPHRASE, keyring, owner)
    again = LockedKey.lock(opened, PASSPHRASE, keyring, CHEAP, owner)
    assert not LockedKey.needs_rewrap(again, keyring)
    keyring.forget_generation(1)
    assert LockedKey.unlock(again, PASSPHRASE, keyring, owner).seed == private.seed
    with pytest.raises(Tampered):
        LockedKey.unlock(locked, PASSPHRASE, keyring, owner)


def test_a_dearer_cost_asks_to_be_wrapped_again(locked, keyring) -> None:
    assert not LockedKey.needs_rewrap(locked, keyring, CHEAP)
    assert LockedKey.needs_rewrap(locked, keyring, dataclasses.replace(CHEAP, passes=2))


def test_an_unknown_user_costs_the_same_derivation(monkeypatch, locked, keyring, owner) -> None:
    asked: list[tuple[int, int]] = []
    real = passphrases_module.Argon2id

    def counting(**how: int) -> object:
        asked.append((how["memory_cost"], how["iterations"]))
        return real(**how)

    monkeypatch.setattr(passphrases_module, "Argon2id", counting)
    LockedKey.unlock(locked, PASSPHRASE, keyring, owner)
    burn(PASSPHRASE, CHEAP)
    assert asked == [(64, 1), (64, 1)]
