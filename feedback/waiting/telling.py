"""Tell those who wait that their question has an answer: one message each, then no address is left."""

from datetime import datetime

from flask import Flask
from flask_babel import force_locale
from flask_babel import gettext as _
from sqlalchemy import Select, select, update

from articles.models import Article, Revision, Translation
from articles.queries import published
from articles.views import address_of, site_root
from feedback.gaps.models import Gap
from feedback.intents import normalise
from feedback.letters import Link, Part, as_html, as_text
from feedback.waiting.matching import gap_of
from feedback.waiting.models import Waiting
from kb import worker
from kb.db import db, utc_now
from kb.locales import settings
from kb.mail import outbox

TASK = "tell-those-who-wait"


def tell_all() -> int:
    """Find the gap of each waiting question and tell where it is answered; return how many.

    Safe to run at any time, twice at once, and after a crash: an address is taken out of its row in
    the transaction that puts its message into the outbox.
    """
    bind()
    told = 0
    for waiting in db.session.scalars(_untold().where(Waiting.gap_id.is_not(None))).all():
        answer = _answer_of_gap(waiting)
        told += answer is not None and tell(waiting, answer)
    answered = _answers_by_question()
    for waiting in db.session.scalars(_untold()).all():
        found = answered.get((waiting.locale, waiting.normalised))
        answer = db.session.get(Translation, found) if found else None
        told += answer is not None and tell(waiting, answer)
    return told


def bind() -> None:
    """Give the waiting questions that have no gap yet the one that has come up meanwhile."""
    for waiting in db.session.scalars(_untold().where(Waiting.gap_id.is_(None))).all():
        waiting.gap_id = gap_of(db.session(), waiting.locale, waiting.normalised)
    db.session.commit()


def on_gap_answered(sender: Flask, **_more: object) -> None:
    """Let the worker tell those who wait, as soon as it is free."""
    worker.soon(sender, TASK)


def _untold() -> Select[Waiting]:
    return (
        select(Waiting)
        .where(Waiting.told_at.is_(None), Waiting.email.is_not(None))
        .order_by(Waiting.id)
    )


def _answer_of_gap(waiting: Waiting) -> Translation | None:
    """Return what answers the gap, in the language of who waits where there is one.

    An answer that was there before they asked did not answer them.
    """
    gap = db.session.get(Gap, waiting.gap_id)
    if gap is None or gap.answer_id is None or gap.answered_at is None:
        return None
    if gap.answered_at <= waiting.created_at:
        return None
    answer = db.session.get(Translation, gap.answer_id)
    return _in_language(answer.article_id, waiting.locale) if answer else None


def _in_language(article_id: int, locale: str) -> Translation | None:
    translations = db.session.scalars(published().where(Article.id == article_id)).all()
    return min(translations, key=lambda each: (each.locale != locale, each.id), default=None)


def _answers_by_question() -> dict[tuple[str, str], int]:
    """Return the public translations by the waiting questions that they say they answer."""
    waiting = select(Waiting.locale, Waiting.normalised).where(Waiting.told_at.is_(None)).distinct()
    wanted = {(locale, normalised) for locale, normalised in db.session.execute(waiting)}
    if not wanted:
        return {}
    rows = db.session.execute(
        published()
        .join(Revision, Revision.id == Translation.public_revision_id)
        .with_only_columns(
            Translation.id, Translation.locale, Revision.answers, maintain_column_froms=True
        )
        .order_by(Translation.published_at)
    )
    return {
        (locale, words): translation_id
        for translation_id, locale, answers in rows
        for words in map(normalise, answers)
        if (locale, words) in wanted
    }


def tell(waiting: Waiting, answer: Translation, *, at: datetime | None = None) -> bool:
    """Put the one message into the outbox and erase the address; False where it was done already."""
    email, locale, query = waiting.email, waiting.locale, waiting.query
    claimed = db.session.scalar(
        update(Waiting)
        .where(Waiting.id == waiting.id, Waiting.told_at.is_(None))
        .values(told_at=at or utc_now(), email=None)
        .returning(Waiting.id)
        .execution_options(synchronize_session=False)
    )
    if claimed is None or not email:
        db.session.rollback()
        return False
    with force_locale(locale):
        subject = _("Your question now has an answer")
        parts = _parts(query, answer, locale)
        outbox.send(
            email,
            kind="told",
            subject=outbox.one_line(subject),
            text=as_text(parts),
            html=as_html(subject, parts, locale),
        )
    db.session.commit()
    return True


def _parts(query: str, answer: Translation, locale: str) -> list[Part]:
    is_other = answer.locale != locale
    return [
        _("Hello,"),
        _("You asked us: “%(question)s”. We had no answer then; now there is one:", question=query),
        Link(site_root() + address_of(answer), answer.title),
        _("The page is not yet in your language.") if is_other else "",
        _(
            "You asked to be told about this question alone. We have erased your address: this is the only message."
        ),
        settings().site_name,
    ]
