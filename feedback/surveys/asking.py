"""Ask a question in the flow of a thank-you: each showing is a row, so that silence counts too."""

from dataclasses import dataclass
from datetime import datetime, timedelta

import structlog
from flask import Request
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from feedback.models import Channel
from feedback.recording import open_visit
from feedback.surveys.eligibility import Standing, choose
from feedback.surveys.marks import is_marked
from feedback.surveys.models import After, Survey, SurveyResponse
from feedback.surveys.persons import put_to
from feedback.visitors import Visitor
from feedback.writing import NotRecorded, write
from kb.db import db, utc_now
from kb.locales import settings
from kb.signing import NotSigned, Signed

WAIT_MS = 300  # a thank-you does not wait for a question
TOKENS = Signed("feedback.survey", timedelta(days=60))  # a mail may be read late
PER_ORIGIN_AND_DAY = 40  # showings on one network: a script must not answer for many
DAY = timedelta(days=1)

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Question:
    """A question that was shown: the token lets its reader answer it, and nobody else."""

    survey: Survey
    token: str
    score: int | None = None


def ask(
    visitor: Visitor,
    after: After,
    locale: str,
    *,
    request: Request,
    translation_id: int | None = None,
    channel: Channel = Channel.SITE,
    at: datetime | None = None,
) -> Question | None:
    """Return the question to show, recorded as shown; None for most, and where the database is busy.

    The caller calls `marks.mark` on the response that shows it.
    """
    moment = at or utc_now()
    marked = is_marked(request)

    def work(session: Session) -> Question | None:
        survey = _chosen(session, visitor, after, marked=marked, at=moment)
        if survey is None or _is_flooded(session, visitor, moment):
            return None
        shown = SurveyResponse(
            survey=survey,
            after=after,
            visitor=visitor.id,
            origin=visitor.origin,
            visit_id=open_visit(session, visitor, locale, moment, channel).id,
            locale=locale,
            translation_id=translation_id,
            asked_at=moment,
        )
        session.add(shown)
        session.flush()
        return Question(survey, token_of(shown))

    try:
        return write(work, WAIT_MS)
    except NotRecorded as error:
        log.info("question not asked", reason=str(error))
        return None


def _chosen(
    session: Session, visitor: Visitor, after: After, *, marked: bool, at: datetime
) -> Survey | None:
    config = settings()
    pause = timedelta(days=config.survey_pause_days)
    asked = session.scalars(
        select(SurveyResponse.asked_at).where(
            put_to(visitor.id, customer_id=visitor.customer_id),
            SurveyResponse.asked_at > at - pause,
        )
    )
    standing = Standing(
        asked_at=tuple(asked),
        is_marked=marked,
        is_left_alone=visitor.is_bot or visitor.is_staff or visitor.is_private,
    )
    return choose(visitor.id, after, standing, at=at, pause=pause, share=config.nps_sample)


def _is_flooded(session: Session, visitor: Visitor, at: datetime) -> bool:
    if not visitor.origin:
        return False
    shown = session.scalar(
        select(func.count()).where(
            SurveyResponse.origin == visitor.origin, SurveyResponse.asked_at > at - DAY
        )
    )
    return (shown or 0) >= PER_ORIGIN_AND_DAY


def token_of(shown: SurveyResponse) -> str:
    """Return what lets somebody answer a question that they were shown."""
    return TOKENS.text(_marks(shown))


def _marks(shown: SurveyResponse) -> list[int]:
    """Return what tells a showing: its number may be given again once its person was erased."""
    return [shown.id, int(shown.asked_at.timestamp() * 1000)]


def shown_by(token: str) -> SurveyResponse | None:
    """Return the showing that a token stands for, None for an altered or old one."""
    try:
        marks = TOKENS.read(token)
    except NotSigned:
        return None
    if isinstance(marks, int):  # of a mail that was sent when tokens held the number alone
        return db.session.get(SurveyResponse, marks)
    found = db.session.get(SurveyResponse, marks[0])
    return found if found is not None and _marks(found) == marks else None


def question_of(token: str) -> Question | None:
    """Return the question of a token that is still without an answer."""
    shown = shown_by(token)
    if shown is None or shown.answered_at is not None:
        return None
    return Question(shown.survey, token, shown.score)
