"""Claims about which passwords are too easy."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kb.accounts.passwords import FAVOURITES, is_easy

KNOWN = ("lea.martin@clairson.example", "Léa Martin", "Clairson")


@pytest.fixture(autouse=True)
def _people() -> None:
    """Nobody has to be there for what is calculated."""


@pytest.mark.parametrize(
    "password",
    [
        "password12", "Password2026!", "P@ssw0rd1234", "motdepasse123", "MotDePasse!!!", "azertyuiop",
        "qwertyuiop123", "1234567890", "12345678910", "aaaaaaaaaaaa", "abababababab", "Clairson2026",
        "clairson-lea", "LeaMartin1984", "lea.martin99", "Bienvenue2026", "iloveyou!2024", "zyxwvutsrq",
        "1q2w3e4r5t", "letmein!letmein!", "Welcome123456",
    ],
)  # fmt: skip
def test_what_everybody_would_try_first_is_easy(password: str) -> None:
    assert is_easy(password, KNOWN)


@pytest.mark.parametrize(
    "password",
    [
        "lamps under seven bridges",
        "correct horse battery",
        "Zm4-tk9.rQx!",
        "le chat boit du thé",
        "kX7vQp2LmZ",
    ],
)
def test_words_that_do_not_belong_together_are_not(password: str) -> None:
    assert not is_easy(password, KNOWN)


@given(st.sampled_from(FAVOURITES), st.integers(0, 9999), st.sampled_from(["", "!", "?", ".", "*"]))
def test_a_favourite_is_no_better_for_a_number_and_a_mark(
    word: str, number: int, mark: str
) -> None:
    assert is_easy(f"{word.capitalize()}{number}{mark}")


@given(st.text(max_size=60), st.lists(st.text(max_size=20), max_size=3))
def test_any_text_can_be_judged(password: str, known: list[str]) -> None:
    assert is_easy(password, known) in (True, False)
