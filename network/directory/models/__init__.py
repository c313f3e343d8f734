"""Tables of the directory, in the words of HSDS 3; projects in those of IATI."""

from network.directory.models.assured import Method
from network.directory.models.audience import AudienceGrant, Visibility, narrower_of, wider
from network.directory.models.common import FieldGroup, Listing, Part, Status
from network.directory.models.draft import SectionDraft
from network.directory.models.exchange import DirectoryTombstone, ImportedRecord
from network.directory.models.help import (
    CapacityUnit,
    CostOption,
    ReferralMethod,
    ReferralRoute,
    RequiredDocument,
    ServiceCapacity,
    ServiceFunding,
)
from network.directory.models.hours import Schedule, ScheduleException
from network.directory.models.location import (
    Accessibility,
    Address,
    Location,
    LocationType,
    ServiceAtLocation,
)
from network.directory.models.organization import (
    Contact,
    Known,
    Organization,
    OrganizationIdentifier,
    OrganizationKind,
    Phone,
)
from network.directory.models.project import (
    ParticipantRole,
    Project,
    ProjectDocument,
    ProjectParticipant,
    ProjectResult,
    ProjectStatus,
)
from network.directory.models.revision import Revision
from network.directory.models.search import (
    Findable,
    SearchPartners,
    SearchPublic,
    SearchTenant,
    SearchWord,
)
from network.directory.models.service import Service, ServiceArea
from network.directory.models.upkeep import (
    Decision,
    Merge,
    MergeState,
    Proposal,
    ProposalField,
    ProposalKind,
    ProposalState,
    Verification,
)
from network.directory.models.vocabulary import Attribute, Taxonomy, TaxonomyTerm

__all__ = [
    "Accessibility",
    "Address",
    "Attribute",
    "AudienceGrant",
    "CapacityUnit",
    "Contact",
    "CostOption",
    "Decision",
    "DirectoryTombstone",
    "FieldGroup",
    "Findable",
    "ImportedRecord",
    "Known",
    "Listing",
    "Location",
    "LocationType",
    "Merge",
    "MergeState",
    "Method",
    "Organization",
    "OrganizationIdentifier",
    "OrganizationKind",
    "Part",
    "ParticipantRole",
    "Phone",
    "Project",
    "ProjectDocument",
    "ProjectParticipant",
    "ProjectResult",
    "ProjectStatus",
    "Proposal",
    "ProposalField",
    "ProposalKind",
    "ProposalState",
    "ReferralMethod",
    "ReferralRoute",
    "RequiredDocument",
    "Revision",
    "Schedule",
    "ScheduleException",
    "SearchPartners",
    "SearchPublic",
    "SearchTenant",
    "SearchWord",
    "SectionDraft",
    "Service",
    "ServiceArea",
    "ServiceAtLocation",
    "ServiceCapacity",
    "ServiceFunding",
    "Status",
    "Taxonomy",
    "TaxonomyTerm",
    "Verification",
    "Visibility",
    "narrower_of",
    "wider",
]
