"""A language that the site did not begin with works by its code: German, and a glance at others."""

from pathlib import Path

import pytest
from whoosh.lang import languages

from search.analysis import analyzer
from search.engine import SearchEngine
from search.keyword import KeywordIndex
from tests.search.conftest import document

GERMAN = {
    "passwort": ("Passwort zurücksetzen", "Wir senden Ihnen einen Link für ein neues Passwort."),
    "rechnung": ("Adresse auf der Rechnung ändern", "Die Rechnungen tragen Ihre Adresse."),
    "lieferung": ("Wie lange dauert die Lieferung?", "Größere Pakete brauchen drei Werktage."),
    "strasse": ("Umzug", "Teilen Sie uns die neue Straße und die Hausnummer mit."),
    "steuer": ("Steuern und Zoll", "Zur aktuellen Steuer kommt eine Gebühr von 2,50 €."),
    "fehler": ("Fehler E-21", "Die Lampe hat kein Netz: Fehlercode E-21."),
}


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> SearchEngine:
    index = KeywordIndex(Path(tmp_path_factory.mktemp("german")))
    index.build([document(key, *texts, locale="de-AT") for key, texts in GERMAN.items()])
    return SearchEngine(index)


@pytest.mark.parametrize(
    ("typed", "first"),
    [
        ("Passwörter", "passwort"),
        ("passwoerter", "passwort"),
        ("zuruecksetzen", "passwort"),
        ("zurucksetzen", "passwort"),
        ("groessere pakete", "lieferung"),
        ("lieferungen", "lieferung"),
        ("strasse", "strasse"),
        ("STRASSE", "strasse"),
        ("straße", "strasse"),
        ("gebuehr", "steuer"),
        ("aktuelle steuern", "steuer"),
        ("2,50", "steuer"),
        ("e21", "fehler"),
        ("E-21", "fehler"),
        ("pasword", "passwort"),
        ("rechnungsadresse", "rechnung"),
    ],
)
def test_german_is_searched_as_it_is_typed(site: SearchEngine, typed: str, first: str) -> None:
    assert site.search(typed, locale="de").hits[0].document_id == first


def test_small_words_of_german_are_left_out_however_they_are_written() -> None:
    assert analyzer("de").terms("für fuer fur über ueber") == []


@pytest.mark.parametrize("word", ["Steuer", "Quelle", "neue", "Treue", "Feuer", "aktuell"])
def test_letters_that_are_no_umlaut_stay(word: str) -> None:
    assert "ue" in analyzer("de").exact_terms(word)[0]


@pytest.mark.parametrize(
    ("locale", "typed", "written"),
    [
        ("it", "abbonamento", "l’abbonamento"),
        ("ca", "aigua", "l’aigua"),
        ("es", "devolucion", "devoluciones"),
        ("nl", "bestelling", "bestellingen"),
        ("pt", "encomenda", "encomendas"),
    ],
)
def test_words_meet_in_other_languages(locale: str, typed: str, written: str) -> None:
    chain = analyzer(locale)
    assert set(chain.terms(typed)) & set(chain.terms(written))


@pytest.mark.parametrize("locale", [*languages, "ca", "pl"])
def test_every_language_of_the_stemmers_indexes_and_finds(locale: str, tmp_path: Path) -> None:
    index = KeywordIndex(tmp_path)
    text = "Пароль, كلمة, password, jelszó 42,50."
    index.build([document("1", "Wi-Fi E-47", text, locale), document("2", "x", "y", locale)])
    site = SearchEngine(index)
    for typed in ("wifi", "e47", "ПАРОЛЬ", "كلمة", "password", "jelszo", "42,50", "pasword"):
        hits = site.search(typed, locale=locale).hits
        assert [hit.document_id for hit in hits] == ["1"], typed
