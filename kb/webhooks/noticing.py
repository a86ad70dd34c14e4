"""Notice rows that are events, new or changed: whoever writes one need not know that others hear of it."""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from typing import Any

from sqlalchemy import event, inspect
from sqlalchemy.orm import Session

from kb.db import Base

Notice = Callable[[Session, Any], None]
_MARK = "kb_events_added"  # in a session's notes, between a flush and what follows it
_CHANGED = "kb_events_changed"  # the same, until the commit
_noticed: dict[type[Base], Notice] = {}


@dataclass(frozen=True, slots=True)
class _Watched:
    columns: frozenset[str]
    announce: Notice
    of: Callable[[Any], Any]


_watched: dict[type[Base], _Watched] = {}


def notice(model: type[Base], announce: Notice) -> None:
    """Let `announce` be called, in its transaction, with every new row of a model."""
    _noticed[model] = announce


def notice_changes(
    model: type[Base],
    columns: Collection[str],
    announce: Notice,
    *,
    of: Callable[[Any], Any] = lambda row: row,
) -> None:
    """Let `announce` be called, before the commit, with what is changed where one of these has changed.

    That is the row itself, or what it is a part `of`; once, whatever else of it has changed.
    """
    _watched[model] = _Watched(frozenset(columns), announce, of)


@event.listens_for(Session, "after_flush")
def _collect(session: Session, _context: object) -> None:
    found = [each for each in session.new if type(each) in _noticed]
    if found:
        session.info.setdefault(_MARK, []).extend(found)
    changed = [each for each in session.dirty if _has_changed(each)]
    if changed:
        session.info.setdefault(_CHANGED, {}).update(dict.fromkeys(changed))


def _has_changed(row: Any) -> bool:
    watched = _watched.get(type(row))
    if watched is None:
        return False
    attributes = inspect(row).attrs
    return any(attributes[name].history.has_changes() for name in watched.columns)


@event.listens_for(Session, "after_flush_postexec")
def _announce(session: Session, _context: object) -> None:
    """Add the deliveries; the commit flushes again until nothing is left."""
    for each in session.info.pop(_MARK, ()):
        _noticed[type(each)](session, each)


@event.listens_for(Session, "before_commit")
def _announce_changes(session: Session) -> None:
    """Add the deliveries of what was changed, as it is in the end: once, however often it was flushed."""
    if any(type(each) in _watched for each in session.dirty):
        session.flush()
    rows = [each for each in session.info.pop(_CHANGED, ()) if each in session]  # not deleted since
    watched = [(_watched[type(each)], each) for each in rows]
    for announce, thing in dict.fromkeys((one.announce, one.of(each)) for one, each in watched):
        announce(session, thing)


@event.listens_for(Session, "after_rollback")
def _forget(session: Session) -> None:
    session.info.pop(_MARK, None)
    session.info.pop(_CHANGED, None)
