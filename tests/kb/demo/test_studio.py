"""Claims about what lies on the desks of the demo company."""

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from flask import Flask
from sqlalchemy import func, select

from articles.importing import ImportOptions, import_folder
from articles.links.models import Link, LinkState
from articles.models import Article, Audience, Revision, Status, Translation
from articles.studio.models import LineComment, WorkingCopy
from articles.studio.publishing.reviews import returned_to, reviews_waiting_for
from articles.translating import source_of
from kb.accounts.models import RoleName
from kb.accounts.security import add_user
from kb.config import Settings
from kb.db import db, utc_now
from kb.demo.cli import ARTICLES
from kb.demo.loading import ACCOUNTS
from kb.demo.studio.care import look_after_the_articles
from kb.demo.studio.desk import lay_out_the_desks
from kb.demo.studio.past import CHANGES, give_articles_a_past, translation_of
from kb.demo.studio.people import CUSTOMER, LIMITED_WRITER, colleague, open_more_accounts
from kb.factory import create_app

PASSWORD = "no matter what"


@pytest.fixture(scope="module")
def morning(tmp_path_factory: pytest.TempPathFactory, _migrated_sqlite: bytes) -> Iterator[Flask]:
    """The desks, laid out once for this module; its tests only read."""
    home = tmp_path_factory.mktemp("desks")
    (home / "kb.sqlite3").write_bytes(_migrated_sqlite)
    app = create_app(Settings(home=home, embedding_model="off", indexer="off", log_level="ERROR"))
    now = utc_now()
    with app.app_context():
        import_folder(ARTICLES, options=ImportOptions(source="clairson"))
        for role, address in ACCOUNTS.items():
            add_user(address, PASSWORD, role, name=address.split("@")[0].capitalize())
        open_more_accounts(PASSWORD)
        open_more_accounts(PASSWORD)
        give_articles_a_past(now)
        lay_out_the_desks(now)
        look_after_the_articles(now)
        yield app
        db.session.remove()
        db.engine.dispose()


def test_former_revisions_lead_to_the_words_of_today(morning: Flask) -> None:
    for key, locale in CHANGES:
        translation = translation_of(key, locale)
        told = [each for each in translation.revisions if each.created_at <= translation.updated_at]
        assert [each.number for each in told] == list(range(1, len(told) + 1))
        assert told[-1] is translation.public_revision
        assert len({each.body for each in told}) == len(told)


def test_one_text_waits_for_the_reviewer_and_one_came_back_to_its_writer(morning: Flask) -> None:
    waiting = db.session.scalars(reviews_waiting_for(colleague("jonas"))).all()
    assert [each.translation.article.key for each in waiting] == ["payment-refused"]
    back = db.session.scalars(returned_to(colleague("camille"))).all()
    assert [each.translation.title for each in back] == ["Faire emballer un cadeau"]
    assert db.session.scalar(select(func.count()).select_from(LineComment)) == 3


def test_words_that_were_not_saved_wait_for_their_writer(morning: Flask) -> None:
    copy = db.session.scalars(select(WorkingCopy)).one()
    assert copy.form is not None
    assert copy.form["fields"]["body"].endswith("ét")


def test_something_is_planned_and_readers_do_not_see_it(morning: Flask) -> None:
    soon = db.session.scalars(
        select(Translation).where(Translation.published_at > datetime.now(UTC))
    ).all()
    assert {each.locale for each in soon} == {"fr", "en"}
    assert all(each.status() is Status.SCHEDULED for each in soon)
    prices = translation_of("delivery-times-and-prices", "fr")
    assert prices.next_at is not None
    assert prices.public_revision is not None
    assert prices.public_revision.id != prices.next_revision_id


def test_a_major_change_of_the_source_is_not_translated_yet(morning: Flask) -> None:
    english = translation_of("refund-times", "en")
    french = source_of(english.article)
    assert french is not None
    assert english.public_revision is not None
    made_from = db.session.get_one(Revision, english.public_revision.translated_from)
    assert french.public_revision is not None
    assert made_from.number < french.public_revision.number


def test_some_articles_are_for_few_and_somebody_works_in_one_category(morning: Flask) -> None:
    audiences = set(db.session.scalars(select(Article.audience)))
    assert audiences == set(Audience)
    assert not colleague("lea").has_role(RoleName.REVIEWER.value)
    assert {LIMITED_WRITER, CUSTOMER}.isdisjoint(ACCOUNTS.values())


def test_links_lead_somewhere_nowhere_and_elsewhere(morning: Flask) -> None:
    states = set(db.session.scalars(select(Link.state)))
    assert states == {LinkState.WORKING, LinkState.BROKEN, LinkState.MOVED}


def test_addresses_of_the_former_site_still_answer(morning: Flask) -> None:
    visitor = morning.test_client()
    for path in ("/aide/retours.html", "/fr/articles/suivi-colis", "/fr/categories/sav"):
        answer = visitor.get(path)
        assert answer.status_code == 301, path
        assert visitor.get(answer.headers["Location"]).status_code == 200
