"""Lists in pages, by cursors that stay right while rows are added.

A cursor names the last row that was given (its sort key and its id), not how many: whatever is added or
removed in the meantime, no row is given twice and none is left out.
"""

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Generic, TypeVar
from urllib.parse import quote, urlencode

from flask import after_this_request, json, request
from sqlalchemy import Select, and_, or_
from sqlalchemy.orm import InstrumentedAttribute
from sqlalchemy.sql import ColumnElement
from werkzeug.wrappers import Response as AnyResponse

from kb.api.problems import Problem
from kb.db import db
from kb.locales import settings
from kb.signing import NotSigned, Signed

CURSORS = Signed("api.cursor")
_PAGING = ("cursor", "limit")
Item = TypeVar("Item")


@dataclass(frozen=True, slots=True)
class Page(Generic[Item]):
    """A page of a list, and the address of the next one."""

    items: Sequence[Item]
    next: str | None


def paged(
    query: Select[Any],
    keys: Sequence[InstrumentedAttribute[Any]],
    asked: Mapping[str, Any],
    *,
    descending: bool = False,
    shown: Callable[[Any], Any] | None = None,
) -> Page[Any]:
    """Return the page that the arguments ask for (`PageArguments`), and lead to the next.

    `query` selects one entity; `keys` are its columns to sort by, never null, the last one unique. The
    order of the query itself is replaced. `shown` makes of each entity what the schema dumps. Raises
    a problem when the cursor is of another list or of other filters.
    """
    cursor, limit = asked["cursor"], asked["limit"]
    if cursor:
        query = query.where(_after(keys, _read(cursor, len(keys)), descending=descending))
    order = [key.desc() if descending else key.asc() for key in keys]
    found = (
        db.session.scalars(query.order_by(None).order_by(*order).limit(limit + 1)).unique().all()
    )
    given = found[:limit]
    following = None
    if len(found) > limit:
        following = _address(_cursor([getattr(given[-1], key.key) for key in keys]))
        _lead_to(following)
    return Page([shown(each) for each in given] if shown else given, following)


def start_of(asked: Mapping[str, Any]) -> int:
    """Return how many come before the page asked for, of a list that is counted and not keyed."""
    return int(_read(asked["cursor"], 1)[0]) if asked["cursor"] else 0


def page_from(items: Sequence[Any], following: int | None) -> Page[Any]:
    """Return a page of a counted list; `following` is where the next one begins."""
    if following is None:
        return Page(items, None)
    address = _address(_cursor([following]))
    _lead_to(address)
    return Page(items, address)


def place_in(asked: Mapping[str, Any], length: int) -> list[Any] | None:
    """Return the values that a page goes on from, of a list that comes from several tables."""
    return _read(asked["cursor"], length) if asked["cursor"] else None


def page_after(items: Sequence[Any], following: Sequence[Any] | None) -> Page[Any]:
    """Return a page of such a list; `following` are the values of its last row, None at the end."""
    if following is None:
        return Page(items, None)
    address = _address(_cursor(following))
    _lead_to(address)
    return Page(items, address)


def _after(
    keys: Sequence[InstrumentedAttribute[Any]], values: Sequence[Any], *, descending: bool
) -> ColumnElement[bool]:
    """Return the condition for what comes after a row; the first key alone bounds it for an index."""
    choices: list[ColumnElement[bool]] = []
    for number, (key, value) in enumerate(zip(keys, values, strict=True)):
        same = [keys[i] == values[i] for i in range(number)]
        choices.append(and_(*same, key < value if descending else key > value))
    first, bound = keys[0], values[0]
    return and_(first <= bound if descending else first >= bound, or_(*choices))


def _cursor(values: Sequence[Any]) -> str:
    plain = [
        {"at": value.isoformat()} if isinstance(value, datetime) else value for value in values
    ]
    return CURSORS.text([_list_of(), *plain])


def _read(cursor: str, length: int) -> list[Any]:
    """Return the values of a cursor that this site has made for this list."""
    try:
        of, *values = CURSORS.read(cursor)
    except NotSigned:
        raise Problem("cursor-invalid") from None
    if of != _list_of() or len(values) != length:
        raise Problem("cursor-invalid")
    return [
        datetime.fromisoformat(value["at"]) if isinstance(value, dict) else value
        for value in values
    ]


def _list_of() -> str:
    """Return a short digest of the list: its address and filters, but not the place in it."""
    filters = sorted((k, v) for k, v in request.args.items(multi=True) if k not in _PAGING)
    text = json.dumps([request.path, filters])
    return hashlib.sha256(text.encode(errors="replace")).hexdigest()[:12]


def _address(cursor: str) -> str:
    arguments = [(k, v) for k, v in request.args.items(multi=True) if k != "cursor"]
    root = settings().site_url.rstrip("/") or request.url_root.rstrip("/")
    return f"{root}{quote(request.path)}?{urlencode([*arguments, ('cursor', cursor)])}"


def _lead_to(address: str) -> None:
    @after_this_request
    def add_link(response: AnyResponse) -> AnyResponse:
        response.headers.add("Link", f'<{address}>; rel="next"')
        return response
