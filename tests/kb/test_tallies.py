"""Claims about counting over all processes and threads of a machine."""

import mmap
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from kb import tallies
from kb.tallies import FILE, Tallies

TIMES, THREADS = 200, 2
COUNTING = f"""
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from kb.tallies import Tallies

counters = Tallies(Path(sys.argv[1]))
with ThreadPoolExecutor({THREADS}) as threads:
    list(threads.map(lambda _: counters.add("key:1", 3600), range({TIMES})))
"""


@pytest.fixture
def counters(tmp_path: Path) -> Tallies:
    """Return counters of a new file."""
    return Tallies(tmp_path / FILE)


def test_processes_and_threads_count_together(tmp_path: Path, counters: Tallies) -> None:
    command = [sys.executable, "-c", COUNTING, str(tmp_path / FILE)]
    processes = [subprocess.Popen(command) for _ in range(2)]
    with ThreadPoolExecutor(THREADS) as threads:
        list(threads.map(lambda _: counters.add("key:1", 3600), range(TIMES)))
    assert [each.wait() for each in processes] == [0, 0]
    assert counters.get("key:1").count == 3 * TIMES


def test_each_name_has_its_own_window(counters: Tallies, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tallies.time, "time", lambda: 1_000.0)
    assert counters.add("one", 60) == tallies.Tally(1, 1_060.0)
    monkeypatch.setattr(tallies.time, "time", lambda: 1_030.0)
    assert counters.add("one", 60) == tallies.Tally(2, 1_060.0)
    assert counters.add("other", 60) == tallies.Tally(1, 1_090.0)
    monkeypatch.setattr(tallies.time, "time", lambda: 1_060.0)
    assert counters.get("one") == tallies.Tally(0, 1_060.0)
    assert counters.add("one", 60) == tallies.Tally(1, 1_120.0)


def test_a_clock_that_was_wrong_shuts_nobody_out(
    counters: Tallies, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tallies.time, "time", lambda: 9_000_000.0)
    counters.add("one", 60, amount=1_000)
    monkeypatch.setattr(tallies.time, "time", lambda: 1_000.0)
    assert counters.add("one", 60) == tallies.Tally(1, 1_060.0)


def test_more_names_than_there_is_room_for_push_out_the_oldest(
    counters: Tallies, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tallies, "_BUCKETS", 1)
    for number in range(20):
        assert counters.add(f"name {number}", 60 + number).count == 1
    assert counters.add("name 19", 79).count == 2
    assert counters.get("name 0").count == 0


def test_counts_are_kept_when_a_process_starts_again(tmp_path: Path, counters: Tallies) -> None:
    counters.add("one", 60)
    assert Tallies(tmp_path / FILE).add("one", 60).count == 2


def test_what_is_forgotten_begins_anew(counters: Tallies) -> None:
    counters.add("one", 60)
    counters.add("other", 60)
    counters.forget("one")
    assert (counters.get("one").count, counters.get("other").count) == (0, 1)
    counters.clear()
    assert counters.get("other").count == 0


def test_without_room_on_the_disk_each_process_counts_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_sizes: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(tallies.os, "posix_fallocate", full)
    counters = Tallies(tmp_path / FILE)
    assert counters.add("one", 60).count == 1
    assert counters.add("one", 60).count == 2
    assert isinstance(counters._bytes, mmap.mmap)
