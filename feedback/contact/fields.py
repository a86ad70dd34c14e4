"""What the form asks about one topic: answers as they were typed, and what is wrong with them. Pure.

Numbers are kept as they were typed: nothing calculates with them, and “1,234” means two things.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date

from feedback.channels.topics import AskedField, AskedTopic, FieldKind
from feedback.contact.form import Letter, Problem, problems
from kb.plaintext import lines

MAX_TEXT_LENGTH = 300  # characters
MAX_LINES_LENGTH = 4_000  # characters
YES_NO = ("yes", "no")
_NUMBER = re.compile(r"[+\-−]?\d[\d\s.,’']*")


def name_of(field: AskedField) -> str:
    """Return what a field is called in the form."""
    return f"field-{field.key}"


def completed(letter: Letter, form: Mapping[str, str], topic: AskedTopic | None) -> Letter:
    """Return a letter with what its form answers about its topic; without one it is about none."""
    if topic is None:
        return replace(letter, topic_id=None, answers={})
    return replace(letter, topic_id=topic.id, answers=answers_from(form, topic.fields))


def answers_from(form: Mapping[str, str], fields: Iterable[AskedField]) -> dict[str, str]:
    """Return what a form answers to the fields of its topic, by their keys; nothing is cut."""
    answers: dict[str, str] = {}
    for field in fields:
        said = lines(form.get(name_of(field), ""))
        if field.kind is not FieldKind.LINES:
            said = " ".join(said.split())
        if said:
            answers[field.key] = said
    return answers


def all_problems(letter: Letter, topic: AskedTopic | None) -> dict[str, Problem]:
    """Return what is wrong with a letter and its answers, by field, in the order of the form."""
    found = problems(letter)
    email = {name: found.pop(name) for name in ("email",) if name in found}
    return found | field_problems(letter.answers, topic.fields if topic else ()) | email


def field_problems(answers: Mapping[str, str], fields: Iterable[AskedField]) -> dict[str, Problem]:
    """Return what is wrong with the answers, by the names of their fields, in their order."""
    found = {name_of(each): _problem(answers.get(each.key, ""), each) for each in fields}
    return {name: problem for name, problem in found.items() if problem is not None}


def _problem(answer: str, field: AskedField) -> Problem | None:
    if not answer:
        return Problem.NO_ANSWER if field.is_required else None
    if len(answer) > (MAX_LINES_LENGTH if field.kind is FieldKind.LINES else MAX_TEXT_LENGTH):
        return Problem.ANSWER_TOO_LONG
    wrong = {
        FieldKind.NUMBER: (Problem.NO_NUMBER, not _NUMBER.fullmatch(answer)),
        FieldKind.DATE: (Problem.NO_DATE, not _is_date(answer)),
        FieldKind.CHOICE: (Problem.NO_CHOICE, answer not in dict(field.options)),
        FieldKind.YES_NO: (Problem.NO_CHOICE, answer not in YES_NO),
    }
    problem, is_wrong = wrong.get(field.kind, (Problem.NO_ANSWER, False))
    return problem if is_wrong else None


def _is_date(text: str) -> bool:
    try:
        return date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False
