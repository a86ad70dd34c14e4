"""The bytes of a mail as what a person would read of it: pure, and made for mails that break the rules.

Whatever is wrong with a mail, its words are read as far as they go: an unknown charset is replaced, a
part without an end ends with the mail. Only what is no mail at all raises `Unreadable`.
"""

import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass
from email import message_from_bytes
from email.errors import MessageError
from email.header import decode_header
from email.message import Message
from email.policy import compat32
from email.utils import getaddresses, parseaddr

from feedback.mailbox.bodies import cleaned, text_of

MAX_TEXT = 200_000  # characters; a book of 400 pages has twice as many
MAX_PARTS = 200
MAX_HEADER = 2_000  # characters
MAX_RAW_HEADER = 8_000  # characters before they are decoded; a long thread names many messages
MAX_SUBJECT = 200  # characters, as in the form

_IDS = re.compile(r"<[^<>\s]{1,500}>")
_UNSEEN = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\u200b\u2060\ufeff\ud800-\udfff]")


class Unreadable(ValueError):
    """Bytes that no mail can be made of; the message says why."""


@dataclass(frozen=True, slots=True)
class File:
    """A file in a mail; `is_inline` where the text shows it."""

    name: str
    media_type: str
    data: bytes
    is_inline: bool = False


@dataclass(frozen=True, slots=True)
class Mail:
    """What a mail says. `headers`: by names in lower case, each with all its values, decoded."""

    message_id: str
    digest: str
    sender: str
    sender_name: str
    recipients: tuple[str, ...]
    subject: str
    text: str
    html: str
    files: tuple[File, ...]
    headers: dict[str, tuple[str, ...]]
    reports: tuple[str, ...] = ()  # what mail servers say of a message of ours, and its headers

    def all(self, name: str) -> tuple[str, ...]:
        """Return every value of a header."""
        return self.headers.get(name.lower(), ())

    def first(self, name: str) -> str:
        """Return the first value of a header, nothing where there is none."""
        return next(iter(self.all(name)), "")

    @property
    def references(self) -> tuple[str, ...]:
        """The messages that this one answers, the oldest first."""
        ids = (*_ids(self.all("references")), *_ids(self.all("in-reply-to")))
        return tuple(dict.fromkeys(ids))


def parse(raw: bytes) -> Mail:
    """Return what a mail says; raises `Unreadable`."""
    if not raw.strip():
        raise Unreadable("it is empty")
    try:
        return _mail(raw)
    # The library has raised every kind of error on mails that somebody had made by hand.
    except Exception as error:
        raise Unreadable(f"{type(error).__name__}: {error}") from error


def _mail(raw: bytes) -> Mail:
    message = message_from_bytes(raw, policy=compat32)
    headers = _headers(message)
    if not headers:
        raise Unreadable("it has no headers")
    parts = list(_parts(message))
    plain = _first_of(parts, "text/plain")
    html = _first_of(parts, "text/html")
    name, sender = _sender(headers)
    text = plain if plain.strip() else text_of(html[:MAX_TEXT])
    digest = digest_of(raw)
    return Mail(
        message_id=next(iter(_ids(headers.get("message-id", ()))), "") or f"<{digest}@no.message.id>",
        digest=digest,
        sender=sender,
        sender_name=name,
        recipients=_recipients(headers),
        subject=one_line(next(iter(headers.get("subject", ())), ""))[:MAX_SUBJECT],
        text=seen(text)[:MAX_TEXT].strip(),
        html=cleaned(seen(html)[:MAX_TEXT]) if html else "",
        files=tuple(_files(parts)),
        headers=headers,
        reports=tuple(_reports(parts)),
    )  # fmt: skip


def digest_of(raw: bytes) -> str:
    """Return a name of what a mail says: servers on its way add headers, and change nothing else."""
    head, _, body = raw.replace(b"\r\n", b"\n").partition(b"\n\n")
    said = [
        line for line in head.split(b"\n") if line[:5].lower() in {b"from:", b"date:", b"subje"}
    ]
    return hashlib.sha256(b"\n".join([*said, b"", body.strip()])).hexdigest()


# Headers


def one_line(text: str) -> str:
    """Return a text without line breaks and what cannot be seen."""
    return " ".join(seen(text).split())


def seen(text: str) -> str:
    """Return a text without characters that no database and no reader can hold."""
    return _UNSEEN.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))


def _headers(message: Message) -> dict[str, tuple[str, ...]]:
    found: dict[str, list[str]] = {}
    for name, value in message.raw_items():  # as they came: letters that nobody announced too
        found.setdefault(name.lower(), []).append(
            _decoded(str(value)[:MAX_RAW_HEADER])[:MAX_HEADER]
        )
    return {name: tuple(values) for name, values in found.items()}


def _decoded(value: object) -> str:
    """Return a header in letters: encoded words (RFC 2047), or bytes that nobody announced."""
    text = str(value)
    raw = text.encode("ascii", "surrogateescape") if _is_escaped(text) else b""
    if raw:
        return one_line(_letters(raw, ""))
    try:
        pieces = decode_header(text)
    except (MessageError, ValueError):
        return one_line(text)
    return one_line("".join(_piece(piece, charset) for piece, charset in pieces))


def _is_escaped(text: str) -> bool:
    return any("\udc80" <= char <= "\udcff" for char in text)


def _piece(piece: bytes | str, charset: str | None) -> str:
    return piece if isinstance(piece, str) else _letters(piece, charset or "ascii")


def _ids(values: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(found for value in values for found in _IDS.findall(value))


def _sender(headers: dict[str, tuple[str, ...]]) -> tuple[str, str]:
    name, address = parseaddr(next(iter(headers.get("from", ())), ""))
    return one_line(name)[:100], address.strip().lower()[:254]


def _recipients(headers: dict[str, tuple[str, ...]]) -> tuple[str, ...]:
    names = ("delivered-to", "x-original-to", "envelope-to", "to", "cc")
    values = [value for name in names for value in headers.get(name, ())]
    addresses = (address.strip().lower() for _name, address in getaddresses(values))
    return tuple(dict.fromkeys(each for each in addresses if each))[:50]


# Parts


def _parts(message: Message) -> Iterator[Message]:
    """Yield the parts that hold something; a mail inside a mail is one part."""
    waiting, count = [message], 0
    while waiting and count < MAX_PARTS:
        part = waiting.pop(0)
        count += 1
        if part.get_content_maintype() == "message" and part is not message:
            yield part
        elif part.is_multipart():
            waiting[:0] = [each for each in part.get_payload() if isinstance(each, Message)]
        else:
            yield part


def _is_file(part: Message) -> bool:
    return part.get_content_disposition() == "attachment" or bool(part.get_filename())


def _first_of(parts: list[Message], media_type: str) -> str:
    """Return the text of a kind; that of one alternative, and of bodies that programs cut in two."""
    texts = [
        _letters(_payload(part), _charset(part))
        for part in parts
        if part.get_content_type() == media_type and not _is_file(part)
    ]
    return "\n".join(texts)


def _charset(part: Message) -> str:
    return str(part.get_param("charset", "") or "").strip("'\" ")


def _payload(part: Message) -> bytes:
    found = part.get_payload(decode=True)
    return found if isinstance(found, bytes) else b""


def _letters(data: bytes, charset: str) -> str:
    """Return bytes as letters: as they say, else as UTF-8, else as old programs of the West do."""
    for name in (charset, "utf-8"):
        try:
            return data.decode(name or "utf-8")
        except (LookupError, UnicodeError, ValueError):
            continue
    return data.decode("cp1252", "replace")


def _files(parts: list[Message]) -> Iterator[File]:
    for number, part in enumerate(parts, 1):
        kind = part.get_content_type()
        is_text = kind in {"text/plain", "text/html"} and not _is_file(part)
        if is_text or kind in _REPORTS:
            continue
        if kind == "message/rfc822":
            yield File(_name(part, f"message-{number}.eml"), kind, _inner(part))
            continue
        data = _payload(part)
        if data:
            is_inline = part.get_content_disposition() != "attachment" and "content-id" in part
            yield File(_name(part, _unnamed(kind, number)), kind, data, is_inline)


def _name(part: Message, otherwise: str) -> str:
    return one_line(_decoded(part.get_filename() or ""))[:200] or otherwise


def _unnamed(kind: str, number: int) -> str:
    ending = {"image/jpeg": "jpg", "image/png": "png", "application/pdf": "pdf"}.get(kind, "bin")
    return f"file-{number}.{ending}"


def _inner(part: Message) -> bytes:
    inner = part.get_payload()
    if isinstance(inner, list) and inner and isinstance(inner[0], Message):
        return inner[0].as_bytes()
    return _payload(part)


_REPORTS = {"message/delivery-status", "text/rfc822-headers", "message/global-delivery-status"}


def _reports(parts: list[Message]) -> Iterator[str]:
    for part in parts:
        kind = part.get_content_type()
        if kind == "message/rfc822":
            yield _letters(_inner(part)[:MAX_TEXT], "")
        elif kind in _REPORTS:
            yield part.as_string()[:MAX_TEXT]
