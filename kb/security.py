"""Headers that every answer carries, and requests that other sites may not send."""

from urllib.parse import urlsplit

from flask import Flask, Response, request
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


class SentFromElsewhere(Forbidden):
    """A page of another site has sent a form here."""


def init_app(app: Flask) -> None:
    """Send the security headers with every answer, and refuse what other sites' pages send.

    Called before anything else that looks at requests, so that nothing of them is looked at.
    """

    @app.before_request
    def refuse_other_origins() -> None:
        is_for_programs = request.endpoint in SIGNED
        if request.method not in READING and not is_for_programs and not is_same_origin():
            raise SentFromElsewhere

    @app.after_request
    def add_headers(response: Response) -> Response:
        for name, value in HEADERS.items():
            response.headers.setdefault(name, value)
        return response


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
