"""Claims about the way to publication: who decides, and what readers see meanwhile."""

from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from articles.drafting import draft_article, newest, publish_draft, save_draft
from articles.models import Publication, Status, Translation
from articles.publishing import Words, words_of
from articles.studio.models import Review, Verdict
from articles.studio.publishing import previews
from articles.studio.publishing.reviews import (
    my_drafts,
    returned_to,
    reviews_waiting_for,
    scheduled,
)
from kb.accounts.models import RoleName
from kb.audit.models import AuditEntry
from kb.config import Settings
from kb.db import db, utc_now
from kb.mail.models import OutgoingMail
from tests import factories
from tests.articles.studio.cast import SignIn, account, english


def draft(by: RoleName, body: str = "We wrap.\n\nGladly.") -> Translation:
    words = Words(title="Gift wrapping", body=body, summary="How we wrap.")
    return draft_article(words, "en", by=by.value, author_id=account(by).id)


def room(translation: Translation, *path: str) -> str:
    return "/".join([f"/studio/drafts/{translation.id}", *path])


def mails(to: RoleName) -> list[str]:
    query = select(OutgoingMail.subject).where(
        OutgoingMail.recipient == f"{to.value}@clairson.example"
    )
    return list(db.session.scalars(query.order_by(OutgoingMail.id)))


def verdicts() -> list[Verdict]:
    db.session.expire_all()
    return list(db.session.scalars(select(Review.verdict).order_by(Review.id)))


def public(app: Flask) -> Any:
    """Return the page as readers get it, past what is kept of it for a moment."""
    return app.test_client().get("/en/articles/gift-wrapping?fresh")


def acts() -> list[str]:
    return list(db.session.scalars(select(AuditEntry.act).order_by(AuditEntry.id)))


def test_a_draft_goes_to_a_reviewer_and_comes_back_approved(
    app: Flask, writer: FlaskClient, reviewer: FlaskClient
) -> None:
    text = draft(RoleName.WRITER)
    asked = {"revision": 1, "reviewer": account(RoleName.REVIEWER).id, "review_note": "In a hurry"}
    assert writer.post(room(text, "submit"), data=asked).status_code == 303
    assert len(mails(RoleName.REVIEWER)) == 1
    (waiting,) = db.session.scalars(reviews_waiting_for(account(RoleName.REVIEWER)))
    page = reviewer.get(room(text, "review/")).text
    assert "In a hurry" in page
    assert "Approve" in page
    decision = {"review": waiting.id, "verdict": "approved", "reason": "Well said"}
    assert reviewer.post(room(text, "review/decide"), data=decision).status_code == 303
    assert verdicts() == [Verdict.APPROVED]
    assert "approved" in mails(RoleName.WRITER)[0] or "approuv" in mails(RoleName.WRITER)[0]
    assert {"review.asked", "review.approved"} <= set(acts())


def test_changes_are_asked_for_with_a_reason(
    app: Flask, writer: FlaskClient, reviewer: FlaskClient
) -> None:
    text = draft(RoleName.WRITER)
    writer.post(room(text, "submit"), data={"revision": 1})
    review = db.session.scalars(select(Review)).one()
    decision = {"review": review.id, "verdict": "changes-asked"}
    assert reviewer.post(room(text, "review/decide"), data=decision).status_code == 400
    assert verdicts() == [Verdict.WAITING]
    reviewer.post(room(text, "review/decide"), data=decision | {"reason": "Say how long"})
    assert verdicts() == [Verdict.CHANGES_ASKED]
    assert [
        each.translation_id for each in db.session.scalars(returned_to(account(RoleName.WRITER)))
    ]
    assert "Say how long" in writer.get(room(text, "publication")).text


def test_a_review_is_withdrawn_and_is_a_draft_again(
    app: Flask, writer: FlaskClient, reviewer: FlaskClient
) -> None:
    text = draft(RoleName.WRITER)
    me = account(RoleName.WRITER)
    writer.post(room(text, "submit"), data={"revision": 1})
    assert list(db.session.scalars(my_drafts(me))) == []
    writer.post(room(text, "withdraw"))
    assert verdicts() == [Verdict.WITHDRAWN]
    assert [each.id for each in db.session.scalars(my_drafts(me))] == [text.id]


def test_two_reviewers_cannot_decide_the_same_review(
    app: Flask, writer: FlaskClient, reviewer: FlaskClient
) -> None:
    text = draft(RoleName.WRITER)
    writer.post(room(text, "submit"), data={"revision": 1})
    review = db.session.scalars(select(Review)).one()
    decision = {"review": review.id, "verdict": "approved"}
    reviewer.post(room(text, "review/decide"), data=decision)
    again = reviewer.post(
        room(text, "review/decide"), data=decision | {"verdict": "changes-asked", "reason": "No"}
    )
    assert again.status_code == 409
    assert verdicts() == [Verdict.APPROVED]


def test_nobody_publishes_their_own_text(app: Flask, reviewer: FlaskClient) -> None:
    text = draft(RoleName.REVIEWER)
    refused = reviewer.post(room(text, "publish"), data={"revision": 1})
    assert refused.status_code == 409
    assert "KB_OWN_APPROVAL=true" in refused.text
    assert public(app).status_code == 404


def test_nobody_approves_their_own_text(
    app: Flask, writer: FlaskClient, reviewer: FlaskClient
) -> None:
    text = draft(RoleName.WRITER)
    writer.post(room(text, "submit"), data={"revision": 1})
    review = db.session.scalars(select(Review)).one()
    words = Words(title="Gift wrapping", body="Mended by the reviewer.")
    save_draft(text, words, after=1, by="Jonas", author_id=account(RoleName.REVIEWER).id)
    review.revision = newest(text)
    db.session.commit()
    refused = reviewer.post(
        room(text, "review/decide"), data={"review": review.id, "verdict": "approved"}
    )
    assert refused.status_code == 409
    assert verdicts() == [Verdict.WAITING]


class TestASiteOfOnePerson:
    @pytest.fixture
    def settings(self, settings: Settings) -> Settings:
        return settings.model_copy(update={"own_approval": True})

    def test_publishes_its_own_text(self, app: Flask, reviewer: FlaskClient) -> None:
        text = draft(RoleName.REVIEWER)
        assert reviewer.post(room(text, "publish"), data={"revision": 1}).status_code == 303
        assert "We wrap." in public(app).text


def test_the_editor_offers_to_publish_only_what_may_be(
    app: Flask, writer: FlaskClient, reviewer: FlaskClient
) -> None:
    text = draft(RoleName.WRITER)
    assert "Save and publish" not in writer.get(room(text)).text
    assert "Save and publish" in reviewer.get(room(text)).text
    reviewer.post(room(text, "publish"), data={"revision": 1})
    page = reviewer.get(room(text)).text
    assert "Save and publish" not in page, "whatever they type would be their own text"
    assert "Save and ask for a review" in page


def test_a_reviewer_who_publishes_the_text_of_another_has_approved_it(
    app: Flask, writer: FlaskClient, reviewer: FlaskClient
) -> None:
    text = draft(RoleName.WRITER)
    writer.post(room(text, "submit"), data={"revision": 1})
    assert reviewer.post(room(text, "publish"), data={"revision": 1}).status_code == 303
    assert verdicts() == [Verdict.APPROVED]
    assert "We wrap." in public(app).text
    assert "article.published" in acts()


def test_an_approval_counts_for_the_approved_words_only(
    app: Flask, sign_in: SignIn, reviewer: FlaskClient
) -> None:
    lead = english(sign_in(RoleName.LEAD))
    text = draft(RoleName.LEAD)
    lead.post(room(text, "submit"), data={"revision": 1})
    review = db.session.scalars(select(Review)).one()
    reviewer.post(room(text, "review/decide"), data={"review": review.id, "verdict": "approved"})
    words = Words(title="Gift wrapping", body="Something else.")
    save_draft(text, words, after=1, by="Ines", author_id=account(RoleName.LEAD).id)
    assert lead.post(room(text, "publish"), data={"revision": 2}).status_code == 409
    assert "holds for that revision only" in lead.get(room(text, "publication")).text
    assert lead.post(room(text, "publish"), data={"revision": 1}).status_code == 303


def test_what_readers_see_already_is_neither_published_nor_reviewed(
    app: Flask, writer: FlaskClient, reviewer: FlaskClient
) -> None:
    text = draft(RoleName.WRITER)
    reviewer.post(room(text, "publish"), data={"revision": 1})
    entries = len(acts())
    for act in ("publish", "submit"):
        reviewer.post(room(text, act), data={"revision": 1})
    assert (len(acts()), verdicts()) == (entries, [])


def test_who_wrote_any_of_it_cannot_be_asked_to_review_it(
    app: Flask, writer: FlaskClient, reviewer: FlaskClient
) -> None:
    text = draft(RoleName.WRITER)
    words = Words(title="Gift wrapping", body="Mended by the reviewer.")
    save_draft(text, words, after=1, by="Jonas", author_id=account(RoleName.REVIEWER).id)
    asked = {"revision": 2, "reviewer": account(RoleName.REVIEWER).id}
    assert writer.post(room(text, "submit"), data=asked).status_code == 400


def test_a_writer_publishes_nothing(app: Flask, writer: FlaskClient, reviewer: FlaskClient) -> None:
    text = draft(RoleName.REVIEWER)
    for act in ("publish", "schedule", "unschedule", "put-back", "end"):
        assert writer.post(room(text, act), data={"revision": 1}).status_code == 403, act


def test_the_checks_stop_what_readers_must_not_get(
    app: Flask, writer: FlaskClient, reviewer: FlaskClient
) -> None:
    text = draft(RoleName.WRITER, "![](attachment:0000/a.png)")
    assert reviewer.post(room(text, "publish"), data={"revision": 1}).status_code == 409
    assert writer.post(room(text, "submit"), data={"revision": 1}).status_code == 400


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("2020-01-01T10:00", "passed already"),
        ("2027-03-28T02:30", "does not exist"),
        ("soon", "Give a date and a time"),
    ],
)
def test_a_date_that_cannot_be_planned_for_is_refused_with_its_reason(
    app: Flask, writer: FlaskClient, reviewer: FlaskClient, typed: str, said: str
) -> None:
    text = draft(RoleName.WRITER)
    refused = reviewer.post(room(text, "schedule"), data={"revision": 1, "publish_on": typed})
    assert refused.status_code == 400
    assert said in refused.text
    assert text.status() is Status.DRAFT


def test_a_plan_is_made_altered_and_cancelled(
    app: Flask, writer: FlaskClient, reviewer: FlaskClient
) -> None:
    text = draft(RoleName.WRITER)
    for day in ("2031-05-01T09:00", "2031-04-01T09:00"):
        reviewer.post(room(text, "schedule"), data={"revision": 1, "publish_on": day})
    db.session.expire_all()
    assert [
        each.at.isoformat() for each in db.session.scalars(scheduled(account(RoleName.REVIEWER)))
    ] == ["2031-04-01T07:00:00+00:00"]
    assert text.status() is Status.SCHEDULED
    reviewer.post(room(text, "unschedule"))
    db.session.expire_all()
    assert text.status() is Status.DRAFT
    assert list(db.session.scalars(select(Publication))) == []


def test_what_is_planned_can_be_brought_before_readers_now(
    app: Flask, writer: FlaskClient, reviewer: FlaskClient
) -> None:
    text = draft(RoleName.WRITER)
    reviewer.post(room(text, "publish"), data={"revision": 1})
    words = Words(title="Gift wrapping", body="We wrap no more.")
    save_draft(text, words, after=1, by="Camille", author_id=account(RoleName.WRITER).id)
    reviewer.post(room(text, "schedule"), data={"revision": 2, "publish_on": "2031-05-01T09:00"})
    assert "Publish revision 2" in reviewer.get(room(text, "publication")).text
    reviewer.post(room(text, "publish"), data={"revision": 2})
    db.session.expire_all()
    assert text.public_revision is not None
    assert (text.public_revision.number, text.next_revision_id) == (2, None)


def test_who_may_publish_can_stop_a_plan_that_they_may_not_make(
    app: Flask, writer: FlaskClient, reviewer: FlaskClient
) -> None:
    text = draft(RoleName.WRITER)
    reviewer.post(room(text, "schedule"), data={"revision": 1, "publish_on": "2031-05-01T09:00"})
    words = Words(title="Gift wrapping", body="We wrap, I add.")
    save_draft(text, words, after=1, by="Jonas", author_id=account(RoleName.REVIEWER).id)
    page = reviewer.get(room(text, "publication")).text
    assert "Plan it" not in page
    assert "Cancel the date" in page
    assert "Cancel the date" not in writer.get(room(text, "publication")).text
    reviewer.post(room(text, "unschedule"))
    db.session.expire_all()
    assert text.status() is Status.DRAFT


def test_an_older_plan_ends_with_newer_words_and_that_is_said(
    app: Flask, writer: FlaskClient, reviewer: FlaskClient
) -> None:
    text = draft(RoleName.WRITER)
    reviewer.post(room(text, "publish"), data={"revision": 1})
    by = account(RoleName.WRITER).id
    for number in (1, 2):
        words = Words(title="Gift wrapping", body=f"We wrap no more, says {number}.")
        save_draft(text, words, after=number, by="Camille", author_id=by)
    reviewer.post(room(text, "schedule"), data={"revision": 2, "publish_on": "2031-05-01T09:00"})
    page = reviewer.post(room(text, "publish"), data={"revision": 3}, follow_redirects=True).text
    assert "Revision 2, which was planned for" in page
    assert acts()[-2:] == ["article.unscheduled", "article.published"]
    db.session.expire_all()
    assert text.next_revision_id is None


def test_former_words_are_put_back_and_nothing_is_lost(
    app: Flask, writer: FlaskClient, reviewer: FlaskClient
) -> None:
    text = draft(RoleName.WRITER)
    reviewer.post(room(text, "publish"), data={"revision": 1})
    words = Words(title="Gift wrapping", body="We wrap no more.")
    save_draft(text, words, after=1, by="Camille", author_id=account(RoleName.WRITER).id)
    reviewer.post(room(text, "publish"), data={"revision": 2})
    assert "We wrap no more." in public(app).text
    reviewer.post(room(text, "put-back"), data={"public": 2})
    assert "Gladly." in public(app).text
    assert newest(text).body == "We wrap no more."


def test_an_archived_article_leads_to_its_successor_and_comes_back(
    app: Flask, reviewer: FlaskClient
) -> None:
    old, new = factories.article("Old", slug="old"), factories.article("New", slug="new")
    missing = reviewer.post(room(old, "archive"), data={"successor": "nothing like it"})
    assert missing.status_code == 400
    reviewer.post(room(old, "archive"), data={"successor": "https://x.example/en/articles/new"})
    db.session.expire_all()
    assert old.status() is Status.ARCHIVED
    assert old.article.successor_id == new.article_id
    reviewer.post(room(old, "restore"))
    assert app.test_client().get("/en/articles/old").status_code == 200
    assert {"article.archived", "article.restored"} <= set(acts())


def test_what_is_published_again_is_followed_by_nothing(app: Flask, reviewer: FlaskClient) -> None:
    old, new = factories.article("Old", slug="old"), factories.article("New", slug="new")
    reviewer.post(room(old, "archive"), data={"successor": "new"})
    db.session.expire_all()
    assert old.article.successor_id == new.article_id
    publish_draft(old, newest(old))
    assert old.status() is Status.PUBLISHED
    assert old.article.successor_id is None


def test_an_end_is_planned_and_taken_back(app: Flask, reviewer: FlaskClient) -> None:
    text = factories.article("Sale", slug="sale")
    reviewer.post(room(text, "end"), data={"end_on": "2031-05-01T09:00"})
    db.session.expire_all()
    assert text.status() is Status.PUBLISHED
    assert text.archived_at is not None
    assert "leaves the site" in reviewer.get(room(text, "publication")).text
    reviewer.post(room(text, "end"), data={"cancel": "1"})
    db.session.expire_all()
    assert text.archived_at is None


class TestPreviewLinks:
    @pytest.fixture
    def link(self, app: Flask, writer: FlaskClient) -> str:
        self.text = draft(RoleName.WRITER)
        page = writer.post(
            room(self.text, "preview-links"), data={"days": "7", "words": "newest"}
        ).text
        return page.split('value="http://localhost')[1].split('"')[0]

    def test_show_the_newest_words_to_anybody_and_to_no_machine(
        self, app: Flask, link: str
    ) -> None:
        words = words_of(newest(self.text))
        columns = words.columns() | {"body": "We wrap everything."}
        save_draft(self.text, Words(**columns), after=1, by="Camille")
        page = app.test_client().get(link)
        assert "We wrap everything." in page.text
        assert "This is a preview" in page.text or "aperçu" in page.text
        assert page.headers["Cache-Control"] == "private, no-store"
        assert page.headers["Referrer-Policy"] == "no-referrer"
        assert "noindex" in page.headers["X-Robots-Tag"]
        assert "data-vote" not in page.text
        assert "vote.js" not in page.text

    def test_end_when_they_are_ended(self, app: Flask, writer: FlaskClient, link: str) -> None:
        writer.post(room(self.text, "preview-links/end"))
        assert app.test_client().get(link).status_code == 404

    def test_cannot_be_made_up(self, app: Flask, link: str) -> None:
        # Not its last sign alone: some of its bits are of no byte.
        assert app.test_client().get(f"{link[:-4]}AAAA").status_code == 404

    def test_expire(self, app: Flask, link: str, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(previews, "utc_now", lambda: utc_now() + timedelta(days=7, seconds=1))
        assert app.test_client().get(link).status_code == 404
