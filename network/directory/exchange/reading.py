"""Records out of whatever lies at a path: a tabular package, JSON of HSDS in any of its shapes, or an older shape."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from network.directory.exchange import nested, older, tables
from network.directory.exchange.records import Fault, Record
from network.directory.exchange.scratch import Scratch
from network.directory.exchange.streams import things

Told = Callable[[Fault], None]


class Unreadable(Exception):
    """Nothing at this path is a directory that we know how to read; the text says why."""


def source_of(path: Path) -> str:
    """What the records are said to come from, where nobody says it."""
    if path.is_dir():
        return tables.source_of(path)
    if path.name == "datapackage.json":
        return tables.source_of(path.parent)
    return path.stem[:100]


def records(path: Path, scratch: Scratch, told: Told) -> Iterator[list[Record]]:
    """Records in groups that belong together: all of one thing of a JSON file, or one row of a table."""
    if not path.exists():
        raise Unreadable(f"There is nothing at {path}")
    if path.name == "datapackage.json":
        path = path.parent
    if tables.is_package(path):
        for record in tables.records(path, scratch, told):
            yield [record]
        return
    files = sorted([*path.glob("*.json"), *path.glob("*.ndjson")]) if path.is_dir() else [path]
    if not files:
        raise Unreadable(f"{path} holds neither tables of HSDS nor JSON")
    if path.suffix == ".csv":
        raise Unreadable("A table alone says too little: give the folder in which all of them lie")
    for file in files:
        yield from _of_json(file, told)


def _of_json(path: Path, told: Told) -> Iterator[list[Record]]:
    shapes = older.Older()

    def broken(number: int, what: str) -> None:
        done = "read as Windows-1252" if "UTF-8" in what else "left out with what follows it"
        told(Fault(path.name, number, "", what, done))

    for number, thing in things(path, broken):
        if older.is_older(thing):
            thing = shapes.organization(thing)
        kind = nested.kind_of(thing) if isinstance(thing, dict) else None
        if kind is None:
            told(Fault(path.name, number, "", "no object of HSDS", "left out"))
            yield [Record("unknown", path.name, number, str(number), {"": _short(thing)})]
            continue
        yield list(nested.taken_apart(thing, kind, path.name, number))


def _short(thing: Any) -> str:
    return str(thing)[:80]
