"""Bar 12: 0 silent overwrites in 1,000 concurrent pairs of edits. CI tries a tenth.

Two people hold the same version of an event and save at the same moment: one is kept, the other is told.
"""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from network.events.services import planning
from network.permissions import Stale
from network.web import Kopuro
from tests.events.conftest import Events, organiser, plan
from tests.factories import Make


@pytest.mark.prove
def test_of_two_who_save_at_once_one_is_kept_and_the_other_is_told(
    app: Kopuro, make: Make, proving: bool
) -> None:
    pairs = 1000 if proving else 100
    tenant = make.tenant()
    events = Events(app, make)
    event = events.published(tenant)
    actor = organiser(tenant)
    both = threading.Barrier(2)

    def save(venue: str) -> bool:
        both.wait(30)
        try:
            with app.database.unit_of_work(actor) as session:
                planning.change_event(session, actor, event.id, plan(venue=venue), version=version)
        except Stale:
            return False
        return True

    with ThreadPoolExecutor(2) as pool:
        for number in range(pairs):
            version = events.again(event).version
            venues = [f"{number} one", f"{number} two"]
            kept = list(pool.map(save, venues))
            after = events.again(event)
            assert sorted(kept) == [False, True]
            assert after.venue == venues[kept.index(True)]
            assert after.version == version + 1
    print(f"bar 12: {pairs} pairs of edits, 0 silent overwrites")
