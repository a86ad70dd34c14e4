"""How well near-copies are told from unrelated drafts.

    python -m tests.benchmarks.overlaps FOLDER… [--drafts N] [--cache FILE] [--model NAME] [--json]

Folders hold Markdown articles, each a site of its own. From real articles near-copies are made,
without their title: *shortened* (a third of the sentences dropped, the others shuffled) and *worn*
(half of the sentences dropped, the others shuffled, one word in six left out). A near-copy is found
where its source is named for it. The articles of the other folders, in the same language, are drafts
that nothing on the site says: whatever is named for them is a false alarm. The articles of the site
itself, left out one by one, show what a writer would meet today; among those are true duplicates.
"""

import argparse
import json
import random
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from rich.console import Console
from rich.progress import Progress
from rich.table import Table

from articles.importing import ImportOptions, import_folder
from kb.config import Settings
from kb.factory import create_app
from kb.schema import ensure
from search.documents import documents, published_stamps
from search.encoders import DEFAULT_MODEL, lazy_encoder
from search.engine import SearchEngine
from search.keyword import KeywordIndex
from search.overlaps import OverlapFinder, Overlaps
from search.passages import Document, Section, sentences
from search.vectors import VectorIndex, VectorStore, encode_missing

SEED = 11
DRAFTS = 40  # of each kind and folder
DRAFT_SECTIONS = 3  # of an article: enough to judge, and encoded in a second
SECTION_WORDS = 40  # a shorter one says too little to be copied

Spoil = Callable[[Section, random.Random], Section]


@dataclass(frozen=True, slots=True)
class Site:
    """The articles of one folder, and what finds overlaps with them."""

    name: str
    documents: tuple[Document, ...]
    finder: OverlapFinder


@dataclass(frozen=True, slots=True)
class Figures:
    """What was named for drafts of one kind; `right` counts those whose source was."""

    kind: str
    drafts: int
    named: int  # drafts for which anything was
    right: int
    told: int  # overlaps in all
    true: int  # of them, of the source


def shortened(section: Section, chance: random.Random) -> Section:
    """Drop a third of the sentences and shuffle the others."""
    return _thinned(section, chance, 2 / 3)


def worn(section: Section, chance: random.Random) -> Section:
    """Drop half of the sentences, shuffle the others, and leave out one word in six."""
    kept = _thinned(section, chance, 1 / 2)
    lines = (
        " ".join(word for word in line.split() if chance.random() > 1 / 6)
        for line in kept.text.splitlines()
    )
    return replace(kept, text="\n".join(lines))


def _thinned(section: Section, chance: random.Random, share: float) -> Section:
    units = sentences(section.text)
    kept = chance.sample(units, max(round(share * len(units)), 1))
    return replace(section, text="\n".join(kept))


def site_of(folder: Path, home: Path, store: VectorStore, model: str) -> Site:
    """Import a folder as a site would, and index it."""
    app = create_app(Settings(home=home, indexer="off", embedding_model="off", log_level="ERROR"))
    ensure(app)
    with app.test_request_context():
        import_folder(folder, options=ImportOptions(source=folder.name))
        stamps = published_stamps()
        indexed = tuple(documents(list(stamps), stamps))
    index = KeywordIndex(home / "search")
    index.build(indexed)
    encoder = lazy_encoder(model)
    snapshot = index.snapshot()
    marks = set(snapshot.fingerprints)
    texts = {key: text for key, text in snapshot.evidence().items() if key in marks}
    with Progress(console=Console(stderr=True)) as bar:
        task = bar.add_task(folder.name, total=len(texts))
        vectors = encode_missing(
            store,
            encoder.wait(),
            texts,
            progress=lambda done, total: bar.update(task, completed=done, total=total),
        )
    VectorIndex.write(home / "vectors.bin", model, vectors)
    engine = SearchEngine(index, home / "vectors.bin", encoder)
    return Site(folder.name, indexed, OverlapFinder(engine))


def drafts_of(documents: Sequence[Document], number: int) -> list[Document]:
    """Choose articles that say something, with a fixed seed, and keep their first sections."""
    long = [
        replace(document, sections=sections[:DRAFT_SECTIONS])
        for document in documents
        if (
            sections := tuple(
                each for each in document.sections if len(each.text.split()) >= SECTION_WORDS
            )
        )
    ]
    return random.Random(SEED).sample(long, min(number, len(long)))


def copies(documents: Sequence[Document], spoil: Spoil) -> Iterator[tuple[Document, str]]:
    """Yield near-copies under no title, each with the id of its source."""
    chance = random.Random(SEED)
    for source in documents:
        sections = tuple(spoil(each, chance) for each in source.sections)
        yield (
            Document(id="", locale=source.locale, title="", summary="", sections=sections),
            source.id,
        )


def measure(kind: str, site: Site, drafts: Sequence[tuple[Document, str]]) -> Figures:
    """Look for the overlaps of each draft (id of its source, empty without)."""
    found: list[tuple[Overlaps, str]] = [
        (site.finder.find(draft), source) for draft, source in drafts
    ]
    named = [(overlaps.found, source) for overlaps, source in found if overlaps.found]
    return Figures(
        kind=kind,
        drafts=len(drafts),
        named=len(named),
        right=sum(any(each.document_id == source for each in told) for told, source in named),
        told=sum(len(told) for told, _ in named),
        true=sum(each.document_id == source for told, source in named for each in told),
    )


def measure_site(site: Site, others: Sequence[Site], number: int) -> list[Figures]:
    """Measure the four kinds of drafts on one site."""
    chosen = drafts_of(site.documents, number)
    languages = {document.locale for document in site.documents}
    strange = drafts_of(
        [
            document
            for other in others
            for document in other.documents
            if document.locale in languages
        ],
        number,
    )
    return [
        measure("shortened", site, list(copies(chosen, shortened))),
        measure("worn", site, list(copies(chosen, worn))),
        measure("unrelated", site, [(replace(each, id="", article=""), "") for each in strange]),
        measure("of the site", site, [(each, "") for each in chosen]),
    ]


def main() -> None:
    """Print how many near-copies are found, and how many false alarms are raised."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0] if __doc__ else "")
    parser.add_argument("folders", nargs="+", type=Path)
    parser.add_argument("--drafts", type=int, default=DRAFTS)
    parser.add_argument("--cache", type=Path, help="file that keeps vectors between runs")
    parser.add_argument("--model", default=DEFAULT_MODEL)
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="kb-overlaps-") as workspace:
        home = Path(workspace)
        store = VectorStore(options.cache or home / "vectors.sqlite3")
        sites = [
            site_of(folder, home / str(number), store, options.model)
            for number, folder in enumerate(options.folders)
        ]
        figures = {
            site.name: measure_site(
                site, [each for each in sites if each is not site], options.drafts
            )
            for site in sites
        }
    if options.json:
        json.dump(
            {name: [_as_json(each) for each in rows] for name, rows in figures.items()},
            sys.stdout,
            indent=2,
        )
    else:
        _print(figures)


def _as_json(figures: Figures) -> dict[str, object]:
    return {
        "kind": figures.kind,
        "drafts": figures.drafts,
        "named": figures.named,
        "recall": figures.right / max(figures.drafts, 1),
        "precision": figures.true / max(figures.told, 1),
    }


def _print(figures: dict[str, list[Figures]]) -> None:
    table = Table("site", "drafts", "number", "something named", "source named", "of all named")
    for name, rows in figures.items():
        for row in rows:
            copied = row.kind in {"shortened", "worn"}
            table.add_row(
                name if row is rows[0] else "",
                row.kind,
                str(row.drafts),
                f"{row.named / max(row.drafts, 1):.0%}",
                f"{row.right / max(row.drafts, 1):.0%}" if copied else "",
                f"{row.true / max(row.told, 1):.0%}" if copied else "",
                end_section=row is rows[-1],
            )
    Console().print(table)


if __name__ == "__main__":
    main()
