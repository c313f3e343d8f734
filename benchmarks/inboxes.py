"""Inbox and desk among 60 tenants with 60,000 referrals, and among 600 with 1,000,000: database time of their questions.

Filling takes minutes, so the full size is behind ``KOPURO_BENCH_INBOX=full``; without it both sizes are a twentieth.
"""

from __future__ import annotations

import os
import uuid
from collections.abc import Callable
from typing import Any

from sqlalchemy import Connection, create_engine, select, text
from sqlalchemy.orm import Session

from benchmarks.finding import timed
from network.database import Database
from network.desk import queries as desk
from network.permissions import Role
from network.referrals import queries
from network.referrals.inbox import Box, Group, Wish
from network.tenancy import Actor, Tenant

SIZES = ((60, 60_000), (600, 1_000_000))
SHARE = 1 if os.environ.get("KOPURO_BENCH_INBOX") == "full" else 20
ASKED = 30
"""So many tenants look at their inbox and desk."""

TENANTS = """
INSERT INTO tenant (id, kind, slug, name, code, country, created_at, demonstration)
SELECT gen_random_uuid(), 'member', 'bench-' || n, 'Bench ' || n, 'B' || n, 'KG', now(), true
FROM generate_series(CAST(:first AS int), CAST(:last AS int)) AS n
"""
CASES = """
INSERT INTO case_record (id, tenant_id, code, status, owner_id, created_at, version)
SELECT gen_random_uuid(), t.id, t.code || '-BENCH', 'Active', (SELECT id FROM "user" LIMIT 1), now(), 1
FROM tenant t WHERE t.slug LIKE 'bench-%' AND NOT EXISTS (SELECT 1 FROM case_record c WHERE c.tenant_id = t.id)
"""
REFERRALS = """
WITH ends AS (SELECT id, row_number() OVER (ORDER BY slug) - 1 AS n, count(*) OVER () AS tenants FROM tenant WHERE slug LIKE 'bench-%')
INSERT INTO referral (id, referring_id, receiving_id, code, status, priority, version, created_at, changed_at, sent_at,
    acknowledge_due_at, answer_due_at, declines_returned, attempts)
SELECT gen_random_uuid(), a.id, b.id, 'R' || i,
    CASE WHEN i % 20 = 0 THEN (ARRAY['sent', 'received', 'accepted', 'in_service'])[1 + i / 20 % 4] ELSE 'closed' END,
    (ARRAY['routine', 'urgent', 'emergency'])[1 + i % 3], 1, now() - i % 900 * interval '1 day',
    now() - i % 900 * interval '1 day', now() - i % 900 * interval '1 day', now(), now() + i % 14 * interval '1 day', 0, 0
FROM generate_series(CAST(:first AS int), CAST(:last AS int)) AS i
JOIN ends a ON a.n = i % a.tenants JOIN ends b ON b.n = (i % a.tenants + 1 + i / a.tenants % (a.tenants - 1)) % a.tenants
"""
ORIGINS = """
INSERT INTO referral_origin (id, tenant_id, referral_id, case_id, categories, author_id)
SELECT gen_random_uuid(), r.referring_id, r.id, c.id, '{}', c.owner_id
FROM referral r JOIN case_record c ON c.tenant_id = r.referring_id AND c.code LIKE '%-BENCH'
WHERE r.code LIKE 'R%' AND NOT EXISTS (SELECT 1 FROM referral_origin o WHERE o.referral_id = r.id)
"""


def fill(owner: Connection, done: tuple[int, int], wanted: tuple[int, int]) -> None:
    """Bring the number of tenants and of referrals to this size, and the statistics with it."""
    owner.execute(text(TENANTS), {"first": done[0] + 1, "last": wanted[0]})
    owner.execute(text(CASES))
    owner.execute(text(REFERRALS), {"first": done[1] + 1, "last": wanted[1]})
    owner.execute(text(ORIGINS))
    for table in ("tenant", "case_record", "referral", "referral_origin"):
        owner.execute(text(f"VACUUM ANALYZE {table}"))


def questions(session: Session, actor: Actor) -> None:
    """What a visit to the inbox, to what has ended, and to the desk asks."""
    for wish in (Wish(Box.RECEIVED), Wish(Box.SENT), Wish(Box.RECEIVED, Group.ENDED)):
        session.execute(queries.box_of(actor, wish)).all()
    session.execute(queries.open_counts(actor)).all()
    session.execute(desk.referrals_waiting(actor)).all()


def slowest(database: Database, share: float = 0.95) -> float:
    """This share of the database time of such a visit, in milliseconds; the best of three for each tenant."""
    with database.unit_of_work(Actor.anonymous()) as session:
        found = select(Tenant.id).where(Tenant.slug.startswith("bench-")).order_by(Tenant.slug).limit(ASKED)
        tenants = list(session.scalars(found))
    totals = []
    for tenant_id in tenants:
        actor, rounds = Actor.member(tenant_id, uuid.uuid4(), [Role.SUPERVISOR]), []
        for _round in range(3):
            with database.unit_of_work(actor) as session, timed(database.engine) as taken:
                questions(session, actor)
            rounds.append(sum(taken))
        totals.append(min(rounds))
    return sorted(totals)[int(len(totals) * share)]


def measured(database: Database, owner_url: str, say: Callable[[str], Any] = print) -> tuple[float, float]:
    """The p95 of such a visit at both sizes, in milliseconds."""
    owner = create_engine(owner_url, isolation_level="AUTOCOMMIT")
    found, done = [], (0, 0)
    with owner.connect() as connection:
        for tenants, referrals in SIZES:
            wanted = (tenants, referrals) if SHARE == 1 else (max(tenants // SHARE, 3), referrals // SHARE)
            fill(connection, done, wanted)
            done = wanted
            found.append(slowest(database))
            say(f"inbox and desk, {wanted[0]} tenants, {wanted[1]} referrals: p95 {found[-1]:.1f} ms")
    owner.dispose()
    return found[0], found[1]
