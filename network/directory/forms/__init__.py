"""The forms of the directory."""

from network.directory.forms.groups import ContactForm, LocationForm, PhoneForm
from network.directory.forms.listings import OrganizationForm, ServiceForm
from network.directory.forms.searching import SearchForm
from network.directory.forms.texts import audiences

__all__ = [
    "ContactForm",
    "LocationForm",
    "OrganizationForm",
    "PhoneForm",
    "SearchForm",
    "ServiceForm",
    "audiences",
]
