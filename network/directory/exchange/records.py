"""A record as a file says it, a fault as the report says it, and counts that add up."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from dataclasses import dataclass, field
from typing import Any, TextIO

Raw = dict[str, Any]

_encode = json.JSONEncoder(sort_keys=True, ensure_ascii=False, default=str).encode


def digest_of(said: Raw) -> str:
    """The same for the same content, in whatever order it is said."""
    return hashlib.sha256(_encode(said).encode("utf-8", "surrogatepass")).hexdigest()


def known_as(ident: object) -> str:
    """An id as we keep it: without blanks around, and a long one with a digest for its end."""
    told = str(ident).strip().replace("\0", "")
    if len(told) <= 200:
        return told
    return f"{told[:150]}~{hashlib.sha256(told.encode('utf-8', 'surrogatepass')).hexdigest()[:32]}"


@dataclass(slots=True)
class Record:
    """One record of a source: which HSDS object, where it stood, its id there and what it says."""

    kind: str
    file: str
    row: int
    id: str
    values: Raw

    def __post_init__(self) -> None:
        self.id = known_as(self.id)

    @property
    def digest(self) -> str:
        return digest_of(self.values)


@dataclass(frozen=True, slots=True)
class Fault:
    """What was wrong with a field of a row, and what was done about it."""

    file: str
    row: int
    field: str
    what: str
    done: str

    def __str__(self) -> str:
        return f"{self.file}:{self.row}: {self.field}: {self.what}; {self.done}"


OUTCOMES = ("new", "changed", "unchanged", "repeated", "left out")
"""What becomes of a record; every record that is read has exactly one of these."""


@dataclass(slots=True)
class Report:
    """What an import read and did. Faults go to ``file`` as they come; the first few are remembered for the screen."""

    file: TextIO | None = None
    outcomes: dict[str, Counter[str]] = field(default_factory=dict)
    faults: int = 0
    first: list[Fault] = field(default_factory=list)
    unplaced: Counter[tuple[str, str]] = field(default_factory=Counter)
    shown: int = 50

    def count(self, kind: str, outcome: str, number: int = 1) -> None:
        self.outcomes.setdefault(kind, Counter())[outcome] += number

    def fault(self, fault: Fault) -> None:
        self.faults += 1
        if len(self.first) < self.shown:
            self.first.append(fault)
        if self.file is not None:
            import csv

            csv.writer(self.file).writerow([fault.file, fault.row, fault.field, fault.what, fault.done])

    @property
    def read(self) -> int:
        return sum(sum(counts.values()) for counts in self.outcomes.values())

    def total(self, outcome: str) -> int:
        return sum(counts[outcome] for counts in self.outcomes.values())

    def lines(self) -> list[str]:
        """One line for each kind of record, in words that add up."""
        told = []
        for kind, counts in self.outcomes.items():
            parts = [f"{counts[outcome]} {outcome}" for outcome in OUTCOMES if counts[outcome]]
            told.append(f"{kind}: {sum(counts.values())} read = {' + '.join(parts)}")
        return told
