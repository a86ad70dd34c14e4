"""The requests of a period, for the list in the studio and for the files of the report."""

from collections.abc import Sequence

from sqlalchemy import Select, func, or_, select

from feedback.redaction import redact
from feedback.reports import facts, subjects
from feedback.reports.figures import Figure, count
from feedback.reports.filters import Filters
from feedback.reports.overview_figures import time_figures
from feedback.reports.subjects import within
from feedback.reports.tables import Report, Table
from feedback.requests.models import ContactRequest
from feedback.requests.resolving import State, state_of
from kb.db import db

COLUMNS = (
    "reference", "sent_at", "language", "channel", "state", "subject", "answered_at", "resolved_at",
)  # fmt: skip


def sent_by_people(filters: Filters) -> Select[ContactRequest]:
    """Select the requests that people sent within the period, newest first."""
    return _of_period(filters).where(
        ContactRequest.is_bot.is_(False), ContactRequest.is_staff.is_(False)
    )


def set_aside(filters: Filters) -> Select[ContactRequest]:
    """Select what programs and staff sent: kept apart, for whoever wants to check."""
    return _of_period(filters).where(
        or_(ContactRequest.is_bot.is_(True), ContactRequest.is_staff.is_(True))
    )


def in_state(query: Select[ContactRequest], state: State | None) -> Select[ContactRequest]:
    """Narrow a list to the requests that stand so."""
    answered, resolved = ContactRequest.answered_at, ContactRequest.resolved_at
    if state is State.OPEN:
        return query.where(answered.is_(None), resolved.is_(None))
    if state is State.ANSWERED:
        return query.where(answered.is_not(None), resolved.is_(None))
    return query.where(resolved.is_not(None)) if state is State.RESOLVED else query


def counted(query: Select[ContactRequest]) -> int:
    """Return how many requests a list has."""
    return db.session.scalar(select(func.count()).select_from(query.order_by(None).subquery())) or 0


def _of_period(filters: Filters) -> Select[ContactRequest]:
    query = select(ContactRequest).where(
        ContactRequest.created_at >= filters.period.since,
        ContactRequest.created_at < filters.period.until,
    )
    if filters.locale:
        query = query.where(ContactRequest.locale == filters.locale)
    if filters.channel:
        query = query.where(ContactRequest.channel == filters.channel)
    if filters.of_subject:
        query = query.where(ContactRequest.subject_id.in_(within(filters)))
    return query.order_by(ContactRequest.created_at.desc(), ContactRequest.id.desc())


def make(filters: Filters) -> Report:
    """Return the report: how long people wait, and the requests without what points to anybody.

    Subjects are redacted, messages and addresses left out.
    """
    found = db.session.scalars(sent_by_people(filters)).all()
    return Report(
        "requests",
        filters,
        figures=figures(filters),
        tables=(Table("requests", COLUMNS, tuple(_row(each) for each in found)),),
        simulated=any(each.simulated for each in found),
    )


def figures(filters: Filters) -> tuple[Figure, ...]:
    """Return the times of the overview: one calculation for both pages."""
    ids = subjects.ids(filters)
    now, before = facts.requests(filters, ids), facts.requests(filters.before(), ids)
    return (
        count("requests", len(now), len(before)),
        *time_figures("response", now, before, lambda each: each.answered_at),
        *time_figures("resolution", now, before, lambda each: each.resolved_at),
    )


def _row(request: ContactRequest) -> tuple[str, ...]:
    moments: Sequence[str] = [
        each.isoformat(timespec="seconds") if each else ""
        for each in (request.answered_at, request.resolved_at)
    ]
    return (
        request.reference,
        request.created_at.isoformat(timespec="seconds"),
        request.locale,
        request.channel.value,
        state_of(request).value,
        redact(request.subject),
        *moments,
    )
