import json
import multiprocessing
import os
import signal
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

import search.keyword
from search.keyword import IndexDamaged, IndexLocked, IndexMissing, KeywordIndex
from search.reading.queries import Wanted, query_terms
from tests.search.conftest import DOCUMENTS, document


def _found(index: KeywordIndex, query: str, language: str = "en") -> list[str]:
    snapshot = index.snapshot()
    scores = snapshot.score(query_terms(query, language), language).articles
    order = sorted(range(len(scores)), key=lambda number: -scores[number])
    return [snapshot.entries[number].document_id for number in order if scores[number] > 0]


def test_the_article_whose_title_says_it_comes_first(index: KeywordIndex) -> None:
    assert _found(index, "password")[0] == "1"


def test_one_language_does_not_answer_for_another(index: KeywordIndex) -> None:
    assert _found(index, "abonnement", "fr") == ["5"]
    assert _found(index, "abonnement", "en") == []


def test_a_changed_article_replaces_the_old_one(index: KeywordIndex) -> None:
    index.update([document("3", "Delivery times", "Parcels are carried by pigeons.")])
    assert _found(index, "pigeons") == ["3"]
    assert _found(index, "working days") == []
    assert len(index.snapshot()) == len(DOCUMENTS)


def test_a_removed_article_is_gone(index: KeywordIndex) -> None:
    index.update(removed=["1"])
    assert _found(index, "password") == []


def test_a_new_language_needs_no_new_build(index: KeywordIndex) -> None:
    index.update([document("7", "Rechnungen", "Die Rechnung kommt per E-Mail.", "de")])
    assert _found(index, "Rechnung", "de") == ["7"]


def test_many_small_updates_are_merged_and_answer_the_same(index: KeywordIndex) -> None:
    for number in range(12):
        index.update([document(f"n{number}", f"Note {number}", "A note about pigeons.")])
    assert len(index.snapshot().segments) <= search.keyword.MERGE_ABOVE_SEGMENTS + 1
    assert len(_found(index, "pigeons")) == 12


def test_scores_do_not_depend_on_how_the_index_came_about(tmp_path: Path) -> None:
    whole = KeywordIndex(tmp_path / "whole")
    whole.build(DOCUMENTS)
    grown = KeywordIndex(tmp_path / "grown")
    grown.build(DOCUMENTS[:2])
    for each in DOCUMENTS[2:]:
        grown.update([each])
    for query in ("password link", "lamp network", "delivery of parcels"):
        assert _found(whole, query) == _found(grown, query)


def test_an_old_snapshot_still_answers_after_an_update(index: KeywordIndex) -> None:
    old = index.snapshot()
    index.update(removed=["1"])
    assert old.score([Wanted.of("password")], "en").articles.max() > 0


def test_another_reader_sees_an_update_at_once(index: KeywordIndex) -> None:
    reader = KeywordIndex(index.folder)
    assert _found(reader, "pigeons") == []
    index.update([document("9", "Pigeons", "About pigeons.")])
    assert _found(reader, "pigeons") == ["9"]


def test_a_missing_index_says_so(tmp_path: Path) -> None:
    with pytest.raises(IndexMissing):
        KeywordIndex(tmp_path / "none").snapshot()


def test_an_index_of_another_format_counts_as_missing(index: KeywordIndex) -> None:
    manifest = json.loads(index.manifest_path.read_text())
    index.manifest_path.write_text(json.dumps({**manifest, "format": "0"}))
    with pytest.raises(IndexMissing):
        KeywordIndex(index.folder).snapshot()


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b"\xff\xfe"])
def test_a_damaged_manifest_is_noticed(index: KeywordIndex, content: bytes) -> None:
    index.manifest_path.write_bytes(content)
    with pytest.raises(IndexDamaged):
        KeywordIndex(index.folder).snapshot()


def test_a_damaged_segment_is_noticed_and_a_build_mends_it(index: KeywordIndex) -> None:
    [segment] = index.folder.glob("index-*/*.npz")
    segment.write_bytes(segment.read_bytes()[:1_000])
    reader = KeywordIndex(index.folder)
    with pytest.raises(IndexDamaged):
        reader.snapshot()
    index.build(DOCUMENTS)
    assert _found(reader, "password")[0] == "1"


def test_a_second_writer_waits_and_then_says_locked(
    index: KeywordIndex, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(search.keyword, "LOCK_TIMEOUT_SECONDS", 0.05)
    with index._writing(), pytest.raises(IndexLocked):
        KeywordIndex(index.folder).update(removed=["1"])


def _write_for_ever(folder: Path) -> None:
    index = KeywordIndex(folder)
    for number in range(10_000):
        index.update([document("loop", "Loop", f"Turn number {number} of the loop.")])


@pytest.mark.parametrize("seconds", [0.15, 0.31, 0.52])
def test_a_writer_killed_at_any_instant_leaves_a_good_index(
    index: KeywordIndex, seconds: float
) -> None:
    process = multiprocessing.get_context("fork").Process(
        target=_write_for_ever, args=(index.folder,)
    )
    process.start()
    time.sleep(seconds)
    assert process.pid is not None
    os.kill(process.pid, signal.SIGKILL)
    process.join()
    assert _found(KeywordIndex(index.folder), "password")[0] == "1"
    mended = document("loop", "Loop", "The loop, as the database has it now.")
    index.update([mended, document("after", "After", "Written after the accident.")])
    assert _found(index, "accident") == ["after"]


def _die_before_publishing(
    index: KeywordIndex, patch: pytest.MonkeyPatch, **change: Sequence[Any]
) -> None:
    with patch.context() as broken:
        broken.setattr(KeywordIndex, "_publish", lambda *_arguments: None)
        index.update(**change)


def test_a_writer_killed_after_a_merge_leaves_readers_what_they_had(
    index: KeywordIndex, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(search.keyword.MERGE_ABOVE_SEGMENTS - 1):
        index.update([document(f"more-{number}", "More", "Another segment.")])
    merged = document("merged", "Merged", "Whoosh joins its segments for this one.")
    _die_before_publishing(index, monkeypatch, changed=[merged])
    assert _found(KeywordIndex(index.folder), "password")[0] == "1"


def test_what_a_killed_writer_did_not_publish_stays_unpublished(
    index: KeywordIndex, monkeypatch: pytest.MonkeyPatch
) -> None:
    stray = document("9", "Pigeons", "About pigeons.")
    _die_before_publishing(index, monkeypatch, changed=[stray])
    index.update([document("10", "Owls", "About owls.")])
    assert _found(index, "pigeons owls") == ["10"]


def test_what_a_killed_writer_removed_stays_until_all_is_built_anew(
    index: KeywordIndex, monkeypatch: pytest.MonkeyPatch
) -> None:
    _die_before_publishing(index, monkeypatch, removed=["1"])
    with pytest.raises(IndexDamaged):
        index.update([document("10", "Owls", "About owls.")])
    assert _found(KeywordIndex(index.folder), "password")[0] == "1"
