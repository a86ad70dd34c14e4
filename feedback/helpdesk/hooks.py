"""Where the company's help desk tells what has become of requests. Signed; no session counts here."""

import json
from http import HTTPStatus

import structlog
from flask import Blueprint, Response, jsonify, request

from feedback.helpdesk.desks import foreign_secret_of, secret_of
from feedback.helpdesk.heard import Unreadable, read
from feedback.helpdesk.hearing import take
from feedback.helpdesk.models import DeskKind, HelpDesk
from feedback.helpdesk.proof import check
from kb.db import db, utc_now
from kb.extensions import csrf, limiter
from kb.sealing import Unreadable as Sealed
from kb.security import from_elsewhere
from kb.webhooks.signatures import BadSignature

MAX_NUMBER = 2**31 - 1
PER_ADDRESS = "1200 per minute"  # a desk that tells all of a busy morning at once; guessing stops
BEARERS = {DeskKind.FRESHDESK, DeskKind.ZAMMAD}  # those that can send a secret, and not sign

log = structlog.get_logger(__name__)
blueprint = Blueprint("help_desk_hooks", __name__)
csrf.exempt(blueprint)


@blueprint.post("/hooks/help-desk/<int:number>")
@limiter.limit(PER_ADDRESS)
@from_elsewhere
def hear(number: int) -> tuple[Response, HTTPStatus]:
    """Take what the desk tells; the answer says what became of it."""
    kept = db.session.get(HelpDesk, number) if number <= MAX_NUMBER else None
    if kept is None or not kept.is_active:
        return _said("no such help desk is connected", HTTPStatus.NOT_FOUND)
    body = request.get_data()
    try:
        check(
            {name.lower(): value for name, value in request.headers.items()},
            body,
            secret=secret_of(kept),
            foreign_secret=foreign_secret_of(kept),
            takes_bearer=kept.kind in BEARERS,
            now=utc_now(),
        )
        told = read(json.loads(body))
    except (BadSignature, Sealed) as error:
        log.warning("a message for the help desk is refused", desk=number, reason=str(error))
        return _said(str(error), HTTPStatus.UNAUTHORIZED)
    except (Unreadable, ValueError, RecursionError) as error:
        return _said(f"not understood: {error}", HTTPStatus.BAD_REQUEST)
    became = [take(kept, each).value for each in told]
    return jsonify(became=became), HTTPStatus.OK


def _said(reason: str, status: HTTPStatus) -> tuple[Response, HTTPStatus]:
    return jsonify(error=reason), status
