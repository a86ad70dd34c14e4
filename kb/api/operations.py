"""Operations: views of the API that say who may call them, what they take and what they answer.

    operations = blueprint("requests", "What customers ask of a person.")

    @operations.get("/requests")
    @scoped(Scope.REQUESTS_READ)
    @operations.arguments(RequestFilters, location="query")
    @operations.response(200, page_of(RequestSchema))
    def list_requests(asked: Mapping[str, Any]) -> Page[ContactRequest]: ...

The first line of the docstring is the summary, the rest the description. Each operation is counted
against the limit of its caller, then refused without the right key, then its arguments are read.
"""

from collections.abc import Callable
from functools import wraps
from http import HTTPStatus
from typing import Any, TypeVar

import flask_smorest
import marshmallow as ma
from flask import g, make_response, request
from flask_smorest.etag import _get_etag_ctx
from flask_smorest.exceptions import NotModified, PreconditionRequired
from flask_smorest.utils import resolve_schema_instance
from webargs import core
from webargs.flaskparser import FlaskParser, is_json_request
from werkzeug.exceptions import UnsupportedMediaType

from kb.api import limits
from kb.api.callers import check
from kb.api.problems import Problem
from kb.api.schemas import MAX_INTEGER, ProblemSchema, is_text
from kb.api.scopes import Scope
from kb.extensions import csrf

PREFIX = "/api/v1"
IF_CHANGED = ("PUT", "PATCH", "DELETE", "POST")

View = TypeVar("View", bound=Callable[..., Any])


class Parser(FlaskParser):
    """Reads arguments; what is not known is refused in the address as in the body."""

    DEFAULT_UNKNOWN_BY_LOCATION = {  # noqa: RUF012  (as the parent has it)
        **FlaskParser.DEFAULT_UNKNOWN_BY_LOCATION,
        "query": ma.RAISE,
        "json": ma.RAISE,
        "form": ma.RAISE,
        "files": ma.RAISE,
    }

    def parse(self, argmap: Any, req: Any = None, *, location: Any = None, **more: Any) -> Any:
        """Read arguments from a place, which the schemas may ask for."""
        g.api_place = location
        return super().parse(argmap, req, location=location, **more)

    def _raw_load_json(self, req: Any) -> Any:
        if not is_json_request(req):
            if req.content_length or req.mimetype:
                raise UnsupportedMediaType
            return core.missing
        return super()._raw_load_json(req)


class Blueprint(flask_smorest.Blueprint):  # type: ignore[misc]  # the library has no types
    """A part of the API, whose operations check their callers and describe themselves."""

    title: str  # by which its operations are grouped
    ARGUMENTS_PARSER = Parser()
    METHODS_NEEDING_CHECK_ETAG = IF_CHANGED

    def route(self, rule: str, **options: Any) -> Callable[[View], View]:
        """Serve an operation; one that does not say who may call it stops the program."""
        register = super().route(rule, **options)

        def decorate(view: View) -> View:
            if not hasattr(view, "scope"):
                raise TypeError(f"{view.__name__} says neither @scoped(…) nor @open_to_all")
            register(view)
            return view

        return decorate

    def get(self, rule: str, **options: Any) -> Callable[[View], View]:
        """Serve an operation that reads."""
        return self.route(rule, methods=["GET"], **options)

    def post(self, rule: str, **options: Any) -> Callable[[View], View]:
        """Serve an operation that creates, or does something."""
        return self.route(rule, methods=["POST"], **options)

    def put(self, rule: str, **options: Any) -> Callable[[View], View]:
        """Serve an operation that writes the whole of something."""
        return self.route(rule, methods=["PUT"], **options)

    def patch(self, rule: str, **options: Any) -> Callable[[View], View]:
        """Serve an operation that changes a part of something."""
        return self.route(rule, methods=["PATCH"], **options)

    def delete(self, rule: str, **options: Any) -> Callable[[View], View]:
        """Serve an operation that takes something away."""
        return self.route(rule, methods=["DELETE"], **options)

    def arguments(self, schema: type[ma.Schema], **options: Any) -> Callable[[View], View]:
        """Take arguments by a schema; the view gets them as a dictionary."""
        made: Callable[[View], View] = super().arguments(schema, **options)
        return made

    def response(
        self, status: int, schema: type[ma.Schema] | ma.Schema | None = None, **options: Any
    ) -> Callable[[View], View]:
        """Answer what a schema makes of what the view returns."""
        made: Callable[[View], View] = super().response(status, schema, **options)
        return made

    def refuses(self, status: int, when: str) -> Callable[[View], View]:
        """Document that an operation answers a problem, and when."""
        made: Callable[[View], View] = super().alt_response(
            status,
            schema=ProblemSchema,
            content_type="application/problem+json",
            description=when,
        )
        return made

    def doc(self, **said: Any) -> Callable[[View], View]:
        """Add to the description of an operation, as OpenAPI writes it."""
        made: Callable[[View], View] = super().doc(**said)
        return made

    def etag(self, view: View) -> View:
        """Give a GET an ETag; let a write demand it in `If-Match` (see `check_etag`)."""
        made: View = super().etag(view)
        return made

    def check_etag(self, thing: Any, schema: type[ma.Schema] | ma.Schema | None = None) -> None:
        """Refuse a write unless `If-Match` has the tag of `thing`, as a GET would dump it.

        Proxies that compress make a strong tag a weak one; it still names the same state.
        """
        data = thing if schema is None else resolve_schema_instance(schema).dump(thing)
        _get_etag_ctx()["etag_checked"] = True
        if not request.if_match.contains_weak(self._generate_etag(data)):
            raise Problem("changed")

    @staticmethod
    def _is_etag_enabled() -> bool:
        return True

    def _check_precondition(self) -> None:
        try:
            super()._check_precondition()
        except PreconditionRequired:
            raise Problem("precondition-missing") from None

    def _check_not_modified(self, etag: str) -> None:
        if request.method in self.METHODS_CHECKING_NOT_MODIFIED and (
            request.if_none_match.contains_weak(etag)
        ):
            known = make_response("", HTTPStatus.NOT_MODIFIED)
            known.set_etag(etag)
            raise NotModified(response=known)


def blueprint(name: str, description: str) -> Blueprint:
    """Return a part of the API below /api/v1, to be registered with `kb.api.setup.register`."""
    made = Blueprint(f"rest_{name}", __name__, url_prefix=PREFIX, description=description)
    made.title = name
    csrf.exempt(made)  # there is no session whose form could be forged
    return made


def scoped(scope: Scope) -> Callable[[View], View]:
    """Let an operation be called with a key that has the scope, and not otherwise."""
    return _guarded(scope)


def open_to_all(view: View) -> View:
    """Let an operation be called by anybody, and by scripts of other sites."""
    return _guarded(None)(view)


def same_for_all(view: View) -> View:
    """Let shared caches keep what an open GET answers to whoever sends no key. Stands above `@etag`."""
    view.is_same_for_all = True  # type: ignore[attr-defined]
    return view


def for_people(view: View) -> View:
    """Document that a call is made for somebody, whom `X-KB-Visitor` or `X-Customer-Token` names."""
    view.is_for_people = True  # type: ignore[attr-defined]
    return view


def _can_be_looked_up(value: Any) -> bool:
    """Tell whether both databases can look for a value of the address without failing."""
    if isinstance(value, str):
        return is_text(value)
    return not isinstance(value, int) or 0 <= value <= MAX_INTEGER


def _guarded(scope: Scope | None) -> Callable[[View], View]:
    def decorate(view: View) -> View:
        @wraps(view)
        def guarded(**named: Any) -> Any:
            limits.count()
            check(scope)
            if not all(map(_can_be_looked_up, named.values())):
                raise Problem("not-found")
            return view(**named)

        guarded.scope = scope  # type: ignore[attr-defined]
        guarded.is_open = scope is None  # type: ignore[attr-defined]
        return guarded  # type: ignore[return-value]

    return decorate
