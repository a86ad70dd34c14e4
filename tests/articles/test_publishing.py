"""The verbs that change articles keep their promises on both databases."""

from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from articles.addresses.leading import holder
from articles.models import Revision, SlugHistory, Status
from articles.publishing import (
    SlugTaken,
    Words,
    archive,
    change_slug,
    commit_changes,
    publish,
    restore,
    words_of,
    write_revision,
)
from articles.queries import by_slug, freshness, published
from articles.signals import article_changed
from kb.db import db, utc_now
from tests import factories

NOON = datetime(2026, 5, 1, 12, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


def _public(at: datetime | None = None) -> list[str]:
    return [each.title for each in db.session.scalars(published("en", at=at))]


def test_a_draft_is_not_public(any_app: Flask) -> None:
    translation = factories.article(draft=True)
    assert translation.status() is Status.DRAFT
    assert _public() == []


def test_a_scheduled_article_appears_at_its_minute(any_app: Flask) -> None:
    translation = factories.article("Soon", published_at=NOON)
    assert translation.status(NOON - MINUTE) is Status.SCHEDULED
    assert (_public(NOON - MINUTE), _public(NOON)) == ([], ["Soon"])


def test_an_archived_article_disappears_at_its_minute(any_app: Flask) -> None:
    translation = factories.article("Old", published_at=NOON)
    archive(translation, at=NOON + MINUTE)
    commit_changes()
    assert translation.status(NOON + MINUTE) is Status.ARCHIVED
    assert (_public(NOON), _public(NOON + MINUTE)) == (["Old"], [])


def test_a_draft_put_aside_and_taken_up_again_is_still_a_draft(any_app: Flask) -> None:
    translation = factories.article(draft=True)
    archive(translation)
    assert translation.status() is Status.ARCHIVED
    restore(translation)
    assert translation.status() is Status.DRAFT


def test_a_restored_article_is_public_again(any_app: Flask) -> None:
    translation = factories.article("Back")
    archive(translation)
    restore(translation)
    commit_changes()
    assert _public() == ["Back"]


def test_what_is_public_stays_while_its_next_revision_is_drafted(any_app: Flask) -> None:
    translation = factories.article("First")
    write_revision(translation, Words(title="Second", body="Not yet"))
    commit_changes()
    assert _public() == ["First"]


def test_revisions_are_numbered_from_one_without_gaps(any_app: Flask) -> None:
    translation = factories.article()
    for body in ("two", "three"):
        publish(translation, write_revision(translation, Words(title="T", body=body)))
    commit_changes()
    numbers = db.session.scalars(select(Revision.number).order_by(Revision.number)).all()
    assert numbers == [1, 2, 3]


def test_a_revision_gives_back_its_words(any_app: Flask) -> None:
    words = Words(title="T", body="B", summary="S", answers=("a?",), extra={"feature": "x"})
    revision = write_revision(factories.article(), words)
    commit_changes()
    assert words_of(revision) == words


def test_words_that_differ_in_one_answer_have_another_fingerprint() -> None:
    one, other = Words(title="T", body="B"), Words(title="T", body="B", answers=["a?"])
    assert one.fingerprint() != other.fingerprint()
    assert one.fingerprint() == Words(title="T", body="B").fingerprint()


def test_an_old_address_leads_to_the_new_one(any_app: Flask) -> None:
    translation = factories.article(slug="old")
    change_slug(translation, "new")
    commit_changes()
    assert db.session.scalar(by_slug("en", "old")) is None
    assert holder("en", "old") == translation.id


def test_every_old_address_leads_straight_to_the_newest(any_app: Flask) -> None:
    translation = factories.article(slug="a")
    for slug in ("b", "c", "a", "d"):
        change_slug(translation, slug)
        commit_changes()
    for old in ("a", "b", "c"):
        assert holder("en", old) == translation.id
    assert db.session.scalar(select(SlugHistory).where(SlugHistory.slug == "d")) is None


def test_an_address_in_use_is_refused_with_its_owner(any_app: Flask) -> None:
    factories.article("The owner", slug="taken")
    with pytest.raises(SlugTaken, match="The owner"):
        change_slug(factories.article(), "taken")


def test_the_same_address_may_exist_in_two_languages(any_app: Flask) -> None:
    french = factories.article(locale="fr", slug="wifi")
    english = factories.article(locale="en", slug="wireless")
    change_slug(english, "wifi")
    commit_changes()
    assert db.session.scalar(by_slug("fr", "wifi")) is french
    assert db.session.scalar(by_slug("en", "wifi")) is english


def test_every_commit_changes_the_freshness(any_app: Flask) -> None:
    before = freshness()
    factories.article()
    assert freshness() != before


def test_freshness_changes_when_a_scheduled_moment_passes(any_app: Flask) -> None:
    factories.article(published_at=NOON)
    assert freshness(NOON - MINUTE) != freshness(NOON)
    assert freshness(NOON) == freshness(NOON + MINUTE)


def test_listeners_hear_of_a_change_after_its_commit(any_app: Flask) -> None:
    heard = []

    def listen(_sender: Flask) -> None:
        heard.append(db.session().in_transaction())

    with article_changed.connected_to(listen):
        factories.article()
    assert heard == [False]


def test_publishing_at_an_earlier_date_is_kept(any_app: Flask) -> None:
    translation = factories.article(published_at=NOON)
    publish(translation, write_revision(translation, Words(title="T", body="new")))
    commit_changes()
    assert translation.published_at == NOON
    assert translation.updated_at > NOON
    assert translation.status(utc_now()) is Status.PUBLISHED
