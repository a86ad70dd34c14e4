"""Fetch what has come into a mailbox: each message is marked there only after it was taken here."""

import imaplib
import ssl
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass

from imap_tools import BaseMailBox, MailBox, MailBoxStartTls, MailBoxUnencrypted, MailMessageFlags
from imap_tools.errors import ImapToolsError, MailboxLoginError

from kb.mail.mailboxes import Mailbox, Protection

TIMEOUT_SECONDS = 30  # of each answer; a server that says nothing for longer is away
AT_ONCE = 200  # messages fetched in one go; the others come a minute later


class Unreachable(Exception):
    """The mailbox gives nothing now; the message says what its server said."""


@dataclass(slots=True)
class Fetched:
    """How many messages were taken; `left` still lie there."""

    taken: int = 0
    left: int = 0


def fetch(box: Mailbox, take: Callable[[bytes], object]) -> Fetched:
    """Give each new message to `take` and mark it once that has returned; raises `Unreachable`.

    What `take` raises ends the round: the message stays as it was, and comes again the next time. So
    does one that was taken where the process died before the mark.
    """
    done = Fetched()
    with _open(box) as line:
        # Where messages are moved, whatever lies there is new, even if a colleague has looked at it.
        waiting = line.uids("UNDELETED" if box.move_to else "UNSEEN UNDELETED")
        done.left = max(len(waiting) - AT_ONCE, 0)
        for uid in waiting[:AT_ONCE]:
            raw = _read(line, uid)
            if raw is not None:
                take(raw)
                done.taken += 1
                _mark(line, uid, box)
    return done


def _read(line: BaseMailBox, uid: str) -> bytes | None:
    """Return the bytes of a message without marking it; None where somebody has just taken it away."""
    status, found = line.client.uid("FETCH", uid, "(BODY.PEEK[])")
    if status != "OK":
        raise Unreachable(f"FETCH: {status} {found}")
    return next((each[1] for each in found if isinstance(each, tuple)), None)


def _mark(line: BaseMailBox, uid: str, box: Mailbox) -> None:
    if not box.move_to:
        line.flag(uid, MailMessageFlags.SEEN, value=True)
        return
    if not line.folder.exists(box.move_to):
        line.folder.create(box.move_to)
    line.move(uid, box.move_to)


@contextmanager
def _open(box: Mailbox) -> Iterator[BaseMailBox]:
    """Give the opened folder; whatever the library or the line raises is `Unreachable`."""
    line: BaseMailBox | None = None
    try:
        line = _connect(box)
        _sign_in(line, box)
        yield line
    except MailboxLoginError as error:
        raise Unreachable(f"the server refuses the user or the password: {_said(error)}") from error
    except (ImapToolsError, imaplib.IMAP4.error, OSError) as error:
        raise Unreachable(_said(error)) from error
    finally:
        if line is not None:
            with suppress(ImapToolsError, imaplib.IMAP4.error, OSError):
                line.logout()


def _connect(box: Mailbox) -> BaseMailBox:
    if box.protection is Protection.NONE:
        return MailBoxUnencrypted(box.host, box.port, timeout=TIMEOUT_SECONDS)
    context = ssl.create_default_context()
    kind = MailBox if box.protection is Protection.TLS else MailBoxStartTls
    return kind(box.host, box.port, timeout=TIMEOUT_SECONDS, ssl_context=context)


def _sign_in(line: BaseMailBox, box: Mailbox) -> None:
    if box.user.isascii() and box.password.isascii():
        line.login(box.user, box.password, initial_folder=box.folder)
    else:
        line.login_utf8(box.user, box.password, initial_folder=box.folder)


def _said(error: Exception) -> str:
    return " ".join(str(error).split()) or type(error).__name__
