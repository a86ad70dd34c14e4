"""What a change of synonyms would do to the questions that people ask, before it is saved."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from search.analysis import language_of
from search.engine import SearchEngine
from search.keyword import IndexDamaged, IndexMissing
from search.reading.queries import query_terms, tidy
from search.snapshot import Snapshot
from search.taught.synonyms import Rule, Rules

SHOWN_QUERIES = 5
SHOWN_HITS = 3
MAX_RANKED = 40  # queries ranked twice, at some 30 ms each; the others are only counted


@dataclass(frozen=True, slots=True)
class FrequentQuery:
    """What was asked, and by how many visitors; none for the title of an article."""

    text: str
    visitors: int = 0


@dataclass(frozen=True, slots=True)
class Change:
    """The first titles for one query, before and after."""

    query: str
    visitors: int
    before: tuple[str, ...]
    after: tuple[str, ...]

    @property
    def size(self) -> int:
        """Return how much changes: twice for a title that is new, once for one that moves."""
        return sum(
            2 if title not in self.before else int(self.before[rank : rank + 1] != (title,))
            for rank, title in enumerate(self.after)
        ) + 2 * len(set(self.before) - set(self.after))


@dataclass(frozen=True, slots=True)
class Preview:
    """How many of the queries looked at are read otherwise, and those that change most."""

    looked_at: int
    touched: int
    changes: tuple[Change, ...]


def preview(
    engine: SearchEngine,
    queries: Iterable[FrequentQuery],
    *,
    locale: str,
    before: Sequence[Rule],
    after: Sequence[Rule],
) -> Preview:
    """Rank what the change touches with the rules of before and after; the most asked first."""
    language = language_of(locale)
    old, new = Rules(before, language=language), Rules(after, language=language)
    asked = list({tidy(each.text): each for each in queries}.values())
    touched = [each for each in asked if _differs(each.text, language, old, new)]
    try:
        snapshot, _ = engine.snapshot()
    except (IndexMissing, IndexDamaged):
        return Preview(len(asked), len(touched), ())
    changes = [
        Change(
            query=each.text,
            visitors=each.visitors,
            before=_first(engine, snapshot, each.text, locale, lambda _language: old),
            after=_first(engine, snapshot, each.text, locale, lambda _language: new),
        )
        for each in touched[:MAX_RANKED]
    ]
    seen = sorted(changes, key=lambda each: (-each.size, -each.visitors))
    shown = tuple(each for each in seen if each.size)[:SHOWN_QUERIES]
    return Preview(len(asked), len(touched), shown)


def _differs(text: str, language: str, old: Rules, new: Rules) -> bool:
    wanted = query_terms(tidy(text), language)
    return old.expand(wanted) != new.expand(wanted)


def _first(
    engine: SearchEngine,
    snapshot: Snapshot,
    text: str,
    locale: str,
    rules: Callable[[str], Rules],
) -> tuple[str, ...]:
    ranking = engine.rank(snapshot, tidy(text), locale=locale, rules=rules)
    return tuple(snapshot.entries[number].title for number in ranking.order[:SHOWN_HITS].tolist())
