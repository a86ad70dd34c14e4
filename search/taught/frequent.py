"""The questions that a preview looks at: those visitors ask, and the titles of articles.

Search does not know who keeps the questions: `register` takes a source, which feedback gives.
"""

from collections.abc import Callable, Sequence

from flask import Flask, current_app

from articles.models import Translation
from articles.queries import published
from kb.db import db
from search.analysis import language_of
from search.engine import SearchEngine
from search.taught import vocabulary
from search.taught.preview import FrequentQuery, Preview, preview
from search.taught.synonyms import Rule

MAX_QUERIES = 300
MAX_TITLES = 300

Source = Callable[[str, int], Sequence[FrequentQuery]]
"""(locale, how many) -> what visitors asked in that language, the most frequent first."""


def register(app: Flask, source: Source) -> None:
    """Name where the questions of visitors come from."""
    app.extensions["kb_frequent_queries"] = source


def queries_about(rule: Rule | None, locale: str) -> list[FrequentQuery]:
    """Return the words of a rule themselves, then what is asked, then titles of articles."""
    words = [FrequentQuery(word) for word in rule.words] if rule else []
    source: Source | None = current_app.extensions.get("kb_frequent_queries")
    asked = list(source(locale, MAX_QUERIES)) if source else []
    titles = db.session.scalars(
        published(locale)
        .with_only_columns(Translation.title, maintain_column_froms=True)
        .order_by(Translation.id)
        .limit(MAX_TITLES)
    )
    known = {each.text: each for each in asked}
    first = [known.get(each.text, each) for each in words]
    return [*first, *asked, *(FrequentQuery(title) for title in titles)]


def preview_rule(locale: str, rule: Rule, *, instead_of: int | None = None) -> Preview:
    """Show what a rule would change, new or in the place of the row `instead_of`."""
    language = language_of(locale)
    rows = [row for row in db.session.scalars(vocabulary.rules()) if _is_of(row.locale, language)]
    before = [vocabulary.rule_of(row) for row in rows]
    kept = [vocabulary.rule_of(row) for row in rows if row.id != instead_of]
    engine: SearchEngine = current_app.extensions["kb_search"]
    return preview(
        engine, queries_about(rule, locale), locale=locale, before=before, after=[*kept, rule]
    )


def _is_of(locale: str, language: str) -> bool:
    return language_of(locale) == language
