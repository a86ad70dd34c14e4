"""Fetch the mailbox of the settings, by the clock or by order."""

import structlog

from feedback.mailbox.taking import take
from kb.locales import settings
from kb.mail import imap
from kb.mail.imap import Fetched
from kb.mail.mailboxes import mailbox_from

log = structlog.get_logger(__name__)


def fetch() -> Fetched:
    """Take every new mail; nothing where no mailbox is set.

    Raises `Unreachable`, or `NotRecorded` where the database is busy: what was taken stays taken, and
    the rest comes the next time.
    """
    if not settings().imap_url:
        return Fetched()
    fetched = imap.fetch(mailbox_from(settings().imap_url), take)
    if fetched.taken:
        log.info("mail fetched", taken=fetched.taken, left=fetched.left)
    return fetched
