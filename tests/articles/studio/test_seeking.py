"""Names are found whatever their accents, capitals and apostrophes, on every database."""

from flask import Flask
from sqlalchemy import select

from articles.models import Translation
from articles.studio.seeking import holds_name
from kb.db import db
from tests import factories

TITLE = "L’Écran et le Cœur : où ça coince ?"


def _titles(word: str) -> list[str]:
    query = select(Translation.title).where(holds_name(Translation.title, word))
    return list(db.session.scalars(query))


def test_a_name_holds_a_word_however_it_is_typed(any_app: Flask) -> None:
    factories.article(TITLE, locale="fr")
    factories.article("Une lampe", locale="fr")
    for word in ("ecran", "ÉCRAN", "l'ecran", "l’écran", "coeur", "OU", "ca"):
        assert _titles(word) == [TITLE], word
    for word in ("%", "_", "\\", "ecrans"):
        assert _titles(word) == [], word
