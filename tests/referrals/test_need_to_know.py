"""Who opens which case, over the whole space: owner, assigned, supervisor, colleague, glass, stop, journey, another
organization. What the rule says is written here once more, by hand, and held against pages and lists."""

from __future__ import annotations

from dataclasses import dataclass

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine, text

from network.permissions import CASE_READERS, NotThere, Role
from network.referrals import queries
from network.referrals.models import Case
from network.referrals.services import cases
from network.tenancy import Actor
from tests.factories import Make, Person
from tests.pages import Visitor
from tests.referrals.conftest import Valley
from tests.referrals.test_people import LITTLE, path

WHO = ("owner", "colleague", "supervisor", "there", "supervisor there", "administrator")


@dataclass(frozen=True)
class Standing:
    """How things stand: of the case, of the colleague, of the tenant, and of the one who asks."""

    who: str
    frozen: bool
    supervised: bool
    assigned: bool
    glass: str
    travelling: bool

    def opens(self) -> bool:
        """The design, in words: need to know, break-glass, safety stop, travel mode; no other organization ever."""
        if self.who in ("there", "supervisor there", "administrator") or self.travelling:
            return False
        if self.who == "supervisor":
            return self.supervised
        if self.frozen:
            return self.who == "owner" and not self.supervised
        return self.who == "owner" or self.assigned or self.glass == "open"


standings = st.builds(
    Standing,
    who=st.sampled_from(WHO),
    frozen=st.booleans(),
    supervised=st.booleans(),
    assigned=st.booleans(),
    glass=st.sampled_from(["none", "open", "ended"]),
    travelling=st.booleans(),
)


@dataclass
class Stage:
    """One case and everybody who could ask for it; put into any standing by hand."""

    owner: Engine
    case: Case
    people: dict[str, Person]
    visitors: dict[str, Visitor]

    def put(self, standing: Standing) -> None:
        colleague, boss = self.people["colleague"], self.people["supervisor"]
        given_ = {"case": self.case.id, "tenant": self.case.tenant_id, "user": colleague.user_id}
        hour = {"open": "1 hour", "ended": "-1 second"}
        roles = "supervisor" if standing.supervised else "caseworker"
        with self.owner.connect() as connection:
            connection.execute(
                text("UPDATE case_record SET frozen_at = CASE WHEN :f THEN now() END"), {"f": standing.frozen}
            )
            connection.execute(text("DELETE FROM case_worker"))
            connection.execute(text("DELETE FROM case_glass"))
            if standing.assigned:
                connection.execute(
                    text(
                        "INSERT INTO case_worker (id, tenant_id, case_id, user_id, assigned_at)"
                        " VALUES (gen_random_uuid(), :tenant, :case, :user, now())"
                    ),
                    given_,
                )
            if standing.glass in hour:
                connection.execute(
                    text(
                        "INSERT INTO case_glass (id, tenant_id, case_id, user_id, opened_at, ends_at, ciphertext)"
                        " VALUES (gen_random_uuid(), :tenant, :case, :user, now(), now() + cast(:t AS interval), '')"
                    ),
                    {**given_, "t": hour[standing.glass]},
                )
            connection.execute(
                text("UPDATE membership SET roles = cast(:r AS jsonb) WHERE user_id = :u"),
                {"r": f'["{roles}"]', "u": boss.user_id},
            )
            connection.execute(
                text("UPDATE membership SET travelling_since = CASE WHEN :t AND user_id = :u THEN now() END"),
                {"t": standing.travelling, "u": self.people[standing.who].user_id},
            )

    def actor(self, standing: Standing) -> Actor:
        """As the gate would name her."""
        person = self.people[standing.who]
        roles = person.roles
        if standing.who == "supervisor" and not standing.supervised:
            roles = frozenset({Role.CASEWORKER})
        if standing.travelling:
            roles -= CASE_READERS
        return Actor.member(person.tenant.id, person.user_id, roles, country=person.tenant.country)


@pytest.fixture
def stage(valley: Valley, make: Make, owner_engine: Engine) -> Stage:
    people = {
        "owner": valley.caseworker,
        "colleague": make.user(valley.osh, [Role.CASEWORKER]),
        "supervisor": valley.supervisor,
        "there": valley.receiver,
        "supervisor there": valley.receiving_supervisor,
        "administrator": make.user(valley.osh, [Role.ADMIN, Role.EDITOR]),
    }
    case = valley.case(LITTLE)
    return Stage(owner_engine, case, people, {name: person.visitor() for name, person in people.items()})


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(standing=standings)
def test_rule_and_list_open_a_case_to_exactly_those_who_need_to_know(
    stage: Stage, valley: Valley, standing: Standing
) -> None:
    stage.put(standing)
    actor = stage.actor(standing)
    with valley.database.unit_of_work(actor) as session:
        listed = actor.reads_cases and bool(session.scalars(queries.cases_of(actor)).all())
        case = session.get(Case, stage.case.id)
        try:
            opened = case is not None and bool(cases.readable_case(session, actor, case))
        except NotThere:
            opened = False
        session.info.pop("audit", None)
    assert opened == listed == standing.opens()


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(standing=standings)
def test_pages_open_a_case_to_exactly_those_who_need_to_know(stage: Stage, standing: Standing) -> None:
    stage.put(standing)
    visitor = stage.visitors[standing.who]
    page = visitor.open(path(stage.case, "/health"))
    assert page.status == (200 if standing.opens() else 404)
    assert ("CANARY" in page.html) == standing.opens()
