"""From the database to what gaps are found from. Robots, staff and visits that go on are left out."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from flask import current_app
from sqlalchemy import ColumnElement, Row, select

from articles.models import Revision
from articles.queries import published
from feedback.gaps.facts import Expressed, Known, Opened, Source, Vectors
from feedback.gaps.wordings import as_sentence, first_sentence
from feedback.intents import clean, normalise
from feedback.models import ArticleRead, SearchIntent, Visit, Vote
from feedback.requests.models import ContactRequest
from kb.db import db
from search.encoders import EmbeddingUnavailable
from search.engine import SearchEngine
from search.keyword import IndexDamaged, IndexMissing


def said(since: datetime, until: datetime) -> list[Expressed]:
    """Return all that people searched, asked a person and commented on within a period."""
    searches = _searches(since, until)
    chains = chains_of({row.id: row.reformulation_of_id for row in searches})
    openings = _openings(since, until)
    led = _latest_by_visit(searches)
    requests = _requests(since, until)
    found = [
        Expressed(
            id=row.id,
            source=Source.SEARCH,
            text=row.query,
            normalised=row.normalised,
            locale=row.locale,
            visitor=row.visitor,
            asked_at=row.created_at,
            origin=row.origin,
            visit=row.visit_id,
            outcome=row.outcome,
            chain=chains[row.id],
            weak=row.weak,
            shown=tuple(row.shown),
            opened=(
                *openings.get((row.visit_id, row.id), ()),
                *(
                    openings.get((row.visit_id, None), ())
                    if led[row.visit_id][-1][1] == row.id
                    else ()
                ),
            ),
        )
        for row in searches
    ]
    found += [_request(row, led) for row in requests]
    found += _comments(since, until, {row.id: row for row in searches})
    return found


def chains_of(reformulation_of: Mapping[int, int | None]) -> dict[int, int]:
    """Return for each intent the one that its visitor began with; one that is away begins none."""
    first: dict[int, int] = {}
    for each in sorted(reformulation_of):
        before = reformulation_of[each]
        first[each] = first.get(before, each) if before is not None else each
    return first


def _people(visits: type[Visit] = Visit) -> tuple[ColumnElement[bool], ...]:
    return visits.is_bot.is_(False), visits.is_staff.is_(False)


def _searches(since: datetime, until: datetime) -> Sequence[Row]:  # type: ignore[type-arg]
    return db.session.execute(
        select(
            SearchIntent.id,
            SearchIntent.query,
            SearchIntent.normalised,
            SearchIntent.locale,
            SearchIntent.visit_id,
            SearchIntent.outcome,
            SearchIntent.weak,
            SearchIntent.shown,
            SearchIntent.created_at,
            SearchIntent.reformulation_of_id,
            Visit.visitor,
            Visit.origin,
        )
        .join(Visit, Visit.id == SearchIntent.visit_id)
        .where(
            SearchIntent.created_at >= since,
            SearchIntent.created_at < until,
            SearchIntent.outcome.is_not(None),
            *_people(),
        )
        .order_by(SearchIntent.id)
    ).all()


def _latest_by_visit(searches: Iterable[Row]) -> dict[int, list[tuple[datetime, int]]]:  # type: ignore[type-arg]
    found: dict[int, list[tuple[datetime, int]]] = defaultdict(list)
    for row in searches:
        found[row.visit_id].append((row.created_at, row.id))
    return found


def _openings(since: datetime, until: datetime) -> dict[tuple[int, int | None], list[Opened]]:
    """Return what was opened by visit and intent, with the vote that followed.

    What no search led to (by the menu, from afar) stands under None.
    """
    votes = {
        (row.visit_id, row.translation_id): row
        for row in db.session.execute(
            select(Vote.visit_id, Vote.translation_id, Vote.helpful, Vote.reason).where(
                Vote.voted_at >= since, Vote.visit_id.is_not(None), Vote.is_bot.is_(False)
            )
        )
    }
    found: dict[tuple[int, int | None], list[Opened]] = defaultdict(list)
    rows = db.session.execute(
        select(
            ArticleRead.visit_id,
            ArticleRead.intent_id,
            ArticleRead.translation_id,
            ArticleRead.rank,
            ArticleRead.read_seconds,
        )
        .where(ArticleRead.opened_at >= since, ArticleRead.opened_at < until)
        .order_by(ArticleRead.id)
    )
    for row in rows:
        vote = votes.get((row.visit_id, row.translation_id))
        found[row.visit_id, row.intent_id].append(
            Opened(
                row.translation_id,
                row.rank,
                row.read_seconds,
                vote.helpful if vote else None,
                vote.reason if vote else None,
            )
        )
    return found


def _requests(since: datetime, until: datetime) -> Sequence[ContactRequest]:
    return db.session.scalars(
        select(ContactRequest)
        .where(
            ContactRequest.created_at >= since,
            ContactRequest.created_at < until,
            ContactRequest.is_bot.is_(False),
            ContactRequest.is_staff.is_(False),
        )
        .order_by(ContactRequest.id)
    ).all()


def _request(row: ContactRequest, led: Mapping[int, list[tuple[datetime, int]]]) -> Expressed:
    text = clean(f"{as_sentence(row.subject)} {first_sentence(row.message)}")
    before = [each for at, each in led.get(row.visit_id or 0, ()) if at <= row.created_at]
    return Expressed(
        id=row.id,
        source=Source.REQUEST,
        text=text,
        normalised=normalise(text),
        locale=row.locale,
        visitor=row.visitor or f"request {row.id}",
        asked_at=row.created_at,
        origin=row.origin,
        visit=row.visit_id,
        chain=before[-1] if before else None,
    )


def _comments(
    since: datetime,
    until: datetime,
    searches: Mapping[int, Row],  # type: ignore[type-arg]
) -> list[Expressed]:
    rows = db.session.execute(
        select(
            Vote.id, Vote.comment, Vote.locale, Vote.visitor, Vote.voted_at, Vote.origin,
            Vote.visit_id, Vote.intent_id, Vote.translation_id, Vote.reason,
        )
        .where(
            Vote.voted_at >= since,
            Vote.voted_at < until,
            Vote.helpful.is_(False),
            Vote.comment != "",
            Vote.is_bot.is_(False),
            Vote.is_staff.is_(False),
        )
        .order_by(Vote.id)
    )  # fmt: skip
    return [
        Expressed(
            id=row.id,
            source=Source.COMMENT,
            text=row.comment,
            # What is said of two articles in the same words is not the same.
            normalised=f"{row.translation_id} {normalise(row.comment)}",
            locale=row.locale,
            visitor=row.visitor,
            asked_at=row.voted_at,
            origin=row.origin,
            visit=row.visit_id,
            chain=row.intent_id if row.intent_id in searches else None,
            opened=(Opened(row.translation_id, helpful=False, reason=row.reason),),
        )
        for row in rows
    ]


def articles() -> tuple[Known, ...]:
    """Return every public article with the vectors of its passages, where they are known."""
    visible = published().subquery()
    rows = db.session.execute(
        select(
            visible.c.id, visible.c.article_id, visible.c.locale, visible.c.title, Revision.answers
        )
        .join(Revision, Revision.id == visible.c.public_revision_id)
        .order_by(visible.c.id)
    ).all()
    vectors = passage_vectors()
    return tuple(
        Known(row.id, row.article_id, row.locale, (row.title, *row.answers), vectors.get(row.id))
        for row in rows
    )


def passage_vectors() -> dict[int, Vectors]:
    """Return the vectors of the passages of each translation that is indexed; none without a model."""
    engine: SearchEngine | None = current_app.extensions.get("kb_search")
    if engine is None:
        return {}
    try:
        snapshot, _ = engine.snapshot()
        return {
            int(key): found
            for key, found in engine.alignment(snapshot).by_document().items()
            if key.isdigit()
        }
    except (IndexMissing, IndexDamaged, EmbeddingUnavailable):
        return {}
