from pathlib import Path

import pytest

from search.evaluation.saved import Kept, SavedRunInvalid, against, keep, read, write
from search.results import Mode
from tests.search.evaluation.conftest import MakeRun


def test_what_is_written_is_read(make_run: MakeRun, tmp_path: Path) -> None:
    run = make_run([1, 2, 5], {Mode.KEYWORD: [3, 3, 3]})
    write(tmp_path / "deep" / "run.json", {"set": run}, model="hashing")
    assert read(tmp_path / "deep" / "run.json") == {"set": keep(run)}


def test_a_run_against_itself_differs_by_nothing(make_run: MakeRun) -> None:
    run = make_run([1, 2, 5])
    found = against(run, keep(run), name="before")
    assert found.by_mode[Mode.HYBRID].ties == 3
    assert found.changes == ()
    assert found.left_out == 0


def test_the_greatest_changes_are_told_first(make_run: MakeRun) -> None:
    before, now = make_run([1, 2, 5, 1]), make_run([1, 3, 1, 9])
    found = against(now, keep(before), name="before", shown=2)
    assert [change.id for change in found.changes] == ["3", "2"]
    assert found.changes[0].before == 1.0
    assert found.by_mode[Mode.HYBRID].wins == 1


def test_only_queries_that_both_asked_alike_are_compared(make_run: MakeRun) -> None:
    run = make_run([1, 2, 5])
    kept = keep(run)
    del kept["0"]
    kept["1"] = Kept("other words", 0.5, kept["1"].figures)
    found = against(run, kept, name="before")
    assert found.by_mode[Mode.HYBRID].queries == 1
    assert found.left_out == 2


def test_a_mode_that_the_other_lacks_is_not_compared(make_run: MakeRun) -> None:
    now = make_run([1, 2], {Mode.SEMANTIC: [1, 1]})
    found = against(now, keep(make_run([2, 2])), name="before")
    assert set(found.by_mode) == {Mode.HYBRID}


def test_runs_without_a_query_in_common_say_so(make_run: MakeRun) -> None:
    found = against(make_run([1, 2]), {}, name="before")
    assert found.left_out == 2
    assert found.by_mode[Mode.HYBRID].queries == 0


@pytest.mark.parametrize("content", ["", "[]", '{"format": 1}', '{"format": 9, "sets": {}}'])
def test_a_file_that_is_no_run_is_refused(content: str, tmp_path: Path) -> None:
    path = tmp_path / "run.json"
    path.write_text(content)
    with pytest.raises(SavedRunInvalid, match=r"run\.json"):
        read(path)
