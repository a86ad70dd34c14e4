"""The report on articles: how much each is read, whether it helps, and which deserve a look."""

from collections.abc import Container, Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from articles.models import Audience, Revision, Translation
from articles.queries import published
from feedback.reports import figures, rollups, subjects
from feedback.reports.articles_numbers import first_day, is_simulated, last_read, numbers, total
from feedback.reports.articles_signs import Life, Numbers, Sign, Site, signs
from feedback.reports.figures import Figure
from feedback.reports.filters import Filters
from feedback.reports.tables import Cell, Report, Table
from feedback.statistics import wilson
from kb.db import db, utc_now


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


@dataclass(frozen=True, slots=True)
class ArticlesReport:
    """All public articles of the filters, and the figures of all together."""

    filters: Filters
    rows: tuple[ArticleRow, ...]
    figures: tuple[Figure, ...]
    simulated: bool

    def with_sign(self, sign: Sign) -> list[ArticleRow]:
        """Return the articles of one list."""
        return [each for each in self.rows if sign in each.signs]


def articles_report(filters: Filters) -> ArticlesReport:
    """Return the report. Articles are those public at the end of the period, or now if it goes on."""
    rollups.refresh_for_page()
    now = numbers(filters.period, channel=filters.channel)
    before = numbers(filters.compared, channel=filters.channel)
    rows = _rows(filters, now, before)
    return ArticlesReport(filters, rows, _figures(rows), is_simulated(filters.period))


def read_rows(filters: Filters) -> tuple[ArticleRow, ...]:
    """Return the rows of the articles that anybody saw, then or before: a part of a large site."""
    rollups.refresh_for_page()
    now = numbers(filters.period, channel=filters.channel)
    before = numbers(filters.compared, channel=filters.channel)
    return _rows(filters, now, before, among=now.keys() | before.keys())


def _rows(
    filters: Filters,
    now: Mapping[int, Numbers],
    before: Mapping[int, Numbers],
    among: Container[int] | None = None,
) -> tuple[ArticleRow, ...]:
    until = filters.period.last_day
    whole = total(now.values())
    site = Site(whole.rate, whole.refusals, filters.period.days, filters.compared.days)
    read, known_since = last_read(until), first_day() or until
    rows = []
    for each in _listed(filters):
        if among is not None and each.id not in among:
            continue
        own, old = now.get(each.id, Numbers()), before.get(each.id, Numbers())
        life = Life((until - each.published_on).days, read.get(each.id), (until - known_since).days)
        rows.append(
            ArticleRow(
                id=each.id,
                title=each.title,
                slug=each.slug,
                locale=each.locale,
                revision=each.revision,
                published_on=each.published_on,
                now=own,
                before=old,
                last_read=life.last_read,
                signs=signs(own, old, life, site, until),
            )
        )
    return tuple(rows)


@dataclass(frozen=True, slots=True)
class Listed:
    """A public article in one language."""

    id: int
    title: str
    slug: str
    locale: str
    revision: int
    published_on: date


def _listed(filters: Filters) -> Iterable[Listed]:
    """Return the articles that the filters leave, by title."""
    public = (
        published(filters.locale, at=min(filters.period.until, utc_now()), reader=Audience.STAFF)
        .join(Revision, Revision.id == Translation.public_revision_id)
        .with_only_columns(
            Translation.id,
            Translation.title,
            Translation.slug,
            Translation.locale,
            Revision.number,
            Translation.published_at,
            maintain_column_froms=True,
        )
        .order_by(Translation.title, Translation.id)
    )
    if filters.of_subject:
        public = public.where(Translation.id.in_(subjects.within(filters)))
    zone = filters.period.since.tzinfo
    for each, title, slug, locale, number, since in db.session.execute(public):
        assert since is not None, "what is public was published"
        yield Listed(each, title, slug, locale, number, since.astimezone(zone).date())


def _figures(rows: Iterable[ArticleRow]) -> tuple[Figure, ...]:
    known = list(rows)
    now, before = total(each.now for each in known), total(each.before for each in known)
    opened = wilson(sum(each.now.views > 0 for each in known), len(known))
    return (
        figures.count("articles_public", len(known)),
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
