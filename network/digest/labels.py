"""The words people see for kinds, states and rules of the digest."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString

from network.digest.models import ActivityKind, ActivityState, Reached, Visibility

KIND: dict[ActivityKind, LazyString] = {
    ActivityKind.INFORMATION_CAMPAIGN: _l("Information campaign"),
    ActivityKind.SEMINAR: _l("Seminar"),
    ActivityKind.TRAINING: _l("Training"),
    ActivityKind.ROUNDTABLE: _l("Roundtable"),
    ActivityKind.CONFERENCE: _l("Conference"),
    ActivityKind.RESEARCH: _l("Research"),
    # NOTE: An organization tells of the work of its telephone hotline.
    ActivityKind.HOTLINE: _l("Hotline work"),
    # NOTE: People of a group inform others of the same group: the principle "equal to equal".
    ActivityKind.PEER_WORK: _l("Peer work, equal to equal"),
    # NOTE: A group of people of a village who work against trafficking there.
    ActivityKind.COMMUNITY_GROUP: _l("Community group"),
    ActivityKind.LEGAL_ASSISTANCE: _l("Legal assistance and court monitoring"),
    # NOTE: Work together with ministries, administrations, police.
    ActivityKind.STATE_COOPERATION: _l("Co-operation with the state"),
}

STATE: dict[ActivityState, LazyString] = {
    # NOTE: State of a text that only its own organization sees so far.
    ActivityState.DRAFT: _l("Draft"),
    # NOTE: State of a finished text that is published by itself at its time.
    ActivityState.SUBMITTED: _l("Waits for its time"),
    ActivityState.PUBLISHED: _l("Published"),
    ActivityState.WITHDRAWN: _l("Withdrawn"),
}

STATE_TAG: dict[ActivityState, str] = {
    ActivityState.DRAFT: "",
    ActivityState.SUBMITTED: "waiting",
    ActivityState.PUBLISHED: "done",
    ActivityState.WITHDRAWN: "stopped",
}

VISIBILITY: dict[Visibility, LazyString] = {
    Visibility.PUBLIC: _l("Everybody"),
    Visibility.PARTNERS: _l("Members of the network only"),
}

REACHED: dict[Reached, LazyString] = {
    # NOTE: Whom an activity reached, in numbers.
    Reached.WOMEN: _l("Women"),
    Reached.MEN: _l("Men"),
    Reached.GIRLS: _l("Girls under 18"),
    Reached.BOYS: _l("Boys under 18"),
    # NOTE: People reached who were counted, but not by sex and age.
    Reached.OTHERS: _l("Others, counted together"),
}

RULES: dict[str, tuple[str, LazyString]] = {
    # Code of a rule: the field at which it is said, and how.
    "title_missing": ("title_en", _l("Write the title in at least one language.")),
    "happened_from_unknown": (
        "happened_from",
        _l("Enter a day, a month or a year: 24.04.2007, 04.2007 or 2007."),
    ),
    "happened_to_unknown": (
        "happened_to",
        _l("Enter a day, a month or a year: 24.04.2007, 04.2007 or 2007."),
    ),
    "end_before_start": ("happened_to", _l("The end cannot be earlier than the beginning.")),
    "too_many_places": ("place_1", _l("Choose %(most)s places at most.")),
    "place_unknown": ("place_1", _l("Choose one of the answers offered.")),
    "reached_unknown": ("reached_women", _l("Enter a whole number, for example 25.")),
}
