"""What was measured on one set, as a program reads it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from search.evaluation.comparison import Comparison, compare
from search.evaluation.intervals import Interval, auroc_interval, mean_intervals
from search.evaluation.metrics import NDCG, Scores, auroc, brier, calibration_error, mean
from search.evaluation.running import Asked, Place, Run
from search.evaluation.saved import Against
from search.evaluation.typos import Typos
from search.evaluation.votes import Votes
from search.results import Mode


@dataclass(frozen=True, slots=True)
class Confidence:
    """How well the confidence tells what can be answered; shares are 0..1, None without queries."""

    auroc: float | None
    interval: Interval | None
    weak: float
    out_of_scope_weak: float | None


@dataclass(frozen=True, slots=True)
class Forecast:
    """How far the confidence can be read as the chance that the first article is right."""

    confidence: float  # on average, over all queries
    right: float  # share of them whose first article is right; none of those out of scope
    brier: float
    error: float  # mean distance of confidence and share right, in tenths of the queries


@dataclass(frozen=True, slots=True)
class Answers:
    """What was quoted as the answer; shares are 0..1, None of nothing."""

    quoted: float  # of the judged queries
    right: float | None  # of those quoted: the first article is judged relevant
    right_quoted: float | None  # of the right first articles
    out_of_scope_quoted: float | None


@dataclass(frozen=True, slots=True)
class Offers:
    """What would be suggested to somebody who writes to a person; shares are 0..1, None of nothing."""

    offered: float  # of the judged queries
    right: float | None  # of those offered: the first article is judged relevant
    out_of_scope_offered: float | None


@dataclass(frozen=True, slots=True)
class Report:
    """All that was measured on one set."""

    name: str
    run: Run
    typos: Typos | None = None
    votes: Votes | None = None
    against: Against | None = None

    @property
    def judged(self) -> tuple[Asked, ...]:
        """The queries that relevance was measured on, in the order of the scores."""
        return tuple(each for each in self.run.asked if each.is_judged)

    @property
    def out_of_scope(self) -> tuple[Asked, ...]:
        """The queries that nothing answers."""
        return tuple(each for each in self.run.asked if not each.is_judged)

    @property
    def queries(self) -> int:
        """The number of judged queries."""
        return len(self.judged)

    @property
    def customers_mode(self) -> Mode:
        """What customers get: the last of the modes."""
        return tuple(self.run.by_mode)[-1]

    def confidence(self) -> Confidence:
        """Compare the confidence in judged queries with that in the others."""
        inside = [each.confidence for each in self.judged]
        outside = [each.confidence for each in self.out_of_scope]
        return Confidence(
            auroc=auroc(inside, outside),
            interval=auroc_interval(inside, outside),
            weak=_share([each.is_weak for each in self.judged]) or 0.0,
            out_of_scope_weak=_share([each.is_weak for each in self.out_of_scope]),
        )

    def answers(self) -> Answers:
        """Tell how often a passage was quoted, and how often that was right."""
        return Answers(
            quoted=_share([each.is_quoted for each in self.judged]) or 0.0,
            right=_share([each.is_right for each in self.judged if each.is_quoted]),
            right_quoted=_share([each.is_quoted for each in self.judged if each.is_right]),
            out_of_scope_quoted=_share([each.is_quoted for each in self.out_of_scope]),
        )

    def offers(self) -> Offers:
        """Tell how often the first article would be suggested, and how often that was right."""
        return Offers(
            offered=_share([each.is_offered for each in self.judged]) or 0.0,
            right=_share([each.is_right for each in self.judged if each.is_offered]),
            out_of_scope_offered=_share([each.is_offered for each in self.out_of_scope]),
        )

    def forecast(self) -> Forecast | None:
        """Compare the confidence in every query with whether its first article was right."""
        sure = [each.confidence for each in self.run.asked]
        right = [each.is_right for each in self.run.asked]
        squares, error = brier(sure, right), calibration_error(sure, right)
        if squares is None or error is None:
            return None
        return Forecast(sum(sure) / len(sure), sum(right) / len(right), squares, error)

    def comparisons(self) -> dict[Mode, Comparison]:
        """Compare what customers get with each retriever alone, by nDCG@10."""
        ours = self.run.by_mode[self.customers_mode].ndcg
        return {
            mode: compare(ours, scores.ndcg)
            for mode, scores in self.run.by_mode.items()
            if mode is not self.customers_mode
        }

    def worst(self, count: int) -> list[tuple[Asked, float]]:
        """Return the queries with the least nDCG@10; of equals, those that one retriever had right."""
        ours = self.run.by_mode[self.customers_mode].ndcg
        alone = zip(*(scores.ndcg for scores in self.run.by_mode.values()), strict=True)
        rows = zip(self.judged, ours, map(max, alone), strict=True)
        ordered = sorted(rows, key=lambda row: (row[1], -row[2]))
        return [(asked, figure) for asked, figure, _ in ordered[:count]]

    def as_json(self, worst: int = 0) -> dict[str, Any]:
        """Return the figures in the order and under the names that `--json` prints."""
        found: dict[str, Any] = {"queries": self.queries}
        found.update((mode.value, _figures(scores)) for mode, scores in self.run.by_mode.items())
        if compared := self.comparisons():
            found["compared"] = {
                f"{self.customers_mode}-{mode}": each.as_json() for mode, each in compared.items()
            }
        found.update(self._judgement())
        if self.typos is not None:
            found["typos"] = self.typos.as_json()
        if self.votes is not None:
            found["phrasings"] = self.votes.as_json()
        if self.against is not None:
            found["against"] = self.against.as_json()
        if worst:
            found["worst"] = [_worst_of(*each) for each in self.worst(worst)]
        if self.run.degraded:
            found["degraded"] = self.run.degraded
        return found

    def _judgement(self) -> dict[str, Any]:
        sure, answers, offers = self.confidence(), self.answers(), self.offers()
        found: dict[str, Any] = {}
        if sure.auroc is not None and sure.interval is not None:
            found["confidence"] = {
                "auroc": round(sure.auroc, 4),
                "auroc_interval": sure.interval.as_json(),
                "out_of_scope": len(self.out_of_scope),
            }
        if forecast := self.forecast():
            found["forecast"] = {
                "confidence": rounded(forecast.confidence),
                "right": rounded(forecast.right),
                "brier": rounded(forecast.brier),
                "calibration_error": rounded(forecast.error),
            }
        found["weak"] = {
            "answerable": rounded(sure.weak),
            "out_of_scope": rounded(sure.out_of_scope_weak),
        }
        found["offers"] = {
            "offered": rounded(offers.offered),
            "right": rounded(offers.right),
            "out_of_scope_offered": rounded(offers.out_of_scope_offered),
        }
        found["answers"] = {
            "quoted": rounded(answers.quoted),
            "right": rounded(answers.right),
            "right_quoted": rounded(answers.right_quoted),
            "out_of_scope_quoted": rounded(answers.out_of_scope_quoted),
        }
        return found


def rounded(value: float | None) -> float | None:
    """Return a figure to four digits, nothing of nothing."""
    return None if value is None else round(value, 4)


def _figures(scores: Scores) -> dict[str, Any]:
    columns = scores.by_name()
    intervals = mean_intervals(list(columns.values()))
    return scores.means() | {
        f"{name}_interval": each.as_json() for name, each in zip(columns, intervals, strict=True)
    }


def _share(flags: Sequence[bool]) -> float | None:
    return sum(flags) / len(flags) if flags else None


def _worst_of(asked: Asked, figure: float) -> dict[str, Any]:
    return {
        "id": asked.query.id,
        "text": asked.query.text,
        "lang": asked.query.locale,
        NDCG: mean([figure]),
        "confidence": rounded(asked.confidence),
        "weak": asked.is_weak,
        "expected": [_place(each) for each in asked.expected],
        "instead": [_place(each) for each in asked.shown],
    }


def _place(place: Place) -> Mapping[str, Any]:
    return {
        "id": place.document_id,
        "title": place.title,
        "grade": place.grade,
        "rank": {mode.value: rank for mode, rank in place.ranks.items()},
        "score": rounded(place.score),
        "keyword": rounded(place.keyword_score),
        "semantic": rounded(place.semantic_score),
    }
