"""First make what could leak, then show that it does not: words for few never reach a page, feed or index for many."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import Engine, text

from network.directory import services
from network.directory.drafts import ContactDraft, Opening, Reach
from network.directory.models import CostOption, ReferralRoute, RequiredDocument, ServiceCapacity, Visibility
from network.i18n.folding import fold
from tests.directory.conftest import Directory, organization_draft
from tests.pages import Visitor

HIDDEN = (Visibility.PARTNERS, Visibility.NAMED, Visibility.TENANT)
PUBLIC_PATHS = (
    "/en/",
    "/en/directory/",
    "/en/directory/?kind=service",
    "/en/directory/?q=canary",
    "/en/directory/organizations/green-hill",
    "/en/directory/services/legal-advice",
    "/en/nothing-here",
    "/hsds/services?full=true",
    "/hsds/organizations?full=true",
    "/hsds/service_at_locations?full=true",
    "/hsds/services?search=canary",
    "/api/openapi.json",
)


def canary(number: int) -> str:
    """A word that stands nowhere else, in its plain form."""
    first, second = divmod(number, 20)
    return f"canary{chr(ord('b') + first)}{chr(ord('b') + second)}wxfly"


def parts(word: Callable[[str], str]) -> dict[Any, dict[str, Any]]:
    """Every part of a service with a canary in each of its texts."""
    return {
        ReferralRoute: {
            "contact": word("way in"),
            "next_step": {"en": word("next step")},
            "documents": {"en": word("papers")},
            "complaints": {"en": word("complaints")},
        },
        ServiceCapacity: {"available": 1, "description": {"en": word("room")}},
        RequiredDocument: {"document": {"en": word("paper to bring")}},
        CostOption: {"option": {"en": word("cost")}},
    }


def plant(directory: Directory) -> dict[str, str]:
    """One canary in every field that is for fewer people than everybody."""
    tenant = directory.make.tenant()
    organization = directory.organization(tenant)
    service = directory.service(organization, Reach(areas=("KG-O",), opening=Opening(always=True)))
    planted: dict[str, str] = {}

    def next_one(what: str) -> str:
        planted[what] = canary(len(planted))
        return planted[what]

    for audience in HIDDEN:
        for belongs in (None, service.id):
            directory.phone(
                organization,
                number=f"0077{len(planted)}",
                hotline=True,
                audience=audience,
                service_id=belongs,
                description={"en": next_one(f"{audience} phone {bool(belongs)}")},
            )
        contact = ContactDraft(name=next_one(f"{audience} contact"), audience=audience)
        directory.do(tenant, lambda s, a, c=contact: services.create_contact(s, a, organization, c))
        directory.location(
            organization,
            place_id="KG-GO",
            name={"en": next_one(f"{audience} location")},
            audience=audience,
            service_ids=(service.id,),
        )
        directory.location(
            organization,
            place_id="KG-GO",
            audience=Visibility.PUBLIC,
            address_1=next_one(f"{audience} address"),
            address_audience=audience,
            service_ids=(service.id,),
        )
        for model, values in parts(lambda what, at=audience: next_one(f"{at} {what}")).items():
            directory.part(service, model, values, audience=audience)
        directory.service(organization, visibility=audience, name={"en": next_one(f"{audience} service")})
        directory.organization(tenant, visibility=audience, name={"en": next_one(f"{audience} organization")})
    return planted


def test_canaries_reach_no_public_answer_and_no_index(
    directory: Directory, visitor: Callable[[], Visitor], owner_engine: Engine
) -> None:
    planted = plant(directory)
    with owner_engine.connect() as connection:
        index = str(connection.execute(text("SELECT * FROM search_public")).all())
        assert connection.execute(text("SELECT count(*) FROM phone")).scalar_one() == 6
    reader = visitor()
    answers: dict[str, Any] = {path: reader.open(path).html for path in PUBLIC_PATHS}
    answers["the search index"] = index
    for what, word in planted.items():
        for where, answer in answers.items():
            assert word not in answer.lower() and fold(word) not in answer, f"{what} is in {where}"
    for where, answer in answers.items():
        assert "0077" not in answer, where
    colleague = directory.make.user(directory.make.tenant()).visitor()
    page = colleague.open("/en/directory/organizations/green-hill").html
    page += colleague.open("/en/directory/services/legal-advice").html
    for what, word in planted.items():
        shown_there = what.startswith("partners") and not what.endswith(("service", "organization"))
        if what.startswith(("tenant", "named")):
            assert word not in page, what
        elif shown_there and "True" not in what:
            assert word in page, f"{what} should be there for partners: else this test shows nothing"


@pytest.mark.parametrize("narrow", HIDDEN)
def test_what_was_public_is_gone_once_it_is_not(
    directory: Directory, visitor: Callable[[], Visitor], owner_engine: Engine, narrow: Visibility
) -> None:
    tenant = directory.make.tenant()
    word = canary(9)
    organization = directory.organization(tenant, name={"en": word})
    directory.service(organization, name={"en": f"{word} help"})
    directory.phone(organization, hotline=True, description={"en": word})
    reader = visitor()
    assert word in reader.open("/en/directory/").html
    assert word in reader.open("/hsds/services?full=true").html
    draft = organization_draft(name={"en": word}, visibility=narrow)
    directory.do(tenant, lambda s, a: services.change_organization(s, a, organization, draft, version=1))
    directory.app.extensions["hotlines"].forget()
    for path in PUBLIC_PATHS:
        assert word not in reader.open(path).html, path
    with owner_engine.connect() as connection:
        assert connection.execute(text("SELECT count(*) FROM search_public")).scalar_one() == 0
