"""How a question is asked, and in what form its answer is kept."""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol


class Shape(StrEnum):
    """How a field is asked. Kept as text; ``MANY`` as a list of texts."""

    LINE = "line"
    TEXT = "text"
    DATE = "date"
    """Kept in ISO form."""
    CHOICE = "choice"
    MANY = "many"
    """Several of the choices."""
    NUMBER = "number"
    """A whole number, not below zero."""
    DEGREES = "degrees"
    """Of latitude or longitude, with a decimal point."""
    PHONE = "phone"


@dataclass(frozen=True, slots=True)
class Field:
    """One question."""

    name: str
    shape: Shape = Shape.LINE
    choices: tuple[str, ...] = ()


class Questions(Hashable, Protocol):
    """A page of questions: of a category that can be disclosed, or of a note that never is."""

    @property
    def name(self) -> str: ...

    @property
    def fields(self) -> tuple[Field, ...]: ...

    @property
    def repeats(self) -> str: ...
