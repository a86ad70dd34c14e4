"""Where pages send what readers say of an article: their vote, and the reason for it.

These addresses take no CSRF token, because public pages are the same bytes for everyone; instead they
are closed to other origins.
"""

from datetime import timedelta
from http import HTTPStatus
from typing import Any

from flask import (
    Blueprint,
    Flask,
    Response,
    abort,
    make_response,
    redirect,
    render_template,
    request,
    url_for,
)
from flask_babel import gettext as _
from limits import RateLimitItem, parse
from sqlalchemy import select
from werkzeug.wrappers import Response as AnyResponse

from articles.models import Translation
from articles.views import address_of, find
from feedback.labels import reasons_for
from feedback.models import Reason, Vote
from feedback.surveys import asking, marks
from feedback.surveys.models import After
from feedback.visitors import current_visitor, remember
from feedback.voting import Receipt, StaleDetails, VoteLimitReached, record_details, record_vote
from feedback.writing import NotRecorded
from kb.db import db
from kb.extensions import csrf, limiter
from kb.locales import settings
from kb.signing import NotSigned, Signed

# Whole offices share an address: this only stops a flood, the setting limits each visitor.
VOTES_PER_ADDRESS = "60 per hour"
DETAILS = Signed("feedback.details", timedelta(days=1))

blueprint = Blueprint("voting", __name__)
csrf.exempt(blueprint)


def _wants_fragment() -> bool:
    """Tell whether a script asks, which shows the answer in place, rather than a plain form."""
    mode = request.headers.get("Sec-Fetch-Mode", "navigate")
    return mode != "navigate" or request.headers.get("X-Requested-With") == "fetch"


def _answer(
    translation: Translation,
    state: str,
    message: str,
    *,
    helpful: bool,
    receipt: Receipt | None = None,
    question: asking.Question | None = None,
    status: HTTPStatus = HTTPStatus.OK,
) -> Response:
    """Render what follows a vote, as a fragment for scripts and as a page for plain forms."""
    template = "feedback/_vote_thanks.html" if _wants_fragment() else "feedback/vote.html"
    html = render_template(
        template,
        translation=translation,
        helpful=helpful,
        state=state,
        vote_state=state,
        message=message,
        reasons=reasons_for(helpful),
        details_token=_token(receipt) if receipt else "",
        question=question,
        article_address=address_of(translation),
    )
    response = make_response(html, status)
    response.headers["Cache-Control"] = "no-store"
    return response


def _refusal(
    translation: Translation, message: str, status: HTTPStatus, *, helpful: bool
) -> Response:
    return _answer(translation, "refused", message, helpful=helpful, status=status)


@blueprint.errorhandler(HTTPStatus.TOO_MANY_REQUESTS)
def too_many(_error: Exception) -> AnyResponse:
    """Say that an address has voted too often."""
    translation = find((request.view_args or {}).get("slug", ""))
    if translation is None:
        return make_response("", HTTPStatus.TOO_MANY_REQUESTS)
    return _refusal(
        translation,
        _too_many_words(),
        HTTPStatus.TOO_MANY_REQUESTS,
        helpful=request.form.get("helpful") == "yes",
    )


def _too_many_words() -> str:
    return str(
        _(
            "Too many votes have come from here within the hour, so this one was not counted. Please try again later."
        )
    )


def _thanks(helpful: bool, is_changed: bool) -> str:
    if helpful:
        return str(
            _("Thank you, your answer is now “Yes”.")
            if is_changed
            else _("Thank you. We are glad that it helped.")
        )
    return str(
        _("Your answer is now “No”. We are sorry that this page did not help.")
        if is_changed
        else _("We are sorry that this page did not help.")
    )


@blueprint.post("/<locale:locale>/articles/<slug>/vote")
@limiter.limit(VOTES_PER_ADDRESS)
def vote(slug: str) -> AnyResponse:
    """Take a vote on an article; nobody is thanked for one that was not kept."""
    translation = find(slug)
    if translation is None:
        abort(HTTPStatus.NOT_FOUND)
    if request.form.get("helpful") not in {"yes", "no"}:
        abort(HTTPStatus.BAD_REQUEST)
    helpful = request.form["helpful"] == "yes"
    visitor = current_visitor(request)
    try:
        receipt = record_vote(
            visitor,
            translation,
            helpful=helpful,
            limit=_vote_limit(),
            revision_id=request.form.get("revision", type=int),
            query=request.form.get("q", ""),
        )
    except VoteLimitReached:
        return _refusal(
            translation, _too_many_words(), HTTPStatus.TOO_MANY_REQUESTS, helpful=helpful
        )
    except NotRecorded:
        return _refusal(translation, _busy_words(), HTTPStatus.SERVICE_UNAVAILABLE, helpful=helpful)
    question = (
        asking.ask(
            visitor,
            After.ARTICLE,
            translation.locale,
            request=request,
            translation_id=translation.id,
        )
        if helpful
        else None
    )
    response = (
        _answer(
            translation,
            "changed" if receipt.is_changed else "recorded",
            _thanks(helpful, receipt.is_changed),
            helpful=helpful,
            receipt=receipt,
            question=question,
        )
        if _wants_fragment()
        else _to_vote_page(slug, survey=question.token if question else None)
    )
    if question:
        marks.mark(response, request)
    remember(response, visitor, request)
    return response


def _busy_words() -> str:
    return str(_("We could not keep your answer just now. Please try again in a moment."))


def _to_vote_page(slug: str, **arguments: Any) -> Response:
    address = url_for(".vote_page", slug=slug, _anchor="vote", **arguments)
    return make_response(redirect(address, HTTPStatus.SEE_OTHER))


@blueprint.get("/<locale:locale>/articles/<slug>/vote")
def vote_page(slug: str) -> AnyResponse:
    """Show visitors without JavaScript what follows their vote."""
    translation = find(slug)
    if translation is None:
        abort(HTTPStatus.NOT_FOUND)
    cast = db.session.scalar(
        select(Vote)
        .where(Vote.visitor == current_visitor(request).id, Vote.translation_id == translation.id)
        .order_by(Vote.voted_at.desc())
        .limit(1)
    )
    if cast is None:
        return redirect(address_of(translation) + "#vote")
    has_details = "details" in request.args
    message = _details_thanks() if has_details else _thanks(cast.helpful, is_changed=False)
    receipt = None if has_details else Receipt(cast.id, cast.version, is_changed=False)
    question = asking.question_of(request.args.get("survey", ""))
    return _answer(
        translation,
        "recorded",
        message,
        helpful=cast.helpful,
        receipt=receipt,
        question=question,
    )


@blueprint.post("/<locale:locale>/articles/<slug>/vote/details")
@limiter.limit(VOTES_PER_ADDRESS)
def vote_details(slug: str) -> AnyResponse:
    """Take the reason and the words for a vote, from its voter only."""
    translation = find(slug)
    if translation is None:
        abort(HTTPStatus.NOT_FOUND)
    vote_id, version = _read_token(request.form.get("token", ""))
    visitor = current_visitor(request)
    helpful = _says_yes(vote_id, translation)
    try:
        record_details(
            visitor,
            vote_id,
            version,
            reason=_reason(request.form.get("reason"), helpful=helpful),
            comment=request.form.get("comment", ""),
        )
    except StaleDetails:
        message = _(
            "This form was sent already, or your answer has changed since. Nothing was changed."
        )
        return _refusal(translation, str(message), HTTPStatus.CONFLICT, helpful=helpful)
    except NotRecorded:
        return _refusal(translation, _busy_words(), HTTPStatus.SERVICE_UNAVAILABLE, helpful=helpful)
    response = (
        _answer(translation, "recorded", _details_thanks(), helpful=helpful)
        if _wants_fragment()
        else _to_vote_page(slug, details="sent")
    )
    remember(response, visitor, request)
    return response


def _details_thanks() -> str:
    return str(_("Thank you: the people who write this page will read it."))


def _reason(value: str | None, *, helpful: bool) -> Reason | None:
    allowed = {choice for choice, _label in reasons_for(helpful)}
    return Reason(value) if value in allowed else None


def _says_yes(vote_id: int, translation: Translation) -> bool:
    helpful = db.session.scalar(
        select(Vote.helpful).where(Vote.id == vote_id, Vote.translation_id == translation.id)
    )
    if helpful is None:
        abort(HTTPStatus.FORBIDDEN)
    return helpful


def _token(receipt: Receipt) -> str:
    return DETAILS.text([receipt.vote_id, receipt.version])


def _read_token(token: str) -> tuple[int, int]:
    try:
        vote_id, version = DETAILS.read(token)
    except NotSigned:
        abort(HTTPStatus.FORBIDDEN)
    return vote_id, version


def _vote_limit() -> RateLimitItem:
    return parse(settings().vote_limit)


def init_app(app: Flask) -> None:
    """Serve votes."""
    with app.app_context():
        _vote_limit()  # a setting that cannot be read should stop the start, not a vote
    app.register_blueprint(blueprint)
