"""The audit log as a page, and as files with the same filters."""

from collections.abc import Callable, Iterable, Iterator
from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

from flask import Blueprint, Flask, Response, render_template, request, url_for
from flask import current_app as app_now
from sqlalchemy import Engine, Select
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response as AnyResponse

from kb.audit.entries import (
    MAX_TEXT,
    Filters,
    acts,
    entries,
    newer_than,
    older_than,
    things,
)
from kb.audit.models import AuditEntry
from kb.audit.recording import record
from kb.audit.tables import as_csv, as_json_lines
from kb.audit.words import act_in_words, details_for_readers, thing_in_words
from kb.caching import private
from kb.db import db, utc_now
from kb.locales import settings
from kb.rights import Right, requires

PAGE_SIZE = 50
ROWS_AT_ONCE = 500  # of a file, read while it is sent
MAX_NUMBER = 2**31 - 1

# Where a thing is looked at, if that page is there: its sort -> endpoint and name of its number.
DOORS = {
    "account": ("people.one", "number"),
    "article": ("translations.source", "article_id"),
    "category": ("categories.category", "number"),
    "gap": ("gaps.gap", "number"),
    "link": ("links.link", "number"),
    "translation": ("drafts.draft", "number"),
}
GONE = {"category.merged", "category.removed"}  # acts after which the thing is not there
Write = Callable[[Iterable[AuditEntry]], Iterator[str]]
FILES: dict[str, tuple[str, Write]] = {
    "csv": ("text/csv", as_csv),
    "jsonl": ("application/jsonl", as_json_lines),
}

blueprint = Blueprint("audit", __name__, url_prefix="/studio/audit")


@blueprint.get("")
@requires(Right.READ_AUDIT)
def log() -> AnyResponse:
    """Show who did what, the newest first, a page at a time."""
    filters = asked()
    found = entries(filters, _zone())
    before, after = _number("before"), _number("after")
    if after is not None:
        rows = list(db.session.scalars(newer_than(found, after).limit(PAGE_SIZE + 1)))
        has_newer, has_older = len(rows) > PAGE_SIZE, True
        rows = rows[:PAGE_SIZE][::-1]
    else:
        narrowed = found if before is None else older_than(found, before)
        rows = list(db.session.scalars(narrowed.limit(PAGE_SIZE + 1)))
        has_newer, has_older = before is not None, len(rows) > PAGE_SIZE
        rows = rows[:PAGE_SIZE]
    html = render_template(
        "audit/log.html",
        rows=rows,
        filters=filters,
        acts=sorted(
            ((each, act_in_words(each)) for each in db.session.scalars(acts())), key=_label
        ),
        things=sorted(
            ((each, thing_in_words(each)) for each in db.session.scalars(things())), key=_label
        ),
        newer=_here(filters, after=rows[0].id) if has_newer and rows else "",
        older=_here(filters, before=rows[-1].id) if has_older and rows else "",
        files={form: url_for(".export", form=form, **filters.arguments()) for form in FILES},
        narrowed_to=lambda **more: _narrowed(filters, **more),
        door_to=door_to,
        act_in_words=act_in_words,
        thing_in_words=thing_in_words,
        details_for_readers=details_for_readers,
    )
    return private(html)


@blueprint.get("/entries.<any(csv, jsonl):form>")
@requires(Right.READ_AUDIT)
def export(form: str) -> AnyResponse:
    """Send all that the filters leave, as a file; that it was taken is recorded as well."""
    filters = asked()
    media_type, write = FILES[form]
    narrowed: dict[str, Any] = {"filters": filters.arguments()} if filters.is_narrowed else {}
    last = db.session.scalar(entries(Filters(), _zone()).limit(1).with_only_columns(AuditEntry.id))
    record("audit.exported", label=form, **narrowed)
    db.session.commit()
    found = entries(filters, _zone()).where(AuditEntry.id <= (last or 0))
    name = f"audit-{utc_now().date()}.{form}"
    response = Response(
        _sent(db.engine, found, write),
        mimetype=media_type,
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )
    return private(response)


def _sent(engine: Engine, found: Select[AuditEntry], write: Write) -> Iterator[bytes]:
    """Yield a file while its rows are read; spreadsheets know the letters by the mark in front."""
    with Session(engine) as session:
        rows = session.scalars(found.execution_options(yield_per=ROWS_AT_ONCE))
        for number, line in enumerate(write(rows)):
            is_table = number == 0 and write is as_csv
            yield line.encode("utf-8-sig" if is_table else "utf-8")


def asked() -> Filters:
    """Return the filters of the address; what cannot be read asks nothing."""
    words = {
        name: " ".join(request.args.get(name, "").split())[:MAX_TEXT]
        for name in ("person", "act", "thing", "text")
    }
    return Filters(
        **words,
        thing_id=_number("thing_id"),
        revision=_number("revision"),
        since=_day("since"),
        until=_day("until"),
    )


def _number(name: str) -> int | None:
    found = request.args.get(name, type=int)
    return found if found is not None and 0 <= found <= MAX_NUMBER else None


def _day(name: str) -> date | None:
    try:
        return date.fromisoformat(request.args.get(name, ""))
    except ValueError:
        return None


def _zone() -> ZoneInfo:
    return ZoneInfo(settings().timezone)


def _here(filters: Filters, **more: Any) -> str:
    return url_for("audit.log", **filters.arguments(), **more)


def _narrowed(filters: Filters, **more: object) -> str:
    arguments: dict[str, Any] = {**filters.arguments(), **more}
    return url_for("audit.log", **arguments)


def _label(pair: tuple[str, str]) -> str:
    return pair[1].casefold()


def door_to(entry: AuditEntry) -> str:
    """Return the page of the thing that was acted upon; empty where there is none."""
    endpoint, argument = DOORS.get(entry.thing, ("", ""))
    if entry.act in GONE or entry.thing_id is None or endpoint not in app_now.view_functions:
        return ""
    if argument not in next(app_now.url_map.iter_rules(endpoint)).arguments:
        return ""
    values: dict[str, Any] = {argument: entry.thing_id}
    return url_for(endpoint, **values)


def init_app(app: Flask) -> None:
    """Serve the log."""
    app.register_blueprint(blueprint)
