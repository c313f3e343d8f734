"""What people do with the directory. Each verb asks first, acts, and records last; none commits."""

from network.directory.services.describing import describe_service, translate
from network.directory.services.groups import (
    change_contact,
    change_phone,
    create_contact,
    create_phone,
    remove_group,
)
from network.directory.services.listings import (
    change_organization,
    change_service,
    create_organization,
    create_service,
)
from network.directory.services.opening import change_hours
from network.directory.services.parts import change_part, create_part, fund, remove_part
from network.directory.services.places import change_location, create_location, remove_location
from network.directory.services.projects import change_project, create_project
from network.directory.services.readers import name_readers

__all__ = [
    "change_contact",
    "change_hours",
    "change_location",
    "change_organization",
    "change_part",
    "change_phone",
    "change_project",
    "change_service",
    "create_contact",
    "create_location",
    "create_organization",
    "create_part",
    "create_phone",
    "create_project",
    "create_service",
    "describe_service",
    "fund",
    "name_readers",
    "remove_group",
    "remove_location",
    "remove_part",
    "translate",
]
