"""Whether a translation is behind its source, and by how much. Plain Python.

A translation is compared with what its source has said in public since the revision it was made
from. A typo ages nothing; what changes more makes it worth refreshing; a major change puts it out of
date. Only what was not held back from translation counts.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from articles.models import Significance


class Standing(StrEnum):
    """Where a language stands beside its source, the best first."""

    CURRENT = "current"
    REFRESH = "refresh"
    OUTDATED = "outdated"
    MISSING = "missing"


@dataclass(frozen=True, slots=True)
class Step:
    """A revision of the source, as far as its translations are concerned."""

    number: int
    significance: Significance
    written_at: datetime
    is_ready: bool = False  # somebody called it ready for translation
    is_held: bool = False  # somebody held it back


def changes_since(
    steps: Iterable[Step], *, public: int, base: int | None, translated_at: datetime
) -> tuple[Step, ...]:
    """Return what the source has changed, typos aside, since a translation was made from it.

    `public` is the number of the revision of the source that readers see, `base` that of the one
    which was translated. Where nobody knows that (the texts came with an import), the words that
    were there when the translation was written are taken for it; the first words age nothing.
    """
    told = [each for each in steps if each.number <= public]
    ready_up_to = max((each.number for each in told if each.is_ready), default=0)
    held_up_to = max((each.number for each in told if each.is_held), default=0)
    return tuple(
        each
        for each in sorted(told, key=lambda step: step.number)
        if each.significance is not Significance.TYPO
        and _is_later(each, base, translated_at)
        and (each.number <= ready_up_to or each.number > held_up_to)
    )


def _is_later(step: Step, base: int | None, translated_at: datetime) -> bool:
    if base is not None:
        return step.number > base
    return step.number > 1 and step.written_at > translated_at


def standing_after(changes: Sequence[Step]) -> Standing:
    """Return where a translation stands that these changes of its source have come after."""
    if not changes:
        return Standing.CURRENT
    is_major = any(each.significance is Significance.MAJOR for each in changes)
    return Standing.OUTDATED if is_major else Standing.REFRESH


def source_locale(stated: str, present: Sequence[str], default: str) -> str:
    """Return which of the languages that an article has is the one the others are made from.

    The one that the article states, else the site's first language, else the first that it had.
    `present` is in the order in which they came, and not empty.
    """
    return next((each for each in (stated, default) if each in present), present[0])
