import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rapidfuzz.distance import DamerauLevenshtein

from search.evaluation.misspelling import FINDERS, Slip, keys_beside, misspell

QUESTION = "Comment réinitialiser l’accès à mon téléphone"
TEXTS = st.text(st.sampled_from("abcdefghijklmnopqrstuvwxyzéèàçœABCÉ0123456789 '’-?."), max_size=60)


@given(TEXTS, st.sampled_from(["fr", "en", "de"]))
def test_one_slip_is_one_error_of_a_typist(text: str, language: str) -> None:
    found = misspell(text, language)
    assert len(found.slips) <= 1
    distance = DamerauLevenshtein.distance(text, found.text)
    assert distance == len(found.slips)


@given(TEXTS)
def test_a_slip_touches_no_digit(text: str) -> None:
    def digits(value: str) -> str:
        return "".join(char for char in value if char.isdigit())

    assert digits(misspell(text, "fr").text) == digits(text)


@given(st.text(max_size=40), st.sampled_from(["fr", "en"]))
def test_any_text_can_be_misspelt(text: str, language: str) -> None:
    assert isinstance(misspell(text, language, slips=3).text, str)


def test_the_same_question_is_misspelt_alike() -> None:
    assert misspell(QUESTION, "fr", key="1") == misspell(QUESTION, "fr", key="1")


def test_another_key_gives_another_slip() -> None:
    assert len({misspell(QUESTION, "fr", key=str(key)).text for key in range(20)}) > 10


def test_every_kind_of_slip_happens() -> None:
    slips = {misspell(QUESTION, "fr", key=str(key)).slips for key in range(200)}
    assert slips == {(slip,) for slip in Slip}


def test_what_has_no_long_word_and_no_space_stays() -> None:
    assert misspell("E-47", "en").text == "E-47"


def test_a_rate_of_one_half_misspells_half_of_the_questions() -> None:
    touched = sum(bool(misspell(QUESTION, "fr", slips=0.5, key=str(k)).slips) for k in range(400))
    assert 160 <= touched <= 240


def test_a_rate_of_two_makes_two_slips() -> None:
    assert len(misspell(QUESTION, "fr", slips=2).slips) == 2


def test_an_accent_is_dropped_not_moved() -> None:
    for text in FINDERS[Slip.ACCENT](QUESTION, "fr"):
        plain = [unicodedata.normalize("NFD", each)[0] for each in QUESTION]
        changed = [new for new, old in zip(text, QUESTION, strict=True) if new != old]
        assert len(changed) == 1
        assert changed[0] in plain


@pytest.mark.parametrize(
    ("letter", "language", "beside"),
    [("a", "fr", "zq"), ("a", "en", "sqwz"), ("q", "fr", "sazw"), ("g", "en", "fhtyvb")],
)
def test_neighbours_are_those_of_the_keyboard(letter: str, language: str, beside: str) -> None:
    assert set(keys_beside(letter, language)) <= set(beside)
    assert len(keys_beside(letter, language)) >= 2


@pytest.mark.parametrize("language", ["fr", "en"])
def test_keys_are_neighbours_of_each_other(language: str) -> None:
    for letter in "abcdefghijklmnopqrstuvwxyz":
        for other in keys_beside(letter, language):
            assert letter in keys_beside(other, language)


def test_a_capital_stays_one() -> None:
    assert all(text[0].isupper() for text in FINDERS[Slip.NEIGHBOUR]("Word", "en"))
