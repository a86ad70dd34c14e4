"""The gaps as figures and tables, for the page, files, programs, the digest and the terminal."""

from typing import TYPE_CHECKING

from feedback.gaps.report import GapsReport, KeptGap, gaps_report
from feedback.outcomes import Outcome
from feedback.reports.figures import Figure, count
from feedback.reports.filters import Filters
from feedback.reports.tables import Cell, Report, Table

if TYPE_CHECKING:
    from rich.console import Console

GAP_COLUMNS = (
    "gap", "question", "locale", "status", "diagnosis", "visitors", "visitors_before", "searches",
    "answered_searches", "contacts", "requests", "comments", "languages", "nearest_article",
    "nearest_locale", "owner", "due_on", "first_seen", "last_seen", "answered_at",
    *(outcome.value for outcome in Outcome), "wordings", "channels",
)  # fmt: skip
WORDING_COLUMNS = ("gap", "question", "wording", "locale", "source", "times")


def make(filters: Filters) -> Report:
    """Return the report that is registered as `gaps`."""
    return report_of(gaps_report(filters))


def report_of(found: GapsReport) -> Report:
    """Return gaps as figures and tables."""
    return Report(
        name="gaps",
        filters=found.filters,
        figures=figures(found),
        tables=(
            Table("gaps", GAP_COLUMNS, tuple(_gap_row(each) for each in found.gaps)),
            Table("wordings", WORDING_COLUMNS, tuple(_wording_rows(found))),
        ),
        simulated=found.simulated,
    )


def figures(found: GapsReport) -> tuple[Figure, ...]:
    """Return what the gaps that wait for an answer cost together."""
    total, before = found.total, found.before
    return (
        count("gaps_waiting", len(found.gaps)),
        count("gap_visitors", total.visitors, before.visitors),
        count("gap_searches", total.intents, before.intents),
        count("gap_contacts", total.contacts, before.contacts),
    )


def _gap_row(gap: KeptGap) -> tuple[Cell, ...]:
    return (
        gap.id,
        gap.name,
        gap.locale,
        gap.status.value,
        gap.diagnosis.value if gap.diagnosis else "",
        gap.visitors,
        gap.visitors_before,
        gap.intents,
        gap.sums.answered,
        gap.contacts,
        gap.sums.requests,
        gap.sums.comments,
        " ".join(gap.languages),
        gap.nearest.title if gap.nearest else "",
        gap.nearest.locale if gap.nearest else "",
        gap.owner,
        gap.due_on.isoformat() if gap.due_on else "",
        gap.first_seen.isoformat(timespec="seconds"),
        gap.last_seen.isoformat(timespec="seconds"),
        gap.answered_at.isoformat(timespec="seconds") if gap.answered_at else "",
        *(gap.outcomes.get(outcome, 0) for outcome in Outcome),
        " | ".join(each.text for each in gap.wordings),
        " ".join(each.value for each in gap.channels),
    )


def _wording_rows(found: GapsReport) -> list[tuple[Cell, ...]]:
    return [
        (gap.id, gap.name, each.text, each.locale, each.source.value, each.times)
        for gap in found.gaps
        for each in gap.wordings
    ]


def show(report: Report, console: "Console") -> None:
    """Print the gaps for a terminal."""
    from rich.table import Table as Drawn  # noqa: PLC0415  (only a terminal needs it)
    from rich.text import Text  # noqa: PLC0415

    table = report.table("gaps")
    drawn = Drawn("Question", "Diagnosis", "Visitors", "Before", "Searches", "Contacts", "Nearest article", "Status")  # fmt: skip
    shown = ("question", "diagnosis", "visitors", "visitors_before", "searches", "contacts", "nearest_article", "status")  # fmt: skip
    for row in table.rows:
        cells = dict(zip(table.columns, row, strict=True))
        cells["question"] = f"{cells['question']} ({cells['languages']})"
        # Texts as they are: what visitors type is no markup.
        drawn.add_row(*(Text(str(cells[name])) for name in shown))
    console.print(drawn)
