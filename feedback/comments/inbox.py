"""What visitors wrote, with votes and with survey answers, the newest first."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeVar

from sqlalchemy import Select, String, Subquery, and_, cast, func, literal, select, union_all

from articles.models import Translation
from feedback.comments.models import CommentSource, CommentState, State
from feedback.models import Reason, Vote
from feedback.reports import subjects
from feedback.reports.by_channel import came_through
from feedback.reports.filters import Filters
from feedback.surveys.models import SurveyResponse
from kb.db import db

Key = tuple[CommentSource, int]
"""(what it came with, its id)"""
T = TypeVar("T", Vote, SurveyResponse, Translation)


@dataclass(frozen=True, slots=True)
class Comment:
    """What somebody wrote, about what, and what became of it; with a vote, or with a survey answer."""

    key: Key
    text: str
    at: datetime
    locale: str
    translation: Translation | None
    vote: Vote | None = None
    answer: SurveyResponse | None = None
    decision: CommentState | None = None

    @property
    def state(self) -> State:
        """Return where it stands."""
        return self.decision.state if self.decision else State.NEW

    @property
    def simulated(self) -> bool:
        """Tell whether an invented visitor wrote it."""
        return any(each.simulated for each in (self.vote, self.answer) if each)


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which comments are looked at. `about`: those on one translation."""

    filters: Filters
    state: State | None = None
    reason: Reason | None = None
    about: int | None = None


def comments(wanted: Wanted, *, limit: int, offset: int = 0) -> list[Comment]:
    """Return the comments of people, the newest first."""
    found = _found(wanted)
    query = select(found.c.source, found.c.id)
    if wanted.state is not None:
        query = query.where(found.c.state == wanted.state)
    rows = db.session.execute(
        query.order_by(found.c.at.desc(), found.c.source, found.c.id.desc())
        .limit(limit)
        .offset(offset)
    )
    return load([(CommentSource(source), each) for source, each in rows])


def counts(wanted: Wanted) -> dict[State, int]:
    """Return how many comments there are in each state, whatever state is asked for."""
    found = _found(wanted)
    rows = db.session.execute(select(found.c.state, func.count()).group_by(found.c.state))
    known = {State(state): number for state, number in rows}
    return {each: known.get(each, 0) for each in State}


def _found(wanted: Wanted) -> Subquery:
    """Select (source, id, at, state) of what is wanted, in any state."""
    votes = _of_votes(wanted)
    if wanted.reason is not None:
        return votes.where(Vote.reason == wanted.reason).subquery()
    return union_all(votes, _of_surveys(wanted)).subquery()


def _of_votes(wanted: Wanted) -> Select[Any]:
    query = _with_state(CommentSource.VOTE, Vote.id, Vote.voted_at).where(
        Vote.voted_at >= wanted.filters.period.since,
        Vote.voted_at < wanted.filters.period.until,
        Vote.comment != "",
        Vote.is_bot.is_(False),
        Vote.is_staff.is_(False),
    )
    return _narrowed(query, wanted, Vote)


def _of_surveys(wanted: Wanted) -> Select[Any]:
    answered_at = SurveyResponse.answered_at
    query = _with_state(CommentSource.SURVEY, SurveyResponse.id, answered_at).where(
        answered_at >= wanted.filters.period.since,
        answered_at < wanted.filters.period.until,
        SurveyResponse.comment != "",
        SurveyResponse.is_bot.is_(False),
        SurveyResponse.is_staff.is_(False),
    )
    return _narrowed(query, wanted, SurveyResponse)


def _with_state(source: CommentSource, row_id: Any, at: Any) -> Select[Any]:
    state = func.coalesce(cast(CommentState.state, String), State.NEW.value)
    return select(
        literal(source.value).label("source"),
        row_id.label("id"),
        at.label("at"),
        state.label("state"),
    ).outerjoin(CommentState, and_(CommentState.source == source, CommentState.source_id == row_id))


def _narrowed(
    query: Select[Any], wanted: Wanted, table: type[Vote | SurveyResponse]
) -> Select[Any]:
    filters = wanted.filters
    if filters.locale is not None:
        query = query.where(table.locale == filters.locale)
    if filters.channel is not None:
        query = query.where(came_through(table, filters.channel))
    if filters.of_subject:
        query = query.where(table.translation_id.in_(subjects.within(filters)))
    if wanted.about is not None:
        query = query.where(table.translation_id == wanted.about)
    return query


def load(keys: Sequence[Key]) -> list[Comment]:
    """Return comments by their keys, in that order; those that are gone are left out."""
    votes = _by_id(Vote, [each for source, each in keys if source is CommentSource.VOTE])
    answers = _by_id(
        SurveyResponse, [each for source, each in keys if source is CommentSource.SURVEY]
    )
    decisions = {
        (each.source, each.source_id): each
        for each in db.session.scalars(
            select(CommentState).where(CommentState.source_id.in_({each for _, each in keys}))
        )
    }
    rows: list[Vote | SurveyResponse] = [*votes.values(), *answers.values()]
    about = {each.translation_id for each in rows}
    titles = _by_id(Translation, [each for each in about if each is not None])
    found = []
    for key in keys:
        source, number = key
        row = votes.get(number) if source is CommentSource.VOTE else answers.get(number)
        if row is not None:
            found.append(_comment(key, row, titles, decisions.get(key)))
    return found


def _by_id(table: type[T], ids: Collection[int]) -> dict[int, T]:
    rows = db.session.scalars(select(table).where(table.id.in_(ids)))
    return {each.id: each for each in rows}


def _comment(
    key: Key,
    row: Vote | SurveyResponse,
    titles: Mapping[int, Translation],
    decision: CommentState | None,
) -> Comment:
    return Comment(
        key=key,
        text=row.comment,
        at=row.voted_at if isinstance(row, Vote) else row.answered_at or row.asked_at,
        locale=row.locale,
        translation=titles.get(row.translation_id or 0),
        vote=row if isinstance(row, Vote) else None,
        answer=row if isinstance(row, SurveyResponse) else None,
        decision=decision,
    )
