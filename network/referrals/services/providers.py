"""Who else may help: services of the directory that fit what is asked, each with why it is named.

The directory is asked as anybody asks it, with what this reader may see there. Nothing of the question is kept.
"""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy.orm import Session

from network.directory.eligibility import Person, fits
from network.directory.finding.search import search
from network.directory.finding.wishes import Wish
from network.directory.models import Service
from network.referrals import queries, requests
from network.referrals.models import Referral

MOST = 6
"""Providers that one page names."""
SEXES = {
    "Feminine": "female",
    "TransgenderFeminine": "female",
    "Masculine": "male",
    "TransgenderMasculine": "male",
}
LOOKED_AT = 30


@dataclass(frozen=True, slots=True)
class Provider:
    """A service that may help instead, and why it is named."""

    service: Service
    partner: bool
    """A member with a desk: a draft for it is one press away. Others are called or written to."""
    here: bool
    """It is in, or works for, the place where help is needed."""
    speaks: bool
    eligible: bool
    """Its answers about who may come let this person in; unknown is not no, and not said here either."""
    free: int | None
    """How many places are free, where that is known."""
    answers_within: int | None
    """Hours."""

    @property
    def order(self) -> tuple[Any, ...]:
        """What helps first: a partner who has room, nearby, in the language, and answers soon."""
        full = self.free == 0
        return (
            full,
            not self.partner,
            not self.here,
            not self.speaks,
            not self.free,
            self.answers_within if self.answers_within is not None else 10_000,
        )


def partners_of(session: Session, tenant_id: uuid.UUID) -> frozenset[uuid.UUID]:
    """The tenants to which a draft can be started."""
    return frozenset(tenant.id for tenant in session.scalars(queries.partners(tenant_id)))


def person_of(content: Mapping[str, Any]) -> Person:
    """Who looks for help, as far as the envelope says it: sex, and the youngest age of the band."""
    hints = content.get("hints", {})
    band = str(hints.get("age_band", ""))
    first = band.split("-")[0].rstrip("+")
    return Person(sex=SEXES.get(hints.get("prs_Gender", "")), age=int(first) if first.isdigit() else None)


def next_providers(
    session: Session, referral: Referral, content: Mapping[str, Any], language: str
) -> list[Provider]:
    """Services that fit the request, the likeliest first; none of the organization that was asked already.

    Asked with the place and the language first, and without them where little is found: where somebody is, and what is
    spoken there, is said of each.
    """
    asked = list(session.scalars(queries.services_named(requests.service_ids(content))))
    terms = list(dict.fromkeys([*requests.terms(content), *(term for one in asked for term in one.terms)]))
    person = person_of(content)
    narrow = Wish(
        kind="service",
        place_id=content.get("place_id") or None,
        near=bool(content.get("place_id")),
        speaks=content.get("speaks") or None,
        sex=person.sex,
        age=person.age,
    )
    found: dict[uuid.UUID, None] = {}
    for wish in dict.fromkeys([narrow, replace(narrow, place_id=None, near=False, speaks=None)]):
        for one in [replace(wish, term=term) for term in terms] or [
            replace(wish, text=str(content.get("requested_service", "")))
        ]:
            hits = search(session, one, language, limit=LOOKED_AT).hits if one.term or one.text else []
            found.update(dict.fromkeys(hit.named.subject_id for hit in hits))
        if len(found) >= MOST:
            break
    if not found:
        return []
    partners = partners_of(session, referral.referring_id)
    out = {referral.receiving_id, referral.referring_id}
    named = [
        _provider(service, content, person, partners)
        for service in session.scalars(queries.services_named(list(found)))
        if service.tenant_id not in out and fits(service.eligibility, person)
    ]
    return sorted(named, key=lambda provider: (*provider.order, str(provider.service.id)))[:MOST]


def _provider(
    service: Service, content: Mapping[str, Any], person: Person, partners: frozenset[uuid.UUID]
) -> Provider:
    places = {area.place_id for area in service.areas} | {service.organization.place_id}
    counted = [one.available for one in service.capacities if one.available is not None]
    hours = [one.response_hours for one in service.referral_routes if one.response_hours is not None]
    answers = service.eligibility
    said = any(name in answers for name in ("sex", "minimum_age", "maximum_age"))
    return Provider(
        service=service,
        partner=service.tenant_id in partners,
        here=bool(content.get("place_id")) and content.get("place_id") in places,
        speaks=bool(content.get("speaks")) and content.get("speaks") in service.languages,
        eligible=said and person != Person() and fits(answers, person),
        free=sum(counted) if counted else None,
        answers_within=min(hours) if hours else None,
    )
