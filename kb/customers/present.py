"""Which customer makes a request: by the cookie of a token that was exchanged, or by a header.

A page that knows a customer is theirs alone: `articles.audience.reader` tells caches so.
"""

from datetime import datetime, timedelta

import structlog
from flask import Response, g, has_request_context, request
from sqlalchemy.exc import DBAPIError

from kb.customers.claims import Refused
from kb.customers.keeping import take
from kb.customers.models import Customer
from kb.db import db
from kb.locales import settings
from kb.security import FOR_PROGRAMS
from kb.signing import NotSigned, Signed

COOKIE = "kb_customer"
HEADER = "X-Customer-Token"
SESSION = "session."  # begins what stands for a customer once their token was exchanged

log = structlog.get_logger(__name__)


def current_customer() -> Customer | None:
    """Return the customer of this request; None where nobody vouches for one, or outside a request.

    The header may hold a token of the company's site or the session that `session_of` gave for one.
    """
    if not has_request_context():
        return None
    if "customer_id" not in g:
        g.customer_id = _customer_id()
    if g.customer_id is None:
        return None
    return db.session.get(Customer, g.customer_id)


def session_of(customer: Customer) -> str:
    """Return what stands for a customer until the session ends: the cookie's value, or a header's."""
    return SESSION + SESSIONS.text([customer.id, _made(customer)])


def customer_of(session: str) -> Customer | None:
    """Return the customer for whom a session stands; None where it has ended, or is none."""
    if not session.startswith(SESSION):
        return None
    number = _of_session(session.removeprefix(SESSION))
    return db.session.get(Customer, number) if number is not None else None


def session_here(customer: Customer) -> str:
    """Return what stands for the customer of this request from now on.

    A session is given back as it came: else whoever holds one could have it go on for ever.
    """
    said = request.headers.get(HEADER, "")
    return said if said.startswith(SESSION) else session_of(customer)


def session_length() -> timedelta:
    """Return how long a customer stays known after their token was exchanged."""
    return timedelta(hours=settings().customer_session_hours)


SESSIONS = Signed("kb.customer", session_length)


def remember(response: Response, customer: Customer) -> None:
    """Let the browser name the customer until the session ends."""
    response.set_cookie(
        COOKIE,
        session_of(customer),
        max_age=session_length(),
        secure=request.is_secure,
        httponly=True,
        samesite="Lax",
    )


def forget(response: Response) -> None:
    """Let the browser name nobody any more."""
    response.delete_cookie(COOKIE, secure=request.is_secure, httponly=True, samesite="Lax")


def _customer_id() -> int | None:
    # Programs come with keys and tokens: what lies in a browser is worth nothing there.
    kept = "" if request.path.startswith(FOR_PROGRAMS) else request.cookies.get(COOKIE)
    said = request.headers.get(HEADER) or kept
    if not said:
        return None
    if said.startswith(SESSION):
        return _of_session(said.removeprefix(SESSION))
    if HEADER not in request.headers:
        return None
    try:
        return take(said)
    except Refused as refused:
        log.info("a token for a customer was refused", flaw=refused.flaw.value, of=refused.detail)
    except DBAPIError as error:  # busy: the request goes on as anybody's
        log.warning("a customer could not be kept", reason=str(error.__cause__))
    return None


def _of_session(value: str) -> int | None:
    try:
        customer_id, made = SESSIONS.read(value)
    except NotSigned:
        return None
    customer = db.session.get(Customer, customer_id) if isinstance(customer_id, int) else None
    # A number may be given again after an erasure: the moment tells whose it was.
    return customer_id if customer is not None and _made(customer) == made else None


def _made(customer: Customer) -> int:
    return _seconds(customer.created_at)


def _seconds(moment: datetime) -> int:
    return int(moment.timestamp())
