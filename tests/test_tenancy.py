"""The guard on every statement, the first lock: shown on the audit trail, which every tenant has."""

from __future__ import annotations

import pytest
from sqlalchemy import exists, func, insert, inspect, select, text, update
from sqlalchemy.exc import IntegrityError, ProgrammingError
from sqlalchemy.orm import contains_eager, defaultload, joinedload, raiseload, selectinload

from network import audit, tenancy
from network.audit import Action, AuditEntry
from network.database import Database
from network.tenancy import Actor, ForeignTenant, NoActor, Unguarded, become
from tests.factories import Make


@pytest.fixture
def two(make: Make, database: Database) -> tuple[Actor, Actor]:
    """Two tenants, each with one deed in its trail."""
    actors = (Actor.clock(make.tenant().id), Actor.clock(make.tenant().id))
    for actor in actors:
        with database.unit_of_work(actor) as session:
            audit.record(session, actor, Action.SIGNED_IN)
    return actors


def test_each_tenant_reads_its_own_rows_however_it_asks(two: tuple[Actor, Actor], database: Database) -> None:
    mine, other = two
    with database.unit_of_work(mine) as session:
        assert {row.tenant_id for row in session.scalars(select(AuditEntry))} == {mine.tenant_id}
        assert session.scalar(select(func.count()).select_from(AuditEntry)) == 1
        foreign = select(AuditEntry.id).where(AuditEntry.tenant_id == other.tenant_id)
        assert session.scalar(select(foreign.exists()).select_from(AuditEntry)) is False
        assert (
            session.scalars(select(AuditEntry.id).where(AuditEntry.tenant_id == other.tenant_id)).all() == []
        )


def test_an_id_of_another_tenant_is_no_id_even_when_it_was_loaded_before(
    two: tuple[Actor, Actor], database: Database
) -> None:
    mine, other = two
    with database.unit_of_work(other) as session:
        row = session.scalars(select(AuditEntry)).one()
        become(session, mine)
        assert session.get(AuditEntry, row.id) is None


def test_a_stranger_reads_nothing(two: tuple[Actor, Actor], database: Database) -> None:
    with database.unit_of_work(Actor.anonymous()) as session:
        assert session.scalars(select(AuditEntry)).all() == []


def test_a_session_without_an_actor_refuses(database: Database) -> None:
    with database._sessions() as session, pytest.raises(NoActor):
        session.scalars(select(AuditEntry)).all()


def test_statements_the_guard_cannot_read_are_refused(two: tuple[Actor, Actor], database: Database) -> None:
    with database.unit_of_work(two[0]) as session:
        for statement in (
            text("SELECT * FROM audit_entry"),
            select(AuditEntry.__table__),
            select(exists().where(AuditEntry.sequence == 1)),
        ):
            with pytest.raises(Unguarded):
                session.execute(statement)
        with pytest.raises(Unguarded):
            session.merge(AuditEntry())


def test_a_row_of_another_tenant_is_refused_at_flush(two: tuple[Actor, Actor], database: Database) -> None:
    mine, other = two
    with pytest.raises(ForeignTenant), database.unit_of_work(mine) as session:
        session.add(audit.AuditHead(tenant_id=other.tenant_id, sequence=9, hash=bytes(32)))
        session.flush()


def test_rows_inserted_in_bulk_are_held_against_the_actor_too(
    two: tuple[Actor, Actor], database: Database
) -> None:
    mine, other = two
    foreign = {"tenant_id": other.tenant_id, "sequence": 9, "hash": bytes(32)}
    own = foreign | {"tenant_id": mine.tenant_id}
    with database.unit_of_work(mine) as session:
        for statement, rows in (
            (insert(audit.AuditHead), [own, foreign]),
            (insert(audit.AuditHead), foreign),
            (insert(audit.AuditHead).values(**foreign), None),
            (insert(audit.AuditHead), {"sequence": 9, "hash": bytes(32)}),
        ):
            with pytest.raises(ForeignTenant):
                session.execute(statement, rows)
        with pytest.raises(Unguarded):
            session.execute(insert(audit.AuditHead).values([own, foreign]))
        with pytest.raises(IntegrityError):  # One's own reaches PostgreSQL, which has such a row already.
            session.execute(insert(audit.AuditHead), [own])


def test_the_trail_is_append_only_even_for_its_own_tenant(
    two: tuple[Actor, Actor], database: Database
) -> None:
    mine, _other = two
    with pytest.raises(ProgrammingError, match="permission denied"), database.unit_of_work(mine) as session:
        session.execute(update(AuditEntry).values(action="edited"))


def test_a_failed_deed_leaves_no_trace(make: Make, database: Database) -> None:
    actor = Actor.clock(make.tenant().id)
    with pytest.raises(ZeroDivisionError), database.unit_of_work(actor) as session:
        audit.record(session, actor, Action.SIGNED_IN)
        _ = 1 / 0
    with database.unit_of_work(actor) as session:
        assert session.scalars(select(AuditEntry)).all() == []


def test_whatever_an_option_may_join_is_narrowed_with_the_rest() -> None:
    """Every relationship to an owned class, at whatever depth it is loaded, and options nobody has thought of."""
    joined = 0
    for name, cls in tenancy.owned_classes().items():
        for relationship in inspect(cls).relationships:
            attribute = getattr(cls, relationship.key)
            for option in (joinedload(attribute), contains_eager(attribute), defaultload(attribute)):
                assert tenancy._joins(option)
            below = relationship.mapper.local_table.fullname  # type: ignore[attr-defined]
            if below in tenancy.owned_classes():
                joined += 1
                assert tenancy.owned_classes()[below] in tenancy._reachable(frozenset({name}), True)
            for further in relationship.mapper.relationships:
                assert tenancy._joins(
                    selectinload(attribute).joinedload(getattr(further.parent.class_, further.key))
                )
            assert not tenancy._joins(selectinload(attribute))
    assert joined > 10 and tenancy._joins(object()) and tenancy._joins(raiseload("*"))
