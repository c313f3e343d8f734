"""Whose rows a session may touch: the guard on every statement and every flush, over the kinds of ``network.ownership``.

The guard here is the first lock; row-level security in PostgreSQL is the second (docs/security.md). Both ask the
same question independently: the guard adds criteria with the actor's own ids, the database compares with the
settings that are made at the beginning of every transaction.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from functools import lru_cache
from typing import Any, cast
from weakref import WeakKeyDictionary

from sqlalchemy import (
    BindParameter,
    ColumnClause,
    Connection,
    FromClause,
    Table,
    TextClause,
    event,
    inspect,
)
from sqlalchemy.orm import (
    Load,
    LoaderCriteriaOption,
    ORMExecuteState,
    Session,
    SessionTransaction,
    with_loader_criteria,
)

from network.actors import Actor, ActorKind
from network.database import Base
from network.ownership import Owned, PlatformOwned, Tenant, TenantKind, TenantOwned, TwoParty
from network.statements import parted, unmarked

__all__ = [
    "Actor",
    "ActorKind",
    "ForeignTenant",
    "NoActor",
    "PlatformOwned",
    "Tenant",
    "TenantKind",
    "TenantOwned",
    "TwoParty",
    "Unguarded",
    "actor_of",
    "become",
    "confine",
    "owned_classes",
]


class NoActor(RuntimeError):
    """A session was used before anybody was named to act."""


class ForeignTenant(RuntimeError):
    """A row of another tenant was about to be written, or a tenant changed: a defect, never a user's mistake."""


class Unguarded(RuntimeError):
    """A statement the guard cannot narrow (text, Core tables that are owned, merge)."""


@lru_cache(maxsize=1)
def owned_classes() -> dict[str, type[Owned]]:
    """Every mapped owned class by the full name of its table."""
    return {
        cast(Table, m.local_table).fullname: m.class_
        for m in Base.registry.mappers
        if issubclass(m.class_, Owned)
    }


@lru_cache(maxsize=1024)
def _reachable(tables: frozenset[str], joining: bool) -> tuple[type[Owned], ...]:
    """The owned classes of these tables and those an eager load could join to them.

    Where the statement joins none of its own (``joining``), only relationships that always join do.
    """
    owned = owned_classes()
    seen: dict[str, type[Owned]] = {}
    mappers = {cast(Table, m.local_table).fullname: m for m in Base.registry.mappers}
    pending = [name for name in tables if name in mappers]
    visited: set[str] = set()
    while pending:
        name = pending.pop()
        if name in visited:
            continue
        visited.add(name)
        if name in owned:
            seen[name] = owned[name]
        pending += [
            cast(Table, r.mapper.local_table).fullname
            for r in mappers[name].relationships
            if joining or r.lazy not in APART
        ]
    return tuple(seen.values())


APART = ("select", "selectin", "raise", "raise_on_sql", "noload", "write_only", "dynamic")
"""Ways of loading a relationship that join nothing: those who load do it by a statement of their own, if at all."""


def _joins(option: object) -> bool:
    """Whether an option could bring tables into a statement that are not named in it. What is not known, could."""
    return not isinstance(option, Load) or not all(_apart(element) for element in option.context)


def _apart(element: object) -> bool:
    told = dict(getattr(element, "strategy", None) or ())
    return told.get("lazy") in APART or told.keys() == {"deferred", "instrument"}


@lru_cache(maxsize=4096)
def _criterion(actor: Actor, cls: type[Owned]) -> LoaderCriteriaOption:
    """What narrows a class for this actor. Kept, because making it costs more than using it.

    Not handed on to the statements that load relationships: each of them comes to ``confine`` itself.
    """
    return with_loader_criteria(
        cls, unmarked(cls.in_scope(actor)), include_aliases=True, propagate_to_loaders=False
    )


def become(session: Session, actor: Actor) -> None:
    """Name who acts in this session from here on. What was loaded for somebody else is forgotten."""
    changed = session.info.get("actor") not in (None, actor)
    if changed:
        session.flush()
        session.expunge_all()
    session.info["actor"] = actor
    if session.in_transaction():
        _tell_of(session, session.connection(), actor)


def actor_of(session: Session) -> Actor:
    """Who acts in this session; :class:`NoActor` where nobody was named."""
    actor = session.info.get("actor")
    if not isinstance(actor, Actor):
        raise NoActor
    return actor


_TELL = (
    "SELECT set_config('app.tenant', %(tenant)s, true), set_config('app.visited', %(visited)s, true),"
    " set_config('app.user', %(user)s, true), set_config('app.kind', %(kind)s, true)"
)


def _tell_of(session: Session, connection: Connection, actor: Actor) -> None:
    """Tell PostgreSQL who acts, for this transaction only, so that pools and PgBouncer stay safe.

    Not told again is what the transaction knows: of two actors that differ in roles alone PostgreSQL knows the same.
    Within a savepoint it is always told, and nothing counts as known after it, because its end may take it back.
    """
    told = {
        "tenant": str(actor.tenant_id or ""),
        "visited": str(actor.visiting or ""),
        "user": str(actor.user_id or ""),
        "kind": actor.kind.value,
    }
    if session.info.get("told") != told:
        connection.exec_driver_sql(_TELL, told)
    session.info["told"] = None if session.in_nested_transaction() else told


@event.listens_for(Session, "after_begin")
def _begin(session: Session, transaction: SessionTransaction, connection: Connection) -> None:
    session.info["told"] = None
    if not transaction.nested:
        _tell_of(session, connection, actor_of(session))


@event.listens_for(Session, "do_orm_execute")
def confine(state: ORMExecuteState) -> None:
    """Narrow every statement to the actor's rows; refuse what cannot be narrowed."""
    actor = actor_of(state.session)
    if isinstance(state.statement, TextClause):
        raise Unguarded("text is for network.database.run_raw alone")
    asked, values = parted(state.statement)
    names, mapped = _named(asked)
    # A table that is there without its model came in as a Core table, and a statement that is not the mapper's is
    # compiled without criteria. ``__table__`` is banned in network/ by a test of the house, so that nobody joins the
    # Core twin of a mapped table either.
    reached = names - mapped if state.is_orm_statement else names
    if reached & owned_classes().keys():
        raise Unguarded(
            "owned tables are reached through their models, inside a statement that selects from them"
        )
    if state.is_insert:
        _refuse_foreign_rows(state, actor)
    if state.is_orm_statement:
        # From which session somebody asks narrows nothing: all of hers share what is kept.
        asking = actor if actor.session_id is None else replace(actor, session_id=None)
        if values is None:
            state.statement = _narrowed(asked, asking)
        else:
            state.statement = _narrowed_once(asked, asking)
            state.parameters = {**values, **cast("Mapping[str, Any]", state.parameters or {})}


def _narrowed(statement: Any, actor: Actor) -> Any:
    """The statement with what narrows each class it reaches."""
    joining = any(_joins(option) for option in getattr(statement, "_with_options", ()))
    names, _mapped = _named(statement)
    return statement.options(*(_criterion(actor, cls) for cls in _reachable(names, joining)))


@lru_cache(maxsize=512)
def _narrowed_once(statement: Any, actor: Actor) -> Any:
    """The same of a statement that was built once, kept for each actor: SQLAlchemy then knows it again without going
    through it. Its values come with each asking and are nowhere in it."""
    return _narrowed(statement, actor)


_read: WeakKeyDictionary[Any, tuple[frozenset[str], frozenset[str]]] = WeakKeyDictionary()


def _named(statement: Any) -> tuple[frozenset[str], frozenset[str]]:
    """The tables that a statement names anywhere, and those of them that it names through their models.

    Every element is looked at once, however many columns lead to it. What was built once is read once: a statement
    never changes, whatever is added to it makes another.
    """
    known = _read.get(statement)
    if known is not None:
        return known
    names: set[str] = set()
    mapped: set[str] = set()
    seen: dict[int, Any] = {}
    pending: list[Any] = [statement]
    while pending:
        element = pending.pop()
        if id(element) in seen:
            continue
        seen[id(element)] = element
        if isinstance(element, FromClause) and isinstance(name := getattr(element, "fullname", None), str):
            names.add(name)
        annotations: Mapping[str, Any] = getattr(element, "_annotations", {})
        if "parententity" in annotations:
            mapped.add(cast(Table, annotations["parententity"].mapper.local_table).fullname)
        # A statement names the tables of its columns itself.
        if not isinstance(element, ColumnClause | BindParameter):
            pending += element.get_children()
    found = _read[statement] = frozenset(names), frozenset(mapped)
    return found


def _refuse_foreign_rows(state: ORMExecuteState, actor: Actor) -> None:
    """Rows that an INSERT brings along pass by the flush, so they are held against the actor here."""
    mapper = state.bind_mapper
    cls = mapper.class_ if mapper is not None else None
    if cls is None or not issubclass(cls, Owned):
        return
    statement = cast(Any, state.statement)
    said = {column.key: getattr(bound, "value", None) for column, bound in (statement._values or {}).items()}
    if statement._multi_values or statement.select is not None:
        raise Unguarded("rows of owned tables are said as parameters or as values of one row")
    given = state.parameters or {}
    rows = [given] if isinstance(given, Mapping) else given
    for named in {tuple(row.get(end, said.get(end)) for end in cls.ends) for row in rows}:
        if not cls(**dict(zip(cls.ends, named, strict=True))).writable_by(actor):
            raise ForeignTenant(cls.__name__)


@event.listens_for(Session, "before_flush")
def _refuse_foreign_writes(session: Session, _context: object, _instances: object) -> None:
    actor = actor_of(session)
    new = session.new  # Made anew at each asking, from all rows.
    for row in [*new, *session.dirty, *session.deleted]:
        if not isinstance(row, Owned):
            continue
        if not row.writable_by(actor):
            raise ForeignTenant(type(row).__name__)
        if row not in new:
            state: Any = inspect(row)
            if any(state.attrs[column].history.has_changes() for column in row.ends):
                raise ForeignTenant(type(row).__name__)
