"""Claims about what the form asks on one topic: pure functions."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from feedback.channels.topics import AskedField, AskedTopic, FieldKind
from feedback.contact.fields import (
    all_problems,
    answers_from,
    completed,
    field_problems,
    name_of,
)
from feedback.contact.form import Letter, Problem, letter_from

OPTIONS = (("blue", "Blue"), ("red", "Red"))


def asked(kind: FieldKind, *, is_required: bool = False, key: str = "detail") -> AskedField:
    return AskedField(key, kind, "Detail", "", OPTIONS, is_required)


ALL = tuple(asked(kind, key=f"of-{kind.value}") for kind in FieldKind)
TOPIC = AskedTopic(7, "orders", "Orders", None, (asked(FieldKind.TEXT, is_required=True),))


@pytest.mark.parametrize(
    ("kind", "answer", "problem"),
    [
        (FieldKind.TEXT, "x" * 301, Problem.ANSWER_TOO_LONG),
        (FieldKind.LINES, "x" * 301, None),
        (FieldKind.LINES, "x" * 4_001, Problem.ANSWER_TOO_LONG),
        (FieldKind.NUMBER, "1 234,5", None),
        (FieldKind.NUMBER, "−3", None),
        (FieldKind.NUMBER, "three", Problem.NO_NUMBER),
        (FieldKind.DATE, "2026-02-28", None),
        (FieldKind.DATE, "2026-02-30", Problem.NO_DATE),
        (FieldKind.DATE, "28/02/2026", Problem.NO_DATE),
        (FieldKind.CHOICE, "red", None),
        (FieldKind.CHOICE, "Red", Problem.NO_CHOICE),
        (FieldKind.YES_NO, "no", None),
        (FieldKind.YES_NO, "maybe", Problem.NO_CHOICE),
    ],
)
def test_an_answer_is_of_its_kind_or_told_what_is_wrong(
    kind: FieldKind, answer: str, problem: Problem | None
) -> None:
    field = asked(kind)
    found = answers_from({name_of(field): answer}, [field])
    assert field_problems(found, [field]) == ({"field-detail": problem} if problem else {})


@pytest.mark.parametrize("kind", FieldKind)
@pytest.mark.parametrize("typed", ["", " \n\t "])
def test_only_what_is_needed_must_be_answered(kind: FieldKind, typed: str) -> None:
    for is_required in (False, True):
        field = asked(kind, is_required=is_required)
        found = field_problems(answers_from({name_of(field): typed}, [field]), [field])
        assert found == ({"field-detail": Problem.NO_ANSWER} if is_required else {})


def test_problems_stand_in_the_order_of_the_form() -> None:
    assert list(all_problems(Letter(), TOPIC)) == ["subject", "message", "field-detail", "email"]


def test_without_a_topic_nothing_is_asked_and_nothing_kept() -> None:
    typed = {"topic": "7", "field-detail": "K7"}
    assert completed(letter_from(typed), typed, None).answers == {}
    assert completed(letter_from(typed), typed, None).topic_id is None
    assert completed(letter_from(typed), typed, TOPIC).answers == {"detail": "K7"}


@pytest.mark.parametrize("topic", ["", "x", "-1", "9" * 30, "٣", "1.5"])
def test_a_topic_that_is_no_number_is_none(topic: str) -> None:
    assert letter_from({"topic": topic}).topic_id is None


@given(st.dictionaries(st.sampled_from([name_of(each) for each in ALL]), st.text(), max_size=6))
def test_answers_hold_nothing_that_breaks_a_database_and_are_judged_without_fail(
    form: dict[str, str],
) -> None:
    answers = answers_from(form, ALL)
    assert set(answers) <= {each.key for each in ALL}
    for said in answers.values():
        assert all(char.isprintable() or char == "\n" for char in said)
        said.encode()
    assert set(field_problems(answers, ALL)) <= {name_of(each) for each in ALL}


@given(st.dates())
def test_every_day_of_a_calendar_is_a_date(day: date) -> None:
    field = asked(FieldKind.DATE)
    assert field_problems({field.key: day.isoformat()}, [field]) == {}
