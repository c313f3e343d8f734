"""What is asked around recipients without accounts."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from wtforms import StringField

from network.forms import Form, QueryForm, length, required


class GuestSearchForm(QueryForm):
    """A part of an organization's name."""

    q = StringField(_l("Name of the organization"), [length(max=100)])


class GuestCodeForm(Form):
    """The code that was given apart from the link."""

    code = StringField(_l("Code"), [required(), length(max=60)])
