"""The report on articles: how much each is read, whether it helps, and which deserve a look.

Of a large site only a page is shown, so that what concerns all articles is worked out in columns; an
object is made of those alone that somebody looks at.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date

import numpy as np

from feedback.rates import Flags, wilsons
from feedback.reports import figures, rollups
from feedback.reports.articles_listed import Described, described, public, titles
from feedback.reports.articles_numbers import (
    Ids,
    existing,
    first_day,
    is_simulated,
    last_read,
    sums,
)
from feedback.reports.articles_signs import Columns, Lives, Numbers, Sign, Site, signs
from feedback.reports.figures import Figure
from feedback.reports.filters import Filters
from feedback.reports.tables import Cell, Report, Table
from feedback.statistics import wilson

# What stands first, the most important first. Sure before unsure: the lower the best that can be hoped
# for, the sooner it is shown.
ORDERS: Mapping[str, Callable[[Columns], tuple[Ids, ...]]] = {
    "readers": lambda now: (-now["readers"], -now["views"]),
    "helpful": lambda now: (wilsons(now["helpful"], now["votes"]).upper, -now["votes"]),
    "exits": lambda now: (-wilsons(now["exits"], now["visits"]).lower, -now["exits"]),
    "shown": lambda now: (-now["shown"],),
}
BY_TITLE = "title"


@dataclass(frozen=True, slots=True)
class ArticleRow:
    """An article in one language, with its numbers now and in the period compared with."""

    id: int
    title: str
    slug: str
    locale: str
    revision: int
    published_on: date
    now: Numbers
    before: Numbers
    last_read: date | None
    signs: tuple[Sign, ...]


@dataclass(frozen=True, slots=True, eq=False)
class ArticlesReport:
    """All public articles of the filters, and the figures of all together.

    `ids`: the articles, in no order; `now`, `before`, `last_read` and `signs` have a place for each.
    """

    filters: Filters
    ids: Ids
    now: Columns
    before: Columns
    last_read: Ids
    signs: Mapping[Sign, Flags]
    figures: tuple[Figure, ...]
    simulated: bool

    def count(self, sign: Sign | None = None) -> int:
        """Return how many articles there are, or are on a list."""
        return len(self.ids) if sign is None else int(self.signs[sign].sum())

    def places(self, *any_of: Sign) -> Ids:
        """Return the places of the articles with any of these signs; of all, where none is named."""
        if not any_of:
            return np.arange(len(self.ids))
        return np.flatnonzero(np.any([self.signs[sign] for sign in any_of], axis=0))

    def in_order(self, places: Ids, order: str) -> Ids:
        """Return places in one of `ORDERS`, or by title; of two alike, the older article first."""
        ids = self.ids[places]
        if order == BY_TITLE:
            names = titles(self.filters)
            pairs = [(names.get(each, ""), each) for each in ids.tolist()]
            by_title = sorted(range(len(pairs)), key=pairs.__getitem__)
            return places[np.array(by_title, dtype=np.int64)]
        columns = [column[places] for column in ORDERS[order](self.now)]
        return places[np.lexsort((ids, *reversed(columns)))]

    def rows_at(self, places: Ids) -> list[ArticleRow]:
        """Return the articles at these places, but those that have gone since."""
        known = described(self.ids[places].tolist(), self.filters)
        there = [(place, known.get(int(self.ids[place]))) for place in places.tolist()]
        return [self._row(place, about) for place, about in there if about is not None]

    def _row(self, place: int, about: Described) -> ArticleRow:
        day = int(self.last_read[place])
        return ArticleRow(
            id=int(self.ids[place]),
            title=about.title,
            slug=about.slug,
            locale=about.locale,
            revision=about.revision,
            published_on=about.published_on,
            now=self.now.at(place),
            before=self.before.at(place),
            last_read=date.fromordinal(day) if day else None,
            signs=tuple(sign for sign in Sign if self.signs[sign][place]),
        )

    @property
    def rows(self) -> tuple[ArticleRow, ...]:
        """Return all articles."""
        return tuple(self.rows_at(self.places()))

    def with_sign(self, *any_of: Sign) -> list[ArticleRow]:
        """Return the articles of a list, or of several."""
        return self.rows_at(self.places(*any_of))


def articles_report(filters: Filters) -> ArticlesReport:
    """Return the report. Articles are those public at the end of the period, or now if it goes on."""
    rollups.refresh_for_page()
    period, until, shown = filters.period, filters.period.last_day, public(filters)
    everywhere = sums(period, filters.channel)
    now = everywhere.of(shown.ids)
    before = sums(filters.compared, filters.channel).of(shown.ids)
    whole = everywhere.of(existing(everywhere.seen)).total()
    known_since = first_day() or until
    lives = Lives(
        shown.had_a_chance, shown.is_old, last_read(until, shown.ids), (until - known_since).days
    )
    site = Site(whole.rate, whole.refusals, period.days, filters.compared.days)
    return ArticlesReport(
        filters,
        shown.ids,
        now,
        before,
        lives.last_read,
        signs(now, before, lives, site, until),
        _figures(now, before),
        is_simulated(period),
    )


def _figures(each_now: Columns, each_before: Columns) -> tuple[Figure, ...]:
    now, before = each_now.total(), each_before.total()
    number = len(each_now["views"])
    opened = wilson(int((each_now["views"] > 0).sum()), number)
    return (
        figures.count("articles_public", number),
        figures.share("articles_opened", opened, opened=opened.successes, public=opened.trials),
        figures.share(
            "helpfulness",
            now.rate,
            before.rate,
            helpful=now.helpful,
            votes=now.votes,
            raw_helpful=now.raw_helpful,
            raw_votes=now.raw_votes,
        ),
        figures.share("exits", now.leaving, before.leaving, exits=now.exits, visits=now.visits),
    )


COLUMNS = (
    "id", "title", "language", "lists", "shown", "views", "readers", "readers_before",
    "opened_from_search", "refused", "visits", "exits_to_a_person", "helpful", "votes", "helpful_share",
    "helpful_lower", "helpful_upper", "too_few_to_tell", "raw_helpful", "raw_votes",
    "helpful_before", "votes_before", "last_read",
)  # fmt: skip


def table(rows: Iterable[ArticleRow]) -> Table:
    """Return articles as a table, the most read first."""
    ordered = sorted(rows, key=lambda each: (-each.now.readers, -each.now.views, each.id))
    return Table("articles", COLUMNS, tuple(_cells(each) for each in ordered))


def _cells(row: ArticleRow) -> tuple[Cell, ...]:
    now, before = row.now, row.before
    return (
        row.id, row.title, row.locale, " ".join(row.signs), now.shown, now.views, now.readers,
        before.readers, now.searched, now.refused, now.visits, now.exits, now.helpful, now.votes,
        round(now.rate.value, 4) if now.votes else None, round(now.rate.lower, 4),
        round(now.rate.upper, 4), "yes" if now.rate.is_too_few else "no", now.raw_helpful,
        now.raw_votes, before.helpful, before.votes,
        row.last_read.isoformat() if row.last_read else None,
    )  # fmt: skip


def make(filters: Filters) -> Report:
    """Return the report as files, the command and the digest take it."""
    found = articles_report(filters)
    return Report(
        "articles", filters, found.figures, (table(found.rows),), simulated=found.simulated
    )
