"""The articles that may answer a request while it is being written; none where none is sure."""

from collections.abc import Iterator

from feedback.contact.form import Letter
from search.analysis import analyzer
from search.filters import MAX_QUERY_LENGTH
from search.passages import sentences
from search.reading.queries import tidy
from search.results import Hit, Results
from search.showing import ShownHit, shown
from search.views import audiences, engine

MIN_CHARACTERS = 3
MIN_WORDS = 3  # of a sentence: "Hello," asks nothing
SENTENCES = 3  # of the message that are searched for; the question stands near its beginning
MOST = 3  # articles; who writes to a person has no patience for a list
# Of the best hit's score. Of the 13 articles that stood between .7 and .85 for 24 questions to the demo
# two were to the point: one right article is read, three are skipped.
NEAR = 0.85


def questions(letter: Letter) -> Iterator[str]:
    """Yield what to search for: the subject, then the first sentences of the message.

    Each by itself: a whole letter shares some words with every article, and a good subject is
    drowned by it.
    """
    subject = tidy(letter.subject)
    if len(subject) >= MIN_CHARACTERS:
        yield subject[:MAX_QUERY_LENGTH]
    long_enough = (each for each in sentences(letter.message) if len(each.split()) >= MIN_WORDS)
    for _, sentence in zip(range(SENTENCES), long_enough, strict=False):
        yield tidy(sentence)[:MAX_QUERY_LENGTH]


def suggestions(letter: Letter, locale: str) -> list[ShownHit]:
    """Return the articles to offer, best first, as pages show them."""
    return shown(sure_hits(letter, locale, audiences()))


def sure_hits(letter: Letter, locale: str, readable: frozenset[str]) -> list[Hit]:
    """Return the articles of the question that is answered most surely, for those who may read so much.

    The confidence floor is that of the page of results: below it, nothing rather than noise. Where
    words alone speak, as in the seconds after a start, half a chance is asked for besides.
    """
    found = [
        engine().search(question, locale=locale, limit=MOST, audiences=readable)
        for question in questions(letter)
    ]
    sure = [each for each in found if each.is_sure and _is_meant(each, locale)]
    best = max(sure, key=lambda each: each.chance, default=None)
    return _near(best) if best else []


def _is_meant(results: Results, locale: str) -> bool:
    """Tell whether a question says enough: one word alone ("Help") must stand in the best title."""
    chain = analyzer(locale)
    stems = set(chain.terms(results.query))
    return len(stems) > 1 or not stems.isdisjoint(chain.terms(results.hits[0].title))


def _near(results: Results) -> list[Hit]:
    best = results.hits[0]
    return [
        each
        for each in results.hits
        if each.score >= NEAR * best.score and not each.is_other_locale
    ] or [best]
