"""Ask every query of a set, as customers would, and note what came."""

import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from urllib.parse import urlsplit

from search.analysis import language_of
from search.encoders import LazyEncoder
from search.engine import SearchEngine
from search.evaluation.judgments import JudgedSet, JudgmentsInvalid, Query
from search.evaluation.metrics import Scores, score
from search.evaluation.remembering import RememberingEncoder
from search.hits import has_answer, is_sure
from search.keyword import IndexDamaged, IndexMissing, KeywordIndex
from search.ranking import Ranking
from search.reading.queries import tidy
from search.results import Mode
from search.snapshot import Snapshot
from search.vectors import VectorIndex, VectorStore, encode_missing

MODES = (Mode.KEYWORD, Mode.SEMANTIC, Mode.HYBRID)
SHOWN = 3  # articles remembered of each list, to say what came instead
PAIRS_SHOWN = 5  # expected articles remembered of each query

Progress = Callable[[str, int, int], None]
Grades = Mapping[str, int]


def no_progress(_stage: str, _done: int, _total: int) -> None:
    """Show nothing."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where an article came for one query, and why."""

    document_id: str
    title: str
    grade: int  # 0 where it was not judged relevant
    ranks: Mapping[Mode, int]  # from 1; no entry where that list does not show it
    score: float
    keyword_score: float
    semantic_score: float


@dataclass(frozen=True, slots=True)
class Asked:
    """One query and what the list of all retrievers said about it."""

    query: Query
    is_judged: bool  # something answers it, whether it came or not
    confidence: float
    is_weak: bool
    is_quoted: bool  # whether a passage of the first article was shown as the answer
    is_right: bool  # whether the first article was judged relevant
    expected: tuple[Place, ...] = ()
    shown: tuple[Place, ...] = ()
    is_offered: bool = False  # whether the first article would be suggested beside the request form


@dataclass(frozen=True, slots=True)
class Run:
    """All that came of one list of queries; `asked` and the scores keep its order."""

    by_mode: Mapping[Mode, Scores]
    asked: tuple[Asked, ...]
    degraded: str | None = None


@dataclass(frozen=True, slots=True)
class Bench:
    """An engine with the judgments of what it holds."""

    engine: SearchEngine
    snapshot: Snapshot
    judged: JudgedSet

    @property
    def modes(self) -> tuple[Mode, ...]:
        """What can be measured: keywords alone where there is no model."""
        return MODES if self.engine.encoder else (Mode.KEYWORD,)

    @property
    def customers_mode(self) -> Mode:
        """What customers get."""
        return self.modes[-1]


@contextmanager
def bench(
    judged: JudgedSet,
    *,
    store: VectorStore,
    encoder: LazyEncoder | None,
    site: SearchEngine | None = None,
    progress: Progress = no_progress,
) -> Iterator[Bench]:
    """Index the documents of a set in a folder of its own; without documents take the site's.

    Raises EmbeddingUnavailable where vectors are missing and the model cannot make them.
    """
    if judged.documents is None:
        yield _site_bench(judged, site)
        return
    with tempfile.TemporaryDirectory(prefix="kb-evaluate-") as name:
        workspace = Path(name)
        index = KeywordIndex(workspace / "index")
        count = len(judged.documents)
        progress("index", 0, count)
        index.build(judged.documents)
        progress("index", count, count)
        vectors_path = workspace / "vectors.bin"
        lazy = RememberingEncoder.over(encoder, store) if encoder else None
        if lazy is not None:
            vectors = encode_missing(
                store,
                lazy.wait(),
                index.snapshot().evidence(),
                progress=lambda done, total: progress("encode", done, total),
            )
            VectorIndex.write(vectors_path, lazy.name, vectors)
            del vectors  # the file is mapped: a large set need not be held twice
        engine = SearchEngine(index, vectors_path, lazy)
        yield Bench(engine, engine.snapshot()[0], judged)


def _site_bench(judged: JudgedSet, site: SearchEngine | None) -> Bench:
    if site is None:
        raise JudgmentsInvalid(f"{judged.name}: no corpus.jsonl")
    try:
        snapshot, _ = site.snapshot()
    except (IndexMissing, IndexDamaged) as error:
        raise JudgmentsInvalid(
            f"{judged.name}: no corpus.jsonl, and no index of the site that can be read: "
            "run `kb reindex` first, with the same KB_HOME"
        ) from error
    named = {entry.address: entry.document_id for entry in snapshot.entries if entry.address}
    judgments: dict[str, dict[str, int]] = {}
    for query, grades in judged.judgments.items():
        for name, grade in grades.items():
            known = name if name in snapshot.by_id else named.get(_path(name))
            if known not in snapshot.by_id:
                raise JudgmentsInvalid(
                    f"{judged.name}: query {query} expects {name}, which is not published"
                )
            judgments.setdefault(query, {})[known] = grade
    return Bench(site, snapshot, replace(judged, judgments=judgments))


def _path(address: str) -> str:
    """Return the path of an address as it is copied from a browser."""
    return urlsplit(address.strip()).path.rstrip("/")


def run(
    made: Bench,
    queries: Sequence[Query],
    *,
    modes: Sequence[Mode] | None = None,
    stage: str = "queries",
    progress: Progress = no_progress,
) -> Run:
    """Ask the queries in every mode, or in some; without a judgment only as customers do."""
    modes = made.modes if modes is None else modes
    asked: list[Asked] = []
    lists: dict[Mode, list[list[str]]] = {mode: [] for mode in modes}
    judged: list[Grades] = []
    degraded: str | None = None
    for done, query in enumerate(queries, start=1):
        grades = made.judged.judgments.get(query.id, {})
        wanted = modes if grades else (made.customers_mode,)
        rankings = {mode: _rank(made, query, mode) for mode in wanted}
        degraded = degraded or rankings[made.customers_mode].degraded
        asked.append(_asked(made, query, grades, rankings))
        if grades:
            judged.append(grades)
            for mode, ranking in rankings.items():
                lists[mode].append(_ids(made.snapshot, ranking))
        progress(stage, done, len(queries))
    by_mode = {mode: score(found, judged) for mode, found in lists.items()}
    return Run(by_mode, tuple(asked), degraded)


def _rank(made: Bench, query: Query, mode: Mode) -> Ranking:
    return made.engine.rank(
        made.snapshot,
        tidy(query.text),
        locale=query.locale,
        only=query.target_locale,
        mode=None if mode is made.customers_mode else mode,
    )


def _ids(snapshot: Snapshot, ranking: Ranking) -> list[str]:
    return [snapshot.entries[number].document_id for number in ranking.order.tolist()]


def _asked(made: Bench, query: Query, grades: Grades, rankings: Mapping[Mode, Ranking]) -> Asked:
    ranking = rankings[made.customers_mode]
    order = ranking.order.tolist()
    weak = made.engine.is_weak(ranking.confidence, language_of(query.locale), ranking.mode)
    sure = bool(order) and is_sure(ranking, is_weak=weak)
    ranks = {
        mode: {number: rank for rank, number in enumerate(each.order.tolist(), start=1)}
        for mode, each in rankings.items()
    }

    def place(number: int) -> Place:
        entry = made.snapshot.entries[number]
        return Place(
            document_id=entry.document_id,
            title=entry.title,
            grade=grades.get(entry.document_id, 0),
            ranks={mode: found[number] for mode, found in ranks.items() if number in found},
            score=float(ranking.scores[number]),
            keyword_score=float(ranking.keyword[number]),
            semantic_score=float(ranking.semantic[number]),
        )

    expected = sorted(grades, key=lambda name: -grades[name])
    known = [made.snapshot.by_id[name] for name in expected if name in made.snapshot.by_id]
    shown = tuple(place(number) for number in order[:SHOWN])
    return Asked(
        query=query,
        is_judged=bool(grades),
        confidence=ranking.confidence,
        is_weak=weak,
        is_quoted=sure and has_answer(ranking, order),
        is_right=bool(shown) and shown[0].grade > 0,
        expected=tuple(place(number) for number in known[:PAIRS_SHOWN]),
        shown=shown,
        is_offered=sure,
    )
