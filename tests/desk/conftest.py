"""The desk is tried with the same two sides of a referral."""

from tests.referrals.conftest import valley

__all__ = ["valley"]
