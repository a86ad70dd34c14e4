"""Rows in the making. `visit`, `intent` and `request` are places in the lists until they are written."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import insert, update
from sqlalchemy.orm import Session

from feedback.contact.models import ContactAttempt
from feedback.models import ArticleRead, SearchIntent, Visit, Vote
from feedback.requests.models import ContactRequest
from feedback.surveys.models import SurveyResponse
from feedback.waiting.models import Waiting
from kb.db import db

Row = dict[str, Any]
AT_ONCE = 1000  # rows
_IDS = {"visit": "visit_id", "intent": "intent_id", "request": "request_id"}


@dataclass(slots=True)
class Drafts:
    """Everything that the crowd did, in order."""

    visits: list[Row] = field(default_factory=list)
    intents: list[Row] = field(default_factory=list)
    reads: list[Row] = field(default_factory=list)
    votes: list[Row] = field(default_factory=list)
    attempts: list[Row] = field(default_factory=list)
    requests: list[Row] = field(default_factory=list)
    surveys: list[Row] = field(default_factory=list)
    waiting: list[Row] = field(default_factory=list)

    def write(self) -> None:
        """Insert everything in one transaction, in bulk."""
        with Session(db.engine) as session, session.begin():
            ids = {"visit": _insert(session, Visit, self.visits)}
            before = [row.pop("before") for row in self.intents]
            intents = [_placed(row, ids) for row in self.intents]
            ids["intent"] = _insert(session, SearchIntent, intents)
            _link(session, before, ids["intent"])
            requests = [_placed(row, ids) for row in self.requests]
            ids["request"] = _insert(session, ContactRequest, requests)
            for model, rows in (
                (ArticleRead, self.reads),
                (Vote, self.votes),
                (ContactAttempt, self.attempts),
                (SurveyResponse, self.surveys),
                (Waiting, self.waiting),
            ):
                if rows:
                    session.execute(insert(model), [_placed(row, ids) for row in rows])


def _link(session: Session, before: Sequence[int | None], intents: Sequence[int]) -> None:
    links = [
        {"id": intents[place], "reformulation_of_id": intents[earlier]}
        for place, earlier in enumerate(before)
        if earlier is not None
    ]
    if links:
        session.execute(update(SearchIntent), links)


def _insert(
    session: Session, model: type[Visit | SearchIntent | ContactRequest], rows: Sequence[Row]
) -> list[int]:
    """Insert rows and return their ids in the same order."""
    statement = insert(model).returning(model.id, sort_by_parameter_order=True)
    # SQLAlchemy puts what comes back together anew for each of its batches, which grows as the square.
    return [
        number
        for start in range(0, len(rows), AT_ONCE)
        for number in session.scalars(statement, rows[start : start + AT_ONCE])
    ]


def _placed(row: Row, ids: dict[str, list[int]]) -> Row:
    """Return a row with ids in the place of places."""
    placed = {}
    for name, value in row.items():
        if name in _IDS:
            placed[_IDS[name]] = None if value is None else ids[name][value]
        else:
            placed[name] = value
    return placed
