"""What is asked before a case leaves as a file, and before a file comes in."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, HiddenField, RadioField, TextAreaField

from network.accounts.forms import PassphraseForm
from network.forms import ChoicesField, Form, length, options, required
from network.referrals import labels
from network.referrals.models import FileForm


class ExportForm(PassphraseForm):
    """What shall be in the file, for whom, and the passphrase once more."""

    kind = RadioField(
        _l("What kind of file?"),
        [required()],
        choices=options((one.value, labels.FILE_FORMS[one]) for one in (FileForm.CSV, FileForm.JSON)),
        default=FileForm.CSV.value,
    )
    categories = ChoicesField(_l("What shall be in it?"))
    document_number = BooleanField(_l("With the number of the identity document"))
    notes = BooleanField(_l("With plans, comments and the reason of closing"))
    told_to = TextAreaField(_l("For whom is it, and why?"), [required(), length(max=1000)])


class CopyForm(PassphraseForm):
    """Before the receiving desk takes a copy of a package away."""


class ImportForm(Form):
    """A file of cases. What was chosen cannot be shown again: browsers keep it to themselves."""


class ConfirmImportForm(Form):
    """``brought`` is the file whose report was looked at."""

    brought = HiddenField()
