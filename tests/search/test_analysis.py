import pytest
from hypothesis import given
from hypothesis import strategies as st

from search.analysis import Analyzer, analyzer, fold


@pytest.mark.parametrize(
    ("typed", "written"),
    [
        ("abonnement", "l’abonnement"),
        ("abonnement", "l'abonnement"),
        ("empecher", "empêcher"),
        ("evenement", "d’événement"),
        ("oeuvre", "l'œuvre"),
        ("telecharge", "téléchargées"),
        ("cree", "créée"),
        ("delai", "délais"),
        ("remboursement", "remboursements"),
    ],
)
def test_a_french_word_meets_what_is_written(typed: str, written: str) -> None:
    french = analyzer("fr")
    assert set(french.terms(typed)) & set(french.terms(written))


@pytest.mark.parametrize(
    ("typed", "written"), [("wifi", "Wi-Fi"), ("e47", "E-47"), ("login", "log-in")]
)
def test_a_compound_is_found_by_its_joined_form(typed: str, written: str) -> None:
    english = analyzer("en")
    assert set(english.terms(typed)) <= set(english.terms(written))


def test_versions_and_prices_stay_whole() -> None:
    assert analyzer("en").terms("firmware 4.3.1") == ["firmwar", "4.3.1"]
    assert analyzer("fr").terms("14,90 €") == ["14.90"]


def test_summer_is_not_a_stop_word_in_french() -> None:
    assert analyzer("fr").terms("d’été") == ["ete"]


def test_an_inverted_question_is_no_compound() -> None:
    assert analyzer("fr").terms("Puis-je annuler ?") == ["annul"]


def test_a_possessive_is_dropped_in_english() -> None:
    assert analyzer("en").terms("the lamp's light") == ["lamp", "light"]


def test_places_point_into_the_original_text() -> None:
    text = "Où est l’œuvre ?"
    found = [text[t.start : t.end] for t in analyzer("fr").analyse(text)]
    assert found[-1] == "œuvre"


def test_another_language_of_the_stemmers_works_by_its_code() -> None:
    german = Analyzer("de-AT")
    assert german.terms("Rechnungen") == german.terms("Rechnung")


def test_a_language_without_stemmer_is_folded_only() -> None:
    assert Analyzer("xx").terms("Größen Æther") == ["grossen", "aether"]


def test_cyrillic_letters_keep_their_marks() -> None:
    assert fold("Й") == "й"


@given(st.text(max_size=300))
def test_any_text_gives_folded_terms(text: str) -> None:
    for term in analyzer("fr").analyse(text, keep_stop_words=True):
        assert term.exact
        assert 0 <= term.start < term.end <= len(text)
