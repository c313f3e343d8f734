"""Projects, as IATI describes an activity."""

from __future__ import annotations

import re
from collections.abc import Sequence

from sqlalchemy import delete
from sqlalchemy.orm import Session

from network import audit
from network.audit import Action
from network.database import now
from network.directory import where
from network.directory.drafts import ParticipantDraft, ProjectDraft
from network.directory.models import Organization, Project, ProjectParticipant, ProjectStatus, Visibility
from network.directory.policies import can_edit
from network.directory.services import audiences, publishing, writing
from network.i18n.translated import rewritten, written
from network.permissions import Unfit, require
from network.tenancy import Actor

_OVER = (ProjectStatus.CLOSED, ProjectStatus.FINALISING, ProjectStatus.CANCELLED)


def create_project(
    session: Session, actor: Actor, organization: Organization, draft: ProjectDraft
) -> Project:
    """List a project under an organization that the actor's tenant keeps."""
    require(can_edit(actor, organization.tenant_id))
    writing.hold(session, organization.id)
    keeper = organization.tenant_id
    writing.check_audience(actor, keeper, Visibility.TENANT, draft.visibility, organization.visibility)
    _check(draft)
    row = Project(tenant_id=keeper, organization_id=organization.id, source=draft.source)
    _write(row, draft)
    row.title, row.description = written(draft.title), written(draft.description)
    session.add(row)
    session.flush()
    _take_part(session, row, draft.participants)
    writing.keep_revision(session, actor, row)
    publishing.publish(session, organization.id, public=row.visibility is Visibility.PUBLIC)
    audit.record(session, actor, Action.PROJECT_CREATED, row.id)
    return row


def change_project(
    session: Session,
    actor: Actor,
    organization: Organization,
    project: Project,
    draft: ProjectDraft,
    *,
    version: int,
) -> None:
    """Write a project and who takes part in it. Raises :class:`Stale` for a version that is not the latest."""
    require(can_edit(actor, organization.tenant_id))
    writing.hold(session, organization.id)
    row = writing.lock(session, project, version)
    writing.check_audience(actor, row.tenant_id, row.visibility, draft.visibility, organization.visibility)
    _check(draft)
    was_public = row.visibility is Visibility.PUBLIC
    _write(row, draft)
    row.title = rewritten(row.title, draft.title, row.source)
    row.description = rewritten(row.description, draft.description, row.source)
    row.version += 1
    row.last_modified = now()
    session.execute(delete(ProjectParticipant).where(ProjectParticipant.project_id == row.id))
    _take_part(session, row, draft.participants)
    audiences.narrow_project(session, row)
    writing.keep_revision(session, actor, row)
    public = was_public or row.visibility is Visibility.PUBLIC
    if public:
        organization.last_modified = now()
    publishing.publish(session, organization.id, public=public)
    audit.record(session, actor, Action.PROJECT_CHANGED, row.id, version=row.version)


def days_of(draft: ProjectDraft) -> dict[str, str]:
    """The four days, and what is best known of them. Days that nobody told apart are taken by how the project stands."""
    days = {
        name: getattr(draft, name) for name in ("planned_start", "planned_end", "actual_start", "actual_end")
    }
    if not any(days.values()):
        begun, over = draft.status != ProjectStatus.PLANNED, ProjectStatus(draft.status) in _OVER
        days["actual_start" if begun else "planned_start"] = draft.start_on
        days["actual_end" if over else "planned_end"] = draft.end_on
    start, end = (days[f"actual_{edge}"] or days[f"planned_{edge}"] for edge in ("start", "end"))
    return {**days, "start_on": start, "end_on": end}


def _check(draft: ProjectDraft) -> None:
    if any(where.place(place_id) is None for place_id in draft.places):
        raise Unfit("place_unknown")
    if any(not re.fullmatch(r"\d{3,5}", code) for code in draft.sectors):
        raise Unfit("sector_unknown")


def _write(row: Project, draft: ProjectDraft) -> None:
    row.status = ProjectStatus(draft.status)
    row.visibility = draft.visibility
    row.places, row.sectors = list(draft.places), list(draft.sectors)
    row.iati_identifier = draft.iati_identifier
    row.budget, row.currency = draft.budget, draft.currency if draft.budget is not None else ""
    for name, day in days_of(draft).items():
        setattr(row, name, day)


def _take_part(session: Session, row: Project, participants: Sequence[ParticipantDraft]) -> None:
    for participant in participants:
        tenant_id, listing_id = participant.organization or (None, None)
        session.add(
            ProjectParticipant(
                tenant_id=row.tenant_id,
                project_id=row.id,
                role=participant.role,
                name=written(participant.name),
                participant_tenant_id=tenant_id,
                participant_id=listing_id,
                audience=row.visibility,
            )
        )
    session.flush()
