"""Who may do what: the roles people hold, and the one question every service asks first."""

from __future__ import annotations

from enum import StrEnum


class Role(StrEnum):
    """What a person is in the network. One person can hold several."""

    COORDINATOR = "coordinator"
    OBSERVER = "observer"
    ADMIN = "admin"
    SUPERVISOR = "supervisor"
    CASEWORKER = "caseworker"
    ORGANISER = "organiser"
    EDITOR = "editor"


NETWORK_ROLES = frozenset({Role.COORDINATOR, Role.OBSERVER})
"""Roles of the network itself; they never come with a case key."""

TENANT_ROLES = frozenset(Role) - NETWORK_ROLES
"""Roles inside one member organization."""

CASE_READERS = frozenset({Role.CASEWORKER, Role.SUPERVISOR})
"""The desk of a tenant: those to whom its case key may be given."""


class Refused(Exception):
    """The actor may not do this. Pages answer 403; no text of it reaches a reader."""


class NotThere(Exception):
    """No such row for this actor. A foreign row and no row look the same: 404."""


class Stale(Exception):
    """The row changed since it was read, or is in another state than the deed needs. Pages answer 409."""


class Unfit(Exception):
    """A rule of the field refuses this deed. ``code`` names the rule; ``labels.py`` of the feature has its words."""

    def __init__(self, code: str, **detail: object) -> None:
        super().__init__(code)
        self.code = code
        self.detail = detail


def require(allowed: bool) -> None:
    """Go on only where a policy said yes; raise :class:`Refused` otherwise."""
    if not allowed:
        raise Refused
