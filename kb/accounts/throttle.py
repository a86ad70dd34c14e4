"""Slow down whoever guesses passwords, and tell people when they may try again.

Only refused attempts count, so nobody is held up by signing in often. They are counted over all
processes of a machine (`kb.tallies`). What is guessed at one account is counted in the database too, see
`kb.accounts.lockout`.
"""

import time
import unicodedata
from collections.abc import Callable
from functools import wraps
from http import HTTPStatus
from math import ceil

from flask import Flask, Response, make_response, render_template, request
from flask.typing import ResponseReturnValue
from flask_limiter import RateLimitExceeded
from flask_security import current_user
from flask_security.recovery_codes import mf_recovery
from flask_security.views import forgot_password, login, two_factor_token_validation

from kb.extensions import limiter

# A whole office may share an address, a person rarely mistypes ten times.
REFUSALS_PER_ADDRESS = "30 per 15 minutes"
REFUSALS_PER_ACCOUNT = "10 per 15 minutes"
LETTERS_PER_ADDRESS = "20 per hour"
LETTERS_PER_ACCOUNT = "3 per hour"
MAX_KEY_LENGTH = 254  # characters, the longest address that e-mail allows
# Every request for a new password takes this long, so that its time does not tell who has an account.
FORGOTTEN_SECONDS = 0.4

View = Callable[[], ResponseReturnValue]


def _account() -> str:
    """Return the account that the request names, spelt one way; it need not exist."""
    json = request.get_json(silent=True)
    typed = json.get("email") if isinstance(json, dict) else request.form.get("email")
    spelt = unicodedata.normalize("NFKC", str(typed or "")).strip().casefold()
    return f"account:{spelt[:MAX_KEY_LENGTH]}"


def _is_refused(_response: Response) -> bool:
    return not current_user.is_authenticated


def _refused_code(response: Response) -> bool:
    return response.status_code == HTTPStatus.OK  # a right one leads on


def _evenly(view: View) -> View:
    @wraps(view)
    def timed() -> ResponseReturnValue:
        began = time.monotonic()
        answer = view()
        if request.method == "POST":
            time.sleep(max(0.0, FORGOTTEN_SECONDS - (time.monotonic() - began)))
        return answer

    return timed


def _post_limit(limit: str, **more: object) -> Callable[[View], View]:
    made: Callable[[View], View] = limiter.limit(limit, methods=["POST"], **more)  # type: ignore[arg-type]
    return made


# Made once for all applications: the limiter remembers what it decorates.
_LIMITED: dict[str, View] = {
    "login": _post_limit(REFUSALS_PER_ADDRESS, deduct_when=_is_refused)(
        _post_limit(REFUSALS_PER_ACCOUNT, key_func=_account, deduct_when=_is_refused)(login)
    ),
    "two_factor_token_validation": _post_limit(REFUSALS_PER_ADDRESS, deduct_when=_refused_code)(
        two_factor_token_validation
    ),
    "mf_recovery": _post_limit(REFUSALS_PER_ADDRESS, deduct_when=_refused_code)(mf_recovery),
    "forgot_password": _post_limit(LETTERS_PER_ADDRESS)(
        _post_limit(LETTERS_PER_ACCOUNT, key_func=_account)(_evenly(forgot_password))
    ),
}


def _throttled(name: str) -> View:
    view = _LIMITED[name]

    @wraps(view)
    def throttled() -> ResponseReturnValue:
        try:
            answer = view()
        except RateLimitExceeded:
            html = render_template(
                "security/too_many.html",
                minutes=_minutes_left(),
                is_reset=name == "forgot_password",
            )
            answer = make_response(html, HTTPStatus.TOO_MANY_REQUESTS)
        return answer

    return throttled


def init_app(app: Flask) -> None:
    """Put the throttle before the doors that can be guessed at."""
    for name in _LIMITED:
        app.view_functions[f"security.{name}"] = _throttled(name)


def _minutes_left() -> int:
    breached = limiter.current_limit
    # `reset_at` is in whole seconds, the next one after the window ends.
    seconds = breached.reset_at - 1 - time.time() if breached else 0
    return max(ceil(seconds / 60), 1)
