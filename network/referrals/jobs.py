"""Timed work of this feature. No job ever needs a key: it deletes wraps, moves a status, writes a notice."""

from __future__ import annotations

import datetime

from sqlalchemy.orm import Session

from network.accounts.services.partners import PARTNER_CHANGED
from network.audit import Action, record
from network.database import now
from network.referrals import queries
from network.referrals.models import Case, CaseNote, Consent, HotlineCall, HotlineNumber
from network.referrals.models.cases import CaseStatus
from network.referrals.notices import (
    CASE_REMINDER,
    CONSENT_ENDS_SOON,
    CONSENT_EXPIRES,
    OVERRIDE_APPROVAL,
    OVERRIDE_REVIEW,
    READING_ENDS,
    REFERRAL_ENDED,
    tell,
)
from network.referrals.services import (
    calls,
    contributing,
    guest_links,
    handover,
    importing,
    looks,
    retention,
    suspended,
    timing,
)
from network.referrals.services.overriding import ask_for_review, end_overdue
from network.referrals.services.timing import Clock
from network.referrals.services.withdrawing import end_reading, expire_consent
from network.scheduler import Due, job, periodic, plan
from network.tenancy import actor_of


@job(CONSENT_ENDS_SOON)
def consent_ends_soon(session: Session, due: Due) -> None:
    """30, 14 and 3 days before: in time to ask the person again, or the grown-up child for the first time."""
    given = session.get(Consent, due.subject_id)
    if given is not None and given.active(due.due_at):
        tell(session, given.tenant_id)


@job(CONSENT_EXPIRES)
def consent_expires(session: Session, due: Due) -> None:
    expire_consent(session, actor_of(session), due.subject_id)


@job(READING_ENDS)
def reading_ends(session: Session, due: Due) -> None:
    end_reading(session, actor_of(session), due.subject_id)


@periodic("referrals.guest_links", every=datetime.timedelta(minutes=10))
def guest_links_end(session: Session, _due: Due) -> None:
    guest_links.sweep(session, now())


@job(Clock.ACKNOWLEDGE.value)
def acknowledge_clock(session: Session, due: Due) -> None:
    timing.tick(session, actor_of(session), Clock.ACKNOWLEDGE, due.subject_id)


@job(Clock.ANSWER.value)
def answer_clock(session: Session, due: Due) -> None:
    timing.tick(session, actor_of(session), Clock.ANSWER, due.subject_id)


@periodic("referrals.clocks", every=datetime.timedelta(hours=1), each_tenant=True)
def look_after_clocks(session: Session, _due: Due) -> None:
    """Clocks stand while a case is frozen or a tenant suspended, and run on afterwards; what nobody confirmed in time
    is said."""
    suspended.look_after(session, actor_of(session))


@job(PARTNER_CHANGED)
def partner_changed(session: Session, _due: Due) -> None:
    """A partner was suspended or is back: the same at once."""
    suspended.look_after(session, actor_of(session))


@job(timing.SILENCE)
def silence_confirms(session: Session, due: Due) -> None:
    timing.confirm_by_silence(session, actor_of(session), due.subject_id)


@job(timing.TELL_SUPERVISORS)
def supervisors_are_told(session: Session, due: Due) -> None:
    timing.tell_supervisors(session, due.subject_id)


@job(timing.TELL_COORDINATORS)
def coordinators_are_told(session: Session, due: Due) -> None:
    assert due.tenant_id is not None  # noqa: S101  # Planned for the network's own tenant.
    timing.tell_coordinators(session, due.tenant_id)


@job(CASE_REMINDER)
def case_reminder(session: Session, due: Due) -> None:
    """The day of a reminder has come. A note that was written anew or is gone took its plan back; a closed case needs
    no reminder, and one that is stopped for safety waits a day."""
    note = session.get(CaseNote, due.subject_id)
    case = session.get(Case, note.case_id) if note else None
    if note is None or case is None or case.status in (CaseStatus.CLOSED, CaseStatus.CLOSED_REFERRED):
        return
    if case.frozen_at is not None:
        plan(session, note.tenant_id, CASE_REMINDER, note.id, due.due_at + datetime.timedelta(days=1))
        return
    tell(session, note.tenant_id)


@job(REFERRAL_ENDED)
def referral_ended(session: Session, due: Due) -> None:
    """See whether the person agreed to be counted; the counting itself needs a key and is left to the desk."""
    contributing.note_end(session, due.subject_id)


@periodic("referrals.old_imports", every=datetime.timedelta(days=1), each_tenant=True)
def forget_imports(session: Session, _due: Due) -> None:
    importing.forget_old(session)


@job(calls.CALLBACK)
def callback(session: Session, due: Due) -> None:
    if (call := session.get(HotlineCall, due.subject_id)) is not None:
        calls.remind(session, call)


@job(calls.CALLBACK_MISSED)
def callback_missed(session: Session, due: Due) -> None:
    if (call := session.get(HotlineCall, due.subject_id)) is not None:
        calls.missed(session, call)


@job(calls.DESTROY_NUMBER)
def number_destroyed(session: Session, due: Due) -> None:
    """Thirty days after the call nobody can call this number any more, a stolen database neither."""
    if (number := session.get(HotlineNumber, due.subject_id)) is not None:
        call_id = number.call_id
        calls.destroy_number(session, number)
        record(session, actor_of(session), Action.CALL_NUMBER_DESTROYED, call_id)


@periodic("referrals.old_looks", every=datetime.timedelta(days=1), each_tenant=True)
def forget_looks(session: Session, _due: Due) -> None:
    """Who opened what is in the audit trail; the count by the hour is not kept longer than alerts are shown."""
    session.execute(queries.old_looks(now() - looks.KEPT))


@job(retention.ERASED_SOON)
def erased_soon(session: Session, due: Due) -> None:
    if (case := session.get(Case, due.subject_id)) is not None:
        retention.remind(session, case)


@periodic("referrals.retention", cron="30 20 * * *", each_tenant=True)
def erase_what_is_past_its_day(session: Session, _due: Due) -> None:
    """Each night, by the clocks of the valley."""
    retention.run(session, actor_of(session))


@job(OVERRIDE_APPROVAL)
def override_approval(session: Session, due: Due) -> None:
    end_overdue(session, actor_of(session), due.subject_id)


@job(OVERRIDE_REVIEW)
def override_review(session: Session, due: Due) -> None:
    ask_for_review(session, actor_of(session), due.subject_id)


@job(handover.REFUSED)
def handover_was_refused(session: Session, due: Due) -> None:
    handover.end_refused(session, due.subject_id)


@job(handover.HANDED_OVER)
def case_was_handed_over(session: Session, due: Due) -> None:
    handover.close_handed_over(session, actor_of(session), due.subject_id)
