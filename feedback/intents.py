"""From searches to search intents: pure decisions about what a visitor was looking for."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from rapidfuzz import fuzz

from search.analysis import analyzer, fold

TYPING_WINDOW = timedelta(seconds=5)
REFORMULATION_WINDOW = timedelta(seconds=60)
MAX_QUERY_LENGTH = 300  # characters kept; PostgreSQL indexes values of up to about 2,700 bytes
SHARED_MEANING = 0.5  # share of the shorter question's words that the other one holds too
SAME_WORD = 80  # rapidfuzz ratio from which two stems are one word, mistyped

SharesMeaning = Callable[[str, str, str], bool]
"""(one question, another, locale) -> whether they ask about the same."""


@dataclass(frozen=True, slots=True)
class Asked:
    """An intent of the running visit. `opened_at`: when a result of it was last opened."""

    id: int
    normalised: str
    locale: str
    searched_at: datetime
    opened_at: datetime | None = None

    @property
    def has_click_since(self) -> bool:
        """Tell whether a result was opened after the search was last made."""
        return self.opened_at is not None and self.opened_at >= self.searched_at


@dataclass(frozen=True, slots=True)
class Placement:
    """Where a search belongs.

    `same_as`: the intent that it is. `absorbed`: an intent that was only its beginning, typed a moment
    before. `reformulation_of`: the intent that it asks again in other words. With none of them, or only
    the last, it is a new intent.
    """

    same_as: int | None = None
    absorbed: int | None = None
    reformulation_of: int | None = None


def clean(text: str, limit: int = MAX_QUERY_LENGTH) -> str:
    """Return text that any database stores: no control characters or half characters, one line."""
    valid = text[: limit * 4].encode("utf-8", "ignore").decode()
    printable = "".join(char if char.isprintable() else " " for char in valid)
    return " ".join(printable.split())[:limit]


def normalise(query: str) -> str:
    """Return the folded words of a question, equal for questions that differ in form only."""
    words = "".join(char if char.isalnum() else " " for char in fold(query))
    # A question of nothing but signs is still a question: "?" is kept as it is.
    return " ".join(words.split())[:MAX_QUERY_LENGTH] or query.strip()[:MAX_QUERY_LENGTH]


def shares_words(one: str, other: str, locale: str) -> bool:
    """Tell whether two questions share half of the shorter one's stems, mistyped ones included."""
    chain = analyzer(locale)
    first, second = sorted((set(chain.terms(one)), set(chain.terms(other))), key=len)
    if not first:
        return False
    shared = sum(any(_is_same_word(stem, each) for each in second) for stem in first)
    return shared / len(first) >= SHARED_MEANING


def _is_same_word(stem: str, other: str) -> bool:
    return stem == other or (len(stem) > 3 and fuzz.ratio(stem, other) >= SAME_WORD)


def place(
    normalised: str,
    locale: str,
    at: datetime,
    earlier: Sequence[Asked],
    shares_meaning: SharesMeaning = shares_words,
) -> Placement:
    """Decide where a search belongs among the intents of its visit so far."""
    latest = max(earlier, key=lambda each: (each.searched_at, each.id), default=None)
    absorbed = latest is not None and _is_typing(normalised, locale, at, latest)
    for each in earlier:
        if each.locale == locale and each.normalised == normalised:
            typed = latest.id if absorbed and latest is not None and latest is not each else None
            return Placement(same_as=each.id, absorbed=typed)
    if latest is None:
        return Placement()
    if absorbed:
        return Placement(same_as=latest.id)
    is_reformulation = (
        at - latest.searched_at <= REFORMULATION_WINDOW
        and not latest.has_click_since
        and latest.locale == locale
        and shares_meaning(latest.normalised, normalised, locale)
    )
    return Placement(reformulation_of=latest.id if is_reformulation else None)


def _is_typing(normalised: str, locale: str, at: datetime, latest: Asked) -> bool:
    """Tell whether `latest` was only a moment in the typing of this search, or of its correction."""
    return (
        at - latest.searched_at <= TYPING_WINDOW
        and not latest.has_click_since
        and latest.locale == locale
        and (normalised.startswith(latest.normalised) or latest.normalised.startswith(normalised))
    )
