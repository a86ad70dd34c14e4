"""The order of the list of articles: calculated here, so that it is the same on every database."""

import unicodedata
from collections import defaultdict
from collections.abc import Callable, Mapping
from datetime import datetime

from sqlalchemy import func, select

from articles.models import Article, Revision, Translation
from articles.studio.listing.figures import Figures, figures_of_all
from articles.studio.listing.filters import Sort, Wanted, matching
from articles.studio.verifying.rules import due_at, last_right, rules
from kb.db import db
from kb.locales import current_locale


def found(wanted: Wanted) -> list[int]:
    """Return the ids of all articles asked for, in order."""
    if wanted.sort is Sort.CHANGED:
        return _by_change(wanted)
    keys = _KEYS[wanted.sort](wanted)
    # In two steps, as both sorts are stable: what has nothing to be ordered by comes last either way.
    keys.sort(key=lambda pair: pair[1], reverse=_FALLING[wanted.sort] != wanted.back)
    return [number for number, _key in keys]


def _by_change(wanted: Wanted) -> list[int]:
    """Return them by their last change: moments have one order, so that the database can tell it."""
    changed = (
        select(Translation.article_id, func.max(Revision.created_at).label("at"))
        .join(Revision, Revision.translation_id == Translation.id)
        .group_by(Translation.article_id)
        .subquery()
    )
    moment = changed.c.at.asc() if wanted.back else changed.c.at.desc()
    query = matching(wanted).outerjoin(changed, changed.c.article_id == Article.id)
    return list(db.session.scalars(query.order_by(changed.c.at.is_(None), moment, Article.id)))


def _key_of(moment: datetime | None) -> str:
    return moment.isoformat() if moment else ""


def _ids(wanted: Wanted) -> list[int]:
    return list(db.session.scalars(matching(wanted).order_by(Article.id)))


def _by_title(wanted: Wanted) -> list[tuple[int, str]]:
    titles: dict[int, str] = {}
    here = current_locale()
    rows = db.session.execute(select(Translation.article_id, Translation.locale, Translation.title))
    for article, locale, title in rows:
        if locale == here or article not in titles:
            titles[article] = title
    return [(each, folded(titles.get(each, ""))) for each in _ids(wanted)]


def folded(text: str) -> str:
    """Return a text as a dictionary orders it: É with E, capitals with small letters."""
    small = text.casefold()
    if small.isascii():
        return small
    plain = unicodedata.normalize("NFKD", small)
    return "".join(char for char in plain if not unicodedata.combining(char))


def _summed() -> dict[int, Figures]:
    """Return the figures of articles, their languages together."""
    known = figures_of_all()
    sums: dict[int, Figures] = defaultdict(Figures)
    rows = db.session.execute(select(Translation.id, Translation.article_id))
    for translation, article in rows:
        if translation in known:
            sums[article] += known[translation]
    return sums


def _by_visits(wanted: Wanted) -> list[tuple[int, int]]:
    sums = _summed()
    return [(each, sums[each].visits if each in sums else 0) for each in _ids(wanted)]


def _by_help(wanted: Wanted) -> list[tuple[int, float]]:
    sums = _summed()
    nothing = 0.0 if wanted.back else 2.0  # beyond every share: last
    return [
        (each, sums[each].expected if each in sums and sums[each].votes else nothing)
        for each in _ids(wanted)
    ]


def _by_due(wanted: Wanted) -> list[tuple[int, str]]:
    days, never = rules(), "" if wanted.back else "~"  # after every date
    query = matching(wanted).add_columns(Article.verify_by, last_right(), Article.category_id)
    return [
        (number, _key_of(due_at(by, right, days.get(category))) or never)
        for number, by, right, category in db.session.execute(query.order_by(Article.id))
    ]


_KEYS: Mapping[Sort, Callable[[Wanted], list]] = {  # type: ignore[type-arg]  # of pairs, see above
    Sort.TITLE: _by_title,
    Sort.VISITS: _by_visits,
    Sort.HELPFUL: _by_help,
    Sort.VERIFY: _by_due,
}
_FALLING = {
    Sort.TITLE: False,
    Sort.VISITS: True,
    Sort.HELPFUL: False,
    Sort.VERIFY: False,
}
