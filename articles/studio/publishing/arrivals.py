"""What was planned has come: whoever planned it, and whoever wrote it, get a letter."""

from datetime import timedelta

from flask import Flask
from sqlalchemy import select, update

from articles.models import Publication, Translation
from articles.scheduling import bring_due
from articles.studio.publishing import letters
from kb.db import db, utc_now
from kb.worker.tasks import register

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
            letters.tell_came(publication, translation)
            told += 1
        db.session.commit()
    return told


def init_app(app: Flask) -> None:
    """Look each minute."""
    register(app, "planned-words", timedelta(minutes=1), tell, prompt=True)
