"""Where every language of every public article stands beside its source.

Read once for each state of the public site: whatever changes it ends with
`articles.publishing.commit_changes`.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from flask import Flask, current_app
from sqlalchemy import or_, select

from articles.coverage import Text, weighed, work
from articles.models import Article, Audience, Revision, Significance, Translation
from articles.queries import Freshness, freshness, published
from articles.rights import limits
from articles.translation_standing import (
    Standing,
    Step,
    changes_since,
    source_locale,
    standing_after,
)
from kb.db import db
from kb.locales import settings

Visits = Callable[[], Mapping[int, float]]
_NOBODY: Mapping[int, float] = {}


def register_visits(app: Flask, visits: Visits) -> None:
    """Say how many visits each translation had lately, by its id."""
    app.extensions["kb_translation_visits"] = visits


def _visits() -> Mapping[int, float]:
    found: Visits | None = current_app.extensions.get("kb_translation_visits")
    return found() if found is not None else _NOBODY


def texts() -> tuple[Text, ...]:
    """Return every public article in every language of the site, there or missing, without visits."""
    now = freshness()
    known: tuple[Freshness, tuple[Text, ...]] | None
    known = current_app.extensions.get("kb_translation_state")
    if known is None or known[0] != now:
        known = now, tuple(_read())
        current_app.extensions["kb_translation_state"] = known
    return known[1]


def texts_for_me() -> list[Text]:
    """Return them with their visits, as far as the signed-in person may see."""
    mine = limits()
    everything = _weighed(texts(), _visits())
    return [each for each in everything if mine is None or each.category_id in mine]


def _weighed(state: tuple[Text, ...], visits: Mapping[int, float]) -> list[Text]:
    """Return texts with their visits, made once for each state and each count of visits."""
    known = current_app.extensions.get("kb_translations_weighed")
    if known is None or known[0] is not state or known[1] is not visits:
        known = state, visits, weighed(state, visits)
        current_app.extensions["kb_translations_weighed"] = known
    found: list[Text] = known[2]
    return found


def translations_behind() -> list[Text]:
    """Return what there is to translate for the signed-in person, most visits first."""
    return work(texts_for_me())


def _read() -> Iterable[Text]:
    rows = db.session.execute(
        published(reader=Audience.STAFF)
        .join(Revision, Revision.id == Translation.public_revision_id)
        .with_only_columns(
            Translation.id,
            Translation.article_id,
            Translation.locale,
            Translation.title,
            Article.source_locale,
            Article.category_id,
            Revision.number,
            Revision.translated_from,
            Revision.created_at,
            maintain_column_froms=True,
        )
        .order_by(Translation.id)
    ).all()
    steps, numbers = steps_of(), _numbers()
    by_article = defaultdict(list)
    for each in rows:
        by_article[each.article_id].append(each)
    spoken, default = settings().locales, settings().default_locale
    for there in by_article.values():
        present = [each.locale for each in there]
        main = source_locale(there[0].source_locale, present, default)
        source = there[present.index(main)]
        for locale in dict.fromkeys((*spoken, *present)):
            row: Any = there[present.index(locale)] if locale in present else None
            base = numbers.get((source.id, row.translated_from)) if row is not None else None
            standing, changes, is_held = _compared(row, source, steps.get(source.id, ()), base)
            yield Text(
                article_id=source.article_id,
                category_id=source.category_id,
                title=source.title,
                locale=locale,
                source_locale=main,
                source_id=source.id,
                translation_id=row.id if row is not None else None,
                standing=standing,
                changes=changes,
                base=base,
                is_held=is_held,
            )


def _compared(
    row: Any, source: Any, steps: Sequence[Step], base: int | None
) -> tuple[Standing, tuple[int, int], bool]:
    """Return where a text stands, the major and medium changes since, and whether any are held."""
    if row is None:
        return Standing.MISSING, (0, 0), False
    if row is source or not steps:
        return Standing.CURRENT, (0, 0), False
    number, written_at = source.number, row.created_at
    changes = changes_since(steps, public=number, base=base, translated_at=written_at)
    everything = changes_since(
        (Step(each.number, each.significance, each.written_at) for each in steps),
        public=number,
        base=base,
        translated_at=written_at,
    )
    return standing_after(changes), counted(changes), len(everything) > len(changes)


def counted(changes: Iterable[Step]) -> tuple[int, int]:
    """Return how many of the changes are major, and how many medium."""
    found = [each.significance for each in changes]
    return found.count(Significance.MAJOR), found.count(Significance.MEDIUM)


def steps_of(translation_id: int | None = None) -> dict[int, list[Step]]:
    """Return the revisions that may age a translation, by the translation that they are of."""
    query = select(
        Revision.translation_id,
        Revision.number,
        Revision.significance,
        Revision.created_at,
        Revision.ready_at,
        Revision.held_at,
    ).where(
        Revision.number > 1,
        or_(
            Revision.significance != Significance.TYPO,
            Revision.ready_at.is_not(None),
            Revision.held_at.is_not(None),
        ),
    )
    if translation_id is not None:
        query = query.where(Revision.translation_id == translation_id)
    found = defaultdict(list)
    for row in db.session.execute(query):
        found[row.translation_id].append(_step(row[1:]))
    return found


def _step(row: Sequence[Any]) -> Step:
    number, significance, written_at, ready_at, held_at = row
    return Step(number, significance, written_at, ready_at is not None, held_at is not None)


def _numbers() -> dict[tuple[int, int], int]:
    """Return the number of each revision that something public was made from, by (source, id)."""
    made_from = (
        select(Revision.translated_from)
        .join(Translation, Translation.public_revision_id == Revision.id)
        .where(Revision.translated_from.is_not(None))
    )
    query = select(Revision.translation_id, Revision.id, Revision.number)
    rows = db.session.execute(query.where(Revision.id.in_(made_from)))
    return {(row.translation_id, row.id): row.number for row in rows}
