"""Bringing the tables of places in step with ``places.csv``, as their owner (migrations, set-up)."""

from typing import Any

from sqlalchemy import Connection, delete, not_, tuple_
from sqlalchemy.dialects.postgresql import insert

from network.places.data import name_rows, place_rows
from network.places.models import Place, PlaceName


def load_places(connection: Connection) -> tuple[int, int]:
    """Write every place and spelling of the file; what is there already is brought up to date. Repeating changes nothing.

    Places are never deleted, because others point at them; spellings that the file no longer has are. Returns the
    numbers of places and spellings in the file. The caller commits.
    """
    places, names = place_rows(), name_rows()
    _write(connection, Place, places)
    spelled = tuple_(PlaceName.place_id, PlaceName.folded)
    connection.execute(
        delete(PlaceName).where(not_(spelled.in_([(n["place_id"], n["folded"]) for n in names])))
    )
    _write(connection, PlaceName, names)
    return len(places), len(names)


def _write(connection: Connection, model: type[Place] | type[PlaceName], rows: list[dict[str, Any]]) -> None:
    statement = insert(model)
    columns = statement.table.columns
    keys = [column.name for column in columns if column.primary_key]
    rest = {column.name: statement.excluded[column.name] for column in columns if not column.primary_key}
    connection.execute(statement.on_conflict_do_update(index_elements=keys, set_=rest), rows)
