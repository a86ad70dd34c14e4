"""Claims about texts that only this site can have written."""

from datetime import timedelta

import pytest
from flask import Flask

from kb.signing import NotSigned, Signed

LETTERS = Signed("tests.letters")
PASSES = Signed("tests.passes", timedelta(hours=1))
GONE = Signed("tests.gone", lambda: timedelta(seconds=-1))


def test_what_was_signed_for_one_purpose_is_nothing_for_another(app: Flask) -> None:
    for one, other in ((LETTERS, PASSES), (PASSES, LETTERS)):
        text = one.text([7, "so"])
        assert one.read(text) == [7, "so"]
        with pytest.raises(NotSigned):
            other.read(text)


@pytest.mark.parametrize("text", ["", "W10", "W10.x", "é.\0", LETTERS.__class__.__name__])
def test_what_anybody_types_says_nothing(app: Flask, text: str) -> None:
    for each in (LETTERS, PASSES):
        with pytest.raises(NotSigned):
            each.read(text)


def test_a_text_ends_with_its_time(app: Flask) -> None:
    with pytest.raises(NotSigned):
        GONE.read(GONE.text("so"))


def test_no_two_parts_of_the_program_share_a_purpose() -> None:
    with pytest.raises(ValueError, match=r"tests\.letters"):
        Signed("tests.letters")
