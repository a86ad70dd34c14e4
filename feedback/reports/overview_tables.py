"""The tables of the overview, for spreadsheets and programs."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from feedback.outcomes import Outcome
from feedback.reports.facts import OfChannel, Searches
from feedback.reports.marks import Mark
from feedback.reports.tables import Table
from feedback.reports.timeline import Stretch
from feedback.statistics import Rate, wilson

TOPIC_COLUMNS = (
    "category", "visitors", "senders", "self_service", "searches", "answered", "answered_rate",
    "lower", "upper",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Point:
    """A step of the time line."""

    stretch: Stretch
    visits: int
    searches: int
    answered: int
    requests: int

    @property
    def rate(self) -> float | None:
        """Return the share of searches that were answered, None without searches."""
        return self.answered / self.searches if self.searches else None


@dataclass(frozen=True, slots=True)
class Topic:
    """A category of the first level: who used its articles and who still asked a person about them.

    `locale` is the language of the name.
    """

    key: str
    name: str
    locale: str
    visitors: int
    senders: int
    answered: Rate

    @property
    def self_service(self) -> float | None:
        """Return visitors ÷ visitors who sent a request, None where nobody did."""
        return self.visitors / self.senders if self.senders else None


def outcome_table(this: Searches, before: Searches) -> Table:
    """Return what became of the searches, with how often it did in the period compared with."""
    now, earlier = this.outcomes, before.outcomes
    rows = []
    for each in Outcome:
        rate = wilson(now[each], now.total())
        rows.append(
            (
                each.value,
                rate.successes,
                round(rate.value, 4),
                round(rate.lower, 4),
                round(rate.upper, 4),
                earlier[each],
            )
        )
    columns = ("outcome", "searches", "share", "lower", "upper", "previous")
    return Table("outcomes", columns, tuple(rows))


def line_table(line: Sequence[Point]) -> Table:
    """Return the time line."""
    return Table(
        "timeline",
        ("first_day", "last_day", "visits", "searches", "answered", "requests"),
        tuple(
            (
                _day(each.stretch.first),
                _day(each.stretch.last),
                each.visits,
                each.searches,
                each.answered,
                each.requests,
            )
            for each in line
        ),
    )


def topic_table(by_topic: Sequence[Topic]) -> Table:
    """Return the categories of the first level."""
    return Table(
        "topics",
        TOPIC_COLUMNS,
        tuple(
            (
                each.key,
                each.visitors,
                each.senders,
                None if each.self_service is None else round(each.self_service, 2),
                each.answered.trials,
                each.answered.successes,
                round(each.answered.value, 4),
                round(each.answered.lower, 4),
                round(each.answered.upper, 4),
            )
            for each in by_topic
        ),
    )


def channel_table(channels: Sequence[OfChannel]) -> Table:
    """Return what came through each channel."""
    return Table(
        "channels",
        ("channel", "visits", "searches", "answered", "answered_rate", "lower", "upper"),
        tuple(
            (
                each.channel.value,
                each.visits,
                each.answered.trials,
                each.answered.successes,
                round(each.answered.value, 4),
                round(each.answered.lower, 4),
                round(each.answered.upper, 4),
            )
            for each in channels
        ),
    )


def mark_table(marked: Sequence[Mark]) -> Table:
    """Return what happened meanwhile."""
    rows = tuple((_day(each.day), each.kind.value, each.label) for each in marked)
    return Table("marks", ("day", "kind", "what"), rows)


def _day(day: date) -> str:
    return day.isoformat()
