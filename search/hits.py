"""A ranking as visitors see it: filtered, counted by facet, each hit by its best passage."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from search.analysis import analyzer, language_of
from search.arrays import Numbers
from search.confidence import ANSWER_FLOOR, KEYWORD_ANSWER_FLOOR, SURE_FLOOR, is_answer
from search.ranking import Ranking
from search.results import Facets, Hit, Mode
from search.snapshot import Snapshot
from search.snippets import ENOUGH, Quotation, highlight, quote, refers_back, snippet

OPENING_LEAD = 0.012  # cosine by which another passage must be nearer than the opening
WORDS = 0.03  # cosine that a passage gains which says all of what the title leaves open
HEADING_LEAD = 1.0  # more, for what its headings say
READ_PASSAGES = 24  # the nearest of an article: more are not read for words
SUMMARY_WORDS = 60


@dataclass(frozen=True, slots=True)
class _Asked:
    """What a query asks for in one language."""

    stems: Mapping[str, float]  # what each counts for, by rarity
    total: float  # of all things, known or not, each in its best form


def narrow(
    snapshot: Snapshot, order: Numbers, category: str | None, kind: str | None
) -> tuple[Facets, list[int]]:
    """Apply the filters; each facet counts under the other filter, not under its own."""
    categories: Counter[str] = Counter()
    kinds: Counter[str] = Counter()
    kept: list[int] = []
    for number in order.tolist():
        entry = snapshot.entries[number]
        under = {entry.category, *entry.ancestors} - {""}
        in_category = category is None or category in under
        of_kind = kind is None or entry.kind == kind
        if of_kind:
            categories.update(under)
        if in_category and entry.kind:
            kinds[entry.kind] += 1
        if in_category and of_kind:
            kept.append(number)
    return Facets(dict(categories), dict(kinds)), kept


def hit_of(
    snapshot: Snapshot, ranking: Ranking, number: int, locale: str, *, is_quoted: bool
) -> Hit:
    """Return an article as a hit, shown by its best passage."""
    entry = snapshot.entries[number]
    terms = ranking.terms.get(entry.language, ())
    quoted = _quoted(snapshot, ranking, number) if is_quoted else None
    if quoted is None:
        passage, sentence = _best_passage(snapshot, ranking, number), ""
    else:
        passage, sentence = quoted[0], quoted[1].sentence
    anchor, path, text = snapshot.passage(passage)
    shown = snippet(text, terms, entry.language) if quoted is None else quoted[1].html
    return Hit(
        document_id=entry.document_id,
        locale=entry.locale,
        title=entry.title,
        score=float(ranking.scores[number]),
        anchor=anchor,
        path=path,
        snippet=shown,
        sentence=sentence,
        keyword_score=float(ranking.keyword[number]),
        semantic_score=float(ranking.semantic[number]),
        is_other_locale=entry.language != language_of(locale),
        title_html=highlight(entry.title, terms, entry.language),
        category=entry.category,
        kind=entry.kind,
    )


def _quoted(snapshot: Snapshot, ranking: Ranking, number: int) -> tuple[int, Quotation] | None:
    """Quote the passage that answers, else the opening; return its number with the quotation."""
    entry = snapshot.entries[number]
    asked = _asked(ranking, entry.language)
    best = answering(snapshot, ranking, number, asked)
    for passage in dict.fromkeys((best, opening(snapshot, number))):
        _, path, text = snapshot.passage(passage)
        told = frozenset(analyzer(entry.language).terms("\n".join([entry.title, *path])))
        quoted = quote(text, asked.stems, entry.language, told=told, total=asked.total)
        if quoted.sentence:
            return passage, quoted
    return None


def _asked(ranking: Ranking, language: str) -> _Asked:
    """Return what each stem of any form counts for, and all that is asked for."""
    found: dict[str, float] = {}
    weights = ranking.weights.get(language, {})
    for wanted, weight in weights.items():
        for form in wanted.forms:
            for stem in form.stems:
                found[stem] = max(found.get(stem, 0.0), weight * form.weight / len(form.stems))
    return _Asked(found, sum(weights.values()))


def answering(snapshot: Snapshot, ranking: Ranking, number: int, asked: _Asked) -> int:
    """Choose the passage to quote of an article that is right.

    All of its passages are about what the title says, and every one was encoded below it: such
    words point nowhere inside. What is left of the query, in text and more in headings, and the
    cosines as they are, must lead away from the opening; else the opening answers.
    """
    span = snapshot.passages_of(number)
    first = opening(snapshot, number)
    language = snapshot.entries[number].language
    title = frozenset(analyzer(language).terms(snapshot.entries[number].title))
    rest = {stem: weight for stem, weight in asked.stems.items() if stem not in title}
    if asked.stems and not rest:
        return first
    near = ranking.passage_semantic
    merit = np.zeros(len(span)) if near is None else near[span.start : span.stop].copy()
    merit[first - span.start] = merit[: first - span.start + 1].max() + OPENING_LEAD
    said = np.zeros(len(span))
    for place in np.argsort(-merit, kind="stable")[:READ_PASSAGES].tolist():
        _, path, text = snapshot.passage(span.start + place)
        said[place] = _said(text, rest, language)
        headings = _said("\n".join(path), rest, language)
        share = (said[place] + HEADING_LEAD * headings) / max(asked.total, 1e-9)
        merit[place] += WORDS * min(share, 1.0)
    merit[: first - span.start] = -np.inf  # the summary, for which the opening stands
    best = int(merit.argmax())
    is_said = said[best] >= ENOUGH * asked.total
    return span.start + best if is_said else _section_start(snapshot, span.start + best, first)


def _section_start(snapshot: Snapshot, passage: int, first: int) -> int:
    """Return the first passage below the same headings; without headings, the passage itself."""
    place = snapshot.passage(passage)[:2]
    while place[1] and passage > first and snapshot.passage(passage - 1)[:2] == place:
        passage -= 1
    return passage


def opening(snapshot: Snapshot, number: int) -> int:
    """Return the passage that an article opens with, after a summary that stands alone."""
    span = snapshot.passages_of(number)
    if len(span) == 1:
        return span.start
    (_, path, summary), (_, next_path, text) = map(snapshot.passage, span[:2])
    begins = text.split("\n", 1)[0]
    is_summary = (
        not path and not next_path and len(summary.split()) <= SUMMARY_WORDS
    ) and begins not in summary.split("\n")
    continues = refers_back(begins, snapshot.entries[number].language)
    return span.start + int(is_summary and not continues)


def _said(text: str, weights: Mapping[str, float], language: str) -> float:
    found = analyzer(language).analyse(text, keep_stop_words=True, among=frozenset(weights))
    return sum(weights[stem] for stem in {term.text for term in found})


def is_sure(ranking: Ranking, *, is_weak: bool) -> bool:
    """Tell whether the first article may be offered to somebody who asked for no list of articles.

    A list that is not weak is about what was asked; where words alone made it, that is not enough.
    """
    is_likely = ranking.mode is not Mode.KEYWORD or ranking.chance >= SURE_FLOOR
    return is_likely and not is_weak


def has_answer(ranking: Ranking, order: Sequence[int]) -> bool:
    """Tell whether the best passage of the first article may be quoted as the answer."""
    if not order:
        return False
    best = float(ranking.scores[order[0]])
    second = float(ranking.scores[order[1]]) if len(order) > 1 else 0.0
    floor = KEYWORD_ANSWER_FLOOR if ranking.mode is Mode.KEYWORD else ANSWER_FLOOR
    return is_answer(ranking.chance, min(second / max(best, 1e-9), 1.0), floor)


def _best_passage(snapshot: Snapshot, ranking: Ranking, number: int) -> int:
    """Choose the passage that both retrievers like best within its article."""
    span = snapshot.passages_of(number)
    keyword = ranking.passage_keyword[span.start : span.stop]
    merit = keyword / max(float(keyword.max()), 1e-9)
    if ranking.passage_semantic is not None:
        near = ranking.passage_semantic[span.start : span.stop]
        spread = max(float(near.max() - near.min()), 1e-9)
        merit = merit + (near - near.min()) / spread
    return span.start + int(merit.argmax())
