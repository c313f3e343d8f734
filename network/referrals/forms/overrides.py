"""What is asked before something leaves without consent."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, HiddenField, RadioField, SelectField, StringField, TextAreaField

from network.forms import ChoicesField, Form, length, options, required
from network.referrals import labels
from network.referrals.categories import Category
from network.referrals.forms.questions import LONG
from network.referrals.overrides import MINIMUM, Ground

EMERGENCY_FIELDS: dict[Category, dict[str, str]] = {
    Category.IDENTITY: {"alias": "alias"},
    Category.CONTACT: {"prs_MobilePhone": "phone", "safe_notes": "safe_notes"},
    Category.LOCATION: {"prs_MailingCity": "town", "location_notes": "location_notes"},
    Category.HEALTH: {"urgent_treatment": "urgent_treatment"},
}
"""What the page of the emergency asks, by the category in which it is written down: the standard's field → ours."""


class EmergencyForm(Form):
    """One page: whom to ask, for what, where and how the person is found. Only the first two and the reason must be
    answered."""

    case = SelectField(_l("Case"))
    recipient = RadioField(_l("Which organization must act now?"), [required()])
    requested_service = StringField(
        _l("What must happen now?"),
        [required(), length(max=300)],
        description=_l("For example: a safe place tonight."),
    )
    reason = TextAreaField(
        _l("Why is a life in danger?"),
        [required(), length(max=2000)],
        description=_l("A sentence is enough. A second person of yours reads it within 24 hours."),
    )
    alias = StringField(labels.FIELDS["alias"], [length(max=300)])
    phone = StringField(labels.FIELDS["prs_MobilePhone"], [length(max=300)])
    safe_notes = TextAreaField(labels.FIELDS["safe_notes"], [length(max=LONG)])
    town = StringField(labels.FIELDS["prs_MailingCity"], [length(max=300)])
    location_notes = TextAreaField(labels.FIELDS["location_notes"], [length(max=LONG)])
    urgent_treatment = TextAreaField(labels.FIELDS["urgent_treatment"], [length(max=LONG)])
    categories = ChoicesField(
        _l("What the case already says: what must they know now?"),
        choices=options(
            (c.value, labels.CATEGORIES[c]) for c in Category if c in MINIMUM[Ground.IMMINENT_DANGER_LIFE]
        ),
    )


class OverrideForm(Form):
    """On which ground, and why."""

    seen = HiddenField(default="0")
    ground = RadioField(
        _l("On which ground?"),
        [required()],
        choices=options(
            (ground.value, labels.GROUNDS[ground]) for ground in (Ground.CHILD_AT_RISK, Ground.COURT_ORDER)
        ),
    )
    reason = TextAreaField(_l("Why can it not wait for consent?"), [required(), length(max=2000)])


class ReviewForm(Form):
    review = RadioField(
        _l("Was it needed?"),
        [required()],
        choices=options((k.value, words) for k, words in labels.REVIEWS.items()),
    )
    informed = BooleanField(_l("The person has been told that it was sent"))


class AloneForm(Form):
    seen = HiddenField(default="0")
    alone = TextAreaField(_l("Why do you send it without a second person?"), [required(), length(max=1000)])
