"""Claims about how customers of the demo company reach a person, and what was said."""

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from flask import Flask
from sqlalchemy import func, select

from articles.importing import ImportOptions, import_folder
from feedback.announcements.models import Announcement
from feedback.channels.models import ContactChannel, Topic
from feedback.contact.models import ContactAttempt
from feedback.models import Channel, SearchIntent, Visit
from feedback.requests.models import Author, ContactRequest, RequestMessage
from kb.accounts.security import add_user
from kb.config import Settings
from kb.customers.models import Customer
from kb.db import db
from kb.demo.cli import ARTICLES
from kb.demo.crowd.dating import date_the_story
from kb.demo.crowd.simulation import simulate
from kb.demo.loading import ACCOUNTS
from kb.demo.reaching import answers
from kb.demo.reaching.channels import open_the_channels
from kb.demo.reaching.customers import KNOWN, know_some_customers
from kb.demo.reaching.doors import let_the_shop_carry_the_widget, part_the_crowd
from kb.demo.reaching.notices import announce
from kb.demo.reaching.threads import answer_the_requests
from kb.factory import create_app

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
LOCALES = {"fr", "en"}


@pytest.fixture(scope="module")
def reached(tmp_path_factory: pytest.TempPathFactory, _migrated_sqlite: bytes) -> Iterator[Flask]:
    """A month of visitors and what was said to them, once for this module; its tests only read."""
    home = tmp_path_factory.mktemp("reaching")
    (home / "kb.sqlite3").write_bytes(_migrated_sqlite)
    app = create_app(Settings(home=home, embedding_model="off", indexer="off", log_level="ERROR"))
    with app.app_context():
        import_folder(ARTICLES, options=ImportOptions(source="clairson"))
        for role, address in ACCOUNTS.items():
            add_user(address, "no matter what", role, name=address.split("@")[0].capitalize())
        date_the_story(NOW)
        simulate(days=30, now=NOW)
        part_the_crowd(NOW)
        know_some_customers(NOW)
        open_the_channels(NOW)
        let_the_shop_carry_the_widget(NOW)
        announce(NOW)
        with app.test_request_context():
            answer_the_requests(NOW)
        yield app
        db.session.remove()
        db.engine.dispose()


def test_who_was_answered_finds_the_answer_in_the_thread(reached: Flask) -> None:
    firsts = dict(
        db.session.execute(
            select(RequestMessage.request_id, func.min(RequestMessage.created_at))
            .where(RequestMessage.author == Author.STAFF, ~RequestMessage.is_note)
            .group_by(RequestMessage.request_id)
        ).all()
    )
    answered = db.session.scalars(
        select(ContactRequest).where(ContactRequest.answered_at.is_not(None))
    ).all()
    assert answered
    assert {each.id: each.answered_at for each in answered} == firsts


def test_no_answer_shows_a_gap_where_a_link_should_be(reached: Flask) -> None:
    words = db.session.scalars(select(RequestMessage.text)).all()
    assert any("](/" in each for each in words)
    assert not any("{" in each or "](None" in each for each in words)


def test_what_is_said_of_a_subject_is_said_in_both_languages_where_it_is_asked_in_both() -> None:
    for words in (*answers.BY_TOPIC.values(), *answers.BY_CATEGORY.values(), answers.NEAREST):
        assert set(words) == LOCALES


def test_a_visit_and_what_was_done_in_it_share_their_channel(reached: Flask) -> None:
    for model in (SearchIntent, ContactAttempt, ContactRequest):
        strays = (
            select(func.count())
            .select_from(model)
            .join(Visit, Visit.id == model.visit_id)
            .where(model.channel != Visit.channel)
        )
        assert db.session.scalar(strays) == 0
    assert set(db.session.scalars(select(Visit.channel).distinct())) == {
        Channel.SITE,
        Channel.WIDGET,
        Channel.MCP,
    }


def test_customers_are_known_by_what_they_did(reached: Flask) -> None:
    for customer in db.session.scalars(select(Customer)):
        assert db.session.scalars(select(Visit.id).where(Visit.customer_id == customer.id)).first()
    assert db.session.scalar(select(func.count()).select_from(Customer)) == len(KNOWN)


def test_everything_that_customers_read_is_there_in_both_languages(reached: Flask) -> None:
    for channel in db.session.scalars(select(ContactChannel)):
        assert set(channel.words) == LOCALES
    for topic in db.session.scalars(select(Topic)):
        assert set(topic.names) == LOCALES
        assert all(set(each.labels) == LOCALES for each in topic.fields)
    for notice in db.session.scalars(select(Announcement)):
        assert {each.locale for each in notice.texts} == LOCALES
