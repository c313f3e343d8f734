"""Statements that are asked often are built once and given their values each time.

SQLAlchemy builds a statement from expressions: of a large one (the desk, a referral as one sheet) that takes longer than
PostgreSQL needs to answer it. What such a statement looks like depends on very little, so it is kept by that, and only
values go into it afterwards. ``tests/referrals/test_built_once.py`` holds what is built once against what is built anew.
"""

from __future__ import annotations

import datetime
import functools
import inspect
import uuid
from collections.abc import Callable, Hashable
from typing import Any, ParamSpec, TypeVar, cast
from weakref import WeakKeyDictionary

from sqlalchemy import (
    ARRAY,
    BindParameter,
    ColumnElement,
    Date,
    DateTime,
    LargeBinary,
    Select,
    String,
    Uuid,
    bindparam,
)
from sqlalchemy.sql.visitors import replacement_traverse
from sqlalchemy.types import TypeEngine

from network.actors import Actor

Given = ParamSpec("Given")
Asked = TypeVar("Asked")

# Of exactly these types: a word of an enumeration may decide how a statement looks.
VALUES: dict[type, TypeEngine[Any]] = {
    uuid.UUID: Uuid(),
    datetime.datetime: DateTime(timezone=True),
    datetime.date: Date(),
    bytes: LargeBinary(),
    str: String(),
    tuple: ARRAY(Uuid()),
}

_origins: WeakKeyDictionary[Any, tuple[Select[Any], dict[str, Any]]] = WeakKeyDictionary()


def built_once(build: Callable[Given, Asked]) -> Callable[Given, Asked]:
    """Of a function that builds a statement: build one for each way it can look, and give it its values at each call.

    Ids, tuples of ids, moments, days, bytes and words are values; the function gets parameters of SQL in their place, so it compares
    with them and looks at nothing in them. Of an actor its tenant and person are values, its kind and roles are not.
    Everything else (numbers, words of an enumeration, None) decides how the statement looks, and must be hashable.
    """
    signature = inspect.signature(build)
    built: dict[Hashable, Select[Any]] = {}

    @functools.wraps(build)
    def asked(*args: Given.args, **kwargs: Given.kwargs) -> Asked:
        said = signature.bind(*args, **kwargs)
        said.apply_defaults()
        looks: list[Hashable] = []
        values: dict[str, Any] = {}
        for name, value in said.arguments.items():
            if type(value) is Actor:
                held = _held(name, value)
                looks.append((*_looks(value), *held))
                values |= held
            elif type(value) in VALUES:
                looks.append(cast(Hashable, type(value)))
                values[name] = list(value) if type(value) is tuple else value
            else:
                looks.append(value)
        whole = tuple(looks)
        if whole not in built:
            opened = {name: _open(name, value) for name, value in said.arguments.items()}
            built[whole] = cast(Any, build)(**opened)
        given = built[whole].params(values)
        _origins[given] = built[whole], values
        return cast(Asked, given)

    cast(Any, asked).built = built
    return asked


def parted(statement: Any) -> tuple[Any, dict[str, Any] | None]:
    """A statement that was built once, and nothing was added to it since, without its values, and these by the names of
    its parameters; any other as it is, and None."""
    return _origins.get(statement) or (statement, None)


class Unmarked(BindParameter[Any]):
    """A value in a criterion. SQLAlchemy marks whatever stands in a criterion, table by table, and then holds the marked
    copies of one value against each other at each execution, for a tenth of all the time that statements take. Nothing
    asks a value for its marks, so this one stays itself."""

    inherit_cache = True

    def _annotate(self, _values: Any) -> Unmarked:
        return self


def unmarked(criterion: ColumnElement[bool]) -> ColumnElement[bool]:
    """The same criterion with values that are not copied for each table it is put to."""

    def replace(element: Any, **_kw: Any) -> Any:
        if type(element) is not BindParameter:
            return None
        value = Unmarked.__new__(Unmarked)
        value.__dict__.update(element.__dict__)
        return value

    return replacement_traverse(criterion, {}, replace)


class Somebody:
    """An actor whose tenant and person are not known yet: a parameter at each reading, all of one name. Were they one
    and the same, SQLAlchemy would hold each against all others whenever it puts the values in.

    What it can be asked besides is what decides how a statement looks. Anything else of the first who asked would stand
    in the statements of all who follow, so there is nothing else of her here.
    """

    def __init__(self, name: str, like: Actor) -> None:
        self._named = {part: f"{name}_{part}" for part in _HELD if getattr(like, part) is not None}
        self.kind, self.roles, self.country = _looks(like)

    @property
    def tenant_id(self) -> Any:
        return self._parameter("tenant_id")

    @property
    def user_id(self) -> Any:
        return self._parameter("user_id")

    holds, signed_in, reads_cases, is_partner = (
        Actor.holds,
        Actor.signed_in,
        Actor.reads_cases,
        Actor.is_partner,
    )

    def _parameter(self, part: str) -> Any:
        return bindparam(self._named[part], type_=Uuid()) if part in self._named else None


_HELD = ("tenant_id", "user_id")


def _looks(actor: Actor) -> tuple[Any, Any, Any]:
    return actor.kind, actor.roles, actor.country


def _held(name: str, actor: Actor) -> dict[str, Any]:
    """The values of an actor, by the names of their parameters."""
    return {f"{name}_{part}": held for part in _HELD if (held := getattr(actor, part)) is not None}


def _open(name: str, value: Any) -> Any:
    """A parameter in the place of a value."""
    if type(value) is Actor:
        return Somebody(name, value)
    kind = VALUES.get(type(value))
    return value if kind is None else bindparam(name, type_=kind)
