"""Which questions of which articles are found, on the index as it is or as an import would make it."""

from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from articles.checks.findings import Severity
from articles.checks.located import Located, name_of
from articles.models import Audience
from articles.queries import published
from kb.db import db
from search.checking.importing import coming_from
from search.documents import documents, published_stamps
from search.encoders import EmbeddingUnavailable, Encoder
from search.engine import SearchEngine
from search.findability import Findability, FindabilityCheck, Found
from search.keyword import IndexMissing
from search.overlays import OverlaidEngine, VectorMemory
from search.passages import Document
from search.progress import Report
from search.snapshot import Snapshot
from search.sync import Indexer
from search.vectors import VectorStore, encode_missing

PlaceOf = Callable[[str, str], tuple[str, int]]
"""Given the id of a document and a question, returns file and line."""


@dataclass(frozen=True, slots=True)
class Tried:
    """One question of one article."""

    file: str
    line: int
    found: Found


@dataclass(frozen=True, slots=True)
class Answers:
    """All questions that were tried; `degraded` says why meaning took no part."""

    tried: tuple[Tried, ...]
    degraded: str | None = None

    @property
    def found(self) -> int:
        """How many of the questions find their article."""
        return sum(each.found.is_found for each in self.tried)

    @property
    def hanging(self) -> int:
        """How many do so only because they are in its list."""
        return sum(each.found.hangs_on_list for each in self.tried)

    @property
    def share(self) -> float:
        """The share that is found; 1 where nothing is asked."""
        return self.found / len(self.tried) if self.tried else 1.0


class Trial:
    """The engine of a site with what is to be tried laid over it."""

    def __init__(self, made: Indexer, store: VectorStore, progress: Report) -> None:
        """Take the index as it is; `store` keeps the vectors that are made."""
        self._made = made
        self._store = store
        self._progress = progress
        self._memory = VectorMemory(store)
        try:
            self.snapshot = made.index.snapshot()
        except IndexMissing:
            self.snapshot = Snapshot([], generation="none")

    def of_site(self) -> Answers:
        """Try the questions of everything that is published."""
        stamps = published_stamps()
        own = list(documents(list(stamps), stamps))
        names = {
            str(each.id): name_of(each)
            for each in db.session.scalars(published(reader=Audience.STAFF))
        }
        engine = self._laid_over(own, [key for key in self.snapshot.by_id if key not in stamps])
        return self._try(engine, own, lambda key, _question: (names[key], 0))

    def of_folder(
        self,
        folder: Path,
        place_of: PlaceOf,
        *,
        only: Collection[str] | None = None,
        source: str = "",
    ) -> Answers:
        """Try the questions of a folder's articles, or of some of its files, as if imported."""
        coming = coming_from(folder, self.snapshot, source=source)
        db.session.rollback()
        engine = self._laid_over(coming.documents, coming.removed)
        own = [each for each in coming.own if only is None or coming.files[each.id] in only]
        return self._try(engine, own, lambda key, asked: place_of(coming.files[key], asked))

    def _laid_over(self, drafts: Sequence[Document], removed: Iterable[str]) -> OverlaidEngine:
        engine = OverlaidEngine(
            self._made.engine, drafts, memory=self._memory, removed=set(removed), over=self.snapshot
        )
        encoder = self._encoder()
        if encoder is not None:
            texts = engine.snapshot()[0].evidence()
            encode_missing(
                self._store,
                encoder,
                texts,
                progress=lambda done, total: self._progress("encode", done, total),
            )
        return engine

    def _encoder(self) -> Encoder | None:
        try:
            return self._made.encoder.wait() if self._made.encoder else None
        except EmbeddingUnavailable:
            return None  # every answer says so

    def _try(self, engine: SearchEngine, own: Sequence[Document], place_of: PlaceOf) -> Answers:
        check = FindabilityCheck(engine, self._memory)
        tried: list[Tried] = []
        degraded: str | None = None
        for number, each in enumerate(own, 1):
            found: Findability = check.of(each)
            degraded = degraded or found.degraded
            tried += [Tried(*place_of(each.id, one.question), one) for one in found.questions]
            self._progress("questions", number, len(own))
        return Answers(tuple(sorted(tried, key=lambda it: (it.file, it.line))), degraded)


def as_located(tried: Tried) -> Located | None:
    """Return a question that a reader asks in vain as a finding; None where all is well."""
    found = tried.found
    if found.is_found and not found.hangs_on_list:
        return None
    if found.is_found:
        return Located(
            tried.file,
            tried.line,
            Severity.HINT,
            "question-in-other-words",
            f"“{found.question}” finds this article only because it is in the list.",
            "In other words it is not found: say it in the text.",
        )
    first = f"; first stands “{found.before[0].title}”" if found.before else ""
    how = "is found, but called unsure" if found.rank is not None else "does not find this article"
    return Located(
        tried.file,
        tried.line,
        Severity.WARNING,
        "question-not-found",
        f"“{found.question}” {how}{first}.",
        "Answer it in the text, in the words of those who ask.",
    )
