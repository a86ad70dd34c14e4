"""At which rank would a draft be found by the questions that it answers, if it were public?

Each question is asked twice: of the index with the draft as it stands, and of the same without
its list of questions. The second tells how readers fare who put the question in other words: a
question that is found only because it is written in the list is found by nobody else.
"""

from collections import OrderedDict
from collections.abc import Hashable
from dataclasses import dataclass, replace
from enum import StrEnum
from threading import Lock

from search.encoders import EmbeddingUnavailable
from search.engine import SearchEngine
from search.keyword import IndexDamaged, IndexMissing
from search.overlays import OverlaidEngine, VectorMemory
from search.passages import Document, audiences_of_reader
from search.results import Results
from search.snapshot import Snapshot

FIRST_PAGE = 10  # results; what stands further down is found by nobody
NEAR = 3  # the results that a phone shows without scrolling
MAX_QUESTIONS = 40  # of one article, in a panel that a writer waits for
REMEMBERED_DRAFTS = 64


class Standing(StrEnum):
    """How well a question finds the draft, in one word."""

    FIRST = "first"
    NEAR = "near"
    FAR = "far"
    LOST = "lost"


@dataclass(frozen=True, slots=True)
class Before:
    """An article that stands before the draft, or first where the draft is not found."""

    document_id: str
    title: str
    locale: str


@dataclass(frozen=True, slots=True)
class Found:
    """One question and where the draft stands for it.

    `rank` counts from 1 and is None beyond the first page; `alone` is the rank without the list
    of questions. `is_weak`: the page of results begins by saying that it found nothing sure.
    """

    question: str
    rank: int | None
    alone: int | None
    is_weak: bool
    before: tuple[Before, ...] = ()

    @property
    def standing(self) -> Standing:
        """Lost where nobody would see the draft, or would be told that nothing was found."""
        if self.rank is None or self.is_weak:
            return Standing.LOST
        if self.rank == 1:
            return Standing.FIRST
        return Standing.NEAR if self.rank <= NEAR else Standing.FAR

    @property
    def is_found(self) -> bool:
        """Whether a reader who asks just this sees the draft."""
        return self.standing is not Standing.LOST

    @property
    def hangs_on_list(self) -> bool:
        """Whether only the list of questions brings the draft to the first page."""
        return self.is_found and self.alone is None


@dataclass(frozen=True, slots=True)
class Findability:
    """Every question of a draft; `read` of `passages` took part by meaning so far.

    `degraded` says why meaning takes no part, `untried` how many questions were too many.
    """

    questions: tuple[Found, ...]
    read: int = 0
    passages: int = 0
    degraded: str | None = None
    untried: int = 0

    @property
    def found(self) -> int:
        """The number of questions that find the draft."""
        return sum(each.is_found for each in self.questions)

    @property
    def hanging(self) -> int:
        """The number of questions that only find the draft because they are in its list."""
        return sum(each.hangs_on_list for each in self.questions)

    @property
    def is_provisional(self) -> bool:
        """Whether parts of the draft have still to be read."""
        return self.read < self.passages


class FindabilityCheck:
    """Tries drafts on one engine; any number of threads may ask."""

    def __init__(self, engine: SearchEngine, memory: VectorMemory) -> None:
        """Bind the parts; nothing is read yet."""
        self._engine = engine
        self._memory = memory
        self._lock = Lock()
        self._known: OrderedDict[Hashable, Findability] = OrderedDict()

    def of(self, draft: Document, *, at_most: int | None = None) -> Findability:
        """Return where each question of a draft finds it; never raises for any draft.

        `at_most` bounds the texts that are encoded now, at 30 to 150 ms each; asked again, it
        goes on from there. A question takes some 20 ms once all is encoded.
        """
        try:
            snapshot, trouble = self._engine.snapshot()
        except IndexMissing:
            snapshot, trouble = Snapshot([], generation="none"), None
        except IndexDamaged as error:
            return Findability((), degraded=f"{type(error).__name__}: {error}")
        key = self._engine.state(snapshot, trouble), draft
        with self._lock:
            if key in self._known:
                self._known.move_to_end(key)
                return self._known[key]
        found = self._measured(draft, snapshot, at_most)
        if trouble and not found.degraded:
            found = replace(found, degraded=trouble)
        if not (found.is_provisional or found.degraded):
            self._keep(key, found)
        return found

    def _measured(self, draft: Document, snapshot: Snapshot, at_most: int | None) -> Findability:
        whole = OverlaidEngine(self._engine, [draft], memory=self._memory, over=snapshot)
        try:
            left = whole.encode(at_most=at_most)
            read, passages, degraded = left.total - len(left.texts), left.total, None
        except EmbeddingUnavailable as error:
            read = passages = 0
            degraded = str(error) if self._engine.encoder is not None else None
        unlisted = replace(draft, questions=())
        alone = OverlaidEngine(self._engine, [unlisted], memory=self._memory, over=snapshot)
        asked = list(dict.fromkeys(filter(None, map(str.strip, draft.questions))))
        answers = [
            (
                each,
                _first_page(whole, each, draft),
                _first_page(alone, each, draft),
            )
            for each in asked[:MAX_QUESTIONS]
        ]
        return Findability(
            tuple(_found(draft.id, *each) for each in answers),
            read,
            passages,
            degraded or next((each.degraded for _, each, _ in answers if each.degraded), None),
            max(len(asked) - MAX_QUESTIONS, 0),
        )

    def _keep(self, key: Hashable, found: Findability) -> None:
        with self._lock:
            self._known[key] = found
            while len(self._known) > REMEMBERED_DRAFTS:
                self._known.popitem(last=False)


def _first_page(engine: SearchEngine, question: str, draft: Document) -> Results:
    """Return what those would find for whom the draft is."""
    audiences = audiences_of_reader(draft.audience)
    return engine.search(question, locale=draft.locale, limit=FIRST_PAGE, audiences=audiences)


def _found(document_id: str, question: str, whole: Results, alone: Results) -> Found:
    """Return where a document stands for a question, from the page of results it is looked for on."""
    rank = _rank(document_id, whole)
    above = whole.hits[: rank - 1] if rank is not None else whole.hits[:1]
    return Found(
        question,
        rank,
        _rank(document_id, alone),
        whole.weak,
        tuple(Before(each.document_id, each.title, each.locale) for each in above),
    )


def _rank(document_id: str, results: Results) -> int | None:
    return next(
        (at for at, hit in enumerate(results.hits, 1) if hit.document_id == document_id), None
    )
