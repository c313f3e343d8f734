"""The tables of cases, consent and referrals. Clear columns are listed with reasons in ``tests/house/test_clear.py``."""

from network.referrals.models.access import CaseGlass, CaseLook, LookKind
from network.referrals.models.calls import HotlineCall, HotlineNumber
from network.referrals.models.cases import Case, CaseEntry, CaseMark, CasePart, CaseWorker, RiskAssessment
from network.referrals.models.consents import (
    Consent,
    ConsentDraft,
    ConsentEvent,
    ConsentEvidence,
    ConsentOverride,
    ConsentScope,
    ConsentText,
)
from network.referrals.models.guests import Guest, GuestLink, GuestSession
from network.referrals.models.keys import PartKey
from network.referrals.models.leaving import (
    CaseExport,
    CaseImport,
    Contribution,
    DeskSecret,
    FileForm,
    ImportedCase,
)
from network.referrals.models.notes import CaseIndex, CaseNote
from network.referrals.models.paused import PausedShare
from network.referrals.models.referrals import (
    Agreement,
    Disclosure,
    Obligation,
    Overdue,
    OverdueAnswer,
    Referral,
    ReferralAnswer,
    ReferralEvent,
    ReferralOrigin,
)
from network.referrals.models.talk import Attachment, ReferralMessage
from network.referrals.models.tasks import DeskTask, DeskTaskKind

__all__ = [
    "Agreement",
    "Attachment",
    "Case",
    "CaseEntry",
    "CaseExport",
    "CaseGlass",
    "CaseImport",
    "CaseIndex",
    "CaseLook",
    "CaseMark",
    "CaseNote",
    "CasePart",
    "CaseWorker",
    "Consent",
    "ConsentDraft",
    "ConsentEvent",
    "ConsentEvidence",
    "ConsentOverride",
    "ConsentScope",
    "ConsentText",
    "Contribution",
    "DeskSecret",
    "DeskTask",
    "DeskTaskKind",
    "Disclosure",
    "FileForm",
    "Guest",
    "GuestLink",
    "GuestSession",
    "HotlineCall",
    "HotlineNumber",
    "ImportedCase",
    "LookKind",
    "Obligation",
    "Overdue",
    "OverdueAnswer",
    "PartKey",
    "PausedShare",
    "Referral",
    "ReferralAnswer",
    "ReferralEvent",
    "ReferralMessage",
    "ReferralOrigin",
    "RiskAssessment",
]
