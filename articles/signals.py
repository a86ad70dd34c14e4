"""What articles tell the rest of the program, after the fact."""

from dataclasses import dataclass
from datetime import datetime

from blinker import Namespace

_signals = Namespace()

article_changed = _signals.signal("article-changed")
"""Sent after the commit of anything that changes what the public may read. Sender: the application."""

words_wait = _signals.signal("words-wait")
"""Sent inside the transaction that brought words of files which are to be reviewed before readers see them.

Sender: the application. Keywords: `revisions`, a list of `Revision` with their numbers, and `source`, the
name of the folder.
"""

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
