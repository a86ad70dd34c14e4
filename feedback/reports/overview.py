"""The overview: how often the site answers, what it spares, and how satisfied people are.

Every figure is calculated for the period and for the one compared with, from the same functions.
"""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from feedback.outcomes import Outcome
from feedback.reports import facts, rollups
from feedback.reports.deflection import deflection
from feedback.reports.facts import OfChannel, Sent
from feedback.reports.figures import Figure, alone
from feedback.reports.filters import Filters
from feedback.reports.marks import Mark, marks
from feedback.reports.overview_figures import Numbers, figures_of
from feedback.reports.overview_tables import (
    Point,
    Topic,
    channel_table,
    line_table,
    mark_table,
    outcome_table,
    topic_table,
)
from feedback.reports.subjects import ids, topic_names, topics
from feedback.reports.tables import Report
from feedback.reports.timeline import Step, Stretch, step_of, stretches, summed
from feedback.statistics import wilson
from feedback.surveys.models import Survey
from kb.db import utc_now
from kb.locales import current_locale, settings


def numbers(filters: Filters, now: datetime) -> Numbers:
    """Return the numbers of the filters' period."""
    subjects, period = ids(filters), filters.period
    window = timedelta(hours=settings().deflection_window_hours)
    # Up to two windows after the period, for those who opened a suggestion late.
    sent = facts.all_requests(period.since, period.until + 2 * window)
    return Numbers(
        visits=facts.visits(filters, subjects),
        searches=facts.searches(filters, subjects),
        deflection=deflection(
            facts.attempts(filters, subjects),
            facts.moments(sent),
            window=window.total_seconds(),
            now=now.timestamp(),
        ),
        requests=facts.kept(sent, filters, subjects),
        csat=facts.answers(Survey.CSAT, filters, subjects),
        nps=facts.answers(Survey.NPS, filters, subjects),
        votes=facts.votes(filters, subjects),
    )


@dataclass(frozen=True, slots=True)
class Overview:
    """All that the page of the overview shows; `report` is its part without layout.

    `recorded_since`: the first day with any event, where it leaves nothing whole to compare with.
    """

    report: Report
    figures: Mapping[str, Figure]
    step: Step
    line: tuple[Point, ...]
    before: tuple[Point, ...]
    recorded_since: date | None
    marks: tuple[Mark, ...]
    topics: tuple[Topic, ...]
    channels: tuple[OfChannel, ...]
    outcomes: Mapping[Outcome, int]
    open_searches: int
    bots: int
    staff: int


def overview(filters: Filters, now: datetime | None = None) -> Overview:
    """Return the overview, with what is over by now taken in."""
    rollups.refresh_for_page()
    moment = now or utc_now()
    this, before = numbers(filters, moment), numbers(filters.before(), moment)
    recorded_since = facts.recorded_since()
    is_comparable = recorded_since is not None and recorded_since <= filters.compared.since.date()
    figures = figures_of(this, before, settings().cost_per_request)
    if not is_comparable:
        figures = [alone(each) for each in figures]
    step = step_of(filters.period)
    line = _line(this, stretches(filters.period, step))
    marked = tuple(marks(filters))
    by_topic = _topics(filters, this)
    by_channel = facts.channels(filters)
    tables = (
        outcome_table(this.searches, before.searches),
        line_table(line),
        topic_table(by_topic),
        channel_table(by_channel),
        mark_table(marked),
    )
    report = Report("overview", filters, tuple(figures), tables, this.visits.simulated)
    return Overview(
        report=report,
        figures={each.key: each for each in figures},
        step=step,
        line=line,
        before=_line(before, stretches(filters.compared, step)) if is_comparable else (),
        recorded_since=None if is_comparable else recorded_since,
        marks=marked,
        topics=by_topic,
        channels=by_channel,
        outcomes=this.searches.outcomes,
        open_searches=facts.open_searches(filters),
        bots=this.visits.bots,
        staff=this.visits.staff,
    )


def make(filters: Filters) -> Report:
    """Return the report without its layout."""
    return overview(filters).report


def _line(some: Numbers, steps: Sequence[Stretch]) -> tuple[Point, ...]:
    by_day = some.searches.by_day
    columns = (
        summed(some.visits.by_day, steps),
        summed({day: sum(each.values()) for day, each in by_day.items()}, steps),
        summed({day: each[Outcome.ANSWERED] for day, each in by_day.items()}, steps),
        facts.sent_by_step(some.requests, steps),
    )
    return tuple(Point(*each) for each in zip(steps, *columns, strict=True))


def _topics(filters: Filters, this: Numbers) -> tuple[Topic, ...]:
    """Return the categories of the first level, the most visited first."""
    subjects = ids(filters)
    of = {each: topic for each, topic in topics().items() if subjects is None or each in subjects}
    if not of:
        return ()
    outcomes: dict[int, Counter[Outcome]] = defaultdict(Counter)
    for subject, found in facts.searches_by_subject(filters).items():
        if subject in of:
            outcomes[of[subject]].update(found)
    senders = _senders_by_topic(this.requests, of)
    visitors = facts.visitors_by_topic(filters, of)
    names = topic_names(current_locale())
    return tuple(
        Topic(
            *names[each],
            visitors[each],
            senders[each],
            wilson(outcomes[each][Outcome.ANSWERED], outcomes[each].total()),
        )
        for each in sorted(visitors, key=lambda each: (-visitors[each], each))
        if visitors[each] or senders[each]
    )


def _senders_by_topic(sent: Sequence[Sent], of: Mapping[int, int]) -> dict[int, int]:
    senders: dict[int, set[str | int]] = defaultdict(set)
    for number, each in enumerate(sent):
        if each.subject in of:
            senders[of[each.subject]].add(each.visitor or number)
    return defaultdict(int, {topic: len(those) for topic, those in senders.items()})
