"""Headings: their levels, anchors, the table of contents, and the sections that search reads."""

import html
from dataclasses import dataclass, field

from articles.markdown.anchors import same_words, slugify, unique
from articles.markdown.tokens import (
    BLOCKS,
    attributes,
    closing,
    is_tag,
    start_tag,
    tag_name,
    text_of,
)

_LEVELS = {f"h{level}": level for level in range(1, 7)}
DEEPEST = 6


@dataclass(frozen=True, slots=True)
class TocEntry:
    """A heading in the table of contents. `level` is that of the page: 2 and up."""

    anchor: str
    title: str
    level: int
    children: tuple["TocEntry", ...] = ()


@dataclass(frozen=True, slots=True)
class Section:
    """The text under one heading, as plain text; the introduction has no anchor and no path."""

    anchor: str
    path: tuple[str, ...]
    text: str


@dataclass(slots=True)
class _Heading:
    anchor: str
    title: str
    level: int
    start: int  # index of its start tag
    end: int  # index after its end tag


@dataclass(slots=True)
class Outline:
    """Tokens whose headings are settled, and where these are."""

    tokens: list[str] = field(default_factory=list)
    headings: list[_Heading] = field(default_factory=list)


def settle_headings(tokens: list[str], title: str) -> Outline:
    """Give every heading its level and anchor; drop empty ones and the one that repeats `title`.

    The page's title is its only h1. Below it, levels follow nesting, without gaps: a text that starts
    with h3, or that uses h1 for its parts, reads the same as one that starts with h2.
    """
    outline = Outline()
    taken = {name for name in map(_own_id, tokens) if name}
    nesting: list[int] = []
    index = 0
    while index < len(tokens):
        token = tokens[index]
        level = _LEVELS.get(tag_name(token), 0) if token[:2].lower() == "<h" else 0
        if not level:
            outline.tokens.append(token)
            index += 1
            continue
        end = closing(tokens, index)
        words = text_of(tokens[index : end + 1])
        first = not outline.headings and not nesting
        if words and not (first and same_words(words, title)):
            while nesting and nesting[-1] >= level:
                nesting.pop()
            nesting.append(level)
            _place(outline, tokens[index : end + 1], words, len(nesting) + 1, taken)
        elif not words:
            outline.tokens += [t for t in tokens[index + 1 : end] if t.startswith("<img")]
        index = end + 1
    return outline


def _own_id(token: str) -> str:
    """Return the id of an element that is not a heading."""
    if " id=" not in token or not is_tag(token) or tag_name(token) in _LEVELS:
        return ""
    return attributes(token).get("id", "")


def _place(outline: Outline, run: list[str], words: str, level: int, taken: set[str]) -> None:
    level = min(level, DEEPEST)
    wanted = attributes(run[0]).get("id", "").strip() or slugify(words, fallback="section")
    anchor = unique("-".join(wanted.split()), taken)
    inner = run[1:-1]
    if not any(tag_name(token) == "a" for token in inner):
        link = start_tag("a", {"class": "heading-link", "href": f"#{anchor}"})
        inner = [link, *inner, "</a>"]
    start = len(outline.tokens)
    outline.tokens += [start_tag(f"h{level}", {"id": anchor}), *inner, f"</h{level}>"]
    outline.headings.append(_Heading(anchor, words, level, start, len(outline.tokens)))


def table_of_contents(outline: Outline) -> tuple[TocEntry, ...]:
    """Return the headings as a tree."""
    entries, rest = _children([(h.level, h.anchor, h.title) for h in outline.headings], 0)
    assert not rest
    return entries


def _children(
    headings: list[tuple[int, str, str]], above: int
) -> tuple[tuple[TocEntry, ...], list[tuple[int, str, str]]]:
    """Take the headings deeper than `above` from the front; return them as a tree, and the rest."""
    entries: list[TocEntry] = []
    while headings and headings[0][0] > above:
        (level, anchor, title), *rest = headings
        children, headings = _children(rest, level)
        entries.append(TocEntry(anchor, title, level, children))
    return tuple(entries), headings


def sections(outline: Outline) -> tuple[Section, ...]:
    """Return the text cut at every heading; an empty introduction is left out."""
    starts = [0, *(heading.end for heading in outline.headings)]
    ends = [*(heading.start for heading in outline.headings), len(outline.tokens)]
    found: list[Section] = []
    path: list[str] = []
    for number, (start, end) in enumerate(zip(starts, ends, strict=True)):
        text = plain_text(outline.tokens[start:end])
        if number == 0:
            if text:
                found.append(Section("", (), text))
            continue
        heading = outline.headings[number - 1]
        path = [*path[: heading.level - 2], heading.title]
        found.append(Section(heading.anchor, tuple(path), text))
    return tuple(found)


def plain_text(tokens: list[str]) -> str:
    """Return text without markup: a line for each block, the cells of a row apart by a dash."""
    parts: list[str] = []
    cells = 0
    quiet = verbatim = 0
    for token in tokens:
        if not is_tag(token):
            if not quiet:
                parts.append(token if verbatim else token.replace("\n", " "))
            continue
        name = tag_name(token)
        if name == "a" and "footnote-" in token:
            quiet = 1
        elif name == "a":
            quiet = 0
        elif name == "pre":
            verbatim = 0 if token[1] == "/" else 1
        if name in {"td", "th"}:
            cells += token[1] != "/"
            parts.append(" – " if token[1] != "/" and cells > 1 else " ")
        elif name in BLOCKS:
            cells = 0
            parts.append("\n")
    text = html.unescape("".join(parts)).replace("\u00a0", " ").replace("\u202f", " ")
    lines = (" ".join(line.split()) for line in text.split("\n"))
    return "\n".join(filter(None, lines))
