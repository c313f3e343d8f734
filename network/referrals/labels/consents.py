"""The words of consent."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString

from network.referrals.consent import Assent, ConsentEventKind, Guardian, Method, Purpose
from network.referrals.overrides import Ground, Review

# NOTE: What a person is asked to agree to; stands alone and after "Consent to:".
PURPOSES: dict[Purpose, LazyString] = {
    Purpose.REFERRAL: _l("Asking another organization for help"),
    Purpose.TRANSFER: _l("Handing the case over to another organization"),
    Purpose.SERVICE: _l("Help from us"),
    Purpose.DATA_STORAGE: _l("Keeping what the person told"),
    Purpose.INTERVIEW: _l("An interview"),
    Purpose.REPORTING_AGGREGATE: _l("Counting in reports, without any name"),
    Purpose.RESEARCH: _l("Research"),
    Purpose.TRACING: _l("Looking for the family"),
    Purpose.RETURN: _l("Return home"),
    Purpose.MEDIA: _l("Media"),
    Purpose.LAW_ENFORCEMENT: _l("Police and courts"),
}

SELF = "self"
GUARDIANS: dict[str, LazyString] = {
    SELF: _l("The person herself or himself"),
    Guardian.PARENT: _l("A parent"),
    Guardian.LEGAL_GUARDIAN: _l("A legal guardian"),
    Guardian.GUARDIAN_ADVOCATE: _l("A guardian appointed for this case"),
    Guardian.COURT: _l("A court"),
}

ASSENTS: dict[Assent, LazyString] = {
    Assent.AGREES: _l("The child agrees"),
    Assent.REFUSES: _l("The child does not want it"),
    Assent.TOO_YOUNG: _l("The child is too young to be asked"),
}

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

# NOTE: What became of a consent, as lines of its story.
CONSENT_EVENTS: dict[ConsentEventKind, LazyString] = {
    ConsentEventKind.PROPOSED: _l("Asked for"),
    ConsentEventKind.GIVEN: _l("Given"),
    ConsentEventKind.REFUSED: _l("Refused"),
    ConsentEventKind.SCOPE_WIDENED: _l("More was allowed than before"),
    ConsentEventKind.SCOPE_NARROWED: _l("A part was taken back"),
    ConsentEventKind.RENEWED: _l("Renewed an earlier consent"),
    ConsentEventKind.WITHDRAWN: _l("Withdrawn"),
    ConsentEventKind.EXPIRED: _l("Ended by its date"),
    ConsentEventKind.SUPERSEDED: _l("Replaced by a newer consent"),
    ConsentEventKind.OVERRIDDEN: _l("Something was sent without it"),
    ConsentEventKind.ERROR: _l("Marked as a mistake"),
}

# NOTE: What a wording of consent asks for.
WORDINGS: dict[str, LazyString] = {
    "referral": _l("Asking another organization for help"),
    "general": _l("Everything else, named above it"),
    "reporting": _l("Counting in reports, without any name"),
}

GROUNDS: dict[Ground, LazyString] = {
    Ground.IMMINENT_DANGER_LIFE: _l("A life is in danger now"),
    Ground.CHILD_AT_RISK: _l("A child is at risk"),
    Ground.COURT_ORDER: _l("A court ordered it"),
}

REVIEWS: dict[Review, LazyString] = {
    Review.UPHELD: _l("It was needed: it goes on"),
    Review.STOPPED: _l("It was not needed, or no longer is: stop it now"),
}
