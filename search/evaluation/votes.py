"""What past votes are worth, and what dishonest ones cost, simulated on judged queries.

Half of each article's queries stand for questions of the past: after each, two visitors have voted
the article helpful that was judged to answer it. The other half is asked before and after. Then
twenty dishonest visitors come, in two ways:

- *campaign*: they vote one wrong article helpful after ten of other people's questions, two each,
  questions that are then asked; many wrong articles are tried, one at a time;
- *every question*: on each question apart, all twenty vote for the wrong article that comes nearest
  to its top, after that very question.
"""

import random
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from search.encoders import EmbeddingUnavailable, Vectors
from search.evaluation.comparison import Comparison, compare
from search.evaluation.judgments import SAMPLE_SEED, Query
from search.evaluation.metrics import mean, score
from search.evaluation.running import Bench, Progress, no_progress
from search.ranking import Ranking
from search.reading.queries import tidy
from search.taught.phrasings import MIN_VISITORS, Phrasing, Phrasings, trust

DISHONEST = 20  # visitors
CAMPAIGNS = 25  # wrong articles tried, one at a time
CAMPAIGN_QUESTIONS = DISHONEST // MIN_VISITORS

Grades = Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Attack:
    """What dishonest votes did to the questions asked, honest votes being there as well."""

    tries: int  # pairs of a question and a wrong article
    first_before: int  # of them, the wrong article was first by its texts alone
    first_without: int  # the same with the honest votes
    first: int  # the same with the dishonest votes as well
    pushed: int  # first with them alone: neither by its texts nor with the honest votes
    ndcg_without: float
    ndcg: float

    def as_json(self) -> dict[str, Any]:
        """Return the figures under the names that `--json` prints."""
        return {
            "tries": self.tries,
            "wrong_first_by_texts": self.first_before,
            "wrong_first_with_honest_votes": self.first_without,
            "wrong_first": self.first,
            "pushed_to_the_top": self.pushed,
            "ndcg@10_without": round(self.ndcg_without, 4),
            "ndcg@10": round(self.ndcg, 4),
        }


@dataclass(frozen=True, slots=True)
class Votes:
    """What votes do to the half of the queries that is asked."""

    past: int  # queries with votes
    asked: int
    before: float  # nDCG@10
    after: float
    compared: Comparison
    campaign: Attack
    every_question: Attack

    def as_json(self) -> dict[str, Any]:
        """Return the figures under the names that `--json` prints."""
        return {
            "past": self.past,
            "asked": self.asked,
            "before": round(self.before, 4),
            "after": round(self.after, 4),
            "difference_interval": self.compared.interval.as_json(),
            "p": round(self.compared.p_value, 4),
            "campaign": self.campaign.as_json(),
            "every_question": self.every_question.as_json(),
        }


@dataclass(frozen=True, slots=True)
class _Known:
    """A query with what the texts alone rank for it."""

    query: Query
    grades: Grades
    vector: Vectors | None
    ids: tuple[str, ...]


def measure_votes(
    made: Bench, queries: Sequence[Query], *, progress: Progress = no_progress
) -> Votes:
    """Simulate votes on one half of the judged queries, and ask the other half."""
    known: list[_Known] = []
    for done, query in enumerate(queries, start=1):
        known.append(_known(made, query))
        progress("votes", done, len(queries))
    past, asked = split(known)
    honest = [
        _vote(each, document, MIN_VISITORS, made)
        for each in past
        for document in each.grades
        if document in made.snapshot.by_id
    ]
    without = [_ids(made, each, _phrasings(honest)) for each in asked]
    grades = [each.grades for each in asked]
    before = score([each.ids for each in asked], grades).ndcg
    after = score(without, grades).ndcg
    return Votes(
        past=len(past),
        asked=len(asked),
        before=mean(before),
        after=mean(after),
        compared=compare(after, before),
        campaign=_attack(made, asked, without, honest, _campaigns(made, asked)),
        every_question=_attack(made, asked, without, honest, _rivals(made, asked)),
    )


def split(known: Sequence[_Known]) -> tuple[list[_Known], list[_Known]]:
    """Return half of each article's queries, drawn with a fixed seed, and the others."""
    by_article: dict[tuple[str, ...], list[_Known]] = {}
    for each in known:
        by_article.setdefault(tuple(sorted(each.grades)), []).append(each)
    chance = random.Random(SAMPLE_SEED)  # noqa: S311 - a draw that can be repeated
    past: list[_Known] = []
    asked: list[_Known] = []
    for group in by_article.values():
        chance.shuffle(group)
        past += group[: len(group) // 2]
        asked += group[len(group) // 2 :]
    return past, asked


def _known(made: Bench, query: Query) -> _Known:
    ranking = _rank(made, query, Phrasings())
    vector = None
    if made.engine.encoder is not None:
        try:
            vector = made.engine.encoder.wait().encode_query(tidy(query.text))
        except EmbeddingUnavailable:
            vector = None
    grades = made.judged.judgments[query.id]
    return _Known(query, grades, vector, _names(made, ranking))


def _rank(made: Bench, query: Query, phrasings: Phrasings) -> Ranking:
    return made.engine.rank(
        made.snapshot,
        tidy(query.text),
        locale=query.locale,
        only=query.target_locale,
        phrasings=phrasings,
    )


def _names(made: Bench, ranking: Ranking) -> tuple[str, ...]:
    return tuple(made.snapshot.entries[number].document_id for number in ranking.order.tolist())


Vote = tuple[Phrasing, Vectors | None]


def _vote(after: _Known, document: str, visitors: int, made: Bench) -> Vote:
    """Return what becomes of helpful votes on an article by so many visitors after one query."""
    entry = made.snapshot.entries[made.snapshot.by_id[document]]
    leads = after.ids[:1] == (document,)
    text = tidy(after.query.text)
    return Phrasing(document, entry.language, text, trust(visitors, visitors), leads), after.vector


def _phrasings(votes: Sequence[Vote]) -> Phrasings:
    vectors = [vector for _, vector in votes if vector is not None]
    matrix = np.asarray(vectors) if vectors and len(vectors) == len(votes) else None
    return Phrasings([phrasing for phrasing, _ in votes], matrix)


def _ids(made: Bench, each: _Known, phrasings: Phrasings) -> tuple[str, ...]:
    return _names(made, _rank(made, each.query, phrasings))


Lie = tuple[str, list[Vote], list[int]]
"""A wrong article, the dishonest votes for it, and the numbers of the questions to be asked."""


def _campaigns(made: Bench, asked: Sequence[_Known]) -> Iterator[Lie]:
    chance = random.Random(SAMPLE_SEED)  # noqa: S311 - as above
    names = sorted(made.snapshot.by_id)
    for wrong in chance.sample(names, min(CAMPAIGNS, len(names))):
        others = [number for number, each in enumerate(asked) if wrong not in each.grades]
        chosen = chance.sample(others, min(CAMPAIGN_QUESTIONS, len(others)))
        lies = [_vote(asked[number], wrong, MIN_VISITORS, made) for number in chosen]
        yield wrong, lies, others


def _rivals(made: Bench, asked: Sequence[_Known]) -> Iterator[Lie]:
    for number, each in enumerate(asked):
        wrong = next((name for name in each.ids if name not in each.grades), None)
        if wrong is not None:
            yield wrong, [_vote(each, wrong, DISHONEST, made)], [number]


def _attack(
    made: Bench,
    asked: Sequence[_Known],
    without: Sequence[tuple[str, ...]],
    honest: Sequence[Vote],
    attacks: Iterator[Lie],
) -> Attack:
    """Ask again with lies among the votes."""
    lists: list[tuple[str, ...]] = []
    truth: list[tuple[str, ...]] = []
    grades: list[Grades] = []
    firsts: list[tuple[bool, bool, bool]] = []
    for wrong, lies, numbers in attacks:
        phrasings = _phrasings([*honest, *lies])
        for number in numbers:
            each = asked[number]
            # What is not plausible by its texts is never lifted: the list stays as it was.
            is_plausible = wrong in each.ids
            found = _ids(made, each, phrasings) if is_plausible else without[number]
            lists.append(found)
            truth.append(without[number])
            grades.append(each.grades)
            orders = (each.ids, without[number], found)
            before, between, now = (order[:1] == (wrong,) for order in orders)
            firsts.append((before, between, now))
    return Attack(
        tries=len(firsts),
        first_before=sum(before for before, _, _ in firsts),
        first_without=sum(between for _, between, _ in firsts),
        first=sum(now for _, _, now in firsts),
        pushed=sum(now and not (before or between) for before, between, now in firsts),
        ndcg_without=mean(score(truth, grades).ndcg),
        ndcg=mean(score(lists, grades).ndcg),
    )
