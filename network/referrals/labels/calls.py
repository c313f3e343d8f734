"""The words of calls to the hotline."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString

CALL_TYPES: dict[str, LazyString] = {
    "in_danger": _l("Somebody is in danger now"),
    "possible_trafficking": _l("Somebody may be a victim of trafficking"),
    "help_for_survivor": _l("Help for somebody who got away"),
    "missing_person": _l("Looking for somebody who went abroad"),
    "return_home": _l("Help to come home"),
    "advice_before_travel": _l("Advice before going abroad"),
    "labour_abuse": _l("Wages not paid, papers taken, bad work"),
    "legal": _l("A question about the law"),
    "violence_home": _l("Violence at home"),
    "about_us": _l("A question about our work"),
    "silent": _l("Nobody spoke, or the call broke off"),
    "other": _l("Something else"),
}
CALLERS: dict[str, LazyString] = {
    "self": _l("The person herself or himself"),
    "relative": _l("Family or a friend"),
    "professional": _l("Somebody at work: a doctor, a teacher, the police"),
    "witness": _l("Somebody who saw something"),
    "unknown": _l("Did not say"),
}
DANGER: dict[str, LazyString] = {"yes": _l("Yes"), "no": _l("No"), "unsure": _l("Not sure")}
