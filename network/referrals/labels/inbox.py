"""The words of the inbox."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString

from network.referrals.states import Priority

# NOTE: How urgent a referral is, in one word, as a mark beside it or above a list of such.
URGENCY: dict[Priority, LazyString] = {
    Priority.EMERGENCY: _l("Emergency"),
    Priority.URGENT: _l("Urgent"),
    Priority.ROUTINE: _l("Routine"),
}
