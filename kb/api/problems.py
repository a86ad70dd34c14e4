"""What goes wrong, as RFC 9457 says it: `application/problem+json`, for every error below /api."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from http import HTTPStatus
from typing import Any

from flask import Response, json, request
from werkzeug.exceptions import HTTPException

from kb.locales import settings

MEDIA_TYPE = "application/problem+json"
UNDER = "/api/v1/problems/"


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of problem; its name ends the address of the page that explains it."""

    name: str
    status: HTTPStatus
    title: str
    remedy: str  # what the caller can do, for the page and as the detail where nothing else is said


KINDS = (
    Kind(
        "malformed",
        HTTPStatus.BAD_REQUEST,
        "The request cannot be read",
        "Send well-formed JSON in UTF-8, as the description of the operation shows.",
    ),
    Kind(
        "key-missing",
        HTTPStatus.UNAUTHORIZED,
        "A key is needed",
        "Send `Authorization: Bearer kb_…` with a key made in the studio, under API keys.",
    ),
    Kind(
        "key-invalid",
        HTTPStatus.UNAUTHORIZED,
        "The key opens nothing",
        "It is mistyped, has expired or was revoked. Make another in the studio, under API keys.",
    ),
    Kind(
        "scope-missing",
        HTTPStatus.FORBIDDEN,
        "The key may not do this",
        "Use a key with the scope that is named, or make one in the studio, under API keys.",
    ),
    Kind(
        "forbidden",
        HTTPStatus.FORBIDDEN,
        "This is not allowed",
        "What is said in `detail` forbids it; another request may be allowed.",
    ),
    Kind(
        "not-found",
        HTTPStatus.NOT_FOUND,
        "There is nothing here",
        "Check the address and the identifier. What this key may not read is not found either.",
    ),
    Kind(
        "method-not-allowed",
        HTTPStatus.METHOD_NOT_ALLOWED,
        "This address does not take the method",
        "The header `Allow` names the methods that it takes.",
    ),
    Kind(
        "conflict",
        HTTPStatus.CONFLICT,
        "The state of things does not allow this now",
        "Read the resource again, then decide.",
    ),
    Kind(
        "changed",
        HTTPStatus.PRECONDITION_FAILED,
        "Somebody has changed it in the meantime",
        "Read the resource again, apply your change to what you get, and send its new ETag in `If-Match`.",
    ),
    Kind(
        "too-large",
        HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
        "The request is too large",
        "Send less at once.",
    ),
    Kind(
        "media-type",
        HTTPStatus.UNSUPPORTED_MEDIA_TYPE,
        "The body is of a kind that is not taken here",
        "Send `Content-Type: application/json`, or what the description of the operation names.",
    ),
    Kind(
        "invalid",
        HTTPStatus.UNPROCESSABLE_ENTITY,
        "Something in the request is not as it must be",
        "Correct what `errors` lists: each names the place and says what is expected.",
    ),
    Kind(
        "cursor-invalid",
        HTTPStatus.UNPROCESSABLE_ENTITY,
        "The cursor does not belong to this list",
        "Start again without `cursor`. A cursor holds for the very filters that it was given with.",
    ),
    Kind(
        "idempotency-key-reused",
        HTTPStatus.UNPROCESSABLE_ENTITY,
        "The idempotency key was used for another request",
        "Make a new key for each new request; repeat one only with the very same request.",
    ),
    Kind(
        "precondition-missing",
        HTTPStatus.PRECONDITION_REQUIRED,
        "Say which state you change",
        "Read the resource and send its ETag in `If-Match`, so that nobody's work is overwritten.",
    ),
    Kind(
        "too-many-requests",
        HTTPStatus.TOO_MANY_REQUESTS,
        "Too many requests",
        "Wait for the seconds that `Retry-After` gives. Calls with a key have a limit of their own.",
    ),
    Kind(
        "failed",
        HTTPStatus.INTERNAL_SERVER_ERROR,
        "Something went wrong here",
        "It was logged. Try again in a while; if it persists, tell whoever runs this site.",
    ),
    Kind(
        "unavailable",
        HTTPStatus.SERVICE_UNAVAILABLE,
        "This is not available right now",
        "Nothing was kept. Try again after the seconds that `Retry-After` gives.",
    ),
)
NAMED: Mapping[str, Kind] = {kind.name: kind for kind in KINDS}
# The first kind of each status is the one that is meant where nothing else is said.
OF_STATUS: Mapping[int, Kind] = {int(kind.status): kind for kind in reversed(KINDS)}


@dataclass(frozen=True, slots=True)
class Wrong:
    """One thing that is not as it must be: where it stands, and what is expected.

    `pointer` is a JSON pointer as a fragment for bodies (`#/fields/0/label`); `parameter` names one of
    the address or a header.
    """

    detail: str
    pointer: str = ""
    parameter: str = ""

    def shown(self) -> dict[str, str]:
        """Return it for an answer, without what is empty."""
        return {name: text for name, text in asdict(self).items() if text}


class Problem(HTTPException):
    """Raised by a view of the API: `raise Problem("conflict", "The request is resolved already.")`.

    `more` are members of the answer beside those of the RFC; they must stand in its description.
    """

    def __init__(
        self,
        name: str,
        detail: str = "",
        *,
        errors: Sequence[Wrong] = (),
        headers: Mapping[str, str] | None = None,
        **more: Any,
    ) -> None:
        self.kind = NAMED[name]
        super().__init__(detail or self.kind.remedy)
        self.code = int(self.kind.status)
        self.errors = tuple(errors)
        self.more_headers = dict(headers or {})
        self.more = more


@dataclass(frozen=True, slots=True)
class _Answer:
    kind: Kind
    detail: str
    errors: Sequence[Wrong] = ()
    headers: Mapping[str, str] = field(default_factory=dict)
    more: Mapping[str, Any] = field(default_factory=dict)


def is_for_programs() -> bool:
    """Tell whether this request is one to the API, whose errors are problems and not pages."""
    return request.path.startswith("/api/") or request.path in {"/api", "/mcp"}


def address_of(kind: Kind) -> str:
    """Return the type of a problem: the address of the page that explains it."""
    return (settings().site_url.rstrip("/") or request.url_root.rstrip("/")) + UNDER + kind.name


def answer(error: HTTPException) -> Response:
    """Return an error as a problem."""
    found = _read(error)
    body = {
        "type": address_of(found.kind),
        "title": found.kind.title,
        "status": int(found.kind.status),
        "detail": found.detail,
        **({"errors": [each.shown() for each in found.errors]} if found.errors else {}),
        **found.more,
    }
    response = Response(
        json.dumps(body) + "\n", status=int(found.kind.status), content_type=MEDIA_TYPE
    )
    response.headers["Cache-Control"] = "no-store"
    response.headers.update(found.headers)
    return response


def unexpected() -> Response:
    """Return the problem for an exception that nobody foresaw."""
    return answer(Problem("failed"))


def _read(error: HTTPException) -> _Answer:
    if isinstance(error, Problem):
        return _Answer(
            error.kind, error.description or "", error.errors, error.more_headers, error.more
        )
    kind = OF_STATUS.get(error.code or 500, NAMED["malformed" if _is_theirs(error) else "failed"])
    data = getattr(error, "data", None) or {}
    errors = list(_flat(data.get("messages", {})))
    return _Answer(kind, kind.remedy, errors, _headers(error))


def _is_theirs(error: HTTPException) -> bool:
    return HTTPStatus.BAD_REQUEST <= (error.code or 500) < HTTPStatus.INTERNAL_SERVER_ERROR


def _headers(error: HTTPException) -> dict[str, str]:
    """Return the headers of an error that say something to a program."""
    said = error.get_response(request.environ).headers
    return {name: said[name] for name in ("Allow", "Retry-After") if name in said}


def _flat(messages: Mapping[str, Any]) -> Iterator[Wrong]:
    """Yield what webargs found: {location: {field: [text] or {number: {field: [text]}}}}."""
    for location, found in messages.items():
        for path, text in _leaves(found):
            if location == "json":
                yield Wrong(text, pointer="#" + "".join(f"/{_escaped(step)}" for step in path))
            else:
                yield Wrong(text, parameter=path[0] if path else location)


def _leaves(found: Any, path: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], str]]:
    if isinstance(found, Mapping):
        for name, below in found.items():
            # What concerns the whole of an object, marshmallow puts under this name.
            yield from _leaves(below, path if name == "_schema" else (*path, str(name)))
    elif isinstance(found, (list, tuple)):
        for each in found:
            yield from _leaves(each, path)
    else:
        yield path, str(found)


def _escaped(step: str) -> str:
    return step.replace("~", "~0").replace("/", "~1")
