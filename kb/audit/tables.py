"""The audit log as files: a table for spreadsheets, and a line of JSON for each entry."""

import csv
import io
import json
from collections.abc import Iterable, Iterator

from kb.audit.models import AuditEntry

COLUMNS = (
    "number", "at", "actor", "actor_id", "act", "thing", "thing_id", "label", "revision", "details",
)  # fmt: skip
# What a spreadsheet would take for a formula (OWASP, CSV injection): an apostrophe makes it text.
_BEGINS_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "\uff1d", "\uff0b", "\uff0d", "\uff20")


def values(entry: AuditEntry) -> dict[str, object]:
    """Return what an entry says, the moment in UTC (RFC 3339)."""
    return {
        "number": entry.id,
        "at": entry.at.isoformat(timespec="milliseconds"),
        "actor": entry.actor,
        "actor_id": entry.actor_id,
        "act": entry.act,
        "thing": entry.thing,
        "thing_id": entry.thing_id,
        "label": entry.label,
        "revision": entry.revision,
        "details": entry.details,
    }


def as_csv(entries: Iterable[AuditEntry]) -> Iterator[str]:
    """Yield the lines of a table (RFC 4180), names of columns first."""
    yield _line(COLUMNS)
    for entry in entries:
        found = values(entry)
        details = json.dumps(found["details"], ensure_ascii=False) if found["details"] else ""
        cells = [found[name] for name in COLUMNS[:-1]]
        yield _line(["" if each is None else each for each in [*cells, details]])


def _line(cells: Iterable[object]) -> str:
    out = io.StringIO()
    csv.writer(out).writerow([safe_cell(each) for each in cells])
    return out.getvalue()


def safe_cell(value: object) -> object:
    """Return a cell that no spreadsheet calculates; numbers stay numbers."""
    if isinstance(value, str) and value.startswith(_BEGINS_FORMULA):
        return f"'{value}"
    return value


def as_json_lines(entries: Iterable[AuditEntry]) -> Iterator[str]:
    """Yield an object a line (JSON Lines), nothing altered."""
    for entry in entries:
        yield json.dumps(values(entry), ensure_ascii=False) + "\n"
