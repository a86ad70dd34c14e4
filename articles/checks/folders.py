"""The same checks on a folder of Markdown files, read as an import would read them; no database.

Links between files are followed as in an import, so that what is said of them is what would be.
"""

import posixpath
import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from urllib.parse import unquote

from articles.checks.draft import Draft, Facts, Picture, Target
from articles.checks.facts import built_in
from articles.checks.findings import Field, Severity
from articles.checks.located import Located, located
from articles.checks.rules import check
from articles.importing.folder import Folder, open_folder
from articles.importing.links import Linker
from articles.importing.report import Problem
from articles.importing.sources import SourceFile, read_sources
from articles.markdown import render

_NAMES = {
    Field.TITLE: ("title",),
    Field.SUMMARY: ("summary", "description", "excerpt"),
    Field.ANSWERS: ("answers",),
}
_SECTION = re.compile(r"article:([^\s#()<>]+)#")
# What the import says of a target in other words.
_OF_TARGETS = frozenset({"link-relative", "image-missing", "link-scheme"})


@dataclass(frozen=True, slots=True)
class CheckedFolder:
    """What was found, and the files that were read with the lines of their heads."""

    found: tuple[Located, ...]
    files: tuple[SourceFile, ...]


def check_folder(
    root: Path, locales: tuple[str, ...], *, only: Collection[str] | None = None
) -> CheckedFolder:
    """Check every Markdown file below `root`, or those of `only`, by their paths below it."""
    folder = open_folder(root)
    files = read_sources(folder, locales, locales[0]).files
    keys = {each.path: each.pair for each in files}
    linker = Linker(folder, {each.path: each for each in files}, locales, keys)
    bodies = {each.path: linker.rewrite(each) for each in files}
    targets = _Targets(files, bodies)
    wanted = [each for each in files if only is None or each.path in only]
    pictures = {
        key: Picture(len(it.content), it.width, it.height) for key, it in linker.assets.items()
    }
    found: list[Located] = []
    for each in wanted:
        facts = Facts(articles=targets.seen_from(each.locale), files=pictures)
        found += _check(each, bodies[each.path], _head(folder, each), facts)
    found += _problems(folder, found, only)
    return CheckedFolder(tuple(sorted(found, key=lambda it: it.place)), tuple(wanted))


def line_in_head(head: list[str], words: str, otherwise: int = 1) -> int:
    """Return the first line of a front matter that holds some words."""
    return next((n for n, line in enumerate(head, 1) if words in line), otherwise)


def _check(source: SourceFile, body: str, head: list[str], facts: Facts) -> Iterator[Located]:
    meta = source.meta
    draft = Draft(
        title=source.title,
        body=body,
        locale=source.locale,
        summary=meta.summary,
        answers=meta.answers,
        outline=built_in(source.locale.partition("-")[0]),
    )
    for each in check(draft, facts):
        if each.field is Field.BODY:
            line = source.body_line + (each.line or 1) - 1
        else:
            line = _line_of(head, _NAMES[each.field])
        yield located(source.path, line, each)


def _head(folder: Folder, source: SourceFile) -> list[str]:
    text = folder.read(source.path).decode("utf-8", "replace")
    return text.splitlines()[: source.body_line - 1]


def _line_of(head: list[str], names: tuple[str, ...]) -> int:
    starts = tuple(f"{name}:" for name in names)
    return next((number for number, line in enumerate(head, 1) if line.startswith(starts)), 1)


class _Targets:
    """The articles of a folder as targets of links, each in the language of whoever links to it."""

    def __init__(self, files: Collection[SourceFile], bodies: Mapping[str, str]) -> None:
        self._files: dict[str, dict[str, SourceFile]] = {}
        for each in files:
            self._files.setdefault(each.pair, {})[each.locale] = each
        self._bodies = bodies
        self._with_sections = {
            unquote(key) for body in bodies.values() for key in _SECTION.findall(body)
        }
        self._anchors = cache(self._read_anchors)
        self.seen_from = cache(self._seen_from)

    def _seen_from(self, locale: str) -> dict[str, Target]:
        """Return every article by its key."""
        found = {}
        for pair, by_locale in self._files.items():
            target = by_locale.get(locale) or next(iter(by_locale.values()))
            is_public = not any((target.meta.is_draft, target.meta.archived))
            anchors = self._anchors(target.path) if pair in self._with_sections else None
            found[pair] = Target(target.title, is_public, anchors)
        return found

    def _read_anchors(self, path: str) -> frozenset[str]:
        target = next(
            each for some in self._files.values() for each in some.values() if each.path == path
        )
        html = render(self._bodies[path], locale=target.locale, title=target.title).html
        return frozenset(re.findall(r'\sid="([^"]+)"', html))


def _problems(
    folder: Folder, found: list[Located], only: Collection[str] | None
) -> Iterator[Located]:
    """Yield what an import would complain of, unless a finding says it already."""
    said = {(each.file, each.line) for each in found if each.rule in _OF_TARGETS}
    for each in sorted(set(folder.problems)):
        if (each.file, each.line) not in said and (only is None or each.file in only):
            yield _of_problem(each)


def _of_problem(problem: Problem) -> Located:
    severity = Severity.ERROR if problem.action == "skipped" else Severity.WARNING
    says = f"{problem.reason[:1].upper()}{problem.reason[1:]}."
    advice = f"An import goes on: {problem.action}."
    return Located(problem.file, problem.line, severity, "import", says, advice)


def paths_below(root: Path, files: Collection[Path]) -> frozenset[str]:
    """Return the paths of files below a root, with / on every system."""
    below = (each.resolve().relative_to(root.resolve()).as_posix() for each in files)
    return frozenset(map(posixpath.normpath, below))
