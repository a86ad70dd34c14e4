import pytest
from hypothesis import given
from hypothesis import strategies as st

from search.reading.slips import slip_cost

WORDS = st.text(alphabet="abcdeilmnorstu", min_size=1, max_size=12)


@given(WORDS)
def test_a_word_typed_right_costs_nothing(word: str) -> None:
    assert slip_cost(word, word, "fr") == 0.0


@given(WORDS, WORDS)
def test_other_words_cost_something(typed: str, meant: str) -> None:
    assert (slip_cost(typed, meant, "en") > 0.0) == (typed != meant)


@pytest.mark.parametrize(
    ("slip", "worse"),
    [
        ("lammpe", "lazmpe"),  # doubled, rather than put in
        ("lamep", "lamop"),  # swapped, rather than two mistaken
        ("lampr", "lampx"),  # a neighbour key
        ("lanpe", "labpe"),  # letters that sound alike
        ("lampo", "wampe"),  # the first letter is mostly right
    ],
)
def test_likely_slips_cost_less(slip: str, worse: str) -> None:
    assert slip_cost(slip, "lampe", "fr") < slip_cost(worse, "lampe", "fr")


def test_the_keyboard_is_that_of_the_language() -> None:
    assert slip_cost("lzmpe", "lampe", "fr") < slip_cost("lkmpe", "lampe", "fr")
    assert slip_cost("lzmpe", "lampe", "fr") < slip_cost("lpmpe", "lampe", "en")
