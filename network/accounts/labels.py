"""The words people see for roles, states and refusals."""

from __future__ import annotations

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from network.accounts.models import MembershipStatus
from network.audit import Action
from network.permissions import Role, Unfit

ROLES = {
    Role.COORDINATOR: _l("Network coordinator"),
    Role.OBSERVER: _l("Observer"),
    Role.ADMIN: _l("Administrator"),
    Role.SUPERVISOR: _l("Supervisor"),
    Role.CASEWORKER: _l("Caseworker"),
    Role.ORGANISER: _l("Event organiser"),
    Role.EDITOR: _l("Editor"),
}

ROLE_HINTS = {
    Role.COORDINATOR: _l("Invites partners and observers, and can pause a partner. Never reads a case."),
    Role.OBSERVER: _l("Reads the digest and the figures. Never reads a case."),
    Role.ADMIN: _l("Invites members and changes their roles. Reads no case."),
    Role.SUPERVISOR: _l("A caseworker who also approves and assigns."),
    Role.CASEWORKER: _l("Reads and writes cases, once somebody of the desk has let them in."),
    Role.ORGANISER: _l("Publishes events and sees who registered."),
    Role.EDITOR: _l("Keeps the organization's pages in the directory and the digest."),
}

STATUS = {
    MembershipStatus.ACTIVE: (_l("Active"), "done"),
    MembershipStatus.SUSPENDED: (_l("Paused"), "attention"),
    MembershipStatus.REMOVED: (_l("Removed"), "stopped"),
}

PASSPHRASE_FAULTS = {
    "too_short": _l(
        "Use at least 15 characters. Four or five words that have nothing to do with each other are good."
    ),
    "too_long": _l("Use at most 256 characters."),
    "common": _l("Too many people would think of this one. Take words that nobody would put together."),
    "like_yours": _l("This is too close to your name, your address or your organization. Take other words."),
}

CODE_FAULTS = {
    "character": _l("This holds a sign that no code has. Compare it with the paper, group by group."),
    "length": _l(
        "The code has nine groups of four. Compare it with the paper: something is missing or too much."
    ),
    "checksum": _l("One sign must be wrong. Compare it with the paper, group by group."),
}

REFUSALS = {
    "suspended": _l(
        "Access of your organization or your account is paused. Ask your administrator or the coordinator of the network."
    ),
    "roles": _l("Choose at least one role, and only roles that can stand together."),
    "member_already": _l("This address already belongs to a member of your organization."),
    "last_admin": _l("Nobody else could invite members then. Make somebody else administrator first."),
    "last_key_holder": _l(
        "Nobody else holds the keys of your desk, so its cases could never be opened again."
        " Let a colleague in first, or print the recovery sheet."
    ),
    "used": _l("This invitation has been used. Sign in with the passphrase you chose."),
    "withdrawn": _l(
        "This invitation was taken back, or a newer one was sent. Look for the latest mail, or ask for a new one."
    ),
    "expired": _l("This invitation is older than three days. Ask for a new one."),
    "elsewhere": _l(
        "This address already belongs to a member of the network. Ask for an invitation to another address."
    ),
    "slug_taken": _l("Another partner has this short name."),
    "code_taken": _l("Another partner has these letters."),
    "code_shape": _l("Use three to eight capital letters, A to Z."),
    "has_desk": _l(
        "This partner already has a first key holder. Its own administrator invites everybody else."
    ),
    "nobody_at_home": _l(
        "Nobody else of your desk could lift it afterwards. Let a colleague in first, or wait until one is back."
    ),
    "empty_sheet": _l("This sheet opens nothing. Ask a colleague of the desk to let you in."),
}

ACTIONS = {
    Action.SIGNED_IN: _l("Signed in"),
    Action.SIGN_IN_FAILED: _l("A sign-in failed"),
    Action.SIGNED_OUT: _l("Signed out"),
    Action.SESSION_UNLOCKED: _l("Unlocked a session"),
    Action.SESSION_ENDED: _l("Ended one of their sessions from another"),
    Action.PASSPHRASE_CHANGED: _l("Changed their passphrase"),
    Action.SECOND_FACTOR_SET: _l("Set up the second factor"),
    Action.SECOND_FACTOR_CLEARED: _l("Used the recovery code in place of the second factor"),
    Action.RECOVERY_CODE_MADE: _l("Made a new recovery code"),
    Action.ACCOUNT_RECOVERED: _l("Set a new passphrase with the recovery code"),
    Action.MEMBER_INVITED: _l("Invited a member"),
    Action.INVITATION_WITHDRAWN: _l("Took an invitation back"),
    Action.MEMBER_JOINED: _l("Joined"),
    Action.ROLES_CHANGED: _l("Changed a member's roles"),
    Action.MEMBER_SUSPENDED: _l("Paused a member's access"),
    Action.MEMBER_RESTORED: _l("Gave a member access again"),
    Action.MEMBER_REMOVED: _l("Removed a member"),
    Action.DESK_FOUNDED: _l("Made the first keys of the desk"),
    Action.DESK_LET_IN: _l("Let a colleague in"),
    Action.DESK_EPOCH_STARTED: _l("New keys of the desk began"),
    Action.DESK_LEFT: _l("Keys of the desk were taken from a member"),
    Action.TRAVEL_BEGUN: _l("Went on a journey: the account shows no cases"),
    Action.TRAVEL_ENDED: _l("Ended a colleague's travel mode"),
    Action.SHEET_PRINTED: _l("Printed the recovery sheet"),
    Action.SHEET_USED: _l("Opened the desk with the recovery sheet"),
    Action.PARTNER_INVITED: _l("Invited a partner organization"),
    Action.PARTNER_SUSPENDED: _l("Paused a partner's access"),
    Action.PARTNER_RESTORED: _l("Gave a partner access again"),
}


def refusal(error: Unfit) -> str:
    """Why a rule refused, in words."""
    return str(REFUSALS.get(error.code) or _("This cannot be done now."))


def action(code: str) -> str:
    """What was done, in words; what other features record keeps its code until they name it."""
    try:
        return str(ACTIONS[Action(code)])
    except (KeyError, ValueError):
        return code
