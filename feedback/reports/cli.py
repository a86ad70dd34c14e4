"""`kb report`: every report, for a terminal, a spreadsheet or a program."""

from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from flask import Flask
    from rich.console import Console

    from feedback.reports.filters import Filters
    from feedback.reports.tables import Cell, Report, Table

FILE_WIDTH = 140  # characters of a line where no terminal says how many fit


def _application() -> "Flask":
    """Return the site with its database ready."""
    from kb.factory import create_app
    from kb.schema import ensure

    app = create_app()
    ensure(app)
    return app


@click.command()
@click.argument("name", required=False)
@click.option("--since", metavar="DAY", help="First day, such as 2026-11-01.  [30 days before]")
@click.option("--until", metavar="DAY", help="Last day, included.  [today]")
@click.option(
    "--compare",
    type=click.Choice(["previous", "year"]),
    default="previous",
    show_default=True,
    help="What the period is laid beside.",
)
@click.option("--language", metavar="CODE", help="Only this language, such as fr.")
@click.option("--category", metavar="KEY", help="Only this category and what lies below it.")
@click.option("--kind", metavar="KIND", help="Only articles of this kind, such as guide.")
@click.option("--stage", metavar="STAGE", help="Only articles of this stage, such as after.")
@click.option("--channel", metavar="CHANNEL", help="Only what came through this one, such as mcp.")
@click.option("--table", metavar="TABLE", help="Print this table only.")
@click.option("--csv", "as_csv", is_flag=True, help="Print a table for spreadsheets.")
@click.option("--json", "as_json", is_flag=True, help="Print everything as JSON.")
@click.option("--refresh", is_flag=True, help="Find everything anew first, which may take a while.")
@click.option(
    "--recompute",
    is_flag=True,
    help="Decide all outcomes and add up all days anew from the events.",
)
def report(
    *,
    name: str | None,
    table: str | None,
    as_csv: bool,
    as_json: bool,
    refresh: bool,
    recompute: bool,
    **arguments: str | None,
) -> None:
    """Print the report NAME: overview, gaps, articles, searches …"""
    from flask_babel import force_locale

    if name is None and not recompute:
        raise click.UsageError("name a report, such as `kb report overview`")
    # Commands speak English, like their help, whatever languages the site has.
    with _application().app_context(), force_locale("en"):
        if recompute:
            _recompute()
        if name is not None:
            found = _made(name, _filters(arguments), refresh=refresh)
            _write(found, table, as_csv=as_csv, as_json=as_json)


def _recompute() -> None:
    from feedback.reports import rollups

    done = rollups.recompute()
    click.echo(f"{done.days} days added up anew from their events.", err=True)
    if done.frozen:
        click.echo(f"{done.frozen} days kept as they were: their events are erased.", err=True)


def _filters(arguments: "dict[str, str | None]") -> "Filters":
    from feedback.reports.pages import filters_of
    from feedback.reports.periods import PeriodRefused

    given = {name: value for name, value in arguments.items() if value}
    try:
        filters = filters_of(given)
    except PeriodRefused as error:
        raise click.BadParameter(str(error)) from None
    known = {**filters.arguments(), "compare": filters.comparison}
    for name in ("language", "category", "kind", "stage", "channel"):
        if name in given and known.get(name) != given[name]:
            raise click.BadParameter(f"the site has no {name} “{given[name]}”")
    return filters


def _made(name: str, filters: "Filters", *, refresh: bool) -> "Report":
    from feedback.reports import registry

    try:
        known = registry.registered(name)
    except KeyError:
        there = ", ".join(registry.names())
        raise click.BadParameter(f"no report “{name}”: choose one of {there}") from None
    if known.prepare is not None:
        known.prepare(refresh)
    return known.make(filters)


def _write(found: "Report", table: str | None, *, as_csv: bool, as_json: bool) -> None:
    import json

    from feedback.reports import tables

    if as_json:
        click.echo(json.dumps(tables.as_json(found), ensure_ascii=False, indent=2))
    elif as_csv or table:
        try:
            chosen = found.table(table)
        except KeyError as error:
            raise click.BadParameter(str(error.args[0])) from None
        if as_csv:
            click.echo(tables.as_csv(chosen.columns, chosen.rows), nl=False)
        else:
            _print_table(_console(), chosen)
    else:
        _print(found)


def _console() -> "Console":
    from rich.console import Console

    console = Console()
    if not console.is_terminal:
        console.width = FILE_WIDTH
    return console


def _print(found: "Report") -> None:
    """Print a report for people, as its own room does it where it has a way of its own."""
    from feedback.reports import registry
    from kb.formats import shown_date

    console = _console()
    if found.simulated:
        console.print("[bold]These figures are simulated.[/]")
    period = found.filters.period
    console.print(f"From {shown_date(period.since)} to {shown_date(period.last_day)}.")
    show = registry.registered(found.name).show
    if show is not None:
        show(found, console)
        return
    if found.figures:
        _print_figures(console, found)
    for each in found.tables:
        _print_table(console, each)


def _print_figures(console: "Console", found: "Report") -> None:
    from rich.table import Table as Grid
    from rich.text import Text

    from feedback.reports.wording import said

    grid = Grid("Figure", "Value", "95%", "Change", "Counts")
    for each in found.figures:
        words = said(each, found.filters.comparison)
        counts = ", ".join(f"{name} {number}" for name, number in words.counts)
        interval = "too few to tell" if words.is_too_few else words.interval
        grid.add_row(*map(Text, (words.name, words.value, interval, words.change, counts)))
    console.print(grid)


def _print_table(console: "Console", table: "Table") -> None:
    from rich.table import Table as Grid
    from rich.text import Text

    grid = Grid(*table.columns, title=table.name)
    for row in table.rows:
        # What visitors type is no markup.
        grid.add_row(*(Text(_shown(cell)) for cell in row))
    console.print(grid)


def _shown(cell: "Cell") -> str:
    return "" if cell is None else str(cell)
