"""A ranking as visitors see it: filtered, counted by facet, each hit by its best passage."""

from collections import Counter
from collections.abc import Mapping, Sequence

from search.analysis import analyzer, language_of
from search.confidence import is_answer
from search.ranking import Ranking
from search.reading.queries import Wanted
from search.results import Facets, Hit
from search.snapshot import Numbers, Snapshot
from search.snippets import highlight, quote, snippet


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
    anchor, path, text = snapshot.passage(_best_passage(snapshot, ranking, number))
    if is_quoted:
        told = analyzer(entry.language).terms("\n".join([entry.title, *path]))
        weights = _stem_weights(ranking.weights.get(entry.language, {}))
        quoted = quote(text, weights, entry.language, told=frozenset(told))
        shown, sentence = quoted.html, quoted.sentence
    else:
        shown, sentence = snippet(text, terms, entry.language), ""
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


def _stem_weights(weights: Mapping[Wanted, float]) -> dict[str, float]:
    """Return what each stem of any form counts for."""
    found: dict[str, float] = {}
    for wanted, weight in weights.items():
        for form in wanted.forms:
            for stem in form.stems:
                found[stem] = max(found.get(stem, 0.0), weight * form.weight / len(form.stems))
    return found


def has_answer(ranking: Ranking, order: Sequence[int]) -> bool:
    """Tell whether the best passage of the first article may be quoted as the answer."""
    if not order:
        return False
    best = float(ranking.scores[order[0]])
    second = float(ranking.scores[order[1]]) if len(order) > 1 else 0.0
    return is_answer(ranking.confidence, min(second / max(best, 1e-9), 1.0))


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
