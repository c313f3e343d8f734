"""The desk is tried with the two sides of a referral, and with what organisers and editors do."""

from tests.digest.conftest import digest
from tests.events.conftest import events
from tests.referrals.conftest import valley

__all__ = ["digest", "events", "valley"]
