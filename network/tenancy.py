"""Whose rows a session may touch: the three kinds of tables, and the guard on every statement.

The guard here is the first lock; row-level security in PostgreSQL is the second (docs/security.md). Both ask the
same question independently: the guard adds criteria with the actor's own ids, the database compares with the
settings that are made at the beginning of every transaction.
"""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import replace
from enum import StrEnum
from functools import lru_cache
from typing import Any, ClassVar, cast
from weakref import WeakKeyDictionary

from sqlalchemy import (
    BindParameter,
    Column,
    ColumnClause,
    ColumnElement,
    Connection,
    Enum,
    FromClause,
    String,
    Table,
    TextClause,
    UniqueConstraint,
    event,
    false,
    inspect,
)
from sqlalchemy.orm import (
    Load,
    LoaderCriteriaOption,
    Mapped,
    ORMExecuteState,
    Session,
    SessionTransaction,
    mapped_column,
    with_loader_criteria,
)

from network.actors import Actor, ActorKind
from network.database import Base, Moment, PrimaryKey, TenantKey, now
from network.statements import origin

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


class TenantKind(StrEnum):
    """What a tenant is."""

    NETWORK = "network"  # The network's own: coordinators and observers; keeps listings of non-members.
    MEMBER = "member"
    GUEST = "guest"  # A recipient without accounts, valid for one referral.


class NoActor(RuntimeError):
    """A session was used before anybody was named to act."""


class ForeignTenant(RuntimeError):
    """A row of another tenant was about to be written, or a tenant changed: a defect, never a user's mistake."""


class Unguarded(RuntimeError):
    """A statement the guard cannot narrow (text, Core tables that are owned, merge)."""


class TenantOwned(Base):
    """A row of one tenant. Overriding :meth:`in_scope` widens who reads; nobody else ever writes."""

    __abstract__ = True
    owner_column: ClassVar[str] = "tenant_id"

    tenant_id: Mapped[TenantKey]

    def __init_subclass__(cls, **kw: Any) -> None:
        super().__init_subclass__(**kw)
        _pair_key(cls)

    @classmethod
    def in_scope(cls, actor: Actor) -> ColumnElement[bool]:
        """The rows this actor may read and change."""
        if actor.tenant_id is None:
            return false()
        return cls.tenant_id == actor.tenant_id

    def writable_by(self, actor: Actor) -> bool:
        return self.tenant_id is not None and self.tenant_id == actor.acting_tenant


class TwoParty(Base):
    """A row between two tenants: owned by the referring one, naming the receiving one."""

    __abstract__ = True
    owner_column: ClassVar[str] = "referring_id"

    referring_id: Mapped[TenantKey]
    receiving_id: Mapped[TenantKey]

    def __init_subclass__(cls, **kw: Any) -> None:
        super().__init_subclass__(**kw)
        _pair_key(cls)

    @classmethod
    def in_scope(cls, actor: Actor) -> ColumnElement[bool]:
        if actor.tenant_id is None:
            return false()
        return (cls.referring_id == actor.tenant_id) | (cls.receiving_id == actor.tenant_id)

    def writable_by(self, actor: Actor) -> bool:
        return actor.tenant_id is not None and actor.tenant_id in (self.referring_id, self.receiving_id)

    def other_end(self, tenant_id: uuid.UUID | None) -> uuid.UUID:
        """The tenant at the other end, as *tenant_id* sees it."""
        return self.receiving_id if tenant_id == self.referring_id else self.referring_id


class PlatformOwned(Base):
    """A row of the platform itself. ``reason`` says why it has no tenant policy, ``verbs`` what app may do with it."""

    __abstract__ = True
    reason: ClassVar[str]
    verbs: ClassVar[frozenset[str]] = frozenset({"SELECT", "INSERT", "UPDATE", "DELETE"})


def _pair_key(cls: type[Base]) -> None:
    """Let foreign keys carry the tenant with the id: plain ones would be existence oracles (security.md, lock 3)."""
    table = cls.__dict__.get("__table__")
    if isinstance(table, Table) and "id" in table.c:
        owner = cast(Any, cls).owner_column
        # Only as Column objects do strings like "id" stay the columns of this very table.
        columns: list[Column[Any]] = [table.c[owner], table.c.id]
        table.append_constraint(UniqueConstraint(*columns, name=f"uq_{table.name}_{owner}_id"))


class Tenant(PlatformOwned):
    """A member organization with accounts and keys, the network itself, or a guest of one referral."""

    __tablename__ = "tenant"
    reason = "Names the tenants themselves; everyone may read which partners the network has."
    verbs = frozenset({"SELECT", "INSERT", "UPDATE"})

    id: Mapped[PrimaryKey]
    kind: Mapped[TenantKind] = mapped_column(
        Enum(TenantKind, native_enum=False, length=20, values_callable=lambda e: [m.value for m in e])
    )
    slug: Mapped[str] = mapped_column(String(80), unique=True)
    name: Mapped[str] = mapped_column(String(200))
    code: Mapped[str] = mapped_column(String(8), unique=True)
    """Three to eight capitals that begin the codes of its cases, e.g. ``POD``."""
    country: Mapped[str | None] = mapped_column(String(2))
    created_at: Mapped[Moment] = mapped_column(default=now)
    suspended_at: Mapped[Moment | None]
    demonstration: Mapped[bool] = mapped_column(default=False)
    """Made by ``flask demo load``; every page says so while such a tenant is there."""


Scoped = type[TenantOwned] | type[TwoParty]


@lru_cache(maxsize=1)
def owned_classes() -> dict[str, Scoped]:
    """Every mapped owned class by the full name of its table."""
    return {
        cast(Table, m.local_table).fullname: m.class_
        for m in Base.registry.mappers
        if issubclass(m.class_, TenantOwned | TwoParty)
    }


@lru_cache(maxsize=1024)
def _reachable(tables: frozenset[str], joining: bool) -> tuple[Scoped, ...]:
    """The owned classes of these tables and those an eager load could join to them.

    Where the statement joins none of its own (``joining``), only relationships that always join do.
    """
    owned = owned_classes()
    seen: dict[str, Scoped] = {}
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
def _criterion(actor: Actor, cls: Scoped) -> LoaderCriteriaOption:
    """What narrows a class for this actor. Kept, because making it costs more than using it.

    Not handed on to the statements that load relationships: each of them comes to ``confine`` itself.
    """
    return with_loader_criteria(cls, cls.in_scope(actor), include_aliases=True, propagate_to_loaders=False)


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
    names, mapped = _named(origin(state.statement))
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
        statement = cast(Any, state.statement)
        joining = any(_joins(option) for option in getattr(statement, "_with_options", ()))
        # From which session somebody asks narrows nothing: all of hers share what is kept.
        asking = actor if actor.session_id is None else replace(actor, session_id=None)
        narrow = [_criterion(asking, cls) for cls in _reachable(names, joining)]
        state.statement = statement.options(*narrow)


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
        if not isinstance(
            element, ColumnClause | BindParameter
        ):  # A statement names the tables of its columns itself.
            pending += element.get_children()
    found = _read[statement] = frozenset(names), frozenset(mapped)
    return found


def _refuse_foreign_rows(state: ORMExecuteState, actor: Actor) -> None:
    """Rows that an INSERT brings along pass by the flush, so they are held against the actor here."""
    mapper = state.bind_mapper
    cls = mapper.class_ if mapper is not None else None
    if cls is None or not issubclass(cls, TenantOwned | TwoParty):
        return
    ends = ("tenant_id",) if issubclass(cls, TenantOwned) else ("referring_id", "receiving_id")
    statement = cast(Any, state.statement)
    said = {column.key: getattr(bound, "value", None) for column, bound in (statement._values or {}).items()}
    if statement._multi_values or statement.select is not None:
        raise Unguarded("rows of owned tables are said as parameters or as values of one row")
    given = state.parameters or {}
    rows = [given] if isinstance(given, Mapping) else given
    for named in {tuple(row.get(end, said.get(end)) for end in ends) for row in rows}:
        if not cls(**dict(zip(ends, named, strict=True))).writable_by(actor):
            raise ForeignTenant(cls.__name__)


@event.listens_for(Session, "before_flush")
def _refuse_foreign_writes(session: Session, _context: object, _instances: object) -> None:
    actor = actor_of(session)
    new = session.new  # Made anew at each asking, from all rows.
    for row in [*new, *session.dirty, *session.deleted]:
        if not isinstance(row, TenantOwned | TwoParty):
            continue
        if not row.writable_by(actor):
            raise ForeignTenant(type(row).__name__)
        if row not in new:
            state: Any = inspect(row)
            columns = ("tenant_id",) if isinstance(row, TenantOwned) else ("referring_id", "receiving_id")
            if any(state.attrs[column].history.has_changes() for column in columns):
                raise ForeignTenant(type(row).__name__)
