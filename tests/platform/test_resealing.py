"""A new generation of the server's keys: everything the old one covered is under the new one, doors of history too."""

from __future__ import annotations

import base64
import re
import shutil
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, select, text

from network.config import REPOSITORY
from network.directory import doors
from network.directory.models import Address, Location, Revision, Visibility
from network.keys import Keyring, KeysError, Tampered, outer_generation
from network.operate.resealing import COLUMNS, reseal
from network.permissions import Role
from network.web import Kopuro
from tests.directory.conftest import Directory, admin
from tests.directory.test_restoring import change
from tests.factories import Make


@pytest.fixture
def directory(app: Kopuro, make: Make) -> Directory:
    return Directory(make.app, make)


def blobs(engine: Engine) -> dict[str, list[bytes]]:
    """Every blob of the outer layer that lies in the database, by table and column."""
    found: dict[str, list[bytes]] = {}
    with engine.connect() as connection:
        for one in COLUMNS:
            value = f"{one.column} ->> '{one.within}'" if one.within else one.column
            rows = connection.execute(text(f"SELECT {value} FROM {one.table} WHERE {value} IS NOT NULL"))
            kept = [base64.b64decode(row) if one.within else bytes(row) for row in rows.scalars()]
            found[f"{one.table}.{one.column}"] = [blob[one.behind :] for blob in kept]
    return found


def test_after_a_rotation_nothing_needs_the_old_generation_not_even_an_old_door(
    directory: Directory, owner_engine: Engine, tmp_path: Path
) -> None:
    ring, tenant = directory.app.keyring, directory.make.tenant()
    desk = directory.make.user(tenant, [Role.ADMIN]).visitor()
    organization = directory.organization(tenant)
    place = directory.location(
        organization,
        place_id="KG-GO",
        audience=Visibility.PUBLIC,
        address_1="Old street 5",
        address_audience=Visibility.PUBLIC,
    )
    change(directory, tenant, organization, place, address_1="New street 6")
    shelter = directory.service(organization, confidential=True)
    directory.location(
        organization, place_id="KG-GO", address_1="A door of a shelter", service_ids=(shelter.id,)
    )
    form = desk.open(f"/en/directory/organizations/{organization.slug}/phones/new")
    form.submit({"number": "+996312123456", "keep": ""}, containing="number")
    old = ring.current
    assert {outer_generation(blob) for some in blobs(owner_engine).values() for blob in some} == {old}

    ring.add_generation()
    seal, left = ring.seal_outer, [3]

    def killed(*given: Any) -> bytes:
        left[0] -= 1
        if left[0] < 0:
            raise KeyboardInterrupt
        return seal(*given)

    ring.seal_outer = killed  # type: ignore[method-assign]
    try:
        with pytest.raises(KeyboardInterrupt):
            list(reseal(owner_engine, ring))
    finally:
        del ring.seal_outer  # type: ignore[method-assign]
    half = {outer_generation(blob) for some in blobs(owner_engine).values() for blob in some}
    assert half == {old, ring.current}, "it stopped in the middle, and both can be read"

    done = dict(reseal(owner_engine, ring))
    lying = blobs(owner_engine)
    assert {outer_generation(blob) for some in lying.values() for blob in some} == {ring.current}
    for column in ("revision.snapshot", "address.sealed", "section_draft.sealed", '"user".email'):
        assert lying[column], f"nothing of {column} was put to the test"
    assert sum(one.shut for one in done.values()) == 0
    assert sum(one.renewed for _, one in reseal(owner_engine, ring)) == 0, "repeating changes nothing"

    # What the keyring of tomorrow opens, which has the old generation no more.
    shutil.copy(ring._path, tmp_path / "keyring")
    tomorrow = Keyring.load(tmp_path / "keyring")
    tomorrow.forget_generation(old)
    with pytest.raises(KeysError):
        tomorrow.pepper(old)
    past = directory.read(admin(tenant), Revision)
    told = [
        doors.from_history(tomorrow, one.subject_id, d).address_1
        for one in past
        if (d := one.snapshot.get("door"))
    ]
    assert "Old street 5" in told
    sealed = [one for one in directory.read(admin(tenant), Address) if one.sealed]
    assert {doors.door_of(tomorrow, one).address_1 for one in sealed} == {"A door of a shelter"}
    row = next(one for one in directory.read(admin(tenant), Location) if one.id == place.id)
    assert row.version == 2, "nobody's edit was made out of it"
    history = desk.open(f"/en/directory/history/{organization.id}")
    assert "Old street 5" in history.main


def test_a_row_of_a_generation_that_is_gone_is_counted_and_left(
    directory: Directory, owner_engine: Engine
) -> None:
    ring, tenant = directory.app.keyring, directory.make.tenant()
    organization = directory.organization(tenant)
    shelter = directory.service(organization, confidential=True)
    directory.location(
        organization, place_id="KG-GO", address_1="A door of a shelter", service_ids=(shelter.id,)
    )
    with owner_engine.connect() as connection:
        lost = connection.execute(select(Address.sealed)).scalar_one()
        strange = lost[:1] + (4_000_000).to_bytes(4, "big") + lost[5:]
        connection.execute(text("UPDATE address SET sealed = :strange"), {"strange": strange})
        done = {one.table: renewed for one, renewed in reseal(owner_engine, ring)}
        assert done["address"].shut == 1
        assert connection.execute(select(Address.sealed)).scalar_one() == strange
    with pytest.raises(Tampered):
        ring.open_outer("address", tenant.id, strange)


def test_every_place_that_seals_under_the_outer_layer_is_known_to_the_rotation() -> None:
    used = set()
    for path in (REPOSITORY / "network").rglob("*.py"):
        if path.parts[-2] == "keys" and path.name == "outer.py":
            continue
        for purpose in re.findall(r"seal_outer\(\s*([^,]+),", path.read_text()):
            constant = re.search(rf'^{re.escape(purpose)}\b.*= "(.+)"', path.read_text(), re.MULTILINE)
            used.add(constant[1] if constant else purpose.strip('"'))
    # A ticket lives for minutes, in no row; the purpose of the re-sealing itself is that of each row.
    assert used - {"totp enrolment", "under.purpose"} == {one.purpose for one in COLUMNS}


def test_the_commands_say_what_they_did(
    app: Kopuro, directory: Directory, owner_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("network.operate.resealing.owner_url", lambda _settings: owner_url)
    directory.make.user(directory.make.tenant(), [Role.ADMIN])
    before = app.keyring.current
    done = app.test_cli_runner().invoke(args=["keys", "rotate"])
    assert done.exit_code == 0, done.output
    assert app.keyring.current == before + 1
    assert f"Generation {before + 1} is in use" in done.output
    assert re.search(r"^user\.email: [1-9]\d* renewed, 0 in order$", done.output, re.MULTILINE)
    again = app.test_cli_runner().invoke(args=["keys", "reseal"])
    assert re.search(r"^user\.email: 0 renewed, [1-9]\d* in order$", again.output, re.MULTILINE)
