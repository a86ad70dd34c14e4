"""Claims about keystrokes, repetitions and reformulations."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from feedback.intents import (
    MAX_QUERY_LENGTH,
    Asked,
    Placement,
    clean,
    normalise,
    place,
    shares_words,
)

START = datetime(2026, 11, 2, 9, tzinfo=UTC)


def at(seconds: float) -> datetime:
    return START + timedelta(seconds=seconds)


def asked(words: str, seconds: float = 0, *, opened: float | None = None, number: int = 1) -> Asked:
    return Asked(
        number, normalise(words), "fr", at(seconds), None if opened is None else at(opened)
    )


def placed(words: str, seconds: float, *earlier: Asked, locale: str = "fr") -> Placement:
    return place(normalise(words), locale, at(seconds), earlier)


def test_the_first_search_of_a_visit_is_a_new_intent() -> None:
    assert placed("lampe clignote", 0) == Placement()


def test_longer_words_within_five_seconds_are_the_same_typing() -> None:
    assert placed("lampe clignote", 5, asked("lampe cli")).same_as == 1


def test_longer_words_after_five_seconds_are_another_intent() -> None:
    assert placed("lampe clignote", 6, asked("lampe cli")).same_as is None


def test_erasing_letters_within_five_seconds_is_the_same_typing() -> None:
    assert placed("lampe", 2, asked("lampe cli")).same_as == 1


def test_a_click_ends_the_typing() -> None:
    assert placed("lampe clignote", 4, asked("lampe cli", opened=2)).same_as is None


@pytest.mark.parametrize("again", ["Lampe  CLIGNOTE ?", "lampe clignote"])
def test_the_same_question_much_later_in_the_visit_is_the_same_intent(again: str) -> None:
    assert (
        placed(again, 1_500, asked("lampe clignote"), asked("relais", 900, number=2)).same_as == 1
    )


def test_typing_towards_a_question_already_asked_leaves_no_trace_of_the_beginning() -> None:
    found = placed("lampe clignote", 102, asked("lampe clignote"), asked("lampe", 100, number=2))
    assert found == Placement(same_as=1, absorbed=2)


def test_the_same_words_in_another_language_are_another_intent() -> None:
    assert placed("wifi", 100, asked("wifi"), locale="en").same_as is None


def test_other_words_for_the_same_within_a_minute_are_a_reformulation() -> None:
    assert placed("lumière qui clignote", 30, asked("lampe clignote")).reformulation_of == 1


def test_a_corrected_typing_error_is_a_reformulation() -> None:
    assert placed("rembourser", 20, asked("rembuorser")).reformulation_of == 1


def test_after_a_minute_other_words_are_no_reformulation() -> None:
    assert placed("lumière qui clignote", 61, asked("lampe clignote")).reformulation_of is None


def test_after_a_click_other_words_are_no_reformulation() -> None:
    found = placed("lumière qui clignote", 30, asked("lampe clignote", opened=10))
    assert found.reformulation_of is None


def test_another_subject_is_no_reformulation() -> None:
    assert placed("délai de remboursement", 30, asked("lampe clignote")) == Placement()


def test_only_the_last_search_can_be_reformulated() -> None:
    found = placed("lampe scintille", 40, asked("lampe clignote"), asked("facture", 20, number=2))
    assert found.reformulation_of is None


def test_what_counts_as_sharing_meaning_can_be_replaced() -> None:
    found = place("b", "fr", at(9), [asked("a")], shares_meaning=lambda *_texts: True)
    assert found.reformulation_of == 1


WORDS = st.text("abcdé ", min_size=1, max_size=30).filter(lambda text: bool(normalise(text)))


@given(WORDS)
def test_typing_letter_by_letter_is_one_intent(words: str) -> None:
    current: Asked | None = None
    for size in range(1, len(words) + 1):
        typed = normalise(words[:size])
        moment = at(size * 0.3)
        if not typed:
            continue
        found = place(typed, "fr", moment, [current] if current else [])
        assert current is None or found.same_as == current.id
        current = Asked(1, typed, "fr", moment)


@given(WORDS, WORDS)
def test_sharing_words_does_not_depend_on_which_came_first(one: str, other: str) -> None:
    assert shares_words(one, other, "fr") == shares_words(other, one, "fr")


@given(st.text(max_size=1_000))
def test_cleaned_text_is_short_printable_and_any_database_takes_it(text: str) -> None:
    cleaned = clean(text)
    assert len(cleaned) <= MAX_QUERY_LENGTH
    assert "\x00" not in cleaned
    cleaned.encode("utf-8")


@given(st.text(max_size=400))
def test_normalising_twice_changes_nothing(text: str) -> None:
    once = normalise(clean(text))
    assert normalise(once) == once


def test_half_a_character_is_dropped() -> None:
    assert clean("lampe \ud83d") == "lampe"


def test_a_question_of_signs_only_is_kept() -> None:
    assert normalise("???") == "???"
