"""Agreements between partners: the coordinator's alone, asked by every sending, with the rules of the receiver's country."""

from __future__ import annotations

import datetime
import uuid

import pytest
from sqlalchemy import Engine, select, text

from network.database import now
from network.permissions import Role, Unfit
from network.referrals import queries
from network.referrals.agreements import asks_approval, withheld, written
from network.referrals.categories import Category
from network.referrals.models import Agreement
from network.referrals.services import agreements, drafts
from network.tenancy import Actor, Tenant
from network.web import Kopuro
from tests.factories import Make, Person
from tests.pages import Page
from tests.referrals.conftest import FOUR, Valley

INDEX = "/en/admin/agreements/"


@pytest.fixture
def coordinator(valley: Valley, make: Make, owner_engine: Engine) -> Person:
    with owner_engine.connect() as connection:
        network = connection.execute(text("SELECT id FROM tenant WHERE kind = 'network'")).scalar_one()
    with valley.database.unit_of_work(valley.caseworker.actor) as session:
        return make.user(session.get_one(Tenant, network), [Role.COORDINATOR])


def of_all(valley: Valley) -> str:
    with valley.database.unit_of_work(valley.caseworker.actor) as session:
        agreement = session.scalars(select(Agreement).where(Agreement.first_id.is_(None))).one()
        return f"{INDEX}{agreement.id}"


def day(after: int) -> str:
    return (now().date() + datetime.timedelta(days=after)).isoformat()


def prepared(valley: Valley, *, to: Tenant | None = None) -> Page:
    """A draft with consent, and what the page says when it is made ready."""
    case = valley.case()
    valley.consent(case, to=to)
    referral = valley.draft(case, to=to)
    return (
        valley.caseworker.visitor()
        .open(f"/en/referrals/{referral.id}")
        .submit(containing="Check and make ready")
    )


def test_the_agreement_of_two_comes_before_that_of_all(valley: Valley, coordinator: Person) -> None:
    page = coordinator.visitor().open(of_all(valley)).submit({"valid_until": day(-1), "valid_from": day(-9)})
    assert page.path == INDEX and "Ended" in page.main
    assert "no agreement in force" in prepared(valley).main
    new = page.follow("New agreement").submit(
        {"first": str(valley.khujand.id), "second": str(valley.osh.id), "valid_from": day(0)}
    )
    assert f"{valley.khujand.name} and {valley.osh.name}" in new.main
    assert "Ready to send" in prepared(valley).main
    assert "no agreement in force" in prepared(valley, to=valley.andijan).main


@pytest.mark.parametrize(
    ("start", "until", "holds"),
    [(0, 0, True), (-5, -1, False), (1, 9, False), (-5, 0, True), (0, None, True)],
)
def test_an_agreement_holds_from_its_first_to_its_last_day(
    valley: Valley, coordinator: Person, start: int, until: int | None, holds: bool
) -> None:
    typed = {"valid_from": day(start), "valid_until": "" if until is None else day(until)}
    coordinator.visitor().open(of_all(valley)).submit(typed)
    with valley.database.unit_of_work(valley.caseworker.actor) as session:
        found = agreements.in_force(session, valley.osh.id, valley.khujand.id, now().date())
        assert (found is not None) is holds


def test_what_a_country_does_not_get_is_refused_whatever_consent_says(
    valley: Valley, coordinator: Person
) -> None:
    page = coordinator.visitor().open(of_all(valley))
    page.submit({"withheld_tj": ["health", "immigration"], "withheld_uz": ["contact"]})
    refused = prepared(valley)
    assert "does not let this be sent to its country: Health" in refused.main and "Draft" in refused.main
    kept = coordinator.visitor().open(of_all(valley)).values("withheld_tj")
    assert kept["withheld_tj"] == ["health", "immigration"] and kept["withheld_uz"] == "contact"


def test_what_was_made_ready_before_a_rule_is_not_sent_after_it(valley: Valley, coordinator: Person) -> None:
    case = valley.case()
    referral = valley.draft(case)
    valley.approved(referral, valley.consent(case))
    coordinator.visitor().open(of_all(valley)).submit({"withheld_tj": ["health"]})
    with pytest.raises(Unfit) as refused:
        valley.send(referral)
    assert refused.value.code == "country_withheld" and refused.value.detail["categories"] == ["health"]


def test_an_agreement_can_want_a_supervisor_inside_a_country_too(
    valley: Valley, coordinator: Person, make: Make
) -> None:
    near = make.tenant("Batken partner", country="KG")
    make.user(near, [Role.CASEWORKER])
    assert "Send now" in prepared(valley, to=near).main
    coordinator.visitor().open(of_all(valley)).submit({"approval_kg": "y"})
    page = prepared(valley, to=near)
    assert "Send now" not in page.main and "must approve" in page.main
    case = valley.case()
    referral, consent = valley.draft(case, to=near), valley.consent(case, to=near)
    with valley.database.unit_of_work(valley.caseworker.actor) as session:
        given = next(c for c in session.scalars(queries.consents_of(case.id)) if c.id == consent.id)
        desk = valley.desk(session, valley.caseworker)
        drafts.prepare_referral(session, valley.caseworker.actor, desk, referral.id, given=given)
    with pytest.raises(Unfit) as refused:
        valley.send(referral)
    assert refused.value.code == "approval_needed"


BAD = [
    ({"first": "KHUJAND", "second": "KHUJAND"}, "two different"),
    ({"first": "KHUJAND", "second": ""}, "Choose two partners"),
    ({"first": "", "second": "OSH"}, "Choose two partners"),
    ({"first": str(uuid.UUID(int=7)), "second": "OSH"}, "Choose one"),
    ({"first": "", "second": ""}, "already"),
    ({"first": "OSH", "second": "KHUJAND", "valid_from": ""}, "real date"),
    ({"first": "OSH", "second": "KHUJAND", "valid_from": "one day"}, "real date"),
    ({"first": "OSH", "second": "KHUJAND", "valid_until": "2001-01-01"}, "before the agreement begins"),
    ({"first": "OSH", "second": "KHUJAND", "withheld_tj": ["everything"]}, "Choose from"),
]


@pytest.mark.parametrize(("typed", "words"), BAD, ids=str)
def test_an_agreement_that_is_none_is_not_made(
    valley: Valley, coordinator: Person, typed: dict[str, object], words: str
) -> None:
    ids = {"OSH": str(valley.osh.id), "KHUJAND": str(valley.khujand.id)}
    filled = {name: ids.get(str(value), value) for name, value in typed.items()}
    page = coordinator.visitor().open(INDEX + "new").submit(filled)
    assert page.status == 422 and words in page.main
    with valley.database.unit_of_work(valley.caseworker.actor) as session:
        assert len(session.scalars(select(Agreement)).all()) == 1


def test_of_two_coordinators_the_second_sees_what_the_first_changed(
    valley: Valley, coordinator: Person
) -> None:
    first, second = coordinator.visitor().open(of_all(valley)), coordinator.visitor().open(of_all(valley))
    first.submit({"withheld_tj": ["health"]})
    late = second.submit({"withheld_uz": ["legal"]})
    assert late.status == 409 and "Somebody else has changed this meanwhile" in late.main
    assert late.values("withheld_uz")["withheld_uz"] == "legal", "what she typed is kept"
    assert late.submit().path == INDEX


def test_a_form_sent_twice_makes_one_agreement(valley: Valley, coordinator: Person) -> None:
    form = coordinator.visitor().open(INDEX + "new")
    typed = {"first": str(valley.osh.id), "second": str(valley.andijan.id)}
    assert form.submit(typed).path == form.submit(typed).path == INDEX


def test_agreements_are_the_coordinators_alone(app: Kopuro, valley: Valley) -> None:
    path = of_all(valley)
    for person in (valley.supervisor, valley.caseworker, valley.receiver):
        client = person.client()
        for address in (INDEX, INDEX + "new", path):
            assert client.get(address).status_code == 403
    assert app.test_client().get(path).status_code == 303


def test_a_network_begins_with_an_agreement_of_all(app: Kopuro) -> None:
    result = app.test_cli_runner().invoke(
        args=["network", "init", "--email", "first@network.example", "--name", "First"]
    )
    assert result.exit_code == 0, result.output
    with app.database.unit_of_work(Actor.anonymous()) as session:
        agreement = session.scalars(select(Agreement)).one()
        assert (agreement.first_id, agreement.valid_from, agreement.valid_until) == (None, now().date(), None)
        agreements.begin(session)
        assert len(session.scalars(select(Agreement)).all()) == 1


def test_the_rules_of_a_country_are_of_that_country_alone() -> None:
    rules = written({"UZ": [Category.LEGAL], "XX": FOUR}, ["TJ"])
    assert withheld(rules, "UZ") == {Category.LEGAL} and asks_approval(rules, "TJ")
    for country in ("KG", "TJ", "XX", None, ""):
        assert not withheld(rules, country)
    assert not asks_approval(rules, "UZ") and not asks_approval(rules, None)
