"""What goes with an article: by meaning, by words, and never the article itself."""

from pathlib import Path

import numpy as np
import pytest

from search.encoders import HashingEncoder
from search.engine import SearchEngine
from search.evidence import Alignment
from search.keyword import KeywordIndex
from search.passages import Document
from search.related import nearest
from search.snapshot import Snapshot
from search.vectors import VectorIndex
from tests.search.conftest import document

SHELF = (
    document("a", "Reset the lamp", "Hold the button of the lamp.", category="lamps", article="1"),
    document("b", "Clean the lamp", "Wipe the lamp with a cloth.", category="lamps", article="2"),
    document("c", "Clean the oven", "Wipe the oven with a cloth.", category="ovens", article="3"),
    document("d", "Return a parcel", "Print the label.", category="orders", article="4"),
    document("e", "Reset the lamp", "Hold the lamp's button.", "en-GB", article="1"),
    document("f", "Réinitialiser la lampe", "Maintenez le bouton.", "fr", article="1"),
)


def _snapshot(folder: Path, documents: tuple[Document, ...] = SHELF) -> Snapshot:
    index = KeywordIndex(folder / "shelf")
    index.build(documents)
    return index.snapshot()


def _names(snapshot: Snapshot, numbers: list[int]) -> list[str]:
    return [snapshot.entries[number].document_id for number in numbers]


@pytest.fixture
def shelf(tmp_path: Path) -> Snapshot:
    return _snapshot(tmp_path)


def test_no_article_goes_with_itself_or_with_its_translations(shelf: Snapshot) -> None:
    near = np.ones(len(shelf.entries))
    found = _names(shelf, nearest(shelf, shelf.by_id["a"], near, limit=9))
    assert set(found) == {"b", "c", "d"}


def test_of_two_about_as_near_the_same_category_goes_first(shelf: Snapshot) -> None:
    near = np.asarray([0.0, 0.900, 0.905, 0.5, 0.0, 0.0])
    near = near[[int("abcdef".index(entry.document_id)) for entry in shelf.entries]]
    assert _names(shelf, nearest(shelf, shelf.by_id["a"], near, limit=2)) == ["b", "c"]


def test_what_is_clearly_nearer_goes_first_in_any_category(shelf: Snapshot) -> None:
    near = np.asarray([0.0, 0.85, 0.95, 0.5, 0.0, 0.0])
    near = near[[int("abcdef".index(entry.document_id)) for entry in shelf.entries]]
    assert _names(shelf, nearest(shelf, shelf.by_id["a"], near, limit=2)) == ["c", "b"]


def test_without_vectors_words_tell(shelf: Snapshot) -> None:
    assert _names(shelf, nearest(shelf, shelf.by_id["b"], None, limit=2)) == ["c", "a"]


def test_what_shares_no_word_does_not_go_with_an_article(shelf: Snapshot) -> None:
    assert "d" not in _names(shelf, nearest(shelf, shelf.by_id["b"], None, limit=9))


def test_an_engine_without_a_model_knows_what_goes_together(tmp_path: Path) -> None:
    index = KeywordIndex(tmp_path / "shelf")
    index.build(SHELF)
    assert SearchEngine(index).related("b", limit=1) == ["c"]


def test_an_article_is_nearest_to_what_says_the_same(tmp_path: Path) -> None:
    snapshot = _snapshot(tmp_path)
    texts = snapshot.evidence()
    vectors = dict(zip(texts, HashingEncoder().encode_passages(list(texts.values())), strict=True))
    VectorIndex.write(tmp_path / "vectors.bin", "hashing", vectors)
    aligned = Alignment(snapshot, VectorIndex.load(tmp_path / "vectors.bin"))
    near = aligned.nearness(snapshot.by_id["b"])
    assert near is not None
    order = _names(snapshot, np.argsort(-near).tolist())
    assert order[:2] == ["b", "c"]


def test_an_article_without_vectors_yet_is_compared_by_words(tmp_path: Path) -> None:
    snapshot = _snapshot(tmp_path)
    VectorIndex.write(tmp_path / "vectors.bin", "hashing", {})
    aligned = Alignment(snapshot, VectorIndex.load(tmp_path / "vectors.bin"))
    assert aligned.nearness(0) is None
