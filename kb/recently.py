"""What the database said a moment ago, for questions that every page asks.

A change made by this process shows at once, as each of its commits ends what is known; that of another
one after `pagecache.CHECK_SECONDS`, as late as it shows on the pages that are kept.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass
from itertools import count
from typing import Generic, TypeVar

from flask import current_app
from sqlalchemy import Connection, Engine, event

from kb.pagecache import CHECK_SECONDS

T = TypeVar("T")

_commits = count()
_last_commit = next(_commits)


@event.listens_for(Engine, "commit")
def _note_commit(_connection: Connection) -> None:
    global _last_commit  # noqa: PLW0603  (one number of the process)
    _last_commit = next(_commits)


def commits() -> int:
    """Return a number that changes with each commit of this process."""
    return _last_commit


@dataclass(frozen=True, slots=True)
class _Known(Generic[T]):
    value: T
    commits: int
    asked_at: float  # of the monotonic clock


def recently(name: str, ask: Callable[[], T]) -> T:
    """Return what `ask` says now, or said a moment ago; it must give what needs no session.

    Each application keeps its own under `name`.
    """
    store: dict[str, _Known[T]] = current_app.extensions.setdefault("kb_recently", {})
    known = store.get(name)
    now = time.monotonic()
    if (
        known is not None
        and known.commits == _last_commit
        and 0 <= now - known.asked_at < CHECK_SECONDS
    ):
        return known.value
    commits = _last_commit  # before asking: a commit meanwhile makes the answer old
    value = ask()
    store[name] = _Known(value, commits, now)
    return value
