"""Letters of the way to publication: each in the language of who reads it, one an act and person.

Comments are gathered for ten minutes: whoever goes through a draft line by line sends one letter.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta

from flask import render_template, url_for
from flask_babel import gettext as _
from sqlalchemy import select

from articles.models import Publication, Revision, Translation
from articles.rights import may
from articles.studio.models import LineComment, Review, Verdict
from articles.views import site_root
from kb.accounts.letters import Letter, language_of
from kb.accounts.models import User
from kb.db import db, utc_now
from kb.formats import shown_moment
from kb.locales import settings
from kb.mail import outbox
from kb.mail.models import OutgoingMail
from kb.mail.speaking import speaking
from kb.rights import Right

KIND = "review"
COMMENTS_KIND = "comments"
GATHER = timedelta(minutes=10)


def tell_reviewers(review: Review, people: Iterable[User], *, by: str) -> None:
    """Ask those who may decide: the one who is named, or everybody where nobody is."""
    asked = [review.reviewer] if review.reviewer is not None else list(people)
    title = review.revision.title
    for person in asked:
        with speaking(language_of(person)):
            send(
                person,
                Letter(
                    _("%(person)s asks you to review “%(title)s”", person=by, title=title),
                    _paragraphs(_said(by, review.note)),
                    _address("reviewing.page", review.translation_id),
                    _("Read it and decide"),
                    () if review.reviewer is not None else (_("Any reviewer may do it."),),
                ),
            )


def tell_writer(review: Review, *, by: str) -> None:
    """Tell who asked what was decided, unless they decided it themselves."""
    person = review.asked_by
    if person is None or not person.active or person.id == review.decided_by_id:
        return
    title = review.revision.title
    with speaking(language_of(person)):
        if review.verdict is Verdict.APPROVED:
            subject = _("%(person)s approved “%(title)s”", person=by, title=title)
        else:
            subject = _("%(person)s asks for changes to “%(title)s”", person=by, title=title)
        send(
            person,
            Letter(
                subject,
                _paragraphs(_said(by, review.reason)),
                _address("reviewing.page", review.translation_id),
                _("See the review"),
            ),
        )


def _said(by: str, text: str) -> str:
    return _("%(person)s writes: “%(text)s”", person=by, text=text) if text else ""


def _paragraphs(*texts: str) -> tuple[str, ...]:
    return tuple(filter(None, texts))


def tell_of_comment(comment: LineComment, translation: Translation, people: Iterable[User]) -> None:
    """Tell those who take part, once for all that is said within ten minutes."""
    for person in {each.id: each for each in people if each.id != comment.author_id}.values():
        if not may(Right.READ_STUDIO, translation.article, person=person):
            continue
        with speaking(language_of(person)):
            subject = outbox.one_line(_("Comments on “%(title)s”", title=translation.title))
            waiting = _waiting_letter(person, subject)
            since = waiting.due_at - GATHER if waiting is not None else comment.created_at
            letter = Letter(
                subject,
                tuple(_line_said(each) for each in _said_since(since, translation, person)),
                _address("reviewing.page", translation.id),
                _("See the comments"),
            )
            if waiting is None:
                send(person, letter, kind=COMMENTS_KIND, due_at=since + GATHER)
            else:
                waiting.text, waiting.html = _written(person, letter)


def _said_since(since: datetime, translation: Translation, person: User) -> Iterable[LineComment]:
    return db.session.scalars(
        select(LineComment)
        .where(
            LineComment.translation_id == translation.id,
            LineComment.created_at >= since,
            LineComment.author_id != person.id,
        )
        .order_by(LineComment.id)
    )


def _line_said(comment: LineComment) -> str:
    if comment.line:
        return str(
            _(
                "%(person)s on line %(line)s: “%(text)s”",
                person=comment.author,
                line=comment.line,
                text=comment.text,
            )
        )
    return _said(comment.author, comment.text)


def _waiting_letter(person: User, subject: str) -> OutgoingMail | None:
    """Return the letter about the same text that has not been taken out of the outbox yet."""
    return db.session.scalar(
        select(OutgoingMail)
        .where(
            OutgoingMail.kind == COMMENTS_KIND,
            OutgoingMail.recipient == person.email,
            OutgoingMail.subject == subject,
            OutgoingMail.sent_at.is_(None),
            OutgoingMail.given_up_at.is_(None),
            OutgoingMail.due_at > utc_now(),
        )
        .order_by(OutgoingMail.id.desc())
        .limit(1)
    )


def tell_came(publication: Publication, translation: Translation) -> None:
    """Tell who planned it that it came, and who wrote it."""
    revision = publication.revision
    for person in _concerned(publication, revision):
        with speaking(language_of(person)):
            title = revision.title if revision is not None else translation.title
            moment = shown_moment(publication.at)
            if revision is None:
                subject = _("“%(title)s” has left the site, as planned", title=title)
                said = _("It was taken off on %(moment)s.", moment=moment)
            else:
                subject = _("“%(title)s” is public, as planned", title=title)
                said = _(
                    "Revision %(number)s is public since %(moment)s.",
                    number=revision.number,
                    moment=moment,
                )
            send(
                person,
                Letter(
                    subject,
                    (said,),
                    _address("publication.overview", translation.id),
                    _("See the article in the studio"),
                ),
            )


def _concerned(publication: Publication, revision: Revision | None) -> list[User]:
    wanted = {publication.by_id, revision.author_id if revision is not None else None} - {None}
    people = db.session.scalars(
        select(User).where(User.id.in_(wanted), User.active.is_(True)).order_by(User.id)
    )
    return list(people)


def _address(endpoint: str, number: int) -> str:
    return site_root() + url_for(endpoint, number=number)


def _written(person: User, letter: Letter) -> tuple[str, str]:
    locale = language_of(person)
    foot = _("You receive this because you have an account at %(site)s.", site=settings().site_name)
    said = {"letter": letter, "foot": foot, "current_locale": lambda: locale}
    return (
        render_template("mail/account.txt", **said),
        render_template("mail/account.html", **said),
    )


def send(person: User, letter: Letter, *, kind: str = KIND, due_at: datetime | None = None) -> None:
    """Put a letter into the outbox, for whoever still has an account. Uncommitted."""
    if not person.active:
        return
    text, html = _written(person, letter)
    outbox.send(
        person.email,
        kind=kind,
        subject=outbox.one_line(letter.subject),
        text=text,
        html=html,
        due_at=due_at,
    )
