"""From an answer to an article: the question as it was asked, the answer without its person."""

import re

from sqlalchemy import select

from articles.drafting import draft_article, writer_note
from articles.models import Category, Translation
from articles.publishing import Words
from articles.studio.editing.picking import at_address
from feedback.channels.models import Topic
from feedback.gaps.outlines import kind_of, title_of
from feedback.redaction import redact
from feedback.requests.models import Author, ContactRequest, RequestMessage
from feedback.requests.studio import acting
from feedback.requests.studio.impersonal import impersonal
from feedback.requests.words import note_words
from kb.accounts.models import User
from kb.db import db

MAX_QUESTION = 600  # characters of the message that the writer sees beside the draft


_LINK = re.compile(r"\]\((https?://[^\s()]+)\)")


class NothingAnswered(LookupError):
    """No colleague has answered yet."""


def answer_of(request: ContactRequest, message_id: int | None = None) -> RequestMessage | None:
    """Return the answer to make an article of: the one named, else the longest of the staff."""
    query = select(RequestMessage).where(
        RequestMessage.request_id == request.id,
        RequestMessage.author == Author.STAFF,
        RequestMessage.is_note.is_(False),
        RequestMessage.is_automatic.is_(False),
    )
    if message_id is not None:
        return db.session.scalar(query.where(RequestMessage.id == message_id))
    return max(db.session.scalars(query), key=lambda each: (len(each.text), each.id), default=None)


def category_of(request: ContactRequest) -> Category | None:
    """Return where an article about the topic of a request belongs."""
    topic = db.session.get(Topic, request.topic_id) if request.topic_id else None
    return db.session.get(Category, topic.category_id) if topic and topic.category_id else None


def article_from(
    request: ContactRequest,
    by: User,
    *,
    message_id: int | None = None,
    category: Category | None = None,
) -> Translation:
    """Begin an article from an answer, and return the draft; commits.

    It is in the language of the request; the subject is its title and its first question. Where no
    article is named that solves the request, this one is. Raises `NothingAnswered`.
    """
    answer = answer_of(request, message_id)
    if answer is None:
        raise NothingAnswered(request.reference)
    names = [request.name, by.name, *_signed(answer)]
    question = redact(request.subject)
    body = writer_note(note_words(request.locale, _asked(request, names)))
    body += "\n" + _with_article_links(impersonal(answer.text, names)) + "\n"
    draft = draft_article(
        Words(title=title_of(question, request.locale), body=body, answers=(question,)),
        request.locale,
        kind=kind_of(question, request.locale),
        category=category,
        by=by.shown_name,
        message=f"request {request.reference}",
    )
    acting.note_draft(request, draft.article.key)
    if request.solved_by_id is None:
        acting.link_article(request, draft.article_id, name=draft.article.key)
    db.session.commit()
    return draft


def _with_article_links(text: str) -> str:
    """Return an answer whose links to articles outlive their addresses, and follow the language."""

    def linked(found: re.Match[str]) -> str:
        place = at_address(found[1])
        return f"]({place.address})" if place else found[0]

    return _LINK.sub(linked, text)


def _signed(answer: RequestMessage) -> list[str]:
    author = db.session.get(User, answer.user_id) if answer.user_id else None
    return [answer.author_name, author.name if author else ""]


def _asked(request: ContactRequest, names: list[str]) -> str:
    """Return what was asked, without personal data, as long as a writer reads it."""
    said = impersonal(request.message, names)
    return said if len(said) <= MAX_QUESTION else said[:MAX_QUESTION].rsplit(" ", 1)[0] + " …"
