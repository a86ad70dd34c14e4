"""Claims about links to articles: found by title, address or key, with headings, drafts marked."""

import pytest
from flask.testing import FlaskClient

from articles.models import Translation
from articles.publishing import change_slug, commit_changes
from kb.accounts.models import RoleName
from tests import factories
from tests.articles.studio.cast import SignIn

BODY = "Intro.\n\n## Étape 1 : le bouton\n\nText.\n\n## When it fails\n\nText."


@pytest.fixture
def writer(sign_in: SignIn) -> FlaskClient:
    client = sign_in(RoleName.WRITER)
    client.environ_base["HTTP_ACCEPT_LANGUAGE"] = "en"
    return client


@pytest.fixture
def draft(writer: FlaskClient) -> Translation:
    return factories.article("Something new", draft=True)


def found(client: FlaskClient, draft: Translation, query: str) -> str:
    answer = client.get(f"/studio/drafts/{draft.id}/links", query_string={"q": query})
    assert answer.status_code == 200
    return answer.text


def test_an_article_is_found_by_title_address_and_key(
    writer: FlaskClient, draft: Translation
) -> None:
    factories.article("Reset a lamp", BODY, slug="lamp-reset", key="key-of-reset")
    for query in ("reset a", "RESET", "lamp-reset", "key-of-reset"):
        part = found(writer, draft, query)
        assert 'data-address="article:key-of-reset"' in part, query
        assert 'data-address="article:key-of-reset#when-it-fails"' in part, query
        assert 'data-address="article:key-of-reset#etape-1-le-bouton"' in part, query


def test_a_heading_is_asked_for_after_a_hash(writer: FlaskClient, draft: Translation) -> None:
    factories.article("Reset a lamp", BODY, key="reset")
    part = found(writer, draft, "reset#etape")
    assert "#etape-1-le-bouton" in part
    assert "#when-it-fails" not in part


def test_drafts_are_marked_and_the_own_language_comes_first(
    writer: FlaskClient, draft: Translation
) -> None:
    factories.article("Lamp en français", locale="fr", key="french")
    factories.article("Lamp in English", key="english")
    factories.article("Lamp not yet there", key="begun", draft=True)
    part = found(writer, draft, "lamp")
    assert part.index("article:english") < part.index("article:french")
    assert part.count("state-draft") == 1


def test_the_draft_itself_and_signs_of_patterns_find_nothing(
    writer: FlaskClient, draft: Translation
) -> None:
    factories.article("Reset a lamp")
    for query in ("something new", "%", "_", "\\", ""):
        assert "data-address" not in found(writer, draft, query)


def test_words_in_any_order_and_without_accents_find_a_title(
    writer: FlaskClient, draft: Translation
) -> None:
    factories.article("Délai : l’Écran de la Lueur", locale="fr", key="screen")
    for query in ("ecran delai", "L'ÉCRAN", "lueur écr"):
        assert "article:screen" in found(writer, draft, query), query
    assert "data-address" not in found(writer, draft, "ecran paiement")


ADDRESSES = {
    "/en/articles/reset": "article:reset-key",
    "/en/articles/reset#when-it-fails": "article:reset-key#when-it-fails",
    "/en/articles/reset#not-there": "article:reset-key",
    "/en/articles/before": "article:reset-key",
    "/en/articles/reset.md": "article:reset-key",
}


def test_an_address_of_the_site_becomes_a_link_to_the_article(
    writer: FlaskClient, draft: Translation
) -> None:
    moved = factories.article("Reset a lamp", BODY, slug="before", key="reset-key")
    change_slug(moved, "reset")
    commit_changes()
    for path, address in ADDRESSES.items():
        part = found(writer, draft, f"http://localhost{path}")
        assert f'data-address="{address}"' in part, path
        assert part.count("data-address") == 1, path


def test_an_address_of_another_site_is_nobodys(writer: FlaskClient, draft: Translation) -> None:
    factories.article("Reset a lamp", slug="reset")
    assert "data-address" not in found(writer, draft, "https://elsewhere.example/en/articles/reset")
