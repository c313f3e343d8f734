"""Tables of the directory, in the words of HSDS 3; projects in those of IATI."""

from network.directory.models.common import FieldGroup, Listing, Status, Visibility, narrower_of, wider
from network.directory.models.exchange import DirectoryTombstone, ImportedRecord
from network.directory.models.location import Address, Location, LocationType, ServiceAtLocation
from network.directory.models.organization import Contact, Organization, OrganizationKind, Phone
from network.directory.models.project import ParticipantRole, Project, ProjectParticipant, ProjectStatus
from network.directory.models.revision import Revision
from network.directory.models.search import DirectoryState, SearchPublic
from network.directory.models.service import Schedule, Service, ServiceArea

__all__ = [
    "Address",
    "Contact",
    "DirectoryState",
    "DirectoryTombstone",
    "FieldGroup",
    "ImportedRecord",
    "Listing",
    "Location",
    "LocationType",
    "Organization",
    "OrganizationKind",
    "ParticipantRole",
    "Phone",
    "Project",
    "ProjectParticipant",
    "ProjectStatus",
    "Revision",
    "Schedule",
    "SearchPublic",
    "Service",
    "ServiceArea",
    "ServiceAtLocation",
    "Status",
    "Visibility",
    "narrower_of",
    "wider",
]
