"""How often an ordinary site is alarmed for nothing, and how soon it is when something breaks.

    python -m tests.benchmarks.rises [--weeks 26] [--seed 1] [--json]

Plays weeks of questions with the rhythm of days, nights and weekends, with topics of very different
frequency, days that are busier than others and, in one kind of site, topics that come in waves. Looks
every five minutes, as the worker does, with the same pure functions. Then it breaks something: a topic
that is hardly ever asked is asked by so many more visitors an hour.
"""

import argparse
import json
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from math import exp, pi, sin

import numpy as np
import numpy.typing as npt

from feedback.rises.detection import FLOOR, Past, judge

LOOK_MINUTES = 5
A_DAY = 24 * 60 // LOOK_MINUTES  # looks
A_WEEK = 7 * A_DAY
STRETCHES = (12, 36)  # looks: one hour, three hours
HISTORY = 4 * A_WEEK
QUIET = A_DAY  # after an alarm, nobody is told of the same for a day
TOPICS = 60
DAYS_A_MONTH = 365 / 12
SITES = {"small": 40, "middle": 400, "large": 4_000}  # visitors who ask, a day

Counts = npt.NDArray[np.int64]
"""[looks, topics]: visitors who asked in the five minutes before"""


@dataclass(frozen=True, slots=True)
class Outcome:
    """False alarms of an ordinary site, and what was seen of the things that broke."""

    site: str
    waves: bool
    visitors_a_day: int
    weeks: int
    false_alarms_a_month: float
    outages_found: dict[int, float]  # visitors an hour -> share found
    minutes_to_find: dict[int, float]  # visitors an hour -> median


def rhythm(look: int) -> float:
    """Return how busy a moment is, 1 on average of a workday: nights are quiet, weekends half."""
    hour = look % A_DAY * LOOK_MINUTES / 60
    day = exp(1.4 * sin((hour - 8.5) / 24 * 2 * pi)) / 1.56
    return day * (0.5 if look // A_DAY % 7 >= 5 else 1.0)


def ordinary(visitors: int, weeks: int, random: np.random.Generator, *, waves: bool) -> Counts:
    """Return what is asked on a site where nothing breaks."""
    looks = HISTORY + weeks * A_WEEK
    share = 1 / np.arange(1, TOPICS + 1)
    share /= share.sum()
    busy = np.repeat(random.gamma(20, 1 / 20, looks // A_DAY), A_DAY)
    level = np.array([rhythm(each) for each in range(looks)]) * busy * visitors / A_DAY
    rate = level[:, None] * share[None, :]
    if waves:  # each topic has its own good and bad days, half as much again or half as little
        rate *= np.repeat(random.gamma(6, 1 / 6, (looks // A_DAY, TOPICS)), A_DAY, axis=0)
    return random.poisson(rate)


def summed(counts: Counts, stretch: int) -> Counts:
    """Return how many asked in the stretch up to each look."""
    total = np.vstack([np.zeros((1, counts.shape[1]), np.int64), counts.cumsum(axis=0)])
    sums = np.zeros_like(counts)
    sums[stretch - 1 :] = total[stretch:] - total[:-stretch]
    return sums


def alarms(counts: Counts) -> Iterator[tuple[int, int]]:
    """Yield (look, topic) of each alarm, as the worker would raise it."""
    stretches = [summed(counts, each) for each in STRETCHES]
    quiet: dict[int, int] = defaultdict(int)
    for look in range(HISTORY, len(counts)):
        for topic in np.flatnonzero(stretches[-1][look] >= FLOOR).tolist():
            if look >= quiet[topic] and any(_is_sudden(each, look, topic) for each in stretches):
                quiet[topic] = look + QUIET
                yield look, topic


def _is_sudden(sums: Counts, look: int, topic: int) -> bool:
    if sums[look, topic] < FLOOR:
        return False
    days = [look - A_DAY * each for each in range(1, 29) if look >= A_DAY * each]
    weeks = [look - A_WEEK * each for each in range(1, 9) if look >= A_WEEK * each]
    others = int(sums[look].sum() - sums[look, topic])
    rise = judge(
        int(sums[look, topic]), others, _past(sums, days, topic), _past(sums, weeks, topic)
    )
    return rise is not None and rise.is_sudden


def _past(sums: Counts, looks: Sequence[int], topic: int) -> Past:
    own = sums[looks, topic]
    return Past(own.tolist(), (sums[looks].sum(axis=1) - own).tolist())


def outages(counts: Counts, an_hour: int, random: np.random.Generator) -> list[int | None]:
    """Break something 40 times; return after how many minutes each was found, None if never.

    The rare last topic is asked by so many visitors an hour for three hours of a working day.
    """
    found: list[int | None] = []
    topic = counts.shape[1] - 1
    workdays = [day for day in range(28, len(counts) // A_DAY) if day % 7 < 5][:40]
    for day in workdays:
        start = day * A_DAY + int(random.integers(8, 17)) * 12
        broken = counts[: start + STRETCHES[-1]].copy()
        broken[start:, topic] += random.poisson(an_hour / 12, STRETCHES[-1])
        sums = [summed(broken, each) for each in STRETCHES]
        looks = range(start, start + STRETCHES[-1])
        first = next((k for k in looks if any(_is_sudden(s, k, topic) for s in sums)), None)
        found.append(None if first is None else (first - start + 1) * LOOK_MINUTES)
    return found


def measure(site: str, weeks: int, seed: int, *, waves: bool) -> Outcome:
    """Play one kind of site."""
    random = np.random.default_rng(seed)
    counts = ordinary(SITES[site], weeks, random, waves=waves)
    false = len(list(alarms(counts)))
    seen = {each: outages(counts, each, random) for each in (6, 12, 30)}
    known = {rate: [each for each in times if each is not None] for rate, times in seen.items()}
    return Outcome(
        site=site,
        waves=waves,
        visitors_a_day=SITES[site],
        weeks=weeks,
        false_alarms_a_month=round(false / (weeks * 7) * DAYS_A_MONTH, 2),
        outages_found={rate: round(len(known[rate]) / len(seen[rate]), 2) for rate in seen},
        minutes_to_find={rate: float(np.median(each)) for rate, each in known.items() if each},
    )


def main() -> None:
    """Print what was measured."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--weeks", type=int, default=26)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    found = [
        measure(site, options.weeks, options.seed, waves=waves)
        for site in SITES
        for waves in (False, True)
    ]
    if options.json:
        print(json.dumps([asdict(each) for each in found], indent=2))
        return
    for each in found:
        kind = "topics in waves" if each.waves else "steady topics"
        print(f"{each.site} site ({each.visitors_a_day} visitors a day), {kind}:")
        print(f"  false alarms a month: {each.false_alarms_a_month}")
        for rate, share in each.outages_found.items():
            minutes = each.minutes_to_find.get(rate)
            when = f", half of them within {minutes:.0f} minutes" if minutes is not None else ""
            print(f"  broken, {rate} visitors an hour: {share:.0%} found{when}")


if __name__ == "__main__":
    main()
