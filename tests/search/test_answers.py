from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest

from search.answers import Answers
from search.encoders import HashingEncoder
from search.engine import SearchEngine
from search.keyword import KeywordIndex
from search.results import Mode, Results
from search.taught.synonyms import Rule, SynonymBook, dump
from search.vectors import VectorIndex
from tests.search.conftest import document

ANSWER = Results("lamp", (), 0, Mode.HYBRID)


def _is_remembered(engine: SearchEngine, query: str = "reset lamp") -> bool:
    return set(engine.search(query, locale="en").timings) == {"remembered"}


def test_the_same_question_is_answered_from_memory(engine: SearchEngine) -> None:
    first = engine.search("reset lamp", locale="en")
    second = engine.search("  reset   lamp ", locale="en")
    assert _is_remembered(engine)
    assert second == replace(first, timings=second.timings)


@pytest.mark.parametrize(
    "other",
    [
        {"locale": "fr"},
        {"limit": 1},
        {"offset": 1},
        {"category": "setup"},
        {"kind": "faq"},
        {"mode": Mode.KEYWORD},
    ],
    ids=str,
)
def test_another_question_of_the_same_words_is_not(
    engine: SearchEngine, other: dict[str, object]
) -> None:
    engine.search("reset lamp", locale="en")
    asked = {"locale": "en", **other}
    assert set(engine.search("reset lamp", **asked).timings) != {"remembered"}  # type: ignore[arg-type]


def _publish(engine: SearchEngine, folder: Path) -> None:
    # As any other process would: nothing of this one is told.
    KeywordIndex(engine.index.folder).update([document("9", "Stereo speakers", "Loud.")])


def _encode_anew(engine: SearchEngine, folder: Path) -> None:
    vectors = HashingEncoder().encode_passages(["a", "b"])
    VectorIndex.write(folder / "vectors.bin", "hashing", dict(zip("ab", vectors, strict=True)))


def _lose_the_vectors(engine: SearchEngine, folder: Path) -> None:
    (folder / "vectors.bin").unlink()


def _teach_a_synonym(engine: SearchEngine, folder: Path) -> None:
    draft = folder / "synonyms.new"
    draft.write_bytes(dump([("en", Rule(("lamp", "light"), ("lamp", "light")))]))
    draft.replace(folder / "synonyms.json")


def _learn_a_phrasing(engine: SearchEngine, folder: Path) -> None:
    (folder / "phrasings.bin").write_bytes(b"anything else")


def _raise_the_floor(engine: SearchEngine, folder: Path) -> None:
    engine.floors = {"en": 0.99}


@pytest.mark.parametrize(
    "change",
    [
        _publish,
        _encode_anew,
        _lose_the_vectors,
        _teach_a_synonym,
        _learn_a_phrasing,
        _raise_the_floor,
    ],
)
def test_what_ranks_otherwise_is_answered_anew(
    engine: SearchEngine, tmp_path: Path, change: Callable[[SearchEngine, Path], None]
) -> None:
    engine.synonyms = SynonymBook(tmp_path / "synonyms.json")
    engine.phrasings.path = tmp_path / "phrasings.bin"
    engine.search("reset lamp", locale="en")
    assert _is_remembered(engine)
    change(engine, tmp_path)
    assert not _is_remembered(engine)


def test_a_publication_is_in_the_next_answer_to_the_same_question(engine: SearchEngine) -> None:
    engine.search("stereo speakers", locale="en")
    engine.index.update([document("9", "Stereo speakers", "Loud.")])
    assert engine.search("stereo speakers", locale="en").hits[0].document_id == "9"
    engine.index.update([], ["9"])
    hits = engine.search("stereo speakers", locale="en").hits
    assert "9" not in [hit.document_id for hit in hits]


def test_a_new_index_is_laid_out_before_the_first_question(
    engine: SearchEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    engine.prepare()
    snapshot, _ = engine.snapshot()
    for lazy in ("Alignment", "_suggestions"):
        monkeypatch.setattr(f"search.engine.{lazy}", None)
    assert set(snapshot._spellers) == {"en", "fr"}
    assert engine.search("reset lamp", locale="en").hits
    assert engine.suggest("reset", locale="en")


def test_nothing_is_laid_out_twice(engine: SearchEngine, monkeypatch: pytest.MonkeyPatch) -> None:
    engine.prepare()
    monkeypatch.setattr(engine, "rank", None)
    engine.prepare()


def test_a_missing_index_cannot_be_laid_out_yet(tmp_path: Path) -> None:
    SearchEngine(KeywordIndex(tmp_path)).prepare()


def test_an_answer_that_lacks_something_is_not_kept() -> None:
    answers = Answers()
    answers.get("question", "state")
    answers.put("question", "state", replace(ANSWER, degraded="no vectors yet"))
    assert answers.get("question", "state") is None


def test_an_answer_that_comes_after_its_state_is_over_is_not_kept() -> None:
    answers = Answers()
    answers.get("question", "old")
    answers.get("question", "new")
    answers.put("question", "old", ANSWER)
    assert answers.get("question", "new") is None


def test_the_oldest_answers_make_room() -> None:
    answers = Answers(size=2)
    for question in "ab":
        answers.get(question, "state")
        answers.put(question, "state", ANSWER)
    answers.get("a", "state")
    answers.put("c", "state", ANSWER)
    assert [answers.get(question, "state") is not None for question in "abc"] == [True, False, True]


def test_threads_never_see_an_answer_of_another_state() -> None:
    answers = Answers(size=8)

    def ask(turn: int) -> bool:
        state, question = turn % 3, turn % 11
        found = answers.get(question, state)
        answers.put(question, state, replace(ANSWER, query=str(state)))
        return found is None or found.query == str(state)

    with ThreadPoolExecutor(8) as threads:
        assert all(threads.map(ask, range(2_000)))
    assert len(answers) <= 8
