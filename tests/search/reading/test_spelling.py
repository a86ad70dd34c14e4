"""What people mean by words that no article knows, in a small help centre of two languages."""

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from search.engine import SearchEngine
from search.keyword import KeywordIndex
from search.reading.asking import read
from search.reading.dictionaries import dictionary
from search.snapshot import Snapshot
from tests.search.conftest import document

FRENCH = {
    "mdp": ("Réinitialiser le mot de passe", "Un lien est envoyé pour changer le mot de passe."),
    "abo": ("Résilier l’abonnement", "L’abonnement se résilie en ligne, sans frais, à tout moment."),
    "livr": ("Délai de livraison", "J’ai commandé : la livraison prend trois jours ouvrés."),
    "lampe": ("La lampe ne s’allume plus", "Débranchez la lampe, puis rebranchez-la au bout d’une minute."),
    "remb": ("Être remboursé", "Le remboursement arrive sous quatorze jours."),
    "wifi": ("Connexion au réseau", "La lampe perd la connexion au réseau sans fil de la maison."),
}  # fmt: skip
ENGLISH = {
    "password": ("Reset your password", "We send you a link to reset the password."),
    "delivery": ("Delivery of parcels", "Parcels you have received damaged are sent back."),
    "refund": ("Get your money back", "The refund arrives within two weeks, less postage."),
    "account": ("Close an account", "You may close the account at any time in the settings."),
}


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> SearchEngine:
    index = KeywordIndex(Path(tmp_path_factory.mktemp("spelling")))
    index.build(
        [document(key, *texts, locale="fr") for key, texts in FRENCH.items()]
        + [document(key, *texts) for key, texts in ENGLISH.items()]
    )
    return SearchEngine(index)


@pytest.fixture
def snapshot(site: SearchEngine) -> Snapshot:
    return site.snapshot()[0]


def _meant(snapshot: Snapshot, text: str, language: str = "fr") -> list[str]:
    found = snapshot.speller(language).corrections(text)
    return [each.choices[0].shown for each in found]


@pytest.mark.parametrize(
    ("typed", "first", "locale"),
    [
        ("abonement", "abo", "fr"),
        ("labonnement", "abo", "fr"),
        ("resilier labonemment", "abo", "fr"),
        ("motdepasse", "mdp", "fr"),
        ("mot de pass e", "mdp", "fr"),
        ("mdp oublie", "mdp", "fr"),
        ("delai livrzison", "livr", "fr"),
        ("lamep", "lampe", "fr"),
        ("conexion", "wifi", "fr"),
        ("remboursemnt svp", "remb", "fr"),
        ("resetpassword", "password", "en"),
        ("pasword", "password", "en"),
        ("recieved damaged", "delivery", "en"),
        ("pw reset", "password", "en"),
        ("cloze acc", "account", "en"),
    ],
)
def test_what_was_meant_is_found(site: SearchEngine, typed: str, first: str, locale: str) -> None:
    assert site.search(typed, locale=locale).hits[0].document_id == first


@pytest.mark.parametrize(
    "typed",
    [
        "abonnement",
        "abonnements",
        "ABONNEMENT",
        "résiliez",
        "resilie",
        "E-47x",
        "49827",
        "xyz",
        "a",
    ],
)
def test_a_known_word_a_code_and_a_short_word_are_left_alone(
    snapshot: Snapshot, typed: str
) -> None:
    assert _meant(snapshot, typed) == []


def test_a_word_of_the_other_language_of_the_site_is_left_alone(snapshot: Snapshot) -> None:
    assert _meant(snapshot, "password", "fr") == []
    assert _meant(snapshot, "parcels", "fr") == []


def test_a_question_in_a_language_that_the_site_does_not_have_is_left_alone(
    tmp_path: Path,
) -> None:
    index = KeywordIndex(tmp_path)
    index.build([document(key, *texts) for key, texts in ENGLISH.items()])
    corrections = (
        index.snapshot().speller("en").corrections("comment se faire livrer les parcelles")
    )
    assert corrections == []


def test_an_acronym_that_nothing_says_is_not_called_a_mistake(site: SearchEngine) -> None:
    assert site.search("DELIVRY of parcels", locale="en").corrected is None
    assert site.search("DELIVRY OF PARCELS", locale="en").corrected is not None


def test_a_derived_word_has_lost_no_space(site: SearchEngine) -> None:
    assert site.search("antilampe", locale="fr").corrected is None


def test_a_word_that_exists_is_searched_as_another_but_not_corrected(site: SearchEngine) -> None:
    assert "rest" in dictionary("en")
    assert site.search("rest password", locale="en").corrected is None


def test_shorthand_is_no_other_language(site: SearchEngine) -> None:
    assert site.search("ya pa de son ds labonnement", locale="fr").hits[0].document_id == "abo"


def test_the_correction_is_written_with_its_accents(snapshot: Snapshot) -> None:
    assert read(snapshot, "delai de livraisn", ["fr", "en"], "fr").corrected == "delai de livraison"
    assert read(snapshot, "resillier", ["fr", "en"], "fr").corrected == "résilier"
    assert read(snapshot, "labonnement", ["fr", "en"], "fr").corrected == "l'abonnement"


def test_a_query_without_mistakes_is_not_corrected(site: SearchEngine) -> None:
    assert site.search("résilier l’abonnement", locale="fr").corrected is None


def test_the_other_words_of_the_query_decide_between_two_meanings(tmp_path: Path) -> None:
    index = KeywordIndex(tmp_path)
    texts = ["The tower bell rings.", "The cat walks on the wall.", "Bell of the tower.", "Cats."]
    texts += ["A ball for the cat.", "The cat has a ball."]
    index.build([document(str(number), "", text) for number, text in enumerate(texts)])
    speller = index.snapshot().speller("en")
    assert speller.corrections("tower bwll")[0].choices[0].words == ("bell",)
    assert speller.corrections("cat bwll")[0].choices[0].words == ("ball",)


def test_the_dictionary_knows_inflected_words() -> None:
    assert "specified" in dictionary("en")
    assert "renvoient" in dictionary("fr")
    assert "recieved" not in dictionary("en")


def test_a_language_without_a_list_knows_no_word() -> None:
    assert "hus" not in dictionary("xx")


@settings(max_examples=60, deadline=None)
@given(st.text(max_size=80) | st.text(alphabet="abelmnot '-\"", max_size=60))
def test_any_text_is_corrected_within_its_bounds(site: SearchEngine, text: str) -> None:
    end = 0
    for each in site.snapshot()[0].speller("fr").corrections(text):
        assert end <= each.start < each.end <= len(text)
        assert each.choices
        end = each.end


def test_words_that_the_articles_join_are_found_apart(tmp_path: Path) -> None:
    index = KeywordIndex(tmp_path)
    texts = {"right": "Unsubscribe from the newsletter.", "letter": "A letter about the news."}
    texts["wifi"] = "The Wi-Fi network of the lamp."
    index.build([document(key, "", text) for key, text in texts.items()])
    site = SearchEngine(index)
    assert site.search("unsubscribe news letter", locale="en").hits[0].document_id == "right"
    assert site.search("wi fi", locale="en").hits[0].document_id == "wifi"


def test_no_word_of_any_article_is_ever_corrected(snapshot: Snapshot) -> None:
    for language in ("fr", "en"):
        for word in snapshot.vocabulary(language):
            assert snapshot.speller(language).corrections(word) == []
