"""What is asked about a call to the hotline, and how long its number is kept: plain values, no session, no request."""

from __future__ import annotations

import datetime

CALL_TYPES = (
    "in_danger",
    "possible_trafficking",
    "help_for_survivor",
    "missing_person",
    "return_home",
    "advice_before_travel",
    "labour_abuse",
    "legal",
    "violence_home",
    "about_us",
    "silent",
    "other",
)
"""What a call is about, as the hotlines of the valley count theirs. HTCDS has no list of its own."""
CALLERS = ("self", "relative", "professional", "witness", "unknown")
DANGER = ("yes", "no", "unsure")
CALL_KEPT = datetime.timedelta(days=365)
"""How long a call that became no case is kept; of a case, it is kept as long as the case."""
NUMBER_KEPT = datetime.timedelta(days=30)
"""How long a number is kept, and how far ahead somebody can be called back."""
MISSED_AFTER = datetime.timedelta(hours=1)
"""When a call back that was not made is told to the supervisors."""
