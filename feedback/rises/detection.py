"""What is asked far more than is usual at this hour: pure calculation over counts.

How often a question is asked in an hour is a count whose rate is known only from the past: from S
askings in m stretches as long, at this hour of other days. Were the rate the same every day, what may be
expected now would be a negative binomial (Jeffreys' prior: shape S + 1/2, m stretches), so that a
question never asked before is not judged as if it could never be asked. Rates differ from day to day
(weekends, newsletters, weather), which makes the past itself vary more than chance does: by so much
the distribution is widened.
"""

from collections.abc import Sequence
from dataclasses import dataclass

FLOOR = 5  # visitors of different origins: fewer are a coincidence, or one office
CHANCE = 1e-5  # how likely a rise may be without a cause; see docs/decisions/0027 for false alarms
CHANCE_OF_WEEKDAY = 1e-2  # the same by the few weeks there are: only habits of a weekday must show
LEAST_VARIATION = (
    0.1  # squared, of the rate of a question from day to day: the least to reckon with
)
LEAST_STRETCHES = 7  # days of history under which nothing is called usual


@dataclass(frozen=True, slots=True)
class Past:
    """The same hours of other days: of each, askings of the question and of all others."""

    own: Sequence[int]
    others: Sequence[int]


@dataclass(frozen=True, slots=True)
class Rise:
    """How many asked, how many usually do, and how likely that is without a cause.

    `chance` is judged by the days before, `weekday_chance` by the same weekday of the weeks before.
    """

    visitors: int
    expected: float
    chance: float
    weekday_chance: float

    @property
    def is_sudden(self) -> bool:
        """Tell whether it is an alarm."""
        return (
            self.visitors >= FLOOR
            and self.chance <= CHANCE
            and self.weekday_chance <= CHANCE_OF_WEEKDAY
        )


def tail(count: int, shape: float, stretches: float) -> float:
    """Return how likely at least `count` is, of a negative binomial with mean shape ÷ stretches."""
    p = stretches / (stretches + 1)
    each: float = p**shape
    below = 0.0
    for number in range(count):
        below += each
        each *= (shape + number) / (number + 1) * (1 - p)
    return max(1.0 - below, 0.0)


def judge(visitors: int, others: int, days: Past, weeks: Past) -> Rise | None:
    """Compare a question's askers of a stretch with the same hours of other days.

    `others`: how many asked anything else in the same stretch. On a busy day more of everything is
    usual, so what is expected grows with the others, but is never under the plain mean: an outage
    keeps others away. `days` are the days before, `weeks` those of the same weekday: both must call it
    a rise, so that neither a habit of Mondays nor a question of this week alarms. None without enough
    history to know what is usual.
    """
    if len(days.own) < LEAST_STRETCHES or not weeks.own:
        return None
    usual, chance = _judge(visitors, others, days)
    usual_of_weekday, weekday_chance = _judge(visitors, others, weeks)
    return Rise(visitors, max(usual, usual_of_weekday), chance, weekday_chance)


def _judge(visitors: int, others: int, past: Past) -> tuple[float, float]:
    """Return how many are usual, and how likely as many as these are without a cause."""
    asked, stretches = sum(past.own), len(past.own)
    busyness = _busyness(others, past)
    shape = 1 / (_variation(past.own) + 1 / (asked + 0.5))
    expected = (asked + 0.5) / stretches * busyness
    return asked / stretches * busyness, tail(visitors, shape, shape / expected)


def _variation(counts: Sequence[int]) -> float:
    """Return how much the rate behind the counts varies: its variance by its squared mean."""
    mean = sum(counts) / len(counts)
    if len(counts) < LEAST_STRETCHES or not mean:
        return LEAST_VARIATION
    variance = sum((each - mean) ** 2 for each in counts) / (len(counts) - 1)
    return max((variance - mean) / mean**2, LEAST_VARIATION)


def _busyness(others: int, past: Past) -> float:
    """Return how much more is asked than usual, 1 at least."""
    usual = sum(past.others) / len(past.others)
    return max(others / usual, 1.0) if usual else 1.0
