"""Key tests need no database: cheap derivations, a keyring of their own."""

from pathlib import Path

import pytest

from network.keys import Cost, Keyring

CHEAP = Cost(memory_kib=64, passes=1)


@pytest.fixture
def keyring(tmp_path: Path) -> Keyring:
    return Keyring.create(tmp_path / "keyring.json")
