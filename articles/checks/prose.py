"""Rules on the sentences: their length, how easily they read, their language, their spaces."""

import re
from collections.abc import Iterator

from articles.checks.draft import Draft
from articles.checks.findings import Finding, hint, warning
from articles.checks.readability import Ease, Reading, reading_of, sentences, words
from articles.importing.languages import detect

# French needs more words for the same: these are the longest 2 to 3 in 100 sentences of real help.
MAX_SENTENCE_WORDS = {"fr": 40, "en": 38}
MAX_PARAGRAPH_WORDS = 110  # a screen of a phone
MOST_SENTENCES = 3  # the worst; whoever mends them has understood
LANGUAGES = ("de", "en", "fr")  # Dutch and Portuguese share the small words of French
MIN_FOREIGN_WORDS = 20  # of a paragraph; a shorter one may quote a screen

_DOUBLE = re.compile(
    r"(?<=\S)(?:[ ]{2,}|[ ]+[\u00a0\u202f]+[ ]*|[\u00a0\u202f]+[ ]+)(?=[;:!?»](?:\s|$))"
)
_BEFORE = re.compile(r"(?<=[^\W_])[ \u00a0\u202f]+[!?;](?=\s|$)")


def prose(draft: Draft) -> Iterator[Finding]:
    """Check what is read from beginning to end."""
    yield from _long_sentences(draft)
    for run in draft.source.runs:
        count = len(words(run.text))
        if count > MAX_PARAGRAPH_WORDS:
            yield hint("paragraph-long", run.line, count=count)
    reading = reading_in(draft)
    if reading is not None and reading.ease is Ease.VERY_HARD:
        yield hint("hard-to-read", None, score=round(reading.score))
    yield from _foreign(draft)
    yield from _spaces(draft)


def reading_in(draft: Draft) -> Reading | None:
    """Return how easily a draft reads; None where there is too little, or no formula."""
    return reading_of([each.text for each in draft.source.runs], draft.language)


def _long_sentences(draft: Draft) -> Iterator[Finding]:
    limit = MAX_SENTENCE_WORDS.get(draft.language)
    if limit is None:
        return
    found = [
        (len(words(each)), run.line, each)
        for run in draft.source.runs
        for each in sentences(run.text)
    ]
    long = sorted((each for each in found if each[0] > limit), reverse=True)[:MOST_SENTENCES]
    for count, line, text in sorted(long, key=lambda each: each[1]):
        begin = " ".join(text.split()[:6])
        yield hint("sentence-long", line, count=count, limit=limit, words=begin)


def _foreign(draft: Draft) -> Iterator[Finding]:
    """Find text in another language: all of it, or the first paragraph of it."""
    known = [draft.language, *(each for each in LANGUAGES if each != draft.language)]
    runs = draft.source.runs
    whole = detect("\n".join(each.text for each in runs), known)
    if whole is not None and whole != draft.language:
        yield warning("language-all", None, language=whole, own=draft.language)
        return
    for run in runs:
        if len(words(run.text)) >= MIN_FOREIGN_WORDS:
            found = detect(run.text, known)
            if found is not None and found != draft.language:
                yield warning("language-part", run.line, language=found)
                return


def _spaces(draft: Draft) -> Iterator[Finding]:
    """Find the first space that typography does not put right by itself."""
    pattern = {"fr": _DOUBLE, "en": _BEFORE}.get(draft.language)
    if pattern is None:
        return
    for number, line in enumerate(draft.source.plain.split("\n"), 1):
        if "|" not in line and (match := pattern.search(line)):
            rule = "space-double" if draft.language == "fr" else "space-before"
            before = line[max(match.start() - 20, 0) : match.end() + 1].strip()
            yield hint(rule, number, words=before)
            return
