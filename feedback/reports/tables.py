"""Tables of every report, for spreadsheets and programs: one form, whatever the way out."""

import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from feedback.reports.figures import Figure
from feedback.reports.filters import Filters

Cell = str | int | float | None
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")


@dataclass(frozen=True, slots=True)
class Table:
    """A named table; every row has a cell for every column."""

    name: str
    columns: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]


@dataclass(frozen=True, slots=True)
class Report:
    """What a report says, without its layout: the page, the files and the command show this.

    The figures are a table as well, named `figures`.
    """

    name: str
    filters: Filters
    figures: tuple[Figure, ...] = ()
    tables: tuple[Table, ...] = ()
    simulated: bool = False

    def table(self, name: str | None = None) -> Table:
        """Return the table `name`; raises `KeyError` with the names there are.

        By default the one that is called as the report, else the first.
        """
        known = {each.name: each for each in self.all_tables()}
        if name is None:
            return known.get(self.name) or next(iter(known.values()))
        if name not in known:
            raise KeyError(f"no table “{name}”: choose one of {', '.join(known)}")
        return known[name]

    def all_tables(self) -> tuple[Table, ...]:
        """Return the tables, the one of the figures first where there are any."""
        return ((figures_table(self.figures),) if self.figures else ()) + self.tables


FIGURE_COLUMNS = (
    "figure", "unit", "value", "lower", "upper", "too_few_to_tell", "previous", "change", "counts",
)  # fmt: skip


def figures_table(figures: Iterable[Figure]) -> Table:
    """Return figures as a table, one row each."""
    rows = tuple(
        (
            each.key,
            each.unit.value,
            _rounded(each.value),
            _rounded(each.lower),
            _rounded(each.upper),
            "yes" if each.is_too_few else "no",
            _rounded(each.previous),
            _rounded(each.change),
            "; ".join(f"{name}={number}" for name, number in each.counts.items()),
        )
        for each in figures
    )
    return Table("figures", FIGURE_COLUMNS, rows)


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 4)


def neutralised(cell: Cell) -> Cell:
    """Return a text that no spreadsheet takes for a formula; numbers stay numbers."""
    if isinstance(cell, str) and cell.startswith(FORMULA_STARTS):
        return f"'{cell}"
    return cell


def as_csv(columns: Sequence[str], rows: Iterable[Sequence[Cell]]) -> str:
    """Return a table as CSV with a heading, quoted as RFC 4180 asks, formulas neutralised."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(columns)
    for row in rows:
        writer.writerow(["" if cell is None else neutralised(cell) for cell in row])
    return out.getvalue()


def as_json(report: Report) -> dict[str, Any]:
    """Return a whole report in values that JSON knows."""
    return {
        "report": report.name,
        "filters": report.filters.arguments(),
        "since": report.filters.period.since.isoformat(),
        "until": report.filters.period.until.isoformat(),
        "compared_since": report.filters.compared.since.isoformat(),
        "compared_until": report.filters.compared.until.isoformat(),
        "simulated": report.simulated,
        "figures": {each.key: _figure(each) for each in report.figures},
        **{table.name: _records(table) for table in report.tables},
    }


def _records(table: Table) -> list[Mapping[str, Cell]]:
    return [dict(zip(table.columns, row, strict=True)) for row in table.rows]


def _figure(figure: Figure) -> dict[str, Any]:
    return {
        "unit": figure.unit.value,
        "value": _rounded(figure.value),
        "lower": _rounded(figure.lower),
        "upper": _rounded(figure.upper),
        "too_few_to_tell": figure.is_too_few,
        "previous": _rounded(figure.previous),
        "change": _rounded(figure.change),
        "counts": dict(figure.counts),
    }
