"""The engine, the base of every table, the words for columns, and the application's only commit."""

from __future__ import annotations

import datetime
import importlib
import importlib.util
import json
import pkgutil
import uuid
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Annotated, Any, cast

import uuid_utils
from psycopg import _queries
from sqlalchemy import (
    BindParameter,
    ColumnElement,
    DateTime,
    ForeignKey,
    MetaData,
    Select,
    any_,
    bindparam,
    create_engine,
    select,
)
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.orm import DeclarativeBase, Session, mapped_column, sessionmaker
from sqlalchemy.sql import Executable

from network.statements import built_once

if TYPE_CHECKING:
    from network.tenancy import Actor

# psycopg takes a statement apart at each call where it is longer or has more parameters than it keeps. Those of ours
# that are so long (the desk, a referral as one sheet) never change, and it keeps no more than 128.
_queries.MAX_CACHED_STATEMENT_LENGTH, _queries.MAX_CACHED_STATEMENT_PARAMS = 2**16, 500


def uuid7() -> uuid.UUID:
    """A time-ordered id. Where time must not be told, use ``uuid.uuid4``."""
    return uuid.UUID(bytes=uuid_utils.uuid7().bytes)


def now() -> datetime.datetime:
    """This moment, aware, UTC."""
    return datetime.datetime.now(datetime.UTC)


def any_of(column: Any, values: Iterable[Any] | BindParameter[Any]) -> ColumnElement[bool]:
    """One of these values, as one parameter: a list of thousands costs no time to be read as a statement."""
    if not isinstance(values, BindParameter):  # As it stands in a statement that is built once.
        values = bindparam(None, list(values), type_=ARRAY(column.type))
    return cast(ColumnElement[bool], column == any_(values))


class Base(DeclarativeBase):
    """The base of every table."""

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s",
            "pk": "pk_%(table_name)s",
        }
    )
    type_annotation_map = {
        datetime.datetime: DateTime(timezone=True),
        dict[str, Any]: JSONB,
        dict[str, str]: JSONB,
        list[str]: JSONB,
    }


PrimaryKey = Annotated[uuid.UUID, mapped_column(primary_key=True, default=uuid7)]
TenantKey = Annotated[uuid.UUID, mapped_column(ForeignKey("tenant.id"), index=True)]
LeadingTenantKey = Annotated[uuid.UUID, mapped_column(ForeignKey("tenant.id"))]
"""Of tables with many rows that others point at: (tenant_id, id) is unique and leads with the tenant. An index of the
tenant alone would say no more, and PostgreSQL, until it has counted the rows, looks up foreign keys by it, row by row."""
Moment = Annotated[datetime.datetime, mapped_column(DateTime(timezone=True))]
Json = Annotated[dict[str, Any], mapped_column(JSONB)]


@built_once
def _by_key(entity: Any, ident: Any) -> Select[Any]:
    key = entity.__mapper__.primary_key[0]
    return select(entity).where(key == ident).execution_options(populate_existing=True)


class ConfinedSession(Session):
    """A session that re-checks what its identity map holds, and never merges."""

    def get(self, entity: Any, ident: Any, **kw: Any) -> Any:
        """By primary key, always through a statement: a warm identity map would answer for another actor."""
        return self.scalars(_by_key(entity, ident), **kw).one_or_none()

    def get_one(self, entity: Any, ident: Any, **kw: Any) -> Any:
        """As :meth:`get`; raises :class:`network.permissions.NotThere` where there is none for this actor."""
        from network.permissions import NotThere

        found = self.get(entity, ident, **kw)
        if found is None:
            raise NotThere
        return found

    def merge(self, *_args: Any, **_kw: Any) -> Any:
        from network.tenancy import Unguarded

        raise Unguarded("merge would carry another actor's row into this session")


_decode = json.JSONDecoder().decode


def _json(told: bytes | str) -> Any:
    """What a JSON column holds. PostgreSQL tells it in UTF-8; the library would look each time which encoding it is."""
    return _decode(told if isinstance(told, str) else told.decode())


class Database:
    """The serving connection. One per process, shared by its threads."""

    def __init__(self, url: str, *, pool_size: int = 5, max_overflow: int = 5) -> None:
        self.engine = create_engine(
            url,
            pool_size=pool_size,
            max_overflow=max_overflow,
            pool_pre_ping=False,
            # The connection that came back last has the statements prepared; those that a rush opened are left alone.
            pool_use_lifo=True,
            pool_recycle=1800,
            hide_parameters=True,
            json_deserializer=_json,
        )
        self._asking = self.engine.execution_options(isolation_level="AUTOCOMMIT")
        self._sessions = sessionmaker(self.engine, class_=ConfinedSession, expire_on_commit=False)

    @contextmanager
    def unit_of_work(self, actor: Actor) -> Iterator[Session]:
        """Keep all of what was done, or none of it: the application's only commit.

        Raises whatever the body or the commit raises, after the transaction was rolled back.
        """
        from network import audit, tenancy

        with self._sessions() as session:
            tenancy.become(session, actor)
            try:
                yield session
                audit.write_pending(session)
                session.commit()
            except BaseException:
                session.rollback()
                raise

    def ask(self, question: str) -> Any:
        """The answer to one question of SQL that is about nobody's rows, in a transaction that ends with it.

        The guard does not read it: it names flat tables without a policy alone, and is written in the source.
        """
        with self._asking.connect() as connection:
            return connection.exec_driver_sql(question).scalar()

    def dispose(self) -> None:
        self.engine.dispose()


def run_raw(
    session: Session, statement: Executable, parameters: dict[str, Any] | None = None
) -> Sequence[Any]:
    """Run a statement the guard cannot read (``text``). Row-level security alone confines it: use it for locks,
    settings and flat tables without a policy, never as a short cut around a model."""
    result = session.connection().execute(statement, parameters or {})
    return result.fetchall() if result.returns_rows else []


def load_models() -> None:
    """Import every ``network.*.models`` so that the metadata is whole."""
    load_rooms("models")


def load_rooms(room: str) -> None:
    """Import the module of this name from every feature that has one: models, jobs, mails, commands."""
    import network

    for module in pkgutil.iter_modules(network.__path__):
        if module.ispkg:
            package = importlib.import_module(f"network.{module.name}")
            if any(found.name == room for found in pkgutil.iter_modules(package.__path__)):
                importlib.import_module(f"network.{module.name}.{room}")
    for module_name in ("tenancy", "audit", "outbox", "scheduler", "limits", "deeds"):
        if room == "models" and importlib.util.find_spec(f"network.{module_name}"):
            importlib.import_module(f"network.{module_name}")
