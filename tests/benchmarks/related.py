"""How often are the related articles those that writers link to themselves?

    python -m tests.benchmarks.related FOLDER… [--cache FILE] [--model NAME]

Folders hold Markdown articles, each a site of its own. Of the articles that link to others, prints
which share of their first four links is among the four related ones, by meaning and by words alone.
"""

import argparse
import tempfile
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from rich.console import Console
from rich.table import Table

from articles.importing import ImportOptions, import_folder
from articles.markdown import linked_keys
from articles.queries import published
from articles.rendering import public_rendering
from kb.config import Settings
from kb.db import db
from kb.factory import create_app
from kb.schema import ensure
from search.documents import documents, published_stamps
from search.encoders import DEFAULT_MODEL, lazy_encoder
from search.engine import SearchEngine
from search.keyword import KeywordIndex
from search.passages import Document
from search.vectors import VectorIndex, VectorStore, encode_missing

SHOWN = 4

Links = dict[str, set[str]]


@dataclass(frozen=True, slots=True)
class Site:
    """The articles of a folder, and which of them each links to in its language, by id."""

    name: str
    documents: tuple[Document, ...]
    links: Links


def site_of(folder: Path, home: Path) -> Site:
    """Import a folder as a site would, and read the links in its articles."""
    app = create_app(Settings(home=home, indexer="off", embedding_model="off", log_level="ERROR"))
    ensure(app)
    with app.test_request_context():
        import_folder(folder, options=ImportOptions(source=folder.name))
        stamps = published_stamps()
        indexed = tuple(documents(list(stamps), stamps))
        found = list(db.session.scalars(published()))
        ids = {(each.article.key, each.locale): str(each.id) for each in found}
        links = {
            str(each.id): {
                ids[key, each.locale]
                for key in linked_keys(public_rendering(each).html)
                if (key, each.locale) in ids
            }
            - {str(each.id)}
            for each in found
        }
    return Site(folder.name, indexed, {key: to for key, to in links.items() if to})


def recall(engine: SearchEngine, links: Links) -> float:
    """Return the mean share of an article's links, four at most, that are among the related."""
    shares = [
        len(to & set(engine.related(key, limit=SHOWN))) / min(len(to), SHOWN)
        for key, to in links.items()
    ]
    return float(np.mean(shares)) if shares else 0.0


def main() -> None:
    """Print the shares for every folder."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0] if __doc__ else "")
    parser.add_argument("folders", nargs="+", type=Path)
    parser.add_argument("--cache", type=Path, help="file that keeps vectors between runs")
    parser.add_argument("--model", default=DEFAULT_MODEL)
    options = parser.parse_args()
    table = Table("site", "articles with links", "by meaning", "by words")
    with tempfile.TemporaryDirectory(prefix="kb-related-") as workspace:
        for number, folder in enumerate(options.folders):
            home = Path(workspace) / str(number)
            site = site_of(folder, home)
            index = KeywordIndex(home / "search")
            index.build(site.documents)
            encoder = lazy_encoder(options.model)
            store = VectorStore(options.cache or Path(workspace) / "vectors.sqlite3")
            snapshot = index.snapshot()
            marks = set(snapshot.fingerprints)
            texts = {key: text for key, text in snapshot.evidence().items() if key in marks}
            vectors = encode_missing(store, encoder.wait(), texts)
            VectorIndex.write(home / "vectors.bin", options.model, vectors)
            both = SearchEngine(index, home / "vectors.bin", encoder)
            table.add_row(
                site.name,
                str(len(site.links)),
                f"{recall(both, site.links):.2f}",
                f"{recall(SearchEngine(index), site.links):.2f}",
            )
    Console().print(table)


if __name__ == "__main__":
    main()
