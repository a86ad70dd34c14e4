import gc
import json
import random
import resource
import shutil
import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

import numpy as np
import pytest
from flask import Flask

from articles.models import Translation
from articles.publishing import commit_changes
from articles.rendering import public_rendering
from kb.config import Settings
from kb.db import db, utc_now
from search import state, sync
from search.encoders import lazy_encoder
from search.leadership import leadership
from search.results import Mode, Results
from search.vectors import VectorIndex
from tests import factories

SEED = 11
PATIENCE_SECONDS = 120.0  # of a test that waits for a thread, on a busy machine


@pytest.fixture
def settings(settings: Settings) -> Settings:
    """With the encoder made for tests, which needs no model."""
    return settings.model_copy(update={"embedding_model": "hashing"})


def _search(app: Flask, query: str, locale: str = "en") -> Results:
    return sync.indexer(app).engine.search(query, locale=locale)


def _ids(results: Results) -> list[int]:
    return [int(hit.document_id) for hit in results.hits]


def _wait_for(app: Flask, query: str) -> None:
    _wait_until(lambda: bool(_search(app, query).hits))


def _wait_until(holds: Callable[[], bool]) -> None:
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not holds():
        assert time.monotonic() < deadline
        time.sleep(0.05)


def test_what_is_published_is_found_by_words_and_by_meaning(app: Flask) -> None:
    lamp = factories.article("Reset a lamp", "Hold the button.")
    sync.reconcile(app)
    results = _search(app, "reset a lamp")
    assert _ids(results) == [lamp.id]
    assert results.mode is Mode.HYBRID


def test_drafts_and_scheduled_articles_are_not_found(app: Flask) -> None:
    factories.article("Secret lamp", draft=True)
    factories.article("Future lamp", published_at=utc_now() + timedelta(days=1))
    sync.reconcile(app)
    assert _search(app, "lamp").hits == ()


def test_an_archived_article_is_gone_after_reconciling(app: Flask) -> None:
    lamp = factories.article("Reset a lamp")
    sync.reconcile(app)
    lamp.archived_at = utc_now()
    commit_changes()
    assert sync.reconcile(app).removed == 1
    assert _search(app, "lamp").hits == ()


def test_a_second_reconciliation_changes_nothing(app: Flask) -> None:
    factories.article("Reset a lamp")
    sync.reconcile(app)
    manifest = sync.indexer(app).index.manifest_path.read_bytes()
    done = sync.reconcile(app)
    assert (done.changed, done.removed, done.total) == (0, 0, 1)
    assert sync.indexer(app).index.manifest_path.read_bytes() == manifest


def test_without_its_model_a_site_is_indexed_by_keywords(app: Flask) -> None:
    made = sync.indexer(app)
    made.encoder = made.engine.encoder = lazy_encoder("nonexistent")
    lamp = factories.article("Reset a lamp")
    assert not sync.reconcile(app).encoded_all
    assert _ids(_search(app, "lamp")) == [lamp.id]
    assert "nonexistent is neither" in state.check(made).detail


def test_only_what_changed_is_indexed_again(app: Flask) -> None:
    for number in range(5):
        factories.article(f"Lamp {number}")
    sync.reconcile(app)
    factories.article("Speaker")
    assert sync.reconcile(app).changed == 1


def test_moving_an_article_to_another_category_changes_its_filter(app: Flask) -> None:
    parent = factories.category("devices")
    lamps = factories.category("lamps", parent=parent)
    lamp = factories.article("Reset a lamp", category=lamps)
    factories.article("Speaker", category=parent)
    factories.article("Dial", category=parent)
    sync.reconcile(app)
    assert _search(app, "reset lamp").facets.categories["devices"] >= 1
    db.session.get_one(Translation, lamp.id).article.category = factories.category("other")
    commit_changes()
    sync.reconcile(app)
    found = sync.indexer(app).engine.search("reset lamp", locale="en", category="other")
    assert _ids(found) == [lamp.id]


def test_a_damaged_index_is_built_anew(app: Flask) -> None:
    factories.article("Reset a lamp")
    sync.reconcile(app)
    sync.indexer(app).index.manifest_path.write_text("{")
    sync.reconcile(app)
    assert _search(app, "lamp").degraded is None


def test_health_tells_what_is_missing(app: Flask) -> None:
    made = sync.indexer(app)
    assert state.check(made).state == "degraded"
    factories.article("Reset a lamp")
    sync.reconcile(app)
    assert state.check(made).state == "ok"


def test_a_publication_is_found_while_the_indexer_runs(app: Flask) -> None:
    made = sync.indexer(app)
    made.start()
    try:
        factories.article("Reset a lamp")
        _wait_for(app, "lamp")  # the first build
        factories.article("Stereo speakers")
        _wait_for(app, "speakers")
    finally:
        made.stop()


def test_an_article_appears_when_its_scheduled_moment_passes(app: Flask) -> None:
    factories.article("Reset a lamp")
    made = sync.indexer(app)
    made.start()
    try:
        _wait_for(app, "lamp")
        factories.article("Stereo speakers", published_at=utc_now() + timedelta(seconds=1))
        assert not _search(app, "stereo speakers").hits or _ids(_search(app, "speakers"))
        _wait_for(app, "stereo")
    finally:
        made.stop()


def test_one_indexer_at_a_time_leads(app: Flask) -> None:
    lock = sync.indexer(app).home / "indexer.lock"
    with leadership(lock) as first, leadership(lock) as second:
        assert (first(), second()) == (True, False)


def test_a_lock_file_that_was_deleted_is_ours_no_more(app: Flask) -> None:
    lock = sync.indexer(app).home / "indexer.lock"
    with leadership(lock) as first:
        lock.unlink()
        with leadership(lock) as second:
            assert (first(), second()) == (False, True)


def _delete_everything(made: sync.Indexer) -> None:
    shutil.rmtree(made.home)


def _scribble(paths: Iterator[Path]) -> None:
    """Put random bytes in place of what files hold."""
    for path in list(paths):
        if path.is_file() and path.stat().st_size:
            path.write_bytes(random.Random(SEED).randbytes(path.stat().st_size))


DAMAGES: dict[str, Callable[[sync.Indexer], None]] = {
    "the folder is deleted": _delete_everything,
    "the manifest is deleted": lambda made: made.index.manifest_path.unlink(),
    "the manifest is random": lambda made: _scribble(made.home.glob("manifest.json")),
    "the compiled segments are random": lambda made: _scribble(made.home.glob("index-*/*.npz")),
    "every file is random": lambda made: _scribble(made.home.glob("**/*")),
    "the vectors are deleted": lambda made: made.vectors_path.unlink(),
    "the vectors are random": lambda made: _scribble(made.home.glob("vectors.bin")),
}


@pytest.mark.parametrize("damage", DAMAGES.values(), ids=DAMAGES)
def test_an_index_that_is_lost_while_the_site_is_served_is_made_anew(
    app: Flask, settings: Settings, damage: Callable[[sync.Indexer], None]
) -> None:
    made = sync.indexer(app)
    assert made.encoder is not None
    made.encoder.wait()
    factories.article("Reset a lamp")
    made.start()
    try:
        _wait_until(lambda: state.check(made).state == "ok")
        _wait_until(lambda: made._left is not None)
        damage(made)
        # Another process has nothing in memory that could hide the damage.
        other = sync.Indexer(app, settings)
        assert other.encoder is not None
        other.encoder.wait()
        _wait_until(lambda: state.check(other).state == "ok")
    finally:
        made.stop()


@pytest.mark.filterwarnings(
    "ignore::ResourceWarning"
)  # Whoosh forgets to close what it cannot read
def test_a_publication_is_found_though_the_writers_files_are_damaged(app: Flask) -> None:
    for number in range(4):
        factories.article(f"Lamp {number}")
    sync.reconcile(app)
    files = sync.indexer(app).home.glob("index-*/*")
    _scribble(path for path in files if path.suffix in {".toc", ".seg"})
    speakers = factories.article("Stereo speakers")
    sync.reconcile(app)
    gc.collect()
    assert _ids(_search(app, "speakers")) == [speakers.id]


def _write_older_format(made: sync.Indexer) -> None:
    path = made.index.manifest_path
    manifest = json.loads(path.read_text())
    path.write_text(json.dumps({**manifest, "format": "1.0.0"}))


def _write_another_models_vectors(made: sync.Indexer) -> None:
    vectors = VectorIndex.load(made.vectors_path)
    rows = {key: np.array(vectors.matrix[at, :8]) for key, at in vectors.rows.items()}
    VectorIndex.write(made.vectors_path, "another", rows)


AT_START: dict[str, Callable[[sync.Indexer], None]] = {
    **DAMAGES,
    "the index is of an older format": _write_older_format,
    "the vectors are of another model": _write_another_models_vectors,
}


@pytest.mark.parametrize("damage", AT_START.values(), ids=AT_START)
def test_an_index_that_is_no_use_at_start_is_told_and_made_anew_while_the_site_answers(
    app: Flask, settings: Settings, damage: Callable[[sync.Indexer], None]
) -> None:
    factories.article("Reset a lamp")
    sync.reconcile(app)
    damage(sync.indexer(app))
    started = sync.Indexer(app, settings)
    assert started.encoder is not None
    started.encoder.wait()
    before = started.engine.search("lamp", locale="en")
    assert before.degraded
    assert state.check(started).state == "degraded"
    started.start()
    try:
        _wait_until(lambda: state.check(started).state == "ok")
        after = started.engine.search("lamp", locale="en")
    finally:
        started.stop()
    assert after.degraded is None
    assert [hit.title for hit in after.hits] == ["Reset a lamp"]


@contextmanager
def _room_for(size: int) -> Iterator[None]:
    """Let no file of this process grow beyond so many bytes."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


def _folder(app: Flask) -> str:
    """Return the name of the folder that is the index now."""
    return str(json.loads(sync.indexer(app).index.manifest_path.read_text())["folder"])


@pytest.mark.filterwarnings("ignore::ResourceWarning")  # Whoosh's writer that could not write
@pytest.mark.parametrize("rebuild", [False, True])
def test_a_full_disk_leaves_the_last_good_index_and_no_litter(
    app: Flask, settings: Settings, rebuild: bool
) -> None:
    lamp = factories.article("Reset a lamp")
    sync.reconcile(app)
    speakers = factories.article("Stereo speakers")
    public_rendering(speakers)  # into the database, before that is full too
    failed: list[int] = []
    sizes = (0, 60, 150, 300, 600, 1_000, 2_000, 4_000, 8_000, 16_000)
    stood = {_folder(app)}
    for size in sizes:
        try:
            with _room_for(size):
                sync.reconcile(app, rebuild=rebuild)
        except (OSError, sqlite3.Error):
            failed.append(size)
        made = sync.Indexer(app, settings)
        assert made.encoder is not None
        made.encoder.wait()
        found = made.engine.search("lamp", locale="en")
        assert lamp.id in _ids(found), size
        assert found.degraded is None, size
        assert not list(made.home.rglob("*.new")), size
        # What failed is gone at once; what readers may still open stays for a moment.
        stood.add(_folder(app))
        assert {path.name for path in made.home.glob("index-*")} <= stood, size
    gc.collect()
    assert failed[:3] == [0, 60, 150]
    sync.reconcile(app)
    assert _ids(_search(app, "speakers")) == [speakers.id]


@pytest.mark.filterwarnings("ignore::ResourceWarning")  # Whoosh's writer that could not write
def test_health_tells_that_the_disk_is_full_until_there_is_room_again(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sync, "RETRY_SECONDS", 0.1)
    made = sync.indexer(app)
    assert made.encoder is not None
    made.encoder.wait()
    factories.article("Reset a lamp")
    made.start()
    try:
        _wait_until(lambda: state.check(made).state == "ok")
        factories.article("Stereo speakers")
        with _room_for(100):
            made._changed.set()
            _wait_until(lambda: state.check(made).state == "degraded")
            assert "indexing failed" in state.check(made).detail
            assert _search(app, "lamp").hits
        _wait_until(lambda: state.check(made).state == "ok")
        _wait_for(app, "stereo")
    finally:
        made.stop()
    gc.collect()


def test_any_process_can_tell_that_the_disk_is_full(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    factories.article("Reset a lamp")
    sync.reconcile(app)
    assert state.check_room(sync.indexer(app)).state == "ok"
    monkeypatch.setattr(state, "LEAST_FREE_BYTES", 2**62)
    assert state.check_room(sync.indexer(app)).state == "degraded"
