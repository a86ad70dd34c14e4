"""A request as a help desk gets it: all that whoever answers would ask for. Plain Python.

What the customer wrote is one text, which the customer will see again; what they had searched and read
before is another, for the staff alone.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import quote

ORNAMENT_BYTES = 2_000  # a smaller picture inside a text is a logo, or counts its readers
MARK = "kb"  # in the last line of what this site writes for the staff of a desk


@dataclass(frozen=True, slots=True)
class CaseFile:
    """A file of a message: where its content lies, and where it can be fetched for a while."""

    name: str
    media_type: str
    size: int  # bytes
    path: Path
    address: str


@dataclass(frozen=True, slots=True)
class ToldFile:
    """A file that the desk has: its name, and where its content is fetched."""

    name: str
    address: str


def is_meant(file: Mapping[str, Any]) -> bool:
    """Tell what somebody has attached in Zammad from what it keeps beside a text.

    That is: the text itself as it came by mail, and small pictures inside it.
    """
    more = file.get("preferences")
    known = more if isinstance(more, Mapping) else {}
    if known.get("original-format") or known.get("content-alternative"):
        return False
    size = str(file.get("size") or "")
    is_inside = str(known.get("Content-Disposition") or "").startswith("inline")
    return not (is_inside and size.isascii() and size.isdigit() and int(size) < ORNAMENT_BYTES)


@dataclass(frozen=True, slots=True)
class Page:
    """An article, by its title and address."""

    title: str
    address: str


@dataclass(frozen=True, slots=True)
class Case:
    """A request."""

    reference: str
    subject: str
    message: str
    email: str
    name: str
    locale: str
    language: str
    topic: str
    topic_key: str
    via: str
    channel: str
    customer_reference: str
    plan: str
    page: str  # of the request in the studio
    thread: str  # its page for the customer
    answers: Sequence[tuple[str, str]] = ()
    details: dict[str, str] = field(default_factory=dict)
    searched: Sequence[str] = ()
    read: Sequence[Page] = ()
    offered: Sequence[Page] = ()
    files: Sequence[CaseFile] = ()

    @property
    def title(self) -> str:
        """Return the subject with the reference by which answers find back."""
        return f"[{self.reference}] {self.subject or self.message[:60]}"

    @property
    def sender(self) -> str:
        """Return what to call whoever wrote."""
        return self.name or self.email.partition("@")[0] or self.reference


@dataclass(frozen=True, slots=True)
class Comment:
    """Something added to a request: by its customer, or for the staff of the desk alone."""

    text: str
    is_by_customer: bool
    files: Sequence[CaseFile] = ()


@dataclass(frozen=True, slots=True)
class Ticket:
    """A request where it lives now: the number of the desk, and its page there."""

    number: str
    address: str

    @property
    def segment(self) -> str:
        """Return the number for an address: one that holds a slash leads nowhere else."""
        return quote(self.number, safe="")


Say = Callable[[str], str]


@dataclass(frozen=True, slots=True)
class Words:
    """The headings of what the staff of a desk read, in their language."""

    written_by: str
    language: str
    topic: str
    searched: str
    read: str
    offered: str
    nothing: str
    page: str


def first_words(case: Case) -> str:
    """Return what the customer wrote, with what the form asked them."""
    return "\n\n".join(
        part
        for part in (case.message, "\n".join(f"{label}: {said}" for label, said in case.answers))
        if part
    )


def background(case: Case, words: Words) -> str:
    """Return who wrote, and what they had searched and read before: for the staff alone."""
    who = f"{case.name} <{case.email}>" if case.name and case.email else case.name or case.email
    known = ", ".join(filter(None, (case.customer_reference, case.plan)))
    facts = [
        f"{words.written_by}: {who}{f' ({known})' if known else ''}" if who or known else "",
        f"{words.language}: {case.language}",
        f"{words.topic}: {case.topic}" if case.topic else "",
    ]
    trail = [
        _listed(words.searched, case.searched),
        _listed(words.read, _pages(case.read)),
        _listed(words.offered, _pages(case.offered)),
    ]
    return "\n\n".join(
        part
        for part in (
            "\n".join(filter(None, facts)),
            *(trail if any(trail) else [words.nothing]),
            f"{words.page}: {case.page}",
        )
        if part
    )


def _pages(pages: Iterable[Page]) -> list[str]:
    return [f"{each.title} – {each.address}" for each in pages]


def _listed(heading: str, lines: Iterable[str]) -> str:
    listed = [f"• {line}" for line in lines]
    return "\n".join([f"{heading}:", *listed]) if listed else ""


def marked(text: str, event_id: str) -> str:
    """Return a note for the staff with a line by which it is known when it comes back."""
    return f"{text}\n\n({MARK}:{event_id})"


def is_ours(text: str) -> bool:
    """Tell whether this site wrote a note itself."""
    return f"({MARK}:evt_" in text


def same_words(one: str, other: str) -> bool:
    """Tell whether two texts say the same, but for spaces and lines."""
    return one.split() == other.split()
