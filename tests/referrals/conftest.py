"""A network of two sides: Osh refers to Khujand, Andijan looks on. Made through the services, with real keys."""

from __future__ import annotations

import datetime
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TypeVar

import pytest
from sqlalchemy.orm import Session

from network.accounts.desk_keys import DeskKeys
from network.database import Database, now
from network.permissions import Role
from network.referrals import queries, wordings
from network.referrals.categories import Category
from network.referrals.consent import INFORMED_QUESTIONS, Purpose
from network.referrals.models import Agreement, Case, Consent, Referral
from network.referrals.services import cases, consents, drafts, sending
from network.referrals.states import Priority
from network.tenancy import Tenant
from tests.factories import Make, Person
from tests.worlds import Worlds

T = TypeVar("T")

WRITTEN: dict[Category, dict[str, str]] = {
    Category.IDENTITY: {"prs_FirstName": "CANARY-identity", "prs_Birthdate": "1999-05-17"},
    Category.CONTACT: {"prs_MobilePhone": "CANARY-contact", "safe_channel": "voice"},
    Category.LOCATION: {"prs_MailingCity": "CANARY-location"},
    Category.DEMOGRAPHICS: {
        "prs_Gender": "Feminine",
        "age_band": "27-29",
        "special_needs": "CANARY-demographics",
    },
    Category.HEALTH: {"health_needs": "CANARY-health"},
    Category.EXPLOITATION_ACCOUNT: {"account": "CANARY-account"},
}
"""What the caseworker in Osh writes; each canary names its category."""

FOUR = (Category.IDENTITY, Category.CONTACT, Category.DEMOGRAPHICS, Category.HEALTH)
"""What the client lets Khujand read."""


def details() -> dict[str, object]:
    return {"method": "written", "language": "ky", "informed": dict.fromkeys(INFORMED_QUESTIONS, True)}


@dataclass
class Valley:
    """Three partners of a network with an agreement in force."""

    database: Database
    osh: Tenant
    khujand: Tenant
    andijan: Tenant
    caseworker: Person
    supervisor: Person
    receiver: Person
    receiving_supervisor: Person
    onlooker: Person
    worlds: Worlds | None = None
    """Where it is one that is kept."""

    def everybody(self) -> list[Person]:
        return [self.caseworker, self.supervisor, self.receiver, self.receiving_supervisor, self.onlooker]

    def go_on(self, name: str, build: Callable[[], T]) -> T:
        """What many tests do first in a valley nobody touched yet is made once."""
        return self.worlds.go_on(name, build) if self.worlds else build()

    def desk(self, session: Session, person: Person) -> DeskKeys:
        return DeskKeys(session, person.actor, person.private)

    def case(self, written: dict[Category, dict[str, str]] | None = None, *, assessed: bool = True) -> Case:
        """A case of the caseworker in Osh, written and, unless told otherwise, with a fresh risk assessment."""
        if written is None and assessed:
            return self.go_on("a case", lambda: self._case(WRITTEN, assessed=True))
        return self._case(written or WRITTEN, assessed=assessed)

    def _case(self, written: dict[Category, dict[str, str]], *, assessed: bool) -> Case:
        with self.database.unit_of_work(self.caseworker.actor) as session:
            desk = self.desk(session, self.caseworker)
            case = cases.open_case(session, self.caseworker.actor)
            for category, fields in written.items():
                cases.write_part(session, self.caseworker.actor, desk, case, category, fields, seen=0)
            if assessed:
                cases.assess_risk(
                    session,
                    self.caseworker.actor,
                    desk,
                    case,
                    on=now().date(),
                    level="low",
                    notes="CANARY-risk",
                )
        return case

    def consent(
        self,
        case: Case,
        *,
        to: Tenant | None = None,
        categories: tuple[Category, ...] = FOUR,
        days: int = 90,
        purpose: Purpose = Purpose.REFERRAL,
        supersedes: Consent | None = None,
    ) -> Consent:
        """What the client lets one organization read; with ``supersedes`` in the place of an earlier act."""
        with self.database.unit_of_work(self.caseworker.actor) as session:
            wordings.ensure(session)
            return consents.give_consent(
                session,
                self.caseworker.actor,
                self.desk(session, self.caseworker),
                session.get_one(Case, case.id),
                text=session.scalars(queries.consent_text(wordings.REFERRAL, "ky")).one(),
                scopes={(to or self.khujand).id: frozenset(categories)},
                details=details(),
                purpose=purpose,
                expires_at=now() + datetime.timedelta(days=days),
                supersedes=session.get_one(Consent, supersedes.id) if supersedes else None,
            )

    def draft(
        self, case: Case, *, to: Tenant | None = None, categories: tuple[Category, ...] = FOUR
    ) -> Referral:
        with self.database.unit_of_work(self.caseworker.actor) as session:
            return drafts.draft_referral(
                session,
                self.caseworker.actor,
                self.desk(session, self.caseworker),
                session.get_one(Case, case.id),
                receiving_id=(to or self.khujand).id,
                categories=categories,
                content={"requested_service": "CANARY-service", "need": "CANARY-need"},
                priority=Priority.URGENT,
            )

    def approved(self, referral: Referral, consent: Consent) -> None:
        """Prepare, ask a second person, have it approved."""
        with self.database.unit_of_work(self.caseworker.actor) as session:
            desk = self.desk(session, self.caseworker)
            given = next(
                c for c in session.scalars(queries.consents_of(consent.case_id)) if c.id == consent.id
            )
            drafts.prepare_referral(session, self.caseworker.actor, desk, referral.id, given=given)
            drafts.submit_referral(session, self.caseworker.actor, referral.id)
        with self.database.unit_of_work(self.supervisor.actor) as session:
            drafts.approve_referral(session, self.supervisor.actor, referral.id)

    def send(self, referral: Referral) -> None:
        with self.database.unit_of_work(self.caseworker.actor) as session:
            sending.send_referral(
                session, self.caseworker.actor, self.desk(session, self.caseworker), referral.id
            )

    def cases(self, many: int) -> list[Case]:
        """Cases that are written and assessed, for tests that refer one after the other."""
        return [self._case(WRITTEN, assessed=True) for _ in range(many)]

    def sent_at_once(
        self, to: Tenant, *, consented: frozenset[Category], wanted: frozenset[Category], of: Case
    ) -> tuple[Case, Consent, Referral]:
        """A case that is written is consented to, drafted and sent in three transactions, for tests that do it a
        thousand times."""
        actor = self.caseworker.actor
        with self.database.unit_of_work(actor) as session:
            desk = self.desk(session, self.caseworker)
            case = session.get_one(Case, of.id)
            wordings.ensure(session)
            consents.give_consent(
                session,
                actor,
                desk,
                case,
                text=session.scalars(queries.consent_text(wordings.REFERRAL, "ky")).one(),
                scopes={to.id: consented},
                details=details(),
            )
            given = session.scalars(queries.consents_of(case.id)).one()
            referral = drafts.draft_referral(
                session,
                actor,
                desk,
                case,
                receiving_id=to.id,
                categories=wanted,
                content={"need": "CANARY-need"},
            )
            drafts.prepare_referral(session, actor, desk, referral.id, given=given)
            drafts.submit_referral(session, actor, referral.id)
        with self.database.unit_of_work(self.supervisor.actor) as session:
            drafts.approve_referral(session, self.supervisor.actor, referral.id)
        self.send(referral)
        return case, given, referral

    def sent(self, categories: tuple[Category, ...] = FOUR) -> tuple[Case, Consent, Referral]:
        """The whole way from a new case to a referral that Khujand can open."""
        if categories == FOUR:
            return self.go_on("a referral that was sent", lambda: self._sent(categories))
        return self._sent(categories)

    def _sent(self, categories: tuple[Category, ...]) -> tuple[Case, Consent, Referral]:
        case = self._case(WRITTEN, assessed=True)
        consent = self.consent(case, categories=categories)
        referral = self.draft(case, categories=categories)
        self.approved(referral, consent)
        self.send(referral)
        return case, consent, referral


def in_the_valley(make: Make, database: Database) -> Valley:
    """Three partners with desks, and the network-wide agreement."""
    osh = make.tenant("Osh partner", country="KG")
    khujand = make.tenant("Khujand partner", country="TJ")
    andijan = make.tenant("Andijan partner", country="UZ")
    people = Valley(
        database,
        osh,
        khujand,
        andijan,
        caseworker=make.user(osh, [Role.CASEWORKER], name="Caseworker in Osh"),
        supervisor=make.user(osh, [Role.SUPERVISOR, Role.ADMIN], name="Supervisor in Osh"),
        receiver=make.user(khujand, [Role.CASEWORKER], name="Caseworker in Khujand"),
        receiving_supervisor=make.user(khujand, [Role.SUPERVISOR], name="Supervisor in Khujand"),
        onlooker=make.user(andijan, [Role.CASEWORKER], name="Caseworker in Andijan"),
    )
    with database.unit_of_work(people.caseworker.actor) as session:
        session.add(Agreement(valid_from=now().date()))
    return people


def kept_valley(make: Make, database: Database, worlds: Worlds) -> Valley:
    """The valley beside the network's own tenant, as it was made first."""

    def begin() -> Valley:
        make.network()
        return in_the_valley(make, database)

    people = worlds.begin("valley", begin)
    make.knows(people.everybody())
    return replace(people, worlds=worlds)


@pytest.fixture
def valley(make: Make, database: Database, worlds: Worlds) -> Valley:
    return kept_valley(make, database, worlds)
