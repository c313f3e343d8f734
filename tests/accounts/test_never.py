"""Whatever order things are done in: nobody outside the desk ever holds its keys, and the desk never loses them."""

from __future__ import annotations

import uuid
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine, select, text
from sqlalchemy.exc import DBAPIError

from network.accounts import policies, queries
from network.accounts.desk_keys import DeskKeys
from network.accounts.models import DeskKey, Membership
from network.accounts.services import desk as desks
from network.accounts.services import members, recovery
from network.keys import Tampered
from network.permissions import CASE_READERS, NotThere, Refused, Role, Stale, Unfit
from network.tenancy import Actor, Tenant
from network.web import Kopuro
from tests.factories import Make, Person

ROLES = [
    [Role.ADMIN],
    [Role.CASEWORKER],
    [Role.SUPERVISOR, Role.ADMIN],
    [Role.EDITOR],
    [Role.COORDINATOR],
    [Role.OBSERVER],
]
VERBS = ["join", "let in", "roles", "suspend", "restore", "remove", "print", "use sheet"]
STEP = st.tuples(st.sampled_from(VERBS), st.integers(0, 7), st.integers(0, 7), st.integers(0, len(ROLES) - 1))
REFUSALS = (Refused, Stale, Unfit, NotThere, Tampered)


class Office:
    """One partner and the network beside it, and whatever its people try."""

    def __init__(self, make: Make, network: Tenant) -> None:
        self.make, self.app = make, make.app
        self.tenant, founder = make.desk()
        self.coordinator = make.user(network, [Role.COORDINATOR])
        self.observer = make.user(network, [Role.OBSERVER])
        self.people = [founder, make.user(self.tenant, [Role.ADMIN])]
        self.code: str | None = None

    def everybody(self) -> list[Person]:
        return [*self.people, self.coordinator, self.observer]

    def actor(self, person: Person) -> Actor | None:
        """As the gate would see this person now: with the roles held at this moment, or not at all."""
        before = Actor.member(person.tenant.id, person.user_id, [])
        with self.app.database.unit_of_work(before) as session:
            place = session.scalars(queries.membership_of(person.tenant.id, person.user_id)).one()
            return Actor.member(person.tenant.id, person.user_id, place.held) if place.active else None

    def attempt(self, verb: str, who: int, whom: int, roles: int) -> None:
        everybody = self.everybody()
        person, other = everybody[who % len(everybody)], everybody[whom % len(everybody)]
        if verb == "join":
            if len(self.people) < 6 and policies.fits(ROLES[roles], self.tenant.kind):
                self.people.append(self.make.user(self.tenant, ROLES[roles], let_in=False))
            return
        actor = self.actor(person)
        if actor is None:
            return
        try:
            with self.app.database.unit_of_work(actor) as session:
                self.do(verb, session, actor, person, other, roles)
        except REFUSALS:
            pass

    def do(self, verb: str, session: Any, actor: Actor, person: Person, other: Person, roles: int) -> None:
        keys = DeskKeys(session, actor, person.private) if actor.reads_cases else None
        if keys and keys.let_in and desks.renew_if_stale(session, actor, keys):
            keys = DeskKeys(session, actor, person.private)
        holder = keys if keys and keys.let_in else None
        place = session.scalars(queries.membership_of(other.tenant.id, other.user_id)).one_or_none()
        if verb == "print" and keys:
            self.code = recovery.print_sheet(session, actor, keys)[1]
        elif verb == "use sheet" and self.code:
            recovery.use_sheet(session, actor, person.private, self.code)
        elif place is None:
            return
        elif verb == "let in" and keys:
            desks.let_in(session, actor, keys, place, other.private.public.fingerprint())
        elif verb == "roles":
            tenant = session.get_one(Tenant, place.tenant_id)
            members.change_roles(session, actor, tenant, place, frozenset(ROLES[roles]), holder)
        elif verb == "suspend":
            members.suspend(session, actor, place)
        elif verb == "restore":
            members.restore(session, actor, place)
        elif verb == "remove":
            members.remove(session, actor, place, holder)

    def check(self) -> None:
        with self.app.database.unit_of_work(Actor.member(self.tenant.id, uuid.uuid4(), [])) as session:
            held = {(k.user_id, k.epoch) for k in session.scalars(select(DeskKey))}
            places = {m.user_id: m for m in session.scalars(select(Membership))}
            newest = max(e.epoch for e in session.scalars(queries.current_epoch(self.tenant.id)))
            sheet = session.scalars(queries.sheet(self.tenant.id)).one_or_none()
        for user_id, _epoch in held:
            place = places[user_id]
            assert place.status.value != "removed" and not CASE_READERS.isdisjoint(place.held)
        outside = {self.coordinator.user_id, self.observer.user_id}
        assert not outside & {user_id for user_id, _ in held}
        fit = {u for u, e in held if e == newest and places[u].active}
        assert fit or sheet, "the desk lost its keys"
        for person in self.people:
            if person.user_id in fit:
                self.opens(person, newest)

    def opens(self, person: Person, epoch: int) -> None:
        actor = Actor.member(self.tenant.id, person.user_id, [Role.CASEWORKER])
        with self.app.database.unit_of_work(actor) as session:
            public = session.scalars(queries.epoch(self.tenant.id, epoch)).one().public_key
            assert DeskKeys(session, actor, person.private).private(epoch).public.raw == public


def test_no_sequence_of_deeds_gives_a_key_to_whom_it_is_not_meant_for(make: Make, proving: bool) -> None:
    network = make.network()

    @settings(
        max_examples=300 if proving else 8,
        deadline=None,
        derandomize=not proving,
        suppress_health_check=list(HealthCheck),
        database=None,
    )
    @given(st.lists(STEP, min_size=4, max_size=24))
    def run(steps: list[tuple[str, int, int, int]]) -> None:
        office = Office(make, network)
        for step in steps:
            office.attempt(*step)
            office.check()

    run()


@pytest.mark.parametrize("kind", ["coordinator", "observer", "clock", "anonymous", "visitor", "guest"])
def test_postgresql_itself_keeps_the_desks_keys_from_everyone_but_members(
    make: Make, app: Kopuro, kind: str, owner_engine: Engine
) -> None:
    """The second lock alone: the very tenant is named, only the capacity is wrong."""
    tenant, holder = make.desk()
    with app.database.engine.connect() as connection:

        def act_as(capacity: str) -> None:
            connection.execute(
                text("SELECT set_config('app.tenant', :t, true), set_config('app.kind', :k, true)"),
                {"t": str(tenant.id), "k": capacity},
            )

        act_as("member")
        for table in ("desk_key", "signing_seed"):
            assert connection.execute(text(f"SELECT count(*) FROM wraps.{table}")).scalar_one() == 1
        act_as(kind)
        for table in ("desk_key", "signing_seed", "sheet_key", "sheet_wrap"):
            assert connection.execute(text(f"SELECT count(*) FROM wraps.{table}")).scalar_one() == 0
            assert connection.execute(text(f"DELETE FROM wraps.{table}")).rowcount == 0
        with pytest.raises(DBAPIError) as refused:
            connection.execute(
                text(
                    "INSERT INTO wraps.desk_key (id, tenant_id, user_id, epoch, sealed, endorsement, created_at)"
                    " VALUES (:i, :t, :u, 1, '', '', now())"
                ),
                {"i": uuid.uuid4(), "t": tenant.id, "u": holder.user_id},
            )
        assert getattr(refused.value.orig, "sqlstate", None) == "42501"
