"""When articles are asked about after a rule is made: in their turn, so many an owner a week. Plain Python.

A rule for a category of two hundred old articles would ask for all of them at once, and be ignored at
once. Each is asked about in the week in which it is due, or in the first later one that has room.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from math import ceil

A_WEEK = 5  # articles for one owner: one a working day
WEEK = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Overdue:
    """An article under a rule: who looks after it, and the day on which it is due by the rule alone."""

    id: int
    owner: str
    due: date


def monday(day: date) -> date:
    """Return the first day of the week of a day."""
    return day - timedelta(days=day.weekday())


def room(count: int, days: int) -> int:
    """Return how many of an owner's articles are asked about in a week.

    Five, unless that many could never be kept up with: `count` articles, each every `days` days, are
    `count * 7 / days` a week.
    """
    return max(A_WEEK, ceil(count * 7 / days))


def spread(articles: Iterable[Overdue], days: int, today: date) -> Mapping[int, date]:
    """Return the Monday on which to ask about each article that has to wait for its turn.

    Those due longest come first, from next week on; an article that finds room in the week in which
    it is due anyway is not named.
    """
    by_owner: dict[str, list[Overdue]] = defaultdict(list)
    for each in articles:
        by_owner[each.owner].append(each)
    first = monday(today) + WEEK
    found: dict[int, date] = {}
    for own in by_owner.values():
        found.update(_turns(sorted(own, key=lambda one: (one.due, one.id)), days, first))
    return found


def _turns(articles: list[Overdue], days: int, first: date) -> dict[int, date]:
    taken: Counter[date] = Counter()
    most = room(len(articles), days)
    found, week = {}, first
    for each in articles:
        natural = monday(each.due)
        week = max(week, natural)  # in order of their dates, so that no earlier week has room
        while taken[week] >= most:
            week += WEEK
        taken[week] += 1
        if week != natural:
            found[each.id] = week
    return found
