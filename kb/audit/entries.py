"""Named questions to the audit log."""

import json
from collections.abc import Sequence
from dataclasses import dataclass, fields
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, Select, String, cast, func, or_, select

from kb.audit.models import AuditEntry

MAX_TEXT = 200  # characters of a filter


@dataclass(frozen=True, slots=True)
class Filters:
    """What is asked of the log; empty fields ask nothing. Days are those of `zone`, both included."""

    person: str = ""
    act: str = ""
    thing: str = ""
    thing_id: int | None = None
    revision: int | None = None
    since: date | None = None
    until: date | None = None
    text: str = ""

    @property
    def is_narrowed(self) -> bool:
        """Whether anything is asked."""
        return self != Filters()

    def arguments(self) -> dict[str, Any]:
        """Return the filters as arguments of an address, those that ask nothing left out."""
        found = {each.name: getattr(self, each.name) for each in fields(self)}
        return {name: str(value) for name, value in found.items() if value not in {"", None}}


def entries(filters: Filters, zone: ZoneInfo) -> Select[AuditEntry]:
    """Select the entries that filters leave, the newest first."""
    query = select(AuditEntry).order_by(AuditEntry.id.desc())
    if filters.person:
        query = query.where(_holds(_text(AuditEntry.actor), _cases(filters.person)))
    if filters.act:
        query = query.where(AuditEntry.act == filters.act)
    if filters.thing:
        query = query.where(AuditEntry.thing == filters.thing)
        if filters.thing_id is not None:
            query = query.where(AuditEntry.thing_id == filters.thing_id)
    if filters.revision is not None:
        query = query.where(AuditEntry.revision == filters.revision)
    if filters.since:
        query = query.where(AuditEntry.at >= _midnight(filters.since, zone))
    if filters.until:
        query = query.where(AuditEntry.at < _midnight(filters.until + timedelta(days=1), zone))
    for word in filters.text.split():
        in_details = [json.dumps(each)[1:-1] for each in _cases(word)]  # É is kept as \u00c9
        query = query.where(
            or_(
                _holds(_text(AuditEntry.label), _cases(word)),
                _holds(_text(AuditEntry.act), _cases(word)),
                _holds(_text(AuditEntry.details), in_details),
            )
        )
    return query


def _text(column: object) -> ColumnElement[str]:
    return cast(column, String)


def _cases(words: str) -> list[str]:
    """Return the ways in which words may be written; databases know the cases of ASCII alone."""
    return list(dict.fromkeys([words, words.lower(), words.capitalize(), words.upper()]))


def _holds(column: ColumnElement[str], forms: Sequence[str]) -> ColumnElement[bool]:
    """Tell whether a text holds words in any of these forms, or in any case of ASCII."""
    as_written = [column.contains(form, autoescape=True) for form in forms]
    return or_(*as_written, func.lower(column).contains(forms[0].lower(), autoescape=True))


def _midnight(day: date, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, time(), zone)


def older_than(query: Select[AuditEntry], number: int) -> Select[AuditEntry]:
    """Select what comes behind an entry, by its number."""
    return query.where(AuditEntry.id < number)


def newer_than(query: Select[AuditEntry], number: int) -> Select[AuditEntry]:
    """Select what comes before an entry, the nearest first."""
    return query.where(AuditEntry.id > number).order_by(None).order_by(AuditEntry.id)


def acts() -> Select[str]:
    """Select every act that was ever recorded."""
    return select(AuditEntry.act).distinct().order_by(AuditEntry.act)


def things() -> Select[str]:
    """Select every sort of thing that was ever acted upon."""
    return (
        select(AuditEntry.thing).distinct().where(AuditEntry.thing != "").order_by(AuditEntry.thing)
    )
