"""A few cases that are plainly invented and marked so, at different points of their way."""

from __future__ import annotations

import datetime
import uuid
from typing import Any

from sqlalchemy.orm import Session

from network.database import now
from network.demo.cast import Cast, Player
from network.referrals import queries, wordings
from network.referrals.acts import Guardianship
from network.referrals.categories import Category
from network.referrals.consent import INFORMED_QUESTIONS, Assent, GivenBy, Guardian, Purpose
from network.referrals.models import Agreement, Case, Consent, Referral
from network.referrals.notes import NoteKind
from network.referrals.services import (
    calls,
    cases,
    consents,
    drafts,
    evidence,
    glass,
    notes,
    receiving,
    retention,
    sending,
    talk,
)
from network.referrals.states import Outcome, Priority
from network.web import Kopuro

MARK = "Invented for the demonstration."

Written = dict[Category, dict[str, Any]]

SHELTER: Written = {
    Category.IDENTITY: {"alias": "Demonstration person A", "prs_Birthdate": "1998-03-08"},
    Category.CONTACT: {
        "safe_channel": "message",
        "safe_hours": "10:00–12:00",
        "safe_notes": f"{MARK} No calls.",
    },
    Category.LOCATION: {
        "prs_MailingCity": "Batken",
        "transport_and_reception": f"{MARK} Meet at the bus station.",
    },
    Category.DEMOGRAPHICS: {
        "prs_Gender": "Feminine",
        "age_band": "27-29",
        "prs_Citizenship": ["TJ"],
        "prs_PrimaryLanguage": "tgk",
        "prs_SecondaryLanguage": "rus",
    },
    Category.HEALTH: {"health_needs": f"{MARK} A check-up is wished for."},
    Category.EXPLOITATION_ACCOUNT: {"vic_TypeOfExploitation": ["ForcedLabour"], "account": MARK},
    Category.LEGAL: {"legal_needs": f"{MARK} Unpaid wages."},
}
RETURN: Written = {
    Category.IDENTITY: {"alias": "Demonstration person B", "prs_Birthdate": "2001-10-30"},
    Category.CONTACT: {"safe_channel": "voice", "safe_hours": "18:00–20:00"},
    Category.DEMOGRAPHICS: {"prs_Gender": "Masculine", "age_band": "24-26", "prs_PrimaryLanguage": "tgk"},
    Category.IMMIGRATION: {"return_wishes": f"{MARK} Wants to go home to Sughd."},
}
LEGAL: Written = {
    Category.IDENTITY: {"alias": "Demonstration person C"},
    Category.CONTACT: {"safe_channel": "through_other", "safe_notes": MARK},
    Category.DEMOGRAPHICS: {"prs_Gender": "Feminine", "age_band": "30-38", "prs_PrimaryLanguage": "uzb"},
}
EMPTY: Written = {
    Category.CONTACT: {"safe_channel": "none", "safe_notes": f"{MARK} A first call to the hotline."}
}
CHILD: Written = {
    Category.IDENTITY: {"alias": "Demonstration child D", "prs_Birthdate": "2012-09-01"},
    Category.CONTACT: {"safe_channel": "through_other", "safe_notes": f"{MARK} Through the aunt."},
    Category.DEMOGRAPHICS: {"prs_Gender": "Feminine", "age_band": "9-17", "accompanied": "separated"},
}


def load(app: Kopuro, cast: Cast) -> str:
    """Make the agreement, the wordings, five cases of Podruga, and three referrals on their way."""
    worker, boss = cast.players["caseworker@podruga.example"], cast.players["admin@podruga.example"]
    receiver = cast.players["caseworker@khujand.example"]
    khujand, andijan = cast.tenants["khujand"], cast.tenants["andijan"]
    with app.database.unit_of_work(worker.actor) as session:
        session.add(Agreement(valid_from=now().date()))
        wordings.ensure(session)

    def sent(written: Written, to: uuid.UUID, service: str, categories: tuple[Category, ...]) -> Referral:
        return _sent(app, worker, boss, _case(app, worker, written), to, service, categories)

    first = sent(
        SHELTER,
        khujand,
        "Shelter",
        (Category.IDENTITY, Category.CONTACT, Category.DEMOGRAPHICS, Category.HEALTH),
    )
    second = sent(RETURN, khujand, "Safe return", (Category.IDENTITY, Category.CONTACT, Category.IMMIGRATION))
    sent(LEGAL, andijan, "Legal help", (Category.CONTACT, Category.DEMOGRAPHICS))
    _noted(app, worker, _case(app, worker, EMPTY))
    _said(app, worker, first)
    _guarded(app, worker, _case(app, worker, CHILD), khujand)
    with app.database.unit_of_work(receiver.actor) as session:
        _served(session, receiver, second)
    _in_need(app, worker, boss)
    _called(app, worker)
    return f"6 invented cases and 3 referrals, one of them new at Khujand: {first.code}"


def _in_need(app: Kopuro, worker: Player, boss: Player) -> None:
    """A case of the supervisor's own, kept for five years, that the caseworker had to open one night."""
    with app.database.unit_of_work(boss.actor) as session:
        case = cases.open_case(session, boss.actor)
        retention.keep_until(session, boss.actor, case, (now() + datetime.timedelta(days=5 * 365)).date())
    with app.database.unit_of_work(worker.actor) as session:
        file = session.get_one(Case, case.id)
        glass.break_glass(session, worker.actor, worker.desk(session), file, f"{MARK} She called at night.")


def _called(app: Kopuro, worker: Player) -> None:
    """A call to the hotline that waits to be called back the day after tomorrow."""
    said = {
        "call_type": "advice_before_travel",
        "caller": "self",
        "danger": "no",
        "call_language": "kir",
        "about": f"{MARK} Somebody offered work abroad and asks for the passport.",
        "callback_safe": f"{MARK} Only the person herself answers.",
    }
    with app.database.unit_of_work(worker.actor) as session:
        at = now() + datetime.timedelta(days=2)
        desk = worker.desk(session)
        calls.take_call(session, worker.actor, desk, said, number="+996 000 000 000", callback_at=at)


def _case(app: Kopuro, worker: Player, written: Written) -> Case:
    with app.database.unit_of_work(worker.actor) as session:
        desk = worker.desk(session)
        case = cases.open_case(session, worker.actor)
        for category, fields in written.items():
            cases.write_part(session, worker.actor, desk, case, category, fields, seen=0)
        cases.assess_risk(session, worker.actor, desk, case, on=now().date(), level="medium", notes=MARK)
    return case


def _noted(app: Kopuro, worker: Player, case: Case) -> None:
    """What Podruga notes for itself: the stage, a sign, a hearing in ten days with a reminder."""
    soon = (now() + datetime.timedelta(days=10)).date().isoformat()
    sign = {"indicator": "deception", "indicator_source": "person_told", "indicator_confidence": "likely"}
    hearing = {"hearing_on": soon, "hearing_about": MARK, "hearing_needs": ["interpreter"], "remind_on": soon}
    with app.database.unit_of_work(worker.actor) as session:
        desk, file = worker.desk(session), session.get_one(Case, case.id)
        noted: dict[NoteKind, dict[str, Any]] = {
            NoteKind.STAGE: {"stage": "presumed", "stage_notes": MARK},
            NoteKind.INDICATORS: {"indicators": [sign]},
            NoteKind.HEARING: hearing,
        }
        for kind, answers in noted.items():
            notes.write_note(session, worker.actor, desk, file, kind, answers)


def _said(app: Kopuro, worker: Player, referral: Referral) -> None:
    """A message, and a file that waits for the acceptance."""
    with app.database.unit_of_work(worker.actor) as session:
        desk = worker.desk(session)
        talk.write_message(session, worker.actor, desk, referral.id, f"{MARK} She can come from Monday on.")
        talk.attach(
            session,
            worker.actor,
            desk,
            referral.id,
            category=Category.HEALTH,
            allowed=[Category.HEALTH],
            name="note.txt",
            data=MARK.encode(),
        )


def _guarded(app: Kopuro, worker: Player, case: Case, to: uuid.UUID) -> None:
    """An aunt who is guardian by law agrees for a child, who agrees too; to being counted they said no."""
    with app.database.unit_of_work(worker.actor) as session:
        desk, file = worker.desk(session), session.get_one(Case, case.id)
        told = {"method": "written", "language": "ky", "guardian": {"name": MARK}}
        informed = dict.fromkeys(INFORMED_QUESTIONS, True)
        given = consents.give_consent(
            session,
            worker.actor,
            desk,
            file,
            text=session.scalars(queries.consent_text(wordings.REFERRAL, "ky")).one(),
            scopes={to: frozenset({Category.CONTACT, Category.DEMOGRAPHICS})},
            details={**told, "informed": informed},
            guardian=Guardianship(Guardian.LEGAL_GUARDIAN, "aunt", MARK),
            assent=Assent.AGREES,
        )
        evidence.add_evidence(session, worker.actor, desk, file, given, name="signed.txt", data=MARK.encode())
        consents.refuse_consent(
            session,
            worker.actor,
            desk,
            file,
            purpose=Purpose.REPORTING_AGGREGATE,
            text=session.scalars(queries.consent_text(wordings.REPORTING, "ky")).one(),
            details=told,
            given_by=GivenBy.GUARDIAN,
        )


def _sent(
    app: Kopuro,
    worker: Player,
    boss: Player,
    case: Case,
    to: uuid.UUID,
    service: str,
    categories: tuple[Category, ...],
) -> Referral:
    with app.database.unit_of_work(worker.actor) as session:
        desk = worker.desk(session)
        given = _consent(session, worker, session.get_one(Case, case.id), to, categories)
        referral = drafts.draft_referral(
            session,
            worker.actor,
            desk,
            session.get_one(Case, case.id),
            receiving_id=to,
            categories=categories,
            content={"requested_service": service, "need": MARK},
            priority=Priority.ROUTINE,
        )
        drafts.prepare_referral(session, worker.actor, desk, referral.id, given=given)
        drafts.submit_referral(session, worker.actor, referral.id)
    with app.database.unit_of_work(boss.actor) as session:
        drafts.approve_referral(session, boss.actor, referral.id)
    with app.database.unit_of_work(worker.actor) as session:
        sending.send_referral(session, worker.actor, worker.desk(session), referral.id)
    return referral


def _consent(
    session: Session, worker: Player, case: Case, to: uuid.UUID, categories: tuple[Category, ...]
) -> Consent:
    given = consents.give_consent(
        session,
        worker.actor,
        worker.desk(session),
        case,
        text=session.scalars(queries.consent_text(wordings.REFERRAL, "ky")).one(),
        scopes={to: frozenset(categories)},
        details={
            "method": "written",
            "language": "ky",
            "safe_contact": MARK,
            "informed": dict.fromkeys(INFORMED_QUESTIONS, True),
        },
        expires_at=now() + datetime.timedelta(days=90),
    )
    return session.scalars(queries.consents_of(case.id).where(Consent.id == given.id)).one()


def _served(session: Session, receiver: Player, referral: Referral) -> None:
    """Khujand opened it, took it on, helped, and reported."""
    actor, desk = receiver.actor, receiver.desk(session)
    assert actor.user_id is not None  # noqa: S101  # Everybody of the cast has an account.
    receiving.open_referral(session, actor, referral.id)
    receiving.accept_referral(session, actor, referral.id, worker_id=actor.user_id)
    receiving.start_service(session, actor, referral.id)
    receiving.report_outcome(session, actor, desk, referral.id, outcome=Outcome.PROVIDED)
