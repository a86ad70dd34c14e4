"""How well a list of gaps shows what was planted: pure calculation."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from statistics import mean
from typing import Any

from tests.benchmarks.gaps.planting import Fate

NOT_FOR_US = "not-for-us"


@dataclass(frozen=True, slots=True)
class Listed:
    """A gap of the report: its diagnosis and the searches and requests without an answer in it."""

    name: str
    diagnosis: str
    searches: frozenset[int]
    requests: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True)
class Truth:
    """What was planted: fate by topic, and the topic of each search and request about one.

    `unanswered`: searches that were not answered, whatever their topic.
    """

    planted: Mapping[str, Fate]
    searches: Mapping[int, str]
    requests: Mapping[int, str]
    unanswered: frozenset[int]


@dataclass(frozen=True, slots=True)
class Scores:
    """What a run is judged by.

    `precision`: share of the planted number of places, from the top of the list, that show a planted
    topic. `adjusted_rand_index`: of topics against gaps, over the planted topics' searches without an
    answer, each that is in no gap being alone. `diagnosis_accuracy`: over the planted topics found,
    each by its gap of most searches. `false_gaps`: share of the list that shows no planted topic.
    What the report calls not for the site is no part of the list; it is counted apart.
    """

    precision: float
    adjusted_rand_index: float
    diagnosis_accuracy: float
    false_gaps: float
    planted: int
    found: int
    listed: int
    not_for_us: int
    gaps_per_topic: float
    most_gaps_of_a_topic: int
    most_topics_of_a_gap: int
    diagnoses: Mapping[str, str]

    def as_json(self) -> dict[str, Any]:
        """Return the figures under the names that `--json` prints."""
        return {
            name: round(value, 4) if isinstance(value, float) else value
            for name in self.__dataclass_fields__
            if not isinstance(value := getattr(self, name), Mapping)
        } | {"diagnoses": dict(self.diagnoses)}


def score(truth: Truth, report: Sequence[Listed]) -> Scores:
    """Judge a report by what was planted."""
    listed = [each for each in report if each.diagnosis != NOT_FOR_US]
    subjects = [subject(truth, each) for each in listed]
    right = [each in truth.planted for each in subjects]
    count = len(truth.planted)
    largest: dict[str, Listed] = {}
    for gap in report:
        topic = subject(truth, gap)
        if topic in truth.planted and len(gap.searches) > len(
            largest[topic].searches if topic in largest else ()
        ):
            largest[topic] = gap
    split = Counter(topic for topic in subjects if topic in truth.planted)
    topics = [len(_planted_topics(truth, each)) for each in listed]
    return Scores(
        precision=sum(right[:count]) / count,
        adjusted_rand_index=_rand(truth, report),
        diagnosis_accuracy=mean(
            truth.planted[topic].value == gap.diagnosis for topic, gap in largest.items()
        )
        if largest
        else 0.0,
        false_gaps=1 - mean(right) if right else 0.0,
        planted=count,
        found=len(largest),
        listed=len(listed),
        not_for_us=len(report) - len(listed),
        gaps_per_topic=mean(split.values()) if split else 0.0,
        most_gaps_of_a_topic=max(split.values(), default=0),
        most_topics_of_a_gap=max(topics, default=0),
        diagnoses=_confusions(truth, largest),
    )


def subject(truth: Truth, gap: Listed) -> str | None:
    """Return the topic of more than half of what is in a gap, None if there is none."""
    topics = Counter(
        [truth.searches.get(each) for each in gap.searches]
        + [truth.requests.get(each) for each in gap.requests]
    )
    topic, count = max(topics.items(), key=lambda item: item[1], default=(None, 0))
    return topic if 2 * count > topics.total() else None


def _planted_topics(truth: Truth, gap: Listed) -> set[str]:
    """Return the planted topics that make a fifth or more of a gap."""
    topics = Counter(truth.searches.get(each) for each in gap.searches)
    return {
        topic
        for topic, count in topics.items()
        if topic in truth.planted and 5 * count >= topics.total()
    }


def _rand(truth: Truth, report: Sequence[Listed]) -> float:
    from sklearn.metrics import adjusted_rand_score

    place = {each: number for number, gap in enumerate(report) for each in gap.searches}
    asked = sorted(each for each in truth.unanswered if truth.searches.get(each) in truth.planted)
    topics = [truth.searches[each] for each in asked]
    gaps = [place.get(each, -each) for each in asked]
    return float(adjusted_rand_score(topics, gaps))


def _confusions(truth: Truth, found: Mapping[str, Listed]) -> dict[str, str]:
    """Return for each fate how many topics had it, and what their gaps were called."""
    said: dict[str, Counter[str]] = {}
    for topic, fate in truth.planted.items():
        name = found[topic].diagnosis if topic in found else "not found"
        said.setdefault(fate.value, Counter())[name] += 1
    return {
        fate: ", ".join(f"{name} {count}" for name, count in names.most_common())
        for fate, names in sorted(said.items())
    }
