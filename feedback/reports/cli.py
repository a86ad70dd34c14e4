"""`kb report`: the reports, for a terminal, a spreadsheet or a program."""

from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from flask import Flask
    from rich.text import Text

    from feedback.gaps.grouping import Gap
    from feedback.gaps.report import GapsReport
    from feedback.reports.helpfulness import Helpfulness
    from feedback.reports.periods import Period

FILE_WIDTH = 140  # characters of a line where no terminal says how many fit


def _application() -> "Flask":
    """Return the site with its database ready."""
    from kb.factory import create_app
    from kb.schema import ensure

    app = create_app()
    ensure(app)
    return app


@click.group()
def report() -> None:
    """Print a report."""


@report.command()
@click.option("--since", metavar="DAY", help="First day, such as 2026-11-01.  [30 days before]")
@click.option("--until", metavar="DAY", help="Last day, included.  [today]")
@click.option("--csv", "as_csv", is_flag=True, help="Print a table for spreadsheets.")
@click.option("--json", "as_json", is_flag=True, help="Print everything as JSON.")
@click.option(
    "--table",
    type=click.Choice(["gaps", "articles"]),
    default="gaps",
    show_default=True,
    help="Which table --csv prints.",
)
def gaps(*, since: str | None, until: str | None, as_csv: bool, as_json: bool, table: str) -> None:
    """Show the questions that went unanswered, then the articles that do not help."""
    from flask_babel import force_locale

    # Commands speak English, like their help, whatever languages the site has.
    with _application().app_context(), force_locale("en"):
        _report(_period(since, until), as_csv=as_csv, as_json=as_json, table=table)


def _report(period: "Period", *, as_csv: bool, as_json: bool, table: str) -> None:
    import json

    from feedback.gaps.meaning import encode_when_ready
    from feedback.gaps.report import gaps_report
    from feedback.gaps.tables import articles_csv, gaps_csv
    from feedback.gaps.tables import as_json as json_of

    found = gaps_report(period, encode_when_ready())
    if as_json:
        click.echo(json.dumps(json_of(found), ensure_ascii=False, indent=2))
    elif as_csv:
        click.echo(articles_csv(found) if table == "articles" else gaps_csv(found), nl=False)
    else:
        _print(found)


def _period(since: str | None, until: str | None) -> "Period":
    from feedback.reports.periods import PeriodRefused, period_between
    from kb.db import utc_now
    from kb.locales import settings

    try:
        return period_between(since, until, now=utc_now(), timezone=settings().timezone)
    except PeriodRefused as error:
        raise click.BadParameter(str(error)) from None


def _print(found: "GapsReport") -> None:
    from rich.console import Console
    from rich.table import Table

    from feedback.gaps.views import summary

    console = Console()
    if not console.is_terminal:
        console.width = FILE_WIDTH
    if found.simulated:
        console.print("[bold]These figures are simulated.[/]")
    console.print(f"{_days(found.period)} {summary(found)}\n", markup=False)
    unanswered = Table(
        "Question", "Visitors", "Before", "Searches", "What became of them", "Nearest article", "Last asked"
    )  # fmt: skip
    for gap in found.gaps:
        unanswered.add_row(*map(_cell, _gap_row(gap, found)))
    console.print(unanswered)
    votes = Table("Article that does not help", "Language", "Helpful", "Likely share (95%)")
    for each in found.articles:
        votes.add_row(*map(_cell, _article_row(each)))
    console.print(votes)


def _days(period: "Period") -> str:
    from kb.formats import shown_date

    return f"From {shown_date(period.since)} to {shown_date(period.last_day)}."


def _cell(text: str) -> "Text":
    """Return a text as it is: what visitors type is no markup."""
    from rich.text import Text

    return Text(text)


def _gap_row(gap: "Gap", found: "GapsReport") -> list[str]:
    from feedback.labels import OUTCOMES
    from kb.formats import shown_date

    nearest = found.nearest_to(gap)
    outcomes = (f"{OUTCOMES[outcome]}: {count}" for outcome, count in gap.outcomes.items())
    return [
        f"{gap.name} ({', '.join(gap.languages)})",
        str(gap.visitors),
        str(gap.visitors_before),
        str(gap.intents),
        "\n".join(outcomes),
        nearest.title if nearest else "none",
        shown_date(gap.last_seen, "medium"),
    ]


def _article_row(votes: "Helpfulness") -> list[str]:
    rate = votes.rate
    bounds = f"{rate.lower:.0%} to {rate.upper:.0%}"
    return [
        votes.title,
        votes.locale,
        f"{rate.successes} of {rate.trials}",
        "too few to tell" if rate.is_too_few else bounds,
    ]
