"""Headers that every answer carries, and requests that other sites may not send."""

from http import HTTPStatus
from urllib.parse import urlsplit

from flask import Flask, Response, abort, request

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


def init_app(app: Flask) -> None:
    """Send the security headers with every answer."""

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
    return origin is None or urlsplit(origin).netloc == request.host


def refuse_other_origins() -> None:
    """Let no page of another site write in a visitor's name: for blueprints without a CSRF token."""
    if request.method == "POST" and not is_same_origin():
        abort(HTTPStatus.FORBIDDEN)
