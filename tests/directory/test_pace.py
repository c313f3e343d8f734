"""A program may copy the whole directory at a run, and no address can keep the others from it."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest
from limits import parse

from network.api import PACE
from network.directory.views.open_api.asking import MOST_PER_PAGE
from network.web import Kopuro
from tests.directory.conftest import Directory


@pytest.fixture
def paced(app: Kopuro) -> Iterator[Kopuro]:
    """Three answers a minute, and one whole list."""
    app.config.update(
        RATELIMIT_ENABLED=True,
        RATE_LIMITS={"hsds.address": "3/minute", "api.address": "3/minute", "hsds.whole": "1/minute"},
    )
    yield app
    app.config.update(RATELIMIT_ENABLED=False, RATE_LIMITS={})


def ask(app: Kopuro, path: str, *, of: str = "192.0.2.1", **headers: str) -> tuple[int, str]:
    answer = app.test_client().get(path, headers=headers, environ_base={"REMOTE_ADDR": of})
    if answer.status_code == 429:
        assert answer.mimetype == "application/problem+json", path
        assert 1 <= int(answer.headers["Retry-After"]) <= 61
        assert answer.headers["Access-Control-Allow-Origin"] == "*"
        told = json.loads(answer.get_data())
        assert (told["status"], told["title"]) == (429, "Too many requests")
    answer.get_data()
    return answer.status_code, answer.headers.get("ETag", "")


ADDRESSES = (
    "/hsds/",
    "/hsds/profile",
    "/hsds/profile/service.json",
    "/hsds/services",
    "/hsds/organizations",
    "/hsds/service_at_locations",
    "/hsds/taxonomies",
    "/hsds/taxonomy_terms",
    "/hsds/tombstones",
    "/hsds/services/00000000-0000-7000-8000-000000000000",
    "/hsds/nothing",
    "/api/openapi.json",
)


@pytest.mark.parametrize("path", ADDRESSES)
def test_who_asks_too_often_waits_and_others_do_not(paced: Kopuro, path: str) -> None:
    # Each time another question, so that no answer is at hand.
    ends = [ask(paced, f"{path}?n={number}")[0] for number in range(5)]
    assert 429 not in ends[:3] and ends[3:] == [429, 429]
    assert ask(paced, f"{path}?n=5", of="192.0.2.2")[0] != 429


def test_all_addresses_of_the_directory_count_together(paced: Kopuro) -> None:
    assert [ask(paced, path)[0] for path in ADDRESSES[:4]] == [200, 200, 200, 429]


def test_what_a_program_has_already_costs_it_nothing(paced: Kopuro, directory: Directory) -> None:
    directory.service(directory.organization())
    _, tag = ask(paced, "/hsds/services")
    ends = {ask(paced, "/hsds/services", **{"If-None-Match": tag})[0] for _ in range(6)}
    assert ends == {304}
    assert [ask(paced, "/hsds/services")[0] for _ in range(6)] == [200] * 6, "the answer is at hand"


def test_a_whole_list_in_lines_is_had_less_often(paced: Kopuro) -> None:
    ends = [ask(paced, f"/hsds/{name}?format=ndjson")[0] for name in ("services", "tombstones")]
    assert ends == [200, 429]
    assert ask(paced, "/hsds/services?format=ndjson", of="192.0.2.2")[0] == 200


def test_all_of_fifty_thousand_records_may_be_read_page_by_page_at_a_run() -> None:
    of_services, of_organizations = 50_000 // MOST_PER_PAGE, 50_000 // MOST_PER_PAGE
    each = parse(PACE)
    assert each.amount >= of_services + of_organizations and each.get_expiry() == 60
