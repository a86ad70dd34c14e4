from flask import Flask

from search import sync
from tests import factories


def test_translations_of_one_article_show_once_in_the_reader_s_language(app: Flask) -> None:
    english = factories.article("Use Spotify", "Spotify plays on the speaker.")
    french = factories.article(
        "Écouter de la musique", "L’enceinte joue.", locale="fr", of=english.article
    )
    factories.article("Facture", "La facture est dans le compte.", locale="fr")
    sync.reconcile(app)
    hits = sync.indexer(app).engine.search("Spotify", locale="fr").hits
    assert hits[0].document_id == str(french.id)
    assert str(english.id) not in {hit.document_id for hit in hits}
