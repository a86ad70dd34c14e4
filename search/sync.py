"""Bring the index to the database: the one door between articles and search.

The database is the truth and the index a cache of it. `reconcile()` compares the two and mends
the difference, keywords first, then vectors; killed at any instant, it loses nothing but time,
because every file is replaced atomically and every vector is kept as soon as it is made.
"""

import fcntl
import logging
import os
import shutil
import sqlite3
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from pathlib import Path

from flask import Flask, url_for
from sqlalchemy import select
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import joinedload

from articles.markdown import PIPELINE_VERSION
from articles.models import Article, Audience, Category, Revision, Translation
from articles.publishing import Words
from articles.queries import Freshness, freshness, published
from articles.rendering import public_rendering
from articles.signals import article_changed
from kb.config import Settings
from kb.db import db
from kb.health import Check, register, register_slow
from search import calibration
from search.calibration import CalibratedFloors
from search.encoders import (
    EmbeddingUnavailable,
    Encoder,
    EncoderState,
    LazyEncoder,
    Vectors,
    lazy_encoder,
)
from search.engine import SearchEngine
from search.files import is_full
from search.keyword import IndexDamaged, IndexLocked, IndexMissing, KeywordIndex
from search.passages import Document, Section, fingerprint
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
DOCUMENTS_AT_ONCE = 200
REBUILD_SHARE = 0.5  # above this share of changes, building anew is quicker than updating

# What passes by itself or by the operator's hand: a busy or full disk, a database that is away.
PUT_OFF = (SQLAlchemyError, sqlite3.Error, IndexLocked, IndexDamaged, OSError)
LEAST_FREE_BYTES = 64 * 2**20  # an index is written beside the old one before it replaces it

log = logging.getLogger(__name__)

Progress = Callable[[str, int, int], None]
Marks = dict[str, tuple[int, int, int]]


@dataclass(frozen=True, slots=True)
class Reconciled:
    """What a reconciliation did; `encoded_all` is false where it was interrupted, or no model."""

    changed: int
    removed: int
    total: int
    encoded_all: bool


def no_progress(_stage: str, _done: int, _total: int) -> None:
    """Show nothing."""


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
            with _leadership(self.home / "indexer.lock") as leads:
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


@contextmanager
def _leadership(path: Path) -> Iterator[Callable[[], bool]]:
    """Try for the lock that one process has; yields the question whether it is (still) ours.

    The system frees it when that process dies; a lock on a file that was deleted binds nobody.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w") as file:
        try:
            fcntl.flock(file.fileno(), fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            yield lambda: False
        else:
            yield lambda: _is_at(path, file.fileno())


def _is_at(path: Path, descriptor: int) -> bool:
    try:
        return os.path.samestat(path.stat(), os.fstat(descriptor))
    except FileNotFoundError:
        return False


def published_stamps() -> dict[str, str]:
    """Return, for every published translation, what its document in the index depends on."""
    paths = category_paths()
    rows = db.session.execute(
        published(reader=Audience.STAFF).with_only_columns(
            Translation.id,
            Translation.public_revision_id,
            Translation.locale,
            Translation.slug,
            Article.kind,
            Article.stage,
            Article.audience,
            Article.category_id,
            maintain_column_froms=True,
        )
    )
    return {
        str(row.id): fingerprint(
            f"{PIPELINE_VERSION}|{row.public_revision_id}|{row.locale}|{row.slug}|{row.kind}|"
            f"{row.stage}|{row.audience}|{'/'.join(paths.get(row.category_id, ()))}"
        )[:32]
        for row in rows
    }


def category_paths() -> dict[int | None, tuple[str, ...]]:
    """Return the keys of each category's branch, from the root down to itself."""
    rows = db.session.execute(select(Category.id, Category.key, Category.parent_id)).all()
    parents = {row.id: (row.key, row.parent_id) for row in rows}
    paths: dict[int | None, tuple[str, ...]] = {}
    for identifier in parents:
        keys: list[str] = []
        at: int | None = identifier
        while at in parents and len(keys) <= len(parents):
            key, parent = parents[at]
            keys.insert(0, key)
            at = parent
        paths[identifier] = tuple(keys)
    return paths


def documents(
    keys: list[str], stamps: dict[str, str], progress: Progress = no_progress
) -> Iterator[Document]:
    """Yield the documents of public translations by their index keys, a part at a time."""
    paths = category_paths()
    for start in range(0, len(keys), DOCUMENTS_AT_ONCE):
        ids = [int(key) for key in keys[start : start + DOCUMENTS_AT_ONCE]]
        found = db.session.scalars(
            published(reader=Audience.STAFF)
            .where(Translation.id.in_(ids))
            .options(joinedload(Translation.public_revision).joinedload(Revision.rendering))
        ).all()
        for translation in found:
            yield _document(translation, paths, stamps[str(translation.id)])
        progress("keywords", min(start + DOCUMENTS_AT_ONCE, len(keys)), len(keys))


def _document(
    translation: Translation, paths: dict[int | None, tuple[str, ...]], stamp: str
) -> Document:
    revision = translation.public_revision
    assert revision is not None, "published() only gives translations with public words"
    sections = tuple(
        Section(each["anchor"], tuple(each["path"]), each["text"])
        for each in public_rendering(translation).sections
    )
    return document_of(translation, revision, sections, paths, stamp)


def document_of(
    translation: Translation,
    words: Words | Revision,
    sections: tuple[Section, ...],
    paths: dict[int | None, tuple[str, ...]],
    stamp: str = "",
) -> Document:
    """Return a translation as it is indexed when these are its words."""
    article = translation.article
    branch = paths.get(article.category_id, ())
    return Document(
        id=str(translation.id),
        locale=translation.locale,
        title=words.title,
        summary=words.summary,
        sections=sections,
        questions=tuple(words.answers),
        synonyms=(*words.synonyms, *words.keywords),
        category=branch[-1] if branch else "",
        ancestors=branch[:-1],
        kind=article.kind.value,
        stage=article.stage.value if article.stage else "",
        address=_address(translation),
        article=str(translation.article_id),
        stamp=stamp,
        audience=article.audience.value,
    )


def _address(translation: Translation) -> str:
    """Return the path of a translation; addresses do not depend on the request."""
    return url_for(
        "articles.article", locale=translation.locale, slug=translation.slug, _external=False
    )


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
    register(app, lambda: check(made))
    register(app, lambda: check_room(made))
    register(app, lambda: check_floors(made))
    register_slow(app, lambda: check_model(made))


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


def wait_until_ready(app: Flask) -> None:
    """Load the model and index everything before returning; for benchmarks."""
    reconcile(app)


def check(made: Indexer) -> Check:
    """Say whether search answers with all it has."""
    try:
        snapshot = made.index.snapshot()
    except (IndexMissing, IndexDamaged) as error:
        return Check("search", "degraded", f"no index that can be read ({error}): `kb reindex`")
    if made.trouble:
        return Check("search", "degraded", f"as it was before indexing failed: {made.trouble}")
    if made.encoder is None:
        return Check("search", "ok", f"{len(snapshot)} articles, by keywords alone as configured")
    try:
        made.encoder.get()
        aligned = made.engine.alignment(snapshot)
    except EmbeddingUnavailable as error:
        is_loading = made.encoder.state in {EncoderState.IDLE, EncoderState.LOADING}
        detail = f"{len(snapshot)} articles, by keywords: {error}"
        return Check("search", "degraded", detail, is_loading=is_loading)
    return Check(
        "search",
        "ok",
        f"{len(snapshot)} articles, {aligned.known} of {aligned.expected} passages by meaning",
    )


def check_room(made: Indexer) -> Check:
    """Say whether the disk has room for what is indexed next; any process can tell."""
    with suppress(FileNotFoundError):
        free = shutil.disk_usage(made.home).free
        if free < LEAST_FREE_BYTES:
            return Check("room", "degraded", f"the disk is full: {free // 2**20} MB are left")
    return Check("room", "ok")


def check_floors(made: Indexer) -> Check:
    """Say where the floors come from, under which results are called weak."""
    if why := made.floors.trouble():
        return Check("floors", "degraded", f"the defaults, as {why}")
    chosen = ", ".join(f"{language} {floor:.2f}" for language, floor in made.floors.items())
    return Check("floors", "ok", chosen or "the defaults")


def check_model(made: Indexer) -> Check:
    """Say whether the model can be loaded, by loading it."""
    if made.encoder is None:
        return Check("model", "ok", "off, as configured")
    try:
        encoder = made.encoder.wait()
    except EmbeddingUnavailable as error:
        return Check("model", "failed", str(error))
    return Check("model", "ok", f"{encoder.name}, vectors of {encoder.dimensions} numbers")
