"""What articles tell the rest of the program, after the fact."""

from blinker import Namespace

_signals = Namespace()

article_changed = _signals.signal("article-changed")
"""Sent after the commit of anything that changes what the public may read. Sender: the application."""
