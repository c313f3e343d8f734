"""The directory of the demonstration: organizations, services and projects as the published documents tell of them.

What no document tells is plainly invented and says so: the partners in Andijan and Khujand, where the six community
groups of Batken work, and every telephone number, none of which can be reached. Non-members are kept by the network.
"""

from __future__ import annotations

import datetime
import json
import uuid
from decimal import Decimal
from pathlib import Path
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from network.demo.cast import Cast
from network.directory import services, where
from network.directory.drafts import (
    ContactDraft,
    LocationDraft,
    Opening,
    OrganizationDraft,
    ParticipantDraft,
    PhoneDraft,
    ProjectDraft,
    Reach,
    ServiceDraft,
    Texts,
)
from network.directory.models import (
    CapacityUnit,
    CostOption,
    Organization,
    OrganizationKind,
    ReferralMethod,
    ReferralRoute,
    RequiredDocument,
    Service,
    ServiceCapacity,
    Visibility,
)
from network.i18n.languages import CODES
from network.i18n.translated import show
from network.tenancy import Actor
from network.web import Kopuro

TEXTS = Path(__file__).with_name("directory.json")

FUNDERS: dict[str, Texts] = {
    "iom": {
        "en": "International Organization for Migration (IOM)",
        "ru": "Международная организация по миграции (МОМ)",
        "ky": "Эл аралык миграция уюму (ЭМУ)",
        "uz": "Xalqaro migratsiya tashkiloti (XMT)",
        "tg": "Созмони байналмилалии муҳоҷират (СБМ)",
    },
    "us-embassy": {
        "en": "Embassy of the United States in Kyrgyzstan",
        "ru": "Посольство США в Кыргызстане",
        "ky": "АКШнын Кыргызстандагы элчилиги",
        "uz": "AQShning Qirgʻizistondagi elchixonasi",
        "tg": "Сафорати ИМА дар Қирғизистон",
    },
    "osce": {"en": "OSCE", "ru": "ОБСЕ", "ky": "ЕККУ", "uz": "YXHT", "tg": "САҲА"},
    "france": {
        "en": "Government of France",
        "ru": "Правительство Франции",
        "ky": "Франциянын өкмөтү",
        "uz": "Fransiya hukumati",
        "tg": "Ҳукумати Фаронса",
    },
}
"""Who pays or takes part without a listing of its own."""

BATKEN = ("KG05214000000", "KG05258000000", "KG05236000000", "KG05430000010", "KG05420000010", "gn:1222662")
"""Districts and towns where the six community groups work: the documents say only «remote areas of Batken»."""

GROUP: Texts = {
    "en": "Community group, %s (demonstration)",
    "ru": "Местная инициативная группа, %s (демонстрация)",
    "ky": "Жамааттык топ, %s (көрсөтмө)",
    "uz": "Jamoa guruhi, %s (namuna)",
    "tg": "Гурӯҳи ҷамоатӣ, %s (намоишӣ)",
}
GROUP_DOES: Texts = {
    "en": "One of the six community groups of the project of 2007: neighbours who speak with people before they leave. Where it works is invented for this demonstration.",
    "ru": "Одна из шести групп на местах проекта 2007 года: соседи, которые говорят с людьми до их отъезда. Место работы придумано для этой демонстрации.",
    "ky": "2007-жылдагы долбоордун алты жамааттык тобунун бири: адамдар кетерден мурда алар менен сүйлөшкөн кошуналар. Иштеген жери бул көрсөтмө үчүн ойлоп табылган.",
    "uz": "2007-yilgi loyihaning oltita jamoa guruhidan biri: odamlar ketishidan oldin ular bilan gaplashadigan qoʻshnilar. Ish joyi shu namuna uchun oʻylab topilgan.",
    "tg": "Яке аз шаш гурӯҳи ҷамоатии лоиҳаи соли 2007: ҳамсояҳое, ки пеш аз рафтани одамон бо онҳо суҳбат мекунанд. Ҷойи кор барои ин намоиш тахайюл шудааст.",
}

Listed = dict[str, tuple[tuple[uuid.UUID, uuid.UUID], Texts]]
"""Every listing made, as (tenant, id) and its names, by its slug."""


def load(app: Kopuro, cast: Cast) -> str:
    """Make every listing as the clock of the tenant that keeps it. Returns one line that says what was made."""
    told = json.loads(TEXTS.read_text("utf-8"))
    made: Listed = {}
    for one in [*told, *_groups()]:
        actor = cast.clock(one["tenant"])
        with app.database.unit_of_work(actor) as session:
            row = services.create_organization(session, actor, _organization(one), slug=one["slug"])
            made[row.slug] = ((row.tenant_id, row.id), one["name"])
    for one in told:
        actor = cast.clock(one["tenant"])
        with app.database.unit_of_work(actor) as session:
            _parts(app, session, actor, one, made)
    offered = sum(len(one.get("services", ())) for one in told)
    projects = sum(len(one.get("projects", ())) for one in told)
    return f"{len(made)} organizations in the directory with {offered} services and {projects} projects"


def _groups() -> list[dict[str, Any]]:
    """The six community groups in Batken."""
    return [
        {
            "tenant": "network",
            "slug": f"community-group-{number}",
            "kind": "community_group",
            "place": place_id,
            "name": {code: GROUP[code] % show(where.place(place_id).names, code) for code in CODES},  # type: ignore[union-attr]
            "description": GROUP_DOES,
        }
        for number, place_id in enumerate(BATKEN, 1)
    ]


def _organization(one: dict[str, Any]) -> OrganizationDraft:
    registered = one.get("registered_on")
    return OrganizationDraft(
        kind=OrganizationKind(one["kind"]),
        name=one["name"],
        description=one["description"],
        alternate_name=one.get("alternate_name", {}),
        member=one.get("member", False),
        visibility=Visibility.PUBLIC,
        registered_on=datetime.date.fromisoformat(registered) if registered else None,
        year_incorporated=one.get("year"),
        legal_status=one.get("legal_status"),
        place_id=one["place"],
    )


def _parts(app: Kopuro, session: Session, actor: Actor, one: dict[str, Any], made: Listed) -> None:
    """Services, numbers, contacts, places of work and projects of one organization."""
    organization = session.scalars(select(Organization).where(Organization.slug == one["slug"])).one()
    ids: dict[str, uuid.UUID] = {}
    for told in one.get("services", ()):
        row = services.create_service(
            session, actor, organization, _service(told), _reach(told), slug=told["slug"]
        )
        ids[row.slug] = row.id
        _sections(session, actor, row, told)
        for number in told.get("phones", ()):
            services.create_phone(session, actor, organization, _phone(number, row.id))
    for number in one.get("phones", ()):
        services.create_phone(session, actor, organization, _phone(number, None))
    for contact in one.get("contacts", ()):
        draft = ContactDraft(**(contact | {"audience": Visibility(contact["audience"])}))
        services.create_contact(session, actor, organization, draft)
    for location in one.get("locations", ()):
        services.create_location(session, actor, organization, _location(location, ids), keyring=app.keyring)
    for project in one.get("projects", ()):
        services.create_project(session, actor, organization, _project(project, made))


def _sections(session: Session, actor: Actor, row: Service, told: dict[str, Any]) -> None:
    """What a service says in sections of their own: for partners the way in and the room, for everyone the rest."""
    if "who" in told:
        services.describe_service(session, actor, row, told["who"], told["delivery"], version=row.version)
    if "route" in told:
        route = told["route"] | {"method": ReferralMethod(told["route"]["method"])}
        services.create_part(session, actor, row, ReferralRoute, route, Visibility.PARTNERS)
    if "capacity" in told:
        room = told["capacity"] | {"unit": CapacityUnit(told["capacity"]["unit"])}
        services.create_part(session, actor, row, ServiceCapacity, room, Visibility.PARTNERS)
    for document in told.get("bring", ()):
        services.create_part(session, actor, row, RequiredDocument, {"document": document}, Visibility.PUBLIC)
    if "cost" in told:
        free = {"option": told["cost"], "amount": Decimal(0)}
        services.create_part(session, actor, row, CostOption, free, Visibility.PUBLIC)


def _service(told: dict[str, Any]) -> ServiceDraft:
    return ServiceDraft(
        name=told["name"],
        description=told["description"],
        eligibility_description=told.get("eligibility_description", {}),
        application_process=told.get("application_process", {}),
        fees_description=told.get("fees_description", {}),
        terms=told["terms"],
        languages=told["languages"],
        emergency=told.get("emergency", False),
        confidential=told.get("confidential", False),
        visibility=Visibility.PUBLIC,
    )


def _reach(told: dict[str, Any]) -> Reach:
    areas, hours = tuple(told["areas"]), told.get("opening")
    if hours is None:
        return Reach(areas=areas)
    opening = Opening(
        always=hours.get("always", False),
        byday=hours.get("byday", ""),
        opens_at=datetime.time.fromisoformat(hours["from"]) if "from" in hours else None,
        closes_at=datetime.time.fromisoformat(hours["to"]) if "to" in hours else None,
        timezone=hours["timezone"],
    )
    return Reach(areas=areas, opening=opening)


def _phone(told: dict[str, Any], service_id: uuid.UUID | None) -> PhoneDraft:
    return PhoneDraft(**(told | {"audience": Visibility(told["audience"]), "service_id": service_id}))


def _location(told: dict[str, Any], ids: dict[str, uuid.UUID]) -> LocationDraft:
    return LocationDraft(
        place_id=told["place"],
        name=told.get("name", {}),
        audience=Visibility(told["audience"]),
        address_1=told.get("address", ""),
        service_ids=tuple(ids[slug] for slug in told["services"]),
    )


def _project(told: dict[str, Any], made: Listed) -> ProjectDraft:
    """Whoever takes part is a listing of the directory where there is one, else a name."""
    participants = []
    for one in told["participants"]:
        listed, name = made.get(one["who"]) or (None, FUNDERS[one["who"]])
        participants.append(ParticipantDraft(role=one["role"], name=name, organization=listed))
    return ProjectDraft(
        title=told["title"],
        description=told.get("description", {}),
        status=told["status"],
        start_on=told.get("start", ""),
        end_on=told.get("end", ""),
        places=told["places"],
        visibility=Visibility.PUBLIC,
        participants=tuple(participants),
    )
