"""Sections of a listing that are written on their own: who may come, and translations."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy.orm import Session

from network import audit
from network.audit import Action
from network.database import now
from network.directory import eligibility, texts
from network.directory.models import Organization, Project, Service, Visibility
from network.directory.policies import can_edit
from network.directory.services import publishing, writing
from network.directory.texts import TranslationStatus
from network.i18n.languages import CODES
from network.permissions import Unfit, require
from network.tenancy import Actor

DELIVERY = ("in_person", "phone", "online", "outreach")


def describe_service(
    session: Session,
    actor: Actor,
    service: Service,
    answers: Mapping[str, Any],
    delivery: Sequence[str],
    *,
    version: int,
) -> bool:
    """Say who may come, by the fields of ``eligibility``, and how help is given; False where that was said already."""
    require(can_edit(actor, service.tenant_id))
    writing.hold(session, service.organization_id)
    row = writing.lock(session, service, version)
    values = {
        "eligibility": eligibility.clean(answers),
        "delivery": [one for one in DELIVERY if one in delivery],
    }
    changed = writing.apply(row, values)
    if not changed:
        return False
    row.last_modified = now()
    writing.keep_revision(session, actor, row)
    publishing.publish(session, row.organization_id, public=row.visibility is Visibility.PUBLIC)
    audit.record(session, actor, Action.SERVICE_CHANGED, row.id, fields=",".join(sorted(changed)))
    return True


def translate(
    session: Session,
    actor: Actor,
    listing: Organization | Service | Project,
    language: str,
    wordings: Mapping[str, str],
    *,
    version: int,
    status: TranslationStatus = TranslationStatus.HUMAN,
) -> bool:
    """Write the texts of a listing in one language, by column. The same words again say that they are still right.

    Raises :class:`Unfit` ``language_unknown`` for a language we do not speak and for the one they were written in.
    """
    require(can_edit(actor, listing.tenant_id))
    organization_id = listing.id if isinstance(listing, Organization) else listing.organization_id
    writing.hold(session, organization_id)
    row = writing.lock(session, listing, version)
    if language not in CODES or language == row.source:
        raise Unfit("language_unknown")
    values = {
        name: texts.translated(getattr(row, name), language, text, row.source, status)
        for name, text in wordings.items()
        if name in row.TEXTS
    }
    changed = writing.apply(row, values)
    if not changed:
        return False
    row.last_modified = now()
    writing.keep_revision(session, actor, row)
    publishing.publish(session, organization_id, public=row.visibility is Visibility.PUBLIC)
    audit.record(session, actor, Action.TRANSLATION_CHANGED, row.id, language=language)
    return True
