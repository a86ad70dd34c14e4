"""How a customer comes in: by a link with a token, or by a form that the company's site sends here.

A token in an address is taken out of it at once by a redirect, and opens one session only: what is
left in a history, a log or a Referer header is worth nothing.

Anybody may lead a browser here with a token of their own: what its reader writes then would stand in
another's history. So who is known already is asked before they become somebody else.
"""

from http import HTTPStatus
from urllib.parse import parse_qsl, quote, urlencode

import structlog
from flask import (
    Blueprint,
    Flask,
    Response,
    g,
    jsonify,
    make_response,
    redirect,
    render_template,
    request,
)
from sqlalchemy.exc import DBAPIError
from werkzeug.wrappers import Response as AnyResponse

from kb.caching import private
from kb.customers import present, unknown
from kb.customers.claims import Flaw, Refused
from kb.customers.keeping import take
from kb.customers.models import Customer
from kb.db import db, utc_now
from kb.extensions import FLOOD, csrf, limiter
from kb.locales import preferred_locale, settings
from kb.security import FOR_PROGRAMS, from_elsewhere

ARGUMENT = "customer"
# Where an argument of this name says something else, or nothing is shown.
NOT_HERE = ("/studio", "/customer", "/mcp", "/static", *FOR_PROGRAMS)
TOKENS_PER_ADDRESS = "60 per minute"

log = structlog.get_logger(__name__)
blueprint = Blueprint("customer", __name__)
csrf.exempt(blueprint)


def take_from_address() -> AnyResponse | None:
    """Know the customer whom the token of this address names, and lead to the address without it."""
    if request.method != "GET" or ARGUMENT not in request.args:
        return None
    if request.path.startswith(NOT_HERE):
        return None
    pairs = parse_qsl(request.query_string.decode("utf-8", "replace"), keep_blank_values=True)
    rest = [(name, value) for name, value in pairs if name not in {ARGUMENT, unknown.ARGUMENT}]
    # Two slashes would name another site; browsers leave out tabs and line ends between them.
    path = quote("/" + request.path.lstrip("/"), safe="/:@!$&'()*+,;=~")
    customer = _customer_of(request.args[ARGUMENT], once=True)
    if customer is None and present.current_customer() is None:
        rest += unknown.argument()
    return _led(f"{path}?{urlencode(rest)}" if rest else path, customer)


@blueprint.post("/customer")
@from_elsewhere
@limiter.limit(TOKENS_PER_ADDRESS)
def enter() -> AnyResponse:
    """Know the customer whom a token names. A form goes on to `next`; a program is told as JSON."""
    token = str((request.get_json(silent=True) or request.form).get("token", ""))
    if request.accept_mimetypes.best_match(["text/html", "application/json"]) == "text/html":
        return _led(_next(), _customer_of(token))
    return _told(token)


@blueprint.post("/customer/continue")
@limiter.limit(FLOOD)
def change() -> AnyResponse:
    """Know the customer whom the page `_asked` named; other sites cannot send its form."""
    response = _redirected(_next())
    if (customer := present.customer_of(request.form.get("session", ""))) is not None:
        present.remember(response, customer)
    return response


@blueprint.post("/customer/leave")
@limiter.limit(FLOOD)
def leave() -> AnyResponse:
    """Know the customer of this browser no more."""
    response = _redirected(_next())
    present.forget(response)
    return response


def _led(address: str, customer: Customer | None) -> Response:
    """Lead on to an address of this site, as a customer if one is named."""
    if customer is None:
        return _redirected(address)
    known = present.current_customer()
    if known is not None and known.id != customer.id:
        return _asked(address, known, customer)
    response = _redirected(address)
    present.remember(response, customer)
    return response


def _asked(address: str, known: Customer, customer: Customer) -> Response:
    """Ask somebody whether they become another customer than the one they are known as."""
    wanted = address.split("/")[1]
    if wanted in settings().locales:  # the page that they go on to speaks it
        g.locale = wanted
    html = render_template(
        "customers/change.html",
        address=address,
        known=known,
        customer=customer,
        session=present.session_of(customer),
    )
    response = private(html)
    response.headers["Referrer-Policy"] = "no-referrer"
    return response


def _customer_of(token: str, *, once: bool = False) -> Customer | None:
    """Return whom a token names; who is refused goes on as anybody."""
    try:
        return db.session.get(Customer, take(token, once=once))
    except Refused as refused:
        log.info("a token for a customer was refused", flaw=refused.flaw.value, of=refused.detail)
    except DBAPIError as error:
        log.warning("a customer could not be kept", reason=str(error.__cause__))
    return None


def _told(token: str) -> Response:
    try:
        customer = db.session.get(Customer, take(token))
    except Refused as refused:
        return _refused(refused)
    if customer is None:  # erased in the same instant
        return _refused(Refused(Flaw.NO_REFERENCE))
    answer = jsonify(
        session=present.session_of(customer),
        expires_at=(utc_now() + present.session_length()).isoformat(timespec="seconds"),
        customer={
            "reference": customer.reference,
            "name": customer.name,
            "email": customer.email,
            "locale": customer.locale,
            "plan": customer.plan,
        },
    )
    return private(answer)


def _refused(refused: Refused) -> Response:
    answer = make_response(jsonify(error=refused.flaw.value, of=refused.detail))
    return private(answer, HTTPStatus.BAD_REQUEST)


def _redirected(address: str) -> Response:
    response = private(redirect(address, HTTPStatus.SEE_OTHER))
    response.headers["Referrer-Policy"] = "no-referrer"
    return response


def _next() -> str:
    """Return the address of this site that a form names; its home where it names none, or another."""
    wanted = request.form.get("next", "")
    is_here = wanted.startswith("/") and not wanted.startswith(("//", "/\\"))
    if is_here and wanted.isprintable():
        return wanted
    return f"/{preferred_locale(request, settings())}/"


def init_app(app: Flask) -> None:
    """Take tokens in."""
    app.before_request(take_from_address)
    app.register_blueprint(blueprint)
