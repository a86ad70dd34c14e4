"""The public articles that a report is about: which they are, and what they are called."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

import numpy as np
from sqlalchemy import Select, case, select

from articles.models import Audience, Revision, Translation
from articles.queries import published
from feedback.rates import Flags
from feedback.reports import subjects
from feedback.reports.articles_days import CHUNK
from feedback.reports.articles_numbers import Ids
from feedback.reports.articles_signs import NEW_DAYS, UNREAD_DAYS
from feedback.reports.filters import Filters
from kb.db import db, utc_now


@dataclass(frozen=True, slots=True, eq=False)
class Public:
    """The articles public at the end of the period, or now if it goes on, in no order.

    `had_a_chance`: since `NEW_DAYS` at least, `is_old`: since `UNREAD_DAYS`.
    """

    ids: Ids
    had_a_chance: Flags
    is_old: Flags


@dataclass(frozen=True, slots=True)
class Described:
    """What an article in one language is called, and since when it is public."""

    title: str
    slug: str
    locale: str
    revision: int
    published_on: date


def public(filters: Filters) -> Public:
    """Return the articles that the filters leave."""
    old, settled = (_public_for(days, filters) for days in (UNREAD_DAYS, NEW_DAYS))
    age = case(
        (Translation.published_at < old, 2), (Translation.published_at < settled, 1), else_=0
    )
    rows = db.session.execute(_public(filters).add_columns(age)).all()
    ids, ages = np.array([tuple(row) for row in rows], dtype=np.int64).reshape(-1, 2).T
    return Public(ids, ages >= 1, ages >= 2)


def titles(filters: Filters) -> dict[int, str]:
    """Return what the articles are called that the filters leave, in small letters."""
    rows = db.session.execute(_public(filters).add_columns(Translation.title))
    return {number: title.casefold() for number, title in rows}


def described(ids: Collection[int], filters: Filters) -> Mapping[int, Described]:
    """Return what these articles are called, but of those that have stopped being public since."""
    query = select(
        Translation.id,
        Translation.title,
        Translation.slug,
        Translation.locale,
        Revision.number,
        Translation.published_at,
    ).join(Revision, Revision.id == Translation.public_revision_id)
    if len(ids) <= CHUNK:  # of more than fit into a list, all are read
        query = query.where(Translation.id.in_(ids))
    here, wanted = filters.period.since.tzinfo, frozenset(ids)
    return {
        number: Described(title, slug, locale, revision, since.astimezone(here).date())
        for number, title, slug, locale, revision, since in db.session.execute(query)
        if number in wanted and since is not None
    }


def _public(filters: Filters) -> Select[int]:
    query = published(
        filters.locale, at=min(filters.period.until, utc_now()), reader=Audience.STAFF
    ).with_only_columns(Translation.id, maintain_column_froms=True)
    if filters.of_subject:
        query = query.where(Translation.id.in_(subjects.within(filters)))
    return query


def _public_for(days: int, filters: Filters) -> datetime:
    """Return before when it became public what has been so for some days at the end of the period."""
    first = filters.period.last_day - timedelta(days=days - 1)
    return datetime.combine(first, time.min, filters.period.since.tzinfo)
