"""Every report by its name: the page, the files, the command and the digest all ask here.

So two ways to the same figure are one calculation.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from flask import Flask, current_app

from feedback.reports.filters import Filters
from feedback.reports.tables import Report

if TYPE_CHECKING:
    from rich.console import Console

Make = Callable[[Filters], Report]
Show = Callable[[Report, "Console"], None]
Prepare = Callable[[bool], object]


@dataclass(frozen=True, slots=True)
class Registered:
    """A report: how it is made, and what the command does beside.

    `show` prints it for people, where tables alone would not do. `prepare` is called by the command
    before: with True, everything is to be found anew.
    """

    make: Make
    show: Show | None = None
    prepare: Prepare | None = None


def register(
    app: Flask, name: str, make: Make, *, show: Show | None = None, prepare: Prepare | None = None
) -> None:
    """Let `make` answer for the report `name`."""
    app.extensions.setdefault("kb_reports", {})[name] = Registered(make, show, prepare)


def names() -> list[str]:
    """Return the names of the reports there are, in the order of their registration."""
    return list(current_app.extensions.get("kb_reports", {}))


def registered(name: str) -> Registered:
    """Return what is registered under `name`; raises `KeyError`."""
    found: Registered = current_app.extensions.get("kb_reports", {})[name]
    return found


def report(name: str, filters: Filters) -> Report:
    """Return a report; raises `KeyError` for a name that no report has."""
    return registered(name).make(filters)
