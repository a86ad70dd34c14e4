"""Known issues as colleagues name them on requests: whoever asked of one is told when it is fixed."""

from sqlalchemy.orm import selectinload

from feedback.announcements.models import Announcement
from feedback.announcements.showing import nearest, texts_of, visible
from feedback.announcements.telling import tag_of
from kb.db import db, utc_now
from kb.locales import current_locale


def open_issues() -> dict[str, str]:
    """Return the titles of the issues that are not fixed yet, by their tags, the newest first."""
    here = current_locale()
    query = visible(utc_now()).where(
        Announcement.is_issue.is_(True), Announcement.fixed_at.is_(None)
    )
    found = db.session.scalars(query.options(selectinload(Announcement.texts)))
    return {
        tag_of(each.id): texts[nearest(texts, here)].title
        for each in found
        if (texts := texts_of(each))
    }
