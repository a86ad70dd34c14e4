"""Which articles the widget offers before anybody has asked: by rules on the page, or by its title."""

import re
from collections.abc import Sequence

from sqlalchemy import Select, or_, select
from sqlalchemy.orm import joinedload

from articles.audience import reader
from articles.models import Article, Revision, Translation
from articles.queries import published
from feedback.contact.form import Letter
from feedback.contact.suggesting import suggestions
from feedback.widget.matching import fits, origin_of, path_of
from feedback.widget.models import WidgetRule
from kb.db import db

MOST = 5  # articles of a rule
MAX_TITLE_LENGTH = 200  # characters
# "Your cart – Clairson": what stands before names the page, what follows the site.
_SEPARATORS = re.compile(r"\s+[|–—·•»›:\-]+\s+")


def rules() -> list[WidgetRule]:
    """Return the rules in their order."""
    order = (WidgetRule.position, WidgetRule.id)
    return list(db.session.scalars(select(WidgetRule).order_by(*order)))


def rule_for(address: str) -> WidgetRule | None:
    """Return the first rule that fits the address of a page."""
    origin, path = origin_of(address), path_of(address)
    return next(
        (
            each
            for each in rules()
            if each.origin in {"", origin} and fits(each.pattern, path) and each.article_ids
        ),
        None,
    )


def suggested(locale: str, address: str, title: str) -> list[Translation]:
    """Return the articles for a page; none where neither a rule nor a sure search says so.

    A rule decides alone: one whose articles nobody may read any more leaves the page without any,
    rather than with what the title happens to find.
    """
    rule = rule_for(address)
    return of_articles(rule.article_ids, locale) if rule else by_title(title, locale)


def by_title(title: str, locale: str) -> list[Translation]:
    """Return what answers the words of a title, where the search is sure of it."""
    words = _SEPARATORS.split(title.strip()[:MAX_TITLE_LENGTH])[0]
    found = suggestions(Letter(subject=words), locale)
    return of_translations([int(each.document_id) for each in found])


def of_articles(article_ids: Sequence[int], locale: str) -> list[Translation]:
    """Return those that the reader may read, in `locale` if there is such a text, in their order."""
    texts = db.session.scalars(_readable().where(Translation.article_id.in_(article_ids)))
    chosen: dict[int, Translation] = {}
    for each in texts:
        if each.article_id not in chosen or each.locale == locale:
            chosen[each.article_id] = each
    return [chosen[each] for each in dict.fromkeys(article_ids) if each in chosen][:MOST]


def of_slugs(slugs: Sequence[str], locale: str) -> list[Translation]:
    """Return the articles that a page names itself, by their addresses or their keys."""
    wanted = [each.rstrip("/").rpartition("/")[2] for each in slugs if each.strip()][:MOST]
    texts = list(
        db.session.scalars(
            _readable().where(or_(Translation.slug.in_(wanted), Article.key.in_(wanted)))
        )
    )
    named: dict[str, int] = {}
    for each in texts:
        named.setdefault(each.slug, each.article_id)
        named.setdefault(each.article.key, each.article_id)
    return of_articles([named[each] for each in wanted if each in named], locale)


def of_translations(ids: Sequence[int]) -> list[Translation]:
    """Return the texts that the reader may read, in their order."""
    texts = {
        each.id: each for each in db.session.scalars(_readable().where(Translation.id.in_(ids)))
    }
    return [texts[each] for each in ids if each in texts]


def _readable() -> Select[Translation]:
    words = joinedload(Translation.public_revision).joinedload(Revision.rendering)
    return published(reader=reader()).options(words)
