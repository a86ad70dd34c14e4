"""Every report by its name: the page, the files, the command and the digest all ask here.

So two ways to the same figure are one calculation.
"""

from collections.abc import Callable

from flask import Flask, current_app

from feedback.reports.filters import Filters
from feedback.reports.tables import Report

Make = Callable[[Filters], Report]


def register(app: Flask, name: str, make: Make) -> None:
    """Let `make` answer for the report `name`."""
    app.extensions.setdefault("kb_reports", {})[name] = make


def names() -> list[str]:
    """Return the names of the reports there are, in the order of their registration."""
    return list(current_app.extensions.get("kb_reports", {}))


def report(name: str, filters: Filters) -> Report:
    """Return a report; raises `KeyError` for a name that no report has."""
    make: Make = current_app.extensions["kb_reports"][name]
    return make(filters)
