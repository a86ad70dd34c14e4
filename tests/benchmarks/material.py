"""Real articles and questions to measure with, as many as are wanted."""

import random
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import chain, cycle
from pathlib import Path

from search.evaluation import load_set, sections_of
from search.passages import Document, Section, cut
from tests.benchmarks.load import ROOT

DEMO = ROOT / "kb" / "demo" / "articles"
EXCHANGED_SHARE = 0.15  # of the words of a repeated text
SEED = 7


@dataclass(frozen=True, slots=True)
class Material:
    """Articles, and what people ask of them: (locale, words)."""

    documents: tuple[Document, ...]
    queries: tuple[tuple[str, str], ...]

    def fresh(self) -> Iterator[tuple[str, str]]:
        """Yield queries for ever, each of them new: nothing that remembers one can help."""
        yield from self.queries
        seen = set(self.queries)
        following = cycle(self.queries[1:] + self.queries[:1])
        for (locale, words), (_, others) in zip(cycle(self.queries), following, strict=False):
            for word in chain(others.split(), map(str, range(100, 1_000))):
                query = locale, f"{words} {word}"
                if query not in seen:
                    seen.add(query)
                    yield query
                    break


def read(folders: Sequence[Path]) -> Material:
    """Read judged sets with their queries, and Markdown articles with their known questions."""
    documents: list[Document] = []
    queries: list[tuple[str, str]] = []
    for folder in folders:
        if (folder / "corpus.jsonl").exists():
            judged = load_set(folder)
            documents += judged.documents or ()
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
    for number, document in enumerate(cycle(documents), 1):
        # Keys like those of the database, where the whole request looks them up.
        made = replace(document, id=str(number), address=f"/{document.locale}/{number}")
        if number > len(documents):
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
