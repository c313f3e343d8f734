"""Who may call what: every route once more, written by hand and compared with what the code says.

A route that is missing here fails ``test_bar_09``. ``foreign`` says what an id of another organization opens:

- ``own``: nothing, even where everybody may read the row's page;
- ``read``: what is meant for this reader, and nothing else;
- ``link``: whoever holds the link may come in, so a forged one leads nowhere;
- ``network``: the coordinator's work is with other organizations; for everybody else nothing.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Line:
    """Who may call a route, whether the others see that it is there, and what another's id opens."""

    who: frozenset[str]
    hidden: bool = False
    foreign: str = "own"


def line(who: str, foreign: str = "own", *, hidden: bool = False) -> Line:
    return Line(frozenset(word.strip() for word in who.split(",")), hidden, foreign)


EVERYONE = line("everyone", "read")
LINK = line("everyone", "link")
SIGNED_IN = line("signed in")
MANAGERS = line("admin, coordinator")
DESK = line("caseworker, supervisor")
COORDINATOR = line("coordinator", "network")
CASES = line("caseworker", hidden=True)
ORGANISER = line("organiser", hidden=True)
KEEPERS = line("editor, admin, coordinator", hidden=True)
WRITERS = line("editor, organiser, admin, coordinator", hidden=True)

MATRIX: dict[str, Line] = {
    "accounts.account": SIGNED_IN,
    "accounts.code": EVERYONE,
    "accounts.discard_kept": SIGNED_IN,
    "accounts.end_session": SIGNED_IN,
    "accounts.exit_beacon": EVERYONE,
    "accounts.exit_now": EVERYONE,
    "accounts.join": LINK,
    "accounts.kept_forms": SIGNED_IN,
    "accounts.login": EVERYONE,
    "accounts.logout": EVERYONE,
    "accounts.my_sessions": SIGNED_IN,
    "accounts.passphrase": SIGNED_IN,
    "accounts.recover": EVERYONE,
    "accounts.recovery_code": SIGNED_IN,
    "accounts.second_factor": SIGNED_IN,
    "accounts.unlock": EVERYONE,
    "admin.audit": MANAGERS,
    "admin.index": MANAGERS,
    "admin.invite": MANAGERS,
    "admin.invite_partner": COORDINATOR,
    "admin.let_in": DESK,
    "admin.member": MANAGERS,
    "admin.members": MANAGERS,
    "admin.network": COORDINATOR,
    "admin.newcomers": DESK,
    "admin.partner": COORDINATOR,
    "admin.recovery_sheet": DESK,
    "admin.remove": MANAGERS,
    "admin.renew_invitation": MANAGERS,
    "admin.restore": MANAGERS,
    "admin.restore_partner": COORDINATOR,
    "admin.suspend": MANAGERS,
    "admin.suspend_partner": COORDINATOR,
    "admin.use_recovery_sheet": DESK,
    "admin.withdraw_invitation": MANAGERS,
    "api.openapi": EVERYONE,
    "desk.index": SIGNED_IN,
    "digest.activity": EVERYONE,
    "digest.all_editions": EVERYONE,
    "digest.edit": WRITERS,
    "digest.edition": EVERYONE,
    "digest.feed": EVERYONE,
    "digest.index": EVERYONE,
    "digest.new": line("editor, organiser, admin, coordinator"),
    "digest.note": line("coordinator", hidden=True),
    "digest.publish": WRITERS,
    "digest.withdraw": WRITERS,
    "digest_organizations.organization_feed": EVERYONE,
    "directory.book": EVERYONE,
    "directory.confirm": KEEPERS,
    "directory.edit_contact": KEEPERS,
    "directory.edit_location": KEEPERS,
    "directory.edit_organization": KEEPERS,
    "directory.edit_part": KEEPERS,
    "directory.edit_phone": KEEPERS,
    "directory.edit_project": KEEPERS,
    "directory.edit_service": KEEPERS,
    "directory.eligibility": KEEPERS,
    "directory.ending_grants": line("editor, admin, coordinator"),
    "directory.hotline_sheet": EVERYONE,
    "directory.index": EVERYONE,
    "directory.listing_history": KEEPERS,
    "directory.location_hours": KEEPERS,
    "directory.help_now": EVERYONE,
    "directory.near": EVERYONE,
    "directory.new_contact": KEEPERS,
    "directory.new_location": KEEPERS,
    "directory.new_organization": line("editor, admin, coordinator"),
    "directory.new_part": KEEPERS,
    "directory.new_phone": KEEPERS,
    "directory.new_project": KEEPERS,
    "directory.new_service": KEEPERS,
    "directory.organization": EVERYONE,
    "directory.organization_sections": KEEPERS,
    "directory.paper": EVERYONE,
    "directory.phone_hours": KEEPERS,
    "directory.preview_organization": KEEPERS,
    "directory.preview_service": KEEPERS,
    "directory.project": EVERYONE,
    "directory.projects": EVERYONE,
    "directory.find_duplicates": KEEPERS,
    "directory.keep_apart": KEEPERS,
    "directory.merge": KEEPERS,
    "directory.undo_merge": KEEPERS,
    "directory.restore": KEEPERS,
    "directory.proposal": line("signed in", "own"),
    "directory.proposals": SIGNED_IN,
    "directory.propose": line("signed in", "read"),
    "directory.remove_contact": KEEPERS,
    "directory.remove_location": KEEPERS,
    "directory.remove_part": KEEPERS,
    "directory.remove_phone": KEEPERS,
    "directory.service": EVERYONE,
    "directory.service_funding": KEEPERS,
    "directory.service_hours": KEEPERS,
    "directory.service_sections": KEEPERS,
    "directory.to_confirm": KEEPERS,
    "directory.translate_organization": KEEPERS,
    "directory.translate_project": KEEPERS,
    "directory.translate_service": KEEPERS,
    "directory.who_where": EVERYONE,
    "directory.who_where_csv": EVERYONE,
    "directory.workbook_file": KEEPERS,
    "directory.workbook_page": KEEPERS,
    "directory.withdraw_proposal": line("signed in", "own"),
    "events.approve": ORGANISER,
    "events.cancel": ORGANISER,
    "events.edit": ORGANISER,
    "events.export": ORGANISER,
    "events.index": EVERYONE,
    "events.manage": LINK,
    "events.new": line("organiser"),
    "events.one_event": EVERYONE,
    "events.page": EVERYONE,
    "events.postpone": ORGANISER,
    "events.publish": ORGANISER,
    "events.register": EVERYONE,
    "events.registered": EVERYONE,
    "events.registrations": ORGANISER,
    "events.reject": ORGANISER,
    "events.withdraw": LINK,
    "events.withdraw_for": ORGANISER,
    "events_calendar.all_events": EVERYONE,
    "front_door": EVERYONE,
    "healthz": EVERYONE,
    "home.index": EVERYONE,
    "hsds.base": EVERYONE,
    "hsds.nothing": EVERYONE,
    "hsds.one_taxonomy": EVERYONE,
    "hsds.one_taxonomy_term": EVERYONE,
    "hsds.organization": EVERYONE,
    "hsds.organizations": EVERYONE,
    "hsds.profile": EVERYONE,
    "hsds.profile_of": EVERYONE,
    "hsds.service": EVERYONE,
    "hsds.service_at_location": EVERYONE,
    "hsds.service_at_locations": EVERYONE,
    "hsds.services": EVERYONE,
    "hsds.taxonomies": EVERYONE,
    "hsds.taxonomy_terms": EVERYONE,
    "hsds.tombstones": EVERYONE,
    "home.page": EVERYONE,
    "metrics_page": line("operator"),
    "readyz": line("operator"),
    "referrals.ask_move": CASES,
    "referrals.ask_withdraw": CASES,
    "referrals.case": CASES,
    "referrals.case_list": CASES,
    "referrals.change": CASES,
    "referrals.consent": CASES,
    "referrals.inbox": CASES,
    "referrals.make_move": CASES,
    "referrals.new": CASES,
    "referrals.new_note": CASES,
    "referrals.note": CASES,
    "referrals.reminders": CASES,
    "referrals.remove_note": CASES,
    "referrals.sheet": CASES,
    "referrals.status": CASES,
    "referrals.new_case": CASES,
    "referrals.part": CASES,
    "referrals.referral": CASES,
    "referrals.risk": CASES,
    "referrals.versions": CASES,
    "referrals.withdraw": CASES,
}
