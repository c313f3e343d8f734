"""Tables of accounts: people and their memberships, their sessions, and the keys they hold."""

from network.accounts.models.keys import DeskEpoch, DeskKey, SheetKey, SheetWrap, SigningSeed, UserKey
from network.accounts.models.people import Invitation, Membership, MembershipStatus, User
from network.accounts.models.sessions import KeptForm, SessionState, UserSession

__all__ = [
    "DeskEpoch",
    "DeskKey",
    "Invitation",
    "KeptForm",
    "Membership",
    "MembershipStatus",
    "SessionState",
    "SheetKey",
    "SheetWrap",
    "SigningSeed",
    "User",
    "UserKey",
    "UserSession",
]
