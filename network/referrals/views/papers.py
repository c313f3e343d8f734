"""The ledger, and what is printed for the person herself, in the language of the address."""

from __future__ import annotations

import datetime
import uuid
from collections.abc import Sequence
from typing import cast

from flask import Response, abort, current_app, g, render_template
from flask_login import current_user

from network import audit
from network.audit import Action
from network.database import now
from network.directory.paper.press import Jammed, Press
from network.face import network_name
from network.referrals import labels, printing, queries
from network.referrals.consent import Purpose
from network.referrals.models import Case, Consent, ConsentOverride, Disclosure
from network.referrals.printing import SHEET, Received
from network.referrals.services import consent_drafts, exporting
from network.referrals.views.common import bp, case_or_404, desk, desk_only, tenants
from network.referrals.views.consents import of_case, sentences_of


@bp.get("/cases/<uuid:case_id>/ledger")
@desk_only
def ledger(case_id: uuid.UUID) -> str:
    """Who received what of this case, when, under which consent: to be read to the person."""
    file = case_or_404(case_id)
    taken = [(entry, said["told_to"]) for entry, said in exporting.ledger(g.db, g.actor, desk(), file)]
    lines = printing.lines(_received(file), taken)
    audit.record(g.db, g.actor, Action.CASE_READ, file.id)
    return render_template("referrals/ledger.html", case=file, lines=lines, labels=labels)


@bp.get("/cases/<uuid:case_id>/ledger.pdf")
@desk_only
def ledger_paper(case_id: uuid.UUID) -> Response:
    """The same on paper. For whom a file was and why stays here: a paper is found in a pocket."""
    file = case_or_404(case_id)
    taken = [(entry, "") for entry, _said in exporting.ledger(g.db, g.actor, desk(), file)]
    data = printing.ledger_sheet(
        printing.lines(_received(file), taken),
        keeper=str(current_user.tenant_name),
        code=file.code,
        network=network_name(),
    )
    audit.record(g.db, g.actor, Action.LEDGER_PRINTED, file.id)
    return printed(data)


@bp.get("/cases/<uuid:case_id>/consents/<uuid:consent_id>/consent.pdf")
@desk_only
def consent_paper(case_id: uuid.UUID, consent_id: uuid.UUID) -> Response:
    """One act of consent on paper, with room to sign."""
    file, given = of_case(case_id, consent_id)
    text = g.db.scalars(queries.text_by_id(given.text_id)).one()
    data = printing.consent_sheet(
        given,
        consent_drafts.read_consent(g.db, desk(), given),
        text,
        sentences_of(given, tenants(s.recipient_id for s in given.scopes)),
        keeper=str(current_user.tenant_name),
        code=file.code,
        network=network_name(),
    )
    audit.record(g.db, g.actor, Action.CONSENT_PRINTED, given.id)
    return printed(data)


def _received(file: Case) -> list[Received]:
    """The ledger of a case, the newest first; for who was let in alone, though nothing in it is sealed."""
    desk().private(desk().current_epoch)
    rows = g.db.execute(queries.ledger_of(file.id)).all()
    owed = printing.by_disclosure(
        g.db.scalars(queries.obligations_of(disclosure.id for disclosure, *_rest in rows)).all()
    )
    consents = g.db.scalars(queries.consents_of(file.id)).all()
    named = tenants(referral.receiving_id for _d, referral, *_rest in rows)
    return [
        Received(
            disclosure,
            referral,
            named[referral.receiving_id].name,
            None
            if _unconsented(override, disclosure.disclosed_at)
            else _consented(disclosure, given, consents),
            owed.get(disclosure.id, []),
        )
        for disclosure, referral, given, override in rows
    ]


def _consented(
    disclosure: Disclosure, given: Consent | None, consents: Sequence[Consent]
) -> datetime.datetime | None:
    """When the consent was given under which this left: a hand-over has one of its own beside that of the referral."""
    if disclosure.purpose is Purpose.TRANSFER:
        for one in consents:
            if (
                one.purpose is Purpose.TRANSFER
                and one.given_at <= disclosure.disclosed_at
                and any(scope.recipient_id == disclosure.receiving_id for scope in one.scopes)
            ):
                return one.given_at
    return given.given_at if given is not None else None


def _unconsented(override: ConsentOverride | None, at: object) -> bool:
    return override is not None and override.requested_at <= at  # type: ignore[operator]  # Both are moments.


def printed(data: dict[str, object]) -> Response:
    """Shown, never kept: neither here nor by the browser."""
    try:
        body = cast(Press, current_app.extensions["press"]).pdf(SHEET, data, at=int(now().timestamp()))
    except Jammed:
        abort(503)
    answer = Response(body, mimetype="application/pdf")
    answer.headers["Content-Disposition"] = 'inline; filename="print.pdf"'
    return answer
