"""The forms of the directory."""

from network.directory.forms.groups import ContactForm, LocationForm, PhoneForm
from network.directory.forms.hours import HoursForm, hours_form
from network.directory.forms.listings import OrganizationForm, ServiceForm
from network.directory.forms.parts import KIND_OF, KINDS, PartForm
from network.directory.forms.searching import PreviewForm, SearchForm
from network.directory.forms.sections import EligibilityForm, ProjectForm, translation_form
from network.directory.forms.texts import audiences

__all__ = [
    "KINDS",
    "KIND_OF",
    "ContactForm",
    "EligibilityForm",
    "HoursForm",
    "LocationForm",
    "OrganizationForm",
    "PartForm",
    "PhoneForm",
    "PreviewForm",
    "ProjectForm",
    "SearchForm",
    "ServiceForm",
    "audiences",
    "hours_form",
    "translation_form",
]
