"""The frame of every report page: its rooms, its filters, and the files that say the same."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from http import HTTPStatus
from typing import Any

from flask import Flask, Response, current_app, make_response, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString
from werkzeug.datastructures import MultiDict

from articles.models import Kind, Stage
from articles.queries import category_names
from feedback.labels import CHANNELS, KINDS, REFUSALS, STAGES
from feedback.models import Channel
from feedback.reports.filters import Comparison, Filters, filters_from
from feedback.reports.periods import PeriodRefused, period_between
from feedback.reports.tables import Report, Table, as_csv, as_json
from kb.caching import private
from kb.db import db, utc_now
from kb.formats import shown_date
from kb.locales import current_locale, settings

# Reading order of the navigation; a room that no part of the program adds is not shown.
ROOMS = (
    "overview", "gaps", "articles", "searches", "comments", "requests", "surveys", "alerts",
    "digest",
)  # fmt: skip
SHORTCUTS: Mapping[int, LazyString] = {
    7: _l("7 days"),
    30: _l("30 days"),
    90: _l("90 days"),
    365: _l("12 months"),
}  # lengths in days


@dataclass(frozen=True, slots=True)
class Room:
    """A page of the reports, as the navigation names it."""

    name: str
    endpoint: str
    label: LazyString


@dataclass(frozen=True, slots=True)
class Link:
    """An address with its words; `is_current` where the reader stands on it."""

    label: str
    address: str
    is_current: bool = False


@dataclass(frozen=True, slots=True)
class Choice:
    """A value that a filter may take."""

    value: str
    label: str
    is_chosen: bool


def add_room(app: Flask, name: str, endpoint: str, label: LazyString) -> None:
    """Show a page in the navigation of the reports; `name` is one of `ROOMS`."""
    app.extensions.setdefault("kb_report_rooms", {})[name] = Room(name, endpoint, label)


def rooms() -> list[Room]:
    """Return the rooms there are, in reading order."""
    known: Mapping[str, Room] = current_app.extensions.get("kb_report_rooms", {})
    return [known[name] for name in ROOMS if name in known]


def asked() -> Filters:
    """Return the filters that the address of this request names.

    Raises `PeriodRefused`; the application answers it with the form and what is wrong (`refused`).
    """
    return filters_of(request.args)


def filters_of(arguments: Mapping[str, str]) -> Filters:
    """Return the filters that `arguments` name, on this site, now; raises `PeriodRefused`."""
    site = settings()
    return filters_from(arguments, now=utc_now(), timezone=site.timezone, locales=site.locales)


def page(
    template: str, room: str, filters: Filters, *, simulated: bool = False, **context: object
) -> Response:
    """Render a report page, which extends `feedback/reports/_frame.html`; nobody else may keep it.

    The template also gets `filters`, `period_label`, `download(table=None)` and `data_address`.
    """
    html = render_template(
        template, room=room, simulated=simulated, **frame(room, filters), **context
    )
    return private(html)


def frame(room: str, filters: Filters) -> dict[str, object]:
    """Return what the frame shows around a report."""
    arguments = filters.arguments()
    first, last = filters.period.since.date(), filters.period.last_day
    return {
        "filters": filters,
        "period_label": _(
            "From %(first)s to %(last)s.", first=shown_date(first), last=shown_date(last)
        ),
        "rooms": _room_links(room, arguments),
        "shortcuts": _shortcut_links(filters),
        "choices": _choices(filters),
        "asked_since": first.isoformat(),
        "asked_until": last.isoformat(),
        "download": lambda table=None: address_of_file(room, "csv", filters, table),
        "data_address": address_of_file(room, "json", filters),
    }


def address_of_file(name: str, form: str, filters: Filters, table: str | None = None) -> str:
    """Return where a registered report lies as a file, `form` being `csv` or `json`."""
    arguments: dict[str, Any] = filters.arguments()
    if table:
        arguments["table"] = table
    return url_for(f"reports.{form}_file", name=name, **arguments)


def _room_links(current: str, arguments: Mapping[str, Any]) -> list[Link]:
    return [
        Link(str(each.label), url_for(each.endpoint, **arguments), each.name == current)
        for each in rooms()
    ]


def _shortcut_links(filters: Filters) -> list[Link]:
    """Return the same page over the last so many days."""
    site = settings()
    today = utc_now()
    links = []
    for days, label in SHORTCUTS.items():
        whole = period_between(None, None, now=today, timezone=site.timezone)
        since = whole.last_day - timedelta(days=days - 1)
        period = period_between(since.isoformat(), None, now=today, timezone=site.timezone)
        arguments = {**_kept(), **replace(filters, period=period).arguments()}
        links.append(Link(str(label), _here(arguments), filters.period == period))
    return links


def _kept() -> dict[str, str]:
    """Return what the address says beside the filters, such as a sorting."""
    known = {"since", "until", "compare", "language", "category", "kind", "stage"}
    return {name: value for name, value in request.args.items() if name not in known}


def _here(arguments: Mapping[str, str]) -> str:
    values: dict[str, Any] = {**(request.view_args or {}), **arguments}
    return url_for(request.endpoint or "", **values)


def _choices(filters: Filters) -> dict[str, list[Choice]]:
    """Return the values of each filter that has a list, each list with “all” first."""
    return {
        "compare": [
            Choice("", _("the period before"), filters.comparison == Comparison.PREVIOUS),
            Choice(
                Comparison.LAST_YEAR,
                _("the year before"),
                filters.comparison == Comparison.LAST_YEAR,
            ),
        ],
        "language": [
            Choice("", _("all languages"), not filters.locale),
            *(Choice(each, _language(each), each == filters.locale) for each in settings().locales),
        ],
        "category": [
            Choice("", _("all categories"), not filters.category),
            *_categories(filters.category),
        ],
        "kind": [
            Choice("", _("all kinds"), not filters.kind),
            *(Choice(each.value, str(KINDS[each]), each is filters.kind) for each in Kind),
        ],
        "stage": [
            Choice("", _("all stages"), not filters.stage),
            *(Choice(each.value, str(STAGES[each]), each is filters.stage) for each in Stage),
        ],
        "channel": [
            Choice("", _("all channels"), not filters.channel),
            *(Choice(each.value, str(CHANNELS[each]), each is filters.channel) for each in Channel),
        ],
    }


def _language(code: str) -> str:
    name: str = current_app.jinja_env.filters["language_name"](code)
    return name


def _categories(chosen: str | None) -> list[Choice]:
    """Return the categories in the language of the page, each below the one that holds it."""
    named: dict[int, tuple[str, int | None, str]] = {}
    for each, key, parent, locale, name, _slug, _description in db.session.execute(
        category_names()
    ):
        if each not in named or locale == current_locale():
            named[each] = (key, parent, name)
    return [
        Choice(key, " › ".join(_path(each, named)), key == chosen)
        for each, (key, _parent, _name) in named.items()
    ]


def _path(category: int, named: Mapping[int, tuple[str, int | None, str]]) -> list[str]:
    _key, parent, name = named[category]
    return [*(_path(parent, named) if parent in named and parent is not None else []), name]


def refused(error: PeriodRefused) -> Response:
    """Return the form as it was filled in, with what is wrong beside the field."""
    html = render_template(
        "feedback/reports/refused.html",
        rooms=_room_links("", {}),
        asked_since=request.args.get("since", ""),
        asked_until=request.args.get("until", ""),
        choices=_choices(filters_of(_without_dates())),
        field=error.field,
        message=REFUSALS[error.reason],
    )
    return private(html, HTTPStatus.BAD_REQUEST)


def _without_dates() -> Mapping[str, str]:
    return MultiDict(
        (name, value) for name, value in request.args.items() if name not in {"since", "until"}
    )


def csv_answer(table: Table, name: str, last_day: date) -> Response:
    """Send a table as a file for spreadsheets."""
    # The mark at the beginning makes spreadsheets read the accents.
    response = make_response(as_csv(table.columns, table.rows).encode("utf-8-sig"))
    response.headers["Content-Type"] = "text/csv; charset=utf-8"
    file = f"{name}-{last_day}.csv" if name == table.name else f"{name}-{table.name}-{last_day}.csv"
    response.headers["Content-Disposition"] = f'attachment; filename="{file}"'
    return private(response)


def json_answer(report: Report) -> Response:
    """Send a whole report to a program."""
    response = make_response(json.dumps(as_json(report), ensure_ascii=False, indent=2))
    response.mimetype = "application/json"
    return private(response)
