"""Give away what is held of a customer, or erase it; both leave a line in the audit log."""

import io
import json
import zipfile
from typing import Any

from feedback.customers.finding import person_of
from feedback.privacy.erasing import erase
from feedback.privacy.files import Files, files_of
from feedback.privacy.holdings import holdings, rows
from feedback.requests.files.keeping import path_of
from feedback.spool.draining import drain
from kb.audit.recording import record
from kb.customers.models import Customer
from kb.db import db, utc_now

DRAIN_WAIT_SECONDS = 5


def held_of(customer: Customer) -> dict[str, list[dict[str, Any]]]:
    """Return every row that is a customer's, by table, and note that somebody took them. Commits."""
    drain(wait_seconds=DRAIN_WAIT_SECONDS)
    held = _rows(customer)[0]
    record("customer.exported", thing="customer", thing_id=customer.id)
    db.session.commit()
    return held


def archive_of(customer: Customer) -> bytes:
    """Return the same as a ZIP file, with what they sent beside it. Commits."""
    drain(wait_seconds=DRAIN_WAIT_SECONDS)
    held, files = _rows(customer)
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("data.json", json.dumps(held, ensure_ascii=False, indent=2))
        names = {each["key"]: each["name"] for each in held.get("request_file", [])}
        for key in files.sent:
            path = path_of(key)
            if path.exists():
                archive.write(path, f"files/{key[:8]}-{names.get(key, key)}")
    record("customer.exported", thing="customer", thing_id=customer.id)
    db.session.commit()
    return buffer.getvalue()


def _rows(customer: Customer) -> tuple[dict[str, list[dict[str, Any]]], Files]:
    session = db.session()
    found = holdings(session, person_of(customer))
    held: dict[str, list[dict[str, Any]]] = {}
    for each in found:
        if each.ids:
            held.setdefault(each.table, []).extend(rows(session, each.model, each.ids))
    return held, files_of(session, found)


def counted(customer: Customer) -> dict[str, int]:
    """Return how many rows of each table are a customer's."""
    counts: dict[str, int] = {}
    for each in holdings(db.session(), person_of(customer)):
        if each.ids:
            counts[each.table] = counts.get(each.table, 0) + len(each.ids)
    return counts


def forget(customer: Customer) -> dict[str, int]:
    """Erase all that is a customer's, and return how much it was; raises `EventsWait`. Commits.

    The audit log says that somebody was erased and when, and not who.
    """
    number = customer.id
    erased: dict[str, int] = {}
    for each in erase(person_of(customer)):
        if each.ids:
            erased[each.table] = erased.get(each.table, 0) + len(each.ids)
    record("customer.erased", thing="customer", thing_id=number, at=utc_now().date().isoformat())
    db.session.commit()
    return erased
