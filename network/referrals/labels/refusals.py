"""What each rule says when it refuses."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString

UNFIT: dict[str, LazyString] = {
    "more_needs_supervisor": _l(
        "Only a supervisor who did not write this referral can send more of the case along."
    ),
    "provider_unknown": _l("Choose one of the providers named."),
    "service_elsewhere": _l("One of the services belongs to another organization than the one you ask."),
    "outcome_missing": _l("Say what became of each service."),
    "transfer_consent_missing": _l(
        "To hand the case over, the person must have consented to the transfer to this organization."
    ),
    "transfer_to_guest": _l("A case can be handed over only to an organization with a desk in Kopuro."),
    "onward_not_consented": _l(
        "The person's consent does not let this organization pass on: %(categories)s. Ask the person, and record a new"
        " consent that says so; or answer no."
    ),
    "consent_over": _l("The person's consent has ended meanwhile: nothing more can be sent. Renew it first."),
    "handover_nothing": _l("There is nothing that can be taken over: the consent has ended meanwhile."),
    "not_let_in": _l(
        "Nobody has let this colleague in to the desk yet, so no case could be opened. Choose another one."
    ),
    "held": _l("This case is on legal hold: nothing of it may be destroyed."),
    "no_such_case": _l(
        "No case with this code can be opened here. Look at the code again, or ask your supervisor."
    ),
    "stopped": _l("The sending organization has stopped this case for safety. Wait until it goes on."),
    "case_closed": _l("This case is closed. Open a new one to refer the person again."),
    "referrals_open": _l(
        "A referral of this case is still open. Wait until it has ended, or cancel it, then close the case."
    ),
    "handed_over": _l("This case was handed over to another organization, which looks after the person now."),
    "recipient_unknown": _l("Choose one of the partner organizations."),
    "recipient_suspended": _l("This organization cannot receive referrals at present. Choose another one."),
    "nothing_chosen": _l("Choose at least one kind of information, or the other side cannot help."),
    "guest_taken": _l(
        "This recipient has had its referral. Name the organization once more to refer to it again."
    ),
    "no_key": _l(
        "Nobody there could open it at present. Where it has a link and a code: issue them again first."
    ),
    "no_agreement": _l(
        "There is no agreement in force between your two organizations. Ask the network's coordinator."
    ),
    "country_withheld": _l(
        "The agreement with this organization does not let this be sent to its country: %(categories)s. Leave it out."
    ),
    "pair_same": _l("An agreement is between two different partners."),
    "pair_unknown": _l("Choose two partners, or all partners in both lists."),
    "pair_exists": _l("There is an agreement of these already: open it in the list to change it."),
    "dates_order": _l("This day comes before the agreement begins."),
    "category_empty": _l("Nothing is written yet under: %(categories)s. Fill it in, or leave it out."),
    "consent_missing": _l(
        "The person's consent does not cover this for the receiving organization: %(categories)s."
        " Ask for it, or leave it out."
    ),
    "risk_assessment_old": _l("Across a border, the risk must have been assessed within the last 14 days."),
    "minor": _l(
        "This person is under 18: a guardian's consent is needed. Ask for it, then choose it here again."
    ),
    "minor_needs_guardian": _l(
        "The case says that this person is under 18. A parent or guardian decides, and the child is asked too."
    ),
    "guardian_of_adult": _l(
        "A parent cannot decide for a grown-up. Ask the person, or name a guardian by law."
    ),
    "guardian_no_authority": _l(
        "Write which paper shows that this guardian may decide: a birth certificate, a decision of a court."
        " Without one, call the guardianship office first."
    ),
    "guardian_unsuitable": _l(
        "A guardian who may have harmed the child cannot decide for it. Find another guardian, or call the"
        " guardianship office. In danger, use the emergency page."
    ),
    "assent_not_asked": _l("Say what the child said, or that it is too young to be asked."),
    "assent_refused": _l(
        "The child does not want it: then nothing is sent. If the child is at risk, a supervisor can decide otherwise."
    ),
    "scope_not_asked": _l("For this purpose nothing is sent to another organization."),
    "witness_missing": _l("Say who saw it: with a thumbprint or spoken before a witness, somebody did."),
    "expiry_far_too_late": _l("Consent lasts five years at most."),
    "consent_replaced": _l("This consent was withdrawn or replaced meanwhile. Begin a new one."),
    "reason_missing": _l("Write in a sentence why it cannot wait for consent."),
    "beyond_minimum": _l("This is more than the minimum that may leave without consent: %(categories)s."),
    "wording_unchanged": _l(
        "This says the same as before. Where the meaning changes, it changes in every language."
    ),
    "in_danger": _l("When a life is in danger, nothing waits: use the emergency page."),
    "approval_needed": _l("A supervisor must approve this referral, as it stands now, before it is sent."),
    "consent_ended": _l(
        "The person's consent has ended meanwhile. Ask the sending organization to renew it."
    ),
    "category_outside": _l("The person did not agree to share this kind of information here."),
    "file_empty": _l("This file is empty. Please choose another one."),
    "file_large": _l("This file is larger than 20 MB. Please send a smaller one, or several."),
    "file_kind": _l(
        "This kind of file cannot be taken: PDF, JPEG, PNG and plain text can. Please save it as a PDF first."
    ),
    "file_pixels": _l("This picture is too large to be opened safely. Please make it smaller first."),
    "file_active": _l(
        "This document contains programs or other files, which could harm. Please print it to a PDF and send that."
    ),
    "file_damaged": _l(
        "This file is damaged, or something else is hidden in it. Please save it anew and try again."
    ),
    "no_scope": _l("Choose at least one kind of information that may be shared."),
    "given_in_future": _l("Consent cannot be given in the future."),
    "expiry_past": _l("This day has passed already."),
    "expiry_too_late": _l("Consent lasts 12 months at most."),
    "nothing_to_copy": _l("What was sent can no longer be read here, so there is nothing to copy."),
    "import_no_file": _l("Choose a file first."),
    "import_too_large": _l("This file is larger than 2 MB. Divide it."),
    "import_too_many": _l("This file holds more than 500 cases. Divide it."),
    "import_empty": _l("There is no case in this file."),
    "import_workbook": _l("This is a workbook. Save it as CSV first, then bring it."),
    "import_unreadable": _l("This cannot be read as CSV or JSON. Save it anew and bring it again."),
    "not_informed": _l("Consent counts only when all of this was explained. Tick each when it is done."),
}
