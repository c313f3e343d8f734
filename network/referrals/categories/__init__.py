"""What is written about a client: the categories, the questions of each, and the pages they are asked on.

Field names are those of the Human Trafficking Case Data Standard (HTCDS 2.0, IOM, CC BY 4.0) where it has one; each
field stands in exactly one category. Fields without the prefix of an HTCDS table are ours.
"""

from network.referrals.categories.kinds import LOCKED_UNTIL_ACCEPTED, Category
from network.referrals.categories.pages import ELSEWHERE, FIELDS, PAGES, REPEATED, Page, pages_of
from network.referrals.categories.shapes import Field, Questions, Shape
from network.referrals.categories.values import AGE_BANDS, CHANNELS, EXPLOITATION, GENDERS

__all__ = [
    "AGE_BANDS",
    "CHANNELS",
    "ELSEWHERE",
    "EXPLOITATION",
    "FIELDS",
    "GENDERS",
    "LOCKED_UNTIL_ACCEPTED",
    "PAGES",
    "REPEATED",
    "Category",
    "Field",
    "Page",
    "Questions",
    "Shape",
    "pages_of",
]
