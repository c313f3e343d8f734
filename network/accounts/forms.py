"""Forms of accounts."""

from __future__ import annotations

from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import HiddenField, PasswordField, SelectField, StringField
from wtforms.validators import ValidationError

from network.accounts.labels import CODE_FAULTS, PASSPHRASE_FAULTS
from network.forms import ChoicesField, Form, email, length, options, required
from network.i18n.languages import LANGUAGES
from network.keys import LONGEST, normalise_recovery_code, passphrase_fault

TYPED_PASSPHRASE = length(max=4 * LONGEST)
"""Of a passphrase that is only compared, more is let through than of a new one, and cut nowhere."""


def _language() -> SelectField:
    return SelectField(
        _l("Language"), choices=options([(code, tongue.name) for code, tongue in LANGUAGES.items()])
    )


class SignInForm(Form):
    email = StringField(_l("Email address"), validators=[required(), length(max=254)])
    password = PasswordField(_l("Passphrase"), validators=[required(), TYPED_PASSPHRASE])
    next = HiddenField()


class CodeForm(Form):
    code = StringField(_l("Code"), validators=[required(), length(max=100)])
    next = HiddenField()


class PassphraseForm(Form):
    """The passphrase once more: to unlock, or before something grave."""

    password = PasswordField(_l("Your passphrase"), validators=[required(), TYPED_PASSPHRASE])
    next = HiddenField()


class NewPassphrase(Form):
    """A passphrase that nobody will guess. ``not_like`` are the person's own words."""

    not_like: tuple[str, ...] = ()
    new_password = PasswordField(_l("New passphrase"), validators=[required()])

    def validate_new_password(self, field: Any) -> None:
        fault = passphrase_fault(field.data or "", not_like=self.not_like)
        if fault:
            raise ValidationError(str(PASSPHRASE_FAULTS[fault]))


class ChangePassphraseForm(NewPassphrase):
    password = PasswordField(_l("Your present passphrase"), validators=[required(), TYPED_PASSPHRASE])


class JoinForm(NewPassphrase):
    name = StringField(_l("Your name"), validators=[required(), length(max=200)])
    language = _language()


class _PrintedCode(Form):
    code = StringField(_l("Recovery code"), validators=[required(), length(max=200)])

    def validate_code(self, field: Any) -> None:
        try:
            normalise_recovery_code(field.data)
        except ValueError as fault:
            raise ValidationError(str(CODE_FAULTS[str(fault)])) from None


class RecoverForm(_PrintedCode, NewPassphrase):
    email = StringField(_l("Email address"), validators=[required(), length(max=254)])


class UseSheetForm(_PrintedCode):
    """The code of the organization's sheet, from the safe."""


class ProfileForm(Form):
    name = StringField(_l("Your name"), validators=[required(), length(max=200)])
    language = _language()


class EnrolForm(Form):
    code = StringField(_l("Code from the app"), validators=[required(), length(max=20)])
    ticket = HiddenField()


class RolesForm(Form):
    """Which roles; the choices are those the tenant can give."""

    roles = ChoicesField(_l("Roles"))
    password = PasswordField(_l("Your passphrase"), validators=[required(), TYPED_PASSPHRASE])

    def validate_roles(self, field: Any) -> None:
        if not field.data:
            raise ValidationError(_("Choose at least one role."))


class InviteForm(RolesForm):
    email = StringField(_l("Email address"), validators=[required(), email(), length(max=254)])
    name = StringField(_l("Name"), validators=[required(), length(max=200)])
    language = _language()


class LetInForm(PassphraseForm):
    fingerprint = HiddenField(validators=[required()])


class FounderForm(Form):
    """Whom a partner's first invitation goes to."""

    person = StringField(_l("Name of its first key holder"), validators=[required(), length(max=200)])
    email = StringField(_l("Email address"), validators=[required(), email(), length(max=254)])
    language = _language()
    password = PasswordField(_l("Your passphrase"), validators=[required(), TYPED_PASSPHRASE])


class PartnerForm(FounderForm):
    name = StringField(_l("Name of the organization"), validators=[required(), length(max=200)])
    code = StringField(_l("Letters for its case codes"), validators=[required(), length(max=8)])
    country = SelectField(_l("Country"))


def form_fault(form: Form, message: str, field: str | None = None) -> None:
    """Say at a field, or above the form, what a service refused."""
    if field is None:
        form.form_errors.append(message)
    else:
        form[field].errors = [*form[field].errors, message]
