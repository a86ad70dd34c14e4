"""“This answers my question”, said from a mail: closes the request of whoever had the mail.

Programs open the links of mails before their readers do: a page asks once more, and only its button
closes anything.
"""

from datetime import timedelta
from http import HTTPStatus

from flask import Blueprint, Flask, abort, redirect, render_template, request, url_for
from sqlalchemy import select
from werkzeug.wrappers import Response as AnyResponse

from articles.models import Translation
from articles.queries import published
from articles.views import site_root
from feedback.mailbox.notes import SOLVED_BY, leave_note
from feedback.requests.models import ContactRequest
from feedback.requests.resolving import State, state_of
from feedback.requests.sender.following import close
from feedback.surveys import asking
from kb.caching import private
from kb.db import db
from kb.extensions import csrf, limiter
from kb.signing import NotSigned, Signed

TOKENS = Signed("feedback.mailbox.solved", timedelta(days=60))  # a mail may be read late
PER_ADDRESS = "60 per hour"

blueprint = Blueprint("solved_by_mail", __name__)
csrf.exempt(blueprint)


def solved_address(kept: ContactRequest, translation: Translation) -> str:
    """Return the address of the page on which a customer says that an article answered."""
    token = TOKENS.text([kept.reference, translation.id])
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
        reference, translation_id = TOKENS.read(token)
    except NotSigned:
        abort(HTTPStatus.NOT_FOUND)
    kept = db.session.scalar(select(ContactRequest).where(ContactRequest.reference == reference))
    found = db.session.scalar(published().where(Translation.id == translation_id))
    if kept is None or found is None:
        abort(HTTPStatus.NOT_FOUND)
    return kept, found


def init_app(app: Flask) -> None:
    """Serve the page."""
    app.register_blueprint(blueprint)
