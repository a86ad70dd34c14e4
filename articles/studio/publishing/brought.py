"""Words that a folder brought and that wait: a review of each is asked for, by one letter a sync."""

from collections.abc import Sequence

from flask import Flask, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from sqlalchemy import select

from articles.models import Revision
from articles.rights import may
from articles.signals import words_wait
from articles.studio.publishing import letters, reviews
from articles.studio.publishing.approval import may_approve
from articles.views import site_root
from kb.accounts.letters import Letter, language_of
from kb.accounts.models import User
from kb.db import db
from kb.locales import settings
from kb.mail.speaking import speaking
from kb.rights import Right, holds

NAMED = 10  # articles that a letter names; the rest are on the desk


def ask_for_reviews(_app: Flask, *, revisions: Sequence[Revision], source: str) -> None:
    """Ask any reviewer to read each revision. Uncommitted.

    A letter goes to who may review any of them; not about those that waited already, for an earlier
    state of the file.
    """
    waited = [each for each in revisions if reviews.waiting_review(each.translation) is not None]
    with speaking(settings().default_locale):
        note = str(_("From the folder “%(folder)s”.", folder=source))
    for each in revisions:
        reviews.ask(each.translation, each, by=None, note=note)
    new = [each for each in revisions if each not in waited]
    for person in db.session.scalars(select(User).where(User.active.is_(True)).order_by(User.id)):
        theirs = [each for each in new if holds(person, Right.REVIEW) and _may_decide(person, each)]
        if theirs:
            _tell(person, theirs, source)


def _may_decide(person: User, revision: Revision) -> bool:
    article = revision.translation.article
    return may(Right.REVIEW, article, person=person) and may_approve(
        person.id, revision.translation, revision
    )


def _tell(person: User, revisions: Sequence[Revision], source: str) -> None:
    with speaking(language_of(person)):
        count = len(revisions)
        said = ngettext(
            "%(num)s text from the folder “%(folder)s” waits for a review",
            "%(num)s texts from the folder “%(folder)s” wait for a review",
            count,
            folder=source,
        )
        titles = [_("“%(title)s”", title=each.title) for each in revisions[:NAMED]]
        if count > NAMED:
            more = count - NAMED
            titles.append(ngettext("and %(num)s more", "and %(num)s more", more))
        page = (
            url_for("reviewing.page", number=revisions[0].translation_id)
            if count == 1
            else "/studio/"
        )
        letter = Letter(
            said,
            tuple(map(str, titles)),
            site_root() + page,
            str(_("Read it and decide") if count == 1 else _("Open the desk")),
            (str(_("Any reviewer may do it.")),),
        )
        letters.send(person, letter)


def init_app(app: Flask) -> None:
    """Listen to folders."""
    words_wait.connect(ask_for_reviews, app)
