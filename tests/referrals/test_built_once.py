"""Statements that are built once ask what the same statements ask when they are built anew, for whoever asks."""

from __future__ import annotations

import inspect
import itertools
import sys
import uuid
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import Select, select
from sqlalchemy import inspect as mapped
from sqlalchemy.orm import Session

from network.database import Database, now
from network.keys import token_hash
from network.permissions import Role
from network.referrals.models import Case, CaseEntry, Consent, Referral
from network.referrals.queries import sealed_of_case, sheet_head
from network.statements import built_once, parted
from network.tenancy import Actor, _named, _narrowed_once
from tests.factories import Make
from tests.referrals.conftest import Valley

Statement = Callable[..., Select[Any]]
Sent = tuple[Case, Consent, Referral]


def origin(statement: Select[Any]) -> Any:
    """What a statement was built as, once for all its values."""
    return parted(statement)[0]


@pytest.fixture
def sent(valley: Valley) -> Sent:
    return valley.sent()


def _all() -> dict[str, Statement]:
    """Every function of the product whose statements are built once, by its name."""
    modules = [module for name, module in sorted(sys.modules.items()) if name.startswith("network.")]
    found = (
        thing
        for module in modules
        for thing in vars(module).values()
        if inspect.isfunction(thing) and hasattr(thing, "built")
    )
    return {f"{thing.__module__}.{thing.__qualname__}": thing for thing in found}


def _actors(valley: Valley) -> Iterator[Actor]:
    for person in valley.everybody():
        yield person.actor
        yield replace(person.actor, roles=frozenset(Role) - {Role.COORDINATOR, Role.OBSERVER})


def _arguments(
    valley: Valley, sent: Sent, parts: tuple[uuid.UUID, ...], tokens: list[bytes]
) -> dict[str, Any]:
    """What the functions are asked with, by the names of their parameters; ``actor`` is whoever asks."""
    return {
        "case_id": [sent[0].id, uuid.uuid4()],
        "referral_id": [sent[2].id],
        "tenant_id": [valley.osh.id, valley.khujand.id],
        "user_id": [valley.caseworker.user_id, valley.receiver.user_id],
        "own_parts": [None, parts],
        "token_hash": tokens,
        "at": [now()],
        "today": [now().date()],
        "number": [1],
        "entity": [Case, Referral],
        "ident": [sent[0].id, sent[2].id],
    }


def _told(session: Session, statement: Select[Any]) -> list[str]:
    """The rows as what can be compared: of a row of a table its kind and its key."""

    def one(value: Any) -> object:
        return (type(value).__name__, mapped(value).identity) if hasattr(value, "__mapper__") else value

    return sorted(repr([one(value) for value in row]) for row in session.execute(statement))


def test_each_answers_as_if_it_were_built_anew(database: Database, valley: Valley, sent: Sent) -> None:
    """In one order and then in the other, so that what one built is given to all who follow."""
    tokens = [token_hash(person.token()) for person in (valley.caseworker, valley.receiver)]
    with database.unit_of_work(valley.caseworker.actor) as session:
        parts = tuple(session.scalars(select(CaseEntry.part_id).where(CaseEntry.case_id == sent[0].id)))
    offered = _arguments(valley, sent, parts, tokens)
    told: dict[str, int] = {}
    actors = list(_actors(valley))
    for actor in [*actors, *reversed(actors)]:
        for name, function in _all().items():
            asked = [
                [actor] if one == "actor" else offered[one] for one in inspect.signature(function).parameters
            ]
            for values in itertools.product(*asked):
                with database.unit_of_work(actor) as session:
                    once = _told(session, function(*values))
                    anew = _told(session, inspect.unwrap(function)(*values))
                assert once == anew, (name, actor.roles)
                told[name] = told.get(name, 0) + len(once)
    assert len(told) > 10
    assert all(told.values()), (
        f"asked for nothing that is there: {[name for name, rows in told.items() if not rows]}"
    )


def test_one_statement_serves_all_who_ask_alike_and_each_is_given_her_own(
    database: Database, valley: Valley, sent: Sent
) -> None:
    people = [(valley.receiver, False), (valley.caseworker, True), (valley.onlooker, None)]
    asked = {
        person.user_id: sheet_head(sent[2].id, replace(person.actor, country=None))
        for person, _knows in people
    }
    assert len({id(origin(statement)) for statement in asked.values()}) == 1
    for person, knows_the_case in people:
        with database.unit_of_work(person.actor) as session:
            row = session.execute(asked[person.user_id]).one_or_none()
            assert (None if row is None else row.Case is not None) is knows_the_case


def test_what_is_kept_for_one_who_asks_has_no_values_and_serves_nobody_else(
    database: Database, valley: Valley, sent: Sent
) -> None:
    """Whoever asks again gets what is asked for now; whoever is somebody else by anything that narrows, another statement."""
    other = valley.draft(valley.case())
    actor = valley.caseworker.actor
    fewer = replace(actor, roles=frozenset({Role.EDITOR}))
    for _ in range(2):
        with database.unit_of_work(actor) as session:
            for referral in (sent[2], other):
                row = session.execute(sheet_head(referral.id, actor)).one()
                assert row.Referral.id == referral.id
        with database.unit_of_work(valley.onlooker.actor) as session:
            assert session.execute(sheet_head(sent[2].id, valley.onlooker.actor)).one_or_none() is None
    asked = origin(sheet_head(sent[2].id, actor))
    kept = _narrowed_once(asked, actor)
    assert kept is _narrowed_once(asked, actor)
    assert {str(sent[2].id), str(other.id)}.isdisjoint(map(str, kept.compile().params.values()))
    assert len({id(_narrowed_once(asked, one)) for one in (actor, fewer, valley.onlooker.actor)}) == 3


def test_a_supervisor_is_asked_for_otherwise_than_a_caseworker(valley: Valley, sent: Sent) -> None:
    one, other = (sealed_of_case(sent[0].id, who.actor) for who in (valley.caseworker, valley.supervisor))
    assert origin(one) is not origin(other)


def test_what_is_added_to_a_statement_is_read_again(valley: Valley, sent: Sent) -> None:
    """A statement that was read once is no reason to trust another that was made of it."""
    asked = sealed_of_case(sent[0].id, valley.caseworker.actor)
    assert origin(asked) is not asked and "referral" not in _named(origin(asked))[0]
    wider = asked.join(Referral, Referral.id == Case.id)
    assert origin(wider) is wider and "referral" in _named(origin(wider))[0]


def test_nothing_given_looks_otherwise_than_something(make: Make) -> None:
    @built_once
    def cases(owner_id: uuid.UUID | None, limit: int = 5) -> Select[Case]:
        return select(Case).where(Case.owner_id == owner_id).limit(limit)

    somebody, nobody, fewer = cases(uuid.uuid4()), cases(None), cases(uuid.uuid4(), limit=1)
    assert "IS NULL" in str(nobody) and "IS NULL" not in str(somebody)
    assert len({id(origin(one)) for one in (somebody, nobody, fewer)}) == 3
    assert origin(cases(uuid.uuid4())) is origin(somebody)


@pytest.mark.parametrize("more", ["session_id", "visiting", "acting_tenant"])
def test_nothing_else_of_who_asked_first_stands_in_what_others_are_given(valley: Valley, more: str) -> None:
    @built_once
    def cases(actor: Actor) -> Select[Case]:
        return select(Case).where(Case.owner_id == getattr(actor, more))

    with pytest.raises(AttributeError):
        cases(valley.caseworker.actor)
