"""What people do about a gap. Each verb commits, and leaves a note of who did what."""

from datetime import date, datetime
from typing import Any

from articles.models import Translation
from feedback.gaps.answering import close_answered
from feedback.gaps.facts import Source
from feedback.gaps.keeping import visitors_of_month
from feedback.gaps.models import Act, Gap, GapNote, GapStatus, GapWording
from feedback.intents import normalise
from feedback.redaction import redact
from kb.accounts.models import User
from kb.audit.recording import record
from kb.db import db, utc_now

MAX_TEXT = 2_000  # characters of a note or a reason
MAX_NAME = 200


def noted(gap: Gap, what: Act, text: str = "", *, by: str, **data: Any) -> GapNote:
    """Add a note, uncommitted; the audit log has it too."""
    record(f"gap.{what.value}", thing="gap", thing_id=gap.id, label=gap.name, by=by)
    note = GapNote(gap_id=gap.id, what=what, text=text.strip()[:MAX_TEXT], by=by, data=data)
    db.session.add(note)
    return note


def assign(gap: Gap, owner: User | None, *, by: str) -> None:
    """Give a gap to somebody, or to nobody."""
    if gap.owner_id == (owner.id if owner else None):
        return
    gap.owner_id = owner.id if owner else None
    noted(gap, Act.ASSIGNED, owner.shown_name if owner else "", by=by)
    db.session.commit()


def set_due(gap: Gap, due: date | None, *, by: str) -> None:
    """Say until when a gap should be closed."""
    if gap.due_on == due:
        return
    gap.due_on = due
    noted(gap, Act.DUE, due.isoformat() if due else "", by=by)
    db.session.commit()


def rename(gap: Gap, name: str, *, by: str) -> None:
    """Call a gap by another name, which runs leave alone from now on."""
    name = " ".join(name.split())[:MAX_NAME]
    if not name or name == gap.name:
        return
    noted(gap, Act.RENAMED, name, by=by, before=gap.name)
    gap.name, gap.is_renamed = name, True
    db.session.commit()


def start(gap: Gap, *, by: str) -> None:
    """Say that somebody works on a gap."""
    if gap.status is GapStatus.IN_PROGRESS:
        return
    gap.status = GapStatus.IN_PROGRESS
    noted(gap, Act.STARTED, by=by)
    db.session.commit()


def dismiss(gap: Gap, reason: str, *, by: str, now: datetime | None = None) -> None:
    """Put a gap aside; it comes back when twice as many visitors ask in a month."""
    moment = now or utc_now()
    before = gap.status
    gap.dismissed_visitors = visitors_of_month(gap.id, moment)
    gap.dismissal = reason.strip()[:MAX_TEXT]
    gap.status = GapStatus.DISMISSED
    noted(gap, Act.DISMISSED, reason, by=by, before=before.value)
    db.session.commit()


def reopen(gap: Gap, *, by: str) -> None:
    """Take a gap up again: dismissed by mistake, or not answered after all."""
    if gap.status is GapStatus.OPEN:
        return
    gap.status = GapStatus.OPEN
    gap.answered_at = None
    gap.answer_after = _newest_public(gap.answer_id)
    noted(gap, Act.REOPENED, by=by)
    db.session.commit()


def _newest_public(translation_id: int | None) -> int:
    found = db.session.get(Translation, translation_id) if translation_id else None
    return (found.public_revision_id or 0) if found else 0


def note(gap: Gap, text: str, *, by: str) -> None:
    """Write down what was found out or agreed."""
    if text.strip():
        noted(gap, Act.NOTE, text, by=by)
        db.session.commit()


def bind_answer(gap: Gap, answer: Translation, *, by: str, is_enough: bool = False) -> None:
    """Name the article that closes a gap once it is public.

    One that is public already must change first, unless it `is_enough` as it is.
    """
    gap.answer_id = answer.id
    gap.answer_after = 0 if is_enough else (answer.public_revision_id or 0)
    if gap.status is not GapStatus.IN_PROGRESS:
        gap.status = GapStatus.IN_PROGRESS
    noted(gap, Act.ANSWER_NAMED, answer.title, by=by, translation=answer.id)
    db.session.commit()
    close_answered()


def open_gap(
    name: str, locale: str, *, by: str, nearest_id: int | None = None, text: str = ""
) -> Gap:
    """Open a gap by hand, or return the one that has this wording already."""
    name = " ".join(redact(name).split())[:MAX_NAME]
    key = {"locale": locale, "normalised": normalise(name), "source": Source.SEARCH}
    wording = db.session.query(GapWording).filter_by(**key).first()
    if wording is not None:
        gap = db.session.get_one(Gap, wording.gap_id)
    else:
        now = utc_now()
        gap = Gap(
            name=name,
            locale=locale,
            nearest_id=nearest_id,
            first_seen=now,
            last_seen=now,
            is_renamed=True,
        )
        db.session.add(gap)
        db.session.flush()
        db.session.add(GapWording(gap_id=gap.id, text=name, **key))
    noted(gap, Act.OPENED, text, by=by)
    db.session.commit()
    return gap
