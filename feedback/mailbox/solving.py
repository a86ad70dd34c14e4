"""“This answers my question”, said from a mail: closes the request of whoever had the mail.

Programs open the links of mails before their readers do: a page asks once more, and only its button
closes anything.
"""

from http import HTTPStatus

from flask import Blueprint, Flask, abort, current_app, redirect, render_template, request, url_for
from itsdangerous import BadSignature, URLSafeTimedSerializer
from werkzeug.wrappers import Response as AnyResponse

from articles.models import Translation
from articles.queries import published
from articles.views import site_root
from feedback.mailbox.becoming import SOLVED_BY, leave_note
from feedback.requests.following import close
from feedback.requests.models import ContactRequest
from feedback.requests.resolving import State, state_of
from feedback.surveys import asking
from kb.caching import private
from kb.db import db
from kb.extensions import csrf, limiter

TOKEN_SECONDS = 60 * 86_400  # a mail may be read late
PER_ADDRESS = "60 per hour"

blueprint = Blueprint("solved_by_mail", __name__)
csrf.exempt(blueprint)


def solved_address(kept: ContactRequest, translation: Translation) -> str:
    """Return the address of the page on which a customer says that an article answered."""
    token = _serializer().dumps([kept.id, translation.id])
    return site_root() + url_for("solved_by_mail.page", locale=kept.locale, token=token)


@blueprint.get("/<locale:locale>/requests/solved/<token>")
def page(token: str) -> AnyResponse:
    """Ask whether the article answers; say so where the request is closed already."""
    kept, translation = _read(token)
    is_closed = state_of(kept) is State.RESOLVED
    return private(
        render_template(
            "feedback/mailbox/solved.html",
            kept=kept,
            translation=translation,
            is_closed=is_closed,
            question=asking.question_of(request.args.get("survey", "")) if is_closed else None,
        )
    )


@blueprint.post("/<locale:locale>/requests/solved/<token>")
@limiter.limit(PER_ADDRESS)
def solve(token: str) -> AnyResponse:
    """Close the request in the name of its customer."""
    kept, translation = _read(token)
    question = ""
    if state_of(kept) is not State.RESOLVED:
        leave_note(db.session(), kept, SOLVED_BY, title=translation.title)
        question = close(kept)
        db.session.commit()
    return redirect(url_for(".page", token=token, survey=question or None), HTTPStatus.SEE_OTHER)


def _read(token: str) -> tuple[ContactRequest, Translation]:
    try:
        request_id, translation_id = _serializer().loads(token, TOKEN_SECONDS)
    except (BadSignature, ValueError, TypeError):
        abort(HTTPStatus.NOT_FOUND)
    kept = db.session.get(ContactRequest, request_id)
    found = db.session.scalar(published().where(Translation.id == translation_id))
    if kept is None or found is None:
        abort(HTTPStatus.NOT_FOUND)
    return kept, found


def _serializer() -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(current_app.config["SECRET_KEY"], salt="feedback.mailbox.solved")


def init_app(app: Flask) -> None:
    """Serve the page."""
    app.register_blueprint(blueprint)
