"""What is known of each wording over all days: which are still named by sums, and who ever asked them."""

from dataclasses import dataclass
from datetime import date

import numpy as np

from feedback.reports.packs import read
from feedback.reports.searches_days import ANY
from feedback.reports.searches_models import RewordingDay, WordingAgain, WordingDay
from feedback.reports.searches_numbers import AGAIN_WIDTH, REWORDING_WIDTH, WORDING_WIDTH

_VISITORS, _AGAIN = 2, 3  # columns


@dataclass(frozen=True, slots=True)
class Ever:
    """How many visitors ever asked a wording, each counted once, and the last day on which one did."""

    visitors: int
    last: date


def asked_ever() -> dict[int, Ever]:
    """Return this of every wording that was asked on any day."""
    rows = read(WordingDay.counts, WORDING_WIDTH)
    again = read(WordingAgain.counts, AGAIN_WIDTH)
    again = again.where(again[1] == ANY)
    size = max(rows.size, again.size)
    visitors = rows.total(_VISITORS, size) - again.total(_AGAIN, size)
    latest = np.zeros(size, dtype=np.int64)
    latest[rows[0]] = rows.days  # the earliest first, so that the last of each stays
    (found,) = latest.nonzero()
    return {
        each: Ever(int(visitors[each]), date.fromordinal(int(latest[each])))
        for each in found.tolist()
    }


def named() -> set[int]:
    """Return the wordings that any sum names."""
    chains = read(RewordingDay.counts, REWORDING_WIDTH)
    columns = (read(WordingDay.counts, WORDING_WIDTH)[0], chains[0], chains[1])
    return set(np.unique(np.concatenate(columns)).tolist())
