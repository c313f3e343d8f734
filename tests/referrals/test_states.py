"""The sets of states and of sealed things, in the code and in row-level security: one rule."""

from __future__ import annotations

import re

import pytest
from sqlalchemy import Engine, text

from network.referrals.models.keys import ENVELOPED, RETURNED
from network.referrals.states import ENVELOPE, RELEASED


@pytest.fixture
def policy(owner_engine: Engine) -> str:
    """What PostgreSQL asks before it shows a wrap."""
    with owner_engine.connect() as connection:
        return str(
            connection.execute(
                text("SELECT qual FROM pg_policies WHERE policyname = 'wraps_part_key_select'")
            ).scalar_one()
        )


def test_row_level_security_releases_keys_in_the_states_and_of_the_kinds_that_the_code_names(
    policy: str,
) -> None:
    named = [
        frozenset(re.findall(r"'([a-z_]+)'::", found)) for found in re.findall(r"ARRAY\[(.*?)\]", policy)
    ]
    assert sorted(map(sorted, named)) == sorted(map(sorted, (RELEASED, ENVELOPE, ENVELOPED, RETURNED)))
