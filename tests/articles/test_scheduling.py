"""The next words of a public article come in at their second, for whoever looks first."""

import threading
from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import select, update

import kb.pagecache
from articles import publications, queries, scheduling
from articles.drafting import newest, publish_draft, save_draft
from articles.models import ContentVersion, Publication, Significance, Translation
from articles.publishing import (
    Words,
    archive,
    cancel_schedule,
    commit_changes,
    publish,
    restore,
    schedule,
    write_revision,
)
from articles.queries import freshness
from articles.scheduling import bring_due
from articles.studio.publishing import arrivals
from kb.accounts.models import RoleName
from kb.accounts.security import add_user
from kb.audit.models import AuditEntry
from kb.db import db, utc_now
from kb.mail.models import OutgoingMail
from tests import factories

SECOND = timedelta(seconds=1)
SetClock = Callable[[datetime], None]


@pytest.fixture
def set_clock(monkeypatch: pytest.MonkeyPatch) -> SetClock:
    def set_to(moment: datetime) -> None:
        for module in (queries, scheduling, publications, arrivals):
            monkeypatch.setattr(module, "utc_now", lambda: moment)

    return set_to


def planned(at: datetime) -> Translation:
    text = factories.article("Before", "Old words.", slug="lamp", summary="Old summary")
    after = write_revision(text, Words(title="After", body="New words.", summary="New summary"))
    db.session.flush()
    schedule(text, after, at=at)
    commit_changes()
    return text


def in_an_hour() -> datetime:
    return (utc_now() + timedelta(hours=1)).replace(microsecond=0)


def test_public_words_stay_byte_for_byte_until_the_second_the_next_ones_are_due(
    any_app: Flask, set_clock: SetClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(kb.pagecache, "CHECK_SECONDS", 0)
    at = in_an_hour()
    reader = any_app.test_client()
    text = factories.article("Before", "Old words.", slug="lamp")
    before = reader.get("/en/articles/lamp")
    saved = save_draft(text, Words(title="After", body="New words."), after=1, by="Camille")
    publish_draft(text, saved, at=at)
    set_clock(at - SECOND)
    assert reader.get("/en/articles/lamp").data == before.data
    set_clock(at)
    after = reader.get("/en/articles/lamp")
    assert "New words." in after.text
    assert "After" in after.text
    assert after.headers["ETag"] != before.headers["ETag"]


def test_a_page_that_is_not_kept_changes_at_the_same_second(
    any_app: Flask, set_clock: SetClock
) -> None:
    at = in_an_hour()
    planned(at)
    reader = any_app.test_client()
    set_clock(at - SECOND)
    assert "Old words." in reader.get("/en/articles/lamp?past-the-cache").text
    set_clock(at)
    assert "New words." in reader.get("/en/articles/lamp?past-the-cache").text


def test_title_and_summary_come_with_the_words_and_the_act_is_noted(any_app: Flask) -> None:
    at = in_an_hour()
    text = planned(at)
    assert (bring_due(at - SECOND), bring_due(at), bring_due(at)) == (0, 1, 0)
    db.session.expire_all()
    assert (text.title, text.summary, text.updated_at) == ("After", "New summary", at)
    assert (text.next_revision_id, text.next_at) == (None, None)
    entry = db.session.scalars(select(AuditEntry).order_by(AuditEntry.id.desc())).first()
    assert entry is not None
    assert (entry.act, entry.revision, entry.actor) == ("article.published", 2, "kb")


def test_what_caches_compare_changes_with_the_words(any_app: Flask) -> None:
    at = in_an_hour()
    planned(at)
    before = freshness(at - SECOND)
    assert freshness(at) != before


def test_many_who_look_at_once_bring_it_in_once(any_app: Flask) -> None:
    at = in_an_hour()
    planned(at)
    version = db.session.scalar(select(ContentVersion.number))
    db.session.commit()
    gate, counts = threading.Barrier(6), []

    def look() -> None:
        gate.wait()
        for _ in range(50):  # a busy database gives nothing yet: look again
            with any_app.app_context():
                counts.append(bring_due(at))

    lookers = [threading.Thread(target=look) for _ in range(6)]
    for each in lookers:
        each.start()
    for each in lookers:
        each.join()
    db.session.expire_all()
    assert sum(counts) == 1
    assert db.session.scalar(select(ContentVersion.number)) == (version or 0) + 1


def test_while_the_database_is_busy_readers_get_the_old_words(
    any_app: Flask, set_clock: SetClock
) -> None:
    at = in_an_hour()
    text = planned(at)
    number = text.id
    any_app.test_client().get("/en/articles/lamp")  # its page has been made before
    set_clock(at)
    with db.engine.connect() as other, other.begin():
        other.execute(update(Translation).where(Translation.id == number).values(slug="lamp"))
        page = any_app.test_client().get("/en/articles/lamp?past-the-cache")
        assert page.status_code == 200
        assert "Old words." in page.text
    assert "New words." in any_app.test_client().get("/en/articles/lamp?past-the-cache").text


@pytest.mark.usefixtures("app")
class TestPlans:
    def test_a_cancelled_plan_changes_nothing(self) -> None:
        at = in_an_hour()
        text = planned(at)
        cancel_schedule(text)
        commit_changes()
        assert bring_due(at) == 0
        assert text.title == "Before"

    def test_publishing_something_newer_ends_the_plan(self) -> None:
        text = planned(in_an_hour())
        publish(text, write_revision(text, Words(title="Newest", body="x")))
        commit_changes()
        assert text.next_at is None

    def test_putting_older_words_back_keeps_the_plan(self) -> None:
        text = planned(in_an_hour())
        publish(text, text.revisions[0])
        commit_changes()
        assert text.next_at is not None

    def test_archiving_ends_the_plan(self) -> None:
        text = planned(in_an_hour())
        archive(text)
        commit_changes()
        assert text.next_at is None

    def test_a_first_publication_that_is_cancelled_is_a_draft_again(self) -> None:
        text = factories.article(draft=True)
        schedule(text, newest(text), at=in_an_hour())
        cancel_schedule(text)
        commit_changes()
        assert (text.published_at, text.public_revision_id) == (None, None)

    def test_what_was_public_when_is_remembered(self) -> None:
        text = factories.article()
        first = newest(text).id
        publish(text, write_revision(text, Words(title="T", body="two")))
        second = newest(text).id
        archive(text)
        restore(text)
        commit_changes()
        rows = db.session.scalars(publications.of(text)).all()
        assert [each.revision_id for each in rows] == [first, second, None, second]
        former = publications.former(text)
        assert former is not None
        assert former.id == first

    def test_dates_that_are_changed_leave_one_plan_each(self) -> None:
        text = planned(in_an_hour())
        for days in (3, 2):
            schedule(text, newest(text), at=in_an_hour() + timedelta(days=days))
            archive(text, at=in_an_hour() + timedelta(days=days + 9))
        commit_changes()
        plans = db.session.scalars(select(Publication).where(Publication.at > utc_now())).all()
        assert [each.revision_id for each in plans] == [newest(text).id, None]

    def test_who_wrote_it_is_told_once_when_it_came(self, app: Flask, set_clock: SetClock) -> None:
        add_user("camille@clairson.example", "correct horse battery", RoleName.WRITER)
        at = in_an_hour()
        text = factories.article("Before", slug="lamp")
        words = Words(title="After", body="New words.")
        write_revision(text, words, author_id=1, significance=Significance.MEDIUM)
        schedule(text, newest(text), at=at)
        commit_changes()
        with app.test_request_context():  # as the worker runs its tasks
            assert arrivals.tell() == 0
            set_clock(at)
            assert (arrivals.tell(), arrivals.tell()) == (1, 0)
        mail = db.session.scalars(select(OutgoingMail)).one()
        assert mail.recipient == "camille@clairson.example"
        assert "After" in mail.subject

    @pytest.mark.parametrize("is_public_before", [True, False])
    def test_the_log_says_once_when_planned_words_came(
        self, app: Flask, set_clock: SetClock, is_public_before: bool
    ) -> None:
        at = in_an_hour()
        text = factories.article("Before", slug="lamp", draft=not is_public_before)
        write_revision(text, Words(title="After", body="New words."))
        schedule(text, newest(text), at=at)
        commit_changes()
        set_clock(at)
        with app.test_request_context():
            assert (arrivals.tell(), arrivals.tell()) == (1, 0)
        said = select(AuditEntry).where(AuditEntry.act == "article.published")
        entry = db.session.scalars(said).one()
        assert (entry.actor, entry.revision) == ("kb", newest(text).number)
        assert entry.details["planned_for"] == at.isoformat(timespec="minutes")
