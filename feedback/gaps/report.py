"""The report of gaps: what is kept, with its figures over the period and part of the site asked for.

The page, the files, the command and the digest all show this. It reads only; `feedback.gaps.keeping`
finds.
"""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from sqlalchemy import Select, select

from articles.models import Audience, Translation
from articles.queries import published
from feedback.gaps import summing
from feedback.gaps.channels import channels_of
from feedback.gaps.facts import Diagnosis, Source
from feedback.gaps.models import Gap, GapStatus, GapWording, is_worked_on
from feedback.gaps.runs import last_run
from feedback.gaps.summing import Sums, Tally
from feedback.models import Channel
from feedback.outcomes import Outcome
from feedback.reports.filters import Filters
from kb.accounts.models import User
from kb.db import db

MAX_POINTS = 45  # of a line as wide as a word
MIN_VISITORS = 2  # what one person asks is an anecdote
OPEN = (GapStatus.OPEN, GapStatus.IN_PROGRESS)


@dataclass(frozen=True, slots=True)
class Asked:
    """A wording of a gap, and how often it went unanswered."""

    id: int
    text: str
    locale: str
    source: Source
    times: int


@dataclass(frozen=True, slots=True)
class Article:
    """A public article near a gap."""

    id: int
    title: str
    slug: str
    locale: str


@dataclass(frozen=True, slots=True)
class KeptGap:
    """A gap with its figures over a period.

    `visitors_before`: those of the period that it is compared with. `days`: what went unanswered on
    each day of the period, in order. `wordings`: the most asked first. `answer`: once it is public.
    """

    id: int
    name: str
    locale: str
    status: GapStatus
    diagnosis: Diagnosis | None
    sums: Sums
    visitors_before: int
    languages: tuple[str, ...]
    wordings: tuple[Asked, ...]
    days: tuple[int, ...]
    nearest: Article | None
    answer: Article | None
    answer_id: int | None
    owner: str
    owner_id: int | None
    due_on: date | None
    first_seen: datetime
    last_seen: datetime
    answered_at: datetime | None
    channels: Mapping[Channel, int] = field(default_factory=dict)  # empty: all on the site

    @property
    def visitors(self) -> int:
        """Return the distinct visitors left without an answer."""
        return self.sums.visitors

    @property
    def intents(self) -> int:
        """Return the searches without an answer."""
        return self.sums.intents

    @property
    def contacts(self) -> int:
        """Return the visitors who turned to a person."""
        return self.sums.contacts

    @property
    def trend(self) -> tuple[int, ...]:
        """Return what went unanswered, by day or, over long periods, by week."""
        size = 1 if len(self.days) <= MAX_POINTS else 7
        # Whole stretches, counted from the end: a short last one would look like a fall.
        start = len(self.days) % size
        return tuple(sum(self.days[day : day + size]) for day in range(start, len(self.days), size))

    @property
    def outcomes(self) -> Mapping[Outcome, int]:
        """Return what became of the searches without an answer."""
        return self.sums.outcomes

    @property
    def cost(self) -> int:
        """Return what it is ranked by."""
        return self.sums.cost


@dataclass(frozen=True, slots=True)
class GapsReport:
    """The gaps of a period, those that cost most first; `not for us` after all others.

    `gaps` are the ones asked for (by default those that wait for an answer); `total` and `before` are
    the figures of all of these together. `kept_at`: when the last run ended, None before the first.
    """

    filters: Filters
    gaps: tuple[KeptGap, ...]
    total: Sums
    before: Sums
    by_status: Mapping[GapStatus, int]
    kept_at: datetime | None
    by_meaning: bool
    simulated: bool


def gaps_report(
    filters: Filters,
    *,
    statuses: Collection[GapStatus] = OPEN,
    owner_id: int | None = None,
) -> GapsReport:
    """Return the gaps in these statuses that matter in the period, of one owner or all."""
    known = list(db.session.scalars(_shown(owner_id)))
    tallies = summing.tallies(filters)
    sums = summing.sums_of(tallies, summing.visitors_in(filters), summing.contacts_in(filters))
    asked = [each for each in known if is_listed(each, sums.get(each.id, Sums()), filters)]
    listed = [each for each in asked if each.status in statuses]
    gaps = _kept(listed, sums, tallies, filters)
    run = last_run()
    return GapsReport(
        filters=filters,
        gaps=tuple(sorted(gaps, key=_rank)),
        total=_total(gaps),
        before=_before(gaps, filters),
        by_status={status: sum(each.status is status for each in asked) for status in GapStatus},
        kept_at=run.finished_at if run else None,
        by_meaning=bool(run and run.by_meaning),
        simulated=any(each.simulated for each in tallies),
    )


def _total(gaps: Sequence[KeptGap]) -> Sums:
    return Sums(
        visitors=sum(each.visitors for each in gaps),
        intents=sum(each.intents for each in gaps),
        contacts=sum(each.contacts for each in gaps),
    )


def _before(gaps: Sequence[KeptGap], filters: Filters) -> Sums:
    ids = {each.id for each in gaps}
    contacts = summing.contacts_in(filters, filters.compared)
    return Sums(
        visitors=sum(each.visitors_before for each in gaps),
        intents=summing.intents_in(filters, filters.compared, ids),
        contacts=sum(count for gap, count in contacts.items() if gap in ids),
    )


def _shown(owner_id: int | None) -> Select[Gap]:
    query = select(Gap).where(Gap.merged_into_id.is_(None)).order_by(Gap.id)
    return query if owner_id is None else query.where(Gap.owner_id == owner_id)


def is_listed(gap: Gap, sums: Sums, filters: Filters) -> bool:
    """Tell whether a gap stands in a list.

    One that nobody works on: if the last run found it, and two visitors at least asked in the period.
    One that people work on, or did: always, but for a part of the site in which nobody asked.
    """
    if is_worked_on(gap):
        return not filters.of_part or sums.visitors > 0 or sums.answered > 0
    return gap.is_listed and sums.visitors >= MIN_VISITORS


def _rank(gap: KeptGap) -> tuple[bool, int, int, int]:
    return gap.diagnosis is Diagnosis.NOT_FOR_US, -gap.cost, -gap.intents, gap.id


def _kept(
    gaps: Sequence[Gap], sums: Mapping[int, Sums], tallies: Sequence[Tally], filters: Filters
) -> list[KeptGap]:
    only = gaps[0].id if len(gaps) == 1 else None
    channels = channels_of([each.id for each in gaps], filters)
    before = summing.visitors_in(filters, filters.compared, only)
    by_day = summing.by_day(filters, only)
    wordings = asked_wordings(tallies, {each.id for each in gaps})
    known = {(each.nearest_id, each.locale) for each in gaps if each.nearest_id}
    known |= {(each.answer_id, each.locale) for each in gaps if each.answer_id}
    near = nearest_articles(known)
    owners = _owners({each.owner_id for each in gaps if each.owner_id})
    first, length = filters.period.since.date(), filters.period.days
    return [
        KeptGap(
            id=each.id,
            name=each.name,
            locale=each.locale,
            status=each.status,
            diagnosis=each.diagnosis,
            sums=sums.get(each.id, Sums()),
            visitors_before=before.get(each.id, 0),
            languages=_languages(wordings.get(each.id, ())) or (each.locale,),
            wordings=wordings.get(each.id, ()),
            days=_days(by_day.get(each.id, {}), first, length),
            nearest=near.get((each.nearest_id, each.locale)) if each.nearest_id else None,
            answer=near.get((each.answer_id, each.locale))
            if each.answer_id and each.answered_at
            else None,
            answer_id=each.answer_id,
            owner=owners.get(each.owner_id, "") if each.owner_id else "",
            owner_id=each.owner_id,
            due_on=each.due_on,
            first_seen=each.first_seen,
            last_seen=each.last_seen,
            answered_at=each.answered_at,
            channels=channels.get(each.id, {}),
        )
        for each in gaps
    ]


def _days(counts: Mapping[date, int], first: date, length: int) -> tuple[int, ...]:
    days = [0] * length
    for day, count in counts.items():
        days[(day - first).days] = count
    return tuple(days)


def kept_gap(gap: Gap, filters: Filters) -> KeptGap:
    """Return one gap with its figures."""
    tallies = summing.tallies(filters, gap.id)
    sums = summing.sums_of(
        tallies,
        summing.visitors_in(filters, gap_id=gap.id),
        summing.contacts_in(filters, gap_id=gap.id),
    )
    return _kept([gap], sums, tallies, filters)[0]


def asked_wordings(tallies: Sequence[Tally], gaps: Collection[int]) -> dict[int, tuple[Asked, ...]]:
    """Return the wordings of gaps that went unanswered in the period, the most asked first."""
    times = {each.wording_id: each for each in tallies if each.in_vain and each.gap_id in gaps}
    rows = db.session.execute(
        select(GapWording.id, GapWording.text, GapWording.locale, GapWording.source).where(
            GapWording.source
            != Source.COMMENT  # these speak of an article, beside which they stand
        )
    )
    found: dict[int, list[Asked]] = defaultdict(list)
    for number, text, locale, source in rows:
        if number in times:
            asked = Asked(number, text, locale, source, times[number].in_vain)
            found[times[number].gap_id].append(asked)
    return {
        gap_id: tuple(sorted(each, key=lambda one: (-one.times, one.text)))
        for gap_id, each in found.items()
    }


def _languages(wordings: Sequence[Asked]) -> tuple[str, ...]:
    """Return the languages of wordings, the one that asked most first."""
    counts: Counter[str] = Counter()
    for each in wordings:
        counts[each.locale] += each.times
    return tuple(sorted(counts, key=lambda locale: (-counts[locale], locale)))


def nearest_articles(wanted: Iterable[tuple[int, str]]) -> dict[tuple[int, str], Article]:
    """Return the public article of each (translation, language): in that language where it exists."""
    pairs = set(wanted)
    article_of = {
        row.id: row.article_id
        for row in db.session.execute(
            select(Translation.id, Translation.article_id).where(
                Translation.id.in_({number for number, _locale in pairs})
            )
        )
    }
    public = db.session.scalars(
        published(reader=Audience.STAFF).where(Translation.article_id.in_(set(article_of.values())))
    ).all()
    by_id = {each.id: each for each in public}
    by_language = {(each.article_id, each.locale): each for each in public}
    found = {
        (number, locale): by_language.get((article_of.get(number, 0), locale)) or by_id.get(number)
        for number, locale in pairs
    }
    return {
        key: Article(each.id, each.title, each.slug, each.locale)
        for key, each in found.items()
        if each is not None
    }


def _owners(ids: Collection[int]) -> dict[int, str]:
    rows = db.session.scalars(select(User).where(User.id.in_(ids)))
    return {each.id: each.shown_name for each in rows}
