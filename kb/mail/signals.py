"""What the outbox tells of its messages."""

from blinker import Namespace

_namespace = Namespace()

mail_given_up = _namespace.signal("mail-given-up")
"""Sent after a message was given up, by the application; keywords `mail_id` and `reason`."""
