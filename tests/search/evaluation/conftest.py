"""Judged queries small enough to know the answers by heart."""

from collections.abc import Callable, Mapping, Sequence

import pytest

from search.evaluation.judgments import Query
from search.evaluation.metrics import score
from search.evaluation.running import Asked, Run
from search.results import Mode

MakeRun = Callable[..., Run]


def asked(key: str, *, text: str = "", **more: object) -> Asked:
    """Return a judged query that came out well, but for what is said."""
    facts: dict[str, object] = {
        "is_judged": True,
        "confidence": 0.9,
        "is_weak": False,
        "is_quoted": True,
        "is_right": True,
    }
    return Asked(Query(key, text or f"question {key}", "en"), **(facts | more))  # type: ignore[arg-type]


@pytest.fixture
def make_run() -> MakeRun:
    """Return a function that makes a run from the rank of the right article of each query."""

    def make(ranks: Sequence[int], others: Mapping[Mode, Sequence[int]] | None = None) -> Run:
        lists = {**(others or {}), Mode.HYBRID: ranks}
        grades = [{"right": 1}] * len(ranks)
        by_mode = {
            mode: score([["wrong"] * (rank - 1) + ["right"] for rank in each], grades)
            for mode, each in lists.items()
        }
        return Run(by_mode, tuple(asked(str(number)) for number in range(len(ranks))))

    return make
