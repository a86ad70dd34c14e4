"""Ask again who is there before an act that would help a thief who found a signed-in browser."""

import time
from collections.abc import Callable
from datetime import timedelta
from functools import wraps
from typing import Any, ParamSpec, TypeVar

from flask import g, redirect, request, session, url_for
from flask_security import Security, check_and_update_authn_fresh
from flask_security.utils import validate_redirect_url
from werkzeug.wrappers import Response

P = ParamSpec("P")
R = TypeVar("R")

FRESH_FOR = timedelta(hours=1)  # after a sign-in or a confirmation
GRACE = timedelta(minutes=30)  # nobody is asked in the middle of what they do


def is_fresh() -> bool:
    """Tell whether whoever is there has proved it lately."""
    return bool(check_and_update_authn_fresh(FRESH_FOR, GRACE, "session"))


def fresh(view: Callable[P, R]) -> Callable[P, R | Response]:
    """Send whoever signed in long ago to confirm that it is them, then back. Stands under `requires`.

    A form that was sent is not sent again by itself: they come back to the page that held it.
    """

    @wraps(view)
    def confirmed(*args: P.args, **kwargs: P.kwargs) -> R | Response:
        return view(*args, **kwargs) if is_fresh() else ask_again()

    return confirmed


def ask_again(*_unused: Any) -> Response:
    """Send to the page that asks for the password, the passkey or the provider."""
    back = request.full_path.rstrip("?") if request.method == "GET" else _page_before()
    return redirect(url_for("security.verify", next=back))


def _page_before() -> str:
    before = request.referrer or ""
    return before if validate_redirect_url(before) else url_for("account.overview")


def confirm() -> None:
    """Note that whoever is there has just proved it."""
    session["fs_paa"] = g.fs_paa = time.time()


def init_app(security: Security) -> None:
    """Let the library's own pages ask in the same way."""
    security.reauthn_handler(ask_again)
