"""A row of the outbox as a message on the wire."""

import base64
from collections.abc import Sequence
from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage, MIMEPart
from email.policy import EmailPolicy
from email.utils import format_datetime

from kb.mail.enclosing import Enclosure
from kb.mail.models import OutgoingMail

READABLE = "quoted-printable"  # passes servers that know seven bits only


_OF_THREADS = {"in-reply-to", "message-id", "references"}


class WirePolicy(EmailPolicy):
    """Python's rules for messages, but for addresses and names of messages: those are never broken.

    Folded by the rules for text, a long `List-Unsubscribe` or `References` becomes an encoded word,
    which no mail program takes for a link or for the name of another message.
    """

    def fold(self, name: str, value: str) -> str:
        """Return a header as lines of text."""
        return self._whole(name, value) or super().fold(name, value)

    def fold_binary(self, name: str, value: str) -> bytes:
        """Return a header as lines of bytes."""
        return self._whole(name, value).encode("ascii") or super().fold_binary(name, value)

    def _whole(self, name: str, value: str) -> str:
        if name.lower().startswith("list-"):
            return f"{name}: {value}{self.linesep}"
        if name.lower() in _OF_THREADS:
            return f"{name}: {value.replace(' ', self.linesep + ' ')}{self.linesep}"
        return ""


POLICY = WirePolicy(linesep="\r\n")


def compose(
    mail: OutgoingMail,
    sender: Address,
    moment: datetime,
    enclosures: Sequence[Enclosure] = (),
) -> EmailMessage:
    """Return the message of a row: text, with its HTML twin and that one's pictures where it has any.

    `enclosures` are attached to it.
    """
    message = EmailMessage(policy=POLICY)
    message["From"] = _named(sender, mail.sender_name)
    message["To"] = mail.recipient
    if mail.reply_to:
        message["Reply-To"] = mail.reply_to
    message["Subject"] = mail.subject
    message["Date"] = format_datetime(moment)
    message["Message-ID"] = mail.message_id
    if not mail.is_personal:
        message["Auto-Submitted"] = "auto-generated"  # RFC 3834: nobody's holiday answers this
    for name, value in mail.headers.items():
        message[name] = value
    message.set_content(mail.text, cte=READABLE)
    if mail.html:
        message.add_alternative(mail.html, subtype="html", cte=READABLE)
        _add_pictures(message.get_payload()[1], mail)  # type: ignore[index,arg-type]
    for each in enclosures:
        main, _, sub = each.media_type.partition("/")
        message.add_attachment(each.content, maintype=main, subtype=sub, filename=each.name)
    return message


def _named(sender: Address, name: str) -> Address:
    """Return the address of the site under the name of whoever writes, and the site's beside it."""
    if not name:
        return sender
    return Address(f"{name} ({sender.display_name})", addr_spec=sender.addr_spec)


def _add_pictures(html: MIMEPart, mail: OutgoingMail) -> None:
    for name, encoded in mail.images.items():
        html.add_related(
            base64.b64decode(encoded),
            maintype="image",
            subtype="png",
            cid=f"<{name}>",
            filename=f"{name}.png",
            disposition="inline",
        )
