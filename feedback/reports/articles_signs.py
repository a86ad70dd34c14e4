"""What the numbers of an article say surely: pure calculation, nothing of it chance or a new article."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from feedback.statistics import MIN_OBSERVATIONS, Rate, difference, ratio, wilson

Z_99 = 2.5758293035489004  # two-sided 99%: hundreds of articles are looked at together
NEW_DAYS = 7  # public for less, an article has had no chance yet
UNREAD_DAYS = 90
MIN_REFUSALS = 3


class Sign(StrEnum):
    """Why an article deserves a look; also the names of the lists, in addresses."""

    FALLING = "falling"
    NOT_HELPING = "not-helping"
    REFUSED = "refused"
    NEVER_FOUND = "never-found"
    NEVER_OPENED = "never-opened"
    LONG_UNREAD = "long-unread"


@dataclass(frozen=True, slots=True)
class Numbers:
    """What a stretch of days did with an article.

    `shown`: searches that had it among the first ten; `searched`: openings from a search, of which
    `refused` were voted down or followed by a request to a person. `exits`: of the `visits` that read it, those that
    looked for a person afterwards.
    """

    shown: int = 0
    views: int = 0
    visits: int = 0
    readers: int = 0
    searched: int = 0
    refused: int = 0
    exits: int = 0
    helpful: int = 0
    votes: int = 0
    raw_helpful: int = 0
    raw_votes: int = 0

    @property
    def rate(self) -> Rate:
        """Return the share of helpful votes of people."""
        return wilson(self.helpful, self.votes)

    @property
    def raw(self) -> Rate:
        """Return the share of helpful votes, robots and staff included."""
        return wilson(self.raw_helpful, self.raw_votes)

    @property
    def refusals(self) -> Rate:
        """Return the share of openings from a search that were refused."""
        return wilson(self.refused, self.searched)

    @property
    def leaving(self) -> Rate:
        """Return the share of visits reading it that looked for a person afterwards."""
        return wilson(self.exits, self.visits)

    def __add__(self, other: "Numbers") -> "Numbers":
        """Return the numbers of both; readers of both count twice."""
        return Numbers(*(one + two for one, two in zip(_values(self), _values(other), strict=True)))


def _values(numbers: Numbers) -> Iterable[int]:
    return (getattr(numbers, name) for name in Numbers.__slots__)


@dataclass(frozen=True, slots=True)
class Life:
    """How long an article has been public at the end of a report, and when it was last read."""

    public_days: int
    last_read: date | None
    known_days: int  # for which readings are known at all


@dataclass(frozen=True, slots=True)
class Site:
    """The site as a whole, which single articles are measured by."""

    rate: Rate
    refusals: Rate
    days: int
    days_before: int


def signs(now: Numbers, before: Numbers, life: Life, site: Site, until: date) -> tuple[Sign, ...]:
    """Return what can surely be said of an article, the most urgent first."""
    said = {
        Sign.FALLING: readers_fell(now, before, site) or helpfulness_fell(now, before),
        Sign.NOT_HELPING: does_not_help(now, site),
        Sign.REFUSED: is_refused(now, site),
        Sign.NEVER_FOUND: life.public_days >= NEW_DAYS and now.shown == 0,
        Sign.NEVER_OPENED: now.shown >= MIN_OBSERVATIONS and now.searched == 0,
        Sign.LONG_UNREAD: _is_long_unread(life, until),
    }
    return tuple(each for each in Sign if said[each])


def readers_fell(now: Numbers, before: Numbers, site: Site) -> bool:
    """Tell whether fewer surely read it, of 30 readers before at least; site-wide falls count too."""
    if before.readers < MIN_OBSERVATIONS:
        return False
    exposure = site.days / site.days_before
    return ratio(before.readers, now.readers, exposure=exposure, z=Z_99).upper < 1


def helpfulness_fell(now: Numbers, before: Numbers) -> bool:
    """Tell whether the share of helpful votes surely fell; 30 votes are needed on either side."""
    if now.rate.is_too_few or before.rate.is_too_few:
        return False
    old, new = wilson(before.helpful, before.votes, Z_99), wilson(now.helpful, now.votes, Z_99)
    return difference(old, new).upper < 0


def does_not_help(now: Numbers, site: Site) -> bool:
    """Tell whether even the upper bound of its share of helpful votes is under that of the site."""
    return not now.rate.is_too_few and now.rate.upper < site.rate.value


def is_refused(now: Numbers, site: Site) -> bool:
    """Tell whether searchers who open it are surely refused more often than is usual on the site.

    Under 30 openings: whether half of them or more were, three at least.
    """
    if now.refusals.is_too_few:
        return now.refused >= MIN_REFUSALS and 2 * now.refused >= now.searched
    return now.refusals.lower > site.refusals.value


def _is_long_unread(life: Life, until: date) -> bool:
    if min(life.public_days, life.known_days) < UNREAD_DAYS:
        return False
    return life.last_read is None or until - life.last_read > timedelta(days=UNREAD_DAYS)
