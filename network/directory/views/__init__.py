"""The pages of the directory, its open API, what is printed of it, and the hotlines in the footer of all pages."""

from network import api
from network.directory import hotlines
from network.directory.views import (
    editing,
    groups,
    open_api,
    paper,
    parts,
    previewing,
    projects,
    reading,
    sections,
    upkeep,
    whowhere,
    workbook,
)
from network.directory.views.rooms import bp
from network.web import Kopuro

blueprints = [bp, open_api.bp, api.bp]


def register(app: Kopuro) -> None:
    """What is kept between requests: the hotlines of the footer, the press, what is counted."""
    hotlines.register(app)
    paper.register(app)
    whowhere.register(app)


__all__ = [
    "blueprints",
    "editing",
    "groups",
    "open_api",
    "paper",
    "parts",
    "previewing",
    "projects",
    "reading",
    "register",
    "sections",
    "upkeep",
    "whowhere",
    "workbook",
]
