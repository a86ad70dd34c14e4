"""What e-mail tells of requests, inside the transaction in which it was found out."""

from blinker import Namespace

_signals = Namespace()

message_undelivered = _signals.signal("message-undelivered")
"""An answer did not reach its customer. Keywords: `request`, `message` and `said`, a server's words."""
