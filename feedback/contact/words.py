"""What the request form says of its fields."""

from collections.abc import Mapping

from flask_babel import format_decimal
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString

from feedback.contact.form import MAX_MESSAGE_LENGTH, Letter, Problem

# Of a message that is too long `problem_in_words` says by how much.
PROBLEMS: Mapping[Problem, LazyString] = {
    Problem.NO_SUBJECT: _l("Say in a few words what it is about."),
    Problem.NO_MESSAGE: _l("Write your message."),
    Problem.NO_EMAIL: _l("Give the e-mail address at which we can answer you."),
    Problem.BAD_EMAIL: _l("This is not an e-mail address such as name@example.com."),
    Problem.NO_ANSWER: _l("This is needed to help you."),
    Problem.ANSWER_TOO_LONG: _l("This is too long: shorten it, or put it into your message."),
    Problem.NO_NUMBER: _l("Write a number, such as 1234."),
    Problem.NO_DATE: _l("Choose a day that exists."),
    Problem.NO_CHOICE: _l("Choose one of these."),
}


def problem_in_words(problem: Problem, letter: Letter) -> str:
    """Return what the form says of a field of a letter."""
    return (
        too_long(letter.message) if problem is Problem.MESSAGE_TOO_LONG else str(PROBLEMS[problem])
    )


def too_long(message: str) -> str:
    """Return what is said of a message that is too long, and how it can be sent all the same."""
    said = _(
        "This message has %(count)s characters, and %(most)s is the most. Shorten it, or attach the rest as a text file: nothing has been lost.",
        count=format_decimal(len(message)),
        most=format_decimal(MAX_MESSAGE_LENGTH),
    )
    return str(said)
