"""A gap is answered when its article is public, whoever published it and however."""

from datetime import datetime

from flask import Flask, current_app
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from articles.models import Translation
from articles.queries import published
from articles.signals import article_changed
from feedback.gaps.models import Act, Gap, GapNote, GapStatus
from feedback.gaps.signals import gap_answered
from kb.db import db, utc_now

WAITING = (GapStatus.OPEN, GapStatus.IN_PROGRESS)


def close_answered(now: datetime | None = None) -> list[int]:
    """Close the gaps whose answer is public by now; return them.

    Each is claimed in the database, so that of two processes one says so. Those who wait for the
    answer are told by `gap_answered`, after the commit.
    """
    moment = now or utc_now()
    answered = {gap_id: answer for gap_id, answer in _answered(moment) if _claim(gap_id, moment)}
    for gap_id, answer in answered.items():
        note = GapNote(gap_id=gap_id, at=moment, what=Act.PUBLISHED, text=answer.title)
        note.data = {"translation": answer.id}
        db.session.add(note)
    numbers = {gap_id: answer.id for gap_id, answer in answered.items()}
    db.session.commit()
    app = current_app._get_current_object()  # type: ignore[attr-defined]
    for gap_id, translation_id in numbers.items():
        gap_answered.send(app, gap_id=gap_id, translation_id=translation_id)
    return list(numbers)


def _answered(now: datetime) -> list[tuple[int, Translation]]:
    """Return the gaps not closed yet whose answer is public, in the words written for them.

    Of an article that was public before, only a revision later than `answer_after` counts.
    """
    rows = db.session.execute(
        published(at=now)
        .join(Gap, Gap.answer_id == Translation.id)
        .where(
            Gap.status.in_(WAITING),
            Translation.public_revision_id > Gap.answer_after,
        )
        .add_columns(Gap.id)
        .order_by(Gap.id)
    )
    return [(gap_id, answer) for answer, gap_id in rows]


def _claim(gap_id: int, now: datetime) -> bool:
    touched = db.session.execute(
        update(Gap)
        .where(Gap.id == gap_id, Gap.status.in_(WAITING))
        .values(status=GapStatus.PUBLISHED, answered_at=now)
    )
    return bool(touched.rowcount)  # type: ignore[attr-defined]


def _on_change(_sender: Flask) -> None:
    # In a session of its own: whoever listens next finds none of ours begun.
    with Session(db.engine) as session:
        is_awaited = session.scalar(select(Gap.id).where(Gap.answer_id.is_not(None)).limit(1))
    if is_awaited is not None:
        close_answered()


def init_app(_app: Flask) -> None:
    """Look for answers whenever what the public may read has changed."""
    article_changed.connect(_on_change)
