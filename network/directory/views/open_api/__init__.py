"""``/hsds/``: the directory for programs, as HSDS 3.0 demands. Whoever asks, the answer is what a stranger may read."""

from network.directory.views.open_api import (
    about,
    organizations,
    service_at_locations,
    services,
    taxonomies,
    tombstones,
)
from network.directory.views.open_api.answering import bp

__all__ = [
    "about",
    "bp",
    "organizations",
    "service_at_locations",
    "services",
    "taxonomies",
    "tombstones",
]
