"""The door for assistants over HTTP: `POST /mcp`, with a key of the API or, for public articles, without.

Each request stands by itself: no session is kept, and any process may answer. The protocol's library
speaks ASGI; its loop runs in a thread of each serving process, and comes back into the context of the
request for what a tool does.
"""

import asyncio
import os
import threading
from collections.abc import Callable
from contextvars import Context, copy_context
from dataclasses import dataclass
from http import HTTPStatus
from importlib.metadata import version
from typing import TYPE_CHECKING, Any, TypeVar
from urllib.parse import urlsplit

from a2wsgi import ASGIMiddleware
from flask import Blueprint, Flask, Response, abort, current_app, g, make_response, request
from werkzeug.wrappers import Response as AnyResponse

from articles.audience import readable_by, reader
from articles.models import Audience
from feedback.assistants.callers import Caller
from feedback.visitors import origin_of_request
from kb.ahead import load_ahead
from kb.api import callers, limits
from kb.api.problems import Problem
from kb.api.scopes import Scope
from kb.caching import private
from kb.extensions import csrf
from kb.locales import settings
from kb.security import from_elsewhere

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication

T = TypeVar("T")
DOOR = "kb.door"  # in the environment of a request
CONVERSATION = (
    "X-KB-Visitor"  # a header: whom the company's program asks for, however it names them
)
MAX_CONVERSATION = 100  # characters
START_SECONDS = 30

blueprint = Blueprint("assistants", __name__)
csrf.exempt(blueprint)


@dataclass(frozen=True, slots=True)
class Opened:
    """A request that waits for its answer, and who has sent it."""

    context: Context
    caller: Caller

    def act(self, work: Callable[[Caller], T]) -> T:
        """Return what `work` returns within the request."""
        return self.context.copy().run(work, self.caller)


def through(context: Any, act: Callable[[Caller], T]) -> T:
    """Do something for the caller of a message, within the request that brought it."""
    opened: Opened = context.request_context.request.scope["wsgi_environ"][DOOR]
    return opened.act(act)


def load() -> None:
    """Load what speaks the protocol, before processes are forked: the first assistants wait for none.

    Else each process would read the library by itself, half a second of its processor, and hold it in
    memory of its own.
    """
    from feedback.assistants.server import make_server  # noqa: PLC0415  (see there)

    asyncio.run(make_server("", version("kb"), through, with_gaps=True).list_tools())


class Loop:
    """The protocol's servers of one process, and the thread that they run in.

    Begun by the first request: what a process does before it is forked would not be there after.
    """

    def __init__(self, site_name: str) -> None:
        self._site_name = site_name
        self._lock = threading.Lock()
        self._process = 0
        self._doors: dict[bool, WSGIApplication] = {}

    def door(self, *, with_gaps: bool) -> "WSGIApplication":
        """Return what answers a request, as a WSGI application."""
        with self._lock:
            if self._process != os.getpid():
                self._begin()
                self._process = os.getpid()
        return self._doors[with_gaps]

    def _begin(self) -> None:
        from mcp.server.transport_security import (  # noqa: PLC0415  (see `feedback.assistants.server`)
            TransportSecuritySettings,
        )

        from feedback.assistants.server import make_server  # noqa: PLC0415

        loop = asyncio.new_event_loop()
        threading.Thread(target=loop.run_forever, name="assistants", daemon=True).start()
        unchecked = TransportSecuritySettings(enable_dns_rebinding_protection=False)  # done below
        for with_gaps in (False, True):
            server = make_server(self._site_name, version("kb"), through, with_gaps=with_gaps)
            server.streamable_http_app(
                json_response=True, stateless_http=True, transport_security=unchecked
            )
            ready = threading.Event()
            asyncio.run_coroutine_threadsafe(_keep_open(server.session_manager, ready), loop)
            if not ready.wait(START_SECONDS):
                raise RuntimeError("the server for assistants does not start")
            handle: Any = server.session_manager.handle_request
            middleware: Any = ASGIMiddleware(handle, loop=loop)
            self._doors[with_gaps] = middleware


async def _keep_open(manager: Any, ready: threading.Event) -> None:
    async with manager.run():
        ready.set()
        await asyncio.Event().wait()  # as long as the process lives


@blueprint.route("/mcp", methods=["POST"])
@from_elsewhere
def speak() -> AnyResponse:
    """Answer one message of an assistant."""
    if not _is_from_here():
        abort(HTTPStatus.FORBIDDEN)
    callers.check(None)
    limits.count()
    _read_as()
    sees_gaps = callers.allows(Scope.REPORTS_READ)
    opened = Opened(copy_context(), _caller(sees_gaps=sees_gaps))
    loop: Loop = current_app.extensions["kb_assistants"]
    door = loop.door(with_gaps=sees_gaps)
    answer = Response.from_app(door, {**request.environ, DOOR: opened}, buffered=True)
    return private(answer)


@blueprint.route("/mcp", methods=["GET", "DELETE"])
def nothing_to_hear() -> AnyResponse:
    """Say that messages are posted here: there is no stream to listen to, and no session to end."""
    said = "This address is for assistants: they post messages of the Model Context Protocol.\n"
    answer = make_response(said, HTTPStatus.METHOD_NOT_ALLOWED)
    answer.headers["Allow"] = "POST"
    answer.mimetype = "text/plain"
    return private(answer)


def _is_from_here() -> bool:
    """Tell whether no page of another site asks: one could reach a site that is not for the internet.

    The protocol demands it (DNS rebinding): whoever is no browser sends no `Origin`.
    """
    origin = request.headers.get("Origin")
    own = {request.host, urlsplit(settings().site_url).netloc} - {""}
    return origin is None or urlsplit(origin).netloc in own


def _read_as() -> None:
    """Read as the audience that the address names; more than one's own needs a key."""
    named = request.args.get("audience")
    if named is None:
        return
    audience = next((each for each in Audience if each.value == named), None)
    if audience is None:
        known = ", ".join(each.value for each in Audience)
        raise Problem("malformed", f"`audience` is one of {known}.")
    if audience not in readable_by(reader()):
        callers.need(Scope.ARTICLES_READ)
    g.reader = audience


def _caller(*, sees_gaps: bool) -> Caller:
    named = request.headers.get(CONVERSATION, "").strip()[:MAX_CONVERSATION]
    has_key = callers.current_key() is not None
    return Caller(
        name=callers.caller(),
        conversation=named,
        origin="" if has_key else origin_of_request(request),
        sees_gaps=sees_gaps,
    )


def init_app(app: Flask) -> None:
    """Let assistants in."""
    app.extensions["kb_assistants"] = Loop(settings_of(app))
    load_ahead(app, load)
    app.register_blueprint(blueprint)


def settings_of(app: Flask) -> str:
    """Return what the site is called."""
    return str(app.extensions["kb_settings"].site_name)
