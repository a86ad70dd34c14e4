"""Put another address where a link stands: in a draft, for a person to publish."""

from dataclasses import dataclass

from articles.drafting import newest, save_draft
from articles.links.addresses import links_in, replaced
from articles.models import Significance, Translation
from articles.publishing import Words, words_of


class NotThere(ValueError):
    """The newest words do not hold the link any more."""


@dataclass(frozen=True, slots=True)
class Place:
    """A line of a text that holds a link, counted from 1."""

    line: int
    text: str


def places(body: str, url: str) -> list[Place]:
    """Return the lines of a text that hold a link."""
    lines = body.split("\n")
    found = []
    for start, _end, each in links_in(body):
        if each == url:
            number = body.count("\n", 0, start) + 1
            found.append(Place(number, lines[number - 1].strip()))
    return found


def replace_in_draft(translation: Translation, old: str, new: str, *, by: str, message: str) -> int:
    """Save a draft with one address put for another; return how often. Committed.

    Raises `NotThere`, or `articles.drafting.Overtaken` where somebody saves at the same instant.
    """
    last = newest(translation)
    words = words_of(last)
    body, count = replaced(words.body, old, new)
    if not count:
        raise NotThere
    save_draft(
        translation,
        Words(**{**words.columns(), "body": body}),
        after=last.number,
        by=by,
        message=message,
        significance=Significance.TYPO,
    )
    return count
