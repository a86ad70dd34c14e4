"""Votes that readers cast on a former site, told to whoever keeps votes."""

from collections.abc import Iterable
from datetime import datetime

from flask import current_app
from sqlalchemy import select

from articles.models import ImportedFile, Translation
from articles.signals import CountedVotes, votes_found
from kb.db import db

Counted = tuple[str, int, int, datetime | None, datetime | None]
"""Path of a file of the import, how many were helped, how many not, first and last vote."""


def tell_votes(source: str, votes: Iterable[Counted]) -> int:
    """Tell the votes of the articles that an import has made; committed. Return of how many."""
    rows = db.session.execute(
        select(ImportedFile.path, Translation.article_id)
        .join(Translation, ImportedFile.translation_id == Translation.id)
        .where(ImportedFile.source == source)
    )
    articles = {row.path: row.article_id for row in rows}
    found = [
        CountedVotes(articles[path], helpful, unhelpful, since, until)
        for path, helpful, unhelpful, since, until in votes
        if path in articles
    ]
    votes_found.send(
        current_app._get_current_object(),  # type: ignore[attr-defined]
        source=source,
        votes=found,
    )
    db.session.commit()
    return len(found)
