"""Add up what a day asked, from the searches of people on that day."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime

from sqlalchemy import Row, delete, func, insert, select

from feedback.models import ArticleRead, SearchIntent, Visit
from feedback.outcomes import Outcome
from feedback.reports.articles_days import chunks
from feedback.reports.periods import Period
from feedback.reports.searches_models import (
    RankDay,
    RewordingDay,
    Wording,
    WordingAgain,
    WordingDay,
)
from kb.db import Base, db

RANKS = 10  # places that are told apart

Key = tuple[str, str]
"""(locale, folded words)"""
IntentRow = Row[
    int, str, str, str, str, Outcome | None, int | None, list[int], int | None, datetime
]


def fill(day: date, period: Period) -> None:
    """Write the rows of `day` anew; the session is not committed."""
    intents = _intents(period)
    ids = _wordings(intents)
    for table in (WordingDay, WordingAgain, RewordingDay, RankDay):
        db.session.execute(delete(table).where(table.day == day))
    _insert(WordingDay, day, _by_wording(intents, ids))
    _insert(WordingAgain, day, _again(intents, ids, period))
    _insert(RewordingDay, day, _rewordings(intents, ids))
    _insert(RankDay, day, _ranks(intents, period))


def _insert(table: type[Base], day: date, rows: Iterable[Mapping[str, object]]) -> None:
    if found := [{"day": day, **row} for row in rows]:
        db.session.execute(insert(table), found)


def _intents(period: Period) -> Sequence[IntentRow]:
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
        )
        .order_by(SearchIntent.id)
    ).all()


def key_of(row: IntentRow) -> Key:
    """Return what all askings of a wording have in common."""
    return row.locale, row.normalised


def _wordings(intents: Iterable[IntentRow]) -> dict[Key, int]:
    """Return the id of each wording, new ones added."""
    texts = {key_of(row): row.query for row in intents}
    known = {
        key: each for locale in {key[0] for key in texts} for key, each in _known(locale, texts)
    }
    added = [
        Wording(locale=locale, normalised=normalised, text=texts[locale, normalised])
        for locale, normalised in sorted(texts.keys() - known.keys())
    ]
    db.session.add_all(added)
    db.session.flush()
    return known | {(each.locale, each.normalised): each.id for each in added}


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
    """Return the article that a search concerns, as settled, else the one shown first; 0 for none."""
    return row.subject_id or (row.shown[0] if row.shown else 0)


def _by_wording(
    intents: Iterable[IntentRow], ids: Mapping[Key, int]
) -> Iterable[Mapping[str, object]]:
    groups: dict[tuple[int, int], list[IntentRow]] = defaultdict(list)
    for row in intents:
        groups[ids[key_of(row)], subject_of(row)].append(row)
    for (wording_id, subject_id), rows in groups.items():
        outcomes = Counter(row.outcome for row in rows)
        yield {
            "wording_id": wording_id,
            "subject_id": subject_id,
            "visitors": len({row.visitor for row in rows}),
            "intents": len(rows),
            **{each.value: outcomes[each] for each in Outcome},
        }


def _again(
    intents: Sequence[IntentRow], ids: Mapping[Key, int], period: Period
) -> Iterable[Mapping[str, object]]:
    """Count the visitors of a day who had asked the same before, by wording and the day they last had."""
    today = {(row.visitor, *key_of(row)) for row in intents}
    counted: Counter[tuple[int, date]] = Counter()
    for visitors in chunks({row.visitor for row in intents}):
        rows = db.session.execute(
            select(
                Visit.visitor,
                SearchIntent.locale,
                SearchIntent.normalised,
                func.max(SearchIntent.created_at),
            )
            .join(SearchIntent, SearchIntent.visit_id == Visit.id)
            .where(
                Visit.visitor.in_(visitors),
                Visit.is_bot.is_(False),
                Visit.is_staff.is_(False),
                SearchIntent.created_at < period.since,
            )
            .group_by(Visit.visitor, SearchIntent.locale, SearchIntent.normalised)
        )
        for visitor, locale, normalised, before in rows:
            if (visitor, locale, normalised) in today:
                counted[ids[locale, normalised], before.astimezone(period.since.tzinfo).date()] += 1
    for (wording_id, day), number in counted.items():
        yield {"wording_id": wording_id, "before": day, "visitors": number}


def _rewordings(
    intents: Sequence[IntentRow], ids: Mapping[Key, int]
) -> Iterable[Mapping[str, object]]:
    """Count which wording was asked again in which other; both are of one visit, mostly of one day."""
    own = {row.id: ids[key_of(row)] for row in intents}
    counted: Counter[tuple[int, int, int]] = Counter()
    for row in intents:
        first = own.get(row.reformulation_of_id or 0)
        if first is not None:
            answer = subject_of(row) if row.outcome is Outcome.ANSWERED else 0
            counted[first, own[row.id], answer] += 1
    for (first, into, answer), times in counted.items():
        yield {"wording_id": first, "into_id": into, "answer_id": answer, "times": times}


def _ranks(intents: Sequence[IntentRow], period: Period) -> Iterable[Mapping[str, object]]:
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
