"""The comments of a period as a report, for files and the command."""

from feedback.comments.inbox import Comment, Wanted, comments
from feedback.reports.articles_numbers import is_simulated
from feedback.reports.filters import Filters
from feedback.reports.tables import Cell, Report, Table

MOST = 5_000  # comments in a file
COLUMNS = (
    "at", "with", "comment", "language", "article", "helpful", "score", "reason", "question",
    "state", "note", "decided_by",
)  # fmt: skip


def make(filters: Filters) -> Report:
    """Return the newest comments as a report."""
    found = comments(Wanted(filters), limit=MOST)
    table = Table("comments", COLUMNS, tuple(_cells(each) for each in found))
    return Report("comments", filters, (), (table,), simulated=is_simulated(filters.period))


def _cells(comment: Comment) -> tuple[Cell, ...]:
    vote, answer, decision = comment.vote, comment.answer, comment.decision
    return (
        comment.at.isoformat(timespec="seconds"),
        answer.survey.value if answer else "vote",
        comment.text,
        comment.locale,
        comment.translation.title if comment.translation else None,
        None if vote is None else "yes" if vote.helpful else "no",
        answer.score if answer else None,
        vote.reason.value if vote and vote.reason else None,
        vote.query if vote else None,
        comment.state.value,
        decision.note if decision else None,
        decision.by if decision else None,
    )
