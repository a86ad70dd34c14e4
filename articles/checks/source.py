"""Markdown taken apart with its line numbers, for rules that lead a writer to a line.

The page is made by another pipeline, which knows no lines. This one reads what rules ask for:
headings, links, images, tables and runs of prose; what it cannot make out it leaves alone.
"""

import re
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass, field

_FENCED = re.compile(
    r"^(?P<in>[ >]*(?:[-*+] +|\d+[.)] +)?)(?P<marks>`{3,}|~{3,})[^\n]*\n.*?(?:^[ >]*(?P=marks)[`~]*[ ]*$|\Z)",
    re.MULTILINE | re.DOTALL,
)
_COMMENT = re.compile(r"<!--.*?(?:-->|\Z)", re.DOTALL)
_CODE = re.compile(r"(?P<ticks>`+)(?!`)(?:[^`\n]|(?!(?P=ticks))`){1,1000}?(?P=ticks)(?!`)")
_LIQUID = re.compile(r"\{%[^\n]{0,500}?%\}")
_VERBATIM = re.compile(
    r"<(pre|script|style|svg|textarea)\b.*?(?:</\1>|\Z)", re.IGNORECASE | re.DOTALL
)

# Every run that a pattern may look for an end in is bounded: a text of 200,000 characters in which
# nothing ends would take minutes otherwise.
LONGEST_LINE = 2_000  # characters; a longer one is no heading and no row
_ATX = re.compile(r"[ ]{0,3}(#{1,6})(?:[ \t]+(.*?))?[ \t]*#*[ \t]*$")
_UNDERLINE = re.compile(r"[ ]{0,3}(=+|-{2,})[ \t]*$")
_HTML_HEADING = re.compile(r"<h([1-6])\b[^<>]*>(.{0,500}?)</h\1>", re.IGNORECASE | re.DOTALL)
_ITEM = re.compile(r"[ ]*(?:[-*+]|\d{1,9}[.)])[ \t]+(?:\[[ xX]\][ ]+)?")
_RULE = re.compile(r"[ ]{0,3}(?:[-*_][ ]*){3,}$")
_QUOTE = re.compile(r"(?:[ ]{0,3}>[ ]?)+")
_CALLOUT = re.compile(r"\[!\w+\][+-]?[ ]*")
_ADMONITION = re.compile(r"[ ]*(?:!!!|\?\?\?\+?|===|:::)")
_DELIMITERS = re.compile(r"[ ]*\|?[ ]*:?-+:?[ ]*(?:\|[ ]*:?-+:?[ ]*)*\|?[ ]*$")
_DEFINITION = re.compile(r"[ ]{0,3}\[(?!\^)([^\]\n]+)\]:[ \t]*(?:<([^<>\n]*)>|(\S+))")
_FOOTNOTE = re.compile(r"[ ]{0,3}\[\^[^\]\n]+\]:[ \t]*")

_TARGET = r"""\(\s*(?:<(?P<angled>[^<>\n]*)>
      |(?P<plain>(?:[^\s()\\]|\\.|\((?:[^\s()\\]|\\.)*\))*)
      |(?P<spaced>[^()<>\n"]+\.\w{2,4}))
    (?:\s+(?:"[^"\n]*"|'[^'\n]*'))?\s*\)"""
_WORDS = r"(?P<words>(?:[^\[\]]|\[(?:[^\[\]]|\[[^\[\]]*\])*\])*)"
_IMAGE = re.compile(rf"!\[{_WORDS}\](?:{_TARGET}|\[(?P<label>[^\[\]\n]*)\])", re.VERBOSE)
_LINK = re.compile(
    rf"(?<![!\\])\[(?!\^){_WORDS}\](?:{_TARGET}|\[(?P<label>[^\[\]\n]*)\])", re.VERBOSE
)
_IMG = re.compile(r"<img\b([^<>]*)>", re.IGNORECASE)
_ANCHOR = re.compile(r"<a\b([^<>]*)>(.{0,500}?)</a>", re.IGNORECASE | re.DOTALL)
_ATTRIBUTE = re.compile(
    r"\b(alt|src|href|id|name)\s*=\s*(?:\"([^\"]*)\"|'([^']*)'|([^\s>]+))", re.IGNORECASE
)
_BARE = re.compile(r"<?\bhttps?://[^\s<>\"'*`]+", re.IGNORECASE)
_TAG = re.compile(r"</?[a-zA-Z][^<>]*>")
_EMPHASIS = re.compile(
    r"(\*{1,3}|~~)(?=\S)(.{1,200}?)(?<=\S)\1|(?<!\w)(_{1,3})(?=\S)(.{1,200}?)(?<=\S)\3(?!\w)"
)
_ATTRIBUTES = re.compile(r"\{:?[ ]*[#.][^{}\n]*\}")
_ESCAPE = re.compile(r"\\([!-/:-@\[-`{-~])")
_INLINE_MARK = re.compile(r"\[!([A-Z]{2,})[ ]+([^\[\]]+)\]")
_CODE_MARK = "\x1a"  # stands for a character of code, which is no word of the text
_CODE_RUN = re.compile(f"{_CODE_MARK}+")


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading as written: `level` 1 to 6."""

    line: int
    level: int
    text: str


@dataclass(frozen=True, slots=True)
class Image:
    """An image; `alt` is None where it is not even there, "" in HTML where it is meant to be empty."""

    line: int
    alt: str | None
    target: str


@dataclass(frozen=True, slots=True)
class Link:
    """A link; `is_bare` where the address itself is what readers see."""

    line: int
    text: str
    target: str
    is_bare: bool = False
    is_alone: bool = False  # nothing else in its line, as videos are put


@dataclass(frozen=True, slots=True)
class Table:
    """A table; `head` are the words of its first row."""

    line: int
    head: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Run:
    """Words that belong together, without their markup: a paragraph, an item, a line of a quote."""

    line: int
    text: str
    is_item: bool = False


@dataclass(frozen=True, slots=True)
class Source:
    """What a body consists of, each part in the order of the lines."""

    headings: tuple[Heading, ...]
    images: tuple[Image, ...]
    links: tuple[Link, ...]
    tables: tuple[Table, ...]
    runs: tuple[Run, ...]
    plain: str  # the body with code and comments blanked out, its lines where they were


def read_source(body: str) -> Source:
    """Take a body apart; any text is accepted."""
    plain = _blanked(body)
    lines = _Lines(plain)
    definitions = {
        match[1].casefold(): match[2] if match[2] is not None else match[3]
        for match in map(_DEFINITION.match, plain.split("\n"))
        if match
    }
    blocks = _read_blocks(plain)
    html_headings = [
        Heading(lines.at(match.start()), int(match[1]), without_markup(match[2]))
        for match in _HTML_HEADING.finditer(plain)
    ]
    return Source(
        headings=tuple(sorted([*blocks.headings, *html_headings], key=lambda each: each.line)),
        images=tuple(_images(plain, lines, definitions)),
        links=tuple(_links(plain, lines, definitions)),
        tables=tuple(blocks.tables),
        runs=tuple(blocks.runs),
        plain=plain,
    )


def without_markup(text: str) -> str:
    """Return the words that a reader sees of a piece of Markdown, on one line."""
    text = _IMAGE.sub(" ", _INLINE_MARK.sub(r"\2", text))
    text = _LINK.sub(lambda match: match["words"], text)
    text = _ATTRIBUTES.sub("", _TAG.sub(" ", text))
    for _ in range(2):  # emphasis within emphasis
        text = _EMPHASIS.sub(lambda match: match[2] or match[4], text)
    text = _CODE_RUN.sub("…", _ESCAPE.sub(r"\1", text))
    return " ".join(text.split())


class _Lines:
    """Numbers of lines by offset."""

    def __init__(self, text: str) -> None:
        self._ends = [match.start() for match in re.finditer("\n", text)]

    def at(self, offset: int) -> int:
        return bisect_right(self._ends, offset - 1) + 1


def _blanked(body: str) -> str:
    """Return the body with what readers do not read as text made blank, line ends kept."""

    def blank(match: re.Match[str]) -> str:
        return re.sub(r"[^\n]", " ", match[0])

    for pattern in (_FENCED, _COMMENT, _VERBATIM, _LIQUID):
        body = pattern.sub(blank, body)
    return _CODE.sub(lambda match: _CODE_MARK * len(match[0]), body)


def _address(match: re.Match[str], definitions: dict[str, str]) -> str | None:
    """Return the target of a link or image; None where the label of a reference is not defined."""
    if match["label"] is not None:
        return definitions.get((match["label"] or match["words"]).casefold())
    found = (match[name] for name in ("angled", "plain", "spaced"))
    return next((each for each in found if each is not None), "")


def _images(plain: str, lines: _Lines, definitions: dict[str, str]) -> Iterator[Image]:
    found: list[Image] = []
    for match in _IMAGE.finditer(plain):
        target = _address(match, definitions)
        if target is not None:
            alt = without_markup(match["words"]).replace("…", "").strip()
            found.append(Image(lines.at(match.start()), alt or None, target))
    for match in _IMG.finditer(plain):
        values = _attributes(match[1])
        found.append(Image(lines.at(match.start()), values.get("alt"), values.get("src", "")))
    return iter(sorted(found, key=lambda each: each.line))


def _links(plain: str, lines: _Lines, definitions: dict[str, str]) -> Iterator[Link]:
    found: list[Link] = []
    rest = list(plain)

    def take(match: re.Match[str], words: str, target: str) -> None:
        alts = " ".join(each["words"] for each in _IMAGE.finditer(words))
        text = without_markup(words) or without_markup(alts)
        found.append(Link(lines.at(match.start()), text, target, text == target))
        rest[match.start() : match.end()] = " " * (match.end() - match.start())

    for match in _LINK.finditer(plain):
        target = _address(match, definitions)
        if target is not None:
            take(match, match["words"], target)
    for match in _ANCHOR.finditer(plain):
        values = _attributes(match[1])
        if "href" in values and not (values.keys() & {"id", "name"} and not match[2].strip()):
            take(match, match[2], values["href"])
    for match in _IMAGE.finditer("".join(rest)):
        rest[match.start() : match.end()] = " " * (match.end() - match.start())
    left = _TAG.sub(lambda match: " " * len(match[0]), "".join(rest))
    found.extend(_bare(left, plain, lines))
    return iter(sorted(found, key=lambda each: each.line))


def _bare(left: str, plain: str, lines: _Lines) -> Iterator[Link]:
    for match in _BARE.finditer(left):
        start, end = left.rfind("\n", 0, match.start()) + 1, left.find("\n", match.end())
        line = plain[start : end if end >= 0 else len(plain)]
        if _DEFINITION.match(line):
            continue
        address = match[0].lstrip("<").rstrip(".,;:!?)…")
        is_alone = line.strip().strip("<>") == address
        yield Link(lines.at(match.start()), address, address, is_bare=True, is_alone=is_alone)


def _attributes(tag: str) -> dict[str, str]:
    return {
        match[1].lower(): next(each for each in match.groups()[1:] if each is not None)
        for match in _ATTRIBUTE.finditer(tag)
    }


@dataclass(slots=True)
class _Blocks:
    """The lines of a body, put together to headings, tables and runs of prose."""

    headings: list[Heading] = field(default_factory=list)
    tables: list[Table] = field(default_factory=list)
    runs: list[Run] = field(default_factory=list)
    words: list[str] = field(default_factory=list)  # of the run that is open
    begun: int = 0
    is_item: bool = False
    in_table: bool = False

    def take(self, number: int, line: str, after: str) -> None:
        """Take one line in; `after` is the one below it."""
        if len(line) > LONGEST_LINE:
            self._prose(number, line)
            return
        quoted = _QUOTE.match(line)
        text = line[quoted.end() :] if quoted else line
        text = _CALLOUT.sub("", text, count=1) if quoted else text
        if not text.strip() or (_RULE.match(text) and not self.words):
            self.close()
        elif match := _ATX.match(text):
            self.close()
            self.headings.append(Heading(number, len(match[1]), without_markup(match[2] or "")))
        elif self.in_table or ("|" in text and "-" in after and _DELIMITERS.match(after)):
            self._row(number, text)
        elif (match := _UNDERLINE.match(text)) and len(self.words) == 1 and not self.is_item:
            level = 1 if match[1][0] == "=" else 2
            self.headings.append(Heading(self.begun, level, without_markup(self.words[0])))
            self.words.clear()
        elif _ADMONITION.match(text) or _DEFINITION.match(text):
            self.close()
        else:
            self._prose(number, text)

    def _prose(self, number: int, text: str) -> None:
        item = _ITEM.match(text)
        if item:
            self.close()
            text = text[item.end() :]
        elif note := _FOOTNOTE.match(text):
            self.close()
            text = text[note.end() :]
        if not self.words:
            self.begun, self.is_item = number, bool(item)
        self.words.append(text.strip())
        if text.rstrip("\n").endswith(("  ", "\\")):
            self.close()  # a line that ends here ends for readers too

    def _row(self, number: int, text: str) -> None:
        if not self.in_table:
            self.close()
            self.in_table = True
            cells = text.strip().strip("|").split("|")
            self.tables.append(Table(number, tuple(map(without_markup, cells))))

    def close(self) -> None:
        """End the run that is open, and the table."""
        self.in_table = False
        if self.words:
            text = without_markup("\n".join(self.words))
            if text:
                self.runs.append(Run(self.begun, text, self.is_item))
            self.words.clear()
        self.is_item = False


def _read_blocks(plain: str) -> _Blocks:
    blocks = _Blocks()
    # What HTML has of tables and headings is no prose.
    text = re.sub(
        r"<(table|h[1-6])\b.*?(?:</\1>|\Z)",
        lambda match: re.sub(r"[^\n]", " ", match[0]),
        plain,
        flags=re.IGNORECASE | re.DOTALL,
    )
    lines = text.split("\n")
    for number, line in enumerate(lines, 1):
        blocks.take(number, line, lines[number] if number < len(lines) else "")
    blocks.close()
    return blocks
