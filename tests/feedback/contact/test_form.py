"""Claims about what is typed into the request form: pure functions."""

import unicodedata
from datetime import timedelta

import hypothesis
import pytest
from flask import Flask
from flask_babel import force_locale
from hypothesis import given
from hypothesis import strategies as st

from feedback.channels.delays import HALF, NINE_IN_TEN, kept_by, rounded
from feedback.contact.attempts import joined
from feedback.contact.form import Letter, Problem, address, letter_from, problems
from feedback.contact.suggesting import questions
from feedback.contact.words import problem_in_words
from feedback.requests.references import ALPHABET, new_reference, spelt
from feedback.statistics import MIN_OBSERVATIONS
from feedback.waiting.matching import nearest
from kb.plaintext import lines

GOOD = Letter("Lamp", "It does not light up.", "alice@example.com")
WAITS = st.lists(
    st.none() | st.timedeltas(timedelta(seconds=1), timedelta(days=60)),
    min_size=MIN_OBSERVATIONS,
    max_size=80,
)


def test_a_letter_with_all_it_needs_has_no_problem() -> None:
    assert problems(GOOD) == {}


@pytest.mark.parametrize(
    ("letter", "wrong"),
    [
        (Letter("", "m", "a@b.fr"), {"subject": Problem.NO_SUBJECT}),
        (Letter("s", "", "a@b.fr"), {"message": Problem.NO_MESSAGE}),
        (Letter("s", "x" * 10_001, "a@b.fr"), {"message": Problem.MESSAGE_TOO_LONG}),
        (Letter("s", "m", ""), {"email": Problem.NO_EMAIL}),
        (Letter("s", "m", "alice"), {"email": Problem.BAD_EMAIL}),
        (Letter("s", "m", "a@b.fr, c@d.fr"), {"email": Problem.BAD_EMAIL}),
        (Letter("s", "m", "a@b.fr\nBcc: c@d.fr"), {"email": Problem.BAD_EMAIL}),
    ],
)
def test_each_field_says_what_is_wrong_with_it(letter: Letter, wrong: dict[str, Problem]) -> None:
    assert problems(letter) == wrong


def test_all_fields_are_judged_at_once_in_the_order_of_the_form() -> None:
    assert list(problems(Letter())) == ["subject", "message", "email"]


def test_a_field_that_nobody_sees_gives_a_program_away() -> None:
    assert letter_from({"subject": "s", "website": "https://spam.example"}).is_trapped
    assert not letter_from({"subject": "s", "website": " "}).is_trapped


@given(st.text())
def test_a_message_keeps_its_lines_and_nothing_that_breaks_a_database(text: str) -> None:
    kept = lines(text)
    assert lines(kept) == kept
    assert not {unicodedata.category(char) for char in kept if char not in "\n\t"} & {"Cc", "Cs"}
    assert not kept or any(char.isprintable() and not char.isspace() for char in kept)
    kept.encode()


@pytest.mark.parametrize(
    "text",
    [
        "👨‍👩‍👧‍👦 😡",
        "می\u200cخواهم محصول را برگردانم",
        "Ça ne marche pas\u202f!",
        "error\t0x53\n\tat start",
    ],
)
def test_words_arrive_as_they_were_written_in_every_language(text: str) -> None:
    assert lines(text) == text


def test_marks_that_nobody_sees_are_no_words() -> None:
    assert lines("télé\u00adphone \u202eevil") == "téléphone evil"
    assert lines("\u200d \u200b\u2060") == ""
    assert letter_from({"subject": "👨‍👩‍👧\n cassé"}).subject == "👨‍👩‍👧 cassé"


def test_a_message_that_is_too_long_is_told_by_how_much(app: Flask) -> None:
    with force_locale("en"):
        said = problem_in_words(Problem.MESSAGE_TOO_LONG, Letter(message="a" * 14_400))
    assert "14,400" in said
    assert "10,000" in said


@given(st.text(max_size=300))
def test_what_passes_as_an_address_is_one_line_with_one_at(text: str) -> None:
    found = address(text)
    assert found is None or (found.count("@") == 1 and found.isprintable())


def test_references_are_read_out_and_typed_back() -> None:
    made = new_reference()
    assert set(made) <= {*ALPHABET, "-"}
    assert spelt(made.lower().replace("-", " ")) == made
    assert len({new_reference() for _ in range(200)}) == 200


@given(st.lists(st.integers(), max_size=40), st.lists(st.integers(), max_size=40))
def test_what_was_shown_is_remembered_once_in_order(known: list[int], added: list[int]) -> None:
    together = joined(known, added)
    assert len(together) == len(set(together)) <= 50
    assert joined(together, added) == together


# How long an answer takes


@hypothesis.settings(max_examples=40)
@given(WAITS)
def test_the_delay_that_is_said_was_kept_for_nine_requests_in_ten(
    waits: list[timedelta | None],
) -> None:
    said = kept_by(NINE_IN_TEN, waits)
    kept = sum(each is not None and said is not None and each <= said for each in waits)
    assert said is None or kept >= 0.9 * len(waits)


@hypothesis.settings(max_examples=40)
@given(WAITS)
def test_requests_that_still_wait_never_make_the_delay_shorter(
    waits: list[timedelta | None],
) -> None:
    before, after = kept_by(HALF, waits), kept_by(HALF, [*waits, None])
    assert after is None or before is None or after >= before


def test_nothing_is_promised_from_a_few_requests() -> None:
    assert kept_by(HALF, [timedelta(hours=1)] * (MIN_OBSERVATIONS - 1)) is None


@pytest.mark.parametrize(
    ("wait", "said"),
    [
        (timedelta(seconds=1), timedelta(minutes=5)),
        (timedelta(hours=4, seconds=1), timedelta(hours=5)),
        (timedelta(days=2, seconds=1), timedelta(days=3)),
    ],
)
def test_a_delay_is_rounded_up_to_what_people_say(wait: timedelta, said: timedelta) -> None:
    assert rounded(wait) == said


# What is searched for while typing


def test_the_subject_and_the_first_sentences_are_searched_for_each_by_itself() -> None:
    letter = Letter("Lamp", "Hello,\nmy lamp flickers all evening. Can I return it for money?")
    assert list(questions(letter)) == [
        "Lamp",
        "my lamp flickers all evening.",
        "Can I return it for money?",
    ]


@given(st.text(max_size=2), st.text(max_size=400))
def test_a_few_letters_are_no_question(subject: str, message: str) -> None:
    found = list(questions(Letter(subject, message)))
    assert len(found) <= 3
    assert all(len(each.split()) >= 3 for each in found)


# Which gap a question belongs to


WORDINGS = [(1, "gift wrapping"), (2, "wrap a lamp as a gift"), (3, "lamp flickers")]


@pytest.mark.parametrize(
    ("question", "gap"),
    [
        ("gift wrapping", 1),
        ("wrapping gifts", 1),
        ("wrap lamp gift please", 2),
        ("invoice of last year", None),
        ("lamp", None),
    ],
)
def test_a_question_belongs_to_the_gap_with_most_of_its_words(
    question: str, gap: int | None
) -> None:
    assert nearest(question, WORDINGS, "en") == gap
