"""What comes after sending: the reference, what happens next, and where to follow it."""

from datetime import timedelta
from http import HTTPStatus

from flask import Blueprint, Flask, g, redirect, render_template, request, url_for
from sqlalchemy import select
from werkzeug.wrappers import Response as AnyResponse

from feedback.contact.promises import promises
from feedback.contact.sending import Sent
from feedback.requests.files.keeping import first_files
from feedback.requests.files.words import limits
from feedback.requests.models import ContactRequest
from kb.caching import private
from kb.db import db
from kb.signing import NotSigned, Signed

TOKENS = Signed("feedback.contact.sent", timedelta(days=1))  # the page can be opened again

blueprint = Blueprint("receipts", __name__)


def address_of(sent: Sent) -> str:
    """Return the address of the confirmation: nobody finds another's."""
    return url_for("receipts.sent", request=TOKENS.text([sent.reference, sent.is_copied]))


@blueprint.get("/<locale:locale>/contact/sent")
def sent() -> AnyResponse:
    """Say that a request has arrived, under which reference, and what comes next."""
    try:
        reference, is_copied = TOKENS.read(request.args.get("request", ""))
    except NotSigned:
        return redirect(url_for("contact.form"))
    kept = db.session.scalar(select(ContactRequest).where(ContactRequest.reference == reference))
    if kept is None:
        return redirect(url_for("contact.form"))
    html = render_template(
        "feedback/contact/sent.html",
        kept=kept,
        files=first_files(kept),
        is_copied=is_copied,
        promises=promises(g.locale, kept.topic_id),
    )
    return private(html)


def too_large() -> AnyResponse:
    """Say that a form was more than the site takes, and how to find one's words again."""
    html = render_template("feedback/contact/too_large.html", **limits())
    return private(html, HTTPStatus.REQUEST_ENTITY_TOO_LARGE)


def init_app(app: Flask) -> None:
    """Serve the confirmation."""
    app.register_blueprint(blueprint)
