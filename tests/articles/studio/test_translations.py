"""Translators see what is behind, the source beside their words, and say when they are done."""

import pytest
from flask import Flask
from flask.testing import FlaskClient

from articles.models import Revision, Significance, Translation
from articles.publishing import Words, commit_changes, publish, write_revision
from articles.translation_state import register_visits
from kb.accounts.models import RoleName
from kb.config import Settings
from kb.db import db
from tests import factories
from tests.articles.studio.cast import SignIn

ENGLISH = {"Accept-Language": "en"}
SOURCE = "Bonjour.\n\n## Frais\n\nCinq euros.\n"
TARGET = "Hello.\n\n## Costs\n\nFive euros.\n"


@pytest.fixture
def settings(settings: Settings) -> Settings:
    """Without finished pages, which may be a third of a second behind."""
    return settings.model_copy(update={"page_cache_mb": 0})


@pytest.fixture
def pair(app: Flask) -> tuple[Translation, Translation]:
    """A French article with its English translation."""
    source = factories.article("Livraison", SOURCE, locale="fr", slug="livraison")
    english = factories.article("Delivery", TARGET, slug="delivery", of=source.article)
    return source, english


@pytest.fixture
def writer(app: Flask, sign_in: SignIn) -> FlaskClient:
    return sign_in(RoleName.WRITER)


def _change(source: Translation, body: str, significance: Significance) -> Revision:
    revision = write_revision(
        source, Words(title=source.title, body=body), significance=significance
    )
    publish(source, revision)
    commit_changes()
    return revision


def _page(visitor: FlaskClient, translation: Translation) -> str:
    answer = visitor.get(f"/studio/drafts/{translation.id}/translate", headers=ENGLISH)
    assert answer.status_code == 200
    return answer.text


def _save(visitor: FlaskClient, translation: Translation, *sections: str, **fields: object) -> None:
    data = {"revision": "1", "title": "Delivery", "section": list(sections), **fields}
    answer = visitor.post(f"/studio/drafts/{translation.id}/translate", data=data)
    assert answer.status_code == 303, answer.text
    db.session.expire_all()


def _newest(translation: Translation) -> Revision:
    return max(db.session.query(Revision).filter_by(translation_id=translation.id),
               key=lambda each: each.number)  # fmt: skip


def test_each_section_stands_beside_its_translation(
    writer: FlaskClient, pair: tuple[Translation, Translation]
) -> None:
    page = _page(writer, pair[1])
    assert page.index("Bonjour.") < page.index("Hello.") < page.index("## Frais")
    assert page.index("## Frais") < page.index("## Costs")


def test_what_changed_in_the_source_is_lit(
    writer: FlaskClient, pair: tuple[Translation, Translation]
) -> None:
    source, english = pair
    _save(writer, english, *TARGET.split("\n\n", 1), done="1")
    _change(source, SOURCE.replace("Cinq", "Sept") + "\n## Retours\n\nOui.\n", Significance.MAJOR)
    page = _page(writer, english)
    assert "</span>Cinq</del>" in page
    assert "</span>Sept</ins>" in page
    assert "Out of date: the source has had 1 major change since." in page
    assert page.count('name="section"') == 3


def test_sections_are_saved_as_one_text_and_called_up_to_date(
    writer: FlaskClient, pair: tuple[Translation, Translation]
) -> None:
    source, english = pair
    changed = _change(source, SOURCE.replace("Cinq", "Sept"), Significance.MAJOR)
    _save(writer, english, "Hello.\r\n", "## Costs\r\n\r\nSeven euros.", done="2")
    last = _newest(english)
    assert last.body == "Hello.\n\n## Costs\n\nSeven euros.\n"
    assert last.translated_from == changed.id


def test_work_that_is_not_finished_stays_behind(
    writer: FlaskClient, pair: tuple[Translation, Translation]
) -> None:
    source, english = pair
    first = source.public_revision_id
    _change(source, SOURCE + "\n## Retours\n", Significance.MAJOR)
    _save(writer, english, "Hello.", "## Costs\n\nFive euros, or six.")
    assert _newest(english).translated_from == first


def test_nothing_to_change_is_one_click_without_a_revision(
    writer: FlaskClient, pair: tuple[Translation, Translation], client: FlaskClient
) -> None:
    source, english = pair
    changed = _change(source, SOURCE + "\nMerci.\n", Significance.MAJOR)
    assert "has changed in French" in client.get("/en/articles/delivery").text
    writer.post(f"/studio/drafts/{english.id}/up-to-date", data={"revision": "1", "done": "2"})
    db.session.expire_all()
    assert (_newest(english).number, _newest(english).translated_from) == (1, changed.id)
    assert "has changed in French" not in client.get("/en/articles/delivery").text


def test_a_reader_of_an_outdated_text_is_led_to_the_source(
    pair: tuple[Translation, Translation], client: FlaskClient
) -> None:
    source, _ = pair
    _change(source, SOURCE + "\nMerci.\n", Significance.MAJOR)
    page = client.get("/en/articles/delivery").text
    assert 'href="/fr/articles/livraison" hreflang="fr">Read it in French' in page
    assert "outdated" not in client.get("/fr/articles/livraison").text


@pytest.mark.parametrize("significance", [Significance.TYPO, Significance.MEDIUM])
def test_small_changes_are_no_news_for_readers(
    pair: tuple[Translation, Translation], client: FlaskClient, significance: Significance
) -> None:
    _change(pair[0], SOURCE + "\nMerci.\n", significance)
    assert "has changed in French" not in client.get("/en/articles/delivery").text


def test_a_reader_is_not_led_to_what_they_may_not_read(
    pair: tuple[Translation, Translation], client: FlaskClient
) -> None:
    source, _ = pair
    _change(source, SOURCE + "\nMerci.\n", Significance.MAJOR)
    source.archived_at = source.published_at
    commit_changes()
    assert "/fr/articles/livraison" not in client.get("/en/articles/delivery").text


def test_the_words_stay_in_the_page_when_they_cannot_be_saved(
    writer: FlaskClient, pair: tuple[Translation, Translation]
) -> None:
    answer = writer.post(
        f"/studio/drafts/{pair[1].id}/translate",
        data={"revision": "1", "title": "", "section": ["Mine.", "## Kept"]},
        headers=ENGLISH,
    )
    assert answer.status_code == 400
    assert "Mine." in answer.text
    assert "## Kept" in answer.text
    assert "translation" in answer.text


def test_another_source_cannot_be_named(
    writer: FlaskClient, pair: tuple[Translation, Translation]
) -> None:
    answer = writer.post(
        f"/studio/drafts/{pair[1].id}/translate",
        data={"revision": "1", "title": "Delivery", "section": ["x"], "done": "99"},
    )
    assert answer.status_code == 400


def test_the_source_has_no_source(
    writer: FlaskClient, pair: tuple[Translation, Translation]
) -> None:
    answer = writer.get(f"/studio/drafts/{pair[0].id}/translate")
    assert answer.headers["Location"].endswith(f"/studio/drafts/{pair[0].id}")


@pytest.mark.parametrize(
    ("begin", "body"), [("structure", "## Frais\n"), ("text", SOURCE), ("", "## Frais\n")]
)
def test_a_translation_begins_with_structure_or_text(
    writer: FlaskClient, begin: str, body: str
) -> None:
    source = factories.article("Livraison", SOURCE, locale="fr")
    answer = writer.post(
        f"/studio/articles/{source.article_id}/translations",
        data={"language": "en", "begin": begin},
    )
    draft = db.session.query(Translation).filter_by(locale="en").one()
    assert answer.headers["Location"].endswith(f"/studio/drafts/{draft.id}/translate")
    assert _newest(draft).body == body
    assert _newest(draft).author_id is not None


def test_a_language_that_the_site_does_not_speak_is_refused(writer: FlaskClient) -> None:
    source = factories.article(locale="fr")
    answer = writer.post(
        f"/studio/articles/{source.article_id}/translations", data={"language": "xx"}
    )
    assert answer.status_code == 400


# The list of work


def test_work_is_listed_by_visits_with_the_way_to_it(app: Flask, writer: FlaskClient) -> None:
    few, many = (factories.article(title, locale="fr") for title in ("Peu", "Beaucoup"))
    register_visits(app, lambda: {few.id: 10, many.id: 300})
    page = writer.get("/studio/translations", headers=ENGLISH).text
    assert page.index("Beaucoup") < page.index("Peu")
    assert "English: 0% of visits meet a text that is there and up to date." in page
    assert f"/studio/articles/{many.article_id}/translations" in page


def test_filters_narrow_the_work(
    writer: FlaskClient, pair: tuple[Translation, Translation]
) -> None:
    _change(pair[0], SOURCE + "\nMerci.\n", Significance.MEDIUM)
    factories.article("Canapé", locale="fr")
    titles = ("Livraison", "Canapé")

    def listed(query: str) -> tuple[bool, ...]:
        page = writer.get(f"/studio/translations?{query}", headers=ENGLISH).text
        work = page[page.index('id="work"') :]
        return tuple(title in work for title in titles)

    assert listed("") == (True, True)
    assert listed("state=missing") == (False, True)
    assert listed("state=refresh&language=en") == (True, False)
    assert listed("language=fr") == (False, False)
    assert listed("category=0") == (True, True)


def test_a_reviewer_holds_a_change_back_and_releases_it(
    sign_in: SignIn, pair: tuple[Translation, Translation]
) -> None:
    source, _ = pair
    reviewer = sign_in(RoleName.REVIEWER)
    _change(source, SOURCE + "\nMerci.\n", Significance.MAJOR)
    url = f"/studio/articles/{source.article_id}/ready"

    def is_listed(query: str) -> bool:
        page = reviewer.get(f"/studio/translations{query}", headers=ENGLISH).text
        return "Livraison" in page[page.index('id="work"') :]

    reviewer.post(url, data={"ready": "0"})
    assert (is_listed(""), is_listed("?state=held")) == (False, True)
    reviewer.post(url, data={"ready": "1"})
    assert (is_listed(""), is_listed("?state=held")) == (True, False)


def test_a_writer_does_not_hold_changes_back(
    writer: FlaskClient, pair: tuple[Translation, Translation]
) -> None:
    answer = writer.post(f"/studio/articles/{pair[0].article_id}/ready", data={"ready": "0"})
    assert answer.status_code == 403


def test_the_desk_names_what_is_behind(
    writer: FlaskClient, pair: tuple[Translation, Translation]
) -> None:
    _change(pair[0], SOURCE + "\nMerci.\n", Significance.MAJOR)
    page = writer.get("/studio/", headers=ENGLISH).text
    assert f"/studio/drafts/{pair[1].id}/translate" in page
