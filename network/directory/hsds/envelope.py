"""The envelope of every list."""

from __future__ import annotations

from network.directory.hsds.words import Json


def page(contents: list[Json], *, total: int, places: int, number: int, size: int) -> Json:
    """An empty list is one page, first and last.

    ``places`` counts what was withdrawn as well: those keep their places, so that pages stay put for whoever reads
    one after another meanwhile, and a page may hold fewer things than were asked for.
    """
    pages = max(1, -(-places // size))
    return {
        "total_items": total,
        "total_pages": pages,
        "page_number": number,
        "size": len(contents),
        "first_page": number == 1,
        "last_page": number >= pages,
        "empty": not contents,
        "contents": contents,
    }
