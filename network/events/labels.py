"""The words people see for kinds, states and rules of events."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString

from network.events.models import ConsentToPublish, EventKind, EventStatus, EventVisibility, RegistrationState
from network.events.policies import Closed

KIND: dict[EventKind, LazyString] = {
    EventKind.CONFERENCE: _l("Conference"),
    EventKind.ROUNDTABLE: _l("Roundtable"),
    EventKind.SEMINAR: _l("Seminar"),
    EventKind.TRAINING: _l("Training"),
}

STATUS: dict[EventStatus, LazyString] = {
    # NOTE: State of an event that only its organisers see so far.
    EventStatus.DRAFT: _l("Draft"),
    EventStatus.PUBLISHED: _l("Published"),
    EventStatus.POSTPONED: _l("Postponed"),
    EventStatus.CANCELLED: _l("Cancelled"),
}

STATUS_TAG: dict[EventStatus, str] = {
    EventStatus.DRAFT: "",
    EventStatus.PUBLISHED: "done",
    EventStatus.POSTPONED: "attention",
    EventStatus.CANCELLED: "stopped",
}

VISIBILITY: dict[EventVisibility, LazyString] = {
    EventVisibility.PUBLIC: _l("Everybody"),
    EventVisibility.PARTNERS: _l("Members of the network only"),
}

STATE: dict[RegistrationState, LazyString] = {
    RegistrationState.COMPLETE: _l("Registered"),
    RegistrationState.PENDING: _l("Waits for the organiser"),
    RegistrationState.WAITLISTED: _l("On the waiting list"),
    RegistrationState.REJECTED: _l("Not accepted"),
    RegistrationState.WITHDRAWN: _l("Withdrawn"),
}

STATE_TAG: dict[RegistrationState, str] = {
    RegistrationState.COMPLETE: "done",
    RegistrationState.PENDING: "attention",
    RegistrationState.WAITLISTED: "waiting",
    RegistrationState.REJECTED: "stopped",
    RegistrationState.WITHDRAWN: "",
}

CONSENT: dict[ConsentToPublish, LazyString] = {
    ConsentToPublish.NOBODY: _l("Nobody"),
    ConsentToPublish.PARTICIPANTS: _l("The other participants"),
    ConsentToPublish.ALL: _l("Everybody"),
}

CLOSED: dict[Closed, LazyString] = {
    Closed.DRAFT: _l("This event is not published yet."),
    Closed.CANCELLED: _l("This event will not take place, so nobody can register."),
    Closed.POSTPONED: _l("This event was postponed. Registration goes on when there is a new date."),
    Closed.OVER: _l("This event is over."),
    Closed.NOT_YET: _l("Registration has not opened yet."),
    Closed.TOO_LATE: _l("Registration is closed."),
}

ZONE: dict[str, LazyString] = {
    "Asia/Bishkek": _l("Kyrgyzstan (Osh, Jalal-Abad, Batken)"),
    "Asia/Tashkent": _l("Uzbekistan (Andijan, Fergana, Namangan)"),
    "Asia/Dushanbe": _l("Tajikistan (Khujand)"),
}

RULES: dict[str, tuple[str, LazyString]] = {
    # Code of a rule: the field at which it is said, and how.
    "title_missing": ("title_en", _l("Write the title in at least one language.")),
    "unknown_timezone": ("timezone", _l("Choose the clock of one of the three countries.")),
    "end_before_start": ("end_at", _l("The end must be later than the beginning.")),
    "closes_after_end": ("closes_at", _l("Registration cannot stay open longer than the event lasts.")),
    "closes_before_opens": ("opens_at", _l("Registration must open before it closes.")),
    "limit_too_small": ("registration_limit", _l("Offer at least one seat, or leave this empty.")),
    "limit_below_confirmed": (
        "registration_limit",
        _l(
            "%(taken)s seats are given out already. Enter that many or more, or withdraw registrations first."
        ),
    ),
    "over": ("end_at", _l("This day is past. Set a day to come before you publish.")),
}
