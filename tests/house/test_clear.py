"""Every column of cases and referrals that the server can read, with the reason why it has to.

Everything else is sealed to desks. A new column fails here until it stands in one of the two lists; the design names
what may be clear (docs/architecture.md): what clocks and guards need, and nothing that tells about a person.
"""

from __future__ import annotations

import sys

import pytest

from tests.house.catalog import classes, table_of

FEATURE = "network.referrals.models"

SEALED = {
    "case_export.ciphertext",
    "case_import.ciphertext",
    "desk_secret.ciphertext",
    "case_glass.ciphertext",
    "attachment.ciphertext",
    "attachment.content",
    "case_index.ciphertext",
    "case_note.ciphertext",
    "case_part.ciphertext",
    "consent.ciphertext",
    "guest_link.locked",
    "guest_session.sealed",
    "hotline_call.ciphertext",
    "hotline_number.ciphertext",
    "consent_draft.ciphertext",
    "consent_event.ciphertext",
    "consent_evidence.blob",
    "consent_evidence.ciphertext",
    "consent_override.ciphertext",
    "part_key.ciphertext",
    "referral.envelope",
    "referral_answer.ciphertext",
    "referral_message.ciphertext",
    "risk_assessment.ciphertext",
}
"""Ciphertext: opened by desks alone."""

EVERYWHERE: dict[str, str] = {
    "id": "A random name of the row.",
    "tenant_id": "Whose row it is: row-level security compares it.",
    "referring_id": "Row-level security of two parties: who asks.",
    "receiving_id": "Row-level security of two parties: who is asked.",
    "case_id": "A random id that belongs the row to a case, which is the owner's alone.",
    "referral_id": "A random id that belongs the row to a referral.",
    "created_at": "Order of rows, retention, and what the writer of a row can be asked about.",
    "version": "Optimistic locking: a stale form must not overwrite.",
}
"""Columns whose reason is the same in each table."""

COUNTED = "A count for the reports, of no named person; consent to reporting is asked first."

CLEAR: dict[str, dict[str, str]] = {
    "case_export": {
        "form": "The ledger says as what kind of file a case left; for whom and why is sealed.",
        "categories": "The ledger says which kinds of data left, as it does of a disclosure.",
        "author_id": "Who took it away: of the desk's own, shown to the desk.",
        "at": "When it left.",
    },
    "case_import": {
        "author_id": "Whose file it is: nobody else is shown it.",
        "confirmed_at": "Whether its rows may become cases.",
        "done_at": "Whether any row still waits.",
    },
    "contribution": {
        "month": COUNTED,
        "from_country": COUNTED,
        "to_country": COUNTED,
        "sex": COUNTED,
        "age_band": COUNTED,
        "exploitation": COUNTED,
        "service": COUNTED,
        "outcome": COUNTED,
        "answered_within": COUNTED,
        "override": COUNTED,
        "contributor": "An HMAC of tenant and year: reports must not tell on one organization.",
        "link": "An HMAC under the desk's own secret: only its owner finds the row.",
    },
    "imported_case": {
        "import_id": "A random id of the file it came from.",
        "mark": "An HMAC under the desk's own secret, so that the same row comes in once.",
    },
    "agreement": {
        "first_id": "Which two tenants; the guard of sending asks it.",
        "second_id": "Which two tenants; the guard of sending asks it.",
        "valid_from": "The guard of sending compares the day.",
        "valid_until": "The guard of sending compares the day.",
        "rules": "What is never sent to a country, and where a supervisor looks first: guards ask, of nobody in particular.",
    },
    "attachment": {
        "by_tenant_id": "Which side added it; row-level security compares it.",
        "user_id": "Who added it.",
        "category": "Consent is given by category; narrowing must find it without any key.",
        "at": "When it was added.",
    },
    "case_entry": {
        "part_id": "Leads from a case to the sealed version.",
        "category": "Consent is given by category; which ones hold something a guard must know.",
        "number": "Which version is the present one; two writers meet here.",
        "author_id": "Who wrote a version: of the desk's own, shown to the desk.",
    },
    "case_glass": {
        "user_id": "Who broke the glass: need to know is decided by it.",
        "opened_at": "Shown to supervisors; how often in an hour is counted.",
        "ends_at": "The opening must end without any key.",
        "seen_by_id": "Which supervisor looked at it.",
        "seen_at": "Until somebody looked at it, it waits on the desk.",
    },
    "case_look": {
        "user_id": "Whose openings are counted.",
        "kind": "An opening, an alert, or that the passphrase was typed again.",
        "at": "Openings are counted by the hour.",
    },
    "case_mark": {
        "category": "What was written anew is marked anew.",
        "mark": "An HMAC under the desk's own secret: only this desk finds the same again, and learns no more than that.",
    },
    "case_note": {
        "thread_id": "A random id that notes of one thread share, so that the newest can be found.",
        "number": "Which version is the present one; two writers meet here.",
        "author_id": "Who wrote a version: of the desk's own, shown to the desk.",
        "remind_on": "The job of the morning needs the day of a bare reminder, and never of what.",
    },
    "case_part": {"category": "Row-level security and consent work by category."},
    "case_record": {
        "code": "The pseudonymous name by which people of the desk speak of the case.",
        "status": "A guard of sending asks whether the case is closed; retention counts from it.",
        "owner_id": "Need to know is decided by whose case it is.",
        "frozen_at": "The safety stop must hold without any key.",
        "retention_on": "The job of erasure needs the day.",
        "legal_hold_at": "The job of erasure must stop before a hold, and holds no key.",
    },
    "case_worker": {
        "user_id": "Need to know is decided by who works on the case.",
        "assigned_at": "Since when somebody may read, for those who look after access.",
    },
    "consent": {
        "purpose": "Guards and clocks ask what a consent is for.",
        "given_by": "A guardian's consent ends by a clock.",
        "text_id": "Which wording was read; its hash is attested to the recipient.",
        "given_at": "Guards compare whether consent is active.",
        "expires_at": "Guards and clocks compare whether consent is active.",
        "withdrawn_at": "Withdrawal must hold without any key.",
        "refused_at": "A refusal holds nothing and warns of no end; no clock may take it for a consent.",
        "superseded_at": "What a newer act replaced must not hold beside it.",
        "supersedes_id": "Which earlier act it replaced: the story of one consent.",
        "guardian_consent_ends_on": "A guardian's consent ends by a clock; rounded to a first of a month, it tells no birthday.",
    },
    "consent_draft": {
        "author_id": "Whose draft it is: of the desk's own.",
        "changed_at": "Forgotten drafts are found by it.",
    },
    "consent_event": {
        "consent_id": "Belongs the event to its consent.",
        "kind": "What became of a consent: clocks write some of them.",
        "at": "When it happened.",
        "user_id": "Who did it: of the desk's own.",
    },
    "consent_evidence": {
        "consent_id": "Belongs the file to its consent.",
        "sha256": "A hash over the encrypted file: that it is still the same.",
        "added_at": "When it was added.",
    },
    "consent_override": {
        "requested_by_id": "The second person must be another.",
        "requested_at": "When it was asked for.",
        "alone": "Whether the review takes the place of the second person: a clock asks.",
        "approve_by": "The clock of 24 hours stops what nobody else agreed to.",
        "approved_by_id": "Who looked second.",
        "approved_at": "Whether the clock of 24 hours still runs.",
        "informed_at": "Whether the person was told; supervisors count it.",
        "review_due_at": "The clock of 72 hours.",
        "reviewed_by_id": "Who reviewed it.",
        "reviewed_at": "Whether the clock of 72 hours still runs.",
        "review": "Upheld or stopped: counted in the reports.",
        "ended_at": "What has ended allows nothing more.",
    },
    "consent_scope": {
        "consent_id": "Belongs the row to its consent.",
        "recipient_id": "Guards ask to whom.",
        "category": "Guards ask what.",
        "access": "A guard asks whether it may be given out on paper or as a file.",
        "onward_sharing": "A guard asks whether it may be passed on.",
        "removed_at": "Narrowing must hold without any key.",
    },
    "consent_text": {
        "key": "Which wording; the wordings are public.",
        "language": "Which wording; the wordings are public.",
        "wording": "Read aloud to anybody: it tells of nobody.",
        "sha256": "What a consent is attested with.",
        "approved_at": "Which wording is the present one.",
        "approved_by_id": "Which coordinator let it be used.",
    },
    "desk_task": {
        "kind": "What kind of work waits for a key.",
        "subject_id": "The random id of what it is about.",
        "done_at": "What waits and what is done.",
    },
    "disclosure": {
        "categories": "Narrowing and withdrawal must find what was given without any key.",
        "purpose": "Whether it was given for the referral or to hand the case over; guards ask.",
        "part_ids": "Which sealed versions were given.",
        "copied_as": "Whether the receiver took a copy away, and as what kind of file.",
        "package_sha256": "A hash over ciphertext: what was given, provably.",
        "disclosed_at": "When it was given.",
        "stop_requested_at": "The clock of an obligation.",
        "stopped_at": "The clock of an obligation.",
    },
    "guest": {
        "guest_id": "Which recipient: consent and row-level security name it as a tenant.",
        "organization_id": "Which listing of the directory it is, so that it is not named twice.",
        "named_by_id": "Who named it: of the desk's own.",
    },
    "guest_link": {
        "guest_id": "Whose link it is.",
        "epoch": "Which pair of keys opens what was sealed to it.",
        "token_hash": "The link is found by it; the token itself is kept nowhere.",
        "public_key": "The half that seals.",
        "failures": "Five wrong codes lock it, whoever tries.",
        "locked_at": "A locked link opens with no code.",
        "views": "The sender is shown how often it was opened.",
        "viewed_at": "The sender is shown when it was opened last.",
        "expires_at": "It ends by itself.",
    },
    "guest_session": {
        "token_hash": "The session is found by it; the token itself is in the browser alone.",
        "link_id": "With its link it ends.",
    },
    "hotline_call": {
        "taken_by_id": "Need to know is decided by who took the call.",
        "worker_id": "Need to know is decided by who looks after it; she is reminded to call back.",
        "taken_at": "Order of the calls.",
        "callback_at": "The clock reminds of a call back, a bare reminder.",
        "called_back_at": "Whether the reminder is still needed.",
    },
    "hotline_number": {
        "call_id": "Leads from a call to its number.",
        "destroy_at": "The clock destroys the number on its day, and holds no key.",
    },
    "obligation": {
        "disclosure_id": "What is to be stopped.",
        "categories": "Which part of it, where consent was narrowed; the disclosure names them too.",
        "notified_at": "The clock of 72 hours.",
        "due_at": "The clock of 72 hours.",
        "confirmed_at": "Whether it is overdue.",
        "ground": "Deleted, returned or kept: both supervisors count these.",
        "reminded_at": "The clock reminds once.",
        "overdue_told_at": "The clock tells both supervisors once.",
        "clock_stopped_at": "The clock stands while one of the two is suspended.",
    },
    "overdue_answer": {
        "since": "The coordinator is told since when, and which of two things is overdue, and nothing else.",
        "what": "Whether an answer or a confirmation is overdue between the two.",
    },
    "part_key": {
        "holder_id": "Row-level security: whose desk it opens for.",
        "epoch": "Which key of the desk opens it; re-sealing asks.",
        "sealed_kind": "Row-level security releases by kind and state.",
        "sealed_id": "What it opens.",
        "readable_until": "Row-level security compares the date, so a late job leaks nothing.",
    },
    "paused_share": {
        "holder_id": "Which organization could read it until it was suspended.",
        "sealed_kind": "What kind of thing its owner can seal again.",
        "sealed_id": "Which thing its owner can seal again.",
        "readable_until": "Until when it would have been readable: nobody reads longer for having been suspended.",
        "paused_at": "Since when; shown to its owner.",
    },
    "referral": {
        "code": "The pseudonymous name both sides use; never the case's.",
        "status": "Row-level security and clocks work by state.",
        "priority": "Clocks run by priority.",
        "changed_at": "When it was moved last.",
        "sent_at": "Clocks run from it, and a draft that never left stays unseen.",
        "acknowledge_due_at": "The clock of the answer.",
        "answer_due_at": "The clock of the answer.",
        "consent_expires_at": "The clock of consent, attested to the recipient.",
        "package_sha256": "A hash over ciphertext: what was sent, provably.",
        "signature": "The sender's signature over what was sent; anybody may check it.",
        "signature_epoch": "Which key of the desk signed.",
        "worker_id": "Who of the receiving desk took it on.",
        "clock_from": "The clocks count from it.",
        "clock_stopped_at": "The clocks must stand without any key.",
        "acknowledge_mark": "Which reminder was told already.",
        "answer_mark": "Which reminder was told already.",
        "asked_at": "A question stops the clock once.",
        "declines_returned": "A guard: a refusal is sent back once.",
        "attempts": "A guard counts before a person is called unreachable; the words are sealed.",
        "first_attempt_at": "A guard counts the days before a person is called unreachable.",
        "last_attempt_at": "A guard counts the days; the sender is asked to make sure that all is well.",
        "handover_proposed_at": "A guard: only what was proposed can be taken over.",
        "onward_asked_at": "A guard: only what was asked is answered, and the waiting shows without any key.",
        "frozen_at": "Row-level security stops every reading at the other end without any key.",
    },
    "referral_answer": {
        "move": "With which move it came.",
        "at": "When it came.",
    },
    "referral_event": {
        "number": "The order of the story.",
        "move": "What was done; the state is clear, so its change is.",
        "before": "The state is clear, so its change is.",
        "after": "The state is clear, so its change is.",
        "at": "When it happened.",
        "by_tenant_id": "Which side did it.",
        "user_id": "Who did it.",
    },
    "referral_message": {
        "by_tenant_id": "Which side wrote it; row-level security compares it.",
        "user_id": "Who wrote it.",
        "at": "When it was written.",
    },
    "referral_origin": {
        "consent_id": "Withdrawal must find what stands on a consent without any key.",
        "categories": "Guards compare the chosen categories with consent.",
        "author_id": "The second person must be another.",
        "approved_by_id": "Who looked second.",
        "approved_at": "When.",
        "approved_sha256": "A hash over ciphertext: what was approved.",
        "reopens_id": "The random id of the referral that this one follows.",
        "safety_checked_at": "Whether the desk still has to make sure that all is well.",
        "sent_alone": "Counted in the reports; the ground is sealed in the envelope.",
    },
    "risk_assessment": {
        "assessed_on": "A guard asks whether it is at most 14 days old; its level is sealed.",
    },
}
"""Table → column → why the server must read it. One block a table, in the order of the alphabet."""


def columns() -> set[str]:
    mine = [cls for cls in classes() if cls.__module__.startswith(FEATURE)]
    assert mine, sorted(name for name in sys.modules if name.startswith(FEATURE))
    return {f"{table_of(cls).name}.{column.name}" for cls in mine for column in table_of(cls).columns}


def named() -> set[str]:
    return {f"{table}.{column}" for table, reasons in CLEAR.items() for column in reasons}


@pytest.mark.usefixtures("served")
def test_every_column_of_cases_and_referrals_is_sealed_or_clear_for_a_reason() -> None:
    unsaid = {name for name in columns() - SEALED - named() if name.split(".")[1] not in EVERYWHERE}
    assert not unsaid, f"seal them, or say in CLEAR why the server must read them: {sorted(unsaid)}"


@pytest.mark.usefixtures("served")
def test_nothing_is_excused_that_is_not_there_or_is_sealed() -> None:
    assert not (named() | SEALED) - columns()
    assert not named() & SEALED
    assert all(len(why) > 4 for reasons in [EVERYWHERE, *CLEAR.values()] for why in reasons.values())


@pytest.mark.usefixtures("served")
def test_what_is_sealed_is_kept_as_bytes() -> None:
    by_name = {
        f"{table_of(cls).name}.{column.name}": column.type.python_type
        for cls in classes()
        if cls.__module__.startswith(FEATURE)
        for column in table_of(cls).columns
        if column.type.__class__.__name__ != "ARRAY"
    }
    assert {by_name[name] for name in SEALED} == {bytes}
