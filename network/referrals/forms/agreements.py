"""What the coordinator says of an agreement."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, DateField, HiddenField, SelectField
from wtforms.validators import Optional

from network.forms import ChoicesField, Form, options, required
from network.referrals import labels

DAYS = ["%Y-%m-%d", "%d.%m.%Y"]


class AgreementForm(Form):
    """From when until when, and what each receiving country adds. ``seen`` is what its writer had before her."""

    seen = HiddenField()
    first = SelectField(_l("Between"), validate_choice=True)
    second = SelectField(_l("And"), validate_choice=True)
    valid_from = DateField(_l("In force from"), [required()], format=DAYS)
    valid_until = DateField(_l("Until"), [Optional()], format=DAYS)
    withheld_kg = ChoicesField(_l("Never sent to Kyrgyzstan"), choices=options(labels.CATEGORIES.items()))
    approval_kg = BooleanField(_l("A supervisor approves each referral to Kyrgyzstan"))
    withheld_uz = ChoicesField(_l("Never sent to Uzbekistan"), choices=options(labels.CATEGORIES.items()))
    approval_uz = BooleanField(_l("A supervisor approves each referral to Uzbekistan"))
    withheld_tj = ChoicesField(_l("Never sent to Tajikistan"), choices=options(labels.CATEGORIES.items()))
    approval_tj = BooleanField(_l("A supervisor approves each referral to Tajikistan"))
