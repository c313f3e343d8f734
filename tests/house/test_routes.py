"""Every route says who may call it, and means it: strangers reach nothing that is not for everyone."""

from __future__ import annotations

import re
import uuid
from typing import Any

from network.permissions import Role
from network.tenancy import Actor
from network.web import EVERYONE, OPERATOR, Kopuro
from tests.factories import Make

SAMPLES: dict[str, str] = {
    "uuid": str(uuid.uuid4()),
    "string": "nothing-here",
    "int": "1",
    "any": "en",
    "path": "x",
}
OUTSIDE_CASES = (Role.COORDINATOR, Role.OBSERVER, Role.ADMIN, Role.ORGANISER, Role.EDITOR)


def address(rule: Any) -> str:
    """The rule with something that does not exist in every place."""

    def fill(found: re.Match[str]) -> str:
        kind, choices, name = found.groups()
        if name == "lang":
            return "en"
        return choices.split(",")[0].strip(" '\"") if kind == "any" else SAMPLES[kind or "string"]

    return re.sub(r"<(?:(\w+)(?:\(([^)]*)\))?:)?(\w+)>", fill, str(rule.rule))


def test_every_route_declares_its_permission(served: Kopuro) -> None:
    for endpoint in served.view_functions:
        if endpoint != "static":
            assert served.access_of(endpoint).who, endpoint


def test_strangers_are_sent_to_sign_in_and_learn_nothing_of_ids(app: Kopuro, make: Make) -> None:
    make.network()
    client = app.test_client()
    for rule in app.url_map.iter_rules():
        if rule.endpoint == "static":
            continue
        access = app.access_of(rule.endpoint)
        for method in sorted((rule.methods or set()) & {"GET", "POST"}):
            response = client.open(address(rule), method=method)
            where = f"{method} {address(rule)} → {response.status_code}"
            assert response.status_code < 500 or response.status_code == 503, where
            if EVERYONE in access.who or OPERATOR in access.who:
                continue
            if method == "GET":
                assert response.status_code == 303 and "/login" in response.headers["Location"], where
            else:
                # Without a form of ours the request already ends at the CSRF check.
                assert response.status_code in (303, 400), where


def test_case_pages_are_hidden_from_everyone_outside_the_desk(served: Kopuro) -> None:
    """A coordinator and an observer see no more than that there is no such page."""
    for rule in served.url_map.iter_rules():
        access = served.access_of(rule.endpoint) if rule.endpoint != "static" else None
        if access is None or not rule.endpoint.startswith("referrals.") or EVERYONE in access.who:
            continue
        assert access.hidden, rule.endpoint
        for role in OUTSIDE_CASES:
            assert not access.admits(Actor.member(uuid.uuid4(), uuid.uuid4(), [role])), (
                f"{rule.endpoint} admits {role}"
            )
