"""How quick a search is, stage by stage, beside other engines, in one run.

    python -m tests.benchmarks.search [FOLDER …] [--json] [--sizes 1000 10000 50000] [--model NAME]

Folders hold Markdown articles or judged sets (`corpus.jsonl`, `queries.jsonl`); by default the
demo's articles. Where their text is too short it is repeated with words exchanged. Vectors are
random, since a product takes the same time whatever it multiplies; queries are really encoded,
and each is new. Keyword engines are given the stems that ours has made. The whole request is
answered by the application, from the address to the page, over a database of the same articles.
"""

import argparse
import json
import shutil
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from itertools import count, islice, repeat
from pathlib import Path
from typing import TypeVar
from urllib.parse import quote

import numpy as np
from flask import Flask
from rich.console import Console
from rich.table import Table
from sqlalchemy import insert, update

from search.analysis import language_of
from search.encoders import DEFAULT_MODEL, LazyEncoder, lazy_encoder, unit
from search.engine import SearchEngine
from search.keyword import KeywordIndex
from search.passages import Document
from search.reading.queries import query_terms, stems_of
from search.vectors import VectorIndex
from tests.benchmarks import rivals
from tests.benchmarks.material import DEMO, SEED, Material, enlarge, read

QUERIES = 200
CLIENTS = 8
ROWS_AT_ONCE = 1_000
HOSTILE = {
    "10,000 characters": "comment réinitialiser le mot de passe " * 264,
    "1,000 different words": " ".join(f"word{number}" for number in range(1_000)),
    "control characters": "".join(map(chr, range(1, 32))) * 20 + "reset",
    "right-to-left marks": "\u202ereset\u202c \u200f\u061c" * 40,
    "only stop words": "the of and a to in is it " * 20,
    "wildcards": "* ? r*s?t *:* ~ ^ " * 40,
    "operators": '"" -"" - -- -" "-x -reset ' * 20,
    "quotation marks": '"' * 1_000,
    "misspelt words": "reinitialliser motdepase abonement livrason remboursemant " * 6,
    "emoji": "😀🦄💥" * 200,
    "one letter": "e",
}

Figures = dict[str, dict[str, float]]
Query = tuple[str, str]  # locale and words
Asked = TypeVar("Asked")


def measure(material: Material, passages: int, encoder: LazyEncoder) -> Figures:
    """Return the figures at one size, by name."""
    home = Path(tempfile.mkdtemp(prefix="kb-benchmark-"))
    queries = material.fresh()
    try:
        documents = list(enlarge(material.documents, passages))
        index = KeywordIndex(home / "search")
        built = _seconds(lambda: index.build(documents))
        vectors = _random_vectors(index, home / "search" / "vectors.bin", encoder)
        figures: Figures = {
            "size": {
                "articles": len(documents), "passages": index.snapshot().passage_count,
                "vectors": len(vectors.matrix),
            },
            "build": {"s": built},
        }  # fmt: skip
        app = _site(home, documents, encoder)
        figures |= _ours(app.extensions["kb_search"], queries, documents)
        figures |= _requests(app, queries)
        figures |= _beside(documents, next(home.glob("search/index-*")), queries)
        query, matrix = np.array(vectors.matrix[0]), np.array(vectors.matrix)
        figures["numpy, bare product"] = _percentiles(
            _timed(lambda one: matrix @ one, repeat(query, QUERIES))
        )
    finally:
        shutil.rmtree(home, ignore_errors=True)
    return figures


def _random_vectors(index: KeywordIndex, path: Path, encoder: LazyEncoder) -> VectorIndex:
    chance = np.random.default_rng(SEED)
    marks = list(index.snapshot().evidence())
    width = encoder.get().dimensions
    rows = unit(chance.standard_normal((len(marks), width), dtype=np.float32))
    VectorIndex.write(path, encoder.name, dict(zip(marks, rows, strict=True)))
    return VectorIndex.load(path)


def _site(home: Path, documents: Sequence[Document], encoder: LazyEncoder) -> Flask:
    """Return the application over a database of the same articles, which are all public."""
    from kb.config import Settings
    from kb.factory import create_app
    from kb.schema import ensure
    from search.sync import indexer

    settings = Settings(
        home=home,
        secret_key="for benchmarks only",
        contact_email="help@clairson.example",
        embedding_model=encoder.name,
        indexer="off",
        log_level="ERROR",
    )
    app = create_app(settings)
    ensure(app)
    made = indexer(app)
    made.encoder = made.engine.encoder = encoder
    with app.app_context():
        _fill(documents)
    return app


def _fill(documents: Sequence[Document]) -> None:
    from articles.models import Article, Revision, Translation
    from kb.db import db, utc_now

    now = utc_now()
    for start in range(0, len(documents), ROWS_AT_ONCE):
        part = [(int(each.id), each) for each in documents[start : start + ROWS_AT_ONCE]]
        db.session.execute(insert(Article), [{"id": i, "key": f"a-{i}"} for i, _ in part])
        db.session.execute(
            insert(Translation),
            [
                {"id": i, "article_id": i, "locale": each.locale, "slug": str(i)}
                | {"title": each.title, "published_at": now}
                for i, each in part
            ],
        )
        db.session.execute(
            insert(Revision),
            [
                {"id": i, "translation_id": i, "number": 1, "title": each.title, "body": ""}
                for i, each in part
            ],
        )
    db.session.execute(update(Translation).values(public_revision_id=Translation.id))
    db.session.commit()


def _ours(engine: SearchEngine, queries: Iterator[Query], documents: Sequence[Document]) -> Figures:
    stages: dict[str, list[float]] = defaultdict(list)

    def search(query: Query) -> None:
        for stage, milliseconds in engine.search(query[1], locale=query[0]).timings.items():
            stages[stage].append(milliseconds)

    for query in islice(queries, 5):
        search(query)  # the first ones load the index
    stages.clear()
    asked = list(islice(queries, QUERIES))
    alone = _timed(search, asked)
    figures = {f"search: {stage}": _percentiles(times) for stage, times in stages.items()}
    figures["search: whole"] = _percentiles(alone)
    figures["search: again"] = _percentiles(_timed(search, asked))
    figures["searches a second"] = _rates(alone, search, queries)
    titles = [(each.locale, each.title[:length]) for each in documents for length in (3, 7, 12)]
    for locale in {each.locale for each in documents}:
        engine.suggest("x", locale=locale)  # the first ones lay the titles out
    typed = titles[:: max(len(titles) // QUERIES, 1)]
    suggesting = _timed(lambda one: engine.suggest(one[1], locale=one[0]), typed)
    figures["suggestions"] = _percentiles(suggesting)
    for name, text in HOSTILE.items():
        (spent,) = _timed(lambda one: engine.search(one, locale="fr"), [text])
        figures[f"hostile: {name}"] = {"ms": round(spent, 1)}
    return figures


def _requests(app: Flask, queries: Iterator[Query]) -> Figures:
    """Measure whole requests, what is left of them beside the search, and what follows them.

    A request is whole when its page is; the search is recorded behind it, which counts in the rates.
    """
    inside: list[float] = []
    pages: list[float] = []
    engine: SearchEngine = app.extensions["kb_search"]
    search = engine.search

    def noted(*arguments: object, **options: object) -> object:
        begun = time.perf_counter()
        try:
            return search(*arguments, **options)  # type: ignore[arg-type]
        finally:
            inside.append((time.perf_counter() - begun) * 1000.0)

    visitors = count()

    def ask(query: Query) -> None:
        # Each from another address: a visit of hundreds of searches is none that a site sees.
        one = next(visitors)
        visitor = {"REMOTE_ADDR": f"10.0.{one // 256}.{one % 256}", "HTTP_USER_AGENT": "Firefox"}
        client = app.test_client(use_cookies=False)
        address = f"/{query[0]}/search?q={quote(query[1])}"
        begun = time.perf_counter()
        answer = client.get(address, environ_base=visitor)
        assert answer.data, answer.status
        pages.append((time.perf_counter() - begun) * 1000.0)
        assert answer.status_code == 200, answer.status
        answer.close()

    for query in islice(queries, 5):
        ask(query)
    engine.search = noted  # type: ignore[method-assign, assignment]
    try:
        pages.clear()
        alone = _timed(ask, list(islice(queries, QUERIES)))
        requests = list(pages)
    finally:
        engine.search = search  # type: ignore[method-assign]
    rendering = [whole - part for whole, part in zip(requests, inside, strict=True)]
    behind = [whole - part for whole, part in zip(alone, requests, strict=True)]
    return {
        "request: render": _percentiles(rendering),
        "request: whole": _percentiles(requests),
        "request: recorded behind it": _percentiles(behind),
        "requests a second": _rates(alone, ask, queries),
    }


def _beside(documents: Sequence[Document], folder: Path, queries: Iterator[Query]) -> Figures:
    """Measure the best ten of the same passages by any of a query's stems, in other engines."""
    texts = rivals.passages(documents)
    languages = [(language_of(locale), words) for locale, words in islice(queries, QUERIES)]
    wanted = [(language, stems_of(query_terms(words, language))) for language, words in languages]
    figures: Figures = {}
    engines: dict[str, Callable[[], rivals.Search]] = {
        "Whoosh": lambda: rivals.whoosh(folder),
        "SQLite FTS5": lambda: rivals.fts5(texts),
        "tantivy": lambda: rivals.tantivy(texts),
        "bm25s": lambda: rivals.bm25s(texts),
    }
    for name, build in engines.items():
        begun = time.perf_counter()
        search = build()
        figures[f"{name}: build"] = {"s": round(time.perf_counter() - begun, 2)}
        search(*wanted[0])
        figures[f"{name}: keywords"] = _percentiles(_timed(_spread(search), wanted))
    return figures


def _seconds(action: Callable[[], object]) -> float:
    begun = time.perf_counter()
    action()
    return round(time.perf_counter() - begun, 2)


def _spread(search: rivals.Search) -> Callable[[tuple[str, Sequence[str]]], object]:
    return lambda wanted: search(*wanted)


def _timed(action: Callable[[Asked], object], over: Iterable[Asked]) -> list[float]:
    """Return the milliseconds of each turn."""
    times = []
    for each in over:
        begun = time.perf_counter()
        action(each)
        times.append((time.perf_counter() - begun) * 1000.0)
    return times


def _rates(
    alone: Sequence[float],
    ask: Callable[[Query], None],
    queries: Iterator[Query],
) -> dict[str, float]:
    """Return how many a second, one after the other and by several threads of this process."""
    asked = list(islice(queries, QUERIES))
    begun = time.perf_counter()
    with ThreadPoolExecutor(CLIENTS) as clients:
        list(clients.map(ask, asked))
    together = QUERIES / (time.perf_counter() - begun)
    one = 1000.0 * len(alone) / sum(alone)
    return {"1 client": round(one, 1), f"{CLIENTS} clients": round(together, 1)}


def _percentiles(times: Sequence[float]) -> dict[str, float]:
    p50, p95 = np.percentile(times, [50, 95])
    return {"p50 ms": round(float(p50), 2), "p95 ms": round(float(p95), 2)}


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("folders", nargs="*", type=Path, default=[DEMO])
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--sizes", nargs="+", type=int, default=[1_000, 10_000])
    parser.add_argument("--model", default=DEFAULT_MODEL, help="`hashing` needs no model")
    options = parser.parse_args()
    material = read(options.folders)
    encoder = lazy_encoder(options.model)
    encoder.wait()
    figures = {str(size): measure(material, size, encoder) for size in options.sizes}
    if options.json:
        sys.stdout.write(json.dumps(figures, indent=2) + "\n")
        return
    for size, found in figures.items():
        table = Table("stage", "", title=f"{size} passages")
        for name, values in found.items():
            table.add_row(name, " · ".join(f"{value:g} {unit}" for unit, value in values.items()))
        Console().print(table)


if __name__ == "__main__":
    main()
