"""Keep what somebody answers to a question that they were shown."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from feedback.intents import clean
from feedback.recording import promise
from feedback.redaction import redact
from feedback.surveys.eligibility import is_score
from feedback.surveys.models import After, SurveyResponse
from feedback.visitors import Visitor
from kb.db import utc_now

MAX_COMMENT_LENGTH = 2_000  # characters


class NotTheirs(RuntimeError):
    """The question was shown to somebody else."""


class NoSuchScore(ValueError):
    """The question cannot be answered so."""


def record_answer(
    visitor: Visitor,
    response_id: int,
    *,
    score: int | None = None,
    comment: str = "",
    at: datetime | None = None,
) -> SurveyResponse:
    """Keep a score, or the words for a score given before; the last word counts.

    A question shown on a page is answered by the visitor who saw it; one that came by mail by
    whoever holds its link. Raises `NotTheirs`, `NoSuchScore` or `NotRecorded`; nothing is kept then.
    """
    moment = at or utc_now()
    words = redact(clean(comment, MAX_COMMENT_LENGTH))

    def work(session: Session) -> SurveyResponse:
        shown = session.scalar(
            select(SurveyResponse).where(SurveyResponse.id == response_id).with_for_update()
        )
        if shown is None or (shown.after is not After.REQUEST and shown.visitor != visitor.id):
            raise NotTheirs
        given = shown.score if score is None else score
        if given is None or not is_score(shown.survey, given):
            raise NoSuchScore(score)
        shown.score = given
        shown.answered_at = shown.answered_at or moment
        shown.comment = words or shown.comment
        shown.is_bot = shown.is_bot or visitor.is_bot
        shown.is_staff = shown.is_staff or visitor.is_staff
        session.flush()
        return shown

    return promise(work)
