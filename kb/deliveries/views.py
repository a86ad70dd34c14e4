"""Deliveries in the studio: how each receiver does, what waits, what was said, and sending again."""

import json
from http import HTTPStatus
from typing import Any

from flask import Blueprint, abort, current_app, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from sqlalchemy import ColumnElement, select
from werkzeug.wrappers import Response as AnyResponse

from kb.caching import private
from kb.db import db
from kb.deliveries import pausing
from kb.deliveries.models import Delivery, Receiver
from kb.deliveries.queue import address_of, kinds
from kb.deliveries.receivers import adopt, of
from kb.deliveries.replaying import Erased, send_again
from kb.deliveries.state import standings
from kb.deliveries.words import STATES, State, in_state, reason_in_words, state_of
from kb.rights import Right, requires
from kb.worker import soon

TASK = "deliveries"
A_PAGE = 50
MAX_NUMBER = 2**31 - 1

blueprint = Blueprint("deliveries", __name__, url_prefix="/studio/deliveries")


@blueprint.get("")
@requires(Right.CONNECT)
def listing() -> AnyResponse:
    """Show how each receiver does, and its messages, the newest first."""
    adopt()
    state = next((each for each in State if each.value == request.args.get("state")), None)
    receiver = _receiver_asked()
    rows = list(db.session.scalars(_rows(state, receiver).limit(A_PAGE + 1)))
    return private(
        render_template(
            "deliveries/listing.html",
            standings=standings(),
            rows=rows[:A_PAGE],
            has_older=len(rows) > A_PAGE,
            states=STATES,
            chosen=state,
            receiver=receiver,
            **_words(),
        )
    )


def _words() -> dict[str, Any]:
    return {
        "state_of": state_of,
        "state_words": STATES,
        "address_of": address_of,
        "reason_in_words": reason_in_words,
    }


def _receiver_asked() -> Receiver | None:
    number = request.args.get("receiver", type=int)
    return db.session.get(Receiver, number) if number and 0 < number <= MAX_NUMBER else None


def _rows(state: State | None, receiver: Receiver | None) -> Any:
    wanted: list[ColumnElement[bool]] = []
    if state is not None:
        wanted.append(in_state(state))
    if receiver is not None:
        wanted.append(of(receiver))
    before = request.args.get("before", type=int)
    if before and 0 < before <= MAX_NUMBER:
        wanted.append(Delivery.id < before)
    # Not by the index of kinds, which nearly all rows share: the newest are at the end of the table.
    is_known = Delivery.kind.concat("").in_(kinds())
    return select(Delivery).where(is_known, *wanted).order_by(Delivery.id.desc())


@blueprint.get("/<int:number>")
@requires(Right.CONNECT)
def delivery(number: int) -> AnyResponse:
    """Show one message: what it says, how often it was tried, and what was answered."""
    found = _found(number)
    others = db.session.scalars(
        select(Delivery)
        .where(Delivery.event_id == found.event_id, Delivery.id != found.id)
        .order_by(Delivery.id)
        .limit(A_PAGE)
    ).all()
    return private(
        render_template(
            "deliveries/delivery.html",
            kept=found,
            payload=json.dumps(found.payload, ensure_ascii=False, indent=2),
            others=others,
            **_words(),
        )
    )


@blueprint.post("/<int:number>")
@requires(Right.CONNECT)
def again(number: int) -> AnyResponse:
    """Send a message now, or once more."""
    try:
        sent = send_again(_found(number))
    except Erased:
        flash(_("What this message said has been erased: it cannot be sent again."), "error")
        return redirect(url_for(".delivery", number=number), HTTPStatus.SEE_OTHER)
    _call_the_worker()
    flash(_("The message is on its way again."), "done")
    return redirect(url_for(".delivery", number=sent.id), HTTPStatus.SEE_OTHER)


@blueprint.post("/receivers/<int:number>")
@requires(Right.CONNECT)
def act(number: int) -> AnyResponse:
    """Pause a receiver, resume it, or try again at once all that waits for it."""
    receiver = db.session.get(Receiver, number)
    if receiver is None:
        abort(HTTPStatus.NOT_FOUND)
    match request.form.get("act"):
        case "pause":
            pausing.pause(receiver)
            flash(_("Sending is paused: messages wait, and none is lost."), "done")
        case "resume":
            pausing.resume(receiver)
            flash(_("What waits is on its way."), "done")
        case "now":
            pausing.revive(receiver)
            db.session.commit()
            flash(_("What waits is on its way."), "done")
        case _:
            abort(HTTPStatus.BAD_REQUEST)
    _call_the_worker()
    return redirect(_back(), HTTPStatus.SEE_OTHER)


def _back() -> str:
    """Return the page of the studio that asked, else the list."""
    page = request.form.get("back", "")
    return page if page.startswith("/studio/") else url_for(".listing")


def _call_the_worker() -> None:
    soon(current_app._get_current_object(), TASK)  # type: ignore[attr-defined]


def _found(number: int) -> Delivery:
    found = db.session.get(Delivery, number) if number <= MAX_NUMBER else None
    if found is None:
        abort(HTTPStatus.NOT_FOUND)
    return found
