"""The words of consent."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString

from network.referrals.consent import Method

METHODS: dict[Method, LazyString] = {
    Method.WRITTEN: _l("In writing"),
    Method.THUMBPRINT: _l("By thumbprint"),
    Method.ORAL_RECORDED_BY_STAFF: _l("Spoken, written down by staff"),
    Method.ORAL_WITNESSED: _l("Spoken before a witness"),
    Method.REMOTE_CALL: _l("In a call"),
    Method.ELECTRONIC: _l("Electronically"),
}


# NOTE: The seven questions of HTCDS: what the person must have been told before consent counts.
INFORMED: dict[str, LazyString] = {
    "consents": _l("The person agrees, freely"),
    "purpose": _l("The purpose was explained"),
    "use_of_data": _l("What happens with the information was explained"),
    "research": _l("That nothing is used for research without asking was explained"),
    "right_to_data": _l("The right to see and get one's own information was explained"),
    "storage_period": _l("How long it is kept was explained"),
    "withdrawal": _l("How to withdraw consent was explained"),
}
