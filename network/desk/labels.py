"""What the desk says beside each number. The number stands before the words, as in "3 urgent referrals to answer"."""

from __future__ import annotations

from collections.abc import Callable

from flask_babel import lazy_gettext as _l
from flask_babel import ngettext
from flask_babel.speaklater import LazyString

from network.referrals.models import Overdue

# NOTE: Each of these follows a number that stands alone in large figures: "3" "urgent referrals to answer".
WAITING: dict[str, Callable[[int], str]] = {
    "kept": lambda n: ngettext(
        "form of yours was kept when your session ended",
        "forms of yours were kept when your session ended",
        n,
    ),
    "emergency": lambda n: ngettext(
        "emergency: a life is in danger, answer now", "emergencies: lives are in danger, answer now", n
    ),
    # NOTE: an emergency that left without the person's consent: a second person of the organization looks at it.
    "override": lambda n: ngettext(
        "referral left without consent: look at it", "referrals left without consent: look at them", n
    ),
    "stop": lambda n: ngettext(
        "consent was withdrawn: stop, delete, confirm", "consents were withdrawn: stop, delete, confirm", n
    ),
    "urgent": lambda n: ngettext("urgent referral to answer", "urgent referrals to answer", n),
    "routine": lambda n: ngettext("referral to answer", "referrals to answer", n),
    "approve": lambda n: ngettext("referral to approve", "referrals to approve", n),
    "unconfirmed": lambda n: ngettext(
        "partner has not confirmed that it deleted", "partners have not confirmed that they deleted", n
    ),
    # NOTE: partners that were suspended and may be let read again what they could.
    "back": lambda n: ngettext(
        "partner is back: let it read again, or not", "partners are back: let them read again, or not", n
    ),
    "asked": lambda n: ngettext("question of a partner to answer", "questions of partners to answer", n),
    "redirect": lambda n: ngettext(
        "partner suggests another provider: decide", "partners suggest other providers: decide", n
    ),
    # NOTE: partners that ask whether they may give something about a person to a third organization.
    "onward": lambda n: ngettext(
        "partner asks whether it may pass something on", "partners ask whether they may pass something on", n
    ),
    "handover": lambda n: ngettext("case that a partner offers you", "cases that partners offer you", n),
    "callbacks": lambda n: ngettext("caller to call back", "callers to call back", n),
    # NOTE: a colleague opened a case that is not hers, in need, with a reason ("broke the glass").
    "opened": lambda n: ngettext(
        "case was opened in need: read why", "cases were opened in need: read why", n
    ),
    "approved": lambda n: ngettext("approved referral to send", "approved referrals to send", n),
    "declined": lambda n: ngettext(
        "referral of ours was declined: read why", "referrals of ours were declined: read why", n
    ),
    "outcome": lambda n: ngettext("outcome to confirm", "outcomes to confirm", n),
    "ending": lambda n: ngettext("consent ends within 30 days", "consents end within 30 days", n),
    "reminders": lambda n: ngettext("thing to think of today", "things to think of today", n),
    "erasing": lambda n: ngettext(
        "case is destroyed within 30 days", "cases are destroyed within 30 days", n
    ),
    "newcomers": lambda n: ngettext("colleague waits to be let in", "colleagues wait to be let in", n),
    "registrations": lambda n: ngettext(
        "registration waits for your answer", "registrations wait for your answer", n
    ),
    "proposals": lambda n: ngettext("proposed correction to decide", "proposed corrections to decide", n),
    "confirm": lambda n: ngettext(
        "listing to confirm: is it still right?", "listings to confirm: are they still right?", n
    ),
    "grants": lambda n: ngettext(
        "service whose grant comes to its end", "services whose grants come to their end", n
    ),
    "helping": lambda n: ngettext("referral that you took on", "referrals that you took on", n),
    "drafts": lambda n: ngettext("referral you have not sent yet", "referrals you have not sent yet", n),
    "editions": lambda n: ngettext("edition waits for your note", "editions wait for your note", n),
    "partners": lambda n: ngettext("partner has no key holder yet", "partners have no key holder yet", n),
    "activity_drafts": lambda n: ngettext(
        "activity not yet published in the digest", "activities not yet published in the digest", n
    ),
    "event_drafts": lambda n: ngettext("event not yet published", "events not yet published", n),
}
"""In the order in which they come where nothing is due."""

OVERDUE: dict[Overdue, LazyString] = {
    Overdue.ANSWER: _l("An answer is overdue"),
    Overdue.CONFIRMATION: _l("A confirmation is overdue"),
}
"""What the coordinator learns of two partners, and no more."""
