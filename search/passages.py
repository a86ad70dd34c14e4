"""Cut a document into passages: the pieces that are indexed, encoded and shown as snippets."""

import hashlib
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

PASSAGES_VERSION = 1  # raise it when the cut changes: the index is then built anew
MAX_WORDS = 120  # 60 to 150 words rank alike (docs/decisions/0010); 120 keeps vectors few
OVERLAP_WORDS = 24  # a sentence or two, so an answer across a cut is whole in one window
LIST_LINES = 4  # a list has at least so many lines,
LIST_WORDS = 250  # is short enough to encode a second time, line by line,
LIST_LINE_WORDS = 15  # and its lines are of a sentence at most
TINY_WORDS = 20  # a heading with a line below it says too little to stand alone

EVERYONE = "everyone"  # the audience of an article that anybody may read
AUDIENCES = (EVERYONE, "customers", "staff")  # who belongs to one belongs to those before it
PUBLIC = frozenset({EVERYONE})  # the audiences that a reader belongs to of whom nothing is known

_SENTENCE_END = re.compile(r"(?<=[.!?…])[\"»”')\]]*\s+(?=[^\W\d_a-zà-ÿ]|[«“\"(\[\d])")
_SPACES = re.compile(r"[^\S\n]+")


@dataclass(frozen=True, slots=True)
class Section:
    """A stretch of an article: `path` holds the headings from H2 down, `anchor` its link."""

    anchor: str
    path: tuple[str, ...]
    text: str


@dataclass(frozen=True, slots=True)
class Document:
    """What the index knows of one translation.

    `ancestors` are category keys from the root down, `category` itself left out; `article` is
    what translations of one article share, empty where nothing is known; `stamp`, if given,
    identifies the content and spares comparing it; `audience` names who may find it.
    """

    id: str
    locale: str
    title: str
    summary: str
    sections: tuple[Section, ...]
    questions: tuple[str, ...] = ()
    synonyms: tuple[str, ...] = ()
    category: str = ""
    ancestors: tuple[str, ...] = ()
    kind: str = ""
    stage: str = ""
    address: str = ""
    article: str = ""
    stamp: str = ""
    audience: str = EVERYONE


@dataclass(frozen=True, slots=True)
class Passage:
    """A window of one document; `evidence` is exactly the text given to the encoder."""

    document_id: str
    ordinal: int
    anchor: str
    path: tuple[str, ...]
    text: str
    evidence: str

    @property
    def fingerprint(self) -> str:
        """Identify the encoded text, so that equal texts share one vector."""
        return fingerprint(self.evidence)


class Label(str):
    """A text that stands for an article by itself: it is encoded apart, and in its own way."""

    __slots__ = ()

    @property
    def fingerprint(self) -> str:
        """Identify the encoded label; a passage of the same text has another vector."""
        return fingerprint(f"label: {self}")


def audiences_of_reader(audience: str) -> frozenset[str]:
    """Return the audiences whose articles somebody of an audience may find."""
    return frozenset(AUDIENCES[: AUDIENCES.index(audience) + 1])


def fingerprint(text: str) -> str:
    """Return the sha256 of a text in hexadecimal."""
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def cut(document: Document) -> tuple[Passage, ...]:
    """Return the passages of a document in reading order; never empty."""
    windows = [
        (section, window)
        for section in _merge_tiny(_with_summary(document))
        for window in windows_of(section.text)
    ] or [(Section("", (), ""), "")]
    return tuple(
        Passage(
            document_id=document.id,
            ordinal=ordinal,
            anchor=section.anchor,
            path=section.path,
            text=window,
            evidence=evidence_of(document.title, section.path, window),
        )
        for ordinal, (section, window) in enumerate(windows)
    )


def labels(document: Document) -> tuple[str, ...]:
    """Return the short texts that name a document: title first, then its known questions."""
    texts = (document.title, *document.questions)
    return tuple(dict.fromkeys(text.strip() for text in texts if text.strip()))


def standalone_lines(document: Document) -> tuple[str, ...]:
    """Return lines that are evidence of their own: those of a short text made of short lines.

    Lists of phrasings, of questions or of symptoms blur into one vector when encoded together.
    """
    if len(document.sections) != 1 or document.sections[0].path:
        return ()
    stripped = (line.strip() for line in document.sections[0].text.splitlines())
    lines = list(dict.fromkeys(line for line in stripped if line))
    words = sum(len(line.split()) for line in lines)
    is_list = len(lines) >= LIST_LINES and words <= LIST_WORDS
    return tuple(lines) if is_list and words <= LIST_LINE_WORDS * len(lines) else ()


def windows_of(text: str, max_words: int = MAX_WORDS) -> Iterator[str]:
    """Yield windows of about equal length, cut between sentences, overlapping by a sentence."""
    units = sentences(text)
    total = sum(len(unit.split()) for unit in units)
    if not total:
        return
    target = total / -(-total // max_words)
    window: list[str] = []
    carried = size = 0
    for unit in units:
        words = len(unit.split())
        if len(window) > carried and size + words / 2 > target:
            yield _join(window)
            window = _tail(window)
            carried = len(window)
            size = 0
        window.append(unit)
        size += words
    yield _join(window)


def sentences(text: str) -> list[str]:
    """Split a text at line ends and sentence ends; overlong sentences are cut by words."""
    units: list[str] = []
    for line in text.splitlines():
        clean = _SPACES.sub(" ", line).strip()
        if clean:
            units.extend(piece for raw in _SENTENCE_END.split(clean) for piece in _cap(raw))
    return units


def _cap(sentence: str) -> Iterator[str]:
    words = sentence.split(" ")
    for start in range(0, len(words), MAX_WORDS):
        yield " ".join(words[start : start + MAX_WORDS])


def _tail(window: Sequence[str]) -> list[str]:
    tail: list[str] = []
    room = OVERLAP_WORDS
    for unit in reversed(window):
        room -= len(unit.split())
        if room < 0:
            break
        tail.insert(0, unit)
    return tail if len(tail) < len(window) else tail[1:]


def _join(units: Sequence[str]) -> str:
    return "\n".join(units)


def evidence_of(title: str, path: Sequence[str], text: str) -> str:
    """Return the text to encode: a passage without its title in front loses a fifth of its score (search-facts)."""
    return "\n".join(part for part in (title, " › ".join(path), text) if part)


def _with_summary(document: Document) -> list[Section]:
    """Put the summary in front, unless the text says it already."""
    sections = list(document.sections)
    summary = document.summary.strip()
    if summary and not (sections and summary in sections[0].text):
        sections.insert(0, Section("", (), summary))
    return sections


def _merge_tiny(sections: Sequence[Section]) -> list[Section]:
    """Join a tiny section to a neighbour, its heading kept in the text."""
    merged: list[Section] = []
    for section in sections:
        if not section.text.strip() and not section.path:
            continue
        last = merged[-1] if merged else None
        small = last is not None and len(last.text.split()) < TINY_WORDS
        if last is not None and (small or len(section.text.split()) < TINY_WORDS):
            merged[-1] = _joined(last, section)
        else:
            merged.append(section)
    return merged


def _joined(first: Section, second: Section) -> Section:
    """Join two neighbours; the larger one's anchor and headings stand for both."""
    if len(first.text.split()) < TINY_WORDS <= len(second.text.split()):
        return Section(second.anchor, second.path, _text(*first.path[-1:], first.text, second.text))
    heading = second.path[-1:] if second.path != first.path else ()
    return Section(first.anchor, first.path, _text(first.text, *heading, second.text))


def _text(*parts: str) -> str:
    return "\n".join(part for part in parts if part.strip())
