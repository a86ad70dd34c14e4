"""What a search shows to a visitor of some past day."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from articles.models import Translation
from search.analysis import analyzer
from search.results import Hit, Mode, Results

Search = Callable[[str, str], Results]
"""(query, locale) -> what the engine shows"""

CONFIDENCE_WITHOUT_ITS_ARTICLE = 0.18  # of results that lack the article that answers best


@dataclass(frozen=True, slots=True)
class Known:
    """A public translation, as visitors met it over time. `revisions`: (since, id), oldest first."""

    translation_id: int
    article_id: int
    key: str
    category: str
    locale: str
    title: str
    public_since: datetime
    revisions: tuple[tuple[datetime, int], ...]

    def revision_at(self, moment: datetime) -> int:
        """Return the revision that readers saw at a moment."""
        seen = [number for since, number in self.revisions if since <= moment]
        return seen[-1] if seen else self.revisions[0][1]


class Shop:
    """The help site as the crowd sees it: its articles, and a search that is asked each thing once."""

    def __init__(self, articles: Mapping[int, Known], search: Search) -> None:
        self.articles = articles
        self.known_results: dict[tuple[str, str], Results] = {}
        self._search = search

    def results(self, query: str, locale: str, at: datetime) -> Results:
        """Return what was shown at a moment: without the articles that came later."""
        key = (query, locale)
        if key not in self.known_results:
            self.known_results[key] = self._search(query, locale)
        found = self.known_results[key]
        hits = tuple(each for each in found.hits if self._was_public(each, at))
        if hits[:1] == found.hits[:1]:
            return replace(found, hits=hits)
        confidence = min(found.confidence, CONFIDENCE_WITHOUT_ITS_ARTICLE)
        return replace(found, hits=hits, total=len(hits), confidence=confidence, weak=True)

    def _was_public(self, hit: Hit, at: datetime) -> bool:
        article = self.articles.get(int(hit.document_id))
        return article is not None and article.public_since <= at


def plain_search(translations: Iterable[Translation]) -> Search:
    """Return a search by words shared with titles and known questions, for want of the engine."""
    names = []
    for each in translations:
        revision = each.public_revision
        texts = [each.title, *(revision.answers if revision else [])]
        names.append((each, [set(analyzer(each.locale).terms(text)) for text in texts]))

    def found(query: str, locale: str) -> Results:
        asked = set(analyzer(locale).terms(query))
        scored = [
            (max(len(asked & name) / len(asked | name) for name in of_article), each)
            for each, of_article in names
            if each.locale == locale and asked
        ]
        best = sorted((each for each in scored if each[0] > 0), key=lambda each: -each[0])[:10]
        confidence = best[0][0] if best else 0.0
        hits = tuple(_plain_hit(score, each) for score, each in best)
        return Results(
            query=query,
            hits=hits,
            total=len(hits),
            mode=Mode.KEYWORD,
            confidence=confidence,
            weak=confidence < 0.5,
        )

    return found


def _plain_hit(score: float, translation: Translation) -> Hit:
    return Hit(
        document_id=str(translation.id),
        locale=translation.locale,
        title=translation.title,
        score=score,
        anchor="",
        path=(),
        snippet="",
        keyword_score=score,
        semantic_score=0.0,
        is_other_locale=False,
    )
