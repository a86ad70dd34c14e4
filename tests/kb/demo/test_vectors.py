"""A newcomer does not wait for vectors: those of the demo come with it."""

from pathlib import Path

import numpy as np
import pytest
from flask import Flask

from articles.importing import ImportOptions, import_folder
from kb.demo.cli import ARTICLES
from kb.demo.vectors import preload
from search import sync
from search.encoders import DEFAULT_MODEL, SentenceEncoder
from search.vectors import VectorStore, encode_missing


def test_every_passage_of_the_demo_has_its_vector(app: Flask, tmp_path: Path) -> None:
    import_folder(ARTICLES, options=ImportOptions(source="clairson"))
    made = sync.indexer(app)
    with app.test_request_context():
        made.reconcile()
    store = VectorStore(tmp_path / "vectors.sqlite3")
    preload(store, DEFAULT_MODEL)
    wanted = made.index.snapshot().evidence()
    kept = store.get(DEFAULT_MODEL, list(wanted))
    missing = [text for key, text in wanted.items() if key not in kept]
    assert missing == [], "make them with `python -m kb.demo.vectors`"


def test_vectors_of_another_model_are_not_mixed_in(tmp_path: Path) -> None:
    assert preload(VectorStore(tmp_path / "vectors.sqlite3"), "another") == 0


@pytest.mark.model
def test_the_vectors_are_those_of_the_model(tmp_path: Path, app: Flask) -> None:
    import_folder(ARTICLES, options=ImportOptions(source="clairson"))
    made = sync.indexer(app)
    with app.test_request_context():
        made.reconcile()
    key, text = min(made.index.snapshot().evidence().items(), key=lambda item: len(item[1]))
    store = VectorStore(tmp_path / "vectors.sqlite3")
    preload(store, DEFAULT_MODEL)
    kept = store.get(DEFAULT_MODEL, [key])[key]
    made_now = encode_missing(VectorStore(tmp_path / "now"), SentenceEncoder(), {key: text})
    assert np.dot(made_now[key], kept) > 0.999
