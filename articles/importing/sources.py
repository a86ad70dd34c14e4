"""One Markdown file, understood: its title, language, words, and which files belong together."""

import html
import posixpath
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from articles import limits
from articles.importing import frontmatter, languages
from articles.importing.folder import SUFFIXES, Folder, TextFile, read_text
from articles.importing.frontmatter import BrokenFrontMatter, Meta, clean_words
from articles.importing.paths import ClimbsOut, locate
from articles.importing.report import Problem
from articles.markdown import slugify

_FENCE = re.compile(r"[ ]{0,3}(`{3,}|~{3,})")
_ATX = re.compile(r"[ ]{0,3}(#{1,6})[ \t]+(.*?)[ \t]*#*[ \t]*$")
_SETEXT = re.compile(r"[ ]{0,3}(=+|-+)[ \t]*$")
_HTML_H1 = re.compile(r"[ ]{0,3}<h1\b[^>]*>(.*?)</h1>", re.IGNORECASE)
_MARKUP = (
    (re.compile(r"!?\[((?:[^\[\]]|\[[^\[\]]*\])*)\](?:\([^()]*\)|\[[^\[\]]*\])"), r"\1"),
    (re.compile(r"[ ]*\{:?[ ]*[#.][^{}]*\}[ ]*$"), ""),
    (re.compile(r"</?[a-zA-Z][^<>]*>"), ""),
    (re.compile(r"(\*{1,3}|`+)(?=\S)(.*?)(?<=\S)\1"), r"\2"),
    (re.compile(r"(?<!\w)(_{1,3})(?=\S)(.*?)(?<=\S)\1(?!\w)"), r"\2"),
    (re.compile(r"\\([!-/:-@\[-`{-~])"), r"\1"),
)
_INDEX_NAMES = {"readme", "index", "_index"}
_NAVIGATION_NAMES = {"summary", "toc", "_sidebar", "_navbar", "_toc"}
_LIST_ITEM = re.compile(r"\s*(?:[-*+]|\d+\.)\s")
_LINK = re.compile(r"\]\(\s*<?([^()<>\s]+)")
_ACRONYMS = {"api", "faq", "sdk"}
_NUMBER_PREFIX = re.compile(r"^(\d{1,4})[-_. ]+(?=\D)")


@dataclass(frozen=True, slots=True)
class SourceFile:
    """A file ready to be imported. `pair` is equal for the translations of one article."""

    path: str
    digest: str
    meta: Meta
    title: str
    body: str
    body_line: int
    locale: str
    pair: str

    @property
    def stem(self) -> str:
        """The name of the file without language and suffix; that of its folder for an index."""
        folder, name = posixpath.split(self.pair)
        return (posixpath.basename(folder) or name) if name.lower() in _INDEX_NAMES else name

    @property
    def is_index(self) -> bool:
        """Whether the file introduces its folder."""
        return posixpath.basename(self.pair).lower() in _INDEX_NAMES

    @property
    def number(self) -> int | None:
        """The number that the file's name starts with, which orders it among its neighbours."""
        match = _NUMBER_PREFIX.match(posixpath.basename(self.pair))
        return int(match[1]) if match else None


@dataclass(frozen=True, slots=True)
class Place:
    """A path apart from the language that it names, if it names one."""

    pair: str
    locale: str | None
    foreign: str = ""  # a language that the site does not have


@dataclass(frozen=True, slots=True)
class Sources:
    """All that a folder has to give. `navigation` gives the order of pairs in tables of contents."""

    files: tuple[SourceFile, ...]
    navigation: dict[str, int]
    seen: frozenset[str]
    notes: tuple[Problem, ...]


def read_sources(
    folder: Folder,
    locales: tuple[str, ...],
    default: str,
    earlier: Mapping[str, str] | None = None,
) -> Sources:
    """Read every Markdown file of the folder; what is wrong is reported to it.

    `default` is the language of files that give no hint, `earlier` that of files known by path.
    """
    paths = folder.markdown()
    places = {path: place_of(path, locales, paths) for path in paths}
    taken: dict[str, set[str]] = {}
    for place in places.values():
        if place.locale:
            taken.setdefault(place.pair, set()).add(place.locale)
    known = _Languages(locales, default, taken, earlier or {})
    files: list[SourceFile] = []
    notes: list[Problem] = []
    navigation: dict[str, int] = {}
    for path in paths:
        text = read_text(folder, path)
        if text is None:
            continue
        if _is_navigation(text):
            for pair in _links_of(folder, text, locales):
                navigation.setdefault(pair, len(navigation) + 1)
            notes.append(Problem(path, 0, "a table of contents", "taken for the order of articles"))
            continue
        source = _understand(folder, text, places[path], known)
        if source:
            files.append(source)
    return Sources(tuple(files), navigation, frozenset(paths), tuple(notes))


def place_of(path: str, locales: tuple[str, ...], paths: Iterable[str] = ()) -> Place:
    """Return the path without its language, which is a suffix (`x.fr.md`) or a folder (`fr/x.md`)."""
    folder, name = posixpath.split(path)
    stem = name[: name.rindex(".")]
    head, dot, suffix = stem.rpartition(".")
    if dot and head and (locale := languages.normalised(suffix, locales)):
        return Place(posixpath.join(folder, head), locale)
    foreign = suffix if dot and head and languages.is_code(suffix) else ""
    segments = folder.split("/")
    for index in range(len(segments) - 1, -1, -1):
        if locale := languages.normalised(segments[index], locales):
            rest = [*segments[:index], *segments[index + 1 :]]
            return Place("/".join([*filter(None, rest), stem]), locale, foreign)
    return Place(
        posixpath.join(folder, stem), None, foreign or _foreign_folder(path, locales, paths)
    )


def _foreign_folder(path: str, locales: tuple[str, ...], paths: Iterable[str]) -> str:
    """Return the language of a folder that stands beside one of the site's languages."""
    segments = path.split("/")[:-1]
    for index, segment in enumerate(segments):
        if not languages.is_code(segment):
            continue
        beside = "/".join(segments[:index])
        prefixes = tuple(f"{beside}/{locale}/".lstrip("/") for locale in locales)
        if any(other.startswith(prefixes) for other in paths):
            return segment
    return ""


@dataclass(frozen=True, slots=True)
class _Languages:
    """The site's languages, the one to assume, those that each pair has a file for, and those of
    earlier imports by path: a small edit must not make a file change its language.
    """

    locales: tuple[str, ...]
    default: str
    taken: dict[str, set[str]]
    earlier: Mapping[str, str]

    def guess(self, body: str, pair: str, path: str) -> str:
        """Return the language of a text whose path does not say it."""
        if (before := self.earlier.get(path)) in self.locales:
            return before
        free = [each for each in self.locales if each not in self.taken.get(pair, ())]
        choice = free or list(self.locales)
        detected = languages.detect(body, choice if len(choice) > 1 else self.locales)
        return detected or (self.default if self.default in choice else choice[0])


def _understand(
    folder: Folder, text: TextFile, place: Place, known: _Languages
) -> SourceFile | None:
    try:
        values, body, body_line = frontmatter.split(text.text)
    except BrokenFrontMatter as reason:
        folder.report(text.path, reason.line, str(reason), "skipped")
        return None
    meta = frontmatter.read(values, lambda *problem: folder.report(text.path, *problem))
    if not body.strip() and not meta.title:
        folder.report(text.path, 0, "a file without words", "skipped")
        return None
    said = meta.locale or place.foreign
    locale = languages.normalised(said, known.locales) if said else place.locale
    if said and not locale:
        folder.report(text.path, 0, f"in “{said}”, not a language of this site", "skipped")
        return None
    locale = locale or known.guess(body, place.pair, text.path)
    title = _shortened(folder, text.path, meta.title or title_of(body) or _title_from(place.pair))
    return SourceFile(
        text.path, text.digest, meta, title, body.rstrip() + "\n", body_line, locale, place.pair
    )


def _shortened(folder: Folder, path: str, title: str) -> str:
    """Return a title that fits a page and an address; one cut short is reported."""
    if len(title) <= limits.TITLE:
        return title
    reason = f"a title of {len(title)} characters"
    folder.report(path, 1, reason, f"cut to {limits.TITLE}")
    return f"{title[: limits.TITLE - 1].rstrip()}…"


def title_of(body: str) -> str:
    """Return the first h1, else the heading under which all the text stands, else nothing."""
    headings = list(_headings(body))
    for level, words, _ in headings:
        if level == 1:
            return words
    if headings and headings[0][2]:
        opening = headings[0][0]
        if all(level > opening for level, _, _ in headings[1:]):
            return headings[0][1]
    return ""


def _headings(body: str) -> Iterator[tuple[int, str, bool]]:
    """Yield (level, words, whether nothing stands before it) of each heading with words."""
    fence = previous = ""
    before = 0  # lines with words above this one
    for line in body.split("\n"):
        if match := _FENCE.match(line):
            marks, previous = match[1], ""
            if not fence:
                fence = marks
            elif marks[0] == fence[0] and len(marks) >= len(fence):
                fence = ""
            before += 1
        elif fence or not line.strip():
            previous = ""
        else:
            heading = _heading(line, previous)
            if heading and heading[1]:
                yield (*heading, before == (1 if _SETEXT.match(line) else 0))
            before += 1
            previous = line


_MAYBE_SETEXT = re.compile(r"[ ]{0,3}[^\s>*+#<|-]")


def _heading(line: str, previous: str) -> tuple[int, str] | None:
    if match := _ATX.match(line):
        return len(match[1]), without_markup(match[2])
    if match := _HTML_H1.match(line):
        return 1, without_markup(match[1])
    if (match := _SETEXT.match(line)) and _MAYBE_SETEXT.match(previous):
        return (1 if match[1][0] == "=" else 2), without_markup(previous.strip())
    return None


def without_markup(text: str) -> str:
    """Return the words of a line of Markdown."""
    text = clean_words(text)
    for pattern, replacement in _MARKUP:
        text = pattern.sub(replacement, text)
    return " ".join(html.unescape(text).split())


def _title_from(pair: str) -> str:
    """Return the name of a file, or of the folder that it introduces, as a title."""
    folder, name = posixpath.split(pair)
    if name.lower() in _INDEX_NAMES and folder:
        name = posixpath.basename(folder)
    return humanised(name)


def humanised(name: str) -> str:
    """Return the name of a file or folder as people would write it."""
    words = re.sub(r"[-_.\s]+", " ", _NUMBER_PREFIX.sub("", name)).strip() or name
    return words.upper() if words.lower() in _ACRONYMS else words[:1].upper() + words[1:]


def _is_navigation(text: TextFile) -> bool:
    """Tell a table of contents: by its name, and because it holds nothing but lists of links."""
    name = posixpath.basename(text.path).partition(".")[0].lower()
    if name not in _NAVIGATION_NAMES:
        return False
    try:
        _, body, _ = frontmatter.split(text.text)
    except BrokenFrontMatter:
        return False
    lines = [line for line in body.split("\n") if line.strip()]
    items = [line for line in lines if _LIST_ITEM.match(line)]
    linked = sum("](" in line for line in items)
    headings = sum(bool(_ATX.match(line)) for line in lines)
    return len(items) + headings == len(lines) and linked * 2 >= len(items) > 0


def _links_of(folder: Folder, text: TextFile, locales: tuple[str, ...]) -> Iterator[str]:
    """Yield the articles that a table of contents leads to, in order, apart from their language."""
    for target in _LINK.findall(text.text):
        path = target.partition("#")[0]
        if "://" in target or not path.lower().endswith(SUFFIXES):
            continue
        try:
            found = locate(folder, text.path, path, locales)
        except ClimbsOut:
            continue
        if found:
            yield place_of(found, locales).pair


def key_of(source: SourceFile) -> str:
    """Return the key that an article of this file gets, if it is free."""
    return source.meta.key or slugify(_NUMBER_PREFIX.sub("", source.stem), fallback="article")
