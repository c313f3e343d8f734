"""Who else may help: the directory's answer after a refusal, a time-out, a redirection, and one press to a new draft."""

from __future__ import annotations

from dataclasses import dataclass

import pytest
from sqlalchemy import Engine, text

from network.directory import services as directory
from network.directory.drafts import OrganizationDraft, Reach, ServiceDraft
from network.directory.models import (
    CapacityUnit,
    OrganizationKind,
    ReferralRoute,
    ServiceCapacity,
    Visibility,
)
from network.directory.services.describing import describe_service
from network.permissions import Role
from network.referrals.categories import Category
from network.referrals.models import Referral
from network.referrals.services import drafts
from network.referrals.states import Priority, Status
from network.tenancy import Tenant
from tests.factories import Make
from tests.referrals.conftest import FOUR, Valley
from tests.referrals.walking import Walk, put

KHUJAND_TOWN, OSH_TOWN = "TJ-3505401", "KG-GO"


@dataclass
class Town:
    """The valley with listings of all three partners and of somebody without an account."""

    valley: Valley
    make: Make
    network: Tenant

    def offers(
        self,
        tenant: Tenant,
        name: str,
        *,
        terms: tuple[str, ...] = ("shelter",),
        visibility: Visibility = Visibility.PUBLIC,
        languages: tuple[str, ...] = (),
        areas: tuple[str, ...] = (),
        free: int | None = None,
        hours: int | None = None,
        eligibility: dict[str, object] | None = None,
    ) -> str:
        """A service of an organization of its own; its id."""
        editor = self.make.user(
            tenant, [Role.COORDINATOR] if tenant.id == self.network.id else [Role.ADMIN, Role.EDITOR]
        )
        words = {"en": name}
        with self.valley.database.unit_of_work(editor.actor) as session:
            organization = directory.create_organization(
                session,
                editor.actor,
                OrganizationDraft(
                    kind=OrganizationKind.NGO,
                    name={"en": f"House of {name}"},
                    description=words,
                    visibility=visibility,
                ),
            )
            service = directory.create_service(
                session,
                editor.actor,
                organization,
                ServiceDraft(
                    name=words,
                    description=words,
                    visibility=visibility,
                    terms=list(terms),
                    languages=list(languages),
                ),
                Reach(areas=areas),
            )
            if eligibility:
                describe_service(session, editor.actor, service, eligibility, [], version=service.version)
            if free is not None:
                capacity = {"unit": CapacityUnit.BEDS, "available": free, "maximum": 10}
                directory.create_part(
                    session, editor.actor, service, ServiceCapacity, capacity, Visibility.PARTNERS
                )
            if hours is not None:
                way_in = {"response_hours": hours}
                directory.create_part(
                    session, editor.actor, service, ReferralRoute, way_in, Visibility.PARTNERS
                )
            return str(service.id)

    def asked(self, services: list[dict[str, str]], **more: str) -> Walk:
        """A draft to Khujand that asks for these."""
        valley = self.valley
        case = valley.case()
        consent = valley.consent(case)
        with valley.database.unit_of_work(valley.caseworker.actor) as session:
            from network.referrals.models import Case

            referral = drafts.draft_referral(
                session,
                valley.caseworker.actor,
                valley.desk(session, valley.caseworker),
                session.get_one(Case, case.id),
                receiving_id=valley.khujand.id,
                categories=FOUR,
                content={"requested_service": "", "need": "CANARY-need", "services": services, **more},
                priority=Priority.URGENT,
            )
        return Walk(valley, case, consent, referral)


@pytest.fixture
def town(make: Make, valley: Valley) -> Town:
    from network.accounts import queries
    from network.tenancy import Actor

    with valley.database.unit_of_work(Actor.anonymous()) as session:
        network = session.scalars(queries.network_tenant()).one()
    return Town(valley, make, network)


def address(walk: Walk) -> str:
    return f"/en/referrals/{walk.referral.id}"


@pytest.mark.parametrize("status", [Status.DECLINED_PENDING, Status.DECLINED, Status.TIMED_OUT])
def test_after_no_or_silence_the_next_providers_are_named_with_why(
    town: Town, owner_engine: Engine, status: Status
) -> None:
    valley = town.valley
    town.offers(valley.andijan, "Andijan shelter", languages=("ky",), areas=(OSH_TOWN,), free=3, hours=12)
    town.offers(town.network, "Walnut shelter")
    town.offers(valley.khujand, "Khujand shelter")
    town.offers(valley.osh, "Osh shelter")
    town.offers(valley.andijan, "Andijan lawyer", terms=("legal",))
    walk = town.asked([{"term": "shelter"}], place_id=OSH_TOWN, speaks="ky")
    if status is Status.TIMED_OUT:
        walk.bring_to(Status.RECEIVED)
        put(owner_engine, walk, status)
    else:
        walk.bring_to(status)
    page = valley.caseworker.visitor().open(address(walk))
    assert "Andijan shelter" in page.main and "Walnut shelter" in page.main
    for other in ("Khujand shelter", "Osh shelter", "Andijan lawyer"):
        assert other not in page.main
    assert page.main.index("Andijan shelter") < page.main.index("Walnut shelter")
    for why in (
        "works where help is needed",
        "speaks the language",
        "3 places free",
        "answers within 12 hours",
    ):
        assert why in page.main
    assert "Not in Kopuro: call or write to them" in page.main
    assert "Andijan shelter" not in valley.receiver.visitor().open(address(walk)).main


def test_one_press_starts_a_draft_for_the_next_one_and_sends_nothing(town: Town) -> None:
    valley = town.valley
    town.offers(valley.andijan, "Andijan shelter")
    walk = town.asked([{"term": "shelter"}]).bring_to(Status.DECLINED)
    visitor = valley.caseworker.visitor()
    page = visitor.open(address(walk))
    first = page.submit(containing="Start a draft for them")
    again = page.submit(containing="Start a draft for them")
    assert first.path == again.path != page.path
    assert "To Andijan partner" in first.main and "Draft" in first.main and "Andijan shelter" in first.main
    assert "CANARY-need" in first.main
    assert valley.onlooker.visitor().open(first.path).status == 404
    refused = first.submit(containing="Check and make ready")
    assert refused.status == 422 and "consent does not cover this" in refused.main
    assert "Declined" in visitor.open(address(walk)).main


def test_who_may_not_come_there_is_not_sent_there(town: Town) -> None:
    """A house for men alone, and one for girls up to 17, are not named to a woman of 27; what nobody said is no no."""
    valley = town.valley
    town.offers(valley.andijan, "House for men", eligibility={"sex": "male"})
    town.offers(valley.andijan, "House for girls", eligibility={"sex": "female", "maximum_age": 17})
    town.offers(valley.andijan, "House for women", eligibility={"sex": "female", "minimum_age": 18})
    town.offers(valley.andijan, "House of which nobody knows")
    walk = town.asked([{"term": "shelter"}]).bring_to(Status.DECLINED)
    main = valley.caseworker.visitor().open(address(walk)).main
    assert "House for men" not in main and "House for girls" not in main
    assert "House for women" in main and "the person is among those it helps" in main
    assert "House of which nobody knows" in main


def test_what_is_kept_among_colleagues_is_named_to_nobody_else(town: Town) -> None:
    valley = town.valley
    town.offers(valley.andijan, "Hidden shelter", visibility=Visibility.TENANT)
    town.offers(valley.andijan, "Shelter among partners", visibility=Visibility.PARTNERS)
    walk = town.asked([{"term": "shelter"}]).bring_to(Status.DECLINED)
    main = valley.caseworker.visitor().open(address(walk)).main
    assert "Hidden shelter" not in main and "Shelter among partners" in main


def test_a_redirection_names_an_entry_moves_no_data_and_leads_to_a_new_draft(town: Town) -> None:
    valley = town.valley
    town.offers(valley.andijan, "Andijan shelter")
    walk = town.asked([{"term": "shelter"}]).bring_to(Status.ACKNOWLEDGED)
    hers, ours = valley.receiver.visitor(), valley.caseworker.visitor()
    ask = hers.open(address(walk)).follow("Suggest another provider")
    empty = ask.submit({"service": None})
    assert empty.status == 422 and "Who could help instead?" in empty.main
    named = next(value for value in ask.tree.xpath("//main//input[@type='radio']/@value"))
    said = ask.submit({"service": str(named), "note": "CANARY-note"})
    assert said.status == 200 and walk.status() is Status.REDIRECT_PROPOSED
    mine = ours.open(address(walk))
    assert "Andijan shelter" in mine.main and "CANARY-note" in mine.main
    assert valley.onlooker.visitor().open(address(walk)).status == 404
    kept = mine.submit(containing="Stay with this organization")
    assert kept.status == 200 and walk.status() is Status.ACKNOWLEDGED
    again = hers.open(address(walk)).follow("Suggest another provider")
    again.submit({"service": str(named)})
    moved = ours.open(address(walk)).submit(containing="Go there instead")
    assert walk.status() is Status.CANCELLED
    assert moved.path != address(walk) and "To Andijan partner" in moved.main and "Draft" in moved.main
    assert "CANARY" not in hers.open(address(walk)).html.replace(
        "CANARY-note", ""
    )  # Its own words stay its own.


def test_services_are_picked_from_the_directory_and_each_has_its_outcome(town: Town) -> None:
    valley = town.valley
    shelter = town.offers(valley.khujand, "Khujand shelter")
    elsewhere = town.offers(valley.andijan, "Andijan shelter")
    case = valley.case()
    visitor = valley.caseworker.visitor()
    form = visitor.open(f"/en/referrals/new?case={case.id}")
    typed = {
        "recipient": str(valley.khujand.id),
        "requested_service": "",
        "services": [elsewhere],
        "kinds": ["legal"],
        "categories": [c.value for c in FOUR],
        "place_id": KHUJAND_TOWN,
    }
    wrong = form.submit(typed)
    assert wrong.status == 422 and "belongs to another organization" in wrong.main
    assert wrong.values("need")["kinds"] == "legal"
    draft = wrong.submit({**typed, "services": [shelter]})
    assert "Khujand shelter" in draft.main and "Legal help" in draft.main
    change = draft.follow("Change")
    assert change.values("need")["services"] == shelter and change.values("need")["place_id"] == KHUJAND_TOWN
    with valley.database.unit_of_work(valley.caseworker.actor) as session:
        referral = session.query(Referral).one()
    walk = Walk(valley, case, valley.consent(case), referral).bring_to(Status.IN_SERVICE)
    ask = valley.receiver.visitor().open(address(walk)).follow("Report the outcome")
    assert "Khujand shelter: what became of it?" in ask.main and "Legal help: what became of it?" in ask.main
    half = ask.submit({"outcome0": "provided"})
    assert half.status == 422 and half.values("outcome0")["outcome0"] == "provided"
    done = half.submit({"outcome1": "service_unavailable"})
    assert done.status == 200 and walk.status() is Status.OUTCOME_REPORTED
    for reader in (valley.caseworker, valley.receiver):
        main = reader.visitor().open(address(walk)).main
        assert "Help was given" in main and "The service was not available" in main


def test_an_answer_may_bring_more_of_the_case_where_consent_covers_it(
    town: Town, owner_engine: Engine
) -> None:
    valley = town.valley
    case = valley.case()
    consent = valley.consent(case, categories=(*FOUR, Category.LOCATION))
    walk = Walk(valley, case, consent, valley.draft(case)).bring_to(Status.INFO_REQUESTED)
    ask = valley.supervisor.visitor().open(address(walk)).follow("Answer the question")
    assert "CANARY-question" in valley.supervisor.visitor().open(address(walk)).main
    refused = ask.submit({"answer": "CANARY-answer", "more": ["exploitation_account"]})
    assert refused.status == 422 and "consent does not cover this" in refused.main
    ask.submit({"answer": "CANARY-answer", "more": ["location"]})
    assert walk.status() is Status.ACKNOWLEDGED
    hers = valley.receiver.visitor()
    assert "CANARY-answer" in hers.open(address(walk)).main
    assert "CANARY-location" not in hers.open(address(walk)).html
    accepted = hers.open(address(walk)).submit(containing="Accept and take it on")
    assert "CANARY-location" in accepted.html and "CANARY-account" not in accepted.html
    with owner_engine.connect() as connection:
        assert connection.execute(text("SELECT count(*) FROM disclosure")).scalar_one() == 2
