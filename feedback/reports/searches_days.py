"""Add up what a day asked, from the searches of people on that day."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import Row, delete, func, insert, select

from feedback.models import ArticleRead, Channel, SearchIntent, Visit
from feedback.outcomes import Outcome
from feedback.reports.articles_days import chunks
from feedback.reports.packs import packed
from feedback.reports.periods import Period
from feedback.reports.searches_models import (
    RankDay,
    RewordingDay,
    Wording,
    WordingAgain,
    WordingDay,
)
from kb.db import db

RANKS = 10  # places that are told apart

ANY = -1  # whichever article

Key = tuple[str, str]
"""(locale, folded words)"""
Packed = tuple[str, tuple[int, ...]]
"""(locale, numbers)"""
IntentRow = Row[
    int, str, str, str, str, Outcome | None, int | None, list[int], int | None, datetime
]


def fill(day: date, period: Period) -> None:
    """Write the rows of `day` anew; the session is not committed."""
    intents = intents_of(period)
    ids = _wordings(intents)
    _write(WordingDay, day, _by_wording(intents, ids))
    _write(WordingAgain, day, _again(intents, ids, period))
    _write(RewordingDay, day, _rewordings(intents, ids))
    db.session.execute(delete(RankDay).where(RankDay.day == day))
    if ranks := [{"day": day, **row} for row in ranks_of(intents, period)]:
        db.session.execute(insert(RankDay), ranks)


def _write(
    table: type[WordingDay | WordingAgain | RewordingDay],
    day: date,
    rows: Iterable[tuple[str, tuple[int, ...]]],
) -> None:
    """Write the rows of a day, each with its language, in place of those that were there."""
    db.session.execute(delete(table).where(table.day == day))
    by_locale: dict[str, list[tuple[int, ...]]] = defaultdict(list)
    for locale, row in rows:
        by_locale[locale].append(row)
    for locale, own in sorted(by_locale.items()):
        counts = packed(own, len(own[0]))
        db.session.execute(insert(table).values(day=day, locale=locale, counts=counts))


def counted_in(
    table: type[Any],
    period: Period,
    channel: Channel,
    locale: str | None,
) -> Iterable[tuple[int, ...]]:
    """Return the rows that a table would hold of a day, of the searches through one channel."""
    intents = intents_of(period, channel)
    ids = _known_ids({key_of(row): row.query for row in intents})
    # What was asked in a visit that is not over, or was erased, has no words yet.
    intents = [row for row in intents if key_of(row) in ids]
    if table is WordingDay:
        found = _by_wording(intents, ids)
    elif table is WordingAgain:
        found = _again(intents, ids, period, channel)
    else:
        found = _rewordings(intents, ids)
    return [numbers for each, numbers in found if locale is None or each == locale]


def intents_of(period: Period, channel: Channel | None = None) -> Sequence[IntentRow]:
    """Return the searches of people within a period, through one channel or all."""
    of_channel = () if channel is None else (SearchIntent.channel == channel,)
    return db.session.execute(
        select(
            SearchIntent.id,
            SearchIntent.locale,
            SearchIntent.normalised,
            SearchIntent.query,
            Visit.visitor,
            SearchIntent.outcome,
            SearchIntent.subject_id,
            SearchIntent.shown,
            SearchIntent.reformulation_of_id,
            SearchIntent.created_at,
        )
        .join(Visit, Visit.id == SearchIntent.visit_id)
        .where(
            SearchIntent.created_at >= period.since,
            SearchIntent.created_at < period.until,
            Visit.is_bot.is_(False),
            Visit.is_staff.is_(False),
            Visit.settled_at.is_not(None),
            *of_channel,
        )
        .order_by(SearchIntent.id)
    ).all()


def key_of(row: IntentRow) -> Key:
    """Return what all askings of a wording have in common."""
    return row.locale, row.normalised


def _wordings(intents: Iterable[IntentRow]) -> dict[Key, int]:
    """Return the id of each wording, new ones added."""
    texts = {key_of(row): row.query for row in intents}
    known = _known_ids(texts)
    added = [
        Wording(locale=locale, normalised=normalised, text=texts[locale, normalised])
        for locale, normalised in sorted(texts.keys() - known.keys())
    ]
    db.session.add_all(added)
    db.session.flush()
    return known | {(each.locale, each.normalised): each.id for each in added}


def _known_ids(texts: Mapping[Key, str]) -> dict[Key, int]:
    return {
        key: each for locale in {key[0] for key in texts} for key, each in _known(locale, texts)
    }


def _known(locale: str, texts: Iterable[Key]) -> Iterable[tuple[Key, int]]:
    """Yield the wordings of a language that are known already, with their ids."""
    for some in chunks(normalised for each, normalised in texts if each == locale):
        for found in db.session.execute(
            select(Wording.id, Wording.normalised).where(
                Wording.locale == locale, Wording.normalised.in_(some)
            )
        ):
            yield (locale, found.normalised), found.id


def subject_of(row: IntentRow) -> int:
    """Return the article that a search concerns, as settled; 0 for none."""
    return row.subject_id or 0


def _by_wording(intents: Iterable[IntentRow], ids: Mapping[Key, int]) -> Iterable[Packed]:
    groups: dict[tuple[Key, int], list[IntentRow]] = defaultdict(list)
    for row in intents:
        groups[key_of(row), subject_of(row)].append(row)
    for (key, subject_id), rows in groups.items():
        outcomes = Counter(row.outcome for row in rows)
        visitors = len({row.visitor for row in rows})
        became = (outcomes[each] for each in Outcome)
        yield key[0], (ids[key], subject_id, visitors, len(rows), *became)


def _again(
    intents: Sequence[IntentRow],
    ids: Mapping[Key, int],
    period: Period,
    channel: Channel | None = None,
) -> Iterable[Packed]:
    """Count the visitors of a day who had asked the same before, by wording and the day they last had.

    For each article that they asked about, and for all together, where who asked about two of them on
    one day counts as having come before on the same day.
    """
    today = {(row.visitor, key_of(row), subject_of(row)) for row in intents}
    latest: dict[tuple[str, Key, int], int] = {}
    for visitor, key, subject_id, day in _asked_before(
        {row.visitor for row in intents}, period, channel
    ):
        if key in ids:
            for each in (subject_id, ANY):
                known = visitor, key, each
                latest[known] = max(day, latest.get(known, 0))
    counted: Counter[tuple[Key, int, int]] = Counter()
    for visitor, key, subject_id in today:
        if (visitor, key, subject_id) in latest:
            counted[key, subject_id, latest[visitor, key, subject_id]] += 1
    abouts = Counter((visitor, key) for visitor, key, _ in today)
    for (visitor, key), number in abouts.items():
        if (visitor, key, ANY) in latest:
            counted[key, ANY, latest[visitor, key, ANY]] += 1
        if number > 1:
            counted[key, ANY, period.since.date().toordinal()] += number - 1
    for (key, subject_id, day), number in counted.items():
        yield key[0], (ids[key], subject_id, day, number)


def _asked_before(
    visitors: Iterable[str], period: Period, channel: Channel | None
) -> Iterable[tuple[str, Key, int, int]]:
    """Yield (visitor, wording, article, day) of what these had asked before, when they last had."""
    subject = func.coalesce(SearchIntent.subject_id, 0)
    common = (Visit.visitor, SearchIntent.locale, SearchIntent.normalised, subject)
    of_channel = () if channel is None else (SearchIntent.channel == channel,)
    for some in chunks(visitors):
        for visitor, locale, normalised, subject_id, at in db.session.execute(
            select(*common, func.max(SearchIntent.created_at))
            .join(SearchIntent, SearchIntent.visit_id == Visit.id)
            .where(
                Visit.visitor.in_(some),
                Visit.is_bot.is_(False),
                Visit.is_staff.is_(False),
                SearchIntent.created_at < period.since,
                *of_channel,
            )
            .group_by(*common)
        ):
            day = at.astimezone(period.since.tzinfo).date().toordinal()
            yield visitor, (locale, normalised), subject_id, day


def _rewordings(intents: Sequence[IntentRow], ids: Mapping[Key, int]) -> Iterable[Packed]:
    """Count which wording was asked again in which other; both are of one visit, mostly of one day."""
    own = {row.id: key_of(row) for row in intents}
    counted: Counter[tuple[Key, int, int]] = Counter()
    for row in intents:
        first = own.get(row.reformulation_of_id or 0)
        if first is not None:
            answer = subject_of(row) if row.outcome is Outcome.ANSWERED else 0
            counted[first, ids[own[row.id]], answer] += 1
    for (first, into, answer), times in counted.items():
        yield first[0], (ids[first], into, answer, times)


def ranks_of(intents: Sequence[IntentRow], period: Period) -> Iterable[Mapping[str, Any]]:
    """Yield how often each place among the results was shown and opened, by language."""
    locales = {row.id: row.locale for row in intents}
    shown: Counter[tuple[str, int]] = Counter()
    for row in intents:
        for rank in range(1, min(len(row.shown), RANKS) + 1):
            shown[row.locale, rank] += 1
    opened = Counter((locales[each], rank) for each, rank in _opened(period) if each in locales)
    for (locale, rank), number in shown.items():
        clicks = min(opened[locale, rank], number)
        yield {"locale": locale, "rank": rank, "shown": number, "opened": clicks}


def _opened(period: Period) -> set[tuple[int, int]]:
    """Return each place that was opened from each search of the period."""
    rows = db.session.execute(
        select(ArticleRead.intent_id, ArticleRead.rank)
        .join(SearchIntent, SearchIntent.id == ArticleRead.intent_id)
        .where(
            SearchIntent.created_at >= period.since,
            SearchIntent.created_at < period.until,
            ArticleRead.rank.between(1, RANKS),
        )
    )
    return {(each.intent_id or 0, each.rank or 0) for each in rows}
