"""Folders of judged queries, read and checked.

A folder holds `queries.jsonl` {id, text, lang and sometimes target_lang}, `qrels.tsv` (query,
document, grade) and `corpus.jsonl` {id, title, text, lang}. Without a corpus the documents are
the articles of the site, named by their addresses. A query without a judgment is one that
nothing answers: it is left out of relevance and used to judge the confidence.
"""

import hashlib
import json
import random
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any

from search.passages import Document, Section

SAMPLE_SEED = 20_261_121

_HEADING = re.compile(r"^(#{2,6})[ \t]+(.+?)[ \t]*#*[ \t]*$", re.MULTILINE)


class JudgmentsInvalid(ValueError):
    """A folder of judged queries cannot be read; the message names file and line."""


class Half(StrEnum):
    """Which part of the queries is measured: one to tune on, one to report."""

    TUNE = "tune"
    REPORT = "report"


@dataclass(frozen=True, slots=True)
class Query:
    """One judged or out-of-scope question."""

    id: str
    text: str
    locale: str
    target_locale: str | None = None


@dataclass(frozen=True, slots=True)
class JudgedSet:
    """Documents, queries, and the grade of each (query, document) that was judged.

    `documents` is None where the judgments are of the site's own articles.
    """

    name: str
    documents: tuple[Document, ...] | None
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


def load_set(folder: Path) -> JudgedSet:
    """Read a folder; raises JudgmentsInvalid with the file and line at fault."""
    corpus = folder / "corpus.jsonl"
    documents = None
    if corpus.exists():
        documents = tuple(_document(item) for item in _lines(corpus, ("id", "text")))
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


def halve(queries: Sequence[Query], half: Half | None) -> tuple[Query, ...]:
    """Return the queries of one half; each stays in its half whatever is added to the set."""
    if half is None:
        return tuple(queries)
    return tuple(query for query in queries if _half_of(query) is half)


def _half_of(query: Query) -> Half:
    digest = hashlib.sha256(f"{SAMPLE_SEED}:{query.id}".encode()).digest()
    return Half.TUNE if digest[0] % 2 else Half.REPORT


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


def _document(item: Mapping[str, Any]) -> Document:
    return Document(
        id=str(item["id"]),
        locale=str(item.get("lang") or "en"),
        title=str(item.get("title") or ""),
        summary="",
        sections=sections_of(str(item["text"])),
    )


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
