"""What was planned has come: the audit log says so, and who planned or wrote it get a letter."""

from datetime import timedelta

from flask import Flask
from sqlalchemy import select, update

from articles import announcing
from articles.models import Publication, Translation
from articles.noting import note
from articles.scheduling import bring_due
from articles.studio.publishing import letters
from kb.audit.models import AuditEntry
from kb.audit.recording import COMMAND
from kb.db import db, utc_now
from kb.worker.tasks import register

PUBLISHED = "article.published"
AT_ONCE = 100  # letters of one run; the rest follow a minute later


def tell() -> int:
    """Bring in what is due, and tell of all that has come since the last time; return how many."""
    bring_due()
    rows = db.session.execute(
        select(Publication, Translation)
        .join(Translation, Translation.id == Publication.translation_id)
        .where(Publication.is_planned.is_(True), Publication.at <= utc_now())
        .order_by(Publication.at, Publication.id)
        .limit(AT_ONCE)
    ).all()
    told = 0
    for publication, translation in rows:
        claimed = db.session.execute(
            update(Publication)
            .where(Publication.id == publication.id, Publication.is_planned.is_(True))
            .values(is_planned=False)
        )
        if claimed.rowcount:  # type: ignore[attr-defined]  # another worker may have told
            _note_came(publication, translation)
            letters.tell_came(publication, translation)
            announcing.tell_came(publication)
            told += 1
        db.session.commit()
    return told


def _note_came(publication: Publication, translation: Translation) -> None:
    """Record what has become public, but for next words: whoever brought them in has recorded it."""
    revision = publication.revision
    if revision is None:
        return
    planned_for = publication.at.isoformat(timespec="minutes")
    said = db.session.scalars(
        select(AuditEntry).where(
            AuditEntry.act == PUBLISHED,
            AuditEntry.thing == "translation",
            AuditEntry.thing_id == translation.id,
            AuditEntry.revision == revision.number,
        )
    )
    if not any(each.details.get("planned_for") == planned_for for each in said):
        note(PUBLISHED, translation, revision, by=COMMAND, planned_for=planned_for)


def init_app(app: Flask) -> None:
    """Look each minute."""
    register(app, "planned-words", timedelta(minutes=1), tell, prompt=True)
