"""Hits as pages show them: with addresses, and only what the public may read at this moment."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from flask import g
from markupsafe import Markup
from sqlalchemy.orm import joinedload

from articles.audience import reader as reader_of_request
from articles.markdown.tokens import split
from articles.markdown.typography import typeset_html
from articles.models import Article, Audience, Translation
from articles.queries import published
from articles.views import address_of
from kb.db import db
from search.analysis import language_of
from search.results import Hit

INNER_QUOTES = {"fr": ("“", "”"), "en": ("‘", "’")}

_QUOTED = re.compile(r"[\"“«]\s*([^\"“”«»]+?)\s*[\"”»]")


@dataclass(frozen=True, slots=True)
class ShownHit:
    """A hit as the page shows it; `slug` and `revision_id` are for whoever says that it helped."""

    document_id: str
    title: str
    path: tuple[str, ...]
    snippet: Markup
    address: str
    locale: str
    is_other_locale: bool
    category_name: str
    rank: int
    slug: str
    revision_id: int | None
    key: str = ""  # of the article, in all its languages


def shown(hits: Sequence[Hit], *, first_rank: int = 1) -> list[ShownHit]:
    """Return the hits with their addresses, leaving out what the reader may not read any more.

    The index may lag behind the database by a moment; an archived article must not show.
    """
    readable = visible({hit.document_id for hit in hits})
    return [
        _shown_hit(hit, readable[hit.document_id], rank)
        for rank, hit in enumerate(hits, first_rank)
        if hit.document_id in readable
    ]


def visible(document_ids: set[str], *, reader: Audience | None = None) -> dict[str, Translation]:
    """Return the translations of those documents that a reader may read now, by document.

    The person who asks, if no other reader is given.
    """
    readable = published(reader=reader or reader_of_request())
    wanted = readable.where(Translation.id.in_({int(each) for each in document_ids}))
    found = db.session.scalars(wanted.options(joinedload(Translation.article, Article.category)))
    return {str(each.id): each for each in found}


def inside_quotes(words: str, locale: str) -> str:
    """Return words that a page will quote, their own quotation marks made inner ones."""
    first, last = INNER_QUOTES.get(language_of(locale), INNER_QUOTES["en"])
    return _QUOTED.sub(rf"{first}\1{last}", words)


def _shown_hit(hit: Hit, translation: Translation, rank: int) -> ShownHit:
    category = translation.article.category
    # Made by search.snippets, which escapes; here it gets the spaces of its language.
    snippet = "".join(typeset_html(split(hit.snippet), translation.locale))
    return ShownHit(
        document_id=hit.document_id,
        title=translation.title,
        path=tuple(hit.path),
        snippet=Markup(snippet),  # noqa: S704
        address=address_of(translation) + (f"#{hit.anchor}" if hit.anchor else ""),
        locale=translation.locale,
        is_other_locale=translation.locale != g.locale,
        category_name=category.name_in(g.locale).name if category else "",
        rank=rank,
        slug=translation.slug,
        revision_id=translation.public_revision_id,
        key=translation.article.key,
    )
