"""Every report, as the page and the command make it."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from flask_babel import force_locale
from marshmallow import fields, validate

from articles.api.schemas import MAX_KEY
from articles.models import Kind, Stage
from feedback.models import Channel
from feedback.reports import registry
from feedback.reports.figures import Figure, Unit
from feedback.reports.filters import Comparison, Filters
from feedback.reports.pages import filters_of
from feedback.reports.periods import PeriodRefused
from feedback.reports.tables import Report
from kb.api.operations import blueprint, scoped
from kb.api.problems import Problem, Wrong
from kb.api.schemas import Input, Language, Moment, Schema, Text, choice
from kb.api.scopes import Scope

operations = blueprint(
    "reports", "The figures of the studio's reports, with the formulas behind them."
)


class ReportArguments(Input):
    """Which days, and which part of the site."""

    since = fields.Date(
        load_default=None, metadata={"description": "First day; without it, 30 days before."}
    )
    until = fields.Date(load_default=None, metadata={"description": "Last day, included; today."})
    compare = fields.String(
        load_default=Comparison.PREVIOUS,
        validate=validate.OneOf([Comparison.PREVIOUS, Comparison.LAST_YEAR]),
        metadata={"description": "What it is laid beside: the days before, or those of last year."},
    )
    locale = Language(load_default=None)
    category = Text(
        most=MAX_KEY, load_default=None, metadata={"description": "Key; what is below is included."}
    )
    kind = choice(Kind, load_default=None)
    stage = choice(Stage, load_default=None)
    channel = choice(
        Channel, load_default=None, metadata={"description": "Only what came through this one."}
    )


class FigureSchema(Schema):
    """One number, with how sure it is."""

    key = fields.String()
    unit = choice(Unit)
    value = fields.Float(allow_none=True, metadata={"description": "Null: cannot be computed."})
    lower = fields.Float(allow_none=True, metadata={"description": "Of the 95% interval."})
    upper = fields.Float(allow_none=True)
    previous = fields.Float(
        allow_none=True, metadata={"description": "In the period compared with."}
    )
    change = fields.Float(allow_none=True)
    is_too_few = fields.Boolean(
        metadata={"description": "Too few observations to conclude anything."}
    )
    counts = fields.Dict(keys=fields.String(), values=fields.Integer())


class TableSchema(Schema):
    """A table; every row has a cell for each column."""

    name = fields.String()
    columns = fields.List(fields.String())
    rows = fields.List(
        fields.List(fields.Raw()), metadata={"description": "Cells are texts, numbers or null."}
    )


class ReportSchema(Schema):
    """A report."""

    name = fields.String()
    since = Moment()
    until = Moment(metadata={"description": "Not included."})
    compared_since = Moment()
    compared_until = Moment()
    simulated = fields.Boolean(metadata={"description": "Made of simulated visitors."})
    figures = fields.List(fields.Nested(FigureSchema))
    tables = fields.List(fields.Nested(TableSchema))


class ReportNamesSchema(Schema):
    """The reports there are."""

    items = fields.List(fields.String())


@operations.get("/reports")
@scoped(Scope.REPORTS_READ)
@operations.response(200, ReportNamesSchema)
def list_reports() -> dict[str, Any]:
    """List the reports."""
    return {"items": registry.names()}


@operations.get("/reports/<name>")
@scoped(Scope.REPORTS_READ)
@operations.arguments(ReportArguments, location="query")
@operations.response(200, ReportSchema)
def read_report(asked: Mapping[str, Any], name: str) -> dict[str, Any]:
    """Read a report.

    The same calculation as its page and its files.
    """
    if name not in registry.names():
        known = ", ".join(registry.names())
        raise Problem("not-found", f"No report has this name: choose one of {known}.")
    with force_locale("en"):  # words in tables, like the API itself
        return _shown(registry.report(name, _filters(asked)))


def _filters(asked: Mapping[str, Any]) -> Filters:
    given = {
        ("language" if name == "locale" else name): _text(value)
        for name, value in asked.items()
        if value is not None
    }
    try:
        return filters_of(given)
    except PeriodRefused as error:
        wrong = Wrong(str(error), parameter=error.field)
        raise Problem("invalid", errors=[wrong]) from None


def _text(value: Any) -> str:
    if isinstance(value, date):
        return value.isoformat()
    return str(getattr(value, "value", value))


def _shown(report: Report) -> dict[str, Any]:
    period, compared = report.filters.period, report.filters.compared
    return {
        "name": report.name,
        "since": period.since,
        "until": period.until,
        "compared_since": compared.since,
        "compared_until": compared.until,
        "simulated": report.simulated,
        "figures": [_figure(each) for each in report.figures],
        "tables": report.tables,
    }


def _figure(figure: Figure) -> dict[str, Any]:
    return {
        "key": figure.key,
        "unit": figure.unit,
        "value": figure.value,
        "lower": figure.lower,
        "upper": figure.upper,
        "previous": figure.previous,
        "change": figure.change,
        "is_too_few": figure.is_too_few,
        "counts": figure.counts,
    }
