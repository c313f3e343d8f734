"""A partner is suspended: each line of the table of rules, from outside. And stop and delete, by the clock."""

from __future__ import annotations

import datetime
import uuid
from collections.abc import Callable

import pytest
import time_machine
from sqlalchemy import Engine, func, select, text

from network.accounts import queries as accounts
from network.accounts.services import partners
from network.database import now
from network.outbox.models import OutboxMessage
from network.permissions import Role, Stale, Unfit
from network.referrals.models import Consent, Obligation, OverdueAnswer, PartKey, Referral
from network.referrals.services import consents, obligations, receiving, suspended, timing
from network.referrals.states import StopGround
from network.scheduler.work import do_due
from network.tenancy import Actor, Tenant
from network.web import Kopuro
from tests.factories import Make, Person
from tests.referrals.conftest import FOUR, Valley
from tests.referrals.test_overrides import emergency

HOUR = datetime.timedelta(hours=1)


@pytest.fixture
def coordinator(make: Make, valley: Valley) -> Person:
    with valley.database.unit_of_work(Actor.anonymous()) as session:
        network = session.scalars(accounts.network_tenant()).one()
    return make.user(network, [Role.COORDINATOR], name="Coordinator")


def change(app: Kopuro, coordinator: Person, tenant: Tenant, verb: Callable[..., None]) -> None:
    """Suspend or restore, and let the clock do what follows."""
    with app.database.unit_of_work(coordinator.actor) as session:
        verb(session, coordinator.actor, session.get_one(Tenant, tenant.id))
    do_due(app)


def suspend(app: Kopuro, coordinator: Person, tenant: Tenant) -> None:
    change(app, coordinator, tenant, partners.suspend_partner)


def restore(app: Kopuro, coordinator: Person, tenant: Tenant) -> None:
    change(app, coordinator, tenant, partners.restore_partner)


def accepted(valley: Valley) -> tuple[uuid.UUID, Consent, Referral]:
    case, consent, referral = valley.sent()
    with valley.database.unit_of_work(valley.receiver.actor) as session:
        actor = valley.receiver.actor
        receiving.open_referral(session, actor, referral.id)
        receiving.accept_referral(session, actor, referral.id, worker_id=valley.receiver.user_id)
    return case.id, consent, referral


def wraps(valley: Valley, owner: Tenant, holder: Tenant) -> int:
    """How many keys an owner keeps sealed to a holder's desk, as the owner's clock counts them."""
    with valley.database.unit_of_work(Actor.clock(owner.id)) as session:
        return (
            session.scalar(
                select(func.count(PartKey.id)).where(
                    PartKey.tenant_id == owner.id, PartKey.holder_id == holder.id
                )
            )
            or 0
        )


def told(valley: Valley, tenant_id: uuid.UUID) -> int:
    with valley.database.unit_of_work(Actor.clock(tenant_id)) as session:
        return (
            session.scalar(select(func.count(OutboxMessage.id)).where(OutboxMessage.tenant_id == tenant_id))
            or 0
        )


def test_its_requests_are_refused_at_once_and_its_sessions_are_gone(
    app: Kopuro, valley: Valley, coordinator: Person
) -> None:
    _case, _consent, referral = accepted(valley)
    client = valley.receiver.client()
    assert client.get(f"/en/referrals/{referral.id}").status_code == 200
    with app.database.unit_of_work(coordinator.actor) as session:
        partners.suspend_partner(session, coordinator.actor, session.get_one(Tenant, valley.khujand.id))
    refused = client.get(f"/en/referrals/{referral.id}")
    assert refused.status_code == 303 and "/en/login" in refused.headers["Location"]


def test_what_others_let_it_read_is_destroyed_and_its_own_is_never_touched(
    app: Kopuro, valley: Valley, coordinator: Person
) -> None:
    accepted(valley)
    own = wraps(valley, valley.osh, valley.osh)
    assert wraps(valley, valley.osh, valley.khujand) == 1 + len(FOUR)
    suspend(app, coordinator, valley.khujand)
    assert wraps(valley, valley.osh, valley.khujand) == 0
    assert wraps(valley, valley.osh, valley.osh) == own
    # The other way round: what Osh disclosed, and what Osh holds, stays while Osh is suspended.
    restore(app, coordinator, valley.khujand)
    valley.sent()
    disclosed, kept = wraps(valley, valley.osh, valley.khujand), wraps(valley, valley.osh, valley.osh)
    suspend(app, coordinator, valley.osh)
    assert (wraps(valley, valley.osh, valley.khujand), wraps(valley, valley.osh, valley.osh)) == (
        disclosed,
        kept,
    )
    assert disclosed


def test_sending_to_it_is_refused_and_it_is_not_offered(
    app: Kopuro, valley: Valley, coordinator: Person
) -> None:
    case = valley.case()
    consent, referral = valley.consent(case), valley.draft(case)
    valley.approved(referral, consent)
    suspend(app, coordinator, valley.khujand)
    visitor = valley.caseworker.visitor()
    page = visitor.open(f"/en/referrals/{referral.id}").submit(containing="Send now")
    assert page.status == 422 and "cannot receive referrals at present" in page.main
    assert "Khujand partner" not in visitor.open(f"/en/referrals/new?case={case.id}").main
    assert wraps(valley, valley.osh, valley.khujand) == 0


def test_its_clocks_stop_and_run_on_from_where_they_stood(
    app: Kopuro, valley: Valley, coordinator: Person
) -> None:
    _case, _consent, referral = valley.sent()
    due = _due(valley, referral)
    with time_machine.travel(now() + HOUR):
        suspend(app, coordinator, valley.khujand)
    with time_machine.travel(now() + 1000 * HOUR):
        do_due(app)
        with valley.database.unit_of_work(Actor.clock(valley.osh.id)) as session:
            row = session.get_one(Referral, referral.id)
            assert row.status.value == "sent" and row.clock_stopped_at is not None
        restore(app, coordinator, valley.khujand)
        assert abs(_due(valley, referral) - due - 999 * HOUR) < HOUR / 60


def _due(valley: Valley, referral: Referral) -> datetime.datetime:
    with valley.database.unit_of_work(Actor.clock(valley.osh.id)) as session:
        found = session.get_one(Referral, referral.id).answer_due_at
    assert found is not None
    return found


def test_its_obligations_show_as_unconfirmed_and_their_clock_stands(
    app: Kopuro, valley: Valley, coordinator: Person
) -> None:
    _case, consent, referral = accepted(valley)
    withdraw(valley, consent)
    before = owed(valley).due_at
    suspend(app, coordinator, valley.khujand)
    desk = valley.caseworker.visitor().open("/en/desk/")
    assert "partner has not confirmed that it deleted" in desk.main
    page = valley.caseworker.visitor().open(f"/en/referrals/{referral.id}")
    assert "Not confirmed: this organization is suspended" in page.main
    with time_machine.travel(now() + 100 * HOUR):
        look_after(valley, valley.osh)
        assert owed(valley).overdue_told_at is None
        restore(app, coordinator, valley.khujand)
        assert owed(valley).due_at - before > 99 * HOUR and owed(valley).clock_stopped_at is None


def test_when_it_is_back_the_owner_lets_it_read_again_by_one_press(
    app: Kopuro, valley: Valley, coordinator: Person
) -> None:
    _case, _consent, referral = accepted(valley)
    suspend(app, coordinator, valley.khujand)
    visitor = valley.caseworker.visitor()
    address = f"/en/referrals/{referral.id}"
    while_paused = visitor.open(address).main
    assert "Let it read again" not in while_paused and "it can read nothing of this" in while_paused
    assert "Khujand partner may read" not in while_paused
    restore(app, coordinator, valley.khujand)
    assert "Khujand partner may read" not in visitor.open(address).main, "not before it is let read again"
    with valley.database.unit_of_work(valley.receiver.actor) as session:
        row = session.get_one(Referral, referral.id)
        desk = valley.desk(session, valley.receiver)
        assert receiving.read_package(session, valley.receiver.actor, desk, row) == {}
    page = visitor.open(address).submit(containing="Let it read again")
    assert page.status == 200 and "Let it read again" not in page.main
    assert "Khujand partner may read" in page.main and "it can read nothing of this" not in page.main
    with valley.database.unit_of_work(valley.receiver.actor) as session:
        row = session.get_one(Referral, referral.id)
        desk = valley.desk(session, valley.receiver)
        assert set(receiving.read_package(session, valley.receiver.actor, desk, row)) == set(FOUR)
        assert receiving.read_envelope(session, valley.receiver.actor, desk, row)


def test_what_consent_no_longer_covers_is_not_given_back(
    app: Kopuro, valley: Valley, coordinator: Person
) -> None:
    _case, consent, referral = accepted(valley)
    suspend(app, coordinator, valley.khujand)
    withdraw(valley, consent)
    restore(app, coordinator, valley.khujand)
    visitor = valley.caseworker.visitor()
    assert "Let it read again" not in visitor.open(f"/en/referrals/{referral.id}").main
    with valley.database.unit_of_work(valley.caseworker.actor) as session:
        desk = valley.desk(session, valley.caseworker)
        with pytest.raises(Stale):
            suspended.seal_again(session, valley.caseworker.actor, desk, referral.id)
    assert wraps(valley, valley.osh, valley.khujand) == 0


def test_what_left_without_consent_is_given_back_only_while_that_is_in_force(
    app: Kopuro, valley: Valley, coordinator: Person, owner_engine: Engine
) -> None:
    referral = emergency(valley)
    suspend(app, coordinator, valley.khujand)
    restore(app, coordinator, valley.khujand)
    actor = valley.caseworker.actor
    with owner_engine.begin() as connection:
        connection.execute(text("UPDATE consent_override SET approve_by = now() - interval '1 minute'"))
    with valley.database.unit_of_work(actor) as session, pytest.raises(Unfit, match="consent_ended"):
        suspended.seal_again(session, actor, valley.desk(session, valley.caseworker), referral.id)
    assert wraps(valley, valley.osh, valley.khujand) == 0
    with owner_engine.begin() as connection:
        connection.execute(text("UPDATE consent_override SET approve_by = now() + interval '1 hour'"))
    with valley.database.unit_of_work(actor) as session:
        suspended.seal_again(session, actor, valley.desk(session, valley.caseworker), referral.id)
    assert wraps(valley, valley.osh, valley.khujand) > 1


def test_an_unconfirmed_stop_is_reminded_of_and_then_told_to_both_supervisors(
    app: Kopuro, valley: Valley, coordinator: Person
) -> None:
    _case, consent, referral = accepted(valley)
    withdraw(valley, consent)
    network = coordinator.actor.tenant_id
    assert network is not None
    with time_machine.travel(now() + 47 * HOUR):
        look_after(valley, valley.osh)
        assert owed(valley).reminded_at is None
    with time_machine.travel(now() + 49 * HOUR):
        look_after(valley, valley.osh)
        first = owed(valley).reminded_at
        look_after(valley, valley.osh)
        assert first is not None and owed(valley).reminded_at == first
    with time_machine.travel(now() + 73 * HOUR):
        before = {t: told(valley, t) for t in (valley.osh.id, valley.khujand.id, network)}
        for _again in range(2):
            look_after(valley, valley.osh)
            do_due(app)
        with valley.database.unit_of_work(coordinator.actor) as session:
            rows = session.scalars(select(OverdueAnswer)).all()
        assert [(row.what.value, row.referring_id, row.receiving_id) for row in rows] == [
            ("confirmation", valley.osh.id, valley.khujand.id)
        ]
        assert all(told(valley, t) > n for t, n in before.items())
        page = coordinator.visitor().open("/en/desk/")
        assert "Osh partner" in page.main and "Khujand partner" in page.main
        assert "A confirmation is overdue" in page.main
        assert referral.code not in page.html


def test_a_confirmation_reaches_both_supervisors_and_ends_the_clock(
    app: Kopuro, valley: Valley, coordinator: Person
) -> None:
    _case, consent, referral = accepted(valley)
    withdraw(valley, consent)
    with valley.database.unit_of_work(valley.receiving_supervisor.actor) as session:
        receiving.confirm_stop(
            session, valley.receiving_supervisor.actor, referral.id, ground=StopGround.DELETED
        )
    before = {t: told(valley, t) for t in (valley.osh.id, valley.khujand.id)}
    do_due(app)
    assert all(told(valley, t) > n for t, n in before.items())
    with time_machine.travel(now() + 100 * HOUR):
        look_after(valley, valley.osh)
        do_due(app)
    with valley.database.unit_of_work(coordinator.actor) as session:
        assert session.scalars(select(OverdueAnswer)).all() == []


def withdraw(valley: Valley, consent: Consent) -> None:
    with valley.database.unit_of_work(valley.caseworker.actor) as session:
        consents.withdraw_consent(session, valley.caseworker.actor, session.get_one(Consent, consent.id))


def look_after(valley: Valley, tenant: Tenant) -> None:
    with valley.database.unit_of_work(Actor.clock(tenant.id)) as session:
        timing.look_after(session)
        obligations.look_after(session, tenant.id)


def owed(valley: Valley) -> Obligation:
    with valley.database.unit_of_work(Actor.clock(valley.osh.id)) as session:
        return session.scalars(select(Obligation)).one()
