"""What gaps are found from, and what is found: plain values, free of the database.

Whoever loads them leaves out robots and staff, and the searches of visits that are not over.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

import numpy as np
import numpy.typing as npt

from feedback.models import Reason
from feedback.outcomes import READ_SECONDS, Outcome

Vectors = npt.NDArray[np.float32]
Encode = Callable[[Sequence[str]], Vectors]
"""texts -> unit vectors [len(texts), dimensions]"""
Progress = Callable[[int, int], None]
"""(done, total)"""


class Source(StrEnum):
    """How a wording reached us."""

    SEARCH = "search"
    REQUEST = "request"
    COMMENT = "comment"


class Diagnosis(StrEnum):
    """Why a question goes unanswered, each with its own remedy."""

    MISSING_ARTICLE = "missing-article"
    MISSING_TRANSLATION = "missing-translation"
    CANNOT_BE_FOUND = "cannot-be-found"
    DOES_NOT_HELP = "does-not-help"
    NOT_FOR_US = "not-for-us"


@dataclass(frozen=True, slots=True)
class Opened:
    """An article that was opened. `rank`: its place among the results, None if not from them."""

    translation_id: int
    rank: int | None = None
    seconds: int = 0
    helpful: bool | None = None
    reason: Reason | None = None

    @property
    def is_helpful(self) -> bool:
        """Tell whether it was voted helpful, or read and not voted down."""
        return bool(self.helpful) or (self.helpful is None and self.seconds >= READ_SECONDS)


@dataclass(frozen=True, slots=True)
class Expressed:
    """What a visitor said once: a search intent, a request, or the comment of a "no".

    `id`: of the row of its source. `outcome`: of a search, None otherwise; answered ones belong
    here as well, for they show what is usual. `chain`: the search that this one's visitor began
    with before rewording, its own id if none; requests and comments name the search that led to
    them, None if there was none. `shown`: translations, best first. `opened`: from this search; the
    last search of a visit also has what was opened without any search.
    """

    id: int
    source: Source
    text: str
    normalised: str
    locale: str
    visitor: str
    asked_at: datetime
    origin: str = ""
    visit: int | None = None
    outcome: Outcome | None = None
    chain: int | None = None
    weak: bool = False
    shown: tuple[int, ...] = ()
    opened: tuple[Opened, ...] = ()


@dataclass(frozen=True, slots=True)
class Known:
    """A public article in one language. `vectors`: of its passages [n, dimensions], if known.

    `texts`: its title first, then the questions it is known to answer.
    """

    id: int
    article_id: int
    locale: str
    texts: tuple[str, ...]
    vectors: Vectors | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True)
class Evidence:
    """The counts behind a diagnosis, of distinct visitors unless said otherwise.

    `article`: the translation that they are about, None if none comes near.
    """

    article: int | None = None
    nearness: float = 0.0  # of its text: 1 as near as articles usually are to what they answer
    shown: int = 0  # saw it among the results
    shown_first: int = 0  # of these, as the first
    opened: int = 0
    answered: int = 0  # got their answer from it
    found_late: int = 0  # of these, after asking again, further down or by another way
    answered_others: int = 0  # answered by it when they asked something else, in their language
    voted_down: int = 0
    escalated: int = 0  # opened it, then asked a person
    weak: int = 0  # saw no sure result of any article
    not_opened: int = 0  # opened no article at all


@dataclass(frozen=True, slots=True)
class Wording:
    """What was asked in the same words. `visitors` and `intents` are those without an answer."""

    source: Source
    locale: str
    normalised: str
    text: str
    visitors: int
    intents: int


@dataclass(frozen=True, slots=True)
class Found:
    """A question that customers ask and do not get answered.

    `name`: its most central wording in the language that asked most. `visitors`: distinct, those
    of one network and day counted three times at most. `visitors_before`: the same before the
    period. `contacts`: visitors who turned to a person. `answered`: visitors who asked the same
    and got an answer. `members`: ids of what went unanswered in the period, by source.
    `nearest`: the best existing article.
    """

    name: str
    locale: str
    visitors: int
    visitors_before: int
    intents: int
    requests: int
    comments: int
    contacts: int
    answered: int
    outcomes: Mapping[Outcome, int]
    languages: tuple[str, ...]
    wordings: tuple[Wording, ...]
    members: Mapping[Source, tuple[int, ...]]
    nearest: int | None
    diagnosis: Diagnosis | None
    evidence: Evidence
    first_seen: datetime
    last_seen: datetime

    @property
    def queries(self) -> tuple[str, ...]:
        """Return every wording, the most asked first."""
        return tuple(each.text for each in self.wordings)

    @property
    def cost(self) -> int:
        """Return what gaps are ranked by: visitors + 3 x contacts (a contact takes a person's time)."""
        return self.visitors + CONTACT_COST * self.contacts

    @property
    def unanswered_share(self) -> float:
        """Return which part of those who asked got no answer."""
        return self.visitors / max(self.visitors + self.answered, 1)


CONTACT_COST = 3  # visitors left without an answer that weigh as much as one contact
