"""What people do with the directory. Each verb asks first, acts, and records last; none commits."""

from network.directory.services.groups import (
    change_contact,
    change_phone,
    create_contact,
    create_location,
    create_phone,
    remove_group,
)
from network.directory.services.listings import (
    change_organization,
    change_service,
    create_organization,
    create_project,
    create_service,
)

__all__ = [
    "change_contact",
    "change_organization",
    "change_phone",
    "change_service",
    "create_contact",
    "create_location",
    "create_organization",
    "create_phone",
    "create_project",
    "create_service",
    "remove_group",
]
