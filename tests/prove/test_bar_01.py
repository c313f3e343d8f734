"""Bar 1: kill -9 of web workers during 1,000 referral submissions by 8 retrying clients: 0 acknowledged lost, 0 doubled,
0 without notice. CI submits a tenth."""

from __future__ import annotations

import os
import random
import signal
from pathlib import Path

import pytest

from network.web import Kopuro
from tests.factories import Make
from tests.prove.serving import serving
from tests.prove.submitting import harm, judge, office, submitting


@pytest.mark.prove
def test_whatever_becomes_of_the_workers_each_referral_is_sent_once_and_its_receiver_told(
    app: Kopuro, make: Make, tmp_path: Path, proving: bool
) -> None:
    count, kills = (1000, 60) if proving else (100, 6)
    chance = random.Random(2007)  # noqa: S311  A seed, so that a failure can be repeated.
    work = office(make, app.database)
    with serving(app, tmp_path / "log", workers=2) as server:

        def kill(turn: int) -> None:
            workers = server.workers()
            for pid in workers if turn % 4 == 3 else [chance.choice(workers)]:
                os.kill(pid, signal.SIGKILL)

        with submitting(work, server.port, count, drops=0.1) as progress:
            harm(progress, count, kills, kill)
    judge(work, count)
    assert work.tally["no answer"] > work.tally["hung up"] > 0, "the kills met requests"
    assert not {"500", "409"} & work.tally.keys()
    print(
        f"\nbar 1: {count} referrals, {kills} kills of workers: 0 lost, 0 doubled, 0 untold; {dict(work.tally)}"
    )
