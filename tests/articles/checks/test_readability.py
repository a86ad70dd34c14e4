"""Reading ease by the published formulas, and the sentences that it counts."""

import pytest

from articles.checks.readability import Ease, Reading, reading_of, sentences


def test_the_formula_of_each_language() -> None:
    # 100 words in 5 sentences of 1.5 syllables a word
    assert Reading(100, 5, 150, "en").score == pytest.approx(206.835 - 20.3 - 126.9)
    assert Reading(100, 5, 150, "fr").score == pytest.approx(207.0 - 20.3 - 110.4)


def test_it_stays_between_0_and_100() -> None:
    assert Reading(100, 1, 400, "en").score == 0.0
    assert Reading(100, 100, 100, "fr").score == 100.0


def test_plain_talk_is_easier_than_a_contract() -> None:
    talk = "Open the box. Take the lamp out. Plug it in. Wait for the light to turn blue. " * 8
    contract = (
        "Notwithstanding any provision to the contrary, responsibility for the installation of "
        "electrical appliances remains with the purchaser, whose acknowledgement of the conditions "
        "constitutes irrevocable acceptance of every limitation enumerated hereinafter. "
    ) * 4
    easy, hard = reading_of([talk], "en"), reading_of([contract], "en")
    assert easy is not None
    assert hard is not None
    assert (easy.ease, hard.ease) == (Ease.EASY, Ease.VERY_HARD)


def test_a_short_text_or_one_without_a_formula_has_none() -> None:
    assert reading_of(["Ouvrez la boîte."], "fr") is None
    assert reading_of(["Öffnen Sie die Schachtel. " * 50], "de") is None


def test_items_that_are_no_sentences_do_not_count() -> None:
    prose = "Open the box and take the lamp out of it with both hands. " * 12
    alone = reading_of([prose], "en")
    assert alone is not None
    assert reading_of([prose, "a lamp", "a cable"], "en") == alone


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("Ouvrez. Fermez.", 2),
        ("Voir p. ex. La notice. Fin.", 2),
        ("It takes approx. 5 minutes.", 1),
        ("« Prêt ? » Oui.", 2),
        ("La version 2.4 suffit.", 1),
        ("", 0),
    ],
)
def test_sentences(text: str, count: int) -> None:
    assert len(sentences(text)) == count
