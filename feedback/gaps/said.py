"""Requests to a person and comments on articles, as rows of the gaps that they speak of."""

from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, and_, exists, func, or_, select

from feedback.gaps.facts import Expressed, Source
from feedback.gaps.models import Gap, GapEvent, GapWording
from feedback.models import Vote
from feedback.requests.models import ContactRequest
from kb.db import db
from kb.locales import settings

BATCH = 5_000  # numbers in one question to the database

T = TypeVar("T")

Said = tuple[type[ContactRequest] | type[Vote], Any]
"""(table, column of the translation that a row is about)"""

_TABLES: dict[Source, Said] = {
    Source.REQUEST: (ContactRequest, ContactRequest.subject_id),
    Source.COMMENT: (Vote, Vote.translation_id),
}


def said_rows(expressed: Iterable[Expressed]) -> list[dict[str, Any]]:
    """Return rows for the requests and comments in the words of a gap that have none yet."""
    homes = _homes()
    there = _there()
    fresh = [
        each
        for each in expressed
        if each.source is not Source.SEARCH
        and (each.source, each.locale, each.normalised) in homes
        and (each.source, each.id) not in there
    ]
    facts = _facts(fresh)
    zone = ZoneInfo(settings().timezone)
    return [
        {
            "gap_id": homes[each.source, each.locale, each.normalised][1],
            "wording_id": homes[each.source, each.locale, each.normalised][0],
            "source": each.source,
            "event_id": each.id,
            "at": each.asked_at,
            "day": each.asked_at.astimezone(zone).date(),
            "locale": each.locale,
            "visitor": each.visitor,
            "origin": each.origin,
            "subject_id": facts[each.source, each.id][0],
            "outcome": None,
            "is_answered": False,
            "request_id": each.id if each.source is Source.REQUEST else None,
            "simulated": facts[each.source, each.id][1],
        }
        for each in fresh
    ]


def _homes() -> dict[tuple[Source, str, str], tuple[int, int]]:
    """Return (wording, gap that it is shown under) of every wording that is no search."""
    rows = db.session.execute(
        select(GapWording, func.coalesce(Gap.merged_into_id, Gap.id))
        .join(Gap, Gap.id == GapWording.gap_id)
        .where(GapWording.source != Source.SEARCH)
    )
    return {
        (wording.source, wording.locale, wording.normalised): (wording.id, gap)
        for wording, gap in rows
    }


def _there() -> set[tuple[Source, int]]:
    rows = db.session.execute(
        select(GapEvent.source, GapEvent.event_id).where(GapEvent.source != Source.SEARCH)
    )
    return {(row.source, row.event_id) for row in rows}


def _facts(said: Iterable[Expressed]) -> dict[tuple[Source, int], tuple[int | None, bool]]:
    """Return (translation that it is about, whether it is simulated) of each."""
    found: dict[tuple[Source, int], tuple[int | None, bool]] = {}
    for some in batched(said, BATCH):
        for source, (table, column) in _TABLES.items():
            numbers = [each.id for each in some if each.source is source]
            rows = db.session.execute(
                select(table.id, column, table.simulated).where(table.id.in_(numbers))
            )
            found |= {(source, number): (subject, made_up) for number, subject, made_up in rows}
    return found


def batched(items: Iterable[T], size: int) -> Iterator[list[T]]:
    """Yield the items in lists of `size`, the last one shorter."""
    rest = iter(items)
    while some := list(islice(rest, size)):
        yield some


def reworded(expressed: Iterable[Expressed]) -> dict[int, tuple[int, Any]]:
    """Return the rows, with their (gap, day), of comments that their writers have changed since."""
    now = {
        each.id: (each.locale, each.normalised)
        for each in expressed
        if each.source is Source.COMMENT
    }
    rows = db.session.execute(
        select(GapEvent, GapWording.locale, GapWording.normalised)
        .join(GapWording, GapWording.id == GapEvent.wording_id)
        .where(GapEvent.source == Source.COMMENT)
    )
    return {
        event.id: (event.gap_id, event.day)
        for event, *words in rows
        if event.event_id in now and now[event.event_id] != tuple(words)
    }


def unsaid() -> ColumnElement[bool]:
    """Return the condition of rows whose request or vote is gone, or of robots or staff."""
    return or_(
        *(
            and_(
                GapEvent.source == source,
                ~exists(
                    select(table.id).where(
                        table.id == GapEvent.event_id,
                        table.is_bot.is_(False),
                        table.is_staff.is_(False),
                        *([Vote.comment != ""] if table is Vote else []),
                    )
                ),
            )
            for source, (table, _column) in _TABLES.items()
        )
    )
