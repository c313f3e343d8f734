"""Cases as files of the Human Trafficking Case Data Standard (HTCDS 2.0, IOM, CC BY 4.0), out and in. Pure: no session.

The standard is a flat list of fields and defines no form of a file. JSON here: ``{"standard": …, "cases": [record, …]}``,
where a record holds fields by their system names, several values as a list, and what a case has many of (events,
perpetrators, referrals, plans, comments) as lists under the standard's table names. CSV: one line a case, several
values with ``; `` between them as in the standard's own workbook, and the second of many with ``_2`` after its name.
Fields of ours begin with ``x_``.
"""

from network.referrals.htcds.files import MOST_BYTES, MOST_ROWS, Unreadable, as_csv, as_json, records_of
from network.referrals.htcds.records import Contents, Record, record
from network.referrals.htcds.taking import Remark, Taken, taken

__all__ = [
    "MOST_BYTES",
    "MOST_ROWS",
    "Contents",
    "Record",
    "Remark",
    "Taken",
    "Unreadable",
    "as_csv",
    "as_json",
    "record",
    "records_of",
    "taken",
]
