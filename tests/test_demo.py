"""The demonstration network loads whole, once, and never beside real people."""

from __future__ import annotations

import dataclasses

import pytest

from network import demo
from network.demo.logins import LOGINS, PASSWORD
from network.web import Kopuro
from tests.factories import Make
from tests.pages import Visitor


def test_everybody_of_the_contract_can_sign_in_to_the_demonstration(app: Kopuro) -> None:
    lines = list(demo.load(app))
    assert len(lines) >= 2
    assert list(demo.load(app)) == ["The demonstration network is already there."]
    for login in LOGINS:
        visitor = Visitor(app)
        page = visitor.open("/en/login").submit({"email": login, "password": PASSWORD})
        assert page.status == 200 and "login" not in page.path, (login, page.path, page.main[:200])


def test_it_is_refused_beside_a_real_organization_and_on_the_open_web(
    app: Kopuro, make: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    make.tenant()
    with pytest.raises(demo.NotHere, match="real organizations"):
        list(demo.load(app))
    monkeypatch.setattr(app, "settings", dataclasses.replace(app.settings, base_url="https://kopuro.example"))
    with pytest.raises(demo.NotHere, match="https"):
        list(demo.load(app))
