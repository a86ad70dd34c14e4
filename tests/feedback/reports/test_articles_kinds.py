"""Claims about articles that are right for one kind of question and wrong for another."""

import random
from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from feedback.reports.articles_kinds import Led, contrast, kinds_of_question


def led(text: str, openings: int, answered: int, votes: int = 0, helpful: int = 0) -> Led:
    return Led(text, "en", openings, answered, votes, helpful)


@st.composite
def leads(draw: st.DrawFn) -> Led:
    openings = draw(st.integers(1, 300))
    votes = draw(st.integers(0, openings))
    return led(
        draw(st.text("abc", min_size=1, max_size=4)),
        openings,
        draw(st.integers(0, openings)),
        votes,
        draw(st.integers(0, votes)),
    )


def test_an_article_right_for_one_question_and_wrong_for_another_is_told() -> None:
    kinds = kinds_of_question(
        [led("reset the lamp", 80, 70), led("lamp reset", 20, 18), led("reset my password", 60, 5)],
        [0, 0, 1],
    )
    found = contrast(kinds)
    assert found is not None
    assert (found.right.name, found.wrong.name) == ("reset the lamp", "reset my password")
    assert found.right.answered.trials == 100
    assert not found.by_votes


def test_votes_decide_where_there_are_enough_of_them() -> None:
    """Readers stayed ten seconds for both; what they said of it differs."""
    kinds = kinds_of_question(
        [led("reset the lamp", 80, 60, 40, 38), led("reset my password", 80, 60, 40, 2)], [0, 1]
    )
    found = contrast(kinds)
    assert found is not None
    assert found.by_votes
    assert found.wrong.name == "reset my password"


def test_a_few_are_too_few_to_tell() -> None:
    kinds = kinds_of_question([led("reset the lamp", 90, 80), led("password", 20, 0)], [0, 1])
    assert contrast(kinds) is None
    assert [each.is_too_few for each in kinds] == [False, True]


@pytest.mark.parametrize("number", [0, 1])
def test_one_kind_has_nothing_to_differ_from(number: int) -> None:
    assert contrast(kinds_of_question([led("reset", 90, 80)] * number, [0] * number)) is None


@given(
    st.lists(st.tuples(leads(), st.integers(0, 3)), max_size=12), st.randoms(use_true_random=False)
)
def test_kinds_hold_all_that_led_here_in_any_order(
    found: list[tuple[Led, int]], shuffler: random.Random
) -> None:
    kinds = kinds_of_question([each for each, _ in found], [label for _, label in found])
    assert sum(each.answered.trials for each in kinds) == sum(each.openings for each, _ in found)
    assert sum(each.helpful.trials for each in kinds) == sum(each.votes for each, _ in found)
    shuffler.shuffle(found)
    again = kinds_of_question([each for each, _ in found], [label for _, label in found])
    assert Counter(each.answered for each in again) == Counter(each.answered for each in kinds)


@given(st.lists(leads(), min_size=2, max_size=6))
def test_the_right_kind_is_answered_more_often_than_the_wrong_one(found: list[Led]) -> None:
    told = contrast(kinds_of_question(found, range(len(found))))
    if told is not None:
        right, wrong = (
            (told.right.helpful, told.wrong.helpful)
            if told.by_votes
            else (told.right.answered, told.wrong.answered)
        )
        assert right.value > wrong.value
        assert min(right.trials, wrong.trials) >= 30
