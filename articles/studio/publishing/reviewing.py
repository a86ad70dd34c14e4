"""The page of a review: what changed line by line, what is said about it, and the decision."""

from collections.abc import Mapping
from http import HTTPStatus

from flask import Blueprint, Flask, abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_security import current_user
from sqlalchemy import select
from werkzeug.wrappers import Response

from articles.drafting import newest
from articles.models import Revision, Translation
from articles.rights import may
from articles.studio.models import LineComment, Review, Verdict
from articles.studio.publishing import approval, commenting, letters, reviews
from articles.studio.publishing.approval import OwnText
from articles.studio.publishing.commenting import MAX_COMMENT, Thread, threads
from articles.studio.publishing.differences import compare, folded
from articles.studio.publishing.history import MAX_ROWS, fields_compared
from articles.studio.publishing.publication import (
    own_text_said,
    revision_or_404,
    translation_or_404,
)
from articles.studio.publishing.standing import publication_of
from kb.accounts.models import User
from kb.accounts.present import who
from kb.caching import private
from kb.db import db
from kb.rights import Right, requires

MAX_REASON = 2_000  # characters

blueprint = Blueprint("reviewing", __name__, url_prefix="/studio/drafts/<int:number>/review")


@blueprint.get("/")
@requires(Right.READ_STUDIO)
def page(number: int) -> Response:
    """Show the words under review; `line` opens the form of a comment below that line."""
    return _page(translation_or_404(number, Right.READ_STUDIO))


def _page(
    translation: Translation,
    errors: Mapping[str, str] | None = None,
    status: HTTPStatus = HTTPStatus.OK,
) -> Response:
    standing = publication_of(translation)
    review = standing.review
    revision = _looked_at(translation, review)
    said = threads(translation, revision)
    by_line: dict[int, list[Thread]] = {}
    for each in said:
        by_line.setdefault(each.place.line or 0, []).append(each)
    public = standing.public
    compared = compare(public.body if public else "", revision.body)
    line = request.values.get("line", type=int)
    keep = {line or 0, *by_line}
    is_whole = "whole" in request.args or public is None
    rows = list(compared.lines) if is_whole else folded(compared.lines, keep=keep)
    html = render_template(
        "articles/studio/review.html",
        translation=translation,
        article=translation.article,
        standing=standing,
        review=review,
        revision=revision,
        newest=newest(translation),
        public=public,
        fields=fields_compared(public, revision),
        rows=rows[:MAX_ROWS],
        rows_left=max(len(rows) - MAX_ROWS, 0),
        is_whole=is_whole,
        by_line=by_line,
        line=line,
        may_comment=may(Right.WRITE, translation.article),
        may_decide=_may_decide(translation, review),
        own_text=own_text_said() if _is_own(translation, review) else "",
        errors=errors or {},
        typed=request.form,
    )
    return private(html, status)


def _looked_at(translation: Translation, review: Review | None) -> Revision:
    """Return the revision asked for, that of the review, or the newest."""
    asked = request.values.get("revision", type=int)
    if asked is not None:
        return revision_or_404(translation, asked)
    if review is not None and review.verdict is Verdict.WAITING:
        return review.revision
    return newest(translation)


def _is_own(translation: Translation, review: Review | None) -> bool:
    return (
        review is not None
        and review.verdict is Verdict.WAITING
        and may(Right.REVIEW, translation.article)
        and not approval.may_approve(current_user.id, translation, review.revision)
    )


def _may_decide(translation: Translation, review: Review | None) -> bool:
    return (
        review is not None
        and review.verdict is Verdict.WAITING
        and may(Right.REVIEW, translation.article)
        and not _is_own(translation, review)
    )


@blueprint.post("/decide")
@requires(Right.REVIEW)
def decide(number: int) -> Response:
    """Approve the words, or ask for changes and say which."""
    translation = translation_or_404(number, Right.REVIEW)
    review = db.session.get(Review, request.form.get("review", 0, type=int))
    if review is None or review.translation_id != translation.id:
        abort(HTTPStatus.NOT_FOUND)
    wanted = request.form.get("verdict", "")
    if wanted not in {Verdict.APPROVED, Verdict.CHANGES_ASKED}:
        abort(HTTPStatus.BAD_REQUEST)
    verdict = Verdict(wanted)
    reason = request.form.get("reason", "").replace("\r\n", "\n").strip()
    if verdict is Verdict.CHANGES_ASKED and not reason:
        said = {"reason": str(_("Say what is to be changed: the writer gets it as a letter."))}
        return _page(translation, said, HTTPStatus.BAD_REQUEST)
    if len(reason) > MAX_REASON:
        said = {"reason": str(_("Two thousand characters at most."))}
        return _page(translation, said, HTTPStatus.BAD_REQUEST)
    return _decide(translation, review, verdict, reason)


def _decide(translation: Translation, review: Review, verdict: Verdict, reason: str) -> Response:
    try:
        reviews.decide(review, verdict, by=current_user, reason=reason)
    except OwnText:
        return _page(translation, {"verdict": own_text_said()}, HTTPStatus.CONFLICT)
    except reviews.Settled:
        said = str(_("This review is settled: somebody decided or withdrew it in the meantime."))
        return _page(translation, {"verdict": said}, HTTPStatus.CONFLICT)
    letters.tell_writer(review, by=who())
    db.session.commit()
    if verdict is Verdict.APPROVED:
        flash(_("Approved. Whoever may publish can bring it before readers now."), "done")
    else:
        flash(_("Changes are asked for; the writer gets a letter."), "done")
    return redirect(url_for("publication.overview", number=translation.id), 303)


@blueprint.post("/comments")
@requires(Right.WRITE)
def say(number: int) -> Response:
    """Say something about a line, about all of it, or in answer."""
    translation = translation_or_404(number, Right.WRITE)
    revision = revision_or_404(translation, request.form.get("revision", type=int))
    text = request.form.get("text", "").replace("\r\n", "\n").strip()
    answers = _comment(translation, request.form.get("answers", type=int))
    if not text or len(text) > MAX_COMMENT:
        said = (
            _("%(number)s characters at most.", number=MAX_COMMENT)
            if text
            else _("Write something.")
        )
        return _page(translation, {"text": str(said)}, HTTPStatus.BAD_REQUEST)
    line = request.form.get("line", type=int)
    added = commenting.comment(
        translation, revision, text, by=current_user, line=line, answers=answers
    )
    letters.tell_of_comment(added, translation, _taking_part(translation))
    db.session.commit()
    return _back(translation, revision, added)


def _comment(translation: Translation, number: int | None) -> LineComment | None:
    """Return the comment that is answered: the one that began the thread."""
    if number is None:
        return None
    found = db.session.get(LineComment, number)
    if found is None or found.translation_id != translation.id:
        abort(HTTPStatus.NOT_FOUND)
    return found if found.answers_id is None else db.session.get(LineComment, found.answers_id)


def _taking_part(translation: Translation) -> list[User]:
    """Return who wrote the draft, who asked and who was asked, and who has spoken about it."""
    standing = publication_of(translation)
    authors = approval.revisions_at_stake(translation, standing.last)
    wanted = set(db.session.scalars(authors.with_only_columns(Revision.author_id)))
    wanted |= set(
        db.session.scalars(
            select(LineComment.author_id).where(
                LineComment.translation_id == translation.id, LineComment.resolved_at.is_(None)
            )
        )
    )
    if standing.review is not None:
        wanted |= {standing.review.asked_by_id, standing.review.reviewer_id}
    people = select(User).where(User.id.in_(wanted - {None}), User.active.is_(True))
    return list(db.session.scalars(people.order_by(User.id)))


@blueprint.post("/comments/<int:comment>/resolve")
@requires(Right.WRITE)
def resolve(number: int, comment: int) -> Response:
    """Call a comment done, or open it again."""
    translation = translation_or_404(number, Right.WRITE)
    found = _comment(translation, comment)
    assert found is not None, "a number was given"
    commenting.resolve(found, translation, is_resolved="open" not in request.form)
    db.session.commit()
    revision = revision_or_404(translation, request.form.get("revision", type=int))
    return _back(translation, revision, found)


def _back(translation: Translation, revision: Revision, comment: LineComment) -> Response:
    anchor = f"comment-{comment.answers_id or comment.id}"
    address = url_for(".page", number=translation.id, revision=revision.number, _anchor=anchor)
    return redirect(address, 303)


def init_app(app: Flask) -> None:
    """Serve the page."""
    app.register_blueprint(blueprint)
