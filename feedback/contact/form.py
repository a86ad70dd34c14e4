"""What somebody typed into the request form, and what is wrong with it: pure functions."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from kb.mail.addresses import NotSendable, checked_address
from kb.plaintext import lines, one_line

MAX_SUBJECT_LENGTH = 200  # characters
MAX_MESSAGE_LENGTH = 10_000  # characters
MAX_EMAIL_LENGTH = 254  # characters, the longest that e-mail allows
TRAP = "website"  # a field that people do not see; programs fill it in
TOPIC = "topic"  # the field that says what a request is about


class Problem(StrEnum):
    """What is wrong with a field."""

    NO_SUBJECT = "no-subject"
    NO_MESSAGE = "no-message"
    MESSAGE_TOO_LONG = "message-too-long"
    NO_EMAIL = "no-email"
    BAD_EMAIL = "bad-email"
    NO_ANSWER = "no-answer"
    ANSWER_TOO_LONG = "answer-too-long"
    NO_NUMBER = "no-number"
    NO_DATE = "no-date"
    NO_CHOICE = "no-choice"


@dataclass(frozen=True, slots=True)
class Letter:
    """A message to a person, as it was typed. `is_trapped`: a field that nobody sees was filled in.

    `answers`: to the fields of its topic, by their keys. `files`: keys of files that were uploaded.
    """

    subject: str = ""
    message: str = ""
    email: str = ""
    is_trapped: bool = False
    topic_id: int | None = None
    answers: Mapping[str, str] = field(default_factory=dict)
    files: tuple[str, ...] = ()


def letter_from(form: Mapping[str, str]) -> Letter:
    """Return what a form holds, in characters that any database and any message can hold."""
    return Letter(
        subject=one_line(form.get("subject", ""))[:MAX_SUBJECT_LENGTH],
        message=lines(form.get("message", "")),
        email=form.get("email", "").strip()[: MAX_EMAIL_LENGTH + 1],
        is_trapped=bool(form.get(TRAP, "").strip()),
        topic_id=_number(form.get(TOPIC, "")),
    )


def _number(text: str) -> int | None:
    """Return a number of the database; none is as large as what a forged form may hold."""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else None


def problems(letter: Letter) -> dict[str, Problem]:
    """Return what is wrong, by field, in the order of the form; empty where it can be sent."""
    found: dict[str, Problem] = {}
    if not letter.subject:
        found["subject"] = Problem.NO_SUBJECT
    if not letter.message:
        found["message"] = Problem.NO_MESSAGE
    elif len(letter.message) > MAX_MESSAGE_LENGTH:
        found["message"] = Problem.MESSAGE_TOO_LONG
    if problem := email_problem(letter.email):
        found["email"] = problem
    return found


def email_problem(text: str) -> Problem | None:
    """Return what is wrong with an e-mail address."""
    if not text:
        return Problem.NO_EMAIL
    return None if address(text) else Problem.BAD_EMAIL


def address(text: str) -> str | None:
    """Return an e-mail address in its normal form; None where `text` is none."""
    if len(text) > MAX_EMAIL_LENGTH:
        return None
    try:
        return checked_address(text.strip())
    except NotSendable:
        return None
