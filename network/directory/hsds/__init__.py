"""Rows as HSDS 3.0 says them. Pure: what is given is what everybody may read, and what is empty is left out.

Texts are English where there is any, else the next language of its fall-back order: the standard has one text a field;
the others stand under ``translations``, which our profile adds. Traps of the standard: null is no string, so nothing
empty is written; an address demands postal code and province; a location has no word for "withheld", so an attribute
says it; the time zone of a schedule is a number of hours.
"""

from network.directory.hsds.envelope import page
from network.directory.hsds.listings import organization, service, service_of_location
from network.directory.hsds.parts import phone, schedule
from network.directory.hsds.places import location, service_at_location
from network.directory.hsds.terms import taxonomy_term, the_taxonomy, vocabulary, word
from network.directory.hsds.words import VERSION, Json, moment

__all__ = [
    "VERSION",
    "Json",
    "location",
    "moment",
    "organization",
    "page",
    "phone",
    "schedule",
    "service",
    "service_at_location",
    "service_of_location",
    "taxonomy_term",
    "the_taxonomy",
    "vocabulary",
    "word",
]
