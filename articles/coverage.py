"""How much of the site each language has, weighed by its readers. Plain Python.

A text that is there weighs as many visits as it had. One that is missing weighs those it could expect:
the visits of the article in its source language, times what articles that exist in both languages have
in the one for each visit in the other.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from articles.translation_standing import Standing


@dataclass(frozen=True, slots=True)
class Text:
    """An article in one language of the site, there or not. Only of articles that are public.

    `translation_id` is that of the public text, None where there is none; `changes` are the major and
    the medium changes of the source since.
    """

    article_id: int
    category_id: int | None
    title: str
    locale: str
    source_locale: str
    source_id: int
    translation_id: int | None
    standing: Standing
    changes: tuple[int, int] = (0, 0)
    base: int | None = None  # number of the revision of the source that was translated
    is_held: bool = False  # there is more to translate, which somebody holds back
    visits: float = 0.0

    @property
    def is_source(self) -> bool:
        """Tell whether the others are made from this one."""
        return self.locale == self.source_locale


def weighed(texts: Iterable[Text], visits: Mapping[int, float]) -> list[Text]:
    """Return the texts with their visits, real or to be expected; `visits` go by translation."""
    texts = list(texts)
    ratios = _ratios(texts, visits)
    found = []
    for text in texts:
        if text.translation_id is not None:
            weight = visits.get(text.translation_id, 0.0)
        else:
            pair = (text.source_locale, text.locale)
            weight = visits.get(text.source_id, 0.0) * ratios.get(pair, 1.0)
        # Most texts have no visits, and copying tens of thousands of them is what takes the time.
        found.append(text if weight == text.visits else replace(text, visits=weight))
    return found


def _ratios(texts: Iterable[Text], visits: Mapping[int, float]) -> dict[tuple[str, str], float]:
    """Return the visits in a language for each visit in the source, by (source, language)."""
    theirs: defaultdict[tuple[str, str], float] = defaultdict(float)
    sources: defaultdict[tuple[str, str], float] = defaultdict(float)
    for text in texts:
        if text.translation_id is not None and not text.is_source:
            pair = (text.source_locale, text.locale)
            theirs[pair] += visits.get(text.translation_id, 0.0)
            sources[pair] += visits.get(text.source_id, 0.0)
    return {pair: theirs[pair] / count for pair, count in sources.items() if count}


@dataclass(frozen=True, slots=True)
class Coverage:
    """What a language has: articles by standing, and the visits that meet a text that is up to date."""

    counts: Mapping[Standing, int]
    met: float
    visits: float

    @property
    def articles(self) -> int:
        """Return how many articles there could be."""
        return sum(self.counts.values())

    @property
    def share(self) -> float:
        """Return the share of articles that are there and up to date, 0 to 1."""
        return self.counts.get(Standing.CURRENT, 0) / self.articles if self.articles else 0.0

    @property
    def share_of_visits(self) -> float | None:
        """Return the share of visits that meet such a text; None without any visit."""
        return self.met / self.visits if self.visits else None


def coverage(texts: Iterable[Text]) -> Coverage:
    """Add up some texts, of one language as a rule."""
    counts: Counter[Standing] = Counter()
    met = total = 0.0
    for text in texts:
        counts[text.standing] += 1
        total += text.visits
        if text.standing is Standing.CURRENT:
            met += text.visits
    return Coverage(counts, met, total)


_URGENCY = (Standing.OUTDATED, Standing.MISSING, Standing.REFRESH, Standing.CURRENT)


def work(texts: Iterable[Text]) -> list[Text]:
    """Return what there is to translate: most visits first, and among equals the most urgent."""
    behind = [each for each in texts if each.standing is not Standing.CURRENT]
    rank = {standing: place for place, standing in enumerate(_URGENCY)}
    return sorted(
        behind,
        key=lambda each: (-each.visits, rank[each.standing], each.title, each.locale),
    )
