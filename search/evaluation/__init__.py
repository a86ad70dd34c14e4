"""Relevance on judged queries, through the same ranking that serves customers.

A folder holds `corpus.jsonl` {id, title, text, lang}, `queries.jsonl` {id, text, lang and
sometimes target_lang} and `qrels.tsv` (query, document, grade). A query without a judgment is
one that nothing answers: it is left out of relevance and used to judge the confidence.
"""

import json
import math
import random
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from search.engine import SearchEngine
from search.keyword import KeywordIndex
from search.passages import Document, Section
from search.queries import tidy
from search.ranking import Ranking
from search.results import Mode
from search.semantic import LazyEncoder, VectorIndex, VectorStore, encode_missing

DEPTH = 10
MODES = (Mode.KEYWORD, Mode.SEMANTIC, Mode.HYBRID)
SAMPLE_SEED = 20_261_121

_HEADING = re.compile(r"^(#{2,6})[ \t]+(.+?)[ \t]*#*[ \t]*$", re.MULTILINE)


class JudgmentsInvalid(ValueError):
    """A folder of judged queries cannot be read; the message names file and line."""


@dataclass(frozen=True, slots=True)
class Query:
    """One judged or out-of-scope question."""

    id: str
    text: str
    locale: str
    target_locale: str | None = None


@dataclass(frozen=True, slots=True)
class JudgedSet:
    """Documents, queries, and the grade of each (query, document) that was judged."""

    name: str
    documents: tuple[Document, ...]
    queries: tuple[Query, ...]
    judgments: Mapping[str, Mapping[str, int]]

    @property
    def judged(self) -> tuple[Query, ...]:
        """Queries that something in the corpus answers."""
        return tuple(query for query in self.queries if query.id in self.judgments)

    @property
    def out_of_scope(self) -> tuple[Query, ...]:
        """Queries that nothing in the corpus answers."""
        return tuple(query for query in self.queries if query.id not in self.judgments)


@dataclass(frozen=True, slots=True)
class Scores:
    """Per-query figures of one mode, in the order of the queries."""

    ndcg: tuple[float, ...]
    recall: tuple[float, ...]
    reciprocal_rank: tuple[float, ...]
    hit: tuple[float, ...]

    def means(self) -> dict[str, float]:
        """Return the four averages under the names of the report."""
        return {
            "ndcg@10": _mean(self.ndcg),
            "recall@10": _mean(self.recall),
            "mrr": _mean(self.reciprocal_rank),
            "hit@1": _mean(self.hit),
        }


@dataclass(frozen=True, slots=True)
class Report:
    """All that was measured on one set."""

    name: str
    queries: int
    by_mode: Mapping[Mode, Scores]
    auroc: float | None
    degraded: str | None = None
    confidences: Mapping[str, float] = field(default_factory=dict)

    def as_json(self) -> dict[str, Any]:
        """Return the figures in the order and under the names that `--json` prints."""
        found: dict[str, Any] = {"queries": self.queries}
        found.update((mode.value, self.by_mode[mode].means()) for mode in MODES)
        if self.auroc is not None:
            found["confidence"] = {"auroc": round(self.auroc, 4)}
        if self.degraded:
            found["degraded"] = self.degraded
        return found


def load_set(folder: Path) -> JudgedSet:
    """Read a folder; raises JudgmentsInvalid with the file and line at fault."""
    documents = tuple(_document(item) for item in _lines(folder / "corpus.jsonl", ("id", "text")))
    queries = tuple(
        Query(
            id=str(item["id"]),
            text=str(item["text"]),
            locale=str(item.get("lang") or "en"),
            target_locale=item.get("target_lang") or None,
        )
        for item in _lines(folder / "queries.jsonl", ("id", "text"))
    )
    return JudgedSet(folder.resolve().name, documents, queries, _judgments(folder / "qrels.tsv"))


def sample(queries: Sequence[Query], limit: int | None) -> tuple[Query, ...]:
    """Return `limit` queries drawn with a fixed seed, in their own order; all without a limit."""
    if limit is None or limit >= len(queries):
        return tuple(queries)
    chosen = random.Random(SAMPLE_SEED).sample(range(len(queries)), limit)  # noqa: S311
    return tuple(queries[number] for number in sorted(chosen))


def evaluate(
    judged: JudgedSet,
    *,
    workspace: Path,
    store: VectorStore,
    encoder: LazyEncoder | None,
    limit: int | None = None,
    progress: Callable[[str, int, int], None] = lambda _stage, _done, _total: None,
) -> Report:
    """Index the documents in an empty workspace and measure the three modes."""
    index = KeywordIndex(workspace / "index")
    index.build(judged.documents)
    snapshot = index.snapshot()
    vectors_path = workspace / "vectors.bin"
    if encoder is not None:
        vectors = encode_missing(
            store,
            encoder.wait(),
            snapshot.evidence(),
            progress=lambda done, total: progress("encode", done, total),
        )
        VectorIndex.write(vectors_path, encoder.name, vectors)
    engine = SearchEngine(index, vectors_path, encoder)
    queries = sample(judged.judged, limit)
    outside = sample(judged.out_of_scope, limit)
    rankings: dict[Mode, list[list[str]]] = {mode: [] for mode in MODES}
    sure: dict[str, float] = {}
    degraded: str | None = None
    for done, query in enumerate((*queries, *outside), start=1):
        progress("queries", done, len(queries) + len(outside))
        for mode in MODES if done <= len(queries) else (Mode.HYBRID,):
            ranking = _rank(engine, query, None if mode is Mode.HYBRID else mode)
            ids = [snapshot.entries[number].document_id for number in ranking.order.tolist()]
            if mode is Mode.HYBRID:
                sure[query.id] = ranking.confidence
                degraded = degraded or ranking.degraded
            if done <= len(queries):
                rankings[mode].append(ids)
    grades = [judged.judgments[query.id] for query in queries]
    return Report(
        name=judged.name,
        queries=len(queries),
        by_mode={mode: score(rankings[mode], grades) for mode in MODES},
        auroc=auroc([sure[q.id] for q in queries], [sure[q.id] for q in outside]),
        degraded=degraded,
        confidences=sure,
    )


def score(rankings: Sequence[Sequence[str]], grades: Sequence[Mapping[str, int]]) -> Scores:
    """Score rankings (best first) against the grades of the same queries."""
    pairs = list(zip(rankings, grades, strict=True))
    return Scores(
        ndcg=tuple(ndcg(ranking, grade) for ranking, grade in pairs),
        recall=tuple(recall(ranking, grade) for ranking, grade in pairs),
        reciprocal_rank=tuple(reciprocal_rank(ranking, grade) for ranking, grade in pairs),
        hit=tuple(float(reciprocal_rank(ranking, grade) == 1.0) for ranking, grade in pairs),
    )


def ndcg(ranking: Sequence[str], grades: Mapping[str, int], depth: int = DEPTH) -> float:
    """Return nDCG with linear gains (Järvelin and Kekäläinen, 2002), 0..1."""
    ideal = sorted((grade for grade in grades.values() if grade > 0), reverse=True)[:depth]
    best = _dcg(ideal)
    return _dcg([max(grades.get(name, 0), 0) for name in ranking[:depth]]) / best if best else 0.0


def recall(ranking: Sequence[str], grades: Mapping[str, int], depth: int = DEPTH) -> float:
    """Return the share of relevant documents among the first `depth`."""
    relevant = {name for name, grade in grades.items() if grade > 0}
    return len(relevant.intersection(ranking[:depth])) / len(relevant) if relevant else 0.0


def reciprocal_rank(ranking: Sequence[str], grades: Mapping[str, int]) -> float:
    """Return 1/rank of the first relevant document, 0 if there is none."""
    for rank, name in enumerate(ranking, start=1):
        if grades.get(name, 0) > 0:
            return 1.0 / rank
    return 0.0


def auroc(inside: Sequence[float], outside: Sequence[float]) -> float | None:
    """Return the chance that an answerable query is surer than one that is not; ties count half."""
    if not inside or not outside:
        return None
    values = np.asarray([*inside, *outside])
    ranks = _mid_ranks(values)[: len(inside)]
    above = float(ranks.sum()) - len(inside) * (len(inside) + 1) / 2
    return above / (len(inside) * len(outside))


def _mid_ranks(values: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    _, inverse, counts = np.unique(values, return_inverse=True, return_counts=True)
    ends = np.cumsum(counts)
    middles: npt.NDArray[np.float64] = (ends - (counts - 1) / 2.0)[inverse]
    return middles


def _dcg(gains: Sequence[int]) -> float:
    return sum(gain / math.log2(rank + 1) for rank, gain in enumerate(gains, start=1))


def _mean(values: Sequence[float]) -> float:
    return round(sum(values) / len(values), 4) if values else 0.0


def _rank(engine: SearchEngine, query: Query, mode: Mode | None) -> Ranking:
    snapshot, _ = engine.snapshot()
    return engine.rank(
        snapshot, tidy(query.text), locale=query.locale, only=query.target_locale, mode=mode
    )


def _document(item: Mapping[str, Any]) -> Document:
    return Document(
        id=str(item["id"]),
        locale=str(item.get("lang") or "en"),
        title=str(item.get("title") or ""),
        summary="",
        sections=sections_of(str(item["text"])),
    )


def sections_of(text: str) -> tuple[Section, ...]:
    """Cut a text at its Markdown headings; most corpora have none and are one section."""
    pieces = _HEADING.split(text)
    sections = [Section("", (), pieces[0])]
    path: list[str] = []
    for number in range(1, len(pieces), 3):
        level = len(pieces[number]) - 2
        path = [*path[:level], pieces[number + 1]]
        sections.append(Section(f"section-{number // 3 + 1}", tuple(path), pieces[number + 2]))
    return tuple(section for section in sections if section.text.strip() or section.path)


def _lines(path: Path, required: Sequence[str]) -> Iterator[dict[str, Any]]:
    try:
        with path.open(encoding="utf-8-sig") as file:
            for number, line in enumerate(file, start=1):
                if line.strip():
                    yield _item(path, number, line, required)
    except (OSError, UnicodeDecodeError) as error:
        raise JudgmentsInvalid(f"{path}: {error}") from error


def _item(path: Path, number: int, line: str, required: Sequence[str]) -> dict[str, Any]:
    try:
        item = json.loads(line)
    except ValueError as error:
        raise JudgmentsInvalid(f"{path}:{number}: {error}") from error
    if not isinstance(item, dict) or any(name not in item for name in required):
        raise JudgmentsInvalid(f"{path}:{number}: needs {', '.join(required)}")
    return item


def _judgments(path: Path) -> dict[str, dict[str, int]]:
    found: dict[str, dict[str, int]] = {}
    try:
        lines = path.read_text("utf-8-sig").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise JudgmentsInvalid(f"{path}: {error}") from error
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        cells = line.split("\t")
        try:
            query, document, grade = cells[0], cells[-2], int(float(cells[-1]))
        except (IndexError, ValueError) as error:
            if number == 1:
                continue  # a line of column names
            raise JudgmentsInvalid(f"{path}:{number}: not query, document, grade") from error
        if grade > 0:
            found.setdefault(query, {})[document] = grade
    return found
