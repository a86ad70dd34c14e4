"""What search tells the rest of the program."""

from blinker import Namespace

_signals = Namespace()

search_performed = _signals.signal("search-performed")
"""Sent by the search page for each search of a visitor, inside the request.

Sender: the application. Keywords: `query: str`, `locale: str`, `results: Results`, `page: int`.
"""
