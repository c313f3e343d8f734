"""The words people see for what this feature names in code."""

from __future__ import annotations

import datetime

from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString

from network.dates import long_date
from network.i18n.prefix import current_language
from network.referrals.categories import FIELDS as FIELDS_OF
from network.referrals.categories import Category, Shape
from network.referrals.consent import Method
from network.referrals.models.cases import CaseStatus
from network.referrals.states import CancelReason, DeclineReason, Move, Outcome, Priority, Status, StopGround

CATEGORIES: dict[Category, LazyString] = {
    Category.IDENTITY: _l("Name and identity"),
    Category.CONTACT: _l("Safe contact"),
    Category.LOCATION: _l("Where the person is"),
    Category.DEMOGRAPHICS: _l("Sex, age, languages"),
    Category.HEALTH: _l("Health"),
    Category.PSYCHOLOGICAL: _l("Psychological state"),
    Category.EXPLOITATION_ACCOUNT: _l("What happened"),
    Category.PERPETRATOR: _l("About those who did it"),
    Category.LEGAL: _l("Legal matters"),
    Category.IMMIGRATION: _l("Stay and return"),
    Category.FAMILY_CHILDREN: _l("Family and children"),
    Category.DOCUMENTS: _l("Documents"),
    Category.PHOTO: _l("Photograph"),
}

FIELDS: dict[str, LazyString] = {
    "prs_FirstName": _l("First name"),
    "prs_SecondName": _l("Family name"),
    "alias": _l("Name the person wants to be called by"),
    "prs_Birthdate": _l("Date of birth"),
    "prs_IdentityNumber": _l("Number of an identity document"),
    "prs_MobilePhone": _l("Mobile phone"),
    "safe_channel": _l("Safe way to reach the person"),
    "safe_hours": _l("Safe hours"),
    "safe_notes": _l("What to say, what never to say"),
    "prs_MailingCity": _l("Town or village"),
    "prs_MailingState": _l("Province"),
    "location_notes": _l("Where to find the person"),
    "transport_and_reception": _l("Transport and reception"),
    "prs_Gender": _l("Sex or gender"),
    "age_band": _l("Age"),
    "prs_Citizenship": _l("Citizenship"),
    "prs_PrimaryLanguage": _l("First language"),
    "prs_SecondaryLanguage": _l("Second language"),
    "special_needs": _l("Special needs"),
    "health_needs": _l("Health needs"),
    "urgent_treatment": _l("Urgent treatment"),
    "psychological_needs": _l("Psychological needs"),
    "vic_TypeOfExploitation": _l("Kind of exploitation"),
    "vic_LocationOfExploitation": _l("Where it happened"),
    "account": _l("What the person told, in their own words"),
    "vic_RelationshipToTrafficker": _l("How the person knew them"),
    "perpetrator_notes": _l("What is known of them"),
    "legal_needs": _l("Legal needs"),
    "proceedings": _l("Proceedings"),
    "immigration_status": _l("Status of stay"),
    "return_wishes": _l("Wishes about returning"),
    "prs_NumberOfChildren": _l("Number of children"),
    "family_notes": _l("About the family"),
    "documents_held": _l("Which documents the person has, and who holds them"),
    "photo_notes": _l("Whether a photograph exists, and who holds it"),
}

# NOTE: Values of the HTCDS standard: a person's gender, kinds of exploitation, safe ways of contact.
CHOICES: dict[str, LazyString] = {
    "Feminine": _l("Woman or girl"),
    "Masculine": _l("Man or boy"),
    "TransgenderFeminine": _l("Transgender woman"),
    "TransgenderMasculine": _l("Transgender man"),
    "NonConforming": _l("Another gender"),
    "NonSpecifiedUnknown": _l("Not said"),
    "0-8": _l("0 to 8"),
    "9-17": _l("9 to 17"),
    "18-20": _l("18 to 20"),
    "21-23": _l("21 to 23"),
    "24-26": _l("24 to 26"),
    "27-29": _l("27 to 29"),
    "30-38": _l("30 to 38"),
    "39-47": _l("39 to 47"),
    "48+": _l("48 or older"),
    "ForcedLabour": _l("Forced labour"),
    "SexualExploitation": _l("Sexual exploitation"),
    "ForcedMarriage": _l("Forced marriage"),
    "OrganRemoval": _l("Removal of organs"),
    "SlaverySimilarPractices": _l("Slavery or similar practices"),
    "Other": _l("Something else"),
    "voice": _l("Call"),
    "message": _l("Message"),
    "through_other": _l("Through another person"),
    "none": _l("None for now"),
}

CHOSEN = {f.name for fields in FIELDS_OF.values() for f in fields if f.shape is Shape.CHOICE}
DAYS = {f.name for fields in FIELDS_OF.values() for f in fields if f.shape is Shape.DATE}
"""Fields whose values are read in other words than they are kept in."""


def day(iso: str) -> str:
    """A kept day as a sentence says it in the reader's language; what is no day stays as it was written."""
    try:
        return long_date(datetime.date.fromisoformat(iso), current_language())
    except ValueError:
        return iso


STATUSES: dict[Status, LazyString] = {
    Status.DRAFT: _l("Draft"),
    Status.READY: _l("Ready to send"),
    Status.APPROVAL_PENDING: _l("Waits for approval"),
    Status.SENT: _l("Sent"),
    Status.RECEIVED: _l("Opened"),
    Status.ACKNOWLEDGED: _l("Being looked at"),
    Status.ACCEPTED: _l("Accepted"),
    Status.IN_SERVICE: _l("Help under way"),
    Status.OUTCOME_REPORTED: _l("Outcome reported"),
    Status.CLOSED: _l("Closed"),
    Status.DECLINED_PENDING: _l("Declined, to be read"),
    Status.DECLINED: _l("Declined"),
    Status.CANCELLED: _l("Cancelled"),
    Status.STOPPING: _l("Stop and delete"),
    Status.WITHDRAWN: _l("Consent withdrawn"),
}
KINDS: dict[Status, str] = {
    Status.APPROVAL_PENDING: "waiting",
    Status.SENT: "going",
    Status.RECEIVED: "going",
    Status.ACKNOWLEDGED: "going",
    Status.ACCEPTED: "done",
    Status.IN_SERVICE: "done",
    Status.OUTCOME_REPORTED: "attention",
    Status.DECLINED_PENDING: "attention",
    Status.STOPPING: "attention",
    Status.WITHDRAWN: "stopped",
    Status.DECLINED: "stopped",
    Status.CANCELLED: "stopped",
}

MOVES: dict[Move, LazyString] = {
    Move.PREPARE: _l("Check and make ready"),
    Move.REOPEN_DRAFT: _l("Change something"),
    Move.SUBMIT: _l("Ask for approval"),
    Move.APPROVE: _l("Approve"),
    Move.RETURN: _l("Send back to the author"),
    Move.SEND: _l("Send now"),
    Move.RECALL: _l("Take back"),
    Move.ACKNOWLEDGE: _l("We are looking at it"),
    Move.ACCEPT: _l("Accept and take it on"),
    Move.DECLINE: _l("Decline"),
    Move.CONFIRM_DECLINE: _l("I have read it"),
    Move.START: _l("Help has begun"),
    Move.REPORT_OUTCOME: _l("Report the outcome"),
    Move.CLOSE: _l("Confirm and close"),
    Move.CANCEL: _l("Cancel the referral"),
    Move.CONFIRM_STOP: _l("Confirm that we stopped"),
}

MOVE_KINDS: dict[Move, str] = {
    Move.REOPEN_DRAFT: "quiet",
    Move.RETURN: "quiet",
    Move.RECALL: "quiet",
    Move.ACKNOWLEDGE: "quiet",
    Move.DECLINE: "danger",
    Move.CANCEL: "danger",
}
"""How loud the button of a move is; what leads on is the page's first choice."""

STORY: dict[Move, LazyString] = {
    Move.PREPARE: _l("Made ready to send"),
    Move.REOPEN_DRAFT: _l("Opened again for changes"),
    Move.SUBMIT: _l("Approval asked for"),
    Move.APPROVE: _l("Approved"),
    Move.RETURN: _l("Sent back to the author"),
    Move.SEND: _l("Sent"),
    Move.RECALL: _l("Taken back before it was opened"),
    Move.OPEN: _l("Opened by the receiving organization"),
    Move.ACKNOWLEDGE: _l("The receiving organization is looking at it"),
    Move.ACCEPT: _l("Accepted"),
    Move.DECLINE: _l("Declined"),
    Move.CONFIRM_DECLINE: _l("The refusal was read"),
    Move.START: _l("Help has begun"),
    Move.REPORT_OUTCOME: _l("Outcome reported"),
    Move.CLOSE: _l("Confirmed and closed"),
    Move.CANCEL: _l("Cancelled"),
    Move.WITHDRAW: _l("Consent withdrawn: access closed"),
    Move.CONFIRM_STOP: _l("The receiving organization confirmed that it stopped"),
}

PRIORITIES: dict[Priority, LazyString] = {
    Priority.URGENT: _l("Urgent: answer within 72 hours"),
    Priority.ROUTINE: _l("Routine: answer within 14 days"),
}

DECLINE_REASONS: dict[DeclineReason, LazyString] = {
    DeclineReason.NO_CAPACITY: _l("No free place"),
    DeclineReason.NOT_ELIGIBLE: _l("The person is not among those we may help"),
    DeclineReason.WRONG_SERVICE: _l("We do not offer this"),
    DeclineReason.WRONG_AREA: _l("We do not work in that area"),
    DeclineReason.UNSAFE: _l("It would not be safe"),
    DeclineReason.CONFLICT_OF_INTEREST: _l("Conflict of interest"),
    DeclineReason.DUPLICATE: _l("We have this referral already"),
    DeclineReason.OTHER: _l("Another reason"),
}

OUTCOMES: dict[Outcome, LazyString] = {
    Outcome.PROVIDED: _l("Help was given"),
    Outcome.PROVIDED_IN_PART: _l("Help was given in part"),
    Outcome.ALREADY_RECEIVED: _l("The person had already received it"),
    Outcome.DECLINED_BY_SURVIVOR: _l("The person did not want it"),
    Outcome.SERVICE_UNAVAILABLE: _l("The service was not available"),
    Outcome.NOT_ELIGIBLE: _l("The person is not among those we may help"),
    Outcome.UNREACHABLE: _l("The person could not be reached"),
    Outcome.NO_SHOW: _l("The person did not come"),
    Outcome.MOVED_AWAY: _l("The person moved away"),
    Outcome.REFERRED_ON: _l("Referred on, with consent"),
    Outcome.UNSAFE_TO_CONTINUE: _l("Going on would not be safe"),
}

CANCEL_REASONS: dict[CancelReason, LazyString] = {
    CancelReason.NEED_MET: _l("The need was met another way"),
    CancelReason.MOVED: _l("The person moved"),
    CancelReason.ERROR: _l("It was a mistake"),
    CancelReason.SAFETY: _l("For safety"),
}

STOP_GROUNDS: dict[StopGround, LazyString] = {
    StopGround.DELETED: _l("We deleted everything we had noted down or printed"),
    StopGround.RETURNED: _l("We gave everything back"),
    StopGround.RETAINED_ON_GROUND: _l("The law makes us keep a part of it"),
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

CASE_STATUSES: dict[CaseStatus, LazyString] = {
    CaseStatus.ACTIVE: _l("Active"),
    CaseStatus.FOLLOW_UP: _l("Follow-up"),
    CaseStatus.CLOSED: _l("Closed"),
    CaseStatus.CLOSED_REFERRED: _l("Closed, referred"),
}

RISK_LEVELS = {"low": _l("Low"), "medium": _l("Medium"), "high": _l("High"), "extreme": _l("Extreme")}

UNFIT: dict[str, LazyString] = {
    "case_closed": _l("This case is closed. Open a new one to refer the person again."),
    "recipient_unknown": _l("Choose one of the partner organizations."),
    "recipient_suspended": _l("This organization cannot receive referrals at present. Choose another one."),
    "nothing_chosen": _l("Choose at least one kind of information, or the other side cannot help."),
    "no_agreement": _l(
        "There is no agreement in force between your two organizations. Ask the network's coordinator."
    ),
    "category_empty": _l("Nothing is written yet under: %(categories)s. Fill it in, or leave it out."),
    "consent_missing": _l(
        "The person's consent does not cover this for the receiving organization: %(categories)s."
        " Ask for it, or leave it out."
    ),
    "risk_assessment_old": _l("Across a border, the risk must have been assessed within the last 14 days."),
    "minor": _l(
        "This person is under 18. Referrals of children need the consent of a guardian and cannot be sent here yet."
        " Please agree by phone with the other organization's supervisor."
    ),
    "approval_needed": _l("A supervisor must approve this referral, as it stands now, before it is sent."),
    "consent_ended": _l(
        "The person's consent has ended meanwhile. Ask the sending organization to renew it."
    ),
    "no_scope": _l("Choose at least one kind of information that may be shared."),
    "given_in_future": _l("Consent cannot be given in the future."),
    "expiry_past": _l("This day has passed already."),
    "expiry_too_late": _l("Consent lasts 12 months at most."),
    "not_informed": _l("Consent counts only when all of this was explained. Tick each when it is done."),
}
