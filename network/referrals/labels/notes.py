"""The words of what a desk notes about a case for itself."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString

from network.referrals.notes import NoteKind

SHEETS: dict[NoteKind, LazyString] = {
    NoteKind.STAGE: _l("Stage of identification"),
    NoteKind.INDICATORS: _l("Signs of trafficking"),
    NoteKind.KEYWORDS: _l("Words to find this case by"),
    NoteKind.CLOSING: _l("Why the case was closed"),
    NoteKind.PROCEEDING: _l("Proceeding"),
    NoteKind.HEARING: _l("Hearing or appointment"),
    NoteKind.PROTECTION: _l("Protection measure"),
    NoteKind.LEGAL_AID: _l("Legal aid"),
    NoteKind.COMPENSATION: _l("Compensation"),
    NoteKind.PLAN: _l("Support plan"),
    NoteKind.COMMENT: _l("Note"),
}

ADD: dict[NoteKind, LazyString] = {
    NoteKind.PROCEEDING: _l("Add a proceeding"),
    NoteKind.HEARING: _l("Add a hearing or appointment"),
    NoteKind.PROTECTION: _l("Add a protection measure"),
    NoteKind.LEGAL_AID: _l("Add legal aid"),
    NoteKind.COMPENSATION: _l("Add compensation"),
    NoteKind.PLAN: _l("Add a support plan"),
    NoteKind.COMMENT: _l("Add a note"),
}

SHEET_LEADS: dict[NoteKind, LazyString] = {
    NoteKind.STAGE: _l(
        "Where the person stands in the national referral mechanism. Help does not wait for it: assistance begins"
        " with the first suspicion."
    ),
    NoteKind.INDICATORS: _l(
        "What points to an act, to means and to a purpose, each with its source. Nothing here adds up to a verdict:"
        " people decide."
    ),
    NoteKind.KEYWORDS: _l(
        "A nickname, a village, a number: whatever you would search for. Names and phone numbers of this case are"
        " found anyway."
    ),
    NoteKind.PROCEEDING: _l(
        "A victim is not to be punished for what she or he was made to do. If the person is a suspect, tell the lawyer so."
    ),
    NoteKind.HEARING: _l("Agree beforehand who comes along, and that the person need not meet the accused."),
    NoteKind.COMPENSATION: _l("Unpaid wages count too. Do not promise an amount."),
    NoteKind.PLAN: _l("Made together with the person. Each goal is the person's own."),
    NoteKind.COMMENT: _l("Stays with your organization. It is never sent with a referral."),
}

NOTE_GUIDANCE: dict[str, LazyString] = {
    "reflection_from": _l(
        "Time to recover and decide whether to cooperate, without any condition. International standards ask for"
        " at least 30 days, better 90."
    ),
    "reflection_until": _l("Nobody may be sent out of the country before this day."),
    "remind_on": _l("On this day everybody of your desk is told that there is something, never what."),
    "indicator_confidence": _l("How sure you are of this one sign, not of the whole."),
    "hearing_time": _l("For example 10:30."),
    "proceeding_number": _l("As it stands on the papers."),
    "keywords": _l("Separated by blanks."),
    "cas_ReasonForCaseClosure": _l("Stays with your organization."),
}

NOTE_FIELDS: dict[str, LazyString] = {
    "stage": _l("Stage"),
    "stage_since": _l("Since"),
    "stage_decided_by": _l("Decided by"),
    "reflection_from": _l("Reflection period from"),
    "reflection_until": _l("Reflection period until"),
    "remind_on": _l("Remind us on"),
    "stage_notes": _l("What else should be known"),
    "indicators": _l("Signs of trafficking"),
    "indicator": _l("Sign"),
    "indicator_source": _l("How do you know?"),
    "indicator_confidence": _l("How sure is it?"),
    "indicator_notes": _l("In a few words"),
    "keywords": _l("Words"),
    "cas_ReasonForCaseClosure": _l("Why is the case closed?"),
    "proceeding_type": _l("Kind of proceeding"),
    "proceeding_before": _l("Court, prosecutor or office"),
    "proceeding_number": _l("Number of the file"),
    "proceeding_role": _l("The person takes part as"),
    "proceeding_state": _l("Where it stands"),
    "proceeding_since": _l("Since"),
    "proceeding_notes": _l("What else should be known"),
    "hearing_on": _l("Day"),
    "hearing_time": _l("Time"),
    "hearing_place": _l("Place"),
    "hearing_about": _l("What it is about"),
    "hearing_needs": _l("What has to be asked for"),
    "hearing_accompanied_by": _l("Who comes along"),
    "hearing_notes": _l("How it went"),
    "protection_type": _l("Kind of protection"),
    "protection_by": _l("Granted by"),
    "protection_from": _l("From"),
    "protection_until": _l("Until"),
    "protection_notes": _l("What else should be known"),
    "legal_aid_by": _l("Lawyer or organization"),
    "legal_aid_type": _l("Who pays"),
    "legal_aid_contact": _l("How to reach them"),
    "legal_aid_from": _l("Since"),
    "legal_aid_notes": _l("What else should be known"),
    "compensation_type": _l("Kind of compensation"),
    "compensation_asked_on": _l("Asked for on"),
    "compensation_asked": _l("Amount asked for"),
    "compensation_granted_on": _l("Granted on"),
    "compensation_granted": _l("Amount granted"),
    "compensation_paid": _l("Has it been paid?"),
    "compensation_notes": _l("What else should be known"),
    "spl_Type": _l("Kind of support"),
    "spl_Objectives": _l("Goals"),
    "spl_ActionPlan": _l("Steps, and who takes them"),
    "spl_PlannedEndDate": _l("Planned until"),
    "spl_ActualEndDate": _l("Ended on"),
    "cco_CaseComment": _l("Note"),
}

ELEMENTS: dict[str, LazyString] = {
    # NOTE: The three elements of trafficking in the Palermo Protocol: act, means, purpose.
    "act": _l("Act: what was done"),
    "means": _l("Means: how it was done"),
    "purpose": _l("Purpose: what for"),
}

NOTE_CHOICES: dict[str, LazyString | str] = {
    # NOTE: Stages of a national referral mechanism.
    "presumed": _l("Presumed victim"),
    "reflection": _l("Reflection period"),
    "identified": _l("Identified as a victim"),
    "not_identified": _l("Not identified as a victim"),
    "assistance": _l("Assistance"),
    "return_or_stay": _l("Return or stay"),
    "inclusion": _l("Social inclusion"),
    "closed": _l("Closed"),
    # NOTE: The act of trafficking (Palermo Protocol).
    "recruitment": _l("Act: recruitment"),
    "transportation": _l("Act: transportation"),
    "transfer": _l("Act: transfer to somebody else"),
    "harbouring": _l("Act: hiding or housing"),
    "receipt": _l("Act: receiving"),
    # NOTE: The means of trafficking (Palermo Protocol).
    "threat": _l("Means: threat"),
    "use_of_force": _l("Means: force"),
    "other_coercion": _l("Means: other coercion"),
    "abduction": _l("Means: abduction"),
    "fraud": _l("Means: fraud"),
    "deception": _l("Means: deception"),
    "abuse_of_power": _l("Means: abuse of power"),
    "abuse_of_position_of_vulnerability": _l("Means: abuse of a position of vulnerability"),
    "payments_or_benefits": _l("Means: payment to somebody who has control over the person"),
    # NOTE: The purpose of trafficking (Palermo Protocol).
    "sexual_exploitation": _l("Purpose: sexual exploitation"),
    "forced_labour": _l("Purpose: forced labour"),
    "slavery_or_similar": _l("Purpose: slavery or similar practices"),
    "servitude": _l("Purpose: servitude"),
    "organ_removal": _l("Purpose: removal of organs"),
    "forced_marriage": _l("Purpose: forced marriage"),
    "forced_begging": _l("Purpose: forced begging"),
    "forced_crime": _l("Purpose: forced crime"),
    "child_exploitation": _l("Purpose: exploitation of a child"),
    "other_exploitation": _l("Purpose: other exploitation"),
    "person_told": _l("The person told it"),
    "worker_saw": _l("We saw it ourselves"),
    "document": _l("A document"),
    "other_person": _l("Somebody else told it"),
    "authority": _l("An authority told it"),
    "sure": _l("Sure"),
    "likely": _l("Likely"),
    "possible": _l("Possible"),
    # NOTE: Kinds of legal proceedings.
    "criminal": _l("Criminal"),
    "civil": _l("Civil"),
    "labour": _l("Labour"),
    "administrative": _l("Administrative"),
    "asylum_or_stay": _l("Asylum or stay"),
    "family": _l("Family and custody"),
    "injured_party": _l("Injured party"),
    "witness": _l("Witness"),
    "claimant": _l("Claimant"),
    "suspect": _l("Suspect or accused"),
    "respondent": _l("Respondent"),
    "not_begun": _l("Not begun"),
    "complaint_made": _l("Complaint made"),
    "investigation": _l("Under investigation"),
    "in_court": _l("In court"),
    "appeal": _l("On appeal"),
    "ended": _l("Ended"),
    "refused": _l("Refused"),
    # NOTE: What must be asked of the court before a hearing.
    "interpreter": _l("An interpreter"),
    "support_person": _l("Somebody the person trusts in the room"),
    "no_meeting": _l("No meeting with the accused"),
    "video_link": _l("A hearing by video"),
    "closed_session": _l("No public in the room"),
    "child_rules": _l("The rules for children"),
    "protection_order": _l("Protection order"),
    "data_kept_secret": _l("Personal data kept secret"),
    "police_protection": _l("Protection by the police"),
    "safe_place": _l("Safe place to live"),
    "new_identity": _l("New identity"),
    "free_state": _l("Free, paid by the state"),
    "free_other": _l("Free, paid by an organization"),
    "paid": _l("The person pays"),
    "from_perpetrator": _l("From those who did it"),
    "state_fund": _l("From the state"),
    "unpaid_wages": _l("Unpaid wages"),
    "in_part": _l("In part"),
    # NOTE: Kinds of support plans (HTCDS).
    "Financial": _l("Money"),
    "Health": _l("Health"),
    "LabourExploitationRehabilitation": _l("Recovery after forced labour"),
    "Legal": _l("Legal help"),
    "Livelihood": _l("Work and income"),
    "RightsBasedTraining": _l("Knowing one's rights"),
    "SexualExploitationRehabilitation": _l("Recovery after sexual exploitation"),
    "SocialCare": _l("Social care"),
}
