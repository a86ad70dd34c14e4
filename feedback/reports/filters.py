"""What a report covers, as the address of its page says it: a link shows the same to everybody."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TypeVar

from articles.models import Kind, Stage
from feedback.models import Channel
from feedback.reports.periods import Period, period_between

T = TypeVar("T", Kind, Stage, Channel)


class Comparison:
    """Which stretch of time a period is laid beside; the values stand in addresses."""

    PREVIOUS = "previous"
    LAST_YEAR = "year"


@dataclass(frozen=True, slots=True)
class Filters:
    """The period, what it is compared with, and which part of the site is looked at.

    A visit has the language of its first page; searches, votes and requests have their own. Category,
    kind and stage are those of the article concerned: the one opened, else the one shown first (for
    visits: of any of their searches or readings). `category` is a key and covers what lies below it.
    `channel` is that of the visit, search, attempt or request itself; votes and surveys have that of
    their visit, and without one the site's.
    """

    period: Period
    comparison: str = Comparison.PREVIOUS
    locale: str | None = None
    category: str | None = None
    kind: Kind | None = None
    stage: Stage | None = None
    channel: Channel | None = None

    @property
    def compared(self) -> Period:
        """Return the period that this one is laid beside."""
        if self.comparison == Comparison.LAST_YEAR:
            return self.period.year_before
        return self.period.previous

    @property
    def of_subject(self) -> bool:
        """Tell whether only a part of the articles is looked at."""
        return bool(self.category or self.kind or self.stage)

    @property
    def of_part(self) -> bool:
        """Tell whether only a part of what was asked is looked at."""
        return bool(self.locale or self.channel or self.of_subject)

    def before(self) -> "Filters":
        """Return the same filters over the period compared with."""
        return replace(self, period=self.compared)

    def arguments(self) -> dict[str, str]:
        """Return what the address of a page must say to show the same."""
        said = {
            "since": self.period.since.date().isoformat(),
            "until": self.period.last_day.isoformat(),
            "compare": self.comparison if self.comparison != Comparison.PREVIOUS else "",
            "language": self.locale or "",
            "category": self.category or "",
            "kind": self.kind.value if self.kind else "",
            "stage": self.stage.value if self.stage else "",
            "channel": self.channel.value if self.channel else "",
        }
        return {name: value for name, value in said.items() if value}


def filters_from(
    arguments: Mapping[str, str], *, now: datetime, timezone: str, locales: tuple[str, ...]
) -> Filters:
    """Return the filters that an address names; what it misspells is left out, but for dates.

    Raises `PeriodRefused` when a date cannot be read or the order is wrong.
    """
    locale = arguments.get("language", "")
    compared = arguments.get("compare", "")
    return Filters(
        period=period_between(
            arguments.get("since"), arguments.get("until"), now=now, timezone=timezone
        ),
        comparison=Comparison.LAST_YEAR
        if compared == Comparison.LAST_YEAR
        else Comparison.PREVIOUS,
        locale=locale if locale in locales else None,
        category=arguments.get("category") or None,
        kind=_member(Kind, arguments.get("kind")),
        stage=_member(Stage, arguments.get("stage")),
        channel=_member(Channel, arguments.get("channel")),
    )


def _member(members: type[T], value: str | None) -> T | None:
    return next((each for each in members if each.value == value), None)
