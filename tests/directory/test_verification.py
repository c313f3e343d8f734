"""Making sure of a listing: who did, how, what is due next, and what everybody is told about it."""

from __future__ import annotations

import datetime
import uuid
from collections import Counter
from collections.abc import Callable
from functools import partial
from typing import Any

import pytest
import time_machine
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine, text
from sqlalchemy.orm import Session

from network.database import now
from network.directory import services
from network.directory.models import Method, Organization, Service, Verification, Visibility
from network.directory.services import verifying
from network.directory.upkeep.verification import (
    INTERVAL,
    PARTS,
    Confirmation,
    Risk,
    Stage,
    standing,
    whole,
)
from network.outbox import OutboxMessage
from network.permissions import Refused, Role, Unfit
from network.scheduler.work import begin_periods, do_due
from network.tenancy import Actor, Tenant, TenantKind
from network.web import Kopuro
from tests.directory.conftest import Directory, admin, organization_draft
from tests.pages import Visitor

DAY = datetime.timedelta(days=1)
START = datetime.datetime(2026, 1, 1, tzinfo=datetime.UTC)
MOMENTS = st.datetimes(
    min_value=datetime.datetime(2020, 1, 1),  # noqa: DTZ001  # Hypothesis adds the zone.
    max_value=datetime.datetime(2035, 1, 1),  # noqa: DTZ001
    timezones=st.just(datetime.UTC),
)
RISKS = st.sampled_from(list(Risk))


@settings(deadline=None)
@given(RISKS, MOMENTS, MOMENTS, MOMENTS)
def test_a_listing_only_grows_older_until_somebody_makes_sure(
    risk: Risk, verified: datetime.datetime, one: datetime.datetime, other: datetime.datetime
) -> None:
    first, second = sorted((one, other))
    before, after = (standing(risk, verified, START, at).stage for at in (first, second))
    assert before <= after
    assert standing(risk, first, START, first).stage is Stage.FRESH
    assert standing(risk, verified, START, verified + INTERVAL[risk] - DAY).stage < Stage.OVERDUE
    assert standing(risk, verified, START, verified + INTERVAL[risk]).stage is Stage.OVERDUE
    assert standing(risk, verified, START, verified + 2 * INTERVAL[risk]).stage is Stage.DELINQUENT


@settings(deadline=None)
@given(MOMENTS, MOMENTS)
def test_a_graver_risk_is_never_believed_for_longer(
    verified: datetime.datetime, at: datetime.datetime
) -> None:
    stages = [standing(risk, verified, START, at).stage for risk in Risk]
    assert stages == sorted(stages, reverse=True)


@settings(deadline=None)
@given(
    st.lists(
        st.builds(
            Confirmation,
            at=MOMENTS,
            method=st.sampled_from(list(Method)),
            parts=st.frozensets(st.sampled_from(PARTS["service"]), min_size=1),
        )
    )
)
def test_the_whole_is_as_old_as_its_oldest_part(confirmations: list[Confirmation]) -> None:
    found = whole(PARTS["service"], confirmations)
    seen = frozenset[str]().union(*(one.parts for one in confirmations))
    if seen != frozenset(PARTS["service"]):
        assert found is None
        return
    latest = {part: max(c.at for c in confirmations if part in c.parts) for part in PARTS["service"]}
    assert found is not None and found[0] == min(latest.values())


@pytest.fixture
def browser(directory: Directory) -> Callable[..., Visitor]:
    return lambda tenant, *roles: directory.make.user(tenant, list(roles or [Role.EDITOR])).visitor()


def test_one_tap_confirms_and_every_reader_is_told(
    directory: Directory, browser: Callable[..., Visitor], visitor: Callable[[], Visitor]
) -> None:
    tenant = directory.make.tenant()
    organization = directory.organization(tenant)
    path = f"/en/directory/organizations/{organization.slug}"
    assert "Not confirmed yet" in visitor().open(path).main
    page = browser(tenant).open(path).submit(containing="still right")
    assert "Confirmed. Thank you." in page.main
    assert "Confirmed on " in visitor().open(path).main
    assert "still right" not in visitor().open(path).main
    row = directory.read(admin(tenant), Verification)[0]
    assert (row.method, row.subject_id, row.version) == (Method.KNOWN, organization.id, 1)


def test_a_double_click_confirms_once(
    directory: Directory, browser: Callable[..., Visitor], visitor: Callable[[], Visitor]
) -> None:
    tenant = directory.make.tenant()
    service = directory.service(directory.organization(tenant))
    page = browser(tenant).open(f"/en/directory/services/{service.slug}")
    page.submit(containing="still right")
    page.submit(containing="still right")
    assert len(directory.read(admin(tenant), Verification)) == 1


def test_how_and_when_are_said_to_readers_and_a_part_alone_is_not_the_whole(
    directory: Directory, browser: Callable[..., Visitor], visitor: Callable[[], Visitor]
) -> None:
    tenant = directory.make.tenant()
    organization = directory.organization(tenant)
    keeper, path = browser(tenant), f"/en/directory/confirm/{organization.id}"
    keeper.open(path).submit({"method": "call", "parts": ["reach"]}, containing="method")
    assert "Not confirmed yet" in visitor().open(f"/en/directory/organizations/{organization.slug}").main
    yesterday = (now() - DAY).date().isoformat()
    keeper.open(path).submit({"method": "visit", "parts": [], "on": yesterday}, containing="method")
    assert "by a visit" in visitor().open(f"/en/directory/organizations/{organization.slug}").main
    page = keeper.open(path)
    assert "By a call · Telephone" in page.main
    refused = page.submit({"method": "call", "on": "2031-01-01"}, containing="method")
    assert refused.status == 400
    assert "today at the latest" in refused.errors()["on"]
    assert refused.values("method")["on"] == "2031-01-01"


def test_what_was_long_not_confirmed_says_so_to_everyone(
    directory: Directory, visitor: Callable[[], Visitor], owner_engine: Engine
) -> None:
    tenant = directory.make.tenant()
    service = directory.service(directory.organization(tenant), terms=["hotline"])
    directory.do(tenant, lambda s, a: verifying.confirm(s, a, s.get_one(Service, service.id)))
    path = f"/en/directory/services/{service.slug}"
    for days, words in ((20, "Confirmed on"), (40, "Confirmed on"), (46, "Not confirmed since")):
        with owner_engine.connect() as connection:
            moved = text("UPDATE service SET verified_at = :at")
            connection.execute(moved, {"at": now() - days * DAY})
        assert words in visitor().open(path).main, days


def test_only_those_who_keep_a_listing_can_confirm_it(
    directory: Directory, browser: Callable[..., Visitor], visitor: Callable[[], Visitor]
) -> None:
    organization = directory.organization()
    other = directory.make.tenant()
    path = f"/en/directory/confirm/{organization.id}"
    assert browser(other).open(path).status == 404
    assert browser(directory.make.tenant(), Role.CASEWORKER).open(path).status == 404
    assert visitor().open(path, follow=False).status == 303
    with pytest.raises(Refused):
        directory.do(other, lambda s, a: verifying.confirm(s, a, organization))
    keeper = Actor.member(organization.tenant_id, admin(other).user_id or other.id, [Role.CASEWORKER])
    with pytest.raises(Refused):
        directory.do(other, lambda s, a: verifying.confirm(s, a, organization), actor=keeper)


def _confirm(listing: Organization, how: dict[str, Any], session: Session, actor: Actor) -> Verification:
    return verifying.confirm(session, actor, listing, **how)


def test_parts_nobody_knows_are_refused(directory: Directory) -> None:
    tenant = directory.make.tenant()
    organization = directory.organization(tenant)
    for wrong in ({"parts": ["shoes"]}, {"at": now() + DAY}, {"at": now() - 400 * DAY}):
        with pytest.raises(Unfit):
            directory.do(tenant, partial(_confirm, organization, wrong))


def letters(engine: Engine) -> list[Any]:
    with engine.connect() as connection:
        return list(connection.execute(text("SELECT kind, to_id, params, language FROM outbox_message")))


def test_the_editor_is_reminded_then_the_admin_and_no_clock_that_jumps_reminds_twice(
    directory: Directory, owner_engine: Engine
) -> None:
    tenant = directory.make.tenant()
    editor = directory.make.user(tenant, [Role.EDITOR], language="uz")
    head = directory.make.user(tenant, [Role.ADMIN], language="tg")
    organization = directory.organization(tenant)
    directory.service(organization, terms=["hotline"])
    clock = Actor.clock(tenant.id)

    def remind(session: Session, _actor: Actor) -> int:
        return verifying.remind(session, tenant.id, now())

    sent: list[Counter[uuid.UUID]] = []
    for day in (1, 26, 27, 26, 31, 30, 46, 26, 47):
        with time_machine.travel(organization.created_at + day * DAY, tick=False):
            directory.do(tenant, remind, actor=clock)
        sent.append(Counter(row.to_id for row in letters(owner_engine)))
    editor_once, both = Counter([editor.user_id]), Counter([editor.user_id, head.user_id])
    assert not sent[0] and sent[1:4] == [editor_once] * 3
    assert sent[4] == sent[5] == both
    assert sent[6] == both + Counter([head.user_id]) == sent[8]
    assert {row.kind for row in letters(owner_engine)} == {"notice"}
    assert all(row.params == {} and not row.language for row in letters(owner_engine))


def test_the_clock_of_the_installation_sends_reminders_once_a_day(
    app: Kopuro, directory: Directory, owner_engine: Engine
) -> None:
    tenant = directory.make.tenant()
    directory.make.user(tenant, [Role.EDITOR])
    directory.service(directory.organization(tenant), terms=["hotline"])
    begins = now()
    for day in (0, 27, 27, 28):
        with time_machine.travel(begins + day * DAY, tick=False):
            begin_periods(app)
            do_due(app)
    assert len([row for row in letters(owner_engine) if row.kind == "notice"]) == 1
    with app.database.unit_of_work(Actor.anonymous()) as session:
        assert session.query(OutboxMessage).first() is not None


def test_what_waits_stands_on_the_desk_and_goes_away_when_confirmed(
    directory: Directory, browser: Callable[..., Visitor], owner_engine: Engine
) -> None:
    tenant = directory.make.tenant()
    directory.organization(tenant, visibility=Visibility.TENANT)
    other = directory.make.tenant()
    with owner_engine.connect() as connection:
        connection.execute(text("UPDATE organization SET created_at = :at"), {"at": now() - 400 * DAY})
    keeper = browser(tenant)
    desk = keeper.open("/en/desk/")
    assert "listing to confirm" in desk.main
    page = desk.follow("listing to confirm")
    assert "Green Hill" in page.main
    after = page.submit(containing="still right")
    assert "Nothing waits to be confirmed" in after.main
    assert "listing to confirm" not in keeper.open("/en/desk/").main
    assert "listing to confirm" not in browser(tenant, Role.CASEWORKER).open("/en/desk/").main
    assert "Green Hill" not in browser(other).open("/en/directory/confirm/").main


def _listed(session: Session, actor: Actor) -> Organization:
    return services.create_organization(session, actor, organization_draft())


def test_the_network_confirms_what_it_keeps_for_others(directory: Directory) -> None:
    network: Tenant = directory.make.tenant("The network", kind=TenantKind.NETWORK, country=None)
    coordinator = directory.make.user(network, [Role.COORDINATOR])
    organization = directory.do(network, _listed, actor=coordinator.actor)
    page = coordinator.visitor().open(f"/en/directory/confirm/{organization.id}")
    assert page.status == 200
    assert "Confirmed. Thank you." in page.submit(containing="still right").main


def test_lists_say_what_was_confirmed_lately_and_can_show_that_alone(
    directory: Directory, visitor: Callable[[], Visitor], owner_engine: Engine
) -> None:
    tenant = directory.make.tenant()
    organization = directory.organization(tenant)
    directory.organization(tenant, name={"en": "Other"})
    only, reader = "/en/directory/?kind=organization&verified=y", visitor()
    assert "Green Hill" not in reader.open(only).main
    directory.do(tenant, lambda s, a: verifying.confirm(s, a, s.get_one(Organization, organization.id)))
    page = reader.open(only).main
    assert "Green Hill" in page and "Other" not in page
    assert (
        reader.open("/en/directory/").tree.xpath("string(//main//li[.//h3='Green Hill'])").count("Confirmed")
        == 1
    )
    with time_machine.travel(now() + 200 * DAY, tick=False):
        assert "Green Hill" not in reader.open(only).main


def test_copies_elsewhere_learn_when_a_service_was_confirmed(
    directory: Directory, visitor: Callable[[], Visitor]
) -> None:
    tenant = directory.make.tenant()
    service = directory.service(directory.organization(tenant))
    path = f"/hsds/services/{service.id}"
    before = visitor().open(path).response.get_json()
    assert "assured_date" not in before
    directory.do(tenant, lambda s, a: verifying.confirm(s, a, s.get_one(Service, service.id)))
    after = visitor().open(path).response.get_json()
    assert after["assured_date"] == now().date().isoformat()
    assert after["last_modified"] > before["last_modified"] and "assurer_email" not in after
