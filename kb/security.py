"""Headers that every answer carries, and requests that other sites may not send."""

from collections.abc import Callable
from typing import Any, TypeVar
from urllib.parse import urlsplit

from flask import Flask, Response, current_app, request
from werkzeug.exceptions import Forbidden

from kb.locales import settings

# No inline style or script anywhere, nothing from third parties but a video the reader has asked for.
VIDEO_HOSTS = (
    "https://www.youtube-nocookie.com",
    "https://player.vimeo.com",
    "https://geo.dailymotion.com",
)
CONTENT_SECURITY_POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self' data:",
        "font-src 'self'",
        "media-src 'self' https:",
        "connect-src 'self'",
        "manifest-src 'self'",
        f"frame-src {' '.join(VIDEO_HOSTS)}",
        "form-action 'self'",
        "frame-ancestors 'self'",
        "base-uri 'none'",
    )
)
HEADERS = {
    "Content-Security-Policy": CONTENT_SECURITY_POLICY,
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), browsing-topics=()",
    "Referrer-Policy": "strict-origin-when-cross-origin",
    "X-Content-Type-Options": "nosniff",
}
READING = frozenset({"GET", "HEAD", "OPTIONS"})
# Endpoints that programs without a browser's session post to: a signed token says who asks.
SIGNED = frozenset({"digests.stop_now"})
# Everything below takes keys or signatures, and never a session: its cookies are worth nothing there.
FOR_PROGRAMS = ("/api/", "/mcp", "/widget/", "/widget.js")

View = TypeVar("View", bound=Callable[..., Any])


class SentFromElsewhere(Forbidden):
    """A page of another site has sent a form here."""


def init_app(app: Flask) -> None:
    """Send the security headers with every answer, and refuse what other sites' pages send.

    Called before anything else that looks at requests, so that nothing of them is looked at.
    """

    @app.before_request
    def refuse_other_origins() -> None:
        if request.method not in READING and not _takes_others() and not is_same_origin():
            raise SentFromElsewhere

    @app.after_request
    def add_headers(response: Response) -> Response:
        for name, value in HEADERS.items():
            response.headers.setdefault(name, value)
        return response


def from_elsewhere(view: View) -> View:
    """Mark a view that pages of other sites and programs may post to.

    Such a view must not believe the cookies of a session: a key, a signature or the list of sites that
    carry the widget says who asks.
    """
    view.takes_others = True  # type: ignore[attr-defined]
    return view


def _takes_others() -> bool:
    view = current_app.view_functions.get(request.endpoint or "")
    return (
        request.endpoint in SIGNED
        or request.path.startswith(FOR_PROGRAMS)
        or getattr(view, "takes_others", False)
    )


def is_same_origin() -> bool:
    """Tell whether the browser says that this request comes from a page of the site itself.

    `Sec-Fetch-Site` is set by every current browser and cannot be forged by a page; `Origin` covers
    the others. A request with neither comes from no browser and carries nobody's cookies.
    """
    site = request.headers.get("Sec-Fetch-Site")
    if site is not None:
        return site in {"same-origin", "none"}
    origin = request.headers.get("Origin")
    own = {request.host, urlsplit(settings().site_url).netloc} - {""}
    return origin is None or origin.rpartition("//")[2] in own
