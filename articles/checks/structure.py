"""Rules on how a text is built: headings, tables, steps, and what was only meant for the writer."""

import re
from collections.abc import Iterator
from itertools import pairwise

from articles.checks.draft import Draft
from articles.checks.findings import Finding, error, hint, warning
from articles.checks.source import Run, read_source
from articles.markdown import fold, same_words

_NOTE = re.compile(r"<!-- writer:.*?(?:-->|\Z)", re.DOTALL)  # as articles.drafting writes it
# What outlines leave for the writer to replace looks so: a sentence or two in parentheses. Of 780
# real articles four have such a paragraph on purpose, so that alone keeps nobody from publishing.
_LEFT = re.compile(r"\((?=[^\W_])[^()]{12,300}[.…:]\)$")
_TO_DO = re.compile(
    r"\b(?:TODO|TBD|TBC|FIXME|XXX+)\b|\[(?:à compléter|à préciser|to be completed|to complete)[^\]]*\]"
    r"|\b(?:lorem ipsum|dolor sit amet)\b|\?\?\?|\bà compléter\b(?=\W*$)",
    re.IGNORECASE,
)
_STEP = re.compile(r"(?:étape|step|schritt|paso)\s+(\d{1,2})\b", re.IGNORECASE)
_ORDINAL = re.compile(r"(\d{1,2})(?:°|º|er|e|\s*[/–—-])\s")
MIN_STEPS = 2


def structure(draft: Draft) -> Iterator[Finding]:
    """Check what holds the text together."""
    yield from _headings(draft)
    yield from _tables(draft)
    yield from _steps(draft)
    yield from _left_over(draft)


def _headings(draft: Draft) -> Iterator[Finding]:
    headings = list(draft.source.headings)
    if headings and headings[0].level == 1 and same_words(headings[0].text, draft.title):
        headings = headings[1:]  # the page shows the title once
    for each in headings:
        if not each.text:
            yield warning("heading-empty", each.line)
    named = [each for each in headings if each.text]
    tops = [each for each in named if each.level == 1]
    if tops:
        yield hint("heading-h1", tops[0].line, heading=tops[0].text)
    for above, below in pairwise(named):
        if below.level > above.level + 1:
            yield hint(
                "heading-jump", below.line, heading=below.text, above=above.level, level=below.level
            )
    yield from _twins(draft)


def _twins(draft: Draft) -> Iterator[Finding]:
    """Yield headings that repeat another under the same one: nobody can tell which to choose."""
    path: list[tuple[int, str]] = []
    seen: dict[tuple[str, ...], int] = {}
    for each in draft.source.headings:
        while path and path[-1][0] >= each.level:
            path.pop()
        path.append((each.level, fold(each.text)))
        key = tuple(words for _, words in path)
        if each.text and key in seen:
            yield hint("heading-twin", each.line, heading=each.text, first=seen[key])
        seen.setdefault(key, each.line)


def _tables(draft: Draft) -> Iterator[Finding]:
    for each in draft.source.tables:
        if not any(each.head):
            yield warning("table-headless", each.line)


def _steps(draft: Draft) -> Iterator[Finding]:
    """Find steps that are numbered by hand, in paragraphs that follow each other."""
    found = [(run, number) for run in draft.source.runs if (number := _step_number(run))]
    chain = 1
    for (_, one), (run, other) in pairwise(found):
        chain = chain + 1 if other == one + 1 else 1
        if chain == MIN_STEPS:
            first = found[found.index((run, other)) - 1][0]
            yield hint("steps-by-hand", first.line, words=_short(first.text))
            return


def _step_number(run: Run) -> int | None:
    match = None if run.is_item else _STEP.match(run.text) or _ORDINAL.match(run.text)
    return int(match[1]) if match else None


def _left_over(draft: Draft) -> Iterator[Finding]:
    for run in draft.source.runs:
        if fold(run.text) in draft.outline:
            yield error("template-left", run.line, words=_short(run.text))
        elif _LEFT.match(run.text):
            yield hint("template-like", run.line, words=_short(run.text))
        elif match := _TO_DO.search(run.text):
            yield warning("to-do", run.line, words=match[0])
    for match in _NOTE.finditer(draft.body):
        yield hint("note-left", draft.body.count("\n", 0, match.start()) + 1)


def left_by(template: str) -> frozenset[str]:
    """Return what a template leaves for the writer to replace, as `Draft.outline` holds it."""
    runs = read_source(template).runs
    return frozenset(fold(run.text) for run in runs if run.text.startswith("("))


def _short(text: str, limit: int = 60) -> str:
    return text if len(text) <= limit else f"{text[: limit - 1].rsplit(' ', 1)[0]}…"
