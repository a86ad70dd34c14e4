"""What is said of mails that wait for a person."""

from collections.abc import Mapping

from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString

from feedback.mailbox.models import Reason

REASONS: Mapping[str, LazyString] = {
    Reason.UNREADABLE: _l("No mail program could read it. Save it and look at it as text."),
    Reason.TOO_LARGE: _l("It is larger than 40 MB, so it was not read."),
    Reason.NO_SENDER: _l("It names no sender who could be answered."),
    Reason.NOTHING_SAID: _l("It says nothing and has no file."),
    Reason.FORGED: _l("Our mail server says that somebody else has sent it in this name."),
    Reason.NOT_A_COLLEAGUE: _l(
        "It answers a message to colleagues, from an address that is none of theirs."
    ),
    Reason.FROM_A_COLLEAGUE: _l(
        "A colleague has answered the customer’s message instead of ours, so nobody knows that it is an answer."
    ),
    Reason.NOTICE_REPEATED: _l(
        "This answer of a colleague repeats parts that are not for the customer, so it was not sent."
    ),
    Reason.TOO_MANY: _l("Many mails have come from this address within a short time."),
    Reason.FILES_LEFT_OUT: _l("The message was taken, but some of its files were not."),
    Reason.TROUBLE: _l("It could not be taken because of a fault of this program."),
    Reason.UNREAD: _l(
        "This program has stopped several times while taking it in, so it is kept unread. Save it and look at it as text."
    ),
    Reason.BULK: _l("It calls itself an advertisement or a circular."),
}
