"""What the page of a request sends: an answer, a note, and all the small acts beside it."""

from collections.abc import Callable, Mapping
from http import HTTPStatus
from typing import Any

from flask import Blueprint, Flask, abort, flash, redirect, request, url_for
from flask_babel import gettext as _
from flask_security import current_user
from sqlalchemy import select
from sqlalchemy.exc import OperationalError
from werkzeug.wrappers import Response as AnyResponse

from articles.models import Article, Category
from articles.rights import may_file
from articles.studio.editing.expiry import keep_words
from articles.studio.editing.saving import reason_of
from feedback.announcements.issues import open_issues
from feedback.contact.receiving import Received, received_from_staff
from feedback.requests import resolving
from feedback.requests.files import uploading
from feedback.requests.models import ContactRequest
from feedback.requests.studio import acting, answering, drafts, page
from feedback.requests.studio.answering import MAX_ANSWER, Overtaken, Reply
from feedback.requests.studio.drafts import NothingAnswered
from feedback.requests.studio.inbox import colleague
from feedback.requests.studio.page import Typed
from kb.db import db
from kb.plaintext import lines
from kb.rights import Right, requires

blueprint = Blueprint("request_acts", __name__, url_prefix="/studio/requests")
keep_words(blueprint)


@blueprint.post("/<reference>/reply")
@requires(Right.ANSWER_REQUESTS)
def reply(reference: str) -> AnyResponse:
    """Send an answer, with or without ending the request, or keep a note."""
    kept = page.found(reference)
    act = request.form.get("act", "")
    is_removing = "remove" in request.form  # a file was taken back, without scripts
    if act not in {"answer", "answer-resolve", "note"} and not is_removing:
        abort(HTTPStatus.BAD_REQUEST)
    got = received_from_staff(
        request.form.getlist("file"),
        request.files.getlist("attachment"),
        removed=request.form.get("remove", ""),
    )
    said = _typed(act or request.form.get("kind", ""), got)
    typed = Typed(said.text, is_note=said.is_note, files=got)
    if is_removing:
        return page.show(kept, typed)
    refusal = _refusal(said.text, got)
    if refusal:
        status = HTTPStatus.UNPROCESSABLE_ENTITY
        return page.show(kept, typed, refusal=refusal, status=status)
    try:
        answering.reply(kept, said, current_user)
        db.session.commit()
    except Overtaken:
        db.session.rollback()
        status = HTTPStatus.CONFLICT
        return page.show(kept, typed, refusal=_overtaken(), after=said.after, status=status)
    except OperationalError as error:  # nothing was sent, and the page keeps every word
        db.session.rollback()
        status = HTTPStatus.SERVICE_UNAVAILABLE
        return page.show(page.found(reference), typed, refusal=reason_of(error), status=status)
    flash(_SAID[act](), "done")
    return _back(kept, sent=request.form.get("page", ""), _anchor="newest")


def _typed(act: str, got: Received) -> Reply:
    return Reply(
        lines(request.form.get("body", "")),
        after=request.form.get("revision", type=int),
        is_note=act == "note",
        resolves=act == "answer-resolve",
        files=got.keys,
    )


def _refusal(text: str, got: Received) -> str:
    if got.refusals:
        return str(_("Not sent yet: a file was left out, see below. Send again to go without it."))
    if not (text or got.files):
        return str(_("Write something first."))
    if len(text) > MAX_ANSWER:
        return str(_("This is too long: 50,000 characters at most. Nothing has been lost."))
    return ""


def _overtaken() -> str:
    return str(
        _("Not sent: something was said since you opened this page. It is marked as new below. Your words are kept: change them, or send them as they are.")
    )  # fmt: skip


_SAID: Mapping[str, Callable[[], str]] = {
    "answer": lambda: str(_("Your answer is on its way.")),
    "answer-resolve": lambda: str(_("Your answer is on its way, and the request is resolved.")),
    "note": lambda: str(_("The note is kept: colleagues see it, the customer does not.")),
}


def _back(kept: ContactRequest, **arguments: Any) -> AnyResponse:
    said = {name: value for name, value in arguments.items() if value}
    here = url_for("requests.request_page", reference=kept.reference, **said)
    return redirect(here, HTTPStatus.SEE_OTHER)


def _take(kept: ContactRequest) -> None:
    acting.assign(kept, current_user, by_id=current_user.id)


def _assign(kept: ContactRequest) -> None:
    acting.assign(kept, colleague(request.form.get("to", "")), by_id=current_user.id)


def _tag(kept: ContactRequest) -> None:
    for each in request.form.get("tag_name", "").split(","):
        acting.tag(kept, each)


def _untag(kept: ContactRequest) -> None:
    acting.untag(kept, request.form.get("tag_name", ""))


def _about_issue(kept: ContactRequest) -> None:
    """Name the known issue that a request is about; its sender is told when it is fixed."""
    wanted = request.form.get("issue", "")
    title = open_issues().get(wanted)
    if title is None:
        flash(_("That issue is fixed or gone: choose another one."), "error")
    elif acting.tag(kept, wanted):
        flash(_("Its sender is written to when “%(title)s” is fixed.", title=title), "done")


def _solved_by(kept: ContactRequest) -> None:
    number = request.form.get("article", type=int)
    article = db.session.get(Article, number) if number is not None else None
    if article is None:
        abort(HTTPStatus.BAD_REQUEST)
    acting.link_article(kept, article.id, name=article.key)


ACTS: Mapping[str, Callable[[ContactRequest], object]] = {
    "answered": resolving.mark_answered,
    "unanswered": resolving.mark_unanswered,
    "resolved": resolving.resolve,
    "reopened": resolving.reopen,
    "spam": acting.mark_spam,
    "genuine": acting.mark_genuine,
    "take": _take,
    "assign": _assign,
    "tag": _tag,
    "untag": _untag,
    "issue": _about_issue,
    "solved-by": _solved_by,
    "no-article": lambda kept: acting.link_article(kept, None),
}


@blueprint.post("/<reference>")
@requires(Right.ANSWER_REQUESTS)
def act(reference: str) -> AnyResponse:
    """Do one thing to a request, and come back to its page."""
    verb = ACTS.get(request.form.get("act", ""))
    if verb is None:
        abort(HTTPStatus.BAD_REQUEST)
    kept = page.found(reference)
    verb(kept)
    db.session.commit()
    return _back(kept)


@blueprint.post("/<reference>/article")
@requires(Right.WRITE)
def article(reference: str) -> AnyResponse:
    """Begin an article from an answer, in a category in which its writer may write."""
    kept = page.found(reference)
    category = drafts.category_of(kept)
    if not may_file(category):
        category = next((each for each in _categories() if may_file(each)), None)
    if not may_file(category):
        flash(_("You may write in no category, so no article was begun. Ask a lead."), "error")
        return _back(kept)
    try:
        draft = drafts.article_from(
            kept,
            current_user,
            message_id=request.form.get("message", type=int),
            category=category,
        )
    except NothingAnswered:
        flash(_("Nobody has answered yet: an article is made of an answer."), "error")
        return _back(kept)
    flash(_("A draft was begun from the answer. Names and numbers were taken out: read it again before anybody else does."), "done")  # fmt: skip
    return redirect(url_for("drafts.draft", number=draft.id), HTTPStatus.SEE_OTHER)


def _categories() -> list[Category]:
    return list(db.session.scalars(select(Category).order_by(Category.position, Category.id)))


def init_app(app: Flask) -> None:
    """Take what the page sends."""
    app.register_blueprint(blueprint)
    uploading.make_room(app, "request_acts.reply")
