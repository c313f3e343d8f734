"""The states of a referral and the moves between them: one table, read by the services, the pages and the tests.

The sets below stand in row-level security as well (migration 0018); ``tests/referrals/test_states.py`` holds the two
together, and ``tests/referrals/test_moves.py`` walks the table row by row.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Status(StrEnum):
    """Where a referral stands (FHIR Task calls it status too)."""

    DRAFT = "draft"
    READY = "ready"
    APPROVAL_PENDING = "approval_pending"
    SENT = "sent"
    RECEIVED = "received"
    ACKNOWLEDGED = "acknowledged"
    ACCEPTED = "accepted"
    IN_SERVICE = "in_service"
    OUTCOME_REPORTED = "outcome_reported"
    CLOSED = "closed"
    INFO_REQUESTED = "info_requested"
    REDIRECT_PROPOSED = "redirect_proposed"
    SCHEDULED = "scheduled"
    NOT_ENGAGED = "not_engaged"
    DECLINED_PENDING = "declined_pending"
    DECLINED = "declined"
    TIMED_OUT = "timed_out"
    TRANSFERRED = "transferred"
    CANCELLED = "cancelled"
    STOPPING = "stopping"
    WITHDRAWN = "withdrawn"


class Move(StrEnum):
    """What somebody does with a referral, or the clock."""

    PREPARE = "prepare"
    REOPEN_DRAFT = "reopen_draft"
    SUBMIT = "submit"
    APPROVE = "approve"
    RETURN = "return"
    SEND = "send"
    SEND_IN_EMERGENCY = "send_in_emergency"
    RECALL = "recall"
    OPEN = "open"
    ACKNOWLEDGE = "acknowledge"
    ACCEPT = "accept"
    ASK = "ask"
    ANSWER = "answer"
    SUGGEST_REDIRECT = "suggest_redirect"
    ACCEPT_REDIRECT = "accept_redirect"
    REFUSE_REDIRECT = "refuse_redirect"
    DECLINE = "decline"
    CONFIRM_DECLINE = "confirm_decline"
    RETURN_DECLINE = "return_decline"
    LAPSE_DECLINE = "lapse_decline"
    TIME_OUT = "time_out"
    START = "start"
    SCHEDULE = "schedule"
    NO_SHOW = "no_show"
    UNREACHABLE = "unreachable"
    REACHED = "reached"
    GIVE_UP = "give_up"
    REPORT_OUTCOME = "report_outcome"
    CLOSE = "close"
    DISPUTE = "dispute"
    PROPOSE_HANDOVER = "propose_handover"
    TAKE_OVER = "take_over"
    REFUSE_HANDOVER = "refuse_handover"
    REOPEN = "reopen"
    CANCEL = "cancel"
    WITHDRAW = "withdraw"
    NARROW = "narrow"
    WIDEN = "widen"
    UPDATE = "update"
    ASK_ONWARD = "ask_onward"
    ANSWER_ONWARD = "answer_onward"
    CONFIRM_STOP = "confirm_stop"
    GLASS = "glass"


class Side(StrEnum):
    """Who may make a move."""

    REFERRING = "referring"
    REFERRING_SUPERVISOR = "referring_supervisor"
    RECEIVING = "receiving"
    RECEIVING_SUPERVISOR = "receiving_supervisor"
    SYSTEM = "system"
    """Nobody by pressing a button: the clock, or what follows from a consent that ended."""


S, M = Status, Move
DRAFTING = frozenset({S.DRAFT, S.READY, S.APPROVAL_PENDING})
"""Its author's alone: the receiving tenant does not know it exists."""
UNANSWERED = frozenset({S.SENT, S.RECEIVED, S.ACKNOWLEDGED, S.INFO_REQUESTED, S.REDIRECT_PROPOSED})
RELEASED = frozenset({S.ACCEPTED, S.SCHEDULED, S.NOT_ENGAGED, S.IN_SERVICE, S.OUTCOME_REPORTED})
"""The receiving desk reads the consented parts."""
ENVELOPE = UNANSWERED | RELEASED | {S.DECLINED_PENDING}
"""The receiving desk reads the envelope."""
ENDED = frozenset({S.CLOSED, S.DECLINED, S.CANCELLED, S.WITHDRAWN, S.TIMED_OUT, S.TRANSFERRED})
OPEN = frozenset(S) - ENDED


REOPENED = frozenset({S.CLOSED, S.DECLINED, S.TIMED_OUT})
"""What a new draft may follow; the old referral stays as it is, since history is never edited."""
ENGAGING = frozenset({S.ACCEPTED, S.SCHEDULED, S.NOT_ENGAGED})
"""Taken on, and the help has not begun."""


@dataclass(frozen=True, slots=True)
class Step:
    """A move from any of these states to another, by this side. Without a target the state stays as it is."""

    origins: frozenset[Status]
    target: Status | None
    side: Side


def _step(origins: frozenset[Status] | Status, target: Status | None, side: Side) -> Step:
    return Step(origins if isinstance(origins, frozenset) else frozenset({origins}), target, side)


STEPS: dict[Move, Step] = {
    M.PREPARE: _step(S.DRAFT, S.READY, Side.REFERRING),
    M.REOPEN_DRAFT: _step(frozenset({S.READY, S.APPROVAL_PENDING}), S.DRAFT, Side.REFERRING),
    M.SUBMIT: _step(S.READY, S.APPROVAL_PENDING, Side.REFERRING),
    M.APPROVE: _step(S.APPROVAL_PENDING, S.READY, Side.REFERRING_SUPERVISOR),
    M.RETURN: _step(S.APPROVAL_PENDING, S.DRAFT, Side.REFERRING_SUPERVISOR),
    M.SEND: _step(S.READY, S.SENT, Side.REFERRING),
    M.SEND_IN_EMERGENCY: _step(S.DRAFT, S.SENT, Side.REFERRING),
    M.RECALL: _step(S.SENT, S.DRAFT, Side.REFERRING),
    M.OPEN: _step(S.SENT, S.RECEIVED, Side.RECEIVING),
    M.ACKNOWLEDGE: _step(frozenset({S.SENT, S.RECEIVED}), S.ACKNOWLEDGED, Side.RECEIVING),
    M.ACCEPT: _step(frozenset({S.RECEIVED, S.ACKNOWLEDGED}), S.ACCEPTED, Side.RECEIVING),
    M.ASK: _step(S.ACKNOWLEDGED, S.INFO_REQUESTED, Side.RECEIVING),
    M.ANSWER: _step(S.INFO_REQUESTED, S.ACKNOWLEDGED, Side.REFERRING),
    M.SUGGEST_REDIRECT: _step(S.ACKNOWLEDGED, S.REDIRECT_PROPOSED, Side.RECEIVING),
    M.ACCEPT_REDIRECT: _step(S.REDIRECT_PROPOSED, S.CANCELLED, Side.REFERRING),
    M.REFUSE_REDIRECT: _step(S.REDIRECT_PROPOSED, S.ACKNOWLEDGED, Side.REFERRING),
    M.DECLINE: _step(UNANSWERED, S.DECLINED_PENDING, Side.RECEIVING),
    M.CONFIRM_DECLINE: _step(S.DECLINED_PENDING, S.DECLINED, Side.REFERRING),
    M.RETURN_DECLINE: _step(S.DECLINED_PENDING, S.ACKNOWLEDGED, Side.REFERRING),
    M.LAPSE_DECLINE: _step(S.DECLINED_PENDING, S.DECLINED, Side.SYSTEM),
    M.TIME_OUT: _step(UNANSWERED, S.TIMED_OUT, Side.SYSTEM),
    M.START: _step(ENGAGING, S.IN_SERVICE, Side.RECEIVING),
    # A missed or moved appointment can be made again, and each further attempt to reach the person is counted.
    M.SCHEDULE: _step(frozenset({S.ACCEPTED, S.SCHEDULED}), S.SCHEDULED, Side.RECEIVING),
    M.NO_SHOW: _step(ENGAGING, S.NOT_ENGAGED, Side.RECEIVING),
    M.UNREACHABLE: _step(ENGAGING, S.NOT_ENGAGED, Side.RECEIVING),
    M.REACHED: _step(S.NOT_ENGAGED, S.ACCEPTED, Side.RECEIVING),
    M.GIVE_UP: _step(S.NOT_ENGAGED, S.OUTCOME_REPORTED, Side.RECEIVING),
    M.REPORT_OUTCOME: _step(S.IN_SERVICE, S.OUTCOME_REPORTED, Side.RECEIVING),
    M.CLOSE: _step(S.OUTCOME_REPORTED, S.CLOSED, Side.REFERRING),
    M.DISPUTE: _step(S.OUTCOME_REPORTED, S.IN_SERVICE, Side.REFERRING),
    M.PROPOSE_HANDOVER: _step(frozenset({S.ACCEPTED, S.IN_SERVICE}), None, Side.REFERRING),
    M.TAKE_OVER: _step(frozenset({S.ACCEPTED, S.IN_SERVICE}), S.TRANSFERRED, Side.RECEIVING_SUPERVISOR),
    M.REFUSE_HANDOVER: _step(frozenset({S.ACCEPTED, S.IN_SERVICE}), None, Side.RECEIVING_SUPERVISOR),
    M.REOPEN: _step(REOPENED, None, Side.REFERRING),
    # What is stopping is ended by the receiver's confirmation alone.
    M.CANCEL: _step(OPEN - {S.STOPPING}, S.CANCELLED, Side.REFERRING),
    # Withdrawal goes to WITHDRAWN where nothing was accepted, to STOPPING where the receiver must confirm. It follows
    # from a consent that ended, so that no rule about referrals can ever refuse it. Less or more of the same referral
    # leaves its state as it is.
    M.WITHDRAW: _step(OPEN - {S.STOPPING}, S.WITHDRAWN, Side.SYSTEM),
    M.NARROW: _step(ENVELOPE, None, Side.SYSTEM),
    M.WIDEN: _step(UNANSWERED | RELEASED, None, Side.SYSTEM),
    M.UPDATE: _step(UNANSWERED | RELEASED, None, Side.SYSTEM),
    M.ASK_ONWARD: _step(RELEASED, None, Side.RECEIVING),
    M.ANSWER_ONWARD: _step(RELEASED, None, Side.REFERRING),
    M.CONFIRM_STOP: _step(S.STOPPING, S.WITHDRAWN, Side.RECEIVING_SUPERVISOR),
    # No move at all: somebody of the sender who is not assigned opened the case; the other side's supervisors see it.
    M.GLASS: _step(OPEN - DRAFTING, None, Side.SYSTEM),
}


class DeclineReason(StrEnum):
    NO_CAPACITY = "no_capacity"
    NOT_ELIGIBLE = "not_eligible"
    WRONG_SERVICE = "wrong_service"
    WRONG_AREA = "wrong_area"
    UNSAFE = "unsafe"
    CONFLICT_OF_INTEREST = "conflict_of_interest"
    DUPLICATE = "duplicate"
    OTHER = "other"


class Outcome(StrEnum):
    PROVIDED = "provided"
    PROVIDED_IN_PART = "provided_in_part"
    ALREADY_RECEIVED = "already_received"
    DECLINED_BY_SURVIVOR = "declined_by_survivor"
    SERVICE_UNAVAILABLE = "service_unavailable"
    NOT_ELIGIBLE = "not_eligible"
    UNREACHABLE = "unreachable"
    NO_SHOW = "no_show"
    MOVED_AWAY = "moved_away"
    REFERRED_ON = "referred_on"
    UNSAFE_TO_CONTINUE = "unsafe_to_continue"


class SurvivorView(StrEnum):
    """What the person herself said of the help, where it was safe to ask."""

    HELPED = "helped"
    HELPED_IN_PART = "helped_in_part"
    DID_NOT_HELP = "did_not_help"
    NOT_ASKED = "not_asked"


class CancelReason(StrEnum):
    NEED_MET = "need_met"
    MOVED = "moved"
    ERROR = "error"
    SAFETY = "safety"


class StopGround(StrEnum):
    """What the receiving desk says when it confirms that it stopped."""

    DELETED = "deleted"
    RETURNED = "returned"
    RETAINED_ON_GROUND = "retained_on_ground"


class Priority(StrEnum):
    """How soon an answer is due. An emergency is sent on a path of its own, never chosen in the form of the others."""

    EMERGENCY = "emergency"
    URGENT = "urgent"
    ROUTINE = "routine"
