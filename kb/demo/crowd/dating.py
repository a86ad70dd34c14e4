"""Give the articles that the story turns on their dates, and one of them its former words."""

import re
from datetime import datetime

from sqlalchemy import delete, select

from articles.models import Article, Publication, Revision, Significance, Translation
from kb.db import db
from kb.demo.crowd.calendar import Calendar
from kb.demo.crowd.needs import REWRITTEN
from kb.demo.plots import POWER_CUT

OUTAGE_KEY = "sign-in-outage"
MESSAGE = {
    "fr": "Réécriture : commencer par le bouton, ajouter les causes les plus fréquentes",
    "en": "Rewritten: start with the button, add the most frequent causes",
}


def date_the_story(now: datetime) -> None:
    """Move the story's articles to the days before `now`. For a site without visitors yet."""
    calendar = Calendar.before(now)
    _publish(POWER_CUT, calendar.power_cut_published)
    _publish(OUTAGE_KEY, calendar.outage_published)
    for translation in _translations(REWRITTEN):
        _give_a_past(translation, calendar.rewritten)
    _forget_publications()
    db.session.commit()


def _forget_publications() -> None:
    """Let the dates alone say what was public when: those noted at the import are of another past."""
    dated = select(Translation.id).join(Article)
    told = dated.where(Article.key.in_([POWER_CUT, OUTAGE_KEY, REWRITTEN]))
    db.session.execute(delete(Publication).where(Publication.translation_id.in_(told)))


def _translations(key: str) -> list[Translation]:
    query = select(Translation).join(Article).where(Article.key == key).order_by(Translation.id)
    return list(db.session.scalars(query))


def _publish(key: str, at: datetime) -> None:
    for translation in _translations(key):
        translation.published_at = translation.updated_at = at
        for revision in translation.revisions:
            revision.created_at = at


def _give_a_past(translation: Translation, rewritten: datetime) -> None:
    """Let the public words be the second revision; the first said less."""
    newest = translation.public_revision
    if newest is None or newest.number != 1:
        return
    newest.number = 2
    newest.message = MESSAGE[translation.locale]
    newest.created_at = translation.updated_at = rewritten
    db.session.flush()
    db.session.add(
        Revision(
            translation=translation,
            number=1,
            title=newest.title,
            summary=newest.summary,
            body=_without_sections(newest.body),
            author=newest.author,
            significance=Significance.MAJOR,
            created_at=translation.published_at,
        )
    )


def _without_sections(body: str) -> str:
    """Return the introduction and the first section of an article."""
    return "## ".join(re.split(r"^## ", body, flags=re.MULTILINE)[:2])
