"""Notice new rows that are events: whoever adds one need not know that other programs hear of it."""

from collections.abc import Callable
from typing import Any

from sqlalchemy import event
from sqlalchemy.orm import Session

from kb.db import Base

Notice = Callable[[Session, Any], None]
_MARK = "kb_events_added"  # in a session's notes, between a flush and what follows it
_noticed: dict[type[Base], Notice] = {}


def notice(model: type[Base], announce: Notice) -> None:
    """Let `announce` be called, in its transaction, with every new row of a model."""
    _noticed[model] = announce


@event.listens_for(Session, "after_flush")
def _collect(session: Session, _context: object) -> None:
    found = [each for each in session.new if type(each) in _noticed]
    if found:
        session.info.setdefault(_MARK, []).extend(found)


@event.listens_for(Session, "after_flush_postexec")
def _announce(session: Session, _context: object) -> None:
    """Add the deliveries; the commit flushes again until nothing is left."""
    for each in session.info.pop(_MARK, ()):
        _noticed[type(each)](session, each)


@event.listens_for(Session, "after_rollback")
def _forget(session: Session) -> None:
    session.info.pop(_MARK, None)
