"""The second factor: a code from an authenticator app (RFC 6238), each good for one time only."""

from __future__ import annotations

import hmac
import time

import pyotp
from sqlalchemy import or_, update
from sqlalchemy.orm import Session

from network import audit
from network.accounts.models import User
from network.audit import Action
from network.keys import Keyring
from network.tenancy import Actor

TOTP = "user.totp"
STEP = 30
TOLERANCE = 1
"""Steps before and after the present one that still count: clocks of phones are off, and people type slowly."""


def new_secret() -> str:
    """160 bits in base32, as authenticator apps take them."""
    return pyotp.random_base32()


def address(secret: str, email: str, issuer: str) -> str:
    """What the QR code holds."""
    return pyotp.TOTP(secret).provisioning_uri(name=email, issuer_name=issuer)


def matching_step(secret: str, answer: str, at: float | None = None) -> int | None:
    """The step whose code this is, or none."""
    digits = "".join(letter for letter in answer if letter.isascii() and letter.isdigit())
    if len(digits) != 6:
        return None
    present = int((time.time() if at is None else at) // STEP)
    totp = pyotp.TOTP(secret)
    for step in range(present - TOLERANCE, present + TOLERANCE + 1):
        if hmac.compare_digest(totp.at(step * STEP), digits):
            return step
    return None


def take(session: Session, keyring: Keyring, user: User, answer: str) -> bool:
    """Whether this code is right and was not used before. Of parallel tries with the same code exactly one wins."""
    if user.totp is None:
        return False
    step = matching_step(keyring.open_outer(TOTP, user.id, user.totp).decode(), answer)
    if step is None:
        return False
    taken = session.execute(
        update(User)
        .where(User.id == user.id, or_(User.totp_step.is_(None), User.totp_step < step))
        .values(totp_step=step)
        .execution_options(synchronize_session=False)
    )
    return bool(taken.rowcount)  # type: ignore[attr-defined]  # An update gives a cursor result.


def enrol(session: Session, actor: Actor, keyring: Keyring, user: User, secret: str, answer: str) -> bool:
    """Set up the second factor, once a code shows that the phone has it. Whether the code was right."""
    step = matching_step(secret, answer)
    if step is None:
        return False
    user.totp = keyring.seal_outer(TOTP, user.id, secret.encode())
    user.totp_step = step
    session.flush()
    audit.record(session, actor, Action.SECOND_FACTOR_SET, user.id)
    return True
