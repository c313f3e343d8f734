"""What tests need to be there: tenants, people, listings. Made through the services wherever one exists."""

from __future__ import annotations

import itertools

from sqlalchemy import Engine

from network.tenancy import Actor, Tenant, TenantKind
from network.web import Kopuro

_count = itertools.count(1)


class Make:
    """Makes rows in the empty database of a test, committed, as the application would have."""

    def __init__(self, app: Kopuro, owner_engine: Engine) -> None:
        self.app = app
        self.owner = owner_engine

    def tenant(
        self, name: str | None = None, *, kind: TenantKind = TenantKind.MEMBER, country: str | None = "KG"
    ) -> Tenant:
        """A tenant without people. ``make.desk`` gives one with keys."""
        number = next(_count)
        name = name or f"Partner {number}"
        tenant = Tenant(kind=kind, slug=f"partner-{number}", name=name, code=f"T{number}", country=country)
        with self.app.database.unit_of_work(Actor.anonymous()) as session:
            session.add(tenant)
        return tenant

    def network(self) -> Tenant:
        """The network's own tenant: coordinators, observers, listings of non-members."""
        return self.tenant("The network", kind=TenantKind.NETWORK, country=None)
