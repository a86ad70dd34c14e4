"""Who may see a request: whoever came by its link, for half an hour, and the staff who answer.

The cookie is sent to the pages of that one request alone, and is not the session of the studio.
"""

from datetime import timedelta

from flask import Response, request, url_for
from flask_security import current_user

from feedback.requests.models import ContactRequest, RequestLink
from feedback.requests.sender.links import open_session, session_of
from kb.customers.present import current_customer
from kb.db import utc_now
from kb.locales import settings
from kb.rights import Right, holds

COOKIE = "kb_request"
# Longer than the session: whoever writes on after its end is known to have been let in.
COOKIE_LIFE = timedelta(days=1)


def may_see(kept: ContactRequest) -> bool:
    """Tell whether the request of this moment comes from its customer, or from the staff."""
    return is_customer(kept) or holds(current_user, Right.ANSWER_REQUESTS)


def is_customer(kept: ContactRequest) -> bool:
    """Tell whether this browser was let into a request, or the company vouches for its customer."""
    known = session_here(kept)
    ends_at = known.session_ends_at if known else None
    if ends_at is not None and ends_at > utc_now():
        return True
    customer = current_customer()
    return customer is not None and kept.customer_id == customer.id


def session_here(kept: ContactRequest) -> RequestLink | None:
    """Return the session of this browser for a request, running or ended."""
    return session_of(kept, request.cookies.get(COOKIE, ""))


def let_in(response: Response, kept: ContactRequest, *, origin: str = "") -> None:
    """Let the browser that has just sent a request follow it; the caller commits."""
    remember(response, kept, open_session(kept, origin=origin))


def remember(response: Response, kept: ContactRequest, secret: str) -> None:
    """Give the browser the cookie of a session, for the pages of that request in each language."""
    for locale in settings().locales:
        response.set_cookie(
            COOKIE,
            secret,
            max_age=COOKIE_LIFE,
            path=url_for("threads.thread", locale=locale, reference=kept.reference),
            secure=request.is_secure,
            httponly=True,
            samesite="Lax",
        )


def forget(response: Response, kept: ContactRequest) -> None:
    """Take the cookie back."""
    for locale in settings().locales:
        response.delete_cookie(
            COOKIE, path=url_for("threads.thread", locale=locale, reference=kept.reference)
        )
