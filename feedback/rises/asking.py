"""Who asked what in a stretch of time, as far as a rise must know: people only."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select

from feedback.gaps.models import GapWording
from feedback.models import SearchIntent, Visit
from feedback.reports.articles_days import chunks
from feedback.rises.topics import Key
from kb.db import db


@dataclass(frozen=True, slots=True)
class Asking:
    """A question asked by somebody. `origin`: their network, themselves where it is not known."""

    key: Key
    query: str
    origin: str
    at: datetime
    simulated: bool = False


def asked_between(since: datetime, until: datetime) -> list[Asking]:
    """Return what people asked from `since` up to, not including, `until`, the earliest first."""
    rows = db.session.execute(
        select(
            SearchIntent.locale,
            SearchIntent.normalised,
            SearchIntent.query,
            Visit.origin,
            Visit.visitor,
            SearchIntent.created_at,
            SearchIntent.simulated,
        )
        .join(Visit, Visit.id == SearchIntent.visit_id)
        .where(
            SearchIntent.created_at >= since,
            SearchIntent.created_at < until,
            Visit.is_bot.is_(False),
            Visit.is_staff.is_(False),
        )
        .order_by(SearchIntent.created_at, SearchIntent.id)
    )
    return [
        Asking(
            (row.locale, row.normalised),
            row.query,
            row.origin or row.visitor,
            row.created_at,
            row.simulated,
        )
        for row in rows
    ]


def first_asked() -> datetime | None:
    """Return when the first search was made that is still known."""
    return db.session.scalar(select(func.min(SearchIntent.created_at)))


def gaps_of(keys: Iterable[Key]) -> dict[Key, int]:
    """Return the gap of each wording that belongs to one."""
    known = set(keys)
    return {
        (row.locale, row.normalised): row.gap_id
        for some in chunks({normalised for _locale, normalised in known})
        for row in db.session.execute(
            select(GapWording.locale, GapWording.normalised, GapWording.gap_id).where(
                GapWording.normalised.in_(some)
            )
        )
        if (row.locale, row.normalised) in known
    }


def wordings_of(gap_id: int) -> dict[Key, int]:
    """Return the wordings of a gap, each with the gap."""
    rows = db.session.execute(
        select(GapWording.locale, GapWording.normalised).where(GapWording.gap_id == gap_id)
    )
    return {(row.locale, row.normalised): gap_id for row in rows}


def origins(askings: Iterable[Asking], keys: Iterable[Key]) -> set[str]:
    """Return from where these wordings were asked: an office counts once, however many sit in it."""
    wanted = frozenset(keys)
    return {each.origin for each in askings if each.key in wanted}


def others(askings: Sequence[Asking], keys: Iterable[Key]) -> int:
    """Return from how many places anything else was asked."""
    wanted = frozenset(keys)
    return len({each.origin for each in askings if each.key not in wanted})


def counted(askings: Iterable[Asking]) -> Mapping[Key, int]:
    """Return from how many places each wording was asked."""
    places: dict[Key, set[str]] = {}
    for each in askings:
        places.setdefault(each.key, set()).add(each.origin)
    return {key: len(found) for key, found in places.items()}
