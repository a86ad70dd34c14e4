"""What the request form says of its fields."""

from collections.abc import Mapping

from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString

from feedback.contact.form import Problem

PROBLEMS: Mapping[Problem, LazyString] = {
    Problem.NO_SUBJECT: _l("Say in a few words what it is about."),
    Problem.NO_MESSAGE: _l("Write your message."),
    Problem.MESSAGE_TOO_LONG: _l(
        "This message is too long: 10,000 characters at most. Shorten it, nothing has been lost."
    ),
    Problem.NO_EMAIL: _l("Give the e-mail address at which we can answer you."),
    Problem.BAD_EMAIL: _l("This is not an e-mail address such as name@example.com."),
    Problem.NO_ANSWER: _l("This is needed to help you."),
    Problem.ANSWER_TOO_LONG: _l("This is too long: shorten it, or put it into your message."),
    Problem.NO_NUMBER: _l("Write a number, such as 1234."),
    Problem.NO_DATE: _l("Choose a day that exists."),
    Problem.NO_CHOICE: _l("Choose one of these."),
}
