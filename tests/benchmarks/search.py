"""How quick a search is, stage by stage, beside SQLite FTS5 and numpy's bare product, in one run.

    python -m tests.benchmarks.search [FOLDER …] [--json] [--sizes 1000 10000] [--model NAME]

Folders hold Markdown articles or judged sets (`corpus.jsonl`, `queries.jsonl`); by default the
demo's articles. Where their text is too short it is repeated with words exchanged. Vectors are
random, since a product takes the same time whatever it multiplies; queries are really encoded.
"""

import argparse
import json
import random
import re
import shutil
import sqlite3
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import dataclass, replace
from itertools import cycle
from pathlib import Path

import numpy as np
from rich.console import Console
from rich.table import Table

from search.analysis import analyzer, language_of
from search.engine import SearchEngine
from search.evaluation import load_set, sections_of
from search.keyword import KeywordIndex
from search.passages import Document, Section, cut
from search.semantic import DEFAULT_MODEL, LazyEncoder, VectorIndex, lazy_encoder, unit
from tests.benchmarks.load import ROOT

DEMO = ROOT / "kb" / "demo" / "articles"
QUERIES = 200
CLIENTS = 8
EXCHANGED_SHARE = 0.15  # of the words of a repeated text
SEED = 7

Figures = dict[str, dict[str, float]]


@dataclass(frozen=True, slots=True)
class Material:
    """Real articles, and what people ask of them: (locale, words)."""

    documents: tuple[Document, ...]
    queries: tuple[tuple[str, str], ...]


def read(folders: Sequence[Path]) -> Material:
    """Read judged sets with their queries, and Markdown articles with their known questions."""
    documents: list[Document] = []
    queries: list[tuple[str, str]] = []
    for folder in folders:
        if (folder / "corpus.jsonl").exists():
            judged = load_set(folder)
            documents += judged.documents
            queries += [(query.locale, query.text) for query in judged.queries]
        else:
            found = [_markdown(path, folder) for path in sorted(folder.rglob("*.md"))]
            documents += found
            queries += [(each.locale, text) for each in found for text in _asked(each)]
    random.Random(SEED).shuffle(queries)
    return Material(tuple(documents), tuple(dict.fromkeys(queries)))


def _markdown(path: Path, folder: Path) -> Document:
    text = re.sub(r"\A---\n.*?\n---\n", "", path.read_text("utf-8", "replace"), flags=re.DOTALL)
    french = "fr" in path.relative_to(folder).parts or path.name.endswith(".fr.md")
    title = re.search(r"^(?:title: |# )(.+)", path.read_text("utf-8", "replace"), re.MULTILINE)
    name = title[1].strip("\"' ") if title else path.stem
    return Document(str(path), "fr" if french else "en", name, "", sections_of(text))


def _asked(document: Document) -> Iterator[str]:
    """Yield the title, and three words in a row out of each section, as people type them."""
    yield document.title
    for section in document.sections:
        words = re.findall(r"[^\W\d_]{3,}", section.text)
        if len(words) > 6:
            yield " ".join(words[3:6])


def enlarge(documents: Sequence[Document], passages: int) -> Iterator[Document]:
    """Yield documents until they hold so many passages; from the second round on, varied."""
    chance = random.Random(SEED)
    vocabulary = [w for d in documents for s in d.sections for w in s.text.split()]
    count = 0
    for number, document in enumerate(cycle(documents)):
        made = replace(document, id=str(number))
        if number >= len(documents):
            sections = tuple(_varied(each, vocabulary, chance) for each in document.sections)
            made = replace(made, title=f"{document.title} {number}", sections=sections)
        yield made
        count += len(cut(made))
        if count >= passages:
            return


def _varied(section: Section, vocabulary: Sequence[str], chance: random.Random) -> Section:
    """Exchange words for others of the same texts, so that frequent words stay frequent."""

    def word(found: re.Match[str]) -> str:
        return chance.choice(vocabulary) if chance.random() < EXCHANGED_SHARE else found[0]

    return replace(section, text=re.sub(r"\S+", word, section.text))


def measure(material: Material, passages: int, encoder: LazyEncoder) -> Figures:
    """Return the figures at one size, by name."""
    folder = Path(tempfile.mkdtemp(prefix="kb-benchmark-"))
    try:
        documents = list(enlarge(material.documents, passages))
        index = KeywordIndex(folder / "index")
        begun = time.perf_counter()
        index.build(documents)
        figures: Figures = {"build": {"s": round(time.perf_counter() - begun, 2)}}
        vectors = _random_vectors(index, folder / "vectors.bin", encoder)
        engine = SearchEngine(index, folder / "vectors.bin", encoder)
        figures["size"] = {
            "articles": len(documents), "passages": index.snapshot().passage_count,
            "vectors": len(vectors.matrix),
        }  # fmt: skip
        figures |= _ours(engine, material)
        figures |= _fts5(documents, material)
        query = np.array(vectors.matrix[0])
        matrix = np.array(vectors.matrix)
        figures["numpy, bare product"] = _percentiles(_timed(lambda _: matrix @ query))
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    return figures


def _random_vectors(index: KeywordIndex, path: Path, encoder: LazyEncoder) -> VectorIndex:
    chance = np.random.default_rng(SEED)
    marks = list(index.snapshot().evidence())
    width = encoder.get().dimensions
    rows = unit(chance.standard_normal((len(marks), width), dtype=np.float32))
    VectorIndex.write(path, encoder.name, dict(zip(marks, rows, strict=True)))
    return VectorIndex.load(path)


def _ours(engine: SearchEngine, material: Material) -> Figures:
    stages: dict[str, list[float]] = defaultdict(list)

    def search(turn: int) -> None:
        locale, words = material.queries[turn % len(material.queries)]
        # A number makes each query new, so that no remembered vector takes part.
        found = engine.search(f"{words} {next(numbered)}", locale=locale)
        for stage, milliseconds in found.timings.items():
            stages[stage].append(milliseconds)

    numbered = iter(range(10**9))
    for turn in range(5):
        search(turn)  # the first ones load the index
    stages.clear()
    alone = _timed(search)
    figures = {f"search: {stage}": _percentiles(times) for stage, times in stages.items()}
    figures["search: whole"] = _percentiles(alone)
    begun = time.perf_counter()
    with ThreadPoolExecutor(CLIENTS) as clients:
        list(clients.map(search, range(QUERIES)))
    together = QUERIES / (time.perf_counter() - begun)
    figures["searches a second"] = {
        "1 client": round(1000.0 * QUERIES / sum(alone), 1),
        f"{CLIENTS} clients": round(together, 1),
    }
    return figures


def _fts5(documents: Sequence[Document], material: Material) -> Figures:
    """Measure the best ten of the same passages by any of a query's words, in SQLite."""
    with closing(sqlite3.connect(":memory:")) as database:
        database.execute(
            "CREATE VIRTUAL TABLE passage USING fts5"
            '(title, text, tokenize = "porter unicode61 remove_diacritics 2")'
        )
        begun = time.perf_counter()
        database.executemany(
            "INSERT INTO passage VALUES (?, ?)",
            [(each.title, passage.text) for each in documents for passage in cut(each)],
        )
        built = round(time.perf_counter() - begun, 2)

        def search(turn: int) -> None:
            locale, words = material.queries[turn % len(material.queries)]
            # The words that we search for too, as typed: FTS5 has a stemmer of its own.
            said = (
                word
                for word in re.findall(r"\w+", words)
                if analyzer(language_of(locale)).terms(word)
            )
            terms = " OR ".join(f'"{word}"' for word in said) or '"nothing"'
            database.execute(
                "SELECT rowid FROM passage WHERE passage MATCH ? ORDER BY rank LIMIT 10", [terms]
            ).fetchall()

        return {"FTS5 build": {"s": built}, "FTS5, keywords": _percentiles(_timed(search))}


def _timed(action: Callable[[int], object], turns: int = QUERIES) -> list[float]:
    """Return the milliseconds of each turn."""
    times = []
    for turn in range(turns):
        begun = time.perf_counter()
        action(turn)
        times.append((time.perf_counter() - begun) * 1000.0)
    return times


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
