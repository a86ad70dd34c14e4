"""Join groups that are near, unless their visitors show that they wanted different things.

Two subjects may be worded almost alike (a card that has not come, a card that does not work); what
visitors open, and whether it answers them, tells them apart where words cannot.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from feedback.gaps.askings import Asking
from feedback.gaps.nearness import Rows
from feedback.statistics import wilson

MIN_VISITORS = 5  # of each group, from which a difference says anything
SHARED = 0.25  # share of the articles taken seriously that two halves of a subject have in common
MAX_GROUPS = 1_500  # groups that are compared with each other, those of the most askings

Labels = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Conduct:
    """What those who asked did: how many left without an answer, and what they took seriously."""

    left: int
    got: int
    articles: Counter[int]

    def __add__(self, other: "Conduct") -> "Conduct":
        return Conduct(self.left + other.left, self.got + other.got, self.articles + other.articles)


def conduct_of(askings: Sequence[Asking]) -> Conduct:
    """Return what the visitors of these askings did, each counted once."""
    got = {each.visitor for each in askings if each.is_answered}
    left = {each.visitor for each in askings} - got
    serious = {
        (article, each.visitor) for each in askings for article in each.answering() | each.refused()
    }
    return Conduct(len(left), len(got), Counter(article for article, _visitor in serious))


def is_alike(one: Conduct, other: Conduct) -> bool:
    """Tell whether nothing speaks against two groups being one subject."""
    return _share_an_answer(one.articles, other.articles) and _fare_alike(one, other)


def _share_an_answer(one: Counter[int], other: Counter[int]) -> bool:
    if min(one.total(), other.total()) < MIN_VISITORS:
        return True
    shared = sum(
        min(one[each] / one.total(), other[each] / other.total()) for each in one.keys() & other
    )
    return shared >= SHARED


def _fare_alike(one: Conduct, other: Conduct) -> bool:
    totals = one.left + one.got, other.left + other.got
    if min(totals) < MIN_VISITORS:
        return True
    first, second = wilson(one.left, totals[0]), wilson(other.left, totals[1])
    return first.lower <= second.upper and second.lower <= first.upper


def join(rows: Rows, labels: Labels, conducts: Sequence[Conduct], floor: float) -> Labels:
    """Return the labels after joining groups that are near by `floor` on average and alike.

    The nearest first. `conducts`: of each label, from 0.
    """
    count = len(conducts)
    totals = np.asarray([each.left + each.got for each in conducts])
    chosen = np.sort(np.argsort(-totals, kind="stable")[:MAX_GROUPS])
    means = rows.means(labels, count)[chosen]
    near = np.round(means.to(means), 6)
    np.fill_diagonal(near, -1)
    sizes = np.bincount(labels, minlength=count)[chosen].astype(np.float64)
    alike = [conducts[each] for each in chosen.tolist()]
    target = np.arange(count)
    while near.size:
        one, other = divmod(int(near.argmax()), len(near))
        if near[one, other] < floor:
            break
        one, other = min(one, other), max(one, other)
        if not is_alike(alike[one], alike[other]):
            near[one, other] = near[other, one] = -1
            continue
        alike[one] += alike[other]
        target[target == chosen[other]] = chosen[one]
        _merge(near, sizes, one, other)
    _, joined = np.unique(target[labels], return_inverse=True)
    return np.asarray(joined, dtype=np.int64)


def _merge(
    near: npt.NDArray[np.float32], sizes: npt.NDArray[np.float64], one: int, other: int
) -> None:
    """Let a group take in another: its nearness to the rest is the mean over both."""
    barred = (near[one] < 0) | (near[other] < 0)
    mean = (sizes[one] * near[one] + sizes[other] * near[other]) / (sizes[one] + sizes[other])
    # What has once been told apart stays apart.
    near[one] = near[:, one] = np.where(barred, -1, mean)
    near[other] = near[:, other] = -1
    near[one, one] = -1
    sizes[one] += sizes[other]
