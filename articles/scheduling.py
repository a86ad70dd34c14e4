"""The next words of a public article come in at their minute, whoever looks first.

A first publication needs nothing: `published()` compares dates. The next revision of what is public
already is exchanged for the present one by whoever first asks at or after its moment: a reader, or
the worker, which looks each minute so that the index and the letters follow.
"""

import time
from dataclasses import dataclass
from datetime import datetime
from itertools import count
from typing import Any

import structlog
from flask import Flask, current_app, request
from sqlalchemy import Connection, Engine, Select, event, func, insert, select, update
from sqlalchemy.exc import OperationalError

from articles.models import ContentVersion, Revision, Translation
from articles.signals import article_changed
from kb.audit.models import AuditEntry
from kb.audit.recording import COMMAND
from kb.db import BUSY_TIMEOUT_MS, db, utc_now
from kb.pagecache import CHECK_SECONDS

WAIT_MS = 200  # a reader waits no longer for a busy database: the old words are shown meanwhile

log = structlog.get_logger(__name__)

Due = tuple[int, str, int | None, datetime | None]


def due(at: datetime) -> Select[int, str, int | None, datetime | None]:
    """Select (translation, language, revision, moment) of what has come, in that order."""
    return (
        select(
            Translation.id,
            Translation.locale,
            Translation.next_revision_id,
            Translation.next_at,
        )
        .where(Translation.next_at <= at)
        .order_by(Translation.next_at, Translation.id)
    )


def bring_due(at: datetime | None = None) -> int:
    """Make public what is due at `at` (now by default); return how many articles this call changed.

    Any number may look at once: one of them exchanges the words, the others find nothing left to do.
    It works in a transaction of its own. Where the database is busy, nothing has happened, and the
    next look tries again.
    """
    waiting = db.session.execute(due(at or utc_now())).all()
    if not waiting:
        return 0
    changed = 0
    for each in waiting:
        try:
            changed += _bring_patiently(each)
        except OperationalError as error:
            log.warning("planned words wait: the database is busy", error=str(error.orig))
            break
    if changed:
        article_changed.send(current_app._get_current_object())  # type: ignore[attr-defined]
    return changed


def _bring_patiently(row: Due) -> bool:
    """Bring one in, without waiting long for others who write."""
    with db.engine.connect() as connection:
        is_sqlite = connection.dialect.name == "sqlite"
        wait = f"PRAGMA busy_timeout = {WAIT_MS}" if is_sqlite else f"SET lock_timeout = {WAIT_MS}"
        usual = f"PRAGMA busy_timeout = {BUSY_TIMEOUT_MS}" if is_sqlite else "RESET lock_timeout"
        connection.exec_driver_sql(wait)
        connection.commit()
        try:
            with connection.begin():
                return _bring(connection, row)
        finally:
            connection.exec_driver_sql(usual)
            connection.commit()


def _bring(connection: Connection, row: Due) -> bool:
    """Exchange the words in one statement, which only one of several lookers carries out."""
    translation_id, locale, revision_id, moment = row
    planned = (
        Translation.id == translation_id,
        Translation.next_revision_id == revision_id,
        Translation.next_at == moment,
    )
    words = connection.execute(
        select(Revision.title, Revision.summary, Revision.number).where(
            Revision.id == revision_id, Revision.translation_id == translation_id
        )
    ).first()
    values: dict[str, Any] = {"next_revision_id": None, "next_at": None}
    if words is None or moment is None:
        log.error("planned words are not there any more", translation=translation_id)
        connection.execute(update(Translation).where(*planned).values(values))
        return False
    values |= {"public_revision_id": revision_id, "updated_at": moment}
    values |= {"title": words.title, "summary": words.summary}
    brought = connection.execute(update(Translation).where(*planned).values(values))
    if brought.rowcount == 0:
        return False
    connection.execute(update(ContentVersion).values(number=ContentVersion.number + 1))
    connection.execute(
        insert(AuditEntry).values(
            actor=COMMAND,
            act="article.published",
            thing="translation",
            thing_id=translation_id,
            label=words.title,
            revision=words.number,
            details={"locale": locale, "planned_for": moment.isoformat(timespec="minutes")},
        )
    )
    return True


@dataclass(frozen=True, slots=True)
class _Planned:
    """When the next planned words are due, as this process last knew."""

    next_at: datetime | None
    looked_at: float  # of the monotonic clock
    commits: int


_commits = count()  # by this process: each may have planned something
_last_commit = next(_commits)


@event.listens_for(Engine, "commit")
def _note_commit(_connection: Connection) -> None:
    global _last_commit  # noqa: PLW0603  (one number of the process)
    _last_commit = next(_commits)


def _next_planned() -> datetime | None:
    """Return when planned words are due next: asked after each commit here, else once in a moment.

    What another process plans shows as late as its other changes do: `CHECK_SECONDS`.
    """
    now = time.monotonic()
    known: _Planned | None = current_app.extensions.get("kb_next_planned")
    if (
        known is None
        or known.commits != _last_commit
        or not 0 <= now - known.looked_at < CHECK_SECONDS
    ):
        commits = _last_commit
        next_at = db.session.scalar(select(func.min(Translation.next_at)))
        known = current_app.extensions["kb_next_planned"] = _Planned(next_at, now, commits)
    return known.next_at


def _look() -> None:
    """Before a page is made; pages that are kept ask by `freshness()` instead."""
    if not request.blueprint:  # style sheets, scripts, the answer to probes
        return
    planned = _next_planned()
    if planned is not None and planned <= utc_now():
        current_app.extensions.pop("kb_next_planned", None)
        bring_due()


def init_app(app: Flask) -> None:
    """Look before each page; the worker looks each minute."""
    app.before_request(_look)
