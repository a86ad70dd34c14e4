"""Learn phrasings from votes: what visitors asked before they voted an article helpful.

Search does not know who keeps the votes: `register` takes a source of them, which feedback gives.
Learning is done anew each time from the votes there are, so that it fades with them, and never
touches what a writer has decided. One process of a machine does it, at intervals.
"""

import fcntl
import logging
import threading
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from flask import Flask
from sqlalchemy import select
from sqlalchemy.exc import SQLAlchemyError

from articles.models import Translation
from articles.queries import freshness
from kb.db import db, utc_now
from kb.health import Check
from kb.health import register as register_check
from search.analysis import language_of
from search.encoders import EmbeddingUnavailable, Encoder, LazyEncoder
from search.engine import SearchEngine
from search.keyword import IndexDamaged, IndexMissing
from search.models import PhrasingRow
from search.reading.queries import tidy
from search.snapshot import Snapshot
from search.taught import vocabulary
from search.taught.phrasings import (
    FADED_VISITORS,
    MIN_VISITORS,
    Phrasings,
    is_acceptable,
    stems_of_phrasing,
    trust,
    weight_at_age,
)
from search.taught.vocabulary import commit_vocabulary, encode_phrasings, project

LEARN_EVERY = timedelta(minutes=10)
RETRY_SECONDS = 5.0
FOLLOW_SECONDS = 1.0  # how soon a change made on another machine acts here

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class VotedQuery:
    """What a visitor said of an article after a question; one a visitor, question and article."""

    translation_id: int
    query: str
    visitor: str
    helpful: bool
    voted_at: datetime
    simulated: bool = False


Source = Callable[[], Iterable[VotedQuery]]


@dataclass(frozen=True, slots=True)
class Learnt:
    """A phrasing as the votes carry it now."""

    translation_id: int
    key: str
    text: str
    helpful: int
    votes: int
    trust: float
    voted_at: datetime
    simulated: bool


@dataclass(frozen=True, slots=True)
class Learning:
    """What learning changed."""

    added: int
    faded: int
    total: int


def register(app: Flask, source: Source) -> None:
    """Name where votes come from."""
    app.extensions["kb_voted_queries"] = source


def gather(votes: Iterable[VotedQuery], languages: dict[int, str], now: datetime) -> list[Learnt]:
    """Return what two or more visitors agree on, as far as it has not faded.

    `languages` holds those of the articles. Wordings that ask for the same stems are one question,
    and a visitor counts once for it: by the last vote.
    """
    asked: dict[tuple[int, str], dict[str, VotedQuery]] = defaultdict(dict)
    for vote in votes:
        language = languages.get(vote.translation_id)
        if language is None or not is_acceptable(vote.query):
            continue
        key = " ".join(sorted(stems_of_phrasing(vote.query, language)))
        known = asked[vote.translation_id, key].get(vote.visitor)
        if key and (known is None or known.voted_at < vote.voted_at):
            asked[vote.translation_id, key][vote.visitor] = vote
    found = (_learnt(group, list(said.values()), now) for group, said in asked.items())
    return [each for each in found if each is not None]


def _learnt(group: tuple[int, str], said: Sequence[VotedQuery], now: datetime) -> Learnt | None:
    for_it = [vote for vote in said if vote.helpful]
    if len(for_it) < MIN_VISITORS:
        return None
    helpful = _weight(for_it, now)
    if helpful < FADED_VISITORS:
        return None
    wordings = Counter(vote.query for vote in for_it)
    return Learnt(
        *group,
        text=min(wordings, key=lambda text: (-wordings[text], len(text), text)),
        helpful=len(for_it),
        votes=len(said),
        trust=trust(helpful, _weight(said, now)),
        voted_at=max(vote.voted_at for vote in said),
        simulated=all(vote.simulated for vote in for_it),
    )


def _weight(votes: Iterable[VotedQuery], now: datetime) -> float:
    return sum(weight_at_age((now - vote.voted_at) / timedelta(days=1)) for vote in votes)


class Checker:
    """Asks the texts alone, without any phrasing, which article they put first.

    Remembers what it was told until the index or its vectors change.
    """

    def __init__(self, engine: SearchEngine) -> None:
        """Bind to an engine; nothing is asked yet."""
        self._engine = engine
        self._snapshot: Snapshot | None = None
        self._seen: object = None
        self._known: dict[tuple[int, str], bool] = {}

    def look(self) -> None:
        """Take the newest index; without one, or with half of the evidence, nothing is decided."""
        engine = self._engine
        try:
            snapshot, _ = engine.snapshot()
            if engine.encoder is not None:
                engine.encoder.get()
            state: object = engine.alignment(snapshot) if engine.encoder else snapshot
        except (IndexMissing, IndexDamaged, EmbeddingUnavailable):
            self._snapshot = None
            return
        self._snapshot = snapshot
        if state is not self._seen:
            self._seen, self._known = state, {}

    def is_first(self, each: Learnt) -> bool | None:
        """Tell whether the article comes first of its language; None where that is not known."""
        snapshot, key = self._snapshot, (each.translation_id, each.text)
        number = snapshot.by_id.get(str(each.translation_id)) if snapshot else None
        if snapshot is None or number is None:
            return None
        if key not in self._known:
            language = snapshot.entries[number].language
            ranking = self._engine.rank(
                snapshot, tidy(each.text), locale=language, only=language, phrasings=Phrasings()
            )
            if ranking.degraded:
                return None
            self._known[key] = ranking.order[:1].tolist() == [number]
        return self._known[key]


def learn(app: Flask, *, now: datetime | None = None) -> Learning:
    """Bring the phrasings to the votes, and have them act; needs an application context.

    Nothing is committed where nothing has changed.
    """
    source: Source | None = app.extensions.get("kb_voted_queries")
    db.session.rollback()
    votes = list(source()) if source else []
    ids = {vote.translation_id for vote in votes}
    found = gather(votes, _languages(ids), now or utc_now())
    rows = {(row.translation_id, row.key): row for row in db.session.scalars(select(PhrasingRow))}
    checker = _checker(app)
    wanted = {(each.translation_id, each.key): each for each in found}
    for key, each in wanted.items():
        _keep(rows.get(key), each, checker.is_first(each))
    faded = [row for key, row in rows.items() if key not in wanted and row.decision is None]
    for row in faded:
        db.session.delete(row)
    changed = bool(db.session.new or db.session.dirty or db.session.deleted)
    if changed:
        commit_vocabulary()
    return Learning(len(wanted.keys() - rows.keys()), len(faded), len(wanted))


def _checker(app: Flask) -> Checker:
    """Return the application's own, ready to be asked."""
    engine: SearchEngine = app.extensions["kb_search"]
    found: Checker = app.extensions.setdefault("kb_phrasing_checker", Checker(engine))
    found.look()
    return found


def _keep(row: PhrasingRow | None, each: Learnt, is_first: bool | None) -> None:
    """Write what has changed and nothing else, so that nothing dirty means nothing new."""
    if row is None:
        row = PhrasingRow(translation_id=each.translation_id, key=each.key)
        db.session.add(row)
    values: dict[str, object] = {
        "text": each.text,
        "helpful": each.helpful,
        "votes": each.votes,
        "trust": round(each.trust, 2),  # else the age of votes would change it by the minute
        "voted_at": each.voted_at,
        "simulated": each.simulated,
    }
    if is_first is not None:
        values["is_first"] = is_first
    for name, value in values.items():
        if getattr(row, name) != value:
            setattr(row, name, value)


def _languages(ids: Iterable[int]) -> dict[int, str]:
    rows = db.session.execute(
        select(Translation.id, Translation.locale).where(Translation.id.in_(list(ids)))
    )
    return {row.id: language_of(row.locale) for row in rows}


class Learner:
    """Follows the database in a daemon thread, and learns at intervals; one a machine at a time."""

    def __init__(self, app: Flask) -> None:
        """Bind the parts; nothing is started."""
        self._app = app
        self._stopping = threading.Event()
        self._thread: threading.Thread | None = None
        self._seen: object = None
        self._learnt_at: datetime | None = None
        self._had_encoder = False

    def start(self) -> None:
        """Begin to follow."""
        if self._thread is None:
            self._thread = threading.Thread(target=self._run, name="learner", daemon=True)
            self._thread.start()

    def stop(self) -> None:
        """Ask the thread to end, and wait for it."""
        self._stopping.set()
        if self._thread is not None:
            self._thread.join()

    def _run(self) -> None:
        path: Path = self._app.extensions["kb_indexer"].home / "learner.lock"
        while not self._stopping.is_set():
            with _leadership(path) as leads:
                while leads and not self._stopping.wait(FOLLOW_SECONDS):
                    self._try()
            self._stopping.wait(FOLLOW_SECONDS)

    def _try(self) -> None:
        try:
            with self._app.app_context():
                self.step()
        except (SQLAlchemyError, OSError) as error:
            log.warning("learning is put off: %s", error)
            self._stopping.wait(RETRY_SECONDS)
        except Exception:  # the thread must outlive one bad vote
            log.exception("learning failed and will be tried again")
            self._stopping.wait(LEARN_EVERY.total_seconds())

    def step(self) -> None:
        """Do what is due: learn, encode, or write what another machine has changed."""
        encoder = _ready(self._app)
        now = utc_now()
        is_due = self._learnt_at is None or now - self._learnt_at >= LEARN_EVERY
        if is_due or (encoder is not None and not self._had_encoder):
            learn(self._app, now=now)
            self._learnt_at = now
            self._had_encoder = encoder is not None
        state = freshness()
        if state != self._seen or is_due:
            if encoder is not None:
                store = self._app.extensions["kb_indexer"].store
                encode_phrasings(encoder, store, interrupted=self._stopping.is_set)
            project(self._app)
            self._seen = state


def _ready(app: Flask) -> Encoder | None:
    lazy: LazyEncoder | None = app.extensions["kb_indexer"].encoder
    try:
        return lazy.get() if lazy else None
    except EmbeddingUnavailable:
        return None


@contextmanager
def _leadership(path: Path) -> Iterator[bool]:
    """Try for the lock that one process of a machine has; the system frees it when that dies."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w") as file:
        try:
            fcntl.flock(file.fileno(), fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            yield False
        else:
            yield True


def check(app: Flask) -> Check:
    """Say whether the files of what search was taught are there and can be read."""
    engine: SearchEngine = app.extensions["kb_search"]
    if why := vocabulary.trouble(engine):
        return Check("vocabulary", "degraded", f"{why}: `kb reindex`")
    return Check("vocabulary", "ok")


def init_app(app: Flask) -> None:
    """Report the state of what search was taught."""
    register_check(app, lambda: check(app))


def start(app: Flask) -> None:
    """Learn in the background of a serving process, unless indexing was left to commands."""
    if app.extensions["kb_settings"].indexer == "thread":
        app.extensions["kb_learner"] = made = Learner(app)
        made.start()
