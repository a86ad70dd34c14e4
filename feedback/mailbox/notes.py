"""Notes that mails leave for colleagues, in the language of the site."""

from typing import Any

from flask_babel import force_locale, lazy_gettext
from sqlalchemy.orm import Session

from feedback.mailbox.models import IncomingMail, Reason
from feedback.requests.files.inspecting import RefusedFile
from feedback.requests.files.words import said as why_refused
from feedback.requests.models import Author, ContactRequest, Way
from feedback.requests.thread import NewMessage, add_message
from kb.locales import settings

OTHER_ADDRESS = lazy_gettext(
    "This mail answers the request %(reference)s, but it came from another address. So it is a request of its own: nothing of the other one was shown to its sender."
)
LEFT_OUT = lazy_gettext(
    "Left out of this mail: %(why)s The mail as it came is kept under “Mail to look at”."
)
COPY_CAME_BACK = lazy_gettext("Our confirmation could not be delivered: %(said)s")
SOLVED_BY = lazy_gettext(
    "The customer says that “%(title)s” answered, by the link in our confirmation."
)
NOTICE_CAME_BACK = lazy_gettext("A message to a colleague could not be delivered: %(said)s")


def leave_note(session: Session, request: ContactRequest, words: Any, **named: str) -> None:
    """Leave a note for the staff, in the language of the site."""
    with force_locale(settings().default_locale):
        text = str(words) % named
    new = NewMessage(Author.STAFF, text, via=Way.EMAIL, is_note=True, is_automatic=True)
    add_message(session, request, new)


def tell_refused(
    session: Session, row: IncomingMail, request: ContactRequest, refused: list[RefusedFile]
) -> None:
    """Say which files are missing; the mail stays whole, for a person to look."""
    if not refused:
        return
    row.reason = Reason.FILES_LEFT_OUT
    with force_locale(settings().default_locale):
        why = " ".join(why_refused(each) for each in refused)
    leave_note(session, request, LEFT_OUT, why=why)
