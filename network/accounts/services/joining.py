"""Invitations: written by an admin or coordinator, sent as a one-time link, answered once."""

from __future__ import annotations

import base64
import datetime
import uuid

from sqlalchemy import update
from sqlalchemy.orm import Session

from network import audit, outbox
from network.accounts import policies, queries
from network.accounts.models import Invitation, Membership, MembershipStatus, User, UserKey
from network.accounts.services import desk, people
from network.accounts.services.people import Person
from network.audit import Action
from network.database import now, uuid7
from network.keys import PRODUCT, Cost, Keyring, PrivateKey, new_recovery_code, token_hash
from network.permissions import NotThere, Role, Stale, Unfit, require
from network.tenancy import Actor, Tenant, TenantKind, become

VALID = datetime.timedelta(hours=72)
INVITATION_EMAIL = "invitation.email"
INVITATION = "accounts.invitation"
"""The letter with the link."""
INVITED = "invitation"
"""Recipients of that letter: the id is the invitation's."""
_LINK = f"{PRODUCT} invitation link"


def link_token(keyring: Keyring, invitation: Invitation) -> str:
    """The secret part of the link: the tenant, and a mark that only the keyring makes.

    Derived and never stored, so that a letter delivered twice carries the same link; the row keeps its SHA-256.
    """
    mark = keyring.mac(_LINK, invitation.id, invitation.issue)
    return base64.urlsafe_b64encode(invitation.tenant_id.bytes + mark).decode()


def tenant_of(token: str) -> uuid.UUID:
    """Which tenant a link leads to; :class:`NotThere` for what is no link of ours."""
    try:
        raw = base64.b64decode(token.encode("ascii"), altchars=b"-_", validate=True)
    except ValueError:
        raise NotThere from None
    if len(raw) != 48:
        raise NotThere
    return uuid.UUID(bytes=raw[:16])


def invite(
    session: Session,
    actor: Actor,
    keyring: Keyring,
    tenant: Tenant,
    *,
    email: str,
    name: str,
    language: str,
    roles: frozenset[Role],
) -> Invitation:
    """Invite a person into one's own tenant. ``Unfit``: ``roles`` or ``member_already``."""
    require(policies.can_manage_members(actor) and tenant.id == actor.tenant_id)
    if not policies.fits(roles, tenant.kind):
        raise Unfit("roles")
    if _belongs_here(session, tenant.id, people.email_key(keyring, email)):
        raise Unfit("member_already")
    invitation = write(
        session, keyring, tenant.id, email=email, name=name, language=language, roles=roles, by=actor.user_id
    )
    send(session, invitation)
    audit.record(session, actor, Action.MEMBER_INVITED, invitation.id)
    return invitation


def write(
    session: Session,
    keyring: Keyring,
    tenant_id: uuid.UUID,
    *,
    email: str,
    name: str,
    language: str,
    roles: frozenset[Role],
    by: uuid.UUID | None,
    founding: bool = False,
) -> Invitation:
    """The row of an invitation; an earlier one to the same address is taken back."""
    key = people.email_key(keyring, email)
    session.execute(
        update(Invitation)
        .where(
            Invitation.tenant_id == tenant_id,
            Invitation.email_key == key,
            Invitation.accepted_at.is_(None),
            Invitation.withdrawn_at.is_(None),
        )
        .values(withdrawn_at=now())
        .execution_options(synchronize_session=False)
    )
    ident = uuid7()
    invitation = Invitation(
        id=ident,
        tenant_id=tenant_id,
        email=keyring.seal_outer(INVITATION_EMAIL, ident, email.strip().encode()),
        email_key=key,
        name=name,
        language=language,
        roles=sorted(roles),
        founding=founding,
        issue=1,
        invited_by=by,
        expires_at=now() + VALID,
    )
    invitation.token_hash = token_hash(link_token(keyring, invitation))
    session.add(invitation)
    session.flush()
    return invitation


def send(session: Session, invitation: Invitation) -> None:
    """Put the letter into the outbox, with the ids from which the link is derived when it leaves."""
    outbox.enqueue(
        session,
        kind=INVITATION,
        tenant_id=invitation.tenant_id,
        recipient=(INVITED, invitation.id),
        params={"issue": invitation.issue},
        language=invitation.language,
        dedupe_key=f"{INVITATION}:{invitation.id}:{invitation.issue}",
    )


def renew(session: Session, actor: Actor, keyring: Keyring, invitation: Invitation) -> None:
    """Write the letter anew: another link, another 72 hours; the link sent before stops working."""
    require(policies.can_manage_members(actor))
    if invitation.accepted_at or invitation.withdrawn_at:
        raise Stale
    invitation.issue += 1
    invitation.token_hash = token_hash(link_token(keyring, invitation))
    invitation.expires_at = now() + VALID
    session.flush()
    send(session, invitation)
    audit.record(session, actor, Action.MEMBER_INVITED, invitation.id, again=True)


def withdraw(session: Session, actor: Actor, invitation: Invitation) -> None:
    """Take an unanswered invitation back."""
    require(policies.can_manage_members(actor) and invitation.tenant_id == actor.tenant_id)
    if invitation.accepted_at:
        raise Stale
    invitation.withdrawn_at = invitation.withdrawn_at or now()
    audit.record(session, actor, Action.INVITATION_WITHDRAWN, invitation.id)


def address_of(keyring: Keyring, invitation: Invitation) -> str:
    """Whom the letter goes to."""
    return keyring.open_outer(INVITATION_EMAIL, invitation.id, invitation.email).decode()


def open_invitation(session: Session, token: str) -> tuple[Invitation, Tenant]:
    """The invitation of a link, still good. Leaves the session acting as a visitor of its tenant.

    Raises :class:`NotThere` for no such link, ``Unfit``: ``used`` · ``withdrawn`` · ``expired`` · ``suspended``.
    """
    tenant_id = tenant_of(token)
    become(session, Actor.visitor(tenant_id))
    invitation = session.scalars(queries.invitation_by_token(token_hash(token))).one_or_none()
    tenant = session.get(Tenant, tenant_id)
    if invitation is None or tenant is None:
        raise NotThere
    if invitation.accepted_at:
        raise Unfit("used")
    if invitation.withdrawn_at:
        raise Unfit("withdrawn")
    if invitation.expires_at <= now():
        raise Unfit("expired")
    if tenant.suspended_at:
        raise Unfit("suspended")
    return invitation, tenant


def accept(
    session: Session, keyring: Keyring, cost: Cost, token: str, *, name: str, language: str, passphrase: str
) -> tuple[Actor, Person]:
    """Answer an invitation: account, key pair and membership; for a founding one also the keys of the desk.

    Leaves the session acting as the new member. Of two who answer at once one wins; the other gets ``Stale``.
    Raises what :func:`open_invitation` raises, and ``Unfit("elsewhere")`` where the address belongs to a member.
    """
    invitation, tenant = open_invitation(session, token)
    email, roles = address_of(keyring, invitation), invitation.held
    if not policies.fits(roles, tenant.kind):
        raise Unfit("roles")
    former = session.scalars(queries.any_user_by_email(invitation.email_key)).one_or_none()
    user_id = former.id if former else uuid7()
    actor = Actor.member(tenant.id, user_id, roles, country=tenant.country)
    become(session, actor)
    if former and session.scalars(queries.living_membership(user_id)).one_or_none():
        raise Unfit("elsewhere")
    if invitation.founding and session.scalars(queries.first_epoch(tenant.id)).first():
        raise Unfit("used")
    # Refusals come before the first change: a page that tells one is committed like any other.
    _claim(session, invitation.id)
    if former:
        person = _come_back(session, keyring, cost, user_id, name, language, passphrase)
    else:
        person = people.make_user(
            session,
            keyring,
            cost,
            email=email,
            name=name,
            language=language,
            passphrase=passphrase,
            user_id=user_id,
        )
    belong(session, tenant.id, user_id, roles)
    if invitation.founding and tenant.kind is TenantKind.MEMBER:
        desk.found_desk(session, actor, person.private)
    audit.record(session, actor, Action.MEMBER_JOINED, user_id)
    return actor, person


def belong(session: Session, tenant_id: uuid.UUID, user_id: uuid.UUID, roles: frozenset[Role]) -> Membership:
    """A person's place in a tenant; a former member's old place is hers again."""
    membership = session.scalars(queries.membership_of(tenant_id, user_id)).one_or_none()
    if membership is None:
        membership = Membership(tenant_id=tenant_id, user_id=user_id)
        session.add(membership)
    membership.roles, membership.status, membership.ended_at = sorted(roles), MembershipStatus.ACTIVE, None
    session.flush()
    return membership


def _claim(session: Session, invitation_id: uuid.UUID) -> None:
    claimed = session.execute(
        update(Invitation)
        .where(
            Invitation.id == invitation_id,
            Invitation.accepted_at.is_(None),
            Invitation.withdrawn_at.is_(None),
        )
        .values(accepted_at=now())
        .execution_options(synchronize_session=False)
    )
    if not claimed.rowcount:  # type: ignore[attr-defined]  # An update gives a cursor result.
        raise Stale


def _come_back(
    session: Session,
    keyring: Keyring,
    cost: Cost,
    user_id: uuid.UUID,
    name: str,
    language: str,
    passphrase: str,
) -> Person:
    """Somebody whose last membership ended begins anew, with a new key: nothing is sealed to her old one any more."""
    user = session.get_one(User, user_id)
    private, code = PrivateKey.generate(), new_recovery_code()
    user.name, user.language, user.totp, user.totp_step = name, language, None, None
    old = session.get(UserKey, user_id)
    if old is not None:
        session.delete(old)
        session.flush()
    session.add(people.key_row(keyring, cost, user_id, private, passphrase, code))
    session.flush()
    return Person(user, private, code)


def _belongs_here(session: Session, tenant_id: uuid.UUID, email_key: bytes) -> bool:
    """Whether the address is of a member of this very tenant; of others nothing is told."""
    user = session.scalars(queries.any_user_by_email(email_key)).one_or_none()
    if user is None:
        return False
    membership = session.scalars(queries.membership_of(tenant_id, user.id)).one_or_none()
    return membership is not None and membership.status is not MembershipStatus.REMOVED
