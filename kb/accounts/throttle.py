"""Slow down whoever guesses passwords, and tell people when they may try again.

Only refused attempts count, so nobody is held up by signing in often. They are counted in the memory
of each serving process: with several, a guesser gets as many times the limit at most.
"""

import time
import unicodedata
from functools import wraps
from http import HTTPStatus
from math import ceil

from flask import Response, make_response, render_template, request
from flask.typing import ResponseReturnValue
from flask_limiter import RateLimitExceeded
from flask_security import current_user
from flask_security.views import login

from kb.extensions import limiter

# A whole office may share an address, a person rarely mistypes ten times.
REFUSALS_PER_ADDRESS = "30 per 15 minutes"
REFUSALS_PER_ACCOUNT = "10 per 15 minutes"
MAX_KEY_LENGTH = 254  # characters, the longest address that e-mail allows


def _account() -> str:
    """Return the account that the request names, spelt one way; it need not exist."""
    json = request.get_json(silent=True)
    typed = json.get("email") if isinstance(json, dict) else request.form.get("email")
    spelt = unicodedata.normalize("NFKC", str(typed or "")).strip().casefold()
    return f"account:{spelt[:MAX_KEY_LENGTH]}"


def _is_refused(_response: Response) -> bool:
    return not current_user.is_authenticated


_per_account = limiter.limit(
    REFUSALS_PER_ACCOUNT, key_func=_account, methods=["POST"], deduct_when=_is_refused
)
_per_address = limiter.limit(REFUSALS_PER_ADDRESS, methods=["POST"], deduct_when=_is_refused)
# Made once for all applications: the limiter remembers what it decorates.
_limited = _per_address(_per_account(login))


@wraps(login)
def throttled_login() -> ResponseReturnValue:
    """Serve the sign-in, or the page that says when to try again."""
    try:
        answer: ResponseReturnValue = _limited()
    except RateLimitExceeded:
        html = render_template("security/too_many.html", minutes=_minutes_left())
        answer = make_response(html, HTTPStatus.TOO_MANY_REQUESTS)
    return answer


def _minutes_left() -> int:
    breached = limiter.current_limit
    # `reset_at` is in whole seconds, the next one after the window ends.
    seconds = breached.reset_at - 1 - time.time() if breached else 0
    return max(ceil(seconds / 60), 1)
