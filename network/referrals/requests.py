"""What an envelope asks for, as plain data: services of the directory or kinds of help, where, in which language. Pure.

Kept in the sealed envelope under ``services``: a list of ``{"service_id": …}`` or ``{"term": …}``, in the order asked.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping
from typing import Any

Content = Mapping[str, Any]
WHOLE = "whole"
"""The key of a request that names no service: its outcome is one."""
SERVICE, TERM = "service_id", "term"
OF_THIS_SENDING = ("consent", "hints")
"""What an envelope holds of one sending alone."""


def chosen(values: Iterable[str]) -> list[dict[str, str]]:
    """From the values of the form: an id of a service, or ``term:…``. Others are left out; never an error."""
    found: list[dict[str, str]] = []
    for value in dict.fromkeys(values):
        if value.startswith("term:"):
            found.append({TERM: value.removeprefix("term:")})
        elif _is_id(value):
            found.append({SERVICE: value})
    return found


def values(content: Content) -> list[str]:
    """The same back, for the form."""
    return [key_of(one) for one in content.get("services", [])]


def key_of(service: Mapping[str, str]) -> str:
    """What names a requested service among those of its referral, and in its outcomes."""
    return service[SERVICE] if SERVICE in service else f"term:{service[TERM]}"


def keys(content: Content) -> list[str]:
    """What an outcome is reported for: each requested service, or the whole where none is named."""
    return values(content) or [WHOLE]


def service_ids(content: Content) -> list[uuid.UUID]:
    return [uuid.UUID(one[SERVICE]) for one in content.get("services", []) if SERVICE in one]


def terms(content: Content) -> list[str]:
    return [one[TERM] for one in content.get("services", []) if TERM in one]


def for_another(content: Content, *, same: bool, service_id: uuid.UUID | None) -> dict[str, Any]:
    """The request of a draft that follows: another organization is not asked for the services of the first one."""
    kept = {name: value for name, value in content.items() if name not in OF_THIS_SENDING}
    services = [one for one in kept.get("services", []) if same or TERM in one]
    if service_id is not None:
        services = [{SERVICE: str(service_id)}, *services]
    return {**kept, "services": services}


def _is_id(value: str) -> bool:
    try:
        uuid.UUID(value)
    except ValueError:
        return False
    return True
