"""Which groups of questions were surely answered worse than is usual on the site.

Surely more of its visitors than usual left without an answer, or refused what they opened (voted it
down, or turned to a person after it): the lower bound of the share (Wilson) must surpass what is usual
on the site by a fifth of the rest. The bound holds 95%; for leaving it holds more on a site with many
subjects, so that chance makes one gap of all of them at most.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime
from statistics import NormalDist, median

from feedback.gaps.askings import Asking
from feedback.gaps.wordings import visitors_of
from feedback.statistics import Z_95, wilson

MIN_VISITORS = 2  # what one person asks is an anecdote
MIN_OF_GROUP = 5  # visitors of a group that takes part in what is usual
MIN_GROUPS = 8  # from which what is usual on the site can be told
USUAL = 0.15  # share of visitors left without an answer, where the site is too quiet to tell
MAX_USUAL = 0.25  # more is never taken for usual: else a site of nothing but gaps had none
MARGIN = 0.2  # of the rest above the usual
CHANCE = 1.0  # gaps that chance may make of all groups
LEAST_CERTAIN = 0.025  # chance of each bound, of the two-sided 95%
FLOOD = 2  # visitors for each one that counts


def least_share(counts: Iterable[tuple[int, int]]) -> float:
    """Return which share is surely more than usual; `counts`: (bad, good) visitors of each group."""
    shares = [bad / (bad + good) for bad, good in counts if bad + good >= MIN_OF_GROUP]
    usual = min(median(shares), MAX_USUAL) if len(shares) >= MIN_GROUPS else USUAL
    return usual + MARGIN * (1 - usual)


def is_flooded(askings: Sequence[Asking]) -> bool:
    """Tell whether most visitors came from networks that sent too many in a day to count them all."""
    everybody = {each.visitor for each in askings}
    return len(everybody) > FLOOD * len(visitors_of(one for each in askings for one in each.said))


def is_surely_more(counts: tuple[int, int], share: float, z: float) -> bool:
    """Tell whether the share of bad visitors is surely above `share`."""
    return wilson(counts[0], sum(counts), z).lower > share


def is_surely_refused(counts: tuple[int, int], share: float) -> bool:
    """Tell the same of those who refused what they opened; only of a group that is large enough."""
    return sum(counts) >= MIN_OF_GROUP and is_surely_more(counts, share, Z_95)


def certainty(tests: int) -> float:
    """Return the quantile of a bound that so many tests surpass by chance once in all."""
    return NormalDist().inv_cdf(1 - min(CHANCE / max(tests, 1), LEAST_CERTAIN))


def left_without(askings: Iterable[Asking], since: datetime | None) -> tuple[int, int]:
    """Return how many visitors of the period left without an answer, and how many with one."""
    current = [each for each in askings if is_current(each, since)]
    left = visitors_of(one for each in current for one in each.unanswered())
    got = visitors_of(one for each in current if each.is_answered for one in each.said)
    return len(left), len(got - left)


def refusing(askings: Iterable[Asking], since: datetime | None) -> tuple[int, int]:
    """Return how many of those who opened something refused it, and how many did not."""
    opened = [each for each in askings if is_current(each, since) and each.opened]
    refused = visitors_of(
        one for each in opened if each.refused() or each.is_escalated for one in each.said
    )
    return len(refused), len(visitors_of(one for each in opened for one in each.said) - refused)


def is_current(asking: Asking, since: datetime | None) -> bool:
    """Tell whether an asking ended within the period; without a start, each did."""
    return since is None or asking.said[-1].asked_at >= since
