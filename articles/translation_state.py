"""Where every language of every public article stands beside its source.

Read once for each state of the public site, half a second at 20,000 articles in two languages:
whatever changes it ends with `articles.publishing.commit_changes`. A few articles are read alone.
"""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from operator import itemgetter
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
_Steps = Mapping[int, Sequence[Step]]
_Numbers = Mapping[tuple[int, int], int]
ROWS_AT_ONCE = 1_000
_NOBODY: Mapping[int, float] = {}


def register_visits(app: Flask, visits: Visits) -> None:
    """Say how many visits each translation had lately, by its id."""
    app.extensions["kb_translation_visits"] = visits


def _visits() -> Mapping[int, float]:
    found: Visits | None = current_app.extensions.get("kb_translation_visits")
    return found() if found is not None else _NOBODY


BEHIND = frozenset({Standing.OUTDATED, Standing.REFRESH})


@dataclass(frozen=True, slots=True)
class _State:
    """All texts at a state of the public site, and which of those that are there are behind."""

    at: Freshness
    texts: tuple[Text, ...]
    behind: frozenset[int]


@dataclass(frozen=True, slots=True)
class _Weighed:
    """The texts of a state with their visits, and of these what there is to translate, in order."""

    state: _State
    visits: Mapping[int, float]
    texts: tuple[Text, ...]
    work: tuple[Text, ...]


def _known(now: Freshness) -> _State | None:
    """Return what this process has read of the present state of the site."""
    known: _State | None = current_app.extensions.get("kb_translation_state")
    return known if known is not None and known.at == now else None


def _state() -> _State:
    now = freshness()
    known = _known(now)
    if known is None:
        found = tuple(_read())
        known = _State(now, found, _ids_behind(found))
        current_app.extensions["kb_translation_state"] = known
    return known


def texts() -> tuple[Text, ...]:
    """Return every public article in every language of the site, there or missing, without visits."""
    return _state().texts


def behind() -> frozenset[int]:
    """Return the ids of the public translations whose source has changed since they were made."""
    return _state().behind


def behind_among(articles: Collection[int]) -> frozenset[int]:
    """Return the same of a few articles, without reading the others for it."""
    known = _known(freshness())
    return known.behind if known is not None else _ids_behind(_read(articles))


def _ids_behind(found: Iterable[Text]) -> frozenset[int]:
    return frozenset(
        each.translation_id
        for each in found
        if each.translation_id is not None and each.standing in BEHIND
    )


def texts_for_me() -> Sequence[Text]:
    """Return all texts with their visits, as far as the signed-in person may see."""
    return _mine(_weighed().texts)


def translations_behind() -> Sequence[Text]:
    """Return what there is to translate for the signed-in person, most visits first."""
    return _mine(_weighed().work)


def _mine(found: Sequence[Text]) -> Sequence[Text]:
    mine = limits()
    return found if mine is None else [each for each in found if each.category_id in mine]


def _weighed() -> _Weighed:
    """Return the texts with their visits, made once for each state and each count of visits."""
    state, visits = _state(), _visits()
    known: _Weighed | None = current_app.extensions.get("kb_translations_weighed")
    if known is None or known.state is not state or known.visits is not visits:
        found = weighed(state.texts, visits)
        known = _Weighed(state, visits, tuple(found), tuple(work(found)))
        current_app.extensions["kb_translations_weighed"] = known
    return known


def _read(articles: Collection[int] | None = None) -> Iterable[Text]:
    """Read the languages of all public articles, or of a few."""
    public = published(reader=Audience.STAFF)
    if articles is not None:
        public = public.where(Article.id.in_(articles))
    query = (
        public.join(Revision, Revision.id == Translation.public_revision_id)
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
        .order_by(Translation.article_id, Translation.id)
    )
    steps, numbers = _steps_and_numbers(query, is_all=articles is None)
    spoken, default = settings().locales, settings().default_locale
    # A few at a time: tens of thousands of rows at once keep the collector of garbage busy.
    rows = db.session.execute(query.execution_options(yield_per=ROWS_AT_ONCE))
    for _article, group in groupby(rows, key=itemgetter(1)):
        there = {each.locale: each for each in group}
        stated = next(iter(there.values())).source_locale
        source = there[source_locale(stated, list(there), default)]
        told = steps.get(source.id, ())
        for locale in dict.fromkeys((*spoken, *there)):
            yield _text(locale, there.get(locale), source, told, numbers)


def _steps_and_numbers(query: Any, *, is_all: bool) -> tuple[_Steps, _Numbers]:
    if is_all:
        return steps_of(), _numbers()
    few = db.session.execute(query).all()
    return steps_of([each.id for each in few]), _numbers({each.translated_from for each in few})


def _text(
    locale: str,
    row: Any,
    source: Any,
    steps: Sequence[Step],
    numbers: _Numbers,
) -> Text:
    """Return an article in one language, given its public row, if there is one, and its source's."""
    base = None if row is None else numbers.get((source.id, row.translated_from))
    standing, changes, is_held = _compared(row, source, steps, base)
    return Text(
        article_id=source.article_id,
        category_id=source.category_id,
        title=source.title,
        locale=locale,
        source_locale=source.locale,
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
    if not any(each.is_held for each in steps):
        return standing_after(changes), counted(changes), False
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


def steps_of(translations: Collection[int] | None = None) -> dict[int, list[Step]]:
    """Return the revisions that may age others, by the translation that they are of: all, or some."""
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
    if translations is not None:
        query = query.where(Revision.translation_id.in_(translations))
    found = defaultdict(list)
    for row in db.session.execute(query):
        found[row.translation_id].append(_step(row[1:]))
    return found


def _step(row: Sequence[Any]) -> Step:
    number, significance, written_at, ready_at, held_at = row
    return Step(number, significance, written_at, ready_at is not None, held_at is not None)


def _numbers(revisions: Collection[int | None] | None = None) -> _Numbers:
    """Return the number of revisions by (translation, id): of some, or of all translated from."""
    query = select(Revision.translation_id, Revision.id, Revision.number)
    if revisions is not None:
        query = query.where(Revision.id.in_([each for each in revisions if each is not None]))
    else:
        made_from = (
            select(Revision.translated_from)
            .join(Translation, Translation.public_revision_id == Revision.id)
            .where(Revision.translated_from.is_not(None))
        )
        query = query.where(Revision.id.in_(made_from))
    rows = db.session.execute(query)
    return {(row.translation_id, row.id): row.number for row in rows}
