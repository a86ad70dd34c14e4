"""Other keyword engines over the same passages: each is given the stems that ours has made."""

import re
import sqlite3
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

from search.analysis import analyzer, language_of
from search.passages import Document, cut

BEST = 10
SATURATION, LENGTH_SHARE = 1.5, 0.75  # k1 and b, as in ours

Search = Callable[[str, Sequence[str]], object]  # (language, stems) -> the best passages


def passages(documents: Iterable[Document]) -> list[tuple[str, list[str]]]:
    """Return each passage's language and stems."""
    return [
        (language, analyzer(language).terms("\n".join([*passage.path[-1:], passage.text])))
        for document in documents
        for language in [language_of(document.locale)]
        for passage in cut(document)
    ]


def _words(stems: Iterable[str]) -> list[str]:
    """Return stems as words that no tokenizer cuts."""
    return ["".join(re.findall(r"\w", stem)) or "x" for stem in stems]


def fts5(texts: Sequence[tuple[str, list[str]]]) -> Search:
    """Index in memory, in SQLite."""
    database = sqlite3.connect(":memory:", check_same_thread=False)
    database.execute("CREATE VIRTUAL TABLE passage USING fts5(language UNINDEXED, text)")
    database.executemany(
        "INSERT INTO passage VALUES (?, ?)",
        [(language, " ".join(_words(stems))) for language, stems in texts],
    )

    def search(_language: str, stems: Sequence[str]) -> object:
        wanted = " OR ".join(f'"{word}"' for word in _words(stems)) or '"nothing"'
        return database.execute(
            f"SELECT rowid FROM passage WHERE passage MATCH ? ORDER BY rank LIMIT {BEST}", [wanted]
        ).fetchall()

    return search


def tantivy(texts: Sequence[tuple[str, list[str]]]) -> Search:
    """Index in memory, in Rust."""
    import tantivy as engine

    builder = engine.SchemaBuilder()
    builder.add_text_field("text", tokenizer_name="whitespace", index_option="freq")
    schema = builder.build()
    index = engine.Index(schema)
    writer = index.writer(num_threads=1)
    for _, stems in texts:
        writer.add_document(engine.Document(text=" ".join(_words(stems))))
    writer.commit()
    writer.wait_merging_threads()
    index.reload()
    searcher = index.searcher()

    def search(_language: str, stems: Sequence[str]) -> object:
        terms = [
            (engine.Occur.Should, engine.Query.term_query(schema, "text", word))
            for word in _words(stems)
        ]
        return searcher.search(engine.Query.boolean_query(terms), BEST).hits

    return search


def bm25s(texts: Sequence[tuple[str, list[str]]]) -> Search:
    """Index in memory, in numpy's arrays of scores made beforehand."""
    import bm25s as engine

    index = engine.BM25(k1=SATURATION, b=LENGTH_SHARE)
    index.index([stems or ["x"] for _, stems in texts], show_progress=False)
    known = index.vocab_dict

    def search(_language: str, stems: Sequence[str]) -> object:
        asked = [stem for stem in stems if stem in known]
        if not asked:
            return []
        return index.retrieve([asked], k=min(BEST, len(texts)), show_progress=False, n_threads=0)

    return search


def whoosh(folder: Path) -> Search:
    """Search the very files that ours compiles, as Whoosh alone would."""
    from whoosh import index as whoosh_index
    from whoosh.query import Or, Term
    from whoosh.scoring import BM25F

    weighting = BM25F(B=LENGTH_SHARE, K1=SATURATION)
    searcher = whoosh_index.open_dir(str(folder)).searcher(weighting=weighting)

    def search(language: str, stems: Sequence[str]) -> object:
        wanted = Or([Term(f"body_{language}", stem) for stem in stems])
        return [hit.docnum for hit in searcher.search(wanted, limit=BEST)]

    return search
