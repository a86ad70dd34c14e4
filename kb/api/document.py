"""The description of the API by OpenAPI 3.1, made of its code when it is first asked for.

Not at the start: a site answers its visitors before anybody wants to read it.
"""

from collections.abc import Iterable, Iterator, Mapping
from http import HTTPStatus
from typing import Any

import flask_smorest
from apispec.ext.marshmallow import MarshmallowPlugin
from flask import Flask
from flask_smorest.spec.plugins import FlaskPlugin
from flask_smorest.utils import prepare_response
from marshmallow import Schema
from werkzeug.routing import IntegerConverter, Rule

from kb.api.limits import LIMIT, REMAINING, RESET
from kb.api.operations import Blueprint
from kb.api.problems import KINDS, MEDIA_TYPE
from kb.api.schemas import MAX_INTEGER, Language, ProblemSchema
from kb.api.scopes import MEANINGS, Scope
from kb.locales import settings

VERSION = "1.0.0"
OPENAPI = "3.1.0"
KEY = "key"
# From what most programs come for to what few do.
ORDER = (
    "articles", "search", "votes", "requests", "customers", "reports", "webhooks", "users", "import",
)  # fmt: skip
DESCRIPTION = """\
Articles, search, requests and reports of this help centre, for programs.

Reading what everybody may read needs no key. Everything else needs one in `Authorization: Bearer kb_…`,
with the scope that the operation names. Errors are problems as RFC 9457 says them. Moments are in UTC.
"""
RATE_HEADERS = {
    LIMIT: "Requests allowed in the window.",
    REMAINING: "Requests left in it.",
    RESET: "When it ends, in seconds since 1970.",
}

# What `_refusals` says of operations, which must be there to be named.
EVERYWHERE = {
    HTTPStatus.BAD_REQUEST,
    HTTPStatus.UNAUTHORIZED,
    HTTPStatus.FORBIDDEN,
    HTTPStatus.NOT_FOUND,
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
    HTTPStatus.UNSUPPORTED_MEDIA_TYPE,
    HTTPStatus.UNPROCESSABLE_ENTITY,
    HTTPStatus.TOO_MANY_REQUESTS,
    HTTPStatus.INTERNAL_SERVER_ERROR,
}

IDEMPOTENCY = {
    "in": "header",
    "name": "Idempotency-Key",
    "description": "Any text of your own for this one request, such as a UUID: repeated within a day "
    "with it, the request is answered as the first time and not done again.",
    "required": False,
    "schema": {"type": "string", "minLength": 1, "maxLength": 200, "pattern": "^[!-~]+$"},
}

VISITOR = {
    "in": "header",
    "name": "X-KB-Visitor",
    "description": "An opaque id of your own for whoever asks, such as a random cookie: never a name or "
    "an address. It is kept as a keyed hash, and ties what they do into one visit.",
    "required": False,
    "schema": {"type": "string"},
}
CUSTOMER = {
    "in": "header",
    "name": "X-Customer-Token",
    "description": "The signed token of a customer whom your site knows. They may read what is for "
    "customers, and what they do stands in their history.",
    "required": False,
    "schema": {"type": "string"},
}


class Description(flask_smorest.Api):  # type: ignore[misc]  # the library has no types
    """Describes operations; serving them and their errors is ours."""

    ERROR_SCHEMA = ProblemSchema
    DEFAULT_ERROR_RESPONSE_NAME = None

    def _register_error_handlers(self) -> None:
        pass

    def _register_doc_blueprint(self) -> None:
        pass

    def _register_responses(self) -> None:
        for status in HTTPStatus:
            response: dict[str, Any] = {"description": status.phrase}
            if status >= HTTPStatus.BAD_REQUEST:
                response["schema"] = ProblemSchema
                response["description"] = _meaning(status)
            prepare_response(response, self.spec, MEDIA_TYPE)
            is_lazy = status not in EVERYWHERE
            self.spec.components.response(status.name, response, lazy=is_lazy)

    def _register_pagination_header(self) -> None:
        pass


def _meaning(status: HTTPStatus) -> str:
    titles = [kind.title for kind in KINDS if kind.status == status]
    return ". ".join(titles or [status.phrase]) + "."


class NamedByClass(MarshmallowPlugin):
    """Calls schemas as their classes, without the last word."""

    def __init__(self) -> None:
        super().__init__(schema_name_resolver=_schema_name)  # type: ignore[arg-type]  # None: not named


def _schema_name(schema: Any) -> str | None:
    cls = schema if isinstance(schema, type) else type(schema)
    return str(cls.__name__).removesuffix("Schema") if issubclass(cls, Schema) else None


def openapi(app: Flask) -> dict[str, Any]:
    """Return the description of everything that is registered."""
    known: dict[str, Any] | None = app.extensions.get("kb_api_document")
    if known is None:
        known = app.extensions["kb_api_document"] = _made(app)
    return known


def _made(app: Flask) -> dict[str, Any]:
    described = Description(
        spec_kwargs={
            "title": f"{settings().site_name} API",
            "version": VERSION,
            "openapi_version": OPENAPI,
            "info": {"description": DESCRIPTION},
            "servers": [{"url": settings().site_url.rstrip("/") or "/"}],
            "flask_plugin": FlaskPlugin(),
            "marshmallow_plugin": NamedByClass(),
        }
    )
    described.init_app(app)
    described.register_converter(
        app.url_map.converters["locale"],
        lambda _: {"type": "string", "enum": list(settings().locales)},
    )
    described.register_converter(IntegerConverter, _number)
    described.ma_plugin.converter.add_attribute_function(_languages)
    described.spec.components.security_scheme(KEY, _scheme())
    for name, said in RATE_HEADERS.items():
        described.spec.components.header(name, {"description": said, "schema": {"type": "integer"}})
    for part in _ordered(app.extensions["kb_api"].values()):
        part.register_views_in_doc(described, app, described.spec, name=part.name, parameters=None)
        described.spec.tag({"name": part.title, "description": part.description})
    found: dict[str, Any] = described.spec.to_dict()
    for rule, operation in _operations(app, found):
        _complete(app, rule, operation)
    return found


def _ordered(parts: Iterable[Blueprint]) -> list[Blueprint]:
    ranks = {name: rank for rank, name in enumerate(ORDER)}
    return sorted(parts, key=lambda part: ranks.get(part.title, len(ranks)))


def _scheme() -> dict[str, Any]:
    scopes = "\n".join(f"- `{scope}`: {MEANINGS[scope]}" for scope in Scope)
    return {
        "type": "http",
        "scheme": "bearer",
        "description": f"A key made in the studio, under API keys. Its scopes:\n\n{scopes}",
    }


def _number(converter: IntegerConverter) -> dict[str, Any]:
    return {"type": "integer", "minimum": converter.min or 0, "maximum": MAX_INTEGER}


def _languages(_converter: Any, field: Any, **_more: Any) -> dict[str, Any]:
    return {"enum": list(settings().locales)} if isinstance(field, Language) else {}


def _operations(app: Flask, document: Mapping[str, Any]) -> Iterator[tuple[Rule, dict[str, Any]]]:
    for rule in app.url_map.iter_rules():
        path = document["paths"].get(FlaskPlugin.flaskpath2openapi(rule.rule), {})
        for method in rule.methods or ():
            if method.lower() in path and hasattr(app.view_functions[rule.endpoint], "scope"):
                yield rule, path[method.lower()]


def _complete(app: Flask, rule: Rule, operation: dict[str, Any]) -> None:
    """Say what holds for each operation: who may call it, and what may go wrong."""
    view = app.view_functions[rule.endpoint]
    scope: Scope | None = vars(view)["scope"]
    operation["operationId"] = rule.endpoint.rpartition(".")[2]
    operation["tags"] = [app.extensions["kb_api"][rule.endpoint.rpartition(".")[0]].title]
    operation["security"] = [{KEY: [scope.value]}] if scope else [{}, {KEY: []}]
    if scope:
        words = f"Needs a key with the scope `{scope}`."
        operation["description"] = "\n\n".join(filter(None, [operation.get("description"), words]))
    parameters = operation.setdefault("parameters", [])
    for each in parameters:
        if each.get("in") == "query":
            each["schema"] = _without_null(each["schema"])
    if getattr(view, "is_idempotent", False):
        parameters.append(dict(IDEMPOTENCY))
    if getattr(view, "is_for_people", False):
        parameters += [dict(VISITOR), dict(CUSTOMER)]
    responses = operation.setdefault("responses", {})
    for status in _refusals(rule, operation, scope):
        responses.setdefault(str(int(status)), {"$ref": f"#/components/responses/{status.name}"})
    for status_code, response in responses.items():
        if status_code.startswith("2"):
            response.setdefault("headers", {}).update(
                {name: {"$ref": f"#/components/headers/{name}"} for name in RATE_HEADERS}
            )


def _without_null(schema: Mapping[str, Any]) -> dict[str, Any]:
    """Return the schema of an argument of an address, which is left out and never null."""
    kept = {name: said for name, said in schema.items() if (name, said) != ("default", None)}
    if isinstance(kept.get("type"), list):
        kinds = [kind for kind in kept["type"] if kind != "null"]
        kept["type"] = kinds[0] if len(kinds) == 1 else kinds
    if "enum" in kept:
        kept["enum"] = [value for value in kept["enum"] if value is not None]
    return kept


def _refusals(
    rule: Rule, operation: Mapping[str, Any], scope: Scope | None
) -> Iterator[HTTPStatus]:
    yield HTTPStatus.UNAUTHORIZED
    if scope:
        yield HTTPStatus.FORBIDDEN
    if rule.arguments:
        yield HTTPStatus.NOT_FOUND
    if "requestBody" in operation:
        yield from (
            HTTPStatus.BAD_REQUEST,
            HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
            HTTPStatus.UNSUPPORTED_MEDIA_TYPE,
        )
    if "requestBody" in operation or operation.get("parameters"):
        yield HTTPStatus.UNPROCESSABLE_ENTITY
    yield HTTPStatus.TOO_MANY_REQUESTS
    yield HTTPStatus.INTERNAL_SERVER_ERROR
