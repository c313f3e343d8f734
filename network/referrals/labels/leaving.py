"""The words of files that leave a desk and of files that come in."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString

from network.referrals.models import FileForm

FILE_FORMS: dict[FileForm, LazyString] = {
    # NOTE: kinds of files. HTCDS is the Human Trafficking Case Data Standard of IOM.
    FileForm.JSON: _l("HTCDS as JSON, for programs"),
    FileForm.CSV: _l("HTCDS as CSV, for spreadsheets"),
    FileForm.PDF: _l("PDF, for paper"),
}

REMARKS: dict[str, LazyString] = {
    "renamed": _l("The column %(name)s is read as %(value)s."),
    "value_renamed": _l("%(name)s: read as %(value)s."),
    "unknown_value": _l("%(name)s: %(value)s is not in the standard's list. It is kept as it is."),
    "unknown_field": _l("%(name)s is no field of the standard. It is kept as a note of the case."),
    "unknown_status": _l("%(name)s: %(value)s is no state of a case. The case will be active."),
    "kept_as_note": _l("%(name)s tells of a referral made elsewhere. It is kept as a note of the case."),
    "not_taken": _l(
        "%(name)s is not taken from a file. Consent is asked of the person; the case will be yours."
    ),
    "bad_day": _l("%(name)s: %(value)s is no date. Write it like 2026-11-22 or 22.11.2026."),
    "bad_number": _l("%(name)s: %(value)s is no whole number that can be right here."),
    "bad_degrees": _l("%(name)s: %(value)s is no number of degrees, for example 40.5283."),
    "too_long": _l("%(name)s is too long to be kept. Shorten it."),
    "too_often": _l("%(name)s is said too many times. A case keeps 20 of them."),
    "no_record": _l("This row cannot be read: it has more cells than the first line has names."),
    "nothing_known": _l("This row says nothing that can be kept."),
}
"""What is said about a row of a file."""

ROW_STATES: dict[str, LazyString] = {
    "waits": _l("Will become a case"),
    "wrong": _l("Not taken: put it right and bring it again"),
    "made": _l("Is a case now"),
    "before": _l("Was brought before"),
}
