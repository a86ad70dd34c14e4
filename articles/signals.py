"""What articles tell the rest of the program, after the fact."""

from dataclasses import dataclass
from datetime import datetime

from blinker import Namespace

_signals = Namespace()

article_changed = _signals.signal("article-changed")
"""Sent after the commit of anything that changes what the public may read. Sender: the application."""

votes_found = _signals.signal("votes-found")
"""Sent inside the transaction of an import that found votes of readers elsewhere.

Sender: the application. Keywords: `source`, the name of the import, and `votes`, `CountedVotes`.
"""


@dataclass(frozen=True, slots=True)
class CountedVotes:
    """How often an article was called helpful or not on a former site, and between which days."""

    article_id: int
    helpful: int
    unhelpful: int
    since: datetime | None = None
    until: datetime | None = None
