"""The words of a case's story: what happened, whoever did it."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString

CONSENT_STORY: dict[str, LazyString] = {
    "proposed": _l("Consent was asked for"),
    "given": _l("Consent given"),
    "refused": _l("Consent refused"),
    "scope_widened": _l("The person agreed to more"),
    "scope_narrowed": _l("The person took back a part of the consent"),
    "renewed": _l("Consent renewed"),
    "withdrawn": _l("Consent withdrawn"),
    "expired": _l("The consent came to its end"),
    "superseded": _l("A newer consent took its place"),
    "overridden": _l("Left without consent: a life was in danger, a child at risk, or a court ordered it"),
    "error": _l("A mistake in the record of a consent was noted"),
}
"""By the value of ``ConsentEventKind``."""
