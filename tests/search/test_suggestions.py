import pytest
from hypothesis import given
from hypothesis import strategies as st

from search.suggestions import Suggestions

TITLES = {
    "1": ["Réinitialiser le mot de passe", "J’ai oublié mon mot de passe"],
    "2": ["Suivre ma commande"],
    "3": ["Commander en plusieurs fois"],
    "4": ["Connecter la lampe au Wi-Fi"],
}


@pytest.fixture(scope="module")
def french() -> Suggestions:
    return Suggestions(((key, f"/fr/{key}", texts) for key, texts in TITLES.items()), locale="fr")


@pytest.mark.parametrize(
    ("typed", "first"),
    [
        ("reini", "1"), ("passe", "1"), ("oublie", "1"), ("lampe wifi", "4"), ("commande", "2"),
        ("comander en", "3"), ("lmape", "4"), ("suivre comm", "2"),
    ],
)  # fmt: skip
def test_any_word_begun_leads_to_its_title(french: Suggestions, typed: str, first: str) -> None:
    assert french.complete(typed)[0].document_id == first


def test_an_article_is_suggested_once(french: Suggestions) -> None:
    assert [s.document_id for s in french.complete("mot de passe")].count("1") == 1


def test_what_was_typed_is_lit(french: Suggestions) -> None:
    assert french.complete("reini")[0].html.startswith("<mark>Réini</mark>tialiser")


def test_a_title_goes_before_the_known_question_that_matched(french: Suggestions) -> None:
    found = french.complete("j'ai oublié")[0]
    assert found.html.startswith("Réinitialiser le mot de passe")
    assert found.title == "J’ai oublié mon mot de passe"


def test_nothing_typed_suggests_nothing(french: Suggestions) -> None:
    assert french.complete("  ") == []


def test_what_no_title_says_suggests_nothing(french: Suggestions) -> None:
    assert french.complete("xylophone") == []


@given(typed=st.text(max_size=80))
def test_anything_may_be_typed(typed: str) -> None:
    made = Suggestions([("1", "/1", ["A <b> lamp"])], locale="en")
    assert all("<b>" not in s.html for s in made.complete(typed))
