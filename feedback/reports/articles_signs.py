"""What the numbers of articles say surely: pure calculation, nothing of it chance or a new article."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, fields
from datetime import date
from enum import StrEnum
from typing import Any

import numpy as np
from numpy.typing import NDArray

from feedback.rates import Flags, most_of_difference, most_of_ratio, wilsons
from feedback.statistics import MIN_OBSERVATIONS, Rate, wilson

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


NAMES = tuple(each.name for each in fields(Numbers))


@dataclass(frozen=True, slots=True, eq=False)
class Columns:
    """The same of many articles, a row each: tens of thousands are judged in some milliseconds."""

    values: Mapping[str, NDArray[Any]]

    def __getitem__(self, name: str) -> NDArray[Any]:
        """Return what `Numbers` has under a name."""
        return self.values[name]

    def at(self, row: int) -> Numbers:
        """Return the numbers of one article."""
        return Numbers(*(int(self.values[name][row]) for name in NAMES))

    def rows(self) -> Iterator[Numbers]:
        """Yield the numbers of each."""
        columns = (self.values[name].tolist() for name in NAMES)
        yield from map(Numbers, *columns)

    def total(self) -> Numbers:
        """Return the sum over articles; a reader of two articles counts twice."""
        return Numbers(*(int(self.values[name].sum()) for name in NAMES))

    @classmethod
    def of(cls, rows: Iterable[Numbers]) -> "Columns":
        """Return the numbers of articles as columns."""
        known = list(rows)
        return cls({name: np.array([getattr(each, name) for each in known]) for name in NAMES})


@dataclass(frozen=True, slots=True, eq=False)
class Lives:
    """How long articles have been public at the end of a report, and when they were last read.

    `had_a_chance`: for `NEW_DAYS`, `is_old`: for `UNREAD_DAYS` at least. `last_read` as
    `date.toordinal` counts, 0 where never; readings are known at all for the last `known_days`.
    """

    had_a_chance: Flags
    is_old: Flags
    last_read: NDArray[Any]
    known_days: int


@dataclass(frozen=True, slots=True)
class Site:
    """The site as a whole, which single articles are measured by."""

    rate: Rate
    refusals: Rate
    days: int
    days_before: int


def signs(
    now: Columns, before: Columns, lives: Lives, site: Site, until: date
) -> Mapping[Sign, Flags]:
    """Return of which articles each sign can surely be said, the most urgent sign first."""
    return {
        Sign.FALLING: readers_fell(now, before, site) | helpfulness_fell(now, before),
        Sign.NOT_HELPING: does_not_help(now, site),
        Sign.REFUSED: is_refused(now, site),
        Sign.NEVER_FOUND: lives.had_a_chance & (now["shown"] == 0),
        Sign.NEVER_OPENED: (now["shown"] >= MIN_OBSERVATIONS) & (now["searched"] == 0),
        Sign.LONG_UNREAD: _is_long_unread(lives, until),
    }


def readers_fell(now: Columns, before: Columns, site: Site) -> Flags:
    """Tell where fewer surely read it, of 30 readers before at least; site-wide falls count too."""
    most = most_of_ratio(
        before["readers"], now["readers"], exposure=site.days / site.days_before, z=Z_99
    )
    fell: Flags = (before["readers"] >= MIN_OBSERVATIONS) & (most < 1)
    return fell


def helpfulness_fell(now: Columns, before: Columns) -> Flags:
    """Tell where the share of helpful votes surely fell; 30 votes are needed on either side."""
    old, new = (wilsons(each["helpful"], each["votes"], Z_99) for each in (before, now))
    fell: Flags = old.is_enough & new.is_enough & (most_of_difference(old, new) < 0)
    return fell


def does_not_help(now: Columns, site: Site) -> Flags:
    """Tell where even the upper bound of the share of helpful votes is under that of the site."""
    rate = wilsons(now["helpful"], now["votes"])
    disappoints: Flags = rate.is_enough & (rate.upper < site.rate.value)
    return disappoints


def is_refused(now: Columns, site: Site) -> Flags:
    """Tell where searchers who open it are surely refused more often than is usual on the site.

    Under 30 openings: whether half of them or more were, three at least.
    """
    refusals = wilsons(now["refused"], now["searched"])
    is_half = (now["refused"] >= MIN_REFUSALS) & (2 * now["refused"] >= now["searched"])
    return np.where(refusals.is_enough, refusals.lower > site.refusals.value, is_half)


def _is_long_unread(lives: Lives, until: date) -> Flags:
    is_silent: Flags = lives.last_read < until.toordinal() - UNREAD_DAYS
    return lives.is_old & is_silent & (lives.known_days >= UNREAD_DAYS)
