"""Rules on what names an article: its title, its summary, and the questions that it answers."""

from collections.abc import Iterator

from articles.checks.draft import Draft
from articles.checks.findings import Field, Finding, Severity
from articles.markdown import same_words

# Results elsewhere show some 600 px of a title, about 60 letters, 70 where they are narrow. Ours
# show all of it, in three lines of a phone from 70 letters on.
MAX_TITLE = 70
SHOWN_TITLE = 60
MAX_SUMMARY = 200  # a result page elsewhere shows some 160, our lists all of it


def naming(draft: Draft) -> Iterator[Finding]:
    """Check title, summary and questions."""
    title = " ".join(draft.title.split())
    if not title:
        yield Finding("title-missing", Severity.ERROR, field=Field.TITLE)
    elif len(title) > MAX_TITLE:
        shown = title[:SHOWN_TITLE].rsplit(" ", 1)[0]
        values = {"count": len(title), "limit": SHOWN_TITLE, "shown": shown}
        yield Finding("title-long", Severity.HINT, None, values, Field.TITLE)
    yield from _summary(draft)
    if not draft.answers:
        yield Finding("answers-missing", Severity.WARNING, field=Field.ANSWERS)


def _summary(draft: Draft) -> Iterator[Finding]:
    summary = " ".join(draft.summary.split())
    if not summary:
        yield Finding("summary-missing", Severity.WARNING, field=Field.SUMMARY)
    elif same_words(summary, draft.title):
        yield Finding("summary-repeats", Severity.HINT, field=Field.SUMMARY)
    elif len(summary) > MAX_SUMMARY:
        values = {"count": len(summary), "limit": MAX_SUMMARY}
        yield Finding("summary-long", Severity.HINT, None, values, Field.SUMMARY)
