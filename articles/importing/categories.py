"""The tree of categories that a folder asks for: by `categories.yaml`, front matter, or its folders."""

import posixpath
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import takewhile
from typing import Any

from articles.importing.folder import Folder
from articles.importing.frontmatter import BrokenFrontMatter, load_yaml
from articles.importing.sources import SourceFile, humanised
from articles.markdown import fold, slugify

FILE_NAME = "categories.yaml"
_NUMBER = re.compile(r"^(\d{1,4})[-_. ]")
_NO_SHELF = re.compile(r"\.|[a-z][a-z0-9+.-]*:$")  # hidden, or an address saved as folders
_MAX_DEPTH = 12
MAX_DAYS = 3_650


@dataclass(frozen=True, slots=True)
class Name:
    """What a category is called in one language."""

    name: str
    slug: str
    description: str = ""


@dataclass(slots=True)
class Node:
    """A category to be. One that is `declared` overrides what the database says of it."""

    key: str
    parent: str = ""
    position: int = 0
    names: dict[str, Name] = field(default_factory=dict)
    declared: bool = False
    verify_days: int | None = None
    former_slugs: tuple[tuple[str, str], ...] = ()  # (locale, slug)
    old_addresses: tuple[str, ...] = ()


@dataclass(slots=True)
class Catalogue:
    """Categories by key, parents first, and by every word that stands for one."""

    nodes: dict[str, Node] = field(default_factory=dict)
    words: dict[str, str] = field(default_factory=dict)

    def add(self, node: Node) -> None:
        """Add a category under its key and names; an earlier holder of a word keeps it."""
        self.nodes[node.key] = node
        spellings = [node.key, *(word for n in node.names.values() for word in (n.slug, n.name))]
        for word in spellings:
            self.words.setdefault(_word(word), node.key)

    def find(self, word: str) -> str | None:
        """Return the key of the category that a word stands for: its key, slug or name."""
        return word if word in self.nodes else self.words.get(_word(word))


def _word(text: str) -> str:
    return "-".join(filter(None, re.split(r"[\W_]+", fold(text))))


def declared_categories(folder: Folder) -> list[Node]:
    """Return what `categories.yaml` at the root of the folder says, parents first."""
    if FILE_NAME not in folder.paths:
        return []
    try:
        tree = load_yaml(folder.read(FILE_NAME).decode())
    except BrokenFrontMatter as reason:
        folder.report(FILE_NAME, reason.line, str(reason), "skipped")
        return []
    except UnicodeDecodeError:
        folder.report(FILE_NAME, 0, "not UTF-8", "skipped")
        return []
    return list(_declared(folder, tree, "", 0))


def _declared(folder: Folder, tree: Any, parent: str, depth: int) -> Iterator[Node]:
    if not isinstance(tree, list) or depth > _MAX_DEPTH:
        if tree is not None:
            folder.report(FILE_NAME, 0, "not a list of categories", "skipped")
        return
    for number, item in enumerate(tree, 1):
        key = slugify(str(item.get("key", ""))) if isinstance(item, dict) else ""
        names = item.get("names") if isinstance(item, dict) else None
        if not key or not isinstance(names, dict) or not names:
            folder.report(FILE_NAME, 0, f"entry {number} lacks a key or names", "skipped")
            continue
        position, days = item.get("position"), item.get("verify_days")
        yield Node(
            key=key,
            parent=parent or slugify(str(item.get("parent") or "")),
            position=position if isinstance(position, int) else number,
            names={str(locale): _declared_name(value, key) for locale, value in names.items()},
            declared=True,
            verify_days=days if type(days) is int and 0 < days <= MAX_DAYS else None,
            former_slugs=tuple(_former(item.get("former_slugs"))),
            old_addresses=tuple(map(str, _list(item.get("old_addresses")))),
        )
        yield from _declared(folder, item.get("children"), key, depth + 1)


def _former(value: Any) -> Iterator[tuple[str, str]]:
    for locale, slugs in (value if isinstance(value, dict) else {}).items():
        yield from ((str(locale), slug) for each in _list(slugs) if (slug := slugify(str(each))))


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


def _declared_name(value: Any, key: str) -> Name:
    if not isinstance(value, dict):
        value = {"name": value}
    name = str(value.get("name") or humanised(key))
    slug = slugify(str(value.get("slug") or name), fallback=key)
    return Name(name, slug, str(value.get("description") or ""))


def file_in_categories(catalogue: Catalogue, files: Iterable[SourceFile]) -> dict[str, str]:
    """Return the category's key by path of file, adding to the catalogue what it lacks."""
    files = tuple(files)
    shelves = _Shelves(catalogue, files)
    return {source.path: _named(catalogue, source) or shelves.of(source) for source in files}


def _named(catalogue: Catalogue, source: SourceFile) -> str:
    """Return the category that the front matter names, empty when it names none."""
    key = ""
    for written in filter(None, (source.meta.category, source.meta.subcategory)):
        found = catalogue.find(written)
        if found is not None and (not key or catalogue.nodes[found].parent == key):
            _name_in(catalogue.nodes[found], source.locale, written)
            key = found
            continue
        wanted = slugify(written, fallback="category")
        key = _create(
            catalogue, wanted if wanted not in catalogue.nodes else f"{key}-{wanted}", key
        )
        _name_in(catalogue.nodes[key], source.locale, written)
        catalogue.words.setdefault(_word(written), key)
    return key


def _create(catalogue: Catalogue, key: str, parent: str, position: int = 0) -> str:
    if key not in catalogue.nodes:
        catalogue.add(Node(key, parent, position))
    return key


def _name_in(node: Node, locale: str, written: str) -> None:
    if locale not in node.names and not node.declared:
        is_identifier = bool(re.fullmatch(r"[a-z0-9_-]+", written))
        name = humanised(written) if is_identifier else written
        node.names[locale] = Name(name, slugify(name, fallback=node.key))


@dataclass(slots=True)
class _Shelf:
    """A folder of articles, apart from their language."""

    name: str = ""
    has_articles: bool = False
    titles: dict[str, str] = field(default_factory=dict)  # of the file that introduces it
    folders: dict[str, "_Shelf"] = field(default_factory=dict)

    def only_folder(self) -> "_Shelf | None":
        """Return the single folder inside, where this one holds nothing else and that one does."""
        inside = list(self.folders.values())
        return (
            inside[0] if not self.has_articles and len(inside) == 1 and inside[0].folders else None
        )


class _Shelves:
    """Folders as categories. Folders that only wrap one other folder do not count."""

    def __init__(self, catalogue: Catalogue, files: Iterable[SourceFile]) -> None:
        self.catalogue = catalogue
        self.root = _Shelf()
        for source in files:
            shelf = self.root
            for segment in _segments(source):
                shelf = shelf.folders.setdefault(segment, _Shelf(segment))
            shelf.has_articles = True
            if source.is_index:
                shelf.titles.setdefault(source.locale, source.title)

    def of(self, source: SourceFile) -> str:
        """Return the key of the category for the folder of a file, empty at the root."""
        shelf, segments = self.root, _segments(source)
        while segments and (wrapped := shelf.only_folder()):
            shelf, segments = wrapped, segments[1:]
        key = ""
        while segments:
            shelf, segments = shelf.folders[segments[0]], segments[1:]
            key = self._category(shelf, key, source.locale)
            while segments and (wrapped := shelf.only_folder()):
                shelf, segments = wrapped, segments[1:]
        return key

    def _category(self, shelf: _Shelf, parent: str, locale: str) -> str:
        known = self.catalogue.nodes.get(slugify(shelf.name))
        own = slugify(humanised(shelf.name), fallback="category")
        if known is not None and (known.declared or known.parent == parent):
            key = known.key
        else:
            key = f"{parent}-{own}" if parent else own
            number = _NUMBER.match(shelf.name)
            _create(self.catalogue, key, parent, int(number[1]) if number else 0)
        node = self.catalogue.nodes[key]
        if locale not in node.names and not node.declared:
            name = shelf.titles.get(locale) or humanised(shelf.name)
            node.names[locale] = Name(name, slugify(name, fallback=key))
        return key


def _segments(source: SourceFile) -> list[str]:
    """Return the folders that readers may see: one that is hidden or no name ends the path."""
    folders = filter(None, posixpath.dirname(source.pair).split("/"))
    return list(takewhile(lambda each: not _NO_SHELF.match(each), folders))
