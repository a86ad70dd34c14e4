"""Reports as tables and as JSON, for spreadsheets and programs."""

from typing import Any

from feedback.gaps.report import GapsReport, Searches
from feedback.outcomes import Outcome
from feedback.reports.tables import Cell, as_csv
from feedback.statistics import Rate

GAP_COLUMNS = (
    "question", "locale", "visitors", "visitors_before", "searches", "answered_searches", "languages", "diagnosis",
    "nearest_article", "nearest_locale", "first_seen", "last_seen",
    *(outcome.value for outcome in Outcome), "wordings",
)  # fmt: skip
ARTICLE_COLUMNS = (
    "article", "locale", "helpful", "votes", "lower_bound", "upper_bound", "too_few_to_tell",
    "helpful_with_robots_and_staff", "votes_with_robots_and_staff", "reasons", "comments",
)  # fmt: skip


def gap_rows(report: GapsReport) -> list[list[Cell]]:
    """Return the gaps as rows under `GAP_COLUMNS`."""
    rows: list[list[Cell]] = []
    for gap in report.gaps:
        nearest = report.nearest_to(gap)
        rows.append(
            [
                gap.name,
                gap.locale,
                gap.visitors,
                gap.visitors_before,
                gap.intents,
                gap.answered,
                " ".join(gap.languages),
                gap.diagnosis.value if gap.diagnosis else "",
                nearest.title if nearest else "",
                nearest.locale if nearest else "",
                gap.first_seen.isoformat(timespec="seconds"),
                gap.last_seen.isoformat(timespec="seconds"),
                *(gap.outcomes.get(outcome, 0) for outcome in Outcome),
                " | ".join(gap.queries),
            ]
        )
    return rows


def article_rows(report: GapsReport) -> list[list[Cell]]:
    """Return the articles that do not help as rows under `ARTICLE_COLUMNS`."""
    return [
        [
            each.title,
            each.locale,
            each.rate.successes,
            each.rate.trials,
            round(each.rate.lower, 4),
            round(each.rate.upper, 4),
            "yes" if each.rate.is_too_few else "no",
            each.raw.successes,
            each.raw.trials,
            " | ".join(f"{reason.value}: {count}" for reason, count in each.reasons.items()),
            " | ".join(comment.text for comment in each.comments),
        ]
        for each in report.articles
    ]


def gaps_csv(report: GapsReport) -> str:
    """Return the gaps as CSV."""
    return as_csv(GAP_COLUMNS, gap_rows(report))


def articles_csv(report: GapsReport) -> str:
    """Return the articles that do not help as CSV."""
    return as_csv(ARTICLE_COLUMNS, article_rows(report))


def as_json(report: GapsReport) -> dict[str, Any]:
    """Return the whole report in values that JSON knows."""
    return {
        "since": report.period.since.isoformat(),
        "until": report.period.until.isoformat(),
        "simulated": report.simulated,
        "searches": _searches(report.searches),
        "previous": _searches(report.previous),
        "gaps": [dict(zip(GAP_COLUMNS, row, strict=True)) for row in gap_rows(report)],
        "asked_by_one_visitor": report.single,
        "helpfulness": _rate(report.helpfulness),
        "articles": [dict(zip(ARTICLE_COLUMNS, row, strict=True)) for row in article_rows(report)],
    }


def _searches(searches: Searches) -> dict[str, Any]:
    return {
        "answered": _rate(searches.answered),
        "outcomes": {outcome.value: count for outcome, count in searches.outcomes.items()},
        "visitors": searches.visitors,
        "answered_in_other_words": searches.reworded,
        "still_open": searches.open,
        "left_out": {"robots": searches.bots, "staff": searches.staff},
    }


def _rate(rate: Rate) -> dict[str, Any]:
    return {
        "successes": rate.successes,
        "trials": rate.trials,
        "rate": round(rate.value, 4),
        "lower": round(rate.lower, 4),
        "upper": round(rate.upper, 4),
        "too_few_to_tell": rate.is_too_few,
    }
