"""Webhooks in the studio: which addresses are told of what, their secrets, and how they do."""

from http import HTTPStatus
from typing import Any

from flask import Blueprint, Flask, abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_security import current_user
from sqlalchemy import select
from werkzeug.wrappers import Response as AnyResponse

from kb.caching import private
from kb.db import db, utc_now
from kb.deliveries import queue
from kb.deliveries.models import Delivery
from kb.deliveries.receivers import open_receiver
from kb.deliveries.state import standing_of
from kb.deliveries.words import STATES, reason_in_words, state_of
from kb.outbound.addresses import NotALink
from kb.rights import Right, requires
from kb.webhooks import api, endpoints, sending
from kb.webhooks.endpoints import MAX_DESCRIPTION, Wanted, WrongEndpoint
from kb.webhooks.events import EVENTS, KIND
from kb.webhooks.models import WebhookEndpoint

LAST = 20  # deliveries on the page of an endpoint
MAX_NUMBER = 2**31 - 1

blueprint = Blueprint("webhooks", __name__, url_prefix="/studio/webhooks")


@blueprint.get("")
@requires(Right.CONNECT)
def listing() -> AnyResponse:
    """List the addresses that are told of what happens, and add one."""
    return _listing()


def _listing(wanted: Wanted | None = None, wrong: str = "") -> AnyResponse:
    rows = db.session.scalars(select(WebhookEndpoint).order_by(WebhookEndpoint.id)).all()
    page = render_template(
        "webhooks/listing.html",
        rows=[(row, standing_of(open_receiver(KIND, row.id))) for row in rows],
        events=EVENTS,
        wanted=wanted or Wanted(""),
        wrong=wrong,
        longest=MAX_DESCRIPTION,
    )
    return private(page, HTTPStatus.UNPROCESSABLE_ENTITY if wrong else None)


@blueprint.post("")
@requires(Right.CONNECT)
def add() -> AnyResponse:
    """Add an endpoint, and show its secret this once."""
    wanted = _wanted()
    try:
        endpoint_, secret = endpoints.add(wanted, user_id=current_user.id)
    except (NotALink, WrongEndpoint) as error:
        return _listing(wanted, _wrong(error))
    return _page(endpoint_, secret=secret)


@blueprint.get("/<int:number>")
@requires(Right.CONNECT)
def endpoint(number: int) -> AnyResponse:
    """Show one endpoint, its last messages, and what can be done with it."""
    return _page(_found(number))


@blueprint.post("/<int:number>")
@requires(Right.CONNECT)
def act(number: int) -> AnyResponse:
    """Change an endpoint, give it a new secret, test it, or remove it."""
    found = _found(number)
    match request.form.get("act"):
        case "change":
            return _change(found)
        case "secret":
            return _page(found, secret=endpoints.renew_secret(found))
        case "test":
            endpoints.send_test(found)
            flash(
                _("A test message is on its way. Load this page again to see the answer."), "done"
            )
        case "remove":
            endpoints.remove(found)
            flash(_("The webhook was removed."), "done")
            return redirect(url_for(".listing"), HTTPStatus.SEE_OTHER)
        case _:
            abort(HTTPStatus.BAD_REQUEST)
    return redirect(url_for(".endpoint", number=number), HTTPStatus.SEE_OTHER)


def _change(found: WebhookEndpoint) -> AnyResponse:
    wanted = _wanted()
    try:
        endpoints.change(found, wanted)
    except (NotALink, WrongEndpoint) as error:
        return _page(found, wanted=wanted, wrong=_wrong(error))
    flash(_("The webhook was changed."), "done")
    return redirect(url_for(".endpoint", number=found.id), HTTPStatus.SEE_OTHER)


def _wanted() -> Wanted:
    everything = request.form.get("scope") == "all"
    return Wanted(
        request.form.get("url", "").strip(),
        request.form.get("description", ""),
        () if everything else tuple(request.form.getlist("event")),
    )


def _wrong(error: Exception) -> str:
    return (
        str(error)
        if isinstance(error, WrongEndpoint)
        else _(
            "This address cannot be used: %(reason)s. It begins with https://; machines of your own "
            "network must be named in KB_PRIVATE_HOSTS.",
            reason=error,
        )
    )


def _page(
    found: WebhookEndpoint, *, secret: str = "", wanted: Wanted | None = None, wrong: str = ""
) -> AnyResponse:
    last = db.session.scalars(
        select(Delivery)
        .where(Delivery.kind == KIND, Delivery.target_id == found.id)
        .order_by(Delivery.id.desc())
        .limit(LAST)
    ).all()
    said: dict[str, Any] = {
        "state_of": state_of,
        "state_words": STATES,
        "reason_in_words": reason_in_words,
    }
    former = found.former_until if found.former_until and found.former_until > utc_now() else None
    page = render_template(
        "webhooks/endpoint.html",
        kept=found,
        standing=standing_of(open_receiver(KIND, found.id)),
        wanted=wanted or Wanted(found.url, found.description, found.events),
        events=EVENTS,
        wrong=wrong,
        secret=secret,
        former=former,
        last=last,
        longest=MAX_DESCRIPTION,
        **said,
    )
    return private(page, HTTPStatus.UNPROCESSABLE_ENTITY if wrong else None)


def _found(number: int) -> WebhookEndpoint:
    found = db.session.get(WebhookEndpoint, number) if number <= MAX_NUMBER else None
    if found is None:
        abort(HTTPStatus.NOT_FOUND)
    return found


def init_app(app: Flask) -> None:
    """Serve the pages of webhooks, and let their messages be sent."""
    queue.register(app, KIND, sending.send, sending.address_of)
    app.register_blueprint(blueprint)
    api.init_app(app)
