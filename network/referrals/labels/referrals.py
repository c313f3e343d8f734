"""The words of a referral: states, moves, reasons."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import Any

from flask_babel import get_locale
from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString

from network.i18n.translated import show
from network.referrals.states import (
    CancelReason,
    DeclineReason,
    Move,
    Outcome,
    Priority,
    Status,
    StopGround,
    SurvivorView,
)

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
    Status.INFO_REQUESTED: _l("A question waits for an answer"),
    Status.REDIRECT_PROPOSED: _l("Another provider proposed"),
    Status.SCHEDULED: _l("Appointment made"),
    Status.NOT_ENGAGED: _l("The person did not come yet"),
    Status.DECLINED_PENDING: _l("Declined, to be read"),
    Status.DECLINED: _l("Declined"),
    Status.CANCELLED: _l("Cancelled"),
    Status.TIMED_OUT: _l("No answer in time"),
    Status.TRANSFERRED: _l("Handed over"),
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
    Status.SCHEDULED: "done",
    Status.INFO_REQUESTED: "attention",
    Status.REDIRECT_PROPOSED: "attention",
    Status.NOT_ENGAGED: "attention",
    Status.OUTCOME_REPORTED: "attention",
    Status.DECLINED_PENDING: "attention",
    Status.STOPPING: "attention",
    Status.WITHDRAWN: "stopped",
    Status.DECLINED: "stopped",
    Status.CANCELLED: "stopped",
    Status.TIMED_OUT: "stopped",
    Status.TRANSFERRED: "done",
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
    Move.SEND_IN_EMERGENCY: _l("Send now: life is in danger"),
    Move.ASK: _l("Ask a question"),
    Move.ANSWER: _l("Answer the question"),
    Move.SUGGEST_REDIRECT: _l("Suggest another provider"),
    Move.ACCEPT_REDIRECT: _l("Go there instead"),
    Move.REFUSE_REDIRECT: _l("Stay with this organization"),
    # NOTE: the sender does not agree with a refusal and asks the other organization to think again, once.
    Move.RETURN_DECLINE: _l("Ask them to think again"),
    Move.SCHEDULE: _l("Make an appointment"),
    Move.NO_SHOW: _l("The person did not come"),
    Move.UNREACHABLE: _l("We could not reach the person"),
    Move.REACHED: _l("We reached the person"),
    Move.GIVE_UP: _l("Close: the person cannot be reached"),
    Move.DISPUTE: _l("This is not how it was"),
    # NOTE: hand over a whole case to the other organization.
    Move.PROPOSE_HANDOVER: _l("Offer to hand the case over"),
    Move.TAKE_OVER: _l("Take the case over"),
    Move.REFUSE_HANDOVER: _l("Do not take the case over"),
    Move.REOPEN: _l("Start again with a new draft"),
    # NOTE: the receiver asks the sender whether it may give something about the person to a third organization.
    Move.ASK_ONWARD: _l("Ask whether we may pass something on"),
    Move.ANSWER_ONWARD: _l("Say whether it may be passed on"),
}


MOVE_KINDS: dict[Move, str] = {
    Move.REOPEN_DRAFT: "quiet",
    Move.RETURN: "quiet",
    Move.RECALL: "quiet",
    Move.ACKNOWLEDGE: "quiet",
    Move.DECLINE: "danger",
    Move.CANCEL: "danger",
    Move.ASK: "quiet",
    Move.SUGGEST_REDIRECT: "quiet",
    Move.REFUSE_REDIRECT: "quiet",
    Move.RETURN_DECLINE: "quiet",
    Move.NO_SHOW: "quiet",
    Move.UNREACHABLE: "quiet",
    Move.GIVE_UP: "danger",
    Move.SCHEDULE: "quiet",
    Move.DISPUTE: "quiet",
    Move.PROPOSE_HANDOVER: "quiet",
    Move.REFUSE_HANDOVER: "quiet",
    Move.REOPEN: "quiet",
    Move.ASK_ONWARD: "quiet",
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
    Move.NARROW: _l("The person took a part of the consent back: that part can no longer be read"),
    Move.WIDEN: _l("The person consented to more: it was sent along"),
    Move.UPDATE: _l("A newer version of what was sent came"),
    Move.ASK_ONWARD: _l("The receiving organization asked whether it may pass something on"),
    Move.ANSWER_ONWARD: _l("It was said whether something may be passed on"),
    Move.CONFIRM_STOP: _l("The receiving organization confirmed that it stopped"),
    Move.SEND_IN_EMERGENCY: _l("Sent in an emergency"),
    Move.ASK: _l("A question was asked"),
    Move.ANSWER: _l("The question was answered"),
    Move.SUGGEST_REDIRECT: _l("Another provider was suggested"),
    Move.ACCEPT_REDIRECT: _l("The other provider will be asked instead"),
    Move.REFUSE_REDIRECT: _l("It stays with this organization"),
    Move.RETURN_DECLINE: _l("The refusal was sent back once"),
    Move.LAPSE_DECLINE: _l("The refusal stands: nothing was said to it for five days"),
    Move.TIME_OUT: _l("No answer came in time"),
    Move.SCHEDULE: _l("An appointment was made"),
    Move.NO_SHOW: _l("The person did not come"),
    Move.UNREACHABLE: _l("The person could not be reached"),
    Move.REACHED: _l("The person was reached"),
    Move.GIVE_UP: _l("Closed: the person could not be reached"),
    Move.DISPUTE: _l("The outcome was disputed"),
    Move.PROPOSE_HANDOVER: _l("A hand-over of the case was offered"),
    Move.TAKE_OVER: _l("The case was taken over"),
    Move.REFUSE_HANDOVER: _l("The hand-over was not accepted"),
    Move.REOPEN: _l("A new draft was started"),
    # NOTE: "breaking the glass": a colleague who does not work on the case opened it in need, with a reason.
    Move.GLASS: _l("A colleague who does not work on the case opened it in need"),
}


PRIORITIES: dict[Priority, LazyString] = {
    Priority.EMERGENCY: _l("Emergency: answer within 24 hours"),
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


SURVIVOR_VIEWS: dict[SurvivorView, LazyString] = {
    SurvivorView.HELPED: _l("It helped"),
    SurvivorView.HELPED_IN_PART: _l("It helped in part"),
    SurvivorView.DID_NOT_HELP: _l("It did not help"),
    SurvivorView.NOT_ASKED: _l("It was not safe to ask, or the person did not want to say"),
}
VIEW_OF: dict[str, LazyString] = {view.value: words for view, words in SURVIVOR_VIEWS.items()}


CANCEL_REASONS: dict[CancelReason, LazyString] = {
    CancelReason.NEED_MET: _l("The need was met another way"),
    CancelReason.MOVED: _l("The person moved"),
    CancelReason.ERROR: _l("It was a mistake"),
    CancelReason.SAFETY: _l("For safety"),
}


DECLINE_REASON_OF: dict[str, LazyString] = {reason.value: words for reason, words in DECLINE_REASONS.items()}
OUTCOME_OF: dict[str, LazyString] = {outcome.value: words for outcome, words in OUTCOMES.items()}
"""By what stands in a sealed answer."""


def moment(text: str) -> datetime.datetime:
    """The moment of an appointment, as it stands in a sealed answer."""
    return datetime.datetime.fromisoformat(text)


def said(texts: Mapping[str, Any]) -> str:
    """A name of the directory, as it stood when it was named, for the reader."""
    return show(texts, str(get_locale().language)).text


STOP_GROUNDS: dict[StopGround, LazyString] = {
    StopGround.DELETED: _l("We deleted everything we had noted down or printed"),
    StopGround.RETURNED: _l("We gave everything back"),
    StopGround.RETAINED_ON_GROUND: _l("The law makes us keep a part of it"),
}
