"""What an answer has changed: pure calculation over the weeks before it and after it.

Two things can get better: the share of questions that go unanswered (difference of two rates, by the
hybrid score interval of R. G. Newcombe, "Interval estimation for the difference between independent
proportions", Statistics in Medicine 17 (1998), p. 873-890, method 10), and the requests to a person in
a week (two counts of rare events: given their sum, the later one is binomial, so Wilson's interval
serves). As two things are looked at, each interval is one of 97.5%: together they err in 5% of cases.
"""

from dataclasses import dataclass
from enum import StrEnum
from math import sqrt

from feedback.statistics import MIN_OBSERVATIONS, wilson

Z_975 = 2.241402727604945  # two-sided 97.5% quantile of the normal distribution
MIN_DAYS = 14  # a week has its own weather


class Verdict(StrEnum):
    """What can honestly be said."""

    IMPROVED = "improved"
    NO_CHANGE = "no-change"
    WORSE = "worse"
    TOO_EARLY = "too-early"


@dataclass(frozen=True, slots=True)
class Stretch:
    """So many days of a gap's life: who asked, what came of it."""

    days: int
    visits: int
    searches: int
    unanswered: int
    contacts: int

    def weekly(self, count: int) -> float:
        """Return a count as so many a week."""
        return 7 * count / self.days if self.days else 0.0


@dataclass(frozen=True, slots=True)
class Change:
    """A difference, after - before, with its interval."""

    value: float
    lower: float
    upper: float

    @property
    def is_fall(self) -> bool:
        """Tell whether it surely went down."""
        return self.upper < 0

    @property
    def is_rise(self) -> bool:
        """Tell whether it surely went up."""
        return self.lower > 0


@dataclass(frozen=True, slots=True)
class Comparison:
    """Before and after, and the verdict. `share` of 0 to 1; `contacts` a week."""

    before: Stretch
    after: Stretch
    share: Change
    contacts: Change
    verdict: Verdict


def compare(before: Stretch, after: Stretch) -> Comparison:
    """Judge what changed from one stretch to the next.

    Too early: under 14 days, or under 30 searches on either side, unless the requests alone decide.
    Improved: the unanswered share or the requests surely fell, and the other did not surely rise.
    """
    share = _share_change(before, after)
    contacts = _contact_change(before, after)
    return Comparison(before, after, share, contacts, _verdict(before, after, share, contacts))


def _verdict(before: Stretch, after: Stretch, share: Change, contacts: Change) -> Verdict:
    if after.days < MIN_DAYS:
        return Verdict.TOO_EARLY
    is_enough = min(before.searches, after.searches) >= MIN_OBSERVATIONS
    told = (share, contacts) if is_enough else (contacts,)
    fell, rose = any(each.is_fall for each in told), any(each.is_rise for each in told)
    if fell and not rose:
        return Verdict.IMPROVED
    if rose and not fell:
        return Verdict.WORSE
    return Verdict.NO_CHANGE if is_enough else Verdict.TOO_EARLY


def _share_change(before: Stretch, after: Stretch) -> Change:
    """Return the change of the unanswered share by Newcombe's method 10."""
    old = wilson(before.unanswered, before.searches, Z_975)
    new = wilson(after.unanswered, after.searches, Z_975)
    value = new.value - old.value
    if not before.searches or not after.searches:
        return Change(value, -1.0, 1.0)
    return Change(
        value,
        value - sqrt((new.value - new.lower) ** 2 + (old.upper - old.value) ** 2),
        value + sqrt((new.upper - new.value) ** 2 + (old.value - old.lower) ** 2),
    )


def _contact_change(before: Stretch, after: Stretch) -> Change:
    """Return the change of the requests a week.

    Of all requests, the later ones would have the share that their days have, were nothing changed.
    The bounds of that share are turned into requests a week at the number there was in all.
    """
    days, total = before.days + after.days, before.contacts + after.contacts
    if not before.days or not after.days:
        return Change(0.0, -float("inf"), float("inf"))
    share = wilson(after.contacts, total, Z_975)

    def weekly(part: float) -> float:
        return 7 * total * (part / after.days - (1 - part) / before.days)

    value = after.weekly(after.contacts) - before.weekly(before.contacts)
    if not total:
        return Change(0.0, -7 / days, 7 / days)
    return Change(value, weekly(share.lower), weekly(share.upper))
