"""What search tells the rest of the program."""

from blinker import Namespace

_signals = Namespace()

search_performed = _signals.signal("search-performed")
"""Sent by whatever lets a visitor search, for each search, inside the request.

Sender: the application. Keywords: `query: str`, `locale: str`, `results: Results`, `page: int`, and
`channel: str`, where the visitor searched (`site` where nothing is said; see `feedback.models.Channel`).
"""
