"""The ways into a request: “where is my request?”, a fresh link by mail, and the link itself.

Programs that look through mail open every address in it: a link is used up by a button alone.
"""

from datetime import timedelta
from http import HTTPStatus

from flask import Blueprint, Flask, Response, redirect, render_template, request, url_for
from flask_babel import gettext as _
from sqlalchemy import select
from werkzeug.wrappers import Response as AnyResponse

from feedback.contact.form import MAX_MESSAGE_LENGTH, address
from feedback.contact.keeping import keep
from feedback.requests.models import ContactRequest
from feedback.requests.references import spelt
from feedback.requests.sender import access, following, links
from feedback.requests.sender.following import TooMany
from feedback.requests.sender.links import LinkSpent
from feedback.requests.words import STATES
from feedback.visitors import current_visitor
from feedback.writing import NotRecorded
from kb.caching import private
from kb.customers.present import current_customer
from kb.db import db
from kb.extensions import csrf, limiter
from kb.locales import settings
from kb.plaintext import lines
from kb.worker import tasks

ASKED_PER_ADDRESS = "30 per hour"  # an office behind one address; guessing references stops here
ENTERED = "entered"  # in the address to which the button of a link leads
SHOWN = 20  # requests of a customer whom the site knows

blueprint = Blueprint("request_doors", __name__)
csrf.exempt(blueprint)


def found(reference: str) -> ContactRequest | None:
    """Return the request of a reference, however it was typed."""
    return db.session.scalar(
        select(ContactRequest).where(ContactRequest.reference == spelt(reference))
    )


def kept(number: int) -> ContactRequest:
    """Return a request that was found before, as it is now."""
    return db.session.get_one(ContactRequest, number)


def unlinked(response: Response) -> Response:
    """Let no other site learn the address of a page."""
    response.headers["Referrer-Policy"] = "same-origin"
    return response


@blueprint.get("/<locale:locale>/requests")
def find() -> AnyResponse:
    """Ask for the reference and the address of a request, to send its link there."""
    return _find(is_sent="sent" in request.args)


def _find(
    *, refusal: str = "", is_sent: bool = False, status: HTTPStatus = HTTPStatus.OK
) -> Response:
    html = render_template(
        "feedback/requests/find.html",
        reference=request.form.get("reference", ""),
        email=request.form.get("email", ""),
        refusal=refusal,
        is_sent=is_sent,
        own=_own(),
        states=STATES,
        alternates={each: url_for(".find", locale=each) for each in settings().locales},
    )
    return unlinked(private(html, status))


def _own() -> list[ContactRequest]:
    """Return the newest requests of the customer whom a token of the company names."""
    customer = current_customer()
    if customer is None:
        return []
    query = select(ContactRequest).where(
        ContactRequest.customer_id == customer.id, ContactRequest.is_bot.is_(False)
    )
    newest = query.order_by(ContactRequest.created_at.desc(), ContactRequest.id.desc())
    return list(db.session.scalars(newest.limit(SHOWN)))


@blueprint.post("/<locale:locale>/requests")
@limiter.limit(ASKED_PER_ADDRESS)
def ask() -> AnyResponse:
    """Send a link where reference and address belong together; say the same where they do not."""
    email = address(request.form.get("email", ""))
    reference = spelt(request.form.get("reference", ""))
    if not (email and reference):
        return _find(refusal=_both(), status=HTTPStatus.UNPROCESSABLE_ENTITY)
    known = found(reference)
    if known is not None and known.email.casefold() == email.casefold():
        refused = _send(known, "")
        if refused:
            return _find(refusal=refused[0], status=refused[1])
    return private(redirect(url_for(".find", sent="1"), HTTPStatus.SEE_OTHER))


def door(
    reference: str,
    *,
    words: str = "",
    refusal: str = "",
    is_spent: bool = False,
    status: HTTPStatus = HTTPStatus.OK,
) -> Response:
    """Return the page that offers a fresh link; it is the same for requests that never were."""
    shown = spelt(reference)
    html = render_template(
        "feedback/requests/door.html",
        reference=shown,
        words=words[:MAX_MESSAGE_LENGTH],
        refusal=refusal,
        is_spent=is_spent,
        is_sent="sent" in request.args,
        alternates={
            each: url_for("threads.thread", locale=each, reference=shown or reference)
            for each in settings().locales
        },
    )
    return unlinked(private(html, status))


@blueprint.post("/<locale:locale>/requests/<reference>/link")
@limiter.limit(ASKED_PER_ADDRESS)
def send(reference: str) -> AnyResponse:
    """Send a fresh link to the address of a request, if there is one; say the same in any case.

    What was being written comes back with the link, where this browser had been let in before.
    """
    kept, words = found(reference), lines(request.form.get("words", ""))[:MAX_MESSAGE_LENGTH]
    if kept is not None:
        own = words if access.session_here(kept) else ""
        refused = _send(kept, own)
        if refused:
            return door(reference, words=words, refusal=refused[0], status=refused[1])
    here = url_for("threads.thread", reference=spelt(reference) or reference, sent="1")
    return private(redirect(here, HTTPStatus.SEE_OTHER))


def _send(kept: ContactRequest, words: str) -> tuple[str, HTTPStatus] | None:
    """Send a link; return why it could not be, if so."""
    number, origin = kept.id, current_visitor(request).origin
    try:
        keep(
            lambda session: following.send_link(
                session.get_one(ContactRequest, number), origin=origin, words=words
            )
        )
    except TooMany:
        return _too_many(), HTTPStatus.TOO_MANY_REQUESTS
    except NotRecorded:
        return _busy(), HTTPStatus.SERVICE_UNAVAILABLE
    return None


@blueprint.get("/<locale:locale>/requests/<reference>/open/<secret>")
def link(reference: str, secret: str) -> AnyResponse:
    """Show the one button that opens a link; looking uses nothing up."""
    kept = found(reference)
    if kept is not None and access.is_customer(kept):
        return redirect(url_for("threads.thread", reference=kept.reference))
    if kept is None or not links.is_fresh(kept, secret):
        return door(reference, is_spent=True, status=HTTPStatus.GONE)
    html = render_template("feedback/requests/open.html", reference=kept.reference, secret=secret)
    return unlinked(private(html))


@blueprint.post("/<locale:locale>/requests/<reference>/open/<secret>")
@limiter.limit(ASKED_PER_ADDRESS)
def enter(reference: str, secret: str) -> AnyResponse:
    """Use a link up, and let its reader in for half an hour."""
    kept = found(reference)
    if kept is None:
        return door(reference, is_spent=True, status=HTTPStatus.GONE)
    number = kept.id
    try:
        session = keep(lambda db_: links.use(db_.get_one(ContactRequest, number), secret))
    except LinkSpent:
        return door(reference, is_spent=True, status=HTTPStatus.GONE)
    except NotRecorded:
        return door(reference, refusal=_busy(), status=HTTPStatus.SERVICE_UNAVAILABLE)
    here = url_for("threads.thread", reference=kept.reference, entered="1")
    response = private(redirect(here, HTTPStatus.SEE_OTHER))
    access.remember(response, kept, session)
    return unlinked(response)


def no_cookie() -> str:
    """Return what somebody is told whom a link let in, and whose browser did not keep that."""
    if ENTERED not in request.args or access.COOKIE in request.cookies:
        return ""
    return str(
        _("Your browser keeps no cookies from this site, so it could not keep the page open for you. Allow them for this site, then ask for another link; or answer one of our messages by e-mail.")
    )  # fmt: skip


def _both() -> str:
    return str(
        _("Give the reference of your request and the e-mail address that you gave with it.")
    )


def _too_many() -> str:
    return str(
        _("Many links have been asked for from here, so none was sent. Try again in an hour, or answer one of our messages by e-mail.")
    )  # fmt: skip


def _busy() -> str:
    return str(_("We could not do this just now. Please try again in a moment."))


def init_app(app: Flask) -> None:
    """Serve the ways in."""
    app.register_blueprint(blueprint)
    tasks.register(app, "request-links", timedelta(hours=6), links.forget_old)
