"""Two derivations at once, a short queue, then a refusal; on the whole machine where a folder is shared."""

import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest

from network.keys import Busy, Derivations


@contextmanager
def waiting(derivations: Derivations, people: int) -> Iterator[list[int]]:
    """Others who wait in threads for a turn; yields how many took theirs, complete when the block is left."""
    done: list[int] = []
    already = derivations.taken

    def one(number: int) -> None:
        with derivations.turn():
            done.append(number)

    threads = [threading.Thread(target=one, args=(number,), daemon=True) for number in range(people)]
    for thread in threads:
        thread.start()
    while derivations.taken < already + people:
        threading.Event().wait(0.001)
    yield done
    for thread in threads:
        thread.join(10)


@pytest.fixture(params=["one process", "whole machine"])
def derivations(request, tmp_path: Path) -> Derivations:
    made = Derivations(at_once=2, queue=3, patience=10)
    if request.param == "whole machine":
        made.share(tmp_path / "derivations")
    return made


def test_the_queue_has_an_end_and_moves_on(derivations) -> None:
    with ExitStack() as held:
        with waiting_after(held, derivations) as done:
            with pytest.raises(Busy):
                held.enter_context(derivations.turn())
            assert done == []
            held.close()
        assert sorted(done) == [0, 1, 2]
    assert derivations.taken == 0


@contextmanager
def waiting_after(held: ExitStack, derivations: Derivations) -> Iterator[list[int]]:
    """Both turns held by us, three people waiting."""
    for _ in range(derivations.at_once):
        held.enter_context(derivations.turn())
    with waiting(derivations, derivations.queue) as done:
        yield done


def test_no_more_than_two_ever_work_at_once(derivations) -> None:
    derivations.queue = 100
    working, most, counting = 0, 0, threading.Lock()

    def work() -> None:
        nonlocal working, most
        with derivations.turn():
            with counting:
                working += 1
                most = max(most, working)
            threading.Event().wait(0.002)
            with counting:
                working -= 1

    threads = [threading.Thread(target=work) for _ in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert most == 2


def test_a_turn_comes_back_after_a_failure(derivations) -> None:
    for _ in range(10):
        with pytest.raises(RuntimeError), derivations.turn():
            raise RuntimeError
    with derivations.turn(), derivations.turn():
        assert derivations.taken == 2
    assert derivations.taken == 0


def test_patience_ends(derivations) -> None:
    derivations.patience = 0.02
    with derivations.turn(), derivations.turn(), pytest.raises(Busy), derivations.turn():
        pass


def test_processes_that_share_a_folder_count_together(tmp_path: Path) -> None:
    one, other = (Derivations(at_once=2, queue=1, patience=0.02) for _ in range(2))
    one.share(tmp_path)
    other.share(tmp_path)
    with one.turn():
        with other.turn():
            for each in (one, other):
                with pytest.raises(Busy), each.turn():
                    pass
        with other.turn():
            pass


def test_a_killed_process_leaves_its_turn_to_others(tmp_path: Path) -> None:
    script = (
        "import sys, pathlib\n"
        "from network.keys import Derivations\n"
        "d = Derivations(at_once=1, queue=0); d.share(pathlib.Path(sys.argv[1]))\n"
        "with d.turn():\n"
        "    print('mine', flush=True); sys.stdin.read()\n"
    )
    mine = Derivations(at_once=1, queue=0, patience=0.02)
    mine.share(tmp_path)
    with subprocess.Popen(
        [sys.executable, "-c", script, str(tmp_path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as process:
        assert process.stdout and process.stdout.readline() == b"mine\n"
        with pytest.raises(Busy), mine.turn():
            pass
        process.send_signal(signal.SIGKILL)
        process.wait(10)
        with mine.turn():
            pass
