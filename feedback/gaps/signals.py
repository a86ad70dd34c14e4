"""What gaps tell the rest of the program, after the fact."""

from blinker import Namespace

_signals = Namespace()

gap_answered = _signals.signal("gap-answered")
"""Sent once a gap's answer is public, after the commit. Sender: the application.

`gap_id`: the gap; `translation_id`: the public translation that answers it. Sent once for each time
that a gap is answered; a receiver may commit.
"""
