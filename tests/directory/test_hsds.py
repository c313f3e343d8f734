"""The open API answers as the standard demands, tells only what is public, and costs one query where nothing changed."""

from __future__ import annotations

import json
import uuid
from collections.abc import Callable
from typing import Any

import pytest
from flask.testing import FlaskClient
from openapi_spec_validator import validate

from network.directory import services, taxonomy
from network.directory.drafts import Opening, Reach
from network.directory.models import Accessibility, Visibility
from network.web import Kopuro
from tests.directory.conftest import Directory, organization_draft
from tests.directory.judging import judge

__all__ = ["judge"]

LISTS = ("services", "organizations", "service_at_locations", "taxonomies", "taxonomy_terms")
SCHEMAS = {
    "services": "service",
    "organizations": "organization",
    "service_at_locations": "service_at_location",
    "taxonomies": "taxonomy",
    "taxonomy_terms": "taxonomy_term",
}


def get(client: FlaskClient, path: str, **query: str) -> Any:
    answer = client.get(f"/hsds/{path}", query_string=query)
    assert answer.status_code == 200, (path, answer.status_code)
    return json.loads(answer.get_data())


def test_every_answer_about_the_demonstration_is_valid(
    demonstrated: Kopuro, client: FlaskClient, judge: Callable[[str, Any], None]
) -> None:
    for listed in LISTS:
        for query in ({}, {"full": "true"}):
            page = get(client, listed, **query)
            assert page["total_items"] == len(page["contents"]) == page["size"] > 0
            for told in page["contents"]:
                judge(SCHEMAS[listed], told)
                one = get(client, f"{listed}/{told['id']}")
                judge(SCHEMAS[listed], one)
                if listed == "service_at_locations":
                    judge("service", one)


def test_a_schema_that_is_broken_would_be_noticed(judge: Callable[[str, Any], None]) -> None:
    for wrong in ({}, {"id": "x", "name": "y", "status": "working"}):
        with pytest.raises(AssertionError):
            judge("service", wrong)


def test_the_root_names_version_profile_and_description(client: FlaskClient) -> None:
    root = get(client, "")
    assert root["version"] == "3.0"
    for name in ("profile", "openapi_url"):
        path = root[name].removeprefix("http://127.0.0.1:8000")
        assert client.get(path).status_code == 200


def test_the_description_is_valid_and_names_every_address(client: FlaskClient) -> None:
    told = json.loads(client.get("/api/openapi.json").get_data())
    validate(told)
    assert {f"/hsds/{listed}" for listed in LISTS} <= set(told["paths"])
    assert {
        "/hsds/services/{service_id}",
        "/{lang}/events.ics",
        "/{lang}/events/{slug}.ics",
        "/{lang}/digest/feed.{form}",
        "/{lang}/directory/organizations/{slug}/feed.{form}",
        "/healthz",
        "/readyz",
        "/metrics",
        "/api/openapi.json",
    } <= set(told["paths"])


def full_organization(directory: Directory) -> tuple[Any, Any]:
    organization = directory.organization(website="https://green.example", email="office@green.example")
    service = directory.service(
        organization,
        Reach(areas=("KG-O",), opening=Opening(byday="MO,TU", timezone="Asia/Tashkent")),
    )
    return organization, service


def test_pages_and_filters_add_up(directory: Directory, client: FlaskClient) -> None:
    organization, _ = full_organization(directory)
    for number in range(4):
        directory.service(organization, name={"en": f"Doctor {number}"}, terms=["health"])
    first = get(client, "services", per_page="2")
    assert (first["total_items"], first["total_pages"], first["first_page"], first["last_page"]) == (
        5,
        3,
        True,
        False,
    )
    pages = [get(client, "services", per_page="2", page=str(number)) for number in (1, 2, 3)]
    ids = [one["id"] for page in pages for one in page["contents"]]
    assert len(set(ids)) == 5 and pages[2]["last_page"]
    assert get(client, "services", page="9")["empty"]
    health = str(taxonomy.TERMS["health"].id)
    assert get(client, "services", taxonomy_term_id=health)["total_items"] == 4
    assert get(client, "services", taxonomy_term_id=health, search="legal")["total_items"] == 0
    assert get(client, "services", taxonomy_term_id=str(uuid.uuid4()))["total_items"] == 0
    assert get(client, "services", search="докторр")["total_items"] == 4
    assert get(client, "services", search="Ош")["total_items"] == 5
    assert get(client, "services", organization_id=str(uuid.uuid4()))["total_items"] == 0
    assert get(client, "services", organization_id=str(organization.id))["total_items"] == 5
    assert get(client, "services", modified_after="2001-01-01T00:00:00Z")["total_items"] == 5
    assert get(client, "services", modified_after="2099-01-01")["total_items"] == 0
    assert set(get(client, "services", minimal="true")["contents"][0]) == {
        "id",
        "name",
        "status",
        "last_modified",
    }
    lines = client.get("/hsds/services?format=ndjson").get_data(as_text=True).splitlines()
    assert len([json.loads(line) for line in lines]) == 5


@pytest.mark.parametrize(
    "query",
    [
        {"page": "0"},
        {"page": "x"},
        {"page": "9" * 40},
        {"page": "0" * 11 + "19"},
        {"per_page": "0" * 11 + "1" + "9" * 3000},
        {"page": "²"},
        {"per_page": "1000"},
        {"per_page": "-1"},
        {"organization_id": "x"},
        {"taxonomy_id": "'"},
        {"modified_after": "yesterday"},
        {"full": "perhaps"},
        {"format": "xml"},
    ],
)
def test_what_makes_no_sense_is_said_as_a_problem(client: FlaskClient, query: dict[str, str]) -> None:
    answer = client.get("/hsds/services", query_string=query)
    assert answer.status_code == 400
    assert answer.mimetype == "application/problem+json"
    told = json.loads(answer.get_data())
    assert next(iter(query)) in told["detail"]


def test_unknown_and_hidden_ids_get_the_same_answer(directory: Directory, client: FlaskClient) -> None:
    hidden = directory.organization(visibility=Visibility.PARTNERS)
    service = directory.service(hidden, visibility=Visibility.PARTNERS)
    answers = {
        (answer.status_code, answer.mimetype, answer.get_data())
        for answer in (
            client.get(f"/hsds/{path}")
            for path in (
                f"services/{service.id}",
                f"services/{uuid.uuid4()}",
                f"organizations/{hidden.id}",
                f"organizations/{uuid.uuid4()}",
                f"service_at_locations/{uuid.uuid4()}",
            )
        )
    }
    assert len(answers) == 1
    assert answers.pop()[:2] == (404, "application/problem+json")


def test_a_member_gets_what_a_stranger_gets(directory: Directory) -> None:
    tenant = directory.make.tenant()
    directory.organization(tenant)
    directory.organization(tenant, visibility=Visibility.TENANT, name={"en": "Quiet"})
    client = directory.make.user(tenant).client()
    assert get(client, "organizations")["total_items"] == 1


def test_an_unchanged_answer_costs_one_query_and_a_change_is_seen(
    directory: Directory, client: FlaskClient, count_queries: Any
) -> None:
    tenant = directory.make.tenant()
    organization = directory.organization(tenant)
    directory.service(organization)
    with count_queries() as seen:
        first = client.get("/hsds/services?full=true")
    assert len(seen) <= 15
    assert first.headers["ETag"] and first.headers["Last-Modified"]
    for known in (
        {"If-None-Match": first.headers["ETag"]},
        {"If-Modified-Since": first.headers["Last-Modified"]},
    ):
        with count_queries() as seen:
            again = client.get("/hsds/services?full=true", headers=known)
        assert (again.status_code, again.get_data(), len(seen) <= 1) == (304, b"", True)
    directory.phone(organization, audience=Visibility.PARTNERS, number="00012")
    same = {"If-None-Match": first.headers["ETag"]}
    assert client.get("/hsds/services?full=true", headers=same).status_code == 304, (
        "a hidden change tells nothing"
    )
    draft = organization_draft(name={"en": "Greener"})
    directory.do(tenant, lambda s, a: services.change_organization(s, a, organization, draft, version=1))
    assert client.get("/hsds/services?full=true", headers=same).status_code == 200


def test_a_list_costs_as_many_queries_for_many_as_for_one(
    directory: Directory, client: FlaskClient, count_queries: Any
) -> None:
    counts = []
    for number in range(4):
        organization, service = full_organization(directory)
        directory.phone(organization, service_id=service.id, number=f"0002{number}")
        directory.location(
            organization, place_id="KG-GO", audience=Visibility.PUBLIC, service_ids=(service.id,)
        )
        with count_queries() as seen:
            assert client.get("/hsds/services?full=true").status_code == 200
        counts.append(len(seen))
    assert max(counts) == counts[0] <= 15


def test_a_confidential_service_is_given_as_far_as_its_district(
    directory: Directory, client: FlaskClient
) -> None:
    organization = directory.organization()
    shelter = directory.service(organization, confidential=True)
    directory.location(
        organization,
        place_id="KG06242000000",
        audience=Visibility.PUBLIC,
        address_1="Hidden street 5",
        service_ids=(shelter.id,),
    )
    told = get(client, f"services/{shelter.id}")["service_at_locations"][0]["location"]
    assert told["name"] == "Nookat District"
    assert told["attributes"][0]["link_type"] == "address_withheld"
    assert not {"addresses", "latitude", "longitude"} & set(told)


def test_a_place_that_a_confidential_service_shares_is_its_district_wherever_it_is_told(
    directory: Directory, client: FlaskClient
) -> None:
    organization = directory.organization()
    shelter = directory.service(organization, confidential=True)
    advice = directory.service(organization)
    place = directory.location(
        organization,
        place_id="gn:1528339",
        name={"en": "Behindtheorchard"},
        transportation={"en": "Take bus 105."},
        audience=Visibility.PUBLIC,
        service_ids=(shelter.id, advice.id),
    )
    values = {"features": ["ramp"], "description": {"en": "Bluegate"}}
    directory.part(place, Accessibility, values, audience=Visibility.PUBLIC)
    link = get(client, f"services/{advice.id}")["service_at_locations"][0]["id"]
    for path in (
        f"services/{shelter.id}",
        f"services/{advice.id}",
        f"organizations/{organization.id}",
        f"service_at_locations/{link}",
        f"../en/directory/organizations/{organization.slug}",
        f"../en/directory/services/{advice.slug}",
    ):
        told = client.get(f"/hsds/{path}" if "../" not in path else path[2:])
        assert told.status_code == 200
        text = told.get_data(as_text=True)
        assert "Osh" in text, path
        for word in ("Nookat", "Behindtheorchard", "bus 105", "Bluegate"):
            assert word not in text, (path, word)
