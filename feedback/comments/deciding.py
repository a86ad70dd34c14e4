"""What people of the company do with a comment: read it, answer it, make a task of it, take that back."""

from sqlalchemy import select

from feedback.comments.inbox import Comment
from feedback.comments.models import CommentState, State
from feedback.gaps.actions import open_gap
from feedback.gaps.models import Gap
from kb.audit.recording import record
from kb.db import db, utc_now

MAX_NAME = 80  # characters of a comment that name the task made of it


def decide(
    comment: Comment, state: State, *, by: str, note: str = "", gap_id: int | None = None
) -> None:
    """Say where a comment stands from now on; what it was before is kept. Committed."""
    decision = _decision(comment)
    if decision is None:
        source, source_id = comment.key
        decision = CommentState(source=source, source_id=source_id, before=State.NEW)
        db.session.add(decision)
    else:
        decision.before = decision.state
    decision.state = state
    decision.note = note
    decision.gap_id = gap_id
    decision.by = by
    decision.at = utc_now()
    _record(comment, state.value, by=by)
    db.session.commit()


def undo(comment: Comment) -> None:
    """Put a comment back to where it was before the last decision. A task stays. Committed."""
    decision = _decision(comment)
    if decision is None:
        return
    if decision.before is State.NEW:
        db.session.delete(decision)
    else:
        decision.state, decision.before = decision.before, State.NEW
        decision.note, decision.gap_id = "", None
    _record(comment, "undone")
    db.session.commit()


def _record(comment: Comment, act: str, *, by: str = "") -> None:
    """Tell the audit log; what customers say stays out of it."""
    source, number = comment.key
    record(f"comment.{act}", thing="comment", thing_id=number, by=by, source=source.value)


def make_task(comment: Comment, *, by: str) -> Gap:
    """Open a gap for what a comment says, or join the one that has its question already. Committed.

    It is named after the question that led the visitor to the article, else after their words.
    """
    question = comment.vote.query if comment.vote else ""
    gap = open_gap(
        question or _first_words(comment.text),
        comment.locale,
        by=by,
        nearest_id=comment.translation.id if comment.translation else None,
        text=comment.text,
    )
    decide(comment, State.TASK, by=by, gap_id=gap.id)
    return gap


def _first_words(text: str) -> str:
    words = " ".join(text.split())
    if len(words) <= MAX_NAME:
        return words
    return words[:MAX_NAME].rsplit(" ", 1)[0] + "…"


def _decision(comment: Comment) -> CommentState | None:
    source, source_id = comment.key
    return db.session.scalar(
        select(CommentState).where(
            CommentState.source == source, CommentState.source_id == source_id
        )
    )
