"""Bring the index to the database, and keep it there.

The database is the truth and the index a cache of it. `reconcile()` compares the two and mends
the difference, keywords first, then vectors; killed at any instant, it loses nothing but time,
because every file is replaced atomically and every vector is kept as soon as it is made.
"""

import logging
import sqlite3
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, replace

from flask import Flask
from sqlalchemy.exc import SQLAlchemyError

from articles.queries import Freshness, freshness
from articles.signals import article_changed
from kb.config import Settings
from kb.db import db
from kb.health import register, register_slow
from search import calibration, state
from search.calibration import CalibratedFloors
from search.documents import Progress, documents, no_progress, published_stamps
from search.encoders import (
    EmbeddingUnavailable,
    Encoder,
    LazyEncoder,
    Vectors,
    lazy_encoder,
)
from search.engine import SearchEngine
from search.files import is_full
from search.keyword import IndexDamaged, IndexLocked, IndexMissing, KeywordIndex
from search.leadership import leadership
from search.reading import dictionaries
from search.snapshot import Snapshot
from search.taught import phrasings, synonyms, vocabulary
from search.taught.phrasings import PhrasingBook
from search.taught.synonyms import SynonymBook
from search.vectors import VectorIndex, VectorsDamaged, VectorStore, encode_missing

OFF = "off"  # value of KB_EMBEDDING_MODEL that leaves meaning out
POLL_SECONDS = 0.3  # a publication by any process is found by keywords within a second
FOLLOW_SECONDS = 2.0  # how often a process that is not the indexer looks whether it should be
RETRY_SECONDS = 5.0
PUBLISH_VECTORS_SECONDS = 20.0  # in a long encoding, what is done takes part this often
REBUILD_SHARE = 0.5  # above this share of changes, building anew is quicker than updating

# What passes by itself or by the operator's hand: a busy or full disk, a database that is away.
PUT_OFF = (SQLAlchemyError, sqlite3.Error, IndexLocked, IndexDamaged, OSError)

log = logging.getLogger(__name__)

Marks = dict[str, tuple[int, int, int]]


@dataclass(frozen=True, slots=True)
class Reconciled:
    """What a reconciliation did; `encoded_all` is false where it was interrupted, or no model."""

    changed: int
    removed: int
    total: int
    encoded_all: bool


class Indexer:
    """Keeps the index of one home folder equal to the database."""

    def __init__(self, app: Flask, settings: Settings) -> None:
        """Bind the parts; nothing is read or started."""
        self._app = app
        self.home = settings.home / "search"
        self.index = KeywordIndex(self.home)
        self.vectors_path = self.home / "vectors.bin"
        self.store = VectorStore(settings.home / "vectors.sqlite3")
        name = settings.embedding_model
        self.encoder: LazyEncoder | None = None if name == OFF else lazy_encoder(name)
        self.floors = CalibratedFloors(self.home / calibration.FILE_NAME, model=name)
        self.engine = SearchEngine(
            self.index,
            self.vectors_path,
            self.encoder,
            floors=self.floors,
            synonyms=SynonymBook(self.home / synonyms.FILE_NAME),
            phrasings=PhrasingBook(self.home / phrasings.FILE_NAME),
        )
        self._stopping = threading.Event()
        self._changed = threading.Event()
        self._thread: threading.Thread | None = None
        self._left: Marks | None = None  # the files as the last reconciliation left them
        self._vectors_touched = False  # by another hand than ours: write them again
        self.trouble = ""  # why the last reconciliation of the thread failed

    def reconcile(
        self,
        *,
        rebuild: bool = False,
        encoder: Encoder | None = None,
        progress: Progress = no_progress,
        interrupted: Callable[[], bool] = lambda: False,
    ) -> Reconciled:
        """Make the index equal to what is published now; needs an application context."""
        snapshot, changed, removed = self._reconcile_keywords(rebuild=rebuild, progress=progress)
        self._reconcile_taught(rebuild=rebuild)
        encoded = False
        if self.encoder is not None:
            encoded = self._reconcile_vectors(snapshot, encoder, progress, interrupted)
        return Reconciled(changed, removed, len(snapshot), encoded)

    def _reconcile_keywords(
        self, *, rebuild: bool, progress: Progress
    ) -> tuple[Snapshot, int, int]:
        stamps = published_stamps()
        found = None if rebuild else self._update_keywords(stamps, progress)
        if found is None:
            self.index.build(documents(list(stamps), stamps, progress))
            found = len(stamps), 0
        return self.index.snapshot(), *found

    def _update_keywords(
        self, stamps: dict[str, str], progress: Progress
    ) -> tuple[int, int] | None:
        """Return how many documents were changed and removed; None where all must be built anew."""
        try:
            snapshot = self.index.snapshot()
            known = {key: snapshot.entries[at].digest for key, at in snapshot.by_id.items()}
            changed = [key for key, stamp in stamps.items() if known.get(key) != stamp]
            removed = [key for key in known if key not in stamps]
            if len(changed) > REBUILD_SHARE * len(stamps):
                return None
            if changed or removed:
                self.index.update(documents(changed, stamps, progress), removed)
        except (SQLAlchemyError, IndexLocked):
            raise
        except IndexMissing as reason:
            log.info("building the search index: %s", reason)
            return None
        except Exception as reason:  # Whoosh raises anything at a damaged file
            if isinstance(reason, OSError) and is_full(reason):
                raise
            log.warning("building the search index anew: %s", repr(reason))
            return None
        return len(changed), len(removed)

    def _reconcile_taught(self, *, rebuild: bool) -> None:
        """Write what search was taught from the database, where it is wanted, lost or damaged."""
        why = vocabulary.trouble(self.engine)
        if (rebuild or why) and vocabulary.project(self._app):
            log.info("what search was taught is written anew: %s", why or "asked for")

    def _reconcile_vectors(
        self,
        snapshot: Snapshot,
        encoder: Encoder | None,
        progress: Progress,
        interrupted: Callable[[], bool],
    ) -> bool:
        """Write the vectors that are known, then make the missing ones; true when none miss."""
        assert self.encoder is not None
        texts = snapshot.evidence()
        known = self.store.get(self.encoder.name, list(texts))
        self._publish_vectors(known)
        if len(known) == len(texts):
            return True
        if encoder is None:
            return False
        missing = {key: text for key, text in texts.items() if key not in known}
        published_at = time.monotonic()

        def note(done: int, total: int) -> None:
            nonlocal published_at
            progress("encode", done, total)
            if time.monotonic() - published_at > PUBLISH_VECTORS_SECONDS:
                self._publish_vectors(self.store.get(encoder.name, list(texts)))
                published_at = time.monotonic()

        made = encode_missing(self.store, encoder, missing, progress=note, interrupted=interrupted)
        self._publish_vectors({**known, **made})
        return len(made) == len(missing)

    def _publish_vectors(self, vectors: dict[str, Vectors]) -> None:
        """Replace the array that the engine maps, unless it holds just these."""
        assert self.encoder is not None
        try:
            current = VectorIndex.load(self.vectors_path)
            same = current.model == self.encoder.name and current.rows.keys() == vectors.keys()
        except FileNotFoundError:
            same = False
        except VectorsDamaged as reason:
            log.warning("writing the vectors anew: %s", reason)
            same = False
        if not same or self._vectors_touched:
            VectorIndex.write(self.vectors_path, self.encoder.name, vectors)
            self._vectors_touched = False

    # In the background

    def on_change(self, _app: Flask) -> None:
        """Take up a change of this very process: at once in a server, before it ends in a command."""
        if self._thread is not None:
            self._changed.set()
            return
        try:
            with self._app.test_request_context():
                self._reconcile_keywords(rebuild=False, progress=no_progress)
                self._reconcile_taught(rebuild=False)
        except PUT_OFF as error:
            # What is published stays published: whoever serves the site will index it.
            log.warning("indexing is put off: %s", error)

    def start(self) -> None:
        """Follow the database in a daemon thread; of all processes, one at a time indexes."""
        if self._thread is None:
            self._thread = threading.Thread(target=self._run, name="indexer", daemon=True)
            self._thread.start()

    def stop(self) -> None:
        """Ask the thread to end, and wait for it."""
        self._stopping.set()
        self._changed.set()
        if self._thread is not None:
            self._thread.join()

    def _run(self) -> None:
        while not self._stopping.is_set():
            with leadership(self.home / "indexer.lock") as leads:
                self._follow(leads)
            self._prepare()
            self._stopping.wait(FOLLOW_SECONDS)

    def _prepare(self) -> None:
        """Lay out a new index for the visitors of this process, whoever has written it."""
        try:
            self.engine.prepare()
        except Exception:  # the thread must outlive what a question would only be told
            log.exception("the new index could not be laid out before the first question")

    def _follow(self, leads: Callable[[], bool]) -> None:
        done: tuple[Freshness, bool] | None = None
        while not self._stopping.is_set() and leads():
            pause = POLL_SECONDS
            try:
                with self._app.test_request_context():  # addresses are made as in a request
                    done = self._step(done)
                self.trouble = ""
                self._prepare()
            except PUT_OFF as error:
                log.warning("indexing is put off: %s", error)
                done, pause, self.trouble = None, RETRY_SECONDS, str(error)
            except Exception as error:  # the thread must outlive one bad article
                log.exception("indexing failed and will be tried again")
                done, pause, self.trouble = None, RETRY_SECONDS, repr(error)
            self._changed.wait(pause)
            self._changed.clear()

    def _step(self, done: tuple[Freshness, bool] | None) -> tuple[Freshness, bool]:
        """Reconcile where something changed, or where the model has become ready meanwhile.

        The database or the files: an index that was deleted or damaged is made anew.
        """
        now = freshness()
        encoder = self._encoder_if_ready()
        wanted = encoder is not None or self.encoder is None
        marks = self._marks()
        touched = marks != self._left
        if done is not None and done[0] == now and (done[1] or not wanted) and not touched:
            return done

        def interrupted() -> bool:
            db.session.rollback()  # see what others have committed
            return self._stopping.is_set() or freshness() != now

        rebuild = touched and not self._is_readable()
        if rebuild:  # whoever led before may have built one: tell in either case
            log.warning("there is no search index that can be read: building it anew")
        if self._left is not None:
            array = str(self.vectors_path)
            self._vectors_touched = marks.get(array) != self._left.get(array)
        found = self.reconcile(rebuild=rebuild, encoder=encoder, interrupted=interrupted)
        self._left = self._marks()
        return now, found.encoded_all or self.encoder is None

    def _marks(self) -> Marks:
        """Tell the files that readers open apart from any others of these names: a few stats."""
        found = {}
        taught = (self.engine.synonyms.path, self.engine.phrasings.path)
        files = (self.index.manifest_path, self.vectors_path, *filter(None, taught))
        for path in (*self.home.glob("index-*/*.npz"), *files):
            with suppress(FileNotFoundError):
                stat = path.stat()
                found[str(path)] = (stat.st_ino, stat.st_size, stat.st_mtime_ns)
        return found

    def _is_readable(self) -> bool:
        """Tell whether a process that starts now could read the index, whatever we remember."""
        try:
            KeywordIndex(self.home).snapshot()
        except (IndexMissing, IndexDamaged):
            return False
        return True

    def _encoder_if_ready(self) -> Encoder | None:
        try:
            return self.encoder.get() if self.encoder else None
        except EmbeddingUnavailable:
            return None


# The application


def indexer(app: Flask) -> Indexer:
    """Return the indexer of an application."""
    found: Indexer = app.extensions["kb_indexer"]
    return found


def init_app(app: Flask) -> None:
    """Give the application its search engine; nothing is loaded yet."""
    settings: Settings = app.extensions["kb_settings"]
    app.extensions["kb_indexer"] = made = Indexer(app, settings)
    app.extensions["kb_search"] = made.engine
    if settings.indexer == "thread":
        # Held by the application: the signal itself keeps only a weak reference.
        app.extensions["kb_indexer_listener"] = listener = made.on_change
        article_changed.connect(listener, sender=app)
    register(app, lambda: state.check(made))
    register(app, lambda: state.check_room(made))
    register(app, lambda: state.check_floors(made))
    register_slow(app, lambda: state.check_model(made))


def start(app: Flask) -> None:
    """Load the model and follow the database, in the background of a serving process."""
    settings: Settings = app.extensions["kb_settings"]
    made = indexer(app)
    if made.encoder is not None:
        made.encoder.warm_up()
    dictionaries.warm_up(settings.locales)
    if settings.indexer == "thread":
        made.start()


def reconcile(app: Flask, *, rebuild: bool = False, progress: Progress = no_progress) -> Reconciled:
    """Make the index equal to the database now, model included; for commands and tests."""
    made = indexer(app)
    if made.encoder is not None:
        made.encoder.warm_up()  # meanwhile the words are indexed
    with app.test_request_context():
        done = made.reconcile(rebuild=rebuild, progress=progress)
        if made.encoder is None:
            return done
        try:
            encoder = made.encoder.wait()
        except EmbeddingUnavailable as error:
            log.warning("no vectors: %s", error)
            return done
        return replace(
            done, encoded_all=made.reconcile(encoder=encoder, progress=progress).encoded_all
        )
