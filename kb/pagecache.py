"""Finished public pages, kept in memory in front of the application.

Public pages are the same bytes for everyone, so a page is made once for each state of the content and
then handed out without waking Flask. Whatever sends `Cache-Control: public` and an `ETag` takes part.
Who may have signed in is passed on: they may be shown more, and see that they are.
"""

import gzip
import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Hashable, Iterable
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from werkzeug.http import parse_accept_header

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment
    from flask import Flask

CHECK_SECONDS = 0.3  # a change by any process shows within this time
MAX_AGE_SECONDS = 300  # the lists on the home page follow the votes, which do not count as a change
MAX_ENTRY_BYTES = 2_000_000
GZIP_LEVEL = 6
# Cookies of somebody who may be known: Flask's session, "remember me" of Flask-Login, and that of a
# customer whom a token has named.
PERSONAL_COOKIES = ("session=", "remember_token=", "kb_customer=")
PERSONAL_HEADERS = ("HTTP_X_CUSTOMER_TOKEN", "HTTP_AUTHORIZATION")
COUNTED = "/api/"  # each request there counts against a limit, and may be made with a key
MAKING = "kb.pagecache.making"  # in the environment of a request whose answer may be kept
COMPRESSIBLE = ("text/", "application/xml", "application/atom+xml", "image/svg+xml")


def depends_on(app: "Flask", part: Callable[[], Hashable]) -> None:
    """Make finished pages depend on what `part` returns: it is asked with the freshness, in the app.

    It should cost no more than a look-up in an index.
    """
    parts_of(app).append(part)


def parts_of(app: "Flask") -> list[Callable[[], Hashable]]:
    """Return what pages depend on beside the articles."""
    parts: list[Callable[[], Hashable]] = app.extensions.setdefault("kb_page_parts", [])
    return parts


@dataclass(frozen=True, slots=True)
class _Page:
    headers: list[tuple[str, str]]
    etag: str
    body: bytes
    zipped: bytes | None
    made_at: float

    @property
    def size(self) -> int:
        return len(self.body) + len(self.zipped or b"")


class PageCache:
    """WSGI middleware that answers from memory while `freshness()` stays equal.

    `freshness` is asked at most every `CHECK_SECONDS`. Requests with a query string, a body, a range
    or a cookie or header of somebody who may be known pass through. The least recently used pages leave when `max_bytes` are exceeded.
    """

    def __init__(
        self, application: "WSGIApplication", freshness: Callable[[], Hashable], max_bytes: int
    ) -> None:
        self._application = application
        self._freshness = freshness
        self._max_bytes = max_bytes
        self._pages: OrderedDict[tuple[str, str, str], _Page] = OrderedDict()
        self._bytes = 0
        self._state: Hashable = None
        self._checked_at = float("-inf")
        self._lock = threading.Lock()

    def __call__(
        self, environ: "WSGIEnvironment", start_response: "StartResponse"
    ) -> Iterable[bytes]:
        """Answer from memory, or pass on and keep the answer if it may be kept."""
        method = environ["REQUEST_METHOD"]
        if method not in {"GET", "HEAD"} or environ.get("QUERY_STRING") or "HTTP_RANGE" in environ:
            return self._application(environ, start_response)
        if environ["PATH_INFO"].startswith(COUNTED):
            return self._application(environ, start_response)
        cookies = environ.get("HTTP_COOKIE", "")
        if any(name in cookies for name in PERSONAL_COOKIES) or any(
            name in environ for name in PERSONAL_HEADERS
        ):
            return self._application(environ, start_response)
        state = self._refresh()
        key = (environ["wsgi.url_scheme"], environ.get("HTTP_HOST", ""), environ["PATH_INFO"])
        page = self._find(key)
        if page is None:
            if method == "HEAD":
                return self._application(environ, start_response)
            return self._make(key, state, environ, start_response)
        return _send(page, environ, start_response)

    def _refresh(self) -> Hashable:
        now = time.monotonic()
        if now - self._checked_at < CHECK_SECONDS:
            return self._state
        with self._lock:
            if now - self._checked_at >= CHECK_SECONDS:
                state = self._freshness()
                if state != self._state:
                    self._pages.clear()
                    self._bytes = 0
                    self._state = state
                self._checked_at = now
            return self._state

    def _find(self, key: tuple[str, str, str]) -> _Page | None:
        with self._lock:
            page = self._pages.get(key)
            if page is None or time.monotonic() - page.made_at > MAX_AGE_SECONDS:
                return None
            self._pages.move_to_end(key)
            return page

    def _make(
        self,
        key: tuple[str, str, str],
        state: Hashable,
        environ: "WSGIEnvironment",
        start_response: "StartResponse",
    ) -> Iterable[bytes]:
        # A reader who sends If-None-Match must not make the page that others get a bodiless 304.
        condition = environ.pop("HTTP_IF_NONE_MATCH", None)
        environ[MAKING] = True
        held: dict[str, Any] = {}

        def hold(
            status: str, headers: list[tuple[str, str]], exc_info: Any = None
        ) -> Callable[[bytes], object]:
            held["args"] = (status, headers, exc_info)
            return lambda _data: None

        chunks = self._application(environ, hold)
        if condition is not None:
            environ["HTTP_IF_NONE_MATCH"] = condition
        status, headers, exc_info = held["args"]
        if not _may_keep(status, headers):
            start_response(status, headers, exc_info)
            return chunks
        try:
            body = b"".join(chunks)
        finally:
            if hasattr(chunks, "close"):
                chunks.close()
        page = _page(headers, body)
        if page.size <= MAX_ENTRY_BYTES:
            self._keep(key, state, page)
        return _send(page, environ, start_response)

    def _keep(self, key: tuple[str, str, str], state: Hashable, page: _Page) -> None:
        with self._lock:
            if state != self._state:
                return  # the content changed while the page was being made
            replaced = self._pages.pop(key, None)
            self._bytes += page.size - (replaced.size if replaced else 0)
            self._pages[key] = page
            while self._bytes > self._max_bytes:
                _, dropped = self._pages.popitem(last=False)
                self._bytes -= dropped.size


def zips(environ: "WSGIEnvironment") -> bool:
    """Tell whether the page cache sends the answer to this request zipped by itself."""
    return MAKING in environ


def _may_keep(status: str, headers: list[tuple[str, str]]) -> bool:
    names = {name.lower(): value for name, value in headers}
    return (
        status.startswith("200")
        and "public" in names.get("cache-control", "")
        and "etag" in names
        and "set-cookie" not in names
    )


def _page(headers: list[tuple[str, str]], body: bytes) -> _Page:
    names = {name.lower(): value for name, value in headers}
    kept = [pair for pair in headers if pair[0].lower() not in {"content-length", "etag"}]
    zipped = None
    if names.get("content-type", "").startswith(COMPRESSIBLE):
        kept.append(("Vary", "Accept-Encoding"))
        zipped = gzip.compress(body, GZIP_LEVEL, mtime=0)
    return _Page(kept, names["etag"].removeprefix("W/").strip('"'), body, zipped, time.monotonic())


@lru_cache(maxsize=64)
def _takes_gzip(accepted: str) -> bool:
    return parse_accept_header(accepted)["gzip"] > 0


def _send(
    page: _Page, environ: "WSGIEnvironment", start_response: "StartResponse"
) -> Iterable[bytes]:
    zipped = page.zipped is not None and _takes_gzip(environ.get("HTTP_ACCEPT_ENCODING", ""))
    etag = f'"{page.etag}-gz"' if zipped else f'"{page.etag}"'
    headers = [*page.headers, ("ETag", etag)]
    wanted = environ.get("HTTP_IF_NONE_MATCH", "")
    if wanted and page.etag in wanted:
        start_response("304 Not Modified", headers)
        return []
    body = page.body
    if zipped and page.zipped is not None:
        body = page.zipped
        headers.append(("Content-Encoding", "gzip"))
    headers.append(("Content-Length", str(len(body))))
    start_response("200 OK", headers)
    return [] if environ["REQUEST_METHOD"] == "HEAD" else [body]
