"""Put a message into the outbox: it is committed, or rolled back, with what caused it."""

import base64
from collections.abc import Mapping, Sequence
from datetime import datetime
from email.utils import make_msgid

from kb.db import db, utc_now
from kb.locales import settings
from kb.mail.addresses import (
    NotSendable,
    checked_address,
    checked_header,
    checked_message_ids,
    checked_subject,
    domain_of,
    one_line,
)
from kb.mail.models import OutgoingMail

__all__ = ["NotSendable", "one_line", "send", "threading"]

MAX_BODY = 500_000  # characters of a text or of its HTML twin


def send(
    recipient: str,
    *,
    kind: str,
    subject: str,
    text: str,
    html: str = "",
    reply_to: str = "",
    headers: Mapping[str, str] | None = None,
    images: Mapping[str, bytes] | None = None,
    due_at: datetime | None = None,
    message_id: str = "",
    sender_name: str = "",
    is_personal: bool = False,
) -> OutgoingMail:
    """Add a message to the session of the caller, who commits it together with its cause.

    The worker sends it soon after that commit, not before `due_at`. `images` are PNG by the content
    id under which the HTML shows them (`<img src="cid:chart">`). What a person wrote (`is_personal`)
    carries their name, and not the mark of a program. Raises `NotSendable`, a `ValueError`, for an
    address, subject or header that no mail can have.
    """
    if len(text) > MAX_BODY or len(html) > MAX_BODY:
        raise NotSendable(f"a message holds {MAX_BODY:,} characters at most")
    moment = utc_now()
    message = OutgoingMail(
        message_id=message_id or make_msgid(domain=domain_of(settings())),
        kind=kind,
        recipient=checked_address(recipient),
        reply_to=checked_address(reply_to) if reply_to else "",
        sender_name=one_line(sender_name),
        is_personal=is_personal,
        subject=checked_subject(subject),
        text=text,
        html=html,
        headers=dict(checked_header(*pair) for pair in (headers or {}).items()),
        images={
            name: base64.b64encode(image).decode("ascii") for name, image in (images or {}).items()
        },
        created_at=moment,
        due_at=due_at or moment,
    )
    db.session.add(message)
    return message


def threading(answered: str, references: Sequence[str] = ()) -> dict[str, str]:
    """Return the headers that set a message below the one it answers, as mail programs show threads.

    Of a long thread the first and the latest are named: enough for any program, and one line.
    """
    ids = checked_message_ids([*references, answered])
    if not ids:
        return {}
    return {"In-Reply-To": ids[-1], "References": " ".join(ids)}
