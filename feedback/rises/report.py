"""The alerts of a period as a report, for files, the command and the digest."""

from feedback.reports import figures
from feedback.reports.articles_numbers import is_simulated
from feedback.reports.filters import Filters
from feedback.reports.tables import Cell, Report, Table
from feedback.rises.models import Alert
from feedback.rises.reading import of_period

COLUMNS = (
    "started_at", "ended_at", "question", "language", "visitors", "usual", "factor", "state",
    "decided_by",
)  # fmt: skip


def make(filters: Filters) -> Report:
    """Return what rose suddenly in the period."""
    found = of_period(filters)
    table = Table("alerts", COLUMNS, tuple(_cells(each) for each in found))
    number = figures.count("alerts", len(found), len(of_period(filters.before())))
    return Report("alerts", filters, (number,), (table,), simulated=is_simulated(filters.period))


def _cells(alert: Alert) -> tuple[Cell, ...]:
    return (
        alert.started_at.isoformat(timespec="seconds"),
        alert.ended_at.isoformat(timespec="seconds") if alert.ended_at else None,
        alert.name,
        alert.locale,
        alert.visitors,
        round(alert.expected, 2),
        round(alert.factor, 1) if alert.factor is not None else None,
        alert.state.value,
        alert.decided_by or None,
    )
